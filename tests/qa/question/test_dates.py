"""Dates of questions are told in the words of an article whose day is known."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import ingest
from ingest.schema import Article, RawDocument
from ingest.settings import Settings
from qa import ask
from qa.question.dates import date_spans, day_of, missing_wordings, whens, with_dates
from qa.question.parse import parse_question
from qa.question.standalone import StandaloneQuestion

WEDNESDAY = date(2025, 3, 19)


def article(text: str, published: str = "2025-03-19") -> Article:
    return Article(id="a" * 16, title="T", text=text, published_at=published, content_hash="h")


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("today", "2025-03-19", "2025-03-19"),
        ("yesterday", "2025-03-18", "2025-03-18"),
        ("the day before yesterday", "2025-03-17", "2025-03-17"),
        ("tomorrow", "2025-03-20", "2025-03-20"),
        ("two days ago", "2025-03-17", "2025-03-17"),
        ("a month ago", "2025-02-01", "2025-02-28"),
        ("on Tuesday", "2025-03-18", "2025-03-18"),
        ("on Wednesday", "2025-03-19", "2025-03-19"),
        ("last Wednesday", "2025-03-12", "2025-03-12"),
        ("last Tuesday", "2025-03-18", "2025-03-18"),
        ("next Tuesday", "2025-03-25", "2025-03-25"),
        ("this week", "2025-03-17", "2025-03-23"),
        ("last week", "2025-03-10", "2025-03-16"),
        ("last month", "2025-02-01", "2025-02-28"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("March 18, 2025", "2025-03-18", "2025-03-18"),
        ("the 18th of March", "2025-03-18", "2025-03-18"),
        ("December 30", "2024-12-30", "2024-12-30"),
        ("Feb. 29", "2024-02-29", "2024-02-29"),
        ("2025-03-18", "2025-03-18", "2025-03-18"),
        ("February 2025", "2025-02-01", "2025-02-28"),
    ],
)
def test_a_date_is_resolved_against_the_day_of_the_article(said: str, first: str, last: str) -> None:
    (when,) = whens(f"What happened {said}?", WEDNESDAY)
    assert (when.first.isoformat(), when.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("What happened yesterday?", ["2025-03-18", "Tuesday", "March 18"]),
        ("What happened on March 18, 2025?", ["Tuesday", "yesterday"]),
        ("Who called two days ago?", ["2025-03-17", "Monday", "March 17"]),
        ("What was spent last month?", ["February 2025"]),
        ("What was spent in February 2025?", ["last month"]),
        ("What happened on March 18, 2019?", []),
        ("What may 5 people do in May?", []),
        ("What happened on February 30, 2025?", []),
    ],
)
def test_a_question_is_told_the_wordings_of_its_dates_that_it_is_missing(question: str, added: list[str]) -> None:
    assert missing_wordings(question, WEDNESDAY) == added


def test_yesterday_is_told_as_a_date() -> None:
    asked = StandaloneQuestion("What happened yesterday?")
    assert with_dates(asked, [article("Rain fell.", "2025-03-18T08:00:00+01:00")]).text == (
        "What happened yesterday? (2025-03-17, Monday, March 17)"
    )


def test_a_date_is_told_in_the_words_that_the_article_uses_and_only_those() -> None:
    asked = StandaloneQuestion("What happened on March 18, 2025?")
    assert with_dates(asked, [article("It rained on Tuesday.")]).dates == ("Tuesday",)
    assert with_dates(asked, [article("It rained on Monday.")]) == asked


def test_articles_without_a_day_and_questions_without_a_date_change_nothing() -> None:
    assert (
        with_dates(StandaloneQuestion("What happened yesterday?"), [article("x", ""), article("x", "soon")]).dates == ()
    )
    assert with_dates(StandaloneQuestion("Who called?"), iter_failing()) == StandaloneQuestion("Who called?")


def iter_failing() -> Iterator[Article]:
    raise AssertionError("the articles are not looked at")
    yield


def test_over_articles_of_many_days_yesterday_could_be_any_day() -> None:
    many = [article("It rained on Tuesday.", f"2025-03-{day}") for day in (10, 12, 14, 19)]
    assert with_dates(StandaloneQuestion("What happened yesterday?"), many).dates == ()
    assert with_dates(StandaloneQuestion("What happened on March 18, 2025?"), many).dates == ("Tuesday",)


def test_a_date_told_in_other_words_is_no_longer_missed_in_the_article() -> None:
    asked = StandaloneQuestion("What fell on March 18, 2025?")
    own = [
        term.stem
        for term in parse_question(with_dates(asked, [article("Snow fell on Tuesday.")])).terms
        if not term.carried
    ]
    assert own == ["fell", "tuesday"]
    assert len([term for term in parse_question(asked).terms if not term.carried]) == 4


@given(st.text(max_size=80), st.dates())
def test_no_text_and_no_day_is_too_strange(text: str, day: date) -> None:
    for said in (
        text,
        f"{text} yesterday",
        f"on {day:%B} {day.day}, {day.year:04d} {text}",
        "999 years ago next Monday",
    ):
        assert all(word not in said.lower() for word in missing_wordings(said, day) if word.islower())
        assert all(0 <= start < end <= len(said) for start, end in date_spans(said))
    assert day_of(day.isoformat()) == day


@pytest.fixture(scope="module")
def flood(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A library with an article of March 19, 2025 that names its days by their weekdays."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("flood") / "data")
    text = (
        "Rain in Ostvik\nPublished March 19, 2025\nHeavy rain came down over Ostvik on Monday. Two people were hurt on "
        "Tuesday when the roof of the market hall gave way. The mayor spoke to reporters. Ostvik has 4,000 people."
    )
    ingest([RawDocument(origin="flood", text=text)], settings=settings)
    return settings


@pytest.mark.parametrize("question", ["Who was hurt on March 18, 2025?", "Who was hurt yesterday?"])
def test_an_article_that_says_on_tuesday_answers_about_that_day(question: str, flood: Settings) -> None:
    assert "on Tuesday" in ask(question, settings=flood).citations[0].quote
