"""What the promises share: how hard they are tried, and the table of what was found.

`TORTURE=full` tries them in full, which takes hours; without it a short form of each runs, a minute for all together.
`TORTURE_SEED` repeats a run: the seed stands in the table and at the top of pytest's output.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from ingest.settings import Settings
from tests.effort import FULL, SEED

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "build" / "torture.md"
HEAD = "| Promise | Tried | Found | Form | Seed | Seconds | Day |\n| --- | --- | --- | --- | --- | --- | --- |\n"


@dataclass
class Promise:
    """One row of the table while it is being earned: what was tried and what was found."""

    name: str
    seed: int
    full: bool
    tried: str = ""
    found: str = ""

    def amount(self, short: int, full: int) -> int:
        """How much is to be tried in the form that runs."""
        return full if self.full else short


Promising = Callable[[str], AbstractContextManager[Promise]]


@pytest.fixture(scope="session")
def promising() -> Promising:
    """Opens a row of the table by the promise's name; it is kept also when the promise is broken."""

    @contextmanager
    def opened(name: str) -> Iterator[Promise]:
        made, began = Promise(name, SEED, FULL), time.perf_counter()
        try:
            yield made
        except BaseException as error:
            made.found = f"BROKEN: {type(error).__name__}, after {made.found or 'nothing'}"
            raise
        finally:
            cells = [made.tried, made.found, "full" if FULL else "short", str(SEED)]
            cells += [f"{time.perf_counter() - began:.0f}", f"{datetime.now(UTC):%Y-%m-%d}"]
            keep(made.name, cells)

    return opened


def keep(name: str, cells: list[str]) -> None:
    """Put a row into the table, in the place of the one that the promise had before."""
    TABLE.parent.mkdir(exist_ok=True)
    with FileLock(TABLE.with_suffix(".lock")):  # others may earn rows of theirs meanwhile
        rows = kept()
        rows[name] = "| " + " | ".join(re.sub(r"[\s|]+", " ", cell) for cell in [name, *cells]) + " |"
        TABLE.write_text(HEAD + "\n".join(rows.values()) + "\n", "utf-8")


def kept() -> dict[str, str]:
    """The rows of the table as it is, by promise."""
    lines = TABLE.read_text("utf-8").splitlines()[2:] if TABLE.exists() else []
    return {line.split("|")[1].strip(): line for line in lines if line.count("|") > 2}


def pytest_report_header() -> str:
    return f"promises: {'in full' if FULL else 'short form, TORTURE=full tries them in full'}; TORTURE_SEED={SEED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE.exists():
        terminalreporter.section(f"promises, in {TABLE.relative_to(ROOT)}")
        terminalreporter.write(TABLE.read_text("utf-8"))


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of a program that is started: none of the person's own settings, and no local model."""
    ours = {name.upper() for name in Settings.model_fields}
    kept_names = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept_names, "PYTHONPATH": str(ROOT), "ANSWERER": "quote"}
