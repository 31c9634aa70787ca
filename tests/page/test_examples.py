"""What a visitor is offered to click: only what the article answers, and nothing twice."""

import pytest

from ingest import RawDocument, ingest
from ingest.library import Library, open_library
from ingest.sample import sample
from ingest.schema import Article
from ingest.settings import Settings
from page.examples import COUNT, FURTHER, OF_ALL, SAMPLE, examples, offered
from qa import ask
from qa.schema import Turn
from qa.suggesting import OVERVIEW

TEXT = """Moor Bridge to Close for Eleven Weeks
The Moor Bridge will close on 14 April for eleven weeks, the mayor, Ingrid Salo, said on Monday.
The bridge was closed in January because a cable had broken. Repairs will cost 8 million euros.
The ferry carries 120 people and runs every 20 minutes. Seven people were rescued by firemen in January.
“We cannot wait,” said Karl Lund, who heads the harbour board. The council approved the plan for a second bridge.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = Settings(data_dir=tmp_path_factory.mktemp("offered") / "data")
    ingest(RawDocument(origin="bridge", text=TEXT, title="Moor Bridge to Close"), settings=made)
    ingest(sample(), settings=made)
    return open_library(made)


@pytest.fixture(scope="module")
def bridge(library: Library) -> Article:
    return next(article for article in library.articles() if "Moor" in article.title)


def test_what_is_offered_at_once_needs_no_looking(library: Library, bridge: Article) -> None:
    assert examples(bridge) == (OVERVIEW,)
    assert examples(None) == OF_ALL
    (call,) = (article for article in library.articles() if article.id != bridge.id)
    assert examples(call) == offered(call, [], library) == SAMPLE


def test_everything_offered_is_answered_with_a_citation(library: Library, bridge: Article) -> None:
    first = offered(bridge, [], library)
    assert len(first) == COUNT
    assert first[0] == OVERVIEW
    for question in first:
        answer = ask(question, articles=[bridge.id], settings=library.settings)
        assert (answer.status, bool(answer.citations)) == ("answered", True), question


def test_after_an_answer_other_questions_go_on_and_none_comes_twice(library: Library, bridge: Article) -> None:
    turns = []
    seen: set[str] = set()
    for question in offered(bridge, [], library)[1:]:
        answer = ask(question, articles=[bridge.id], settings=library.settings)
        turn = Turn(question=answer.question, answer=answer.text, citations=answer.citations)
        turns.append({"asked": question, "rendered": "", "turn": turn.model_dump(mode="json")})
        seen.add(question)
        further = offered(bridge, turns, library)
        assert len(further) <= FURTHER
        assert not seen & set(further)
        assert OVERVIEW not in further[:-1]
