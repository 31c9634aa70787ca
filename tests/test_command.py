"""`article-qa` is one command for all of them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, "-m", "page.command", *arguments]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_it_tells_its_commands_and_its_version() -> None:
    assert command().returncode == command("--help").returncode == 0
    assert "article-qa ask" in command("--help").stdout
    assert command("--version").stdout.startswith("article-qa ")


def test_what_it_does_not_know_is_said_with_what_it_knows() -> None:
    done = command("quit")
    assert done.returncode == 2
    assert "'quit'" in done.stderr
    assert "article-qa ingest" in done.stderr


@pytest.mark.parametrize(("name", "told"), [("ask", "--check-claim"), ("ingest", "--rebuild"), ("eval", "compare")])
def test_each_command_is_the_module_of_its_name(name: str, told: str) -> None:
    done = command(name, "--help")
    assert done.returncode == 0
    assert told in done.stdout
