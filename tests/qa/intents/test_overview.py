"""What the whole text names and says is found completely, and each item is cited."""

from collections.abc import Sequence

import pytest

from eval.datasets import read_set
from ingest import RawDocument
from ingest.clean import make_article
from ingest.settings import Settings
from qa import ask
from qa.intents.entities import entities_of
from qa.intents.overview import counted_words, listing_asked, overview
from qa.intents.whole import WholeArticle
from tests.qa.intents.test_chat import asked_of_articles

TEXT = """Quarry to Become a Lake
The old quarry of Hallow will be flooded in May 2026, the council said on Tuesday. The lake will be 60 metres deep.
“We have waited for this for twenty years,” said Nina Farrow, a retired teacher who leads the Friends of Hallow. She
wants a beach and two bridges. The owner, Brock Minerals, gives the land away for one euro.
Engineer Paul Rask warned of loose stones. Rask has measured 14 cracks. “The north wall must be fixed first,” he said.
Walkers from Denmark and Poland come to Hallow each summer. In Upper Marsh, a quarry was flooded in 2011."""


def whole_of(text: str) -> WholeArticle:
    return WholeArticle(make_article(RawDocument(origin="x", text=text, title=text.split("\n", 1)[0])))


def items(question: str, wholes: Sequence[WholeArticle]) -> list[str]:
    found = overview(question, wholes)
    return [draft.text for draft in found.sentences] if found else []


@pytest.fixture(scope="module")
def wholes() -> list[WholeArticle]:
    return [whole_of(TEXT)]


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Which people are named?", "person"),
        ("who is mentioned in the article", "person"),
        ("List all the names", "person"),
        ("Who is quoted?", "person"),
        ("Which places appear in the text?", "place"),
        ("what towns are mentioned", "place"),
        ("Which countries are named?", "country"),
        ("organisations?", "organisation"),
        ("Which companies are mentioned?", "organisation"),
        ("What numbers are given?", "number"),
        ("list all figures", "number"),
        ("Which dates are mentioned?", "date"),
        ("Give me all quotations", "quotation"),
        ("any quotes?", "quotation"),
    ],
)
def test_what_is_to_be_listed_is_known(question: str, thing: str) -> None:
    assert listing_asked(question) == thing


@pytest.mark.parametrize(
    "question",
    [
        "Which people were hurt?",
        "Who is named in the will?",
        "Which companies made an offer?",
        "What number did he call?",
        "Which places are safe?",
        "How many people are there?",
        "Who are they?",
        "Which countries signed?",
        "What dates were proposed for the talks?",
        "Who gave the order?",
        "What did people say?",
    ],
)
def test_a_question_that_says_more_lists_nothing(question: str) -> None:
    assert listing_asked(question) is None


def test_no_question_of_other_sets_is_taken_for_a_look_over_the_whole() -> None:
    visitors = {case.question for case in read_set("visitors", max_bytes=1_000_000).cases}
    assert [q for q in asked_of_articles() if q not in visitors and (listing_asked(q) or counted_words(q))] == []


def test_people_come_with_who_they_are(wholes: list[WholeArticle]) -> None:
    assert items("Which people are named?", wholes) == [
        "Nina Farrow, a retired teacher who leads the Friends of Hallow",
        "Engineer Paul Rask",
    ]


def test_places_organisations_and_countries_are_told_apart(wholes: list[WholeArticle]) -> None:
    names = {entity.name: entity.kind for entity in entities_of(wholes[0])}
    assert {name for name, kind in names.items() if kind == "place"} == {"Hallow", "Upper Marsh", "Denmark", "Poland"}
    assert {name for name, kind in names.items() if kind == "organisation"} == {"Friends of Hallow", "Brock Minerals"}
    assert items("Which countries are named?", wholes) == ["Denmark", "Poland"]


def test_numbers_and_dates_come_apart(wholes: list[WholeArticle]) -> None:
    numbers = "; ".join(items("List all numbers", wholes))
    assert numbers == "60 metres; twenty years; two bridges; one euro; 14 cracks"
    dates = "; ".join(items("Which dates are named?", wholes))
    assert all(day in dates for day in ("May 2026", "Tuesday", "2011"))


def test_quotations_are_whole_and_say_whose_they_are(wholes: list[WholeArticle]) -> None:
    first, second = items("Which quotations are there?", wholes)
    assert first.startswith("“We have waited")
    assert "said Nina Farrow" in first
    assert second == "“The north wall must be fixed first,” he said."


@pytest.mark.parametrize(
    ("question", "times"),
    [
        ("How often is Rask mentioned?", "twice"),
        ("How many times does the article mention Hallow?", "3 times"),
        ("how often does the word quarry occur?", "twice"),
        ("How often is the lake mentioned?", "once"),
    ],
)
def test_mentions_are_counted(wholes: list[WholeArticle], question: str, times: str) -> None:
    found = overview(question, wholes)
    assert found
    assert f"mentioned {times}" in found.lead


def test_what_is_never_mentioned_is_not_found(wholes: list[WholeArticle]) -> None:
    found = overview("How often is Berlin mentioned?", wholes)
    assert found
    assert (found.status, found.note) == ("not_found", "“Berlin” is not mentioned.")


def test_all_that_is_said_about_somebody_is_given_and_nothing_else(wholes: list[WholeArticle]) -> None:
    first, second = items("What is said about Nina Farrow?", wholes)
    assert "said Nina Farrow" in first
    assert second.split() == ["She", "wants", "a", "beach", "and", "two", "bridges."]
    assert len(items("what does the article say about Rask?", wholes)) == 2
    assert overview("What is said about money?", wholes) is None


def test_every_item_is_cited_and_holds(sample_settings: Settings) -> None:
    for question in (
        "Which people are named?",
        "Which places are named?",
        "List all numbers",
        "Which quotes are there?",
    ):
        answer = ask(question, settings=sample_settings)
        assert answer.status == "answered"
        assert answer.layout == "list"
        assert all(claim.citations and claim.support == "supported" for claim in answer.claims)
        assert answer.text.count("\n- ") == len(answer.claims)


def test_a_label_names_nobody_and_a_long_title_is_no_name() -> None:
    whole = whole_of(
        "Talks\nThe envoy, Ada Li, met Secretary of State Marco Rubio on Monday. Marco Rubio agreed with Ada Li.\n"
        "Harlow’s Military Readiness: The army grows, said Ada Li.\nForeign Military Aid to Harlow: It ends in May."
    )
    people = [entity.name for entity in entities_of(whole) if entity.kind == "person"]
    assert people == ["Ada Li", "Marco Rubio"]


@pytest.mark.parametrize(
    ("selected", "count"),
    [
        ("“loose stones”", 1),
        ('"Nina Farrow"', 2),
        ("“Denmark and Poland”", 1),
        ("“Vladimir Putin”", 0),
        ("“of the”", 0),
    ],
)
def test_words_that_were_selected_are_found_where_they_stand(
    wholes: list[WholeArticle], selected: str, count: int
) -> None:
    assert len(items(selected, wholes)) == count
