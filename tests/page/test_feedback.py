"""What readers say of answers is kept, and becomes a question set."""

import json
from pathlib import Path

import httpx
import pytest

import qa.feedback
from eval.feedback import cases_of
from ingest.errors import AddingError, SourceError
from qa.feedback import FILE, Feedback, keep
from qa.schema import Citation, Turn

CITED = Citation(number=1, article_id="0" * 16, title="T", start=0, end=9, quote="It is red.")
TURN = Turn(question="What colour is it?", answer="Red. [1]", citations=(CITED,))


def test_the_last_word_on_a_question_becomes_a_case(tmp_path: Path) -> None:
    absent = Turn(question="Who paid?", answer="The article does not say.")
    for turn, right, comment in (
        (TURN, False, "no,  blue"),
        (TURN, True, ""),
        (absent, True, ""),
        (absent.model_copy(update={"question": "Who sold it?"}), False, "Ada Li\nsold it"),
    ):
        keep(Feedback(turn=turn, right=right, comment=comment), tmp_path)
    with (tmp_path / FILE).open("a", encoding="utf-8") as out:
        out.write('{"turn": \n[1]\n')
    red, paid, sold = cases_of(tmp_path)
    assert (red.question, red.answers, red.evidence) == ("What colour is it?", ("Red.",), ("It is red.",))
    assert (paid.question, paid.answerable, paid.tags) == ("Who paid?", False, ("right",))
    assert (sold.answers, sold.answerable, sold.tags) == ((), True, ("wrong", "Ada Li sold it"))


def test_a_folder_without_a_word_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nobody has said yet"):
        cases_of(tmp_path)


def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AddingError):
        keep(Feedback(turn=TURN.model_copy(update={"answer": "a" * 90_000}), right=True), tmp_path)
    with pytest.raises(ValueError, match="surrogates"):
        Feedback(turn=TURN.model_copy(update={"question": "q\ud800"}), right=True)
    monkeypatch.setattr(qa.feedback, "MOST_BYTES", 10)
    keep(Feedback(turn=TURN, right=True), tmp_path)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    with pytest.raises(AddingError):
        keep(Feedback(turn=TURN, right=True), tmp_path)


def test_the_page_keeps_what_is_said_and_refuses_what_is_no_feedback(url: str) -> None:
    with httpx.Client(base_url=url, timeout=30) as client:
        given = {"turn": json.loads(TURN.model_dump_json()), "right": False, "comment": "blue"}
        assert client.post("/api/feedback", json=given).json() == {"kept": True}
        assert client.post("/api/feedback", json={**given, "comment": "b" * 1_001}).status_code == 422
        assert client.post("/api/feedback", json={**given, "path": "/etc/hosts"}).status_code == 422
        assert client.post("/api/feedback", json={**given, "turn": {"question": 3}}).status_code == 422
        for question in ("", " ", "?" * 3_000):
            turn = {**given["turn"], "question": question}
            assert client.post("/api/feedback", json={**given, "turn": turn}).status_code == 422
