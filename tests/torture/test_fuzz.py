"""Every input that ever broke a target is tried again, and so are a few that are made from real ones by chance."""

import random
import signal
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.torture.conftest import Promising
from tests.torture.fuzz.targets import SEPARATOR, TARGETS, seeds

FINDINGS = sorted(path for path in (Path(__file__).parent / "findings").iterdir() if path.suffix != ".md")
OPEN: dict[str, str] = {}
"""Findings that are not mended yet, and why they break a target, which is not tried by chance until they are."""

HANG = 60
"""Seconds for one input; most take a thousandth of one."""

MEMORY = 300_000_000
"""Bytes for one input, however often its parts are repeated."""


@contextmanager
def bounded(memory: bool = False) -> Iterator[None]:
    """Raise AssertionError when the block takes too long, or with `memory` too much of that."""

    def stop(_: int, __: FrameType | None) -> None:
        raise AssertionError(f"It takes more than {HANG} seconds.")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANG)
    if memory:
        tracemalloc.start()
    try:
        yield
        assert not memory or tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
        signal.alarm(0)


def cases() -> Iterator[Any]:
    for finding in FINDINGS:
        reason = OPEN.get(finding.name)
        yield pytest.param(
            finding, id=finding.name, marks=[pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        )


@pytest.mark.parametrize("finding", list(cases()))
def test_what_once_broke_a_target_does_so_no_more(finding: Path) -> None:
    with bounded(memory=True):
        TARGETS[finding.name.split("-")[0]](finding.read_bytes())


def test_inputs_made_from_real_ones_by_chance_break_nothing(promising: Promising) -> None:
    sound = {name: target for name, target in TARGETS.items() if not any(item.startswith(f"{name}-") for item in OPEN)}
    with promising("Parsers") as promise:
        count = promise.amount(60, 3_000)
        chance = random.Random(promise.seed)
        for name, target in sound.items():
            known = seeds(name)
            for _ in range(count):
                tried(target, changed(chance, known))
        promise.tried = f"{count} inputs for each of {', '.join(sound)}, and {len(FINDINGS)} earlier findings"
        promise.found = f"only the errors that a person is told; every span, tile and citation right; {len(OPEN)} open"


def tried(target: Callable[[bytes], None], data: bytes) -> None:
    with bounded():
        try:
            target(data)
        except Exception as error:
            raise AssertionError(f"{target.__name__} failed on {data!r}") from error


def changed(chance: random.Random, known: list[bytes]) -> bytes:
    """An input made of one or two real ones, with some bytes lost, doubled or exchanged."""
    made = bytearray(chance.choice(known) + chance.choice([b"", b"", chance.choice(known)[1:]]))[:3_000]
    for _ in range(chance.randint(0, 20)):
        place = chance.randrange(1, len(made) + 1)
        new = chance.choice(
            [b"", made[1:9], SEPARATOR, chance.randbytes(2), b'"', b"[", b"\n\n", "é “\u2028.".encode()]
        )
        made[place : place + chance.randint(0, 4)] = new
    made[0] = chance.randrange(256)
    return bytes(made)
