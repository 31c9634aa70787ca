"""Intervals and comparisons of scores. Pure; every draw is seeded."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95% interval of the mean by the percentile bootstrap (Efron 1979)."""
    means = np.asarray(values, dtype=np.float64)[_draws(len(values))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


@lru_cache(maxsize=4)
def _draws(count: int) -> NDArray[np.int64]:
    """Which of `count` values each draw takes, (draws, count): the same draws for every score."""
    return np.random.default_rng(0).integers(0, count, size=(DRAWS, count))


def paired_p(before: Sequence[float], after: Sequence[float], *, draws: int = 10_000) -> float:
    """The two-sided p-value of a paired randomisation test: were the pairs' signs drawn by chance? (Noreen 1989)."""
    difference = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    moved = difference[difference != 0]
    if not len(moved):
        return 1.0
    rng = np.random.default_rng(0)
    signs = rng.choice([-1.0, 1.0], size=(draws, len(moved)))
    extreme = np.abs(signs @ moved) >= abs(moved.sum()) - 1e-12
    return float((extreme.sum() + 1) / (draws + 1))


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(coverage, risk) for every number of cases answered, the surest first (El-Yaniv and Wiener 2010)."""
    order = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    count = len(order)
    return [((n + 1) / count, float(wrong[n]) / (n + 1)) for n in range(count)]


def isotonic(scores: Sequence[float], right: Sequence[bool], steps: int = 20) -> list[tuple[float, float]]:
    """Knots of an increasing curve from a score to the log odds of being right.

    Equally many scores to a step, neighbours pooled until the share that is right rises from each to the next (Zadrozny
    and Elkan 2002); a knot is the middle of what was pooled (Oron and Flournoy 2017). Half a right one and half a wrong
    one are added to each, which keeps the log odds finite.
    """
    order = np.argsort(np.asarray(scores, dtype=np.float64), kind="stable")
    given = np.stack([scores, right, np.ones(len(order))])[:, order]
    pools: list[NDArray[np.float64]] = []
    for step in np.array_split(given, steps, axis=1):
        pools.append(step.sum(axis=1))
        while len(pools) > 1 and _odds(pools[-2]) >= _odds(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    return [(float(pool[0] / pool[2]), float(np.log(_odds(pool)))) for pool in pools]


def _odds(pool: NDArray[np.float64]) -> float:
    """Of a sum of scores, the number that is right, and how many there are."""
    return float((pool[1] + 0.5) / (pool[2] - pool[1] + 0.5))


def calibration_error(bins: Sequence[tuple[float, float, int]]) -> float:
    """By how much the probability is off on average, given what `reliability` returns (Naeini et al. 2015)."""
    return sum(abs(sure - right) * count for sure, right, count in bins) / sum(count for _, _, count in bins)


def reliability(confidence: Sequence[float], right: Sequence[bool], bins: int = 5) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) of each of some equally wide bins that hold anything."""
    chance, hit = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    place = np.minimum((chance * bins).astype(int), bins - 1)
    return [
        (float(chance[place == n].mean()), float(hit[place == n].mean()), int((place == n).sum()))
        for n in range(bins)
        if (place == n).any()
    ]
