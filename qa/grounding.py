"""What can be counted of a claim and the words that it cites: the features by which support is weighed. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Encoder
from qa import alignment, facts, naming, polarity
from qa.facts import Fact
from qa.naming import Name
from qa.sides import Side, Source, parts, share
from qa.words import STOP, WORD

Floats = NDArray[np.float32]

LEXICAL = ("coverage", "coverage_two", "pairs", "copied", "short")
"""How much of the claim stands in the cited words, by its words alone."""

SEMANTIC = ("maxsim_weak", "maxsim_words", "back", "short")
"""The same by the encoder's token vectors. On AttributionBench .74, with 22 features .67."""

SHORT = 400
"""Characters below which cited words count as short: few sentences, chosen for this claim, count for more."""

NEAREST = 6
"""Sentences of the cited words that are encoded: those that share the most words with the claim."""

_MARKED = re.compile(r"\[\u2060?\d+\]|</s>|\*\*")


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that was found of one claim in its source, and the features by name."""

    near: list[Side]
    spare: list[Name]
    missing: list[Fact]
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


def find(text: str, source: Source, encoder: Encoder | None = None, before: Sequence[str] = ()) -> Findings:
    """What of the claim the source lacks, denies or says of someone else; with an encoder also how near it comes.

    The words before the quotes tell who a “he” of theirs is.
    """
    claim = Side(_MARKED.sub(" ", text))
    wanted = list(dict.fromkeys(claim.stems))
    shares = [share(wanted, frozenset(side.stems)) for side in source.sentences]
    order = sorted(range(len(source.sentences)), key=lambda number: -shares[number])
    near = _near(wanted, [source.sentences[number] for number in order[:4]])
    best = near[0] if near else Side("")
    missing = facts.missing(claim.facts, source.whole.facts, source.small, len(source.known.names))
    absent = naming.absent(alignment.outside_titles(claim, source), source.known)
    absent = alignment.unresolved(absent, claim, source, before)
    unquoted = [said for said in alignment.quotations(text) if not alignment.stands(said, source.bare)]
    close = [word for side in near for word in side.words]
    added, dropped = polarity.flips(claim.words, close)
    opposed = polarity.opposed(claim.words, close)
    differing = list(alignment.differing(claim, close))
    changed, turned, copied = alignment.exchanged(claim.words, best.words)
    opposed = [*dict.fromkeys([*opposed, *turned])]
    others = alignment.subjects(claim, source)
    new = [word.text for word in claim.words if word.meant and not set(parts([word])) <= source.stems]
    features = {
        "coverage": share(wanted, source.stems),
        "coverage_two": share(wanted, frozenset(stem for side in near for stem in side.stems)),
        "pairs": share(list(claim.pairs), frozenset(pair for side in source.sentences for pair in side.pairs)),
        "copied": copied,
        "short": share(wanted, source.stems) * max(0.0, 1 - len(source.whole.text) / SHORT),
    }
    if encoder is not None:
        features |= similarity(claim, [source.sentences[number] for number in order[:NEAREST]], encoder)
    return Findings(
        near,
        alignment.replaceable(claim, near, source),
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


def _near(wanted: Sequence[str], ranked: Sequence[Side]) -> list[Side]:
    """The sentence that shares the most words with the claim, and the one that adds the most to it, if any does."""
    if not ranked:
        return []
    first = frozenset(ranked[0].stems)
    gains = [(share(wanted, first | frozenset(side.stems)) - share(wanted, first), side) for side in ranked[1:]]
    gain, second = max(gains, key=lambda pair: pair[0], default=(0.0, None))
    return [ranked[0], second] if second is not None and gain >= 0.15 else [ranked[0]]


def similarity(claim: Side, sentences: Sequence[Side], encoder: Encoder) -> dict[str, float]:
    """MaxSim (Khattab and Zaharia 2020) of the claim's tokens to those of the sentences, and how near the whole comes.

    `maxsim_weak` is the mean over the quarter that fits least, `maxsim_words` over words that carry meaning, `back`
    over the nearest sentence's tokens compared with the claim's.
    """
    encoded = encoder.encode([claim.text, *(side.text for side in sentences)])
    own, *others = (item.vectors.astype(np.float32) / 127 for item in encoded.tokens)
    if not len(own) or not any(map(len, others)):
        return dict.fromkeys(SEMANTIC[:-1], 0.0)
    by_sentence = [own @ other.T for other in others if len(other)]
    best = np.concatenate(by_sentence, axis=1).max(axis=1)
    nearest = max(by_sentence, key=lambda found: float(found.max(axis=1).mean()))
    meant = _meant(claim.text, encoded.tokens[0].spans)
    return {
        "maxsim_weak": float(np.sort(best)[: max(1, len(best) // 4)].mean()),
        "maxsim_words": float(best[meant].mean()) if meant.any() else float(best.mean()),
        "back": float(nearest.max(axis=0).mean()),
    }


def row(features: dict[str, float], order: Sequence[str]) -> Floats:
    """The features as numbers in this order, (len(order),)."""
    return np.array([features[name] for name in order], dtype=np.float32)


def _meant(text: str, spans: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether each token lies in a word that carries meaning, (tokens,)."""
    stops = [match.span() for match in WORD.finditer(text) if match[0].lower() in STOP]
    inside = np.array([any(a <= start and end <= b for a, b in stops) for start, end in spans], dtype=bool)
    return ~inside
