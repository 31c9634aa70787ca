import itertools
import json
import random
from pathlib import Path

import pytest

from eval.training.gate_check import Gauged, curve, draw, figures, gauge, questions_of
from ingest.settings import Settings

pytestmark = pytest.mark.slow

FOUND = [
    Gauged(answerable=True, linear=0.9, read=0.8, yes=0.9),
    Gauged(answerable=True, linear=0.6, read=0.7, yes=0.7),
    Gauged(answerable=False, linear=0.7, read=0.3, yes=0.2),
    Gauged(answerable=False, linear=0.2, read=0.1, yes=0.1),
]


def test_paragraphs_are_asked_each_about_itself_and_gauged_without_a_model(tmp_path: Path, settings: Settings) -> None:
    context = "The ferry left Kirkwall at noon with 212 people on board. It was carrying forty cars."
    questions = [
        {"question": "When did the ferry leave Kirkwall?", "answers": ["noon"], "unanswerable": False},
        {"question": "Who paid for the museum in Lyon?", "answers": [], "unanswerable": True},
    ]
    rows = [{"context": context, "questions": questions}, {"context": "A quiet harbour.", "questions": []}]
    path = tmp_path / "paragraphs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    documents, asked = questions_of(str(path), 10, random.Random(1))
    assert [document.text for document in documents] == [context]
    found = list(gauge(documents, asked, settings.model_copy(update={"answerer": "quote"})))
    assert [one.answerable for one in found] == [True, False]
    assert found[0].read > found[1].read
    assert found[0].yes is None


def test_the_questions_of_a_set_are_first_ones() -> None:
    documents, asked = questions_of("sample", 500, random.Random(1))
    assert len(documents) == 1
    assert 50 < len(asked) < 76, "follow-ups are left out"


def test_the_curve_runs_from_all_pass_to_all_stopped(tmp_path: Path) -> None:
    points = curve(FOUND, read=True)
    assert points[0] == (0.0, 1.0)
    assert points[-1] == (1.0, 0.0)
    assert all(a[0] <= b[0] and a[1] >= b[1] for a, b in itertools.pairwise(points))
    assert figures(FOUND, read=True)["auc_gate"] == 1.0
    assert figures(FOUND, read=False)["auc_evidence"] == 0.75
    draw({"<set>": FOUND}, tmp_path / "curve.svg", read=True)
    drawn = (tmp_path / "curve.svg").read_text("utf-8")
    assert drawn.startswith("<svg xmlns")
    assert "&lt;set&gt;" in drawn
