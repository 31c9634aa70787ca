"""How much one visitor, and one address, may ask of the page in a minute and at once."""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

Kind = Literal["ask", "add", "other"]

SHARED = 10
"""Visitors behind one address have together this many times what one of them has, with cookies or without."""


@dataclass(frozen=True)
class Allowance:
    """So many at once after a pause, then so many a minute; and so many that are not finished yet."""

    burst: float
    minute: float
    unfinished: int


ALLOWANCES: dict[Kind, Allowance] = {
    "ask": Allowance(burst=30, minute=60, unfinished=4),
    "add": Allowance(burst=20, minute=20, unfinished=1),
    "other": Allowance(burst=300, minute=600, unfinished=8),
}
UNFINISHED_OF_ADDRESS: dict[Kind, int] = {"ask": 40, "add": 4, "other": 80}
UNFINISHED_OF_ALL: dict[Kind, int] = {"ask": 100, "add": 16, "other": 400}
OPEN = 48
"""Connections that one visitor may hold open: a browser holds six, or a hundred for a moment when the page is loaded
through a server in front that speaks HTTP/2; `SHARED` times as many for an address."""


class Buckets:
    """A token bucket for each of many; of those beyond `most`, the ones unused for longest are forgotten."""

    def __init__(
        self, burst: float, minute: float, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._second, self._most, self._clock = burst, minute / 60, most, clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def wait(self, who: str) -> float:
        """Seconds until there is a token for this one, 0 when there is one now. Takes nothing."""
        return max(0.0, (1 - self._filled(who)) / self._second)

    def take(self, who: str) -> float:
        """Take a token; what `wait` says when there is none."""
        filled = self._filled(who)
        if filled < 1:
            return (1 - filled) / self._second
        self._kept[who] = (filled - 1, self._clock())
        self._kept.move_to_end(who)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return 0.0

    def _filled(self, who: str) -> float:
        left, at = self._kept.get(who, (self._burst, 0.0))
        return min(self._burst, left + (self._clock() - at) * self._second)


class Limits:
    """The allowances of every visitor and address.

    The visitor's own is asked first: who has used up his own takes nothing from those who share his address.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._visitors = {kind: Buckets(a.burst, a.minute, clock=clock) for kind, a in ALLOWANCES.items()}
        self._addresses = {
            kind: Buckets(a.burst * SHARED, a.minute * SHARED, clock=clock) for kind, a in ALLOWANCES.items()
        }

    def take(self, kind: Kind, visitor: str, address: str) -> float:
        """Seconds to wait before one more of this kind, 0 when it may be done now."""
        return self._visitors[kind].take(visitor) or self._addresses[kind].take(address)


class Holding:
    """How many connections each of many holds open."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def one_more(self, *names: tuple[str, int]) -> Iterator[bool]:
        """Whether each of these names holds fewer than its number; if so, each holds one more while the block runs."""
        held = all(self._open[name] < most for name, most in names)
        if held:
            self._open.update(name for name, _ in names)
        try:
            yield held
        finally:
            if held:
                self._open.subtract(name for name, _ in names)
            for name, _ in names:
                if self._open[name] <= 0:
                    del self._open[name]
