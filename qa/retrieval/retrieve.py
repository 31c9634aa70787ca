"""From a question to the passages that are read for it: retrieve and rerank, in a library that may change meanwhile."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Encoded
from ingest.errors import LibraryError, NoArticlesError, SourceError
from ingest.library import Library, open_library
from ingest.load import exists, is_url
from ingest.pipeline import run
from ingest.schema import Article, Chunk, unique
from ingest.settings import Settings
from qa.question.dates import with_dates
from qa.question.parse import Question, parse_question
from qa.question.standalone import StandaloneQuestion
from qa.retrieval.passage import Passage
from qa.retrieval.query import Query, make_query, rarity
from qa.retrieval.rerank import FUSED_SHARE, TOP, rerank
from qa.retrieval.search import Snapshot, by_length, search, snapshot
from qa.schema import Hit
from qa.timing import Stopwatch

PASSAGES_READ = 12
"""Of the reranked chunks, how many are read sentence by sentence: an article of 8,000 characters whole."""

PASSAGES_KEPT = 1_000
"""Passages of a library kept in memory for the next question, about 60 KB each at most."""

RETRIES = 5
"""How often a search begins again when the library changes under it."""

Floats = NDArray[np.float32]
ArticleNames = str | Path | Sequence[str | Path]


@dataclass(frozen=True, eq=False)
class Retrieval:
    """What a question has led to: its passages, best first, as far as they are read, and all its hits.

    `view` is the library as it was searched, `ids` the articles that were, None for all.
    """

    question: Question
    query: Query
    passages: tuple[Passage, ...]
    hits: tuple[Hit, ...]
    view: Snapshot
    ids: tuple[str, ...] | None

    @property
    def articles(self) -> dict[str, Article]:
        """The articles that were searched."""
        known = self.view.articles
        return dict(known) if self.ids is None else {id_: known[id_] for id_ in self.ids if id_ in known}


def retrieve_passages(
    standalone: StandaloneQuestion, articles: ArticleNames | None, settings: Settings, clock: Stopwatch
) -> Retrieval:
    """The passages to read for a question. Raises NoArticlesError when there is nothing to search.

    When another process replaces an article in between, the search begins again with what is there now.
    """
    library = open_library(settings)
    with clock.of("retrieve"):
        ids = None if articles is None else article_ids(library, articles)
        known = snapshot(library, ids).articles
        searched = known.values() if ids is None else [known[id_] for id_ in ids if id_ in known]
        question = parse_question(with_dates(standalone, searched))
        encoded = library.encoder.encode([question.text])
        vector = encoded.vectors[0]
        if library.embedder is not library.encoder:
            library.generation()
            vector = library.embedder.embed_query(question.text)
    for _ in range(RETRIES):
        with clock.of("retrieve"):
            view = snapshot(library, ids)
        try:
            return _found(library, view, question, encoded, vector, ids, clock)
        except LibraryError:
            if library.generation() == view.generation:
                raise
    raise LibraryError("The library changes faster than it can be read.", "Ask again in a moment.")


def _found(  # noqa: PLR0913, PLR0917 - all that one search needs
    library: Library,
    view: Snapshot,
    question: Question,
    encoded: Encoded,
    vector: Floats,
    ids: Sequence[str] | None,
    clock: Stopwatch,
) -> Retrieval:
    with clock.of("retrieve"):
        if not view.chunks:
            raise NoArticlesError("There is no article yet.", "Add one with `python -m ingest PATH-OR-URL`.")
        ranking = search(library, view, question.text, vector, ids)
    with clock.of("rerank"):
        passages = passages_of(library, view, [index for index, _ in ranking[:TOP]])
        query = make_query(question, encoded.tokens[0], rarity(passages))
        share = by_length(FUSED_SHARE, question.text)
        order = rerank(query, passages, [score for _, score in ranking[:TOP]], share)
    chunks = [view.chunks[index] for index, _ in ranking]
    hits = [Hit(chunk=chunks[index], score=score) for index, score in order]
    low = min((hit.score for hit in hits), default=0.0)
    rest = [Hit(chunk=chunk, score=low * score) for chunk, (_, score) in zip(chunks[TOP:], ranking[TOP:], strict=True)]
    read = tuple(passages[index] for index, _ in order[:PASSAGES_READ])
    return Retrieval(question, query, read, (*hits, *rest), view, None if ids is None else tuple(ids))


def article_ids(library: Library, names: ArticleNames) -> list[str]:
    """The ids of the articles that these ids, URLs or paths name; what is not in the library is ingested.

    A path is read again each time, so that a changed file is answered from as it is now.
    """
    found: list[str] = []
    for name in [names] if isinstance(names, str | Path) else names:
        text = str(name)
        is_file = not is_url(text) and exists(text)
        known = None if is_file else library.resolve(text)
        if known is None and not is_file and not is_url(text):
            raise NoArticlesError(f"There is no article {text[:200]!r}.", "Give an id, a URL or the path of a file.")
        if known is None:
            report = run(library, [text])
            for row in report.rows:
                if row.action == "skipped" and not report.article_ids:
                    raise SourceError(row.reason, row.hint)
            found += report.article_ids
        else:
            found.append(known)
    if not found:
        raise NoArticlesError("No article was named.", "Give an id, a URL or a path, or leave `articles` out.")
    return list(unique(found))


_passages: WeakKeyDictionary[Library, OrderedDict[str, Passage]] = WeakKeyDictionary()
_passages_lock = threading.Lock()


def passages_of(library: Library, view: Snapshot, indices: Sequence[int]) -> list[Passage]:
    """The chunks at these places of the snapshot as passages; the last ones read stay in memory."""
    chunks = [view.chunks[index] for index in indices]
    keys = [_version(view, chunk) for chunk in chunks]
    with _passages_lock:
        kept = _passages.setdefault(library, OrderedDict())
        known = {key: kept[key] for key in keys if key in kept}
    missing = [chunk.id for chunk, key in zip(chunks, keys, strict=True) if key not in known]
    tokens = library.token_vectors(missing) if missing else {}
    if len(tokens) < len(missing):
        raise LibraryError("The library has lost token vectors.", "Run `python -m ingest --rebuild`.")
    found = []
    with _passages_lock:
        for chunk, key in zip(chunks, keys, strict=True):
            kept.pop(key, None)
            passage = known.get(key)
            if passage is None:
                passage = Passage(chunk, view.articles[chunk.article_id], tokens[chunk.id])
            kept[key] = passage
            found.append(passage)
        while len(kept) > PASSAGES_KEPT:
            kept.popitem(last=False)
    return found


def _version(view: Snapshot, chunk: Chunk) -> str:
    return f"{chunk.id}:{view.articles[chunk.article_id].content_hash}"
