"""`make licences` lists what the project stands on, and fails on a licence that is not allowed."""

import os
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / ".ci" / "licences.toml"


def listed(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / ".ci" / "licences.py"), *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **environment})


def installed(folder: Path, *lines: str) -> str:
    """A folder to be put on the path of a process that then finds a package "stranger" with these metadata."""
    own = folder / "stranger-1.2.dist-info"
    own.mkdir()
    (own / "METADATA").write_text("\n".join(["Metadata-Version: 2.4", "Name: stranger", "Version: 1.2", *lines, ""]))
    return str(folder)


def test_every_package_and_all_weights_are_listed_with_version_and_licence() -> None:
    done = listed()
    assert done.returncode == 0, done.stderr
    for name in ("openai", "chromadb", "gradio"):
        (line,) = [line.split() for line in done.stdout.splitlines() if line.startswith(f"{name} ")]
        assert line[1] == metadata.version(name)
        assert line[2:]
    assert all(f"{name} (" in done.stdout or f"{name} " in done.stdout for name in ("encoder", "reader", "local model"))
    assert "UNKNOWN" not in done.stdout


@pytest.mark.parametrize(
    ("lines", "passes"),
    [
        (["License-Expression: MIT"], True),
        (["License-Expression: GPL-3.0-only OR MIT"], True),
        (["License-Expression: GPL-3.0-only AND MIT"], False),
        (["License-Expression: AGPL-3.0-or-later"], False),
        (["License: Proprietary"], False),
        (["Classifier: License :: OSI Approved :: MIT License"], True),
        (["Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "License: MIT"], False),
        ([], False),
    ],
)
def test_a_licence_that_is_not_allowed_is_named_and_fails(tmp_path: Path, lines: list[str], passes: bool) -> None:
    done = listed(PYTHONPATH=installed(tmp_path, *lines))
    assert "stranger" in done.stdout
    assert done.returncode == (0 if passes else 1)
    assert ("stranger 1.2" in done.stderr) is not passes


def test_weights_whose_notice_does_not_name_their_licence_fail(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES.read_text("utf-8").replace('notice = "ingest/weights/NOTICE"', 'notice = "Makefile"'))
    done = listed(str(rules))
    assert done.returncode == 1
    assert "all-MiniLM-L6-v2" in done.stderr


def test_every_licence_that_binds_more_than_a_notice_is_allowed_for_a_reason() -> None:
    allowed = tomllib.loads(RULES.read_text("utf-8"))["allowed"]
    assert all(len(reason) > 30 for name, reason in allowed.items() if name.startswith(("LGPL", "MPL")))
    assert not [name for name in allowed if name.startswith(("GPL", "AGPL"))]
