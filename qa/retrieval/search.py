"""A question becomes hits: BM25 and dense search, fused by reciprocal rank."""

import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ingest.errors import LibraryError
from ingest.library import Library
from ingest.normal import normalised
from ingest.schema import Article, Chunk
from qa.retrieval.passage import prefix
from qa.text.words import STOP, WORD, stem

Floats = NDArray[np.float32]

_PARTS = re.compile(r"[-'’]")

DEPTH = 60
"""How many chunks each half hands to the fusion."""

RRF = 5.0
"""The constant of reciprocal rank fusion (Cormack et al. 2009). Smaller than their 60: the top of BM25 is to count."""

DENSE_SHARE = (0.35, 0.15)
"""What the dense half counts for a short and for a long question. Equal shares lose to BM25 alone on long questions
about news that name their source and date: hit@1 on MultiHop-RAG's was .60 by BM25, .35 dense, .51 in equal shares."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The chunks of a library at one generation, with their BM25 index, in memory.

    `words` are the stems of each chunk. `edition` is that of the index which the chunks are of.
    """

    generation: int
    edition: int
    articles: Mapping[str, Article]
    chunks: tuple[Chunk, ...]
    words: tuple[Sequence[str], ...]
    place: Mapping[str, int]
    bm25: Any

    def places(self, article_ids: Sequence[str] | None) -> NDArray[np.int64]:
        """The indices of the chunks of these articles, or of all."""
        if article_ids is None:
            return np.arange(len(self.chunks))
        wanted = set(article_ids)
        return np.array([i for i, chunk in enumerate(self.chunks) if chunk.article_id in wanted], dtype=np.int64)

    def holds(self, hashes: Mapping[str, str], edition: int) -> bool:
        """Whether it holds these versions of articles, by id and content hash, in this edition of the index."""
        known = self.articles
        return self.edition == edition and all(
            id_ in known and known[id_].content_hash == version for id_, version in hashes.items()
        )


_snapshots: WeakKeyDictionary[Library, Snapshot] = WeakKeyDictionary()
_building: WeakKeyDictionary[Library, threading.Lock] = WeakKeyDictionary()
_lock = threading.Lock()


def snapshot(library: Library, article_ids: Sequence[str] | None = None) -> Snapshot:
    """The library as it is now, as far as these articles go; made anew only when it has changed.

    Who asks only for articles that have not changed gets the snapshot before, while the new one is being made: nobody
    waits for somebody else's long article.
    """
    manifest = library.current()
    with _lock:
        held, building = _snapshots.get(library), _building.setdefault(library, threading.Lock())
    if held is not None and held.generation == manifest.generation:
        return held
    if held is not None and article_ids is not None:
        hashes = library.catalog.hashes(article_ids)
        if len(hashes) == len(set(article_ids)) and held.holds(hashes, manifest.edition):
            threading.Thread(target=_renew, args=(library, building), daemon=True).start()
            return held
    with building:
        return _built(library)


def _renew(library: Library, building: threading.Lock) -> None:
    """Make the new snapshot unless somebody does already. Who asks next meets what goes wrong."""
    if building.acquire(blocking=False):
        try:
            with suppress(LibraryError):
                _built(library)
        finally:
            building.release()


def _built(library: Library) -> Snapshot:
    """The snapshot of the library as it is now. What has not changed is taken from the one before."""
    while True:
        manifest = library.current()
        with _lock:
            held = _snapshots.get(library)
        if held is not None and held.generation == manifest.generation:
            return held
        articles, chunks = _read(library, manifest.edition, held)
        if library.catalog.manifest().generation == manifest.generation:
            break  # nobody has written in between
    made = _indexed(manifest.generation, manifest.edition, articles, chunks)
    with _lock:
        _snapshots[library] = made
    return made


IndexedChunk = tuple[Chunk, Sequence[str]]
"""A chunk and the stems by which it is found."""


def _read(library: Library, edition: int, held: Snapshot | None) -> tuple[dict[str, Article], list[IndexedChunk]]:
    """All articles and all chunks with their words, oldest first; only what `held` does not hold is read."""
    hashes = library.catalog.hashes()
    same = {id_ for id_, version in hashes.items() if held is not None and held.holds({id_: version}, edition)}
    changed = [id_ for id_ in hashes if id_ not in same]
    articles = {article.id: article for article in library.articles(changed)}
    chunks: dict[str, list[IndexedChunk]] = {id_: [] for id_ in hashes}
    prefixes = {id_: search_words(prefix(article)) for id_, article in articles.items()}
    for chunk in library.chunks(changed):
        if chunk.article_id in prefixes:
            chunks[chunk.article_id].append((chunk, (*prefixes[chunk.article_id], *search_words(chunk.text))))
    if held is not None:
        articles.update({id_: held.articles[id_] for id_ in same})
        for chunk, words in zip(held.chunks, held.words, strict=True):
            if chunk.article_id in same:
                chunks[chunk.article_id].append((chunk, words))
    known = {id_: articles[id_] for id_ in hashes if id_ in articles}
    return known, [pair for id_ in known for pair in chunks[id_]]


def _indexed(generation: int, edition: int, articles: Mapping[str, Article], pairs: Sequence[IndexedChunk]) -> Snapshot:
    """A snapshot of these articles and of chunks with their words."""
    import bm25s  # noqa: PLC0415 - not needed for --help

    chunks, words = tuple(chunk for chunk, _ in pairs), tuple(found for _, found in pairs)
    bm25 = bm25s.BM25()
    if chunks:
        bm25.index([found or ["∅"] for found in words], show_progress=False)
    place = {chunk.id: index for index, chunk in enumerate(chunks)}
    return Snapshot(generation, edition, articles, chunks, words, place, bm25)


def search_words(text: str) -> list[str]:
    """The stems that BM25 sees; hyphenated words whole and in parts: `"state-owned"` → `["state-own", "state", "own"]`.

    However a text writes them: `"1,900 cafés"` and `"1900 cafes"` are the same.
    """
    found = []
    for word in WORD.findall(normalised(text)):
        parts = _PARTS.split(word)
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
    return fuse(lexical, dense, by_length(DENSE_SHARE, question))


def by_length(ends: tuple[float, float], question: str) -> float:
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
