"""Prose without citations is matched to the sentences that it rests on. Pure, but for the encoder that it is given."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Encoder
from qa.text.words import stems_of

CANDIDATES = 8
"""How many sentences, those that share the most words with the claim, are compared by their token vectors."""

GAIN = 0.18
"""How much of a claim's weight a further sentence must add to be cited as well."""

MOST_ALIGNED = 3
"""The most sentences that one claim is matched to."""

Floats = NDArray[np.float32]


def align(claim: str, sentences: Sequence[str], encoder: Encoder) -> tuple[int, ...]:
    """The indices of the sentences that say what the claim says, best first; at least one where there is any.

    A word weighs as much as it is rare among the sentences. The best sentence shares the most weight and the nearest
    token vectors (MaxSim, Khattab and Zaharia 2020); others follow as long as they cover what is still uncovered.
    """
    stems = [stems_of(sentence) for sentence in sentences]
    count = Counter(stem for own in stems for stem in own)
    weights = {stem: math.log(1 + len(sentences) / (1 + count[stem])) for stem in stems_of(claim)}
    total = sum(weights.values()) or 1.0
    shared = np.array([sum(weights[s] for s in own & weights.keys()) / total for own in stems], dtype=np.float32)
    rows = [int(row) for row in np.argsort(-shared, kind="stable")[:CANDIDATES]]
    if not rows:
        return ()
    near = shared[rows] + sentence_similarity(claim, [sentences[row] for row in rows], encoder)
    order = [rows[int(place)] for place in np.argsort(-near, kind="stable")]
    chosen, covered = [order[0]], set(stems[order[0]])
    for row in order[1:]:
        gain = sum(weights[s] for s in (stems[row] & weights.keys()) - covered) / total
        if gain >= GAIN and len(chosen) < MOST_ALIGNED:
            chosen.append(row)
            covered |= stems[row]
    return tuple(chosen)


def sentence_similarity(claim: str, sentences: Sequence[str], encoder: Encoder) -> Floats:
    """How well each sentence's token vectors match those of the claim, (sentences,): 1 for the same words."""
    own, *others = encoder.encode([claim, *sentences]).tokens
    if not len(own.vectors):
        return np.zeros(len(sentences), np.float32)
    query = own.vectors.astype(np.float32) / 127
    best = [
        (query @ other.vectors.astype(np.float32).T / 127).max(axis=1).mean() if len(other.vectors) else 0.0
        for other in others
    ]
    return np.array(best, dtype=np.float32)
