import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean_date, clean_line, clean_text, dateline, make_article, normalise_url
from ingest.errors import SourceError
from ingest.schema import RawDocument


def article(text: str, url: str = "", title: str = "") -> object:
    return make_article(RawDocument(origin="x", text=text, url=url, title=title))


@given(st.text(max_size=500))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert "\r" not in once
    assert not any(char in once for char in "\x00\x07\u202e\u200b\ufeff")


@given(st.text(max_size=300))
def test_a_line_is_one_bounded_line(text: str) -> None:
    line = clean_line(text, 50)
    assert "\n" not in line
    assert len(line) <= 50


def test_line_ends_of_every_kind_become_one_kind() -> None:
    assert clean_text("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a?utm_source=x&fbclid=1", "https://example.com/a"),
        ("HTTPS://Example.com:443/a#top", "https://example.com/a"),
        ("https://example.com/a?b=1&utm_medium=y", "https://example.com/a?b=1"),
    ],
)
def test_the_same_page_has_the_same_url_and_id(one: str, other: str) -> None:
    assert normalise_url(one) == normalise_url(other)
    assert article("Some words.", one).id == article("Some words.", other).id  # type: ignore[attr-defined]


def test_another_page_has_another_id() -> None:
    assert normalise_url("https://example.com/a?id=1") != normalise_url("https://example.com/a?id=2")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "nonsense", "http://["]
)
def test_what_is_no_web_address_is_no_url(url: str) -> None:
    assert normalise_url(url) == ""


def test_a_text_without_a_title_gets_its_beginning() -> None:
    made = article("Rain fell for days. Then it stopped.")
    assert made.title.startswith("Rain fell for days")  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x01", "---"])
def test_nothing_readable_is_refused(text: str) -> None:
    with pytest.raises(SourceError):
        article(text)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("2025-03-18", "2025-03-18"), ("2025-03-18T10:00:00+00:00", "2025-03-18T10:00:00+00:00"), ("soon", ""), ("", "")],
)
def test_dates_become_iso_or_nothing(written: str, wanted: str) -> None:
    assert clean_date(written) == wanted


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published March 19, 2025", "2025-03-19"),
        ("Published: Wednesday, March 19, 2025 at 9:00 a.m.", "2025-03-19"),
        ("First published on 19 March 2025", "2025-03-19"),
        ("Posted 2025-03-19", "2025-03-19"),
        ("She published March 19, 2025 in her diary.", ""),
        ("Published 10:30 a.m. ET", ""),
        ("Published Smarch 19, 2025", ""),
    ],
)
def test_the_line_that_says_when_an_article_was_published_dates_it(line: str, day: str) -> None:
    assert dateline(f"Ice melts\n{line}\nThe ice melted on Tuesday.") == day


def test_what_the_source_says_of_its_date_goes_before_the_text() -> None:
    text = "Ice melts\nPublished March 19, 2025\nThe ice melted."
    assert make_article(RawDocument(origin="x", text=text)).published_at == "2025-03-19"
    assert make_article(RawDocument(origin="x", text=text, published_at="2024-01-02")).published_at == "2024-01-02"
    assert make_article(RawDocument(origin="x", text="a\n" * 9 + "Published March 19, 2025")).published_at == ""
