"""Small talk is told from what is asked of an article."""

from pathlib import Path

import pytest

from eval.datasets import read_set
from qa.intents.chat import chat_of

HERE = Path(__file__).parent
SMALL_TALK = [line for row in (HERE / "small_talk.txt").read_text("utf-8").splitlines() for line in row.split("|")]
QUESTIONS = [line for row in (HERE / "no_small_talk.txt").read_text("utf-8").splitlines() for line in row.split("|")]


def test_there_are_three_hundred_of_each() -> None:
    assert len(SMALL_TALK) >= 300
    assert len(QUESTIONS) + len(asked_of_articles()) >= 300


def test_small_talk_is_taken_for_nothing_else() -> None:
    assert [message for message in SMALL_TALK if chat_of(message) is None] == []


def test_a_question_about_an_article_is_never_taken_for_small_talk() -> None:
    assert [question for question in QUESTIONS if chat_of(question)] == []
    assert [question for question in asked_of_articles() if chat_of(question)] == []


def asked_of_articles() -> list[str]:
    """The questions of all shipped sets, which ask an article."""
    sets = [read_set(name, max_bytes=1_000_000) for name in ("sample", "news", "news-held-out", "visitors")]
    return [case.question for held in sets for case in held.cases if case.status != "chat"]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Good morning!", "greeting"),
        ("hi, how are you?", "greeting"),
        ("thanks, bye", "thanks"),
        ("see you later", "farewell"),
        ("👍", "assent"),
        ("?", "help"),
        ("What can you do?", "help"),
        ("who are you", "name"),
        ("how are you", "feeling"),
    ],
)
def test_the_kind_of_small_talk_is_known(message: str, kind: str) -> None:
    assert chat_of(message) == kind


def test_what_points_at_this_is_a_question_once_something_was_asked() -> None:
    assert chat_of("How does this work?") == "help"
    assert chat_of("How does this work?", first=False) is None


@pytest.mark.parametrize("message", ["", " ", "?!…", "…", "[1]", "---", "hello " * 200])
def test_marks_and_long_messages_are_no_small_talk(message: str) -> None:
    assert chat_of(message) is None
