"""Fits the weights of `support.json`: `python -m eval.training.fit_support DATA --paraphrases FILE --out FILE`.

DATA is a folder with AttributionBench (`attributionbench/dev.jsonl`), MTRAG-UN (`mtrag_un/tasks.jsonl`) and CLAPnq
(`clapnq/dev.jsonl`); FILE holds one object a line: a claim in other words than the quotes that support it. Claims
that people judged are taken as they are. Sentences of answers over their own passages are supported; over other
passages, or with one thing exchanged (`eval/training/swaps.py`), they are not.
"""

import argparse
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.published import Record
from eval.training.reader_data import read_records
from eval.training.swaps import article_names, swaps
from ingest.split import split_sentences
from qa.verification.findings import LEXICAL, SEMANTIC, Checker, examine, feature_row, load_checker
from qa.verification.source import analyse_cited
from qa.verification.support import main_fault, probability

Doubles = NDArray[np.float64]

DECAY = 3.0
"""The L2 penalty on standardised weights."""

SHARES = {"judged": 1.0, "paraphrase": 0.5}
"""How much each source counts as a whole. The made examples are only for measuring: they are too easy to fit on."""

THRESHOLDS = {"lexical": 0.5, "semantic": 0.4}
"""The probability from which a claim is called supported: what does best on claims that the weights have not seen."""

FEATURES = {"lexical": LEXICAL, "semantic": SEMANTIC}


@dataclass(frozen=True)
class Pair:
    """A claim with the words that it cites, whether they support it, and where it is from."""

    claim: str
    quotes: tuple[str, ...]
    target: bool
    source: str


@dataclass(frozen=True, eq=False)
class Example:
    """A pair with its features and its fault: "fatal", "lacks" or ""."""

    pair: Pair
    features: dict[str, float]
    fault: str


def judged(records: Iterable[Record]) -> list[Pair]:
    """AttributionBench's claims with their references, as people judged them."""
    return [Pair(r["claim"], tuple(r["references"]), r["label"] == "attributable", "judged") for r in records]


def paraphrases(records: Iterable[Record]) -> list[Pair]:
    """Claims that say in other words what their quotes say."""
    return [Pair(r["claim"], tuple(r["quotes"]), True, "paraphrase") for r in records]


def answers(tasks: Iterable[Record], questions: Iterable[Record]) -> Iterator[Pair]:
    """The sentences of MTRAG-UN's and CLAPnq's answers with the passages that they were written from."""
    for task in tasks:
        contexts = tuple(str(context["text"]) for context in task["contexts"] if str(context["text"]).strip())
        if str(task["answerability"]).lower() == "answerable" and contexts:
            yield from _sentences(str(task["target"]), contexts)
    for question in questions:
        for answer in question["answers"] if not question["unanswerable"] else ():
            yield from _sentences(str(answer.get("answer") or ""), (" ".join(question["sentences"]),))


def _sentences(text: str, quotes: tuple[str, ...]) -> Iterator[Pair]:
    for span in split_sentences(text):
        if span.end - span.start > 20:
            yield Pair(text[span.start : span.end], quotes, True, "answer")


def elsewhere(pairs: Sequence[Pair], rng: random.Random) -> Iterator[Pair]:
    """The claims over the words that another one cites."""
    for pair in pairs:
        other = rng.choice(pairs)
        if other.quotes != pair.quotes:
            yield Pair(pair.claim, other.quotes, False, "elsewhere")


def swapped(pairs: Sequence[Pair], rng: random.Random) -> Iterator[Pair]:
    """The claims with one thing exchanged, each kind once where it is offered."""
    names = article_names("\n".join(dict.fromkeys(quote for pair in pairs for quote in pair.quotes)))
    for pair in pairs:
        for swap in swaps(pair.claim, names, rng):
            yield Pair(swap.text, pair.quotes, False, "swap")


def weighed(pairs: Iterable[Pair], checker: Checker) -> list[Example]:
    """The pairs with their features, the models' among them."""
    found = []
    for pair in pairs:
        source = analyse_cited(pair.quotes)
        made = examine(pair.claim, source, checker)
        fatal, reason = main_fault(made)
        found.append(Example(pair, made.features, "fatal" if fatal else "lacks" if reason else ""))
    return found


def fit_logistic(rows: Doubles, target: Doubles, importance: Doubles, decay: float = DECAY) -> Doubles:
    """The weights, and last the bias, of a logistic regression with an L2 penalty, by Newton's method."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled = np.concatenate([(rows - middle) / spread, np.ones((len(rows), 1))], axis=1)
    penalty = np.diag([decay] * rows.shape[1] + [1e-6])
    weights = np.zeros(scaled.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        slope = scaled.T @ (importance * (chance - target)) + penalty @ weights
        curve = (scaled * (importance * chance * (1 - chance))[:, None]).T @ scaled + penalty
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    own = weights[:-1] / spread
    return np.append(own, weights[-1] - own @ middle)


def fit_weights(examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """The weight of each feature and the bias, fitted on the judged claims and the paraphrases."""
    kept = [example for example in examples if example.pair.source in SHARES]
    counts = Counter(example.pair.source for example in kept)
    importance = np.array([SHARES[e.pair.source] * counts["judged"] / counts[e.pair.source] for e in kept])
    rows = np.array([feature_row(example.features, names) for example in kept], dtype=np.float64)
    found = fit_logistic(rows, np.array([float(example.pair.target) for example in kept]), importance)
    return {name: round(float(value), 4) for name, value in zip((*names, "bias"), found, strict=True)}


def chances(examples: Sequence[Example], fitted: dict[str, float]) -> Doubles:
    """The probability that each is supported, (examples,)."""
    return np.array([probability(example.features, fitted) for example in examples])


def macro_f1(called: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    """The mean of the F1 of both answers."""
    scores = [
        2 * float((a & b).sum()) / max(float(a.sum() + b.sum()), 1.0) for a, b in ((called, right), (~called, ~right))
    ]
    return sum(scores) / 2


def cross_validated(
    examples: Sequence[Example], kind: str, *, lenient: bool, folds: int = 10, times: int = 20
) -> tuple[float, float]:
    """Macro-F1 on the judged claims, each judged by weights that never saw it: the mean over repeats, and its spread.

    `lenient` counts what is partly supported as attributable.
    """
    own = [example for example in examples if example.pair.source == "judged"]
    rest = [example for example in examples if example.pair.source != "judged"]
    right = np.array([example.pair.target for example in own])
    open_to = np.array([not example.fault or (lenient and example.fault == "lacks") for example in own])
    scores = []
    for seed in range(times):
        rng, fold = np.random.default_rng(seed), np.zeros(len(own), dtype=int)
        for answer in (False, True):
            order = rng.permutation(np.flatnonzero(right == answer))
            fold[order] = np.arange(len(order)) % folds
        called_supported = np.zeros(len(own), dtype=bool)
        for number in range(folds):
            seen = [example for example, place in zip(own, fold, strict=True) if place != number]
            held = np.flatnonzero(fold == number)
            fitted = fit_weights([*seen, *rest], FEATURES[kind])
            called_supported[held] = (chances([own[place] for place in held], fitted) >= THRESHOLDS[kind]) & open_to[
                held
            ]
        scores.append(macro_f1(called_supported, right))
    return round(float(np.mean(scores)), 4), round(float(np.std(scores)), 4)


def called(examples: Sequence[Example], fitted: dict[str, float], threshold: float) -> dict[str, float]:
    """The share of each source of examples that is called supported."""
    supported = (chances(examples, fitted) >= threshold) & np.array([not example.fault for example in examples])
    sources = np.array([example.pair.source for example in examples])
    return {source: round(float(supported[sources == source].mean()), 4) for source in dict.fromkeys(map(str, sources))}


def fit(data: Path, own: Path, *, seed: int, times: int = 20) -> dict[str, Any]:
    """The weights with their provenance, what they reach in cross-validation, and what they say of what they saw."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    paths = [data / "attributionbench/dev.jsonl", data / "mtrag_un/tasks.jsonl", data / "clapnq/dev.jsonl", own]
    claims, tasks, questions, written = (list(read_records(path)) for path in paths)
    known = [*paraphrases(written), *answers(tasks, questions)]
    pairs = [*judged(claims), *known, *elsewhere(known, rng), *swapped(known, rng)]
    examples = weighed(pairs, load_checker())
    fitted = {kind: fit_weights(examples, names) for kind, names in FEATURES.items()}
    return {
        "made_by": "python -m eval.training.fit_support",
        "data": {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
        "licence_of_data": "Apache-2.0 (AttributionBench, MTRAG-UN, CLAPnq); our own paraphrases",
        "seed": seed,
        "examples": dict(Counter(example.pair.source for example in examples)),
        "macro_f1": {
            f"{kind}, partial {'is' if lenient else 'is not'} attributable": cross_validated(
                examples, kind, lenient=lenient, times=times
            )
            for kind in FEATURES
            for lenient in (True, False)
        },
        "called_supported": {kind: called(examples, own, THRESHOLDS[kind]) for kind, own in fitted.items()},
        "thresholds": THRESHOLDS,
        **fitted,
    }


def main() -> None:
    """The command: its options, its file, and what it reaches."""
    parser = argparse.ArgumentParser(description="Fit the weights that tell whether cited words support a claim.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--paraphrases", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    found = fit(given.data, given.paraphrases, seed=given.seed)
    given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    figures = {name: found[name] for name in ("macro_f1", "called_supported")}
    print(json.dumps(figures, indent=1))  # noqa: T201 - the command's result


if __name__ == "__main__":
    main()
