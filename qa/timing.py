"""How long each stage of an answer takes."""

import time
from dataclasses import dataclass, field


@dataclass
class Stopwatch:
    """The seconds that each stage took, and those until a moment that was marked."""

    spent: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    def of(self, stage: str) -> "_Lap":
        """A context that counts for this stage."""
        return _Lap(self, stage)

    def mark(self, moment: str) -> None:
        """Keep the seconds from the beginning until now under this name."""
        self.spent[moment] = time.perf_counter() - self.began

    def timings(self) -> dict[str, float]:
        """All stages, and all of the time as `total`."""
        return {**self.spent, "total": time.perf_counter() - self.began}


@dataclass
class _Lap:
    clock: Stopwatch
    stage: str
    began: float = 0.0

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = self.clock.spent
        spent[self.stage] = spent.get(self.stage, 0.0) + time.perf_counter() - self.began
