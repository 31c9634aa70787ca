"""The three commands as a person runs them.

`command` is a process of its own, `inside` runs the same words in this one: a process loads for two seconds.
"""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.sample import sample

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def command(tmp_path: Path):
    def run(*words: str, given: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path / "data"), **extra}
        return subprocess.run(
            [sys.executable, "-m", *words],
            check=False,
            capture_output=True,
            text=True,
            input=given,
            env=environment,
            cwd=tmp_path,
        )

    return run


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(package: str, *words: str, given: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
        app = importlib.import_module(f"{package}.__main__").app
        done = CliRunner().invoke(app, words, input=given, env=extra, prog_name=package)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return subprocess.CompletedProcess([package, *words], done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "call.txt"
    path.write_text(sample().text)
    return path


@pytest.mark.slow
def test_an_article_goes_in_and_an_answer_comes_out(command, article: Path) -> None:
    added = command("ingest", str(article))
    assert added.returncode == 0
    assert "added" in added.stdout
    assert "python -m qa" in added.stdout
    answer = command("qa", "How long did the call last?")
    assert answer.returncode == 0
    assert "more than two hours" in answer.stdout
    assert "[1]" in answer.stdout
    assert "unchanged" in command("ingest", str(article)).stdout


def test_the_answer_as_json_is_the_answer(inside, article: Path) -> None:
    found = json.loads(inside("qa", "Why was the call delayed?", "--article", str(article), "--json").stdout)
    assert found["status"] == "answered"
    assert found["citations"][0]["quote"] in sample().text


def test_what_the_article_does_not_say_is_exit_code_3(inside, article: Path) -> None:
    assert inside("qa", "What does China say?", "--article", str(article)).returncode == 3


def test_an_empty_library_says_what_to_type(command) -> None:
    asked = command("qa", "What happened?")
    assert asked.returncode == 1
    assert "python -m ingest" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_the_library_is_listed_emptied_and_rebuilt(inside, article: Path) -> None:
    report = json.loads(inside("ingest", str(article), "--json").stdout)
    name = report["rows"][0]["article_id"]
    assert name in inside("ingest", "--list").stdout
    assert json.loads(inside("ingest", "--list", "--json").stdout)[0]["id"] == name
    assert inside("ingest", "--rebuild").returncode == 0
    assert inside("ingest", "--delete", name).returncode == 0
    assert json.loads(inside("ingest", "--list", "--json").stdout) == []
    assert inside("ingest", "--delete", name).returncode == 1


@pytest.mark.slow
def test_standard_input_is_an_article(command) -> None:
    assert command("ingest", "-", given="The bridge opened on Monday. It cost four million dollars.").returncode == 0
    assert "four million" in command("qa", "How much did the bridge cost?").stdout


def test_a_question_may_be_unquoted_or_come_on_standard_input(inside, article: Path) -> None:
    first = inside("qa", *"How long did the call last?".split(), "--article", str(article))
    assert "two hours" in first.stdout
    assert "Kept:" in first.stderr
    again = inside("qa", "-", "--article", str(article), given="How long did the call last?\n")
    assert "two hours" in again.stdout
    assert "Kept:" not in again.stderr
    assert inside("qa", "-", given="x" * 3_000).returncode == 1


def test_nothing_ingested_is_exit_code_1_and_a_bad_file_does_not_stop_the_rest(inside, article: Path) -> None:
    failed = inside("ingest", "none.txt")
    assert failed.returncode == 1
    assert "There is no file none.txt" in failed.stdout
    mixed = inside("ingest", "none.txt", str(article))
    assert mixed.returncode == 0
    assert "1 added, 1 skipped" in mixed.stdout


@pytest.mark.parametrize(
    "words", [("ingest",), ("ingest", "--list", "--rebuild"), ("qa",), ("eval",), ("eval", "walk")]
)
def test_wrong_usage_is_exit_code_2(inside, words: tuple[str, ...]) -> None:
    assert inside(*words).returncode == 2


@pytest.mark.parametrize("package", ["ingest", "qa", "eval"])
def test_help_is_given(command, package: str) -> None:
    assert "Usage" in command(package, "--help").stdout


def test_a_bad_setting_is_named(command) -> None:
    asked = command("qa", "What happened?", ANSWER_THRESHOLD="often")
    assert asked.returncode == 1
    assert "ANSWER_THRESHOLD" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_titles_cannot_steer_the_terminal(inside, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"title": "Red \u001b[31m\u202etitle", "text": "Rain fell on Monday."})
    )
    shown = inside("ingest", str(tmp_path / "a.jsonl")).stdout + inside("ingest", "--list").stdout
    assert "\u001b" not in shown
    assert "\u202e" not in shown


def test_the_shipped_set_runs_and_leaves_a_report(inside, tmp_path: Path) -> None:
    done = inside("eval", "run", "sample", "--limit", "12", "--out", "out", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["scores"]["quotes_exact"]["value"] == 1.0
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert len(report["rows"]) == 12
    assert set(report["environment"]["weights_sha256"]) == {"evidence.json", "reader.onnx", "reader.json"}
    assert not (tmp_path / "data" / "catalog.db").exists()


def test_a_set_of_ones_own_over_a_folder_of_articles(inside, article: Path, tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(
        '{"id": "a", "question": "Why was the call delayed?", "evidence": ["It was delayed because"]}\n'
    )
    folder = tmp_path / "articles"
    folder.mkdir()
    article.rename(folder / "call.txt")
    done = inside("eval", "run", "set.jsonl", "--articles", "articles", "--json")
    assert json.loads(done.stdout)["scores"]["citation_recall"] == {"value": 1.0, "count": 1, "low": 1.0, "high": 1.0}
    assert list((tmp_path / "runs").glob("*/report.json"))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{broken",
        '{"id": "a"}',
        '{"id": "a", "question": "x", "colour": 1}',
        '{"id": "a", "question": "x"}\n{"id": "a", "question": "y"}',
    ],
)
def test_a_bad_set_is_told_with_its_line(inside, article: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.jsonl").write_text(content)
    done = inside("eval", "run", "bad.jsonl", "--articles", str(article))
    assert done.returncode == 1
    assert "bad.jsonl" in done.stderr
    assert "Traceback" not in done.stderr
