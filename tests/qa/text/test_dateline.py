"""What a news agency puts before the first sentence."""

import pytest

from ingest import RawDocument, ingest
from ingest.settings import Settings
from qa import ask
from qa.text.dateline import after_dateline, dateline_of


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("NORRBY, 14 October 2025 — The dam leaks.", "NORRBY"),
        ("LOWER TESSEL — The river rose.", "LOWER TESSEL"),
        ("BERLIN (Reuters) – Rain fell.", "BERLIN"),
        ("Port Halley (AP) -- Rain fell.", "Port Halley"),
        ("Veldau, March 3, 2024 — The museum closed.", "Veldau"),
    ],
)
def test_a_dateline_is_told_from_what_it_stands_before(line: str, place: str) -> None:
    found = dateline_of(line)
    assert found
    assert found[0] == place
    assert after_dateline(line) in {"The dam leaks.", "The river rose.", "Rain fell.", "The museum closed."}


@pytest.mark.parametrize(
    "line",
    [
        "The dam (built in 1951) — the oldest of all — leaks.",
        "Maria Stoll — the mayor — called a meeting.",
        "NORRBY is a village.",
        "The mayor said no.",
        "",
    ],
)
def test_a_dash_alone_makes_no_dateline(line: str) -> None:
    assert dateline_of(line) is None
    assert after_dateline(line) == line


def test_an_answer_leaves_the_dateline_out_unless_it_is_asked_for(settings: Settings) -> None:
    lead = "NORRBY, 14 October 2025 — The operator of the dam has begun to lower the reservoir by six metres."
    ingest(RawDocument(origin="dam", text=f"Dam Leaks\n\n{lead}\n\nNobody was hurt."), settings=settings)
    what = ask("By how much is the reservoir lowered?", settings=settings)
    assert what.claims[0].text.startswith("The operator of the dam")
    assert what.citations[0].quote == lead.partition(" — ")[2]
    assert ask("What is it about?", settings=settings).claims[0].text.startswith("The operator of the dam")
    when = ask("When did the operator begin to lower the reservoir?", settings=settings)
    assert when.citations[0].quote == lead
