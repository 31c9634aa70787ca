from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean_line, clean_text, dateline, make_article, normalise_url
from ingest.dates import clean_date
from ingest.errors import SourceError
from ingest.schema import RawDocument
from tests.growth import LINEAR, grown


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
    "written",
    [
        "9999999-99-99",
        "Mon, 32 Foo 99999 99:99:99 +9999",
        "Mon, 01 Jan 99999999999999999999 10:00:00",
        "Mon, 99999999999999999999 Jan 2024 10:00:00 GMT",
        "0000-00-00",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "D:99999999999999",
        "D:20251301",
        "D:²⁰²⁵",
        "∞",
        "inf",
        "nan",
        "-1",
        "1e400",
        "%B %d, %Y",
        "\ud800",
        "\x00",
        "a" * 1_000_000,
        "," * 60,
        "+" * 60,
        ":" * 60,
    ],
)
def test_an_absurd_date_is_none(written: str) -> None:
    assert clean_date(written) == ""


@given(st.one_of(st.text(max_size=60), st.from_regex(r"[MTW0-9a-z ,:+./()-]{0,60}", fullmatch=True)))
def test_no_date_raises_and_each_is_a_date(text: str) -> None:
    found = clean_date(text)
    assert not found or datetime.fromisoformat(found).year < 3000


def test_a_text_of_stacked_marks_is_cleaned_in_linear_time() -> None:
    once = clean_text("a" + "\u0301\u0316" * 160_000 + " and e\u0301 words")
    assert clean_text(once) == once
    assert once.endswith(" and é words")
    assert len(once) < 60
    assert grown(lambda marks: clean_text(f"a{marks}"), "\u0301\u0316", limit=60) <= LINEAR


@given(st.lists(st.sampled_from("aé\u0301\u0316\u0345\u1100\u1161\u11a8 \n.─\u200d\ufe0f"), max_size=200))
def test_marks_of_any_mixture_are_cleaned_once(signs: list[str]) -> None:
    once = clean_text("".join(signs) + "\u0316\u0301" * 40)
    assert clean_text(once) == once


@pytest.mark.parametrize(
    "url", ["http://a.example/\ud800", "http://\ud800/", "http://a.example/?\ud800=\udfff", "http://" + "a." * 500]
)
def test_a_url_that_cannot_be_written_is_none_or_sound(url: str) -> None:
    normalise_url(url).encode()


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


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "QUJD/+" * 50_000,
        "0123456789abcdef" * 10_000,
        "Key: " + "x" * 2_000,
        "é" * 5_000,
        "-----BEGIN-----\n" + "MIIB" * 2_000,
        "один" * 1_000,
        "a,b;c" * 1_000,
        ("ab" * 600 + "\n") * 10,
        "https://a.example/" + "a" * 1_500,
    ],
)
def test_a_text_without_blanks_is_refused_in_a_sentence_that_says_what_to_do(text: str) -> None:
    with pytest.raises(SourceError, match="without a blank") as refused:
        article(text)
    assert "own text" in refused.value.hint


@pytest.mark.parametrize(
    "sentence",
    [
        "市场将于五月关闭。",
        "市場は五月に閉まる。",
        "ตลาดจะปิดในเดือนพฤษภาคม",
        "ផ្សារនឹងបិទនៅខែឧសភា",
        "ဈေးကိုမေလတွင်ပိတ်မည်",
        "The market closes in May. ",
        "Рынок закроется в мае. ",
        "السوق يغلق في مايو. ",
        "시장은 오월에 문을 닫는다. ",
        "市場은2025년5월에閉まる。",
    ],
)
def test_scripts_without_blanks_and_words_with_a_key_among_them_are_articles(sentence: str) -> None:
    assert article(sentence * 600)
    assert article(sentence * 600 + "\n" + "ab" * 900)
