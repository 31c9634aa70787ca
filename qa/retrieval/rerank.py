"""The fused top is ordered again by late interaction over the encoder's own token vectors. Pure."""

from collections.abc import Sequence

import numpy as np

from qa.retrieval.passage import Passage
from qa.retrieval.query import Query

TOP = 20
"""How many of the fused hits are reranked."""

GRANTED = 0.8
"""The similarity of a word that the title, source, date or authors hold: about that of a word with itself."""

FUSED_SHARE = (0.2, 0.8)
"""What the fused order still counts beside MaxSim, for a short and for a long question: the token vectors do not see
the source and date that long questions about news are asked by."""


def rerank(
    query: Query, passages: Sequence[Passage], fused: Sequence[float], fused_share: float
) -> list[tuple[int, float]]:
    """The passages as (index, score), best first.

    MaxSim (Khattab and Zaharia 2020): for each token of the question its best match in the passage, summed by weight.
    A word of the question that stands in the article's title, source, date or authors counts as matched in all of it.
    """
    if not passages:
        return []
    maxsim = np.array([_maxsim(query, passage) for passage in passages])
    spread = maxsim.max() - maxsim.min()
    scaled = (maxsim - maxsim.min()) / spread if spread > 0 else np.ones_like(maxsim)
    scores = (1 - fused_share) * scaled + fused_share * np.asarray(fused) / (max(fused) or 1.0)
    order = np.argsort(-scores, kind="stable")
    return [(int(index), float(scores[index])) for index in order]


def _maxsim(query: Query, passage: Passage) -> float:
    if not len(passage.vectors) or not len(query.vectors):
        return 0.0
    best = (query.vectors @ passage.vectors.T).max(axis=1)
    known = [number for number, term in enumerate(query.question.terms) if term.stem in passage.article_stems]
    best = np.where(np.isin(query.term_of_token, known), np.maximum(best, GRANTED), best)
    return float(best @ query.weights / max(float(query.weights.sum()), 1e-9))
