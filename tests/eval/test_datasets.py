import json
from pathlib import Path

import pytest

from eval.datasets import SetError, read_set
from tests.conftest import SHARED

CASE = {"id": "a", "question": "Why?", "answers": ["x"], "evidence": ["y"], "tags": ["t"]}


def write(folder: Path, name: str, *records: object) -> str:
    path = folder / name
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return str(path)


def test_a_table_is_read_with_several_values_in_a_cell(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,question,answers,answerable\nq1,Why?,one|two,yes\nq2,Who?,,no\n")
    held = read_set(str(tmp_path / "a.csv"), max_bytes=1_000_000)
    assert held.cases[0].answers == ("one", "two")
    assert [case.answerable for case in held.cases] == [True, False]


def test_squads_own_json_is_read(tmp_path: Path) -> None:
    qas = [
        {
            "id": "1",
            "question": "When did it snow?",
            "answers": [{"text": "Tuesday", "answer_start": 31}],
            "is_impossible": False,
        },
        {"id": "2", "question": "Who sang?", "answers": [], "is_impossible": True},
    ]
    value = {
        "version": "2",
        "data": [
            {"title": "Weather", "paragraphs": [{"context": "It rained on Monday. It snowed on Tuesday.", "qas": qas}]}
        ],
    }
    held = read_set(write(tmp_path, "dev.json", value), max_bytes=1_000_000)
    assert held.documents[0].text == "It rained on Monday. It snowed on Tuesday."
    assert held.cases[0].evidence == ("It snowed on Tuesday.",)
    assert not held.cases[1].answerable


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("multihoprag", 100),
        ("squad2", 985),
        ("quail_news", 108),
        ("clapnq", 80),
        ("attributionbench", 200),
        ("xquad/en.jsonl", 66),
    ],
)
def test_published_sets_are_read_as_they_are(name: str, count: int) -> None:
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"needs ../shared/data/{name}")
    held = read_set(str(path), max_bytes=200_000_000)
    assert len(held.cases) == count
    origins = {document.origin for document in held.documents}
    assert all(set(case.articles) <= origins for case in held.cases)


def test_conversations_are_read_with_their_history(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "text": "Who is it?"},
        {"role": "agent", "text": "Ada."},
        {"role": "user", "text": "And why?"},
    ]
    record = {
        "task_id": "t",
        "answerability": "ANSWERABLE",
        "turns": turns,
        "contexts": [{"doc_id": "d", "text": "Ada."}],
        "target": "x",
    }
    (case,) = read_set(write(tmp_path, "tasks.jsonl", record), max_bytes=1_000_000).cases
    assert case.history == (("Who is it?", "Ada."),)
    assert case.question == "And why?"
    assert (case.passages, case.articles) == (("d",), ())


def test_an_underspecified_turn_of_a_conversation_has_nothing_to_find(tmp_path: Path) -> None:
    turns = [{"role": "user", "text": "How tall is the tower?"}]
    record = {
        "task_id": "t",
        "answerability": "UNDERSPECIFIED",
        "turns": turns,
        "contexts": [{"doc_id": "d", "text": "x"}],
    }
    (case,) = read_set(write(tmp_path, "tasks.jsonl", record), max_bytes=1_000_000).cases
    assert not case.passages
    assert not case.answerable


def test_the_hash_changes_with_the_set(tmp_path: Path) -> None:
    one = read_set(write(tmp_path, "a.jsonl", CASE), max_bytes=1_000_000)
    other = read_set(write(tmp_path, "b.jsonl", {**CASE, "question": "Who?"}), max_bytes=1_000_000)
    assert one.sha256 != other.sha256


@pytest.mark.parametrize(
    "record",
    [
        {"context": "x", "questions": 3},
        {"turns": [], "contexts": [{}], "task_id": "t"},
        {"claim": "x", "references": "y", "label": None},
        {"id": "a"},
        {"id": ["x"], "question": "y"},
    ],
)
def test_a_broken_record_is_told(tmp_path: Path, record: object) -> None:
    with pytest.raises(SetError) as caught:
        read_set(write(tmp_path, "a.jsonl", record), max_bytes=1_000_000)
    assert caught.value.hint


def test_a_missing_empty_or_huge_set_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in (
        "none.jsonl",
        str(tmp_path / "empty"),
        write(tmp_path, "big.jsonl", {"id": "a", "question": "x" * 1_000}),
    ):
        with pytest.raises(SetError):
            read_set(name, max_bytes=500)
