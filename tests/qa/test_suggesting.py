"""Questions that are made of an article's own sentences."""

import pytest

from ingest import RawDocument
from ingest.clean import make_article
from qa.intents.whole import WholeArticle
from qa.suggesting import Suggestion, candidates, spread


def made(text: str) -> list[str]:
    article = make_article(RawDocument(origin="t", text=f"Alarm at Dawn\n\n{text}", title="Alarm at Dawn"))
    return [one.question for one in candidates(WholeArticle(article))]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The Moor Bridge will close on 14 April.", "When will the Moor Bridge close?"),
        ("The bridge was closed because a cable had broken.", "Why was the bridge closed?"),
        ("Repairs will cost 8 million euros.", "How much will repairs cost?"),
        ("The plant employs 1,640 people in Oslo.", "How many people does the plant employ in Oslo?"),
        ("Seven people were rescued by firemen.", "How many people were rescued by firemen?"),
        ("The council approved the plan for a second bridge.", "Who approved the plan for a second bridge?"),
        ("The road has been closed for three weeks.", "For how long has the road been closed?"),
    ],
)
def test_a_sentence_is_asked_for_what_it_tells(text: str, question: str) -> None:
    assert question in made(text)


@pytest.mark.parametrize(
    "text",
    [
        "It will close on 14 April.",
        "He said that it was closed because a cable had broken.",
        "The council demanded it back in 1951.",
        "Visitors need 55 tickets for the show in the town hall.",
        "What was lost will be found on Monday.",
        "Reports say the meetings are expected to last until Tuesday.",
        "The council will discuss in September whether buyers must sign.",
        "The verdict on Tuesday ended a trial of 14 months.",
        "",
    ],
)
def test_nothing_is_asked_that_nobody_could_understand_alone(text: str) -> None:
    assert made(text) == []


def test_kinds_take_turns_and_no_sentence_is_asked_twice() -> None:
    found = [Suggestion(f"{kind} {n}?", kind, n * 10, n * 10 + 5) for kind in ("who", "when") for n in range(4)]
    mixed = spread(found)
    assert [one.kind for one in mixed] == ["who", "when", "who", "when"]
    assert len({one.start for one in mixed}) == len(mixed) == 4
