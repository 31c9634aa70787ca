"""What an article leaves open, when a visitor asks for that."""

import pytest

from ingest.clean import make_article
from ingest.schema import RawDocument
from qa.intents.direct import Direct
from qa.intents.untold import untold
from qa.intents.whole import WholeArticle

DAM = (
    "Crack Found in Dam\n\nNORRBY — Divers found a crack in the dam of Norrby on Friday, said Karin Stoll, the mayor."
    " It is not known how deep it is. The operator declined to comment. He did not rule out that it would be emptied."
    " A decision is to be taken on 5 November. Nobody had told the village. The crack was caused by frost."
)
RAIN = "Rain Falls\n\nIt rained a lot. The grass is green. Much of it is wet."


def about(text: str) -> WholeArticle:
    return WholeArticle(make_article(RawDocument(origin="a test", text=text)))


def asked(question: str, *texts: str) -> Direct | None:
    return untold(question, [about(text) for text in texts or (DAM,)])


@pytest.mark.parametrize(
    "question",
    [
        "What does the article not tell?",
        "what doesn't it say",
        "what doesnt the article mention?",
        "What does it leave out?",
        "What is missing from this article?",
        "Which questions remain open?",
        "Which questions does the article leave unanswered?",
        "And what remains unclear?",
        "What is still open?",
        "What do we not know yet?",
        "what don't we know",
        "Which information is missing in the report?",
        "Tell me what the article does not say.",
        "Are there any open questions?",
    ],
)
def test_what_the_article_does_not_tell_is_asked_in_many_ways(question: str) -> None:
    found = asked(question)
    assert found
    assert found.lead == "The article tells who, when, where and why. What it leaves open itself:"


@pytest.mark.parametrize(
    "question",
    [
        "What is not known about the crack?",
        "What did the mayor not say?",
        "What does it not cost?",
        "Which questions did the mayor leave open?",
        "Which road is still open?",
        "What does the article tell?",
        "What is missing from the museum?",
        "Is it unclear?",
        "",
    ],
)
def test_what_asks_for_something_of_the_matter_is_no_such_question(question: str) -> None:
    assert asked(question) is None


def test_what_an_article_calls_open_is_cited_and_nothing_else() -> None:
    found = asked("What remains unclear?")
    assert found
    assert [sentence.text for sentence in found.sentences] == [
        "It is not known how deep it is.",
        "The operator declined to comment.",
        "He did not rule out that it would be emptied.",
        "A decision is to be taken on 5 November.",
    ]


def test_the_usual_questions_that_nothing_answers_are_named() -> None:
    found = asked("What does the article not tell?", RAIN)
    assert found == Direct("answered", "Nothing in it says who, when, where or why. It calls nothing open.")


def test_of_several_articles_each_says_what_it_leaves_open() -> None:
    found = asked("What is left open?", DAM, RAIN)
    assert found
    assert found.lead == "What they leave open themselves:"
    assert len(found.sentences) == 4
