import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.normal import normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﬁsh", "fish"),
        ("coun\u00adcil", "council"),
        ("１９００", "1900"),
        ("Café", "cafe\u0301"),
        ("São Paulo", "sao paulo"),
        ("state–owned", "state-owned"),
        ("Moe’s", "moe's"),
        ("1,900,000", "1900000"),
        ("1 900", "1900"),
        ("1.900", "1900"),
        ("STRASSE", "straße"),
        ("Ёлка", "елка"),
    ],
)
def test_two_ways_to_write_a_word_are_one_to_search(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), [("1.9", "19"), ("12,50", "1250"), ("が", "か"), ("Moe", "Mo")])
def test_what_is_not_the_same_stays_apart(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@given(st.text(max_size=200))
def test_any_text_is_normalised_without_an_error(text: str) -> None:
    assert isinstance(normalised(text), str)
