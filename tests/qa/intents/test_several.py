"""Several questions in one message are each answered."""

import pytest

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import ask
from qa.intents.several import questions_in

TEXT = """Bridge to Close
The Moor Bridge will close on 14 April, the mayor, Ingrid Salo, said on Monday. Repairs will cost 8 million euros.
The bridge is 210 metres long. A free ferry will run every 20 minutes."""


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("When will it close? How long is the bridge?", 2),
        ("Hi! When will it close? How much do repairs cost?", 2),
        ("Who paid? Why did they pay? When was it?", 3),
        ("When will it close?", 0),
        ("The bridge is long. Is that true?", 0),
        ("Who is Ingrid Salo, and when will it close?", 2),
        ("How long is the bridge and what repairs cost?", 0),
        ("How long is the bridge and what will repairs cost?", 2),
        ("when will it close and why was it closed?", 2),
        ("Is the bridge closed and how long is it?", 2),
        ("When and where will the ferry run?", 0),
        ("Who knows when and where it was built?", 0),
        ("Who is Ingrid Salo and when?", 0),
        ("What did she say about who pays and what it costs?", 0),
        ("Who is Ingrid Salo and what’s the ferry?", 2),
        ("Why? " * 9, 0),
        ("?", 0),
        ("", 0),
    ],
)
def test_questions_are_told_apart(message: str, count: int) -> None:
    assert len(questions_in(message)) == count


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(data_dir=tmp_path_factory.mktemp("several") / "data")
    ingest(RawDocument(origin="bridge", text=TEXT, title="Bridge to Close"), settings=made)
    return made


def test_each_is_answered_in_its_turn_and_what_is_not_told_is_said(bridge: Settings) -> None:
    answer = ask("How much will repairs cost? How long is the bridge? Who won the chess tournament?", settings=bridge)
    assert answer.status == "answered"
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert answer.text.index("8 million") < answer.text.index("210 metres")
    assert "does not say: “Who won the chess tournament?”" in answer.lead
    assert ask("Who won the chess tournament? Who lost it?", settings=bridge).status == "not_found"


def test_what_rests_on_the_same_words_is_cited_once(bridge: Settings) -> None:
    answer = ask("How much will repairs cost? What is the cost of repairs?", settings=bridge)
    assert len(answer.citations) == len(answer.claims) == 1


def test_two_that_and_joins_are_answered_in_turn(bridge: Settings) -> None:
    answer = ask("When will the bridge close and how long is it?", settings=bridge)
    assert [claim.text.count("14 April") + 2 * claim.text.count("210 metres") for claim in answer.claims] == [1, 2]
    answer = ask("How long is the bridge, and who won the chess tournament?", settings=bridge)
    assert "does not say: “Who won the chess tournament?”" in answer.lead


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("How do Ada Li and Bo Ek see it?", ["How does Ada Li see it?", "How does Bo Ek see it?"]),
        ("what did the union and the trust each want?", ["What did the union want?", "What did the trust want?"]),
        (
            "Compare what Ada and Bo think of the ban.",
            ["What does Ada think of the ban?", "What does Bo think of the ban?"],
        ),
        ("Where do Ada and Bo live?", []),
        ("What do they think?", []),
        ("How did Ada and Bo meet?", []),
    ],
)
def test_what_two_think_is_asked_of_each(message: str, parts: list[str]) -> None:
    assert questions_in(message) == parts
