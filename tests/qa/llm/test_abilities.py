"""`python -m qa --check-model` tells in five lines what the server that is set can do."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from qa.__main__ import app
from tests.openai_server import ModelServer

Run = Callable[..., Any]


@pytest.fixture
def run(model_server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Run:
    def check(*arguments: str, **environment: str) -> Any:
        set_up = {"OPENAI_BASE_URL": model_server.url, "OPENAI_MODEL": "test-model", "OPENAI_RETRIES": "0"}
        for name, value in {**set_up, **environment}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app, ["--check-model", *arguments])

    return check


def test_a_server_that_can_do_all_is_told_in_five_lines(run: Run, model_server: ModelServer) -> None:
    model_server.schema_reply, model_server.yes, model_server.reply = '{"tells": "yes"}', 0.9, '{"tells": "yes"}'
    done = run()
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["model", "streaming", "schema", "logprobs", "usage"]
    assert lines[0] == f"model      test-model at {model_server.url}"
    assert all("yes" in line for line in lines[1:4])
    assert lines[4].endswith("told by the server")


@pytest.mark.parametrize("refuses", [set(), {"response_format", "logprobs", "stream_options"}])
def test_a_server_that_can_do_nothing_of_it_is_told_too(run: Run, model_server: ModelServer, refuses: set[str]) -> None:
    model_server.refuses, model_server.tells_usage, model_server.pieces = refuses, False, 1000
    lines = run().stdout.splitlines()
    assert len(lines) == 5
    assert all(" no, " in line for line in lines[1:4])
    assert "estimated" in lines[4]


def test_an_object_of_another_form_is_no_schema_that_was_kept(run: Run, model_server: ModelServer) -> None:
    model_server.schema_reply = '{"answer": "It says so."}'
    assert "schema     no" in run().stdout


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "http://127.0.0.1:9/v1 cannot be reached."),
        ({"OPENAI_MODEL": "gpt-9"}, "has no model gpt-9"),
        ({"ANSWERER": "quote"}, "No language model is set"),
    ],
)
def test_a_model_that_cannot_be_asked_is_one_sentence(run: Run, environment: dict[str, str], sentence: str) -> None:
    done = run(**environment)
    assert done.exit_code == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
