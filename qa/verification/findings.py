"""What can be counted of a claim and the words that it cites: the features by which support is weighed.

Pure, but for the models that it is given.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Encoder, load_encoder
from qa.reading.reader import ANSWERS, NEITHER, REFUTED, SUPPORTED, Reader, load_reader
from qa.text import names, negation, quantities
from qa.text.analysis import TextAnalysis, parts
from qa.text.names import Name
from qa.text.quantities import Quantity
from qa.verification import contrast, extent, planned
from qa.verification.source import CitedText, share

Floats = NDArray[np.float32]

LEXICAL = ("coverage", "coverage_two", "pairs", "copied", "short")
"""How much of the claim stands in the cited words, by its words alone."""

SEMANTIC = ("maxsim_weak", "borne_out", "told", "short")
"""The same by the encoder's token vectors and by the reader: the log odds that the cited words support the claim, and
that they answer it, were it a question."""

SHORT = 400
"""Characters below which cited words count as short: few sentences, chosen for this claim, count for more."""

NEAREST = 6
"""Sentences of the cited words that are encoded: those that share the most words with the claim."""

CLAIM_WINDOW = 800
"""Characters of cited words that are read together."""

CLAIM_WINDOWS = 3
"""How many such windows are read: those that share the most words with the claim."""

CLAIM_BOUND = 15.0
"""How far the reader's log odds count."""

_SLIGHT = frozenset({"due", "far"})
"""Words that add nothing to a claim: it is due in March, not so far."""

_MARKED = re.compile(r"\[\u2060?\d+\]|</s>|\*\*")


@dataclass(frozen=True, eq=False)
class Checker:
    """The models that look beyond the words: the encoder, and the reader, which has learned to judge claims."""

    encoder: Encoder
    reader: Reader


@lru_cache(maxsize=1)
def load_checker() -> Checker:
    """The models of this process. Raises EncoderError when one is missing."""
    return Checker(load_encoder(), load_reader())


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that was found of one claim in its source, and the features by name."""

    near: list[TextAnalysis]
    spare: list[Name]
    missing: list[Quantity]
    absent: list[Name]
    unquoted: list[str]
    added: int
    dropped: int
    opposed: list[tuple[str, str]]
    speakers: list[tuple[str, str]]
    exchanged: list[tuple[str, str]]
    subjects: int
    new: list[str]
    features: dict[str, float]


def examine(text: str, source: CitedText, checker: Checker | None = None, before: Sequence[str] = ()) -> Findings:
    """What of the claim the source lacks, denies or says of someone else; with a checker also how near it comes.

    The words before the quotes tell who a “he” of theirs is.
    """
    claim = TextAnalysis(_MARKED.sub(" ", text))
    wanted = list(dict.fromkeys(claim.stems))
    shares = [share(wanted, frozenset(side.stems)) for side in source.sentences]
    order = sorted(range(len(source.sentences)), key=lambda number: -shares[number])
    near = _near(wanted, [source.sentences[number] for number in order[:4]])
    best = near[0] if near else TextAnalysis("")
    missing = quantities.missing_quantities(
        claim.quantities, source.whole.quantities, source.small, len(source.known.names)
    )
    absent = names.absent_names(contrast.outside_titles(claim, source), source.known)
    absent = contrast.unresolved(absent, claim, source, before)
    unquoted = [quotation for quotation in contrast.quotations(text) if not contrast.stands(quotation, source.bare)]
    close = [word for side in near for word in side.words]
    added, dropped = negation.flips(claim.words, close)
    opposed = negation.opposed(claim.words, close)
    differing = list(contrast.differing(claim, close))
    changed, turned, copied = contrast.exchanged(claim.words, best.words)
    aside: Sequence[Iterable[tuple[str, str]]] = (
        extent.bounds(claim, source),
        extent.rates(claim, best),
        extent.turned(claim, best),
        planned.done(claim, source.sentences),
    )
    opposed = [pair for pair in (*opposed, *turned) if not extent.explained(pair, claim, near)]
    opposed = [*dict.fromkeys([*opposed, *(pair for pairs in aside for pair in pairs)])]
    others = contrast.subjects(claim, source)
    new = [
        word.text
        for word in claim.words
        if word.meant and word.text.lower() not in _SLIGHT and not set(parts([word])) <= source.stems
    ]
    features = {
        "coverage": share(wanted, source.stems),
        "coverage_two": share(wanted, frozenset(stem for side in near for stem in side.stems)),
        "pairs": share(list(claim.pairs), frozenset(pair for side in source.sentences for pair in side.pairs)),
        "copied": copied,
        "short": share(wanted, source.stems) * max(0.0, 1 - len(source.whole.text) / SHORT),
    }
    if checker is not None:
        nearest = [source.sentences[number] for number in order[:NEAREST]]
        features["maxsim_weak"] = similarity(claim, nearest, checker.encoder)
        features["borne_out"], features["told"] = reader_scores(claim, source, checker.reader)
    return Findings(
        near,
        contrast.replaceable(claim, near, source),
        missing,
        absent,
        unquoted,
        added,
        dropped,
        opposed,
        differing,
        changed,
        others,
        new,
        features,
    )


def _near(wanted: Sequence[str], ranked: Sequence[TextAnalysis]) -> list[TextAnalysis]:
    """The sentence that shares the most words with the claim, and the one that adds the most to it, if any does."""
    if not ranked:
        return []
    first = frozenset(ranked[0].stems)
    gains = [(share(wanted, first | frozenset(side.stems)) - share(wanted, first), side) for side in ranked[1:]]
    gain, second = max(gains, key=lambda pair: pair[0], default=(0.0, None))
    return [ranked[0], second] if second is not None and gain >= 0.15 else [ranked[0]]


def similarity(claim: TextAnalysis, sentences: Sequence[TextAnalysis], encoder: Encoder) -> float:
    """MaxSim (Khattab and Zaharia 2020) of the claim's tokens to the sentences', over the quarter that fits least."""
    encoded = encoder.encode([claim.text, *(side.text for side in sentences)]).tokens
    own, *others = (item.vectors.astype(np.float32) / 127 for item in encoded)
    if not len(own) or not any(map(len, others)):
        return 0.0
    best = np.concatenate([own @ other.T for other in others if len(other)], axis=1).max(axis=1)
    return float(np.sort(best)[: max(1, len(best) // 4)].mean())


def reader_scores(claim: TextAnalysis, source: CitedText, reader: Reader) -> tuple[float, float]:
    """How sure the reader is that the source bears the claim out, and that it tells of it: log odds."""
    wanted = list(dict.fromkeys(claim.stems))
    windows: list[tuple[list[str], set[str]]] = []
    for side in source.sentences:
        if not windows or sum(map(len, windows[-1][0])) + len(side.text) > CLAIM_WINDOW:
            windows.append(([], set()))
        windows[-1][0].append(side.text)
        windows[-1][1].update(side.stems)
    windows.sort(key=lambda window: -share(wanted, window[1]))
    if not windows:
        return -CLAIM_BOUND, -CLAIM_BOUND
    logits = reader.weigh(claim.text, [" ".join(texts) for texts, _ in windows[:CLAIM_WINDOWS]])
    held, told = (
        float(np.clip(odds.max(), -CLAIM_BOUND, CLAIM_BOUND)) for odds in (borne_out(logits), logits[:, ANSWERS])
    )
    return held, told


def borne_out(logits: Floats) -> Floats:
    """The log odds that each text supports the claim, of the reader's logits (texts, 5): (texts,)."""
    return np.asarray(logits[:, SUPPORTED] - np.logaddexp(logits[:, REFUTED], logits[:, NEITHER]), np.float32)


def feature_row(features: dict[str, float], order: Sequence[str]) -> Floats:
    """The features as numbers in this order, (len(order),)."""
    return np.array([features[name] for name in order], dtype=np.float32)
