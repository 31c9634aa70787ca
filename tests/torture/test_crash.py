"""Killed at any moment, the library keeps what it has acknowledged, and nothing is half there."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from ingest import articles, check
from ingest.library import open_library
from ingest.settings import Settings
from qa import ask
from tests.torture.conftest import Promising
from tests.torture.towns import article, price, question, versions
from tests.torture.writer import DEEDS, PROCESSES, Told, Versions, write

STUCK = 300.0
"""Seconds without a word after which a writer is taken to hang."""

COMMAND = 12
"""In every so many trials the command looks too, in a process of its own; in all of them the function that it calls."""


def test_what_was_acknowledged_before_a_kill_answers_after_it(
    tmp_path: Path, environment: dict[str, str], promising: Promising
) -> None:
    own = Settings(data_dir=tmp_path / "data", reader="off")
    with promising("Crash") as promise:
        trials, chance = promise.amount(12, 200), random.Random(promise.seed)
        known: Versions = {}
        during: Counter[str] = Counter()
        acknowledged = asked = checked = 0
        waiting = Writer(own, chance, 0)
        for trial in range(trials):
            writer, waiting = waiting, Writer(own, chance, trial + 1)
            told = writer.killed(known, chance)
            acknowledged += sum(item.moment == "done" for item in told)
            during[told[-1].deed if told[-1].moment == "begin" else "between two"] += 1
            if trial % 2:  # as a program sees it that is started now, else as one that was open all the while
                open_library(own).close()
                open_library.cache_clear()
            known = verified(own, permitted(known, told))
            touched = {town for item in told for town in item.changes if town in known}
            asked += answered(own, known, sorted(touched if trial + 1 < trials else known))
            if trial % promise.amount(3, 1) == 0:
                checked += 1
                assert check(own).sound, check(own).findings
            if trial % COMMAND == COMMAND - 1:
                command_says_sound(own, environment, len(known))
            promise.tried = f"{trial + 1} kills ({', '.join(f'{n} in {deed}' for deed, n in sorted(during.items()))})"
            promise.found = (
                f"{acknowledged} acknowledged changes all there, nothing half there; {asked} questions about what was"
                f" being changed all answered; {checked} checks found everything sound"
            )
        waiting.end()


class Writer:
    """A process that changes the library. It loads while the one before it is looked at."""

    durations: dict[str, float] = dict.fromkeys(DEEDS, 0.1)
    """How long each deed took last, in seconds: a kill is to fall into it on a slow machine as on a quick one."""

    def __init__(self, own: Settings, chance: random.Random, trial: int) -> None:
        self.talk, other = PROCESSES.Pipe()
        given = (own.data_dir, chance.randrange(10**9), DEEDS[trial % len(DEEDS)], other)
        self.process = PROCESSES.Process(target=write, args=given, daemon=True)
        self.process.start()
        other.close()

    def killed(self, known: Versions, chance: random.Random) -> list[Told]:
        """What it told from the moment it was let go to the one it was killed in: at random in its first few deeds."""
        assert heard(self.talk).moment == "ready"
        self.talk.send(known)
        told: list[Told] = []
        for _ in range(chance.randint(0, 3)):
            told.append(heard(self.talk))
            began = time.monotonic()
            told.append(heard(self.talk))
            self.durations[told[-1].deed] = time.monotonic() - began
        told.append(heard(self.talk))
        time.sleep(chance.uniform(0, 1.2 * self.durations[told[-1].deed]))
        assert self.process.is_alive(), "The writer ended by itself."
        self.end()
        return [*told, *rest(self.talk)]

    def end(self) -> None:
        self.process.kill()
        self.process.join()


def heard(talk: Connection) -> Told:
    assert talk.poll(STUCK), f"The writer has said nothing for {STUCK:.0f} seconds."
    found: Told = talk.recv()
    return found


def rest(talk: Connection) -> list[Told]:
    """What was told in the last moment."""
    found = []
    try:
        while talk.poll(1):
            found.append(talk.recv())
    except (EOFError, OSError):
        pass
    return found


def permitted(known: Versions, told: Sequence[Told]) -> dict[int, set[int | None]]:
    """The versions that each town may have now: the one acknowledged last, or the one that was being written."""
    allowed = {town: {version} for town, version in known.items()}
    for item in told:
        for town, version in item.changes.items():
            before = allowed.get(town, {None})
            allowed[town] = {version} if item.moment == "done" else before | {version}
    return allowed


def verified(own: Settings, allowed: dict[int, set[int | None]]) -> Versions:
    """The version that each town has. Raises AssertionError when one is lost, half there or was never written."""
    found = versions(articles(own))
    wrong = {town: (found.get(town), may) for town, may in allowed.items() if found.get(town) not in may}
    assert not wrong, "These towns have another version than they may have."
    assert found.keys() <= allowed.keys()
    return dict(found)


def answered(own: Settings, known: Versions, towns: Sequence[int]) -> int:
    for town in towns:
        found = ask(question(town), articles=[article(town).id], settings=own)
        assert price(town, known[town] or 0) in found.text, found
    return len(towns)


def command_says_sound(own: Settings, environment: dict[str, str], count: int) -> None:
    """`python -m ingest --check` says that every article is sound, with exit code 0."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "--check"],
        check=False,
        env={**environment, "DATA_DIR": str(own.data_dir)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{count} articles in" in done.stdout
    assert "are sound" in done.stdout
