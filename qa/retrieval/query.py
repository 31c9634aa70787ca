"""A parsed question with its token vectors, as passages are ranked and read for it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embed import TokenVectors
from qa.question.parse import Question
from qa.retrieval.passage import Passage

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Query:
    """A question with its token vectors, float32 (tokens, 384), and the weight of each token."""

    question: Question
    vectors: Floats
    weights: Floats
    term_of_token: NDArray[np.int64]


def make_query(question: Question, tokens: TokenVectors, idf: Mapping[str, float] | None = None) -> Query:
    """The query of a question. Words that carry meaning count fully, carried ones half, the rest a little."""
    weights = np.full(len(tokens.spans), 0.2, dtype=np.float32)
    terms = np.full(len(tokens.spans), -1, dtype=np.int64)
    for number, term in enumerate(question.terms):
        inside = (tokens.spans[:, 0] >= term.start) & (tokens.spans[:, 1] <= term.end)
        rarity = 1.0 if idf is None else 0.4 + 0.6 * idf.get(term.stem, 1.0)
        weights[inside] = (0.4 if term.carried else 1.0) * (0.3 if term.asking else 1.0) * rarity
        terms[inside] = number
    return Query(question, tokens.vectors.astype(np.float32) / np.float32(127), weights, terms)


def rarity(passages: Sequence[Passage]) -> dict[str, float]:
    """How rare each stem is among the sentences, from 0 (in all) to 1 (in one); stems that never occur count 1."""
    counts: dict[str, int] = {}
    total = 0
    for passage in passages:
        for stems in passage.stems:
            total += 1
            for word in stems:
                counts[word] = counts.get(word, 0) + 1
    top = np.log1p(total)
    return {word: float(np.log((total + 1) / count) / top) for word, count in counts.items()} if total else {}
