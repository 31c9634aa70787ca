"""Whatever is asked, an answer comes whose citations hold, or one sentence that says why the question cannot be asked."""

import random
import time
from pathlib import Path
from typing import Any

from ingest import ingest
from ingest.errors import QuestionError
from ingest.schema import Article
from ingest.settings import Settings
from qa import Answer, ask
from qa.schema import MARKER
from tests.torture.conftest import Promising
from tests.torture.questions import questions
from tests.torture.towns import article, story

TOWNS = range(4)
HANG = 60.0
"""Seconds for one question; most take a hundredth of one."""


def test_no_question_ends_in_anything_but_an_answer_or_a_question_error(tmp_path: Path, promising: Promising) -> None:
    own = Settings(data_dir=tmp_path / "data", reader="off", answerer="quote")
    known = {item.id: item for item in (article(town, days=20) for town in TOWNS)}
    ingest([story(town, days=20) for town in TOWNS], settings=own)
    with promising("Input") as promise:
        ask("Is everything loaded?", settings=own)
        chance, longest = random.Random(promise.seed), 0.0
        history: list[Answer] = []
        answered = refused = 0
        for number, question in enumerate(questions(promise.seed, promise.amount(100, 10_000))):
            began = time.monotonic()
            scope = chance.choice([None, [chance.choice(sorted(known))]])
            answer = asked(question, history, scope, own)
            if answer:
                answered += 1
                assert_holds(answer, known)
                history = [*history[-2:], answer] if chance.random() < 0.7 else []
            else:
                refused += 1
            longest = max(longest, time.monotonic() - began)
            assert longest < HANG, repr(question)
            promise.tried = f"{number + 1} generated and mutated questions, most of them in a conversation"
            promise.found = (
                f"{answered} answers whose every citation holds, {refused} refused in a sentence, nothing else; the"
                f" longest took {longest:.1f} s"
            )


def asked(question: Any, history: list[Answer], scope: list[str] | None, own: Settings) -> Answer | None:
    """The answer, or None for a question that is refused. Raises AssertionError for any other end."""
    try:
        return ask(question, history=history, articles=scope, settings=own)
    except QuestionError as error:
        complete = bool(error.message and error.hint)
    except Exception as error:
        raise AssertionError(f"{question!r} failed after {[turn.question for turn in history]!r}") from error
    assert complete, repr(question)
    return None


def assert_holds(answer: Answer, known: dict[str, Article]) -> None:
    """Every [n] has one citation and back, and every quote is cut from its article."""
    numbers = {int(number) for number in MARKER.findall(answer.text)}
    assert numbers == {citation.number for citation in answer.citations}, answer
    for citation in answer.citations:
        assert known[citation.article_id].text[citation.start : citation.end] == citation.quote, answer
    assert answer.status == "details" or bool(answer.citations) == (answer.status == "answered"), answer
