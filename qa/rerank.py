"""The fused top is ordered again by late interaction over the encoder's own token vectors. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.passage import Passage

Floats = NDArray[np.float32]

TOP = 20
"""How many of the fused hits are reranked."""

FUSED_SHARE = (0.2, 0.8)
"""What the fused order still counts beside MaxSim, for a short and for a long question: the token vectors do not see
the source and date that long questions about news are asked by."""


def rerank(
    query: Floats, weights: Floats, passages: Sequence[Passage], fused: Sequence[float], fused_share: float
) -> list[tuple[int, float]]:
    """The passages as (index, score), best first.

    `query` (tokens, 384) are the question's token vectors and `weights` (tokens,) say how much each counts. MaxSim
    (Khattab and Zaharia 2020): for each token of the question its best match in the passage, summed.
    """
    if not passages:
        return []
    maxsim = np.array([_maxsim(query, weights, passage) for passage in passages])
    spread = maxsim.max() - maxsim.min()
    scaled = (maxsim - maxsim.min()) / spread if spread > 0 else np.ones_like(maxsim)
    scores = (1 - fused_share) * scaled + fused_share * np.asarray(fused) / (max(fused) or 1.0)
    order = np.argsort(-scores, kind="stable")
    return [(int(index), float(scores[index])) for index in order]


def _maxsim(query: Floats, weights: Floats, passage: Passage) -> float:
    if not len(passage.vectors) or not len(query):
        return 0.0
    best = (query @ passage.vectors.T).max(axis=1)
    return float(best @ weights / max(float(weights.sum()), 1e-9))
