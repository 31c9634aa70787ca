"""What happened stands at the beginning of a report, and a mere "when?" goes on from what was cited."""

import pytest

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import Answer, ask

SHIP = (
    "Museum Ship Ardent Springs a Leak\n\nThe museum ship Ardent has closed to visitors after water broke into its"
    " engine room on Sunday night. The barque has been moored in Selby since 1964.\n\nA night watchman heard the pumps"
    " start and called the fire brigade. The pumps were made in Leeds.\n\nThe Ardent was built in Glasgow in 1903 and"
    " carried grain from Australia until 1949."
)
LEAD = "The museum ship Ardent has closed to visitors after water broke into its engine room on Sunday night."


@pytest.fixture
def ship(settings: Settings) -> Settings:
    ingest(RawDocument(origin="ship", text=SHIP), settings=settings)
    return settings


def first(answer: Answer) -> str:
    return answer.citations[0].quote if answer.citations else ""


@pytest.mark.parametrize("question", ["What happened to the Ardent?", "what happened?", "So what has happened?"])
def test_what_happened_to_the_matter_of_a_report_stands_first_in_it(ship: Settings, question: str) -> None:
    assert first(ask(question, settings=ship)) == LEAD


def test_what_happened_to_something_else_is_read_for(ship: Settings) -> None:
    assert "pumps" in first(ask("What happened to the pumps?", settings=ship))


@pytest.mark.parametrize(("question", "quote"), [("when?", LEAD), ("and when?", LEAD), ("why?", LEAD)])
def test_a_question_word_alone_asks_for_what_was_cited(ship: Settings, question: str, quote: str) -> None:
    before = ask("What happened to the Ardent?", settings=ship)
    assert first(ask(question, history=[before], settings=ship)) == quote


def test_a_question_with_words_of_its_own_is_read_for(ship: Settings) -> None:
    before = ask("What happened to the Ardent?", settings=ship)
    assert "1903" in first(ask("When was it built?", history=[before], settings=ship))
