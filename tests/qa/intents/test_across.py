"""What is asked of several articles at once, over four reports of our own."""

from pathlib import Path

import pytest

from ingest.clean import make_article
from ingest.schema import RawDocument
from qa.intents.across import across, compared
from qa.intents.summary import summarised, summary_asked
from qa.intents.whole import WholeArticle

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("mine-trial", "river-flood", "swimming-baths", "tram-strike")


@pytest.fixture(scope="module")
def articles() -> list[WholeArticle]:
    days = ("2025-04-22", "2024-11-19", "", "2025-03-14")
    return [
        WholeArticle(
            make_article(
                RawDocument(
                    origin=name, text=(ROOT / f"eval/sets/articles/{name}.txt").read_text("utf-8"), published_at=day
                )
            )
        )
        for name, day in zip(NAMES, days, strict=True)
    ]


def said(question: str, articles: list[WholeArticle]) -> list[str]:
    found = across(question, articles)
    return [draft.text for draft in found.sentences] if found else []


def cited(question: str, articles: list[WholeArticle]) -> list[str]:
    """The names of the articles that an answer cites, in their order."""
    names = {whole.article.id: name for name, whole in zip(NAMES, articles, strict=True)}
    found = across(question, articles)
    return list(dict.fromkeys(names[draft.spans[0].article_id] for draft in found.sentences)) if found else []


@pytest.mark.parametrize(
    "question",
    [
        "Which articles mention a strike?",
        "which article is about a strike",
        "In which articles is a strike mentioned?",
        "Is there an article about a strike?",
        "Which of the articles mentions a strike?",
        "Find articles about a strike",
        "which reports talk about a strike?",
    ],
)
def test_the_articles_that_mention_something_are_named(question: str, articles: list[WholeArticle]) -> None:
    assert "tram-strike" in cited(question, articles)
    found = across(question, articles)
    assert found is not None
    assert found.lead.endswith("“a strike”:")


def test_what_none_mentions_is_said_to_be_so_and_what_one_is_about_is_read_for(articles: list[WholeArticle]) -> None:
    found = across("Which articles mention penguins?", articles)
    assert found is not None
    assert (found.status, found.note) == ("not_found", "No article mentions “penguins” in these words.")
    assert across("Which article is about penguins?", articles) is None


@pytest.mark.parametrize(
    "question", ["What is new?", "what's the latest?", "Any news?", "latest news", "What's new here?"]
)
def test_the_latest_article_comes_first(question: str, articles: list[WholeArticle]) -> None:
    assert cited(question, articles)[:2] == ["mine-trial", "tram-strike"]


@pytest.mark.parametrize(
    "question",
    [
        "What is new in the plan?",
        "Who said what he wanted?",
        "What did each household get?",
        "Which articles were stolen?",
        "What did the news report?",
        "Which of the houses is the oldest?",
        "Which law is about mines?",
        "What names are given?",
        "Which covers the costs?",
    ],
)
def test_questions_for_a_point_are_read_for(question: str, articles: list[WholeArticle]) -> None:
    assert across(question, articles) is None


@pytest.mark.parametrize("question", ["Who said what?", "who says what", "What did everybody say?"])
def test_each_person_is_named_with_what_they_say(question: str, articles: list[WholeArticle]) -> None:
    found = said(question, articles)
    assert len(found) >= 8
    assert any(text.startswith("Amelie Rostock: ") for text in found)
    assert all(": " in text[:40] for text in found)
    assert said(question, articles[2:3]), "also of one article"


def test_the_longest_and_the_newest_are_told_by_the_details(articles: list[WholeArticle]) -> None:
    newest = across("Which article is the newest?", articles)
    assert newest is not None
    assert newest.lead == f"The newest is “{articles[0].article.title}”, of 22 April 2025."
    longest = across("which of them is the longest", articles)
    assert longest is not None
    assert longest.lead.endswith(" words.")


@pytest.mark.parametrize(
    "question",
    [
        "Compare the article about the mine with the one about the trams",
        "How do the reports on the mine and on the trams differ?",
    ],
)
def test_the_articles_that_are_named_are_set_side_by_side(question: str, articles: list[WholeArticle]) -> None:
    found = compared(question, articles)
    assert found is not None
    names = list(dict.fromkeys(draft.spans[0].article_id for draft in found.sentences))
    assert names == [articles[0].article.id, articles[3].article.id]
    assert found.sentences[0].text.startswith(f"{articles[0].article.title}: ")
    assert found.layout == "list"


def test_what_articles_share_is_named_first(articles: list[WholeArticle]) -> None:
    assert compared("What do the articles have in common?", articles).lead.startswith("No name")  # type: ignore[union-attr]
    both = compared("Compare the two reports", [articles[0], articles[0]])
    assert both is not None
    assert both.lead.startswith("Named in all of them")
    names = [draft for draft in both.sentences if len(draft.spans) == 2]
    assert names
    assert all(
        draft.text.split()[-1] in articles[0].article.text[span.start : span.end]
        for draft in names
        for span in draft.spans
    )
    assert compared("How does the fine compare with what prosecutors wanted?", articles) is None
    assert compared("Compare the two reports", articles[:1]) is None


def test_a_summary_of_several_says_what_each_says(articles: list[WholeArticle]) -> None:
    for question, each in (("Summarise all articles", 2), ("summarize each article in one sentence", 1)):
        form = summary_asked(question)
        assert form is not None
        found = summarised(form, articles)
        assert found is not None
        assert [draft.spans[0].article_id for draft in found.sentences] == [
            whole.article.id for whole in articles for _ in range(each)
        ]
        assert found.layout == "list"


@pytest.mark.parametrize(
    "question",
    [
        "Does the article from The Courier on the mine agree with the article from The Post on the owner's guilt?",
        "Did the report on trams and the report on baths both blame the council, or do the articles differ?",
        "Between the Courier's article of May and its article of June, was the reporting on the flood consistent?",
        "Which company do both articles about chips say is compared to a casino?",
        "How does the report compare the two rivers?",
    ],
)
def test_what_articles_say_to_one_question_is_read_for(question: str, articles: list[WholeArticle]) -> None:
    assert compared(question, articles) is None


def test_money_stands_in_sums(articles: list[WholeArticle]) -> None:
    assert len(cited("Which articles mention money?", articles)) == 4
    assert len(cited("which of them mention prices?", articles)) == 4


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Compare the flood and the trams", 2),
        ("compare the baths with the mine", 2),
        ("Compare Calderton and Grauwald", 0),  # two names: what each does is read for
        ("compare the flood and the weather", 0),
    ],
)
def test_two_matters_are_compared_as_the_articles_that_are_of_them(
    question: str, count: int, articles: list[WholeArticle]
) -> None:
    found = compared(question, articles)
    assert len({span.article_id for draft in found.sentences for span in draft.spans} if found else ()) == count


def test_a_quotation_is_given_from_its_beginning(articles: list[WholeArticle]) -> None:
    assert any("“We are not asking for the moon. We are asking" in line for line in said("Who said what?", articles))
