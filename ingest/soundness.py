"""Is the library sound? Every article, chunk and vector is looked at; nothing is changed."""

from collections.abc import Iterator

import numpy as np

from ingest.clean import content_hash
from ingest.database import RESTORE
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.schema import Article, CheckReport, Chunk, Finding
from ingest.staging import SLICE
from ingest.store import survives

_REBUILD = "Run `python -m ingest --rebuild`."
_SAME = 0.99
"""The least cosine of a vector in the index and the same vector in the catalog."""


def check(library: Library) -> CheckReport:
    """What there is, and what is wrong with it. Raises LibraryError when not even the catalog can be read."""
    library.catalog.verify()
    library.refresh()
    known = library.details()
    findings = [finding for details in known for finding in _article(library, details.id)]
    findings += _index(library)
    return CheckReport(articles=len(known), chunks=len(library.catalog.chunk_ids()), findings=tuple(findings))


def _article(library: Library, name: str) -> Iterator[Finding]:
    """What is wrong with one article and what belongs to it."""
    try:
        (article,) = library.articles([name])
        chunks = library.chunks([name])
        ids = [chunk.id for chunk in chunks]
        tokens = library.token_vectors(ids)
        stored, vectors = library.catalog.vectors(ids)
    except LibraryError as error:
        yield Finding(what=error.message, remedy=error.hint)
        return
    if content_hash(article) != article.content_hash:
        yield Finding(what=f"The article {name} is not what was ingested.", remedy=RESTORE)
    if not _tiles(article, chunks):
        yield Finding(what=f"The passages of the article {name} do not cover its text.", remedy=_REBUILD)
    if len(tokens) < len(ids):
        yield Finding(what=f"The article {name} lacks token vectors.", remedy=_REBUILD)
    if len(stored) < len(ids):
        yield Finding(what=f"The article {name} lacks vectors.", remedy="The next `python -m ingest` adds them.")
    if vectors.size and not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.05):
        yield Finding(what=f"Vectors of the article {name} are damaged.", remedy=_REBUILD)


def _tiles(article: Article, chunks: list[Chunk]) -> bool:
    """Whether the chunks cover the text from end to end, each with its sentences inside it."""
    ends = [0, *(chunk.end for chunk in chunks)]
    starts = [*(chunk.start for chunk in chunks), len(article.text)]
    inside = all(
        chunk.start <= sentence.start < sentence.end <= chunk.end for chunk in chunks for sentence in chunk.sentences
    )
    return inside and starts == ends


def _index(library: Library) -> Iterator[Finding]:
    """What is wrong with the index, beside the catalog."""
    store = library.store
    if not library.settings.chroma_url and store.folder.exists() and not survives(store.folder):
        yield Finding(what=f"The index in {store.folder} is damaged: whoever opens it crashes.", remedy=_REBUILD)
        return
    try:
        known = library.catalog.chunk_ids()
        stored = store.ids()
        changed = sum(_changed(library, part) for part in _slices(sorted(known & stored)))
    except LibraryError as error:
        yield Finding(what=error.message, remedy=error.hint)
        return
    if known - stored:
        what = f"The index lacks {len(known - stored)} of {len(known)} vectors."
        yield Finding(what=what, remedy="The next `python -m ingest` adds them.")
    if stored - known:
        what = f"The index holds {len(stored - known)} vectors of an addition that was not finished."
        yield Finding(
            what=what, remedy="Nothing needs to be done: the next `python -m ingest` removes them.", harmless=True
        )
    if changed:
        yield Finding(what=f"{changed} vectors of the index are damaged.", remedy=_REBUILD)


def _changed(library: Library, ids: list[str]) -> int:
    """How many of these vectors are others in the index than in the catalog."""
    names, vectors = library.catalog.vectors(ids)
    found, others = library.store.vectors(names)
    if not found or vectors.shape[1] != others.shape[1]:
        return len(names)
    place = {name: row for row, name in enumerate(found)}
    rows = [place[name] for name in names if name in place]
    kept = vectors[[name in place for name in names]]
    return int((np.sum(kept * others[rows], axis=1) < _SAME).sum()) + len(names) - len(rows)


def _slices(ids: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(ids), SLICE):
        yield ids[first : first + SLICE]
