"""What goes on from the last answer does so, and says nothing twice."""

import pytest

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import Answer, ask
from qa.intents.follow import follow_asked

TEXT = """Bridge to Close
The Moor Bridge will close on 14 April for eleven weeks, the mayor, Ingrid Salo, said on Monday. “We would rather close it
now than be sorry later,” Salo told reporters.
Repairs will cost 8 million euros. The state pays two thirds of that. The town pays the rest.
Peter Lund, who runs a bakery, fears for his sales. The hotel owner Ada Beck fears for hers.
A free ferry will run every 20 minutes. It was built in Hull."""


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(data_dir=tmp_path_factory.mktemp("follow") / "data")
    ingest(RawDocument(origin="bridge", text=TEXT, title="Bridge to Close"), settings=made)
    return made


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("tell me more", "more"),
        ("more please", "more"),
        ("anything else?", "more"),
        ("go on", "more"),
        ("more details", "more"),
        ("where does it say that?", "where"),
        ("source?", "where"),
        ("show me where", "where"),
        ("are you sure?", "where"),
        ("quote it", "where"),
        ("can you show me the passage?", "where"),
        ("in one sentence please", "short"),
    ],
)
def test_a_message_that_goes_on_is_known(message: str, kind: str) -> None:
    assert follow_asked(message) == kind


@pytest.mark.parametrize(
    "message",
    ["where?", "who else?", "why?", "Where is the bridge?", "more money?", "Who is the source?", "and in Hull?"],
)
def test_what_has_to_be_read_for_is_none(message: str) -> None:
    assert follow_asked(message) is None


def talk(bridge: Settings, *questions: str) -> list[Answer]:
    answers: list[Answer] = []
    for question in questions:
        answers.append(ask(question, history=answers, settings=bridge))
    return answers


def test_more_is_what_was_not_said_yet(bridge: Settings) -> None:
    answers = talk(bridge, "How much will repairs cost?", "tell me more", "more please", "go on", "and more?", "more")
    quotes = [citation.quote for answer in answers for citation in answer.citations]
    assert len(quotes) == len(set(quotes))
    assert "two thirds" in answers[1].text
    assert answers[-1].status == "not_found"
    assert "said already" in answers[-1].note


def test_where_it_stands_is_shown_with_what_is_around_it(bridge: Settings) -> None:
    answer = talk(bridge, "Who pays two thirds?", "where does it say that?")[-1]
    assert answer.lead == "It stands here:"
    assert [citation.quote[:9] for citation in answer.citations] == ["Repairs w", "The state", "The town "]


def test_who_else_names_somebody_else(bridge: Settings) -> None:
    first, second = talk(bridge, "Who fears for his sales?", "who else?")
    assert "Lund" in first.text
    assert "Lund" not in second.text


def test_a_person_is_not_a_day(bridge: Settings) -> None:
    answer = talk(bridge, "Who is Ingrid Salo?", "What did she say?")[-1]
    assert "sorry later" in answer.text


def test_nothing_goes_on_before_anything_was_said(bridge: Settings) -> None:
    assert ask("tell me more", settings=bridge).lead != "It stands here:"
    assert ask("source?", settings=bridge).status in {"not_found", "details"}
