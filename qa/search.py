"""A question becomes hits: BM25 and dense search, fused by reciprocal rank."""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ingest.library import Library
from ingest.schema import Article, Chunk
from qa.passage import prefix
from qa.words import STOP, WORD, stem

Floats = NDArray[np.float32]

DEPTH = 60
"""How many chunks each half hands to the fusion."""

RRF = 5.0
"""The constant of reciprocal rank fusion (Cormack et al. 2009). Smaller than their 60: the top of BM25 is to count."""

DENSE_SHARE = (0.35, 0.15)
"""What the dense half counts for a short and for a long question. Equal shares lose to BM25 alone on long questions
about news that name their source and date: hit@1 on MultiHop-RAG's was .60 by BM25, .35 dense, .51 in equal shares."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The chunks of a library at one generation, with their BM25 index, in memory."""

    generation: int
    articles: Mapping[str, Article]
    chunks: tuple[Chunk, ...]
    place: Mapping[str, int]
    bm25: Any

    def places(self, article_ids: Sequence[str] | None) -> NDArray[np.int64]:
        """The indices of the chunks of these articles, or of all."""
        if article_ids is None:
            return np.arange(len(self.chunks))
        wanted = set(article_ids)
        return np.array([i for i, chunk in enumerate(self.chunks) if chunk.article_id in wanted], dtype=np.int64)


_snapshots: WeakKeyDictionary[Library, Snapshot] = WeakKeyDictionary()
_lock = threading.Lock()


def snapshot(library: Library) -> Snapshot:
    """The library as it is now; made anew only when it has changed."""
    generation = library.generation()
    with _lock:
        held = _snapshots.get(library)
        if held is None or held.generation != generation:
            held = read(generation, library.articles(), library.chunks())
            _snapshots[library] = held
        return held


def read(generation: int, articles: Sequence[Article], chunks: Sequence[Chunk]) -> Snapshot:
    """A snapshot of these articles and chunks."""
    import bm25s  # noqa: PLC0415 - not needed for --help

    by_id = {article.id: article for article in articles}
    chunks = [chunk for chunk in chunks if chunk.article_id in by_id]
    prefixes = {article.id: search_words(prefix(article)) for article in articles}
    bm25 = bm25s.BM25()
    if chunks:
        corpus = [prefixes[chunk.article_id] + search_words(chunk.text) for chunk in chunks]
        bm25.index([words or ["∅"] for words in corpus], show_progress=False)
    place = {chunk.id: index for index, chunk in enumerate(chunks)}
    return Snapshot(generation, by_id, tuple(chunks), place, bm25)


def search_words(text: str) -> list[str]:
    """The stems that BM25 sees; hyphenated words whole and in parts: `"30-day"` → `["30-day", "30", "day"]`."""
    found = []
    for word in WORD.findall(text):
        parts = re.split(r"[-'’]", word)
        found += [
            stem(part) for part in ([word, *parts] if len(parts) > 1 else parts) if part and part.lower() not in STOP
        ]
    return found


def search(
    library: Library,
    view: Snapshot,
    question: str,
    vector: Floats,
    article_ids: Sequence[str] | None = None,
) -> list[tuple[int, float]]:
    """The chunks found for a question as (index into the snapshot, fused score), best first."""
    places = view.places(article_ids)
    if not len(places):
        return []
    lexical = lexical_ranking(view, question, places)
    ids = None if article_ids is None else [view.chunks[index].id for index in places]
    dense = [view.place[name] for name, _ in library.search(vector, DEPTH, ids) if name in view.place]
    return fuse(lexical, dense, between(DENSE_SHARE, question))


def between(ends: tuple[float, float], question: str) -> float:
    """A value between that of a short question (up to 8 words that carry meaning) and of a long one (20 or more)."""
    length = (len(set(search_words(question))) - 8) / 12
    return ends[0] + (ends[1] - ends[0]) * min(max(length, 0.0), 1.0)


def lexical_ranking(view: Snapshot, question: str, places: NDArray[np.int64]) -> list[int]:
    """The best chunks by BM25 among these places; only those that share a word with the question."""
    known = [word for word in search_words(question) if word in view.bm25.vocab_dict]
    if not known:
        return []
    scores = view.bm25.get_scores(known)[places]
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    return [int(places[index]) for index in order if scores[index] > 0]


def fuse(lexical: Sequence[int], dense: Sequence[int], dense_share: float) -> list[tuple[int, float]]:
    """Both rankings as one, best first, by weighted reciprocal rank: `[1, 2]`, `[2]` → 2 first."""
    scores: dict[int, float] = {}
    for ranking, weight in ((lexical, 1 - dense_share), (dense, dense_share)):
        for rank, index in enumerate(ranking):
            scores[index] = scores.get(index, 0.0) + weight * RRF / (RRF + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
