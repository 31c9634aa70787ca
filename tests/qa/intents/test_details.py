"""What is asked of the article itself is answered from the catalog, and nothing else is."""

from pathlib import Path

import pytest

from ingest import RawDocument, articles, ingest
from ingest.settings import Settings
from qa import ask
from qa.intents.details import day_in_words, detail_asked
from tests.qa.intents.test_chat import asked_of_articles


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("Who wrote this article?", "author"),
        ("who's the journalist?", "author"),
        ("By whom was the story written?", "author"),
        ("author?", "author"),
        ("When was this published?", "date"),
        ("What is the date of the article?", "date"),
        ("How old is this story?", "date"),
        ("Where was this reported from?", "place"),
        ("What's the headline?", "title"),
        ("What is this article called?", "title"),
        ("title", "title"),
        ("What is the link to the article?", "link"),
        ("url please", "link"),
        ("Which newspaper published this?", "source"),
        ("What is the source?", "source"),
        ("How long is the article?", "length"),
        ("How many words does it have?", "length"),
        ("how many minutes to read this", "length"),
        ("How many articles are there?", "articles"),
        ("Which articles can you read?", "articles"),
        ("list all articles", "articles"),
    ],
)
def test_a_question_for_a_detail_is_known(question: str, detail: str) -> None:
    found = detail_asked(question)
    assert found
    assert found[0] == detail


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the letter?",
        "Who wrote to the mayor?",
        "Who is the author of the study?",
        "When was the book published?",
        "When was the law written?",
        "Where was the bomb found?",
        "What is the title of her novel?",
        "What is the source of the river?",
        "How long was the call?",
        "How long is the bridge?",
        "How long is it?",
        "How many words did he say?",
        "How old is the bridge?",
        "What does the article say about the author?",
        "Which articles of the constitution were changed?",
        "What does the report say?",
        "What date is the closure starting?",
        "Who published the photos?",
        "Where do they come from?",
        "What is new?",
    ],
)
def test_a_question_about_something_of_the_article_is_none(question: str) -> None:
    assert detail_asked(question) is None


def test_no_question_of_the_shipped_sets_is_taken_for_one() -> None:
    sets = [question for question in asked_of_articles() if detail_asked(question)]
    assert len(sets) < 40  # the visitors' questions for details


def test_it_is_the_article_only_before_anything_was_asked() -> None:
    assert detail_asked("Who wrote it?", first=True)
    assert detail_asked("Who wrote it?", first=False) is None
    assert detail_asked("Who wrote this article?", first=False)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(data_dir=tmp_path_factory.mktemp("details") / "data")
    documents = [
        RawDocument(
            origin="bridge",
            url="https://news.example/bridge",
            title="Bridge to Close",
            authors=("Ada Li", "Bo Ek"),
            published_at="2025-03-03",
            source="The Daily Example",
            text="Bridge to Close\nThe bridge will close in April. Repairs cost 8 million euros, the mayor said.",
        ),
        RawDocument(
            origin="fire",
            title="Fire in Tallow",
            text="Fire in Tallow\nBy Nora Whit\nTALLOW, June 3, 2025 — A barn burned down. A report on it was written by"
            " the fire chief, Max Orr.",
        ),
        RawDocument(origin="bare", title="A Cow Escapes", text="A Cow Escapes\nA cow escaped from a farm. It is back."),
    ]
    ingest(documents, settings=made)
    return made


def asked(question: str, origin: str, library: Settings) -> tuple[str, str]:
    answer = ask(question, articles=[origin], settings=library)
    return answer.status, answer.text


def test_the_catalog_answers_and_says_so(library: Settings) -> None:
    for question, words in {
        "Who wrote this article?": "Ada Li and Bo Ek",
        "When was it published?": "3 March 2025",
        "What is the title?": "“Bridge to Close”",
        "What is the link?": "https://news.example/bridge",
        "What is the source?": "The Daily Example",
        "How long is this text?": "words, about 1 minute",
    }.items():
        status, text = asked(question, "https://news.example/bridge", library)
        assert status == "details"
        assert text.startswith("According to the article’s details")
        assert words in text


def test_a_byline_and_a_dateline_are_cited(library: Settings) -> None:
    fire = next(article for article in articles(library) if article.title == "Fire in Tallow")
    for question, quote in {
        "Who wrote this?": "By Nora Whit",
        "When was this published?": "TALLOW, June 3, 2025",
        "Where was this written?": "TALLOW",
    }.items():
        answer = ask(question, articles=[fire.id], settings=library)
        assert [citation.quote for citation in answer.citations] == [quote]
        assert fire.text[answer.citations[0].start : answer.citations[0].end] == quote


def test_a_word_that_the_article_uses_itself_means_what_it_tells_of(library: Settings) -> None:
    fire = ask("Which articles are there?", settings=library)
    assert "Fire in Tallow" in fire.text
    answer = ask("Who wrote the report?", settings=library)
    assert "Max Orr" in answer.text


def test_what_nobody_knows_is_not_made_up(library: Settings) -> None:
    bare = next(article for article in articles(library) if article.title == "A Cow Escapes")
    for question in ("Who wrote this?", "When was this published?", "What is the link?", "Where was it reported from?"):
        answer = ask(question, articles=[bare.id], settings=library)
        assert (answer.status, answer.citations) == ("not_found", ())
        assert answer.note


def test_of_several_articles_each_is_named(library: Settings) -> None:
    answer = ask("Who wrote this?", settings=library)
    assert "“Bridge to Close”: Ada Li and Bo Ek" in answer.text
    assert "“A Cow Escapes”: not known" in answer.text
    assert "3 articles" in ask("How many articles are there?", settings=library).text


def test_small_talk_needs_no_article(settings: Settings, library: Settings, tmp_path: Path) -> None:
    for used in (settings, library):
        answer = ask("Hello!", settings=used)
        assert (answer.status, answer.citations, answer.claims) == ("chat", (), ())
        assert answer.text.startswith("Hello!")
    assert "There is no article yet" in ask("hi", settings=settings).text
    assert not list(tmp_path.glob("*.txt"))


def test_a_day_is_written_as_people_write_it() -> None:
    assert day_in_words("2025-03-18T10:00:00") == "18 March 2025"
    assert day_in_words("soon") == "soon"
