"""What the page shows while a question is answered."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ingest.settings import Settings
from page.conversation import KEPT_TURNS, kept, message, messages
from page.explain import explained
from qa.answer import stream
from qa.render import escape, render_answer
from qa.schema import AnswerEvent, StageEvent, TextEvent, Turn

_STAGES = {"gate": "Asking the model", "write": "Asking the model", "answer": "Writing"}
"""What is said of a stage that can take a while; the others are over before they could be read."""

_BY_MODEL = frozenset({"gate", "write"})
"""Stages in which a language model is at work, which can be stopped."""


@dataclass(frozen=True)
class Shown:
    """One moment: the chat's bubbles, the turns that the browser keeps, and whether a model is at work."""

    bubbles: list[dict[str, str]]
    turns: list[dict[str, Any]]
    working: bool = False


def answering(
    asked: str, turns: list[dict[str, Any]], articles: list[str] | None, settings: Settings
) -> Generator[Shown, None, None]:
    """The moments of an answer. Closing the iterator ends the work on it; whatever goes wrong is said in the chat."""
    if not asked or not asked.strip():
        yield Shown(messages(turns), turns)
        return
    history = [Turn.model_validate(turn["turn"]) for turn in turns if turn["turn"]]
    text, working, before = "", False, [*messages(turns), message("user", escape(asked))]
    try:
        with closing(stream(asked, history=history, articles=articles, settings=settings)) as events:
            for event in events:
                if isinstance(event, StageEvent):
                    working = working or event.stage in _BY_MODEL
                    if not text:
                        line = f"{_STAGES.get(event.stage, 'Reading')} …"
                        yield Shown([*before, message("assistant", line)], turns, working)
                elif isinstance(event, TextEvent):
                    text = event.text if event.anew else text + event.text
                    yield Shown([*before, message("assistant", escape(text))], turns, working)
                elif isinstance(event, AnswerEvent):
                    answer = event.answer
                    turn = Turn(question=answer.question, answer=answer.text, citations=answer.citations)
                    turns = [*turns, kept(asked, render_answer(answer), turn.model_dump(mode="json"))]
    except Exception as error:  # noqa: BLE001 - whatever it is, the visitor is told and it is logged
        turns = [*turns, kept(asked, f"⚠ {escape(explained(error))}", None)]
    turns = turns[-KEPT_TURNS:]
    yield Shown(messages(turns), turns)
