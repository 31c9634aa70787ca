"""Sources become articles in the library: load, clean, split, embed, store. Doing it twice is doing it once."""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.catalog import Entry, Manifest
from ingest.clean import clean_line, make_article, normalise_url
from ingest.errors import ArticleQAError, DiskFullError, SourceError
from ingest.library import Library, encoder_name
from ingest.load import expand, load
from ingest.lock import writing
from ingest.schema import Article, Chunk, IngestReport, IngestRow, RawDocument, Skipped, Upload, unique
from ingest.split import SPLITTER, split_chunks, split_sentences

MAX_TOKENS = 200
"""Word pieces in a chunk: below the encoder's window of 256, so that nothing of it goes unread."""

GROUP_CHARACTERS = 400_000
"""Text that is embedded and written at once: about 1,500 chunks would be too many to hold, 500 are not."""

_SPARE_BYTES = 200_000_000
_BYTES_PER_CHARACTER = 200
"""Disk that an article takes for each character: mostly its token vectors. Measured 120, with room to spare."""

Source = str | Path | RawDocument | Upload
Progress = Callable[[int, int | None, str], None]


@dataclass(frozen=True)
class _New:
    """An article that has been read, and where it came from."""

    article: Article
    origin: str


def run(
    library: Library, sources: Iterable[Source], *, on_progress: Progress | None = None, public_only: bool = False
) -> IngestReport:
    """Take the sources into the library. A source that fails is a row of the report; the rest goes on.

    `on_progress` is told how many sources are done, how many there are, and which one is being read.
    The lock is held only while a group of articles is written, never while something is being fetched.
    """
    began = time.perf_counter()
    library.check(library.catalog.manifest())
    reconcile_needed = True
    rows: list[IngestRow] = []
    for group in _groups(_read(library, sources, on_progress, public_only=public_only)):
        news = [item for item in group if isinstance(item, _New)]
        if news:
            with writing(library.settings.data_dir):
                if reconcile_needed:
                    reconcile(library)
                    reconcile_needed = False
                written = iter(_write(library, news))
        rows += [next(written) if isinstance(item, _New) else _skipped(item) for item in group]
    return IngestReport(rows=tuple(rows), seconds=time.perf_counter() - began)


def delete(library: Library, article_ids: Sequence[str]) -> None:
    """Remove these articles from the catalog, then from the index."""
    with writing(library.settings.data_dir):
        library.generation()
        gone = library.catalog.delete(article_ids, _manifest(library))
        library.store.delete(gone)
        library.written()


def rebuild(library: Library, on_progress: Progress | None = None) -> int:
    """Make the index again from the catalog with the encoder in use; the number of articles.

    When it is interrupted the catalog still holds every article, and the next rebuild does the rest.
    """
    articles = library.articles()
    with writing(library.settings.data_dir):
        library.store.clear()
        done = 0
        for group in _batches(articles):
            entries = _embedded(library, [_New(article, "") for article in group])
            _store(library, entries)
            done += len(group)
            if on_progress:
                on_progress(done, len(articles), group[-1].title)
        library.written()
    return len(articles)


def reconcile(library: Library) -> None:
    """Mend what an interrupted writer left: vectors without a chunk go, chunks without a vector get theirs."""
    library.generation()
    stored, known = library.store.ids(), library.catalog.chunk_ids()
    library.store.delete(stored - known)
    missing = known - stored
    if missing:
        chunks = [chunk for chunk in library.chunks() if chunk.id in missing]
        vectors = library.embedder.embed([chunk.text for chunk in chunks])
        library.store.upsert([c.id for c in chunks], vectors, [c.article_id for c in chunks])


def _read(
    library: Library, sources: Iterable[Source], on_progress: Progress | None, *, public_only: bool
) -> Iterator[_New | Skipped]:
    """Every article and every failure of the sources, in order."""
    items: list[Source | Skipped] = []
    for source in sources:
        try:
            items += [source] if isinstance(source, RawDocument | Upload) else expand(source)
        except ArticleQAError as error:
            items.append(Skipped(origin=str(source), reason=error.message, hint=error.hint))
    settings = library.settings
    for number, item in enumerate(items):
        origin = _origin(item)
        if on_progress:
            on_progress(number, len(items), origin)
        if isinstance(item, Skipped):
            yield item
            continue
        try:
            documents: Iterable[RawDocument | Skipped] = (
                [item]
                if isinstance(item, RawDocument)
                else load(
                    item if isinstance(item, Upload) else str(item),
                    max_bytes=settings.max_bytes,
                    timeout=settings.fetch_timeout,
                    read_timeout=settings.read_timeout,
                    public_only=public_only,
                )
            )
            for document in documents:
                yield document if isinstance(document, Skipped) else _news(document)
        except SourceError as error:
            yield Skipped(origin=origin, reason=error.message, hint=error.hint)
    if on_progress:
        on_progress(len(items), len(items), "")


def _origin(item: Source | Skipped) -> str:
    if isinstance(item, Upload):
        return item.name
    return item.origin if isinstance(item, RawDocument | Skipped) else str(item)


def _news(document: RawDocument) -> _New | Skipped:
    """The article of a document, with the origin that will find it again: a URL or a path, but not a pasted text."""
    try:
        article = make_article(document)
    except SourceError as error:
        return Skipped(origin=document.origin, reason=error.message, hint=error.hint)
    return _New(article, normalise_url(document.origin) or document.origin)


def _groups(items: Iterable[_New | Skipped]) -> Iterator[list[_New | Skipped]]:
    """The items in groups of bounded text."""
    group: list[_New | Skipped] = []
    size = 0
    for item in items:
        group.append(item)
        size += len(item.article.text) if isinstance(item, _New) else 0
        if size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _batches(articles: Sequence[Article]) -> Iterator[list[Article]]:
    for group in _groups(_New(article, "") for article in articles):
        yield [item.article for item in group if isinstance(item, _New)]


def _write(library: Library, news: Sequence[_New]) -> list[IngestRow]:
    """One row for each article, after all that are new or changed have been stored. The lock is held."""
    known = {article.id: article for article in library.articles(unique(new.article.id for new in news))}
    rows: list[IngestRow] = []
    fresh: dict[str, _New] = {}
    links: list[tuple[str, str]] = []
    for new in news:
        article = new.article
        before = library.catalog.origin(new.origin) if _lasting(new.origin) else None
        old = fresh[article.id].article if article.id in fresh else known.get(article.id)
        if old is not None and old.content_hash == article.content_hash and before in {None, article.id}:
            rows.append(_row("unchanged", new))
            links += [(new.origin, article.id)] if _lasting(new.origin) and before is None else []
        else:
            replaced = old is not None or (before is not None and before != article.id)
            rows.append(_row("replaced" if replaced else "added", new))
            fresh[article.id] = new
    if fresh:
        _store(library, _embedded(library, list(fresh.values())))
    library.catalog.link(links)
    library.written()
    return rows


def _lasting(origin: str) -> bool:
    """Whether an origin finds the same source again: a path or URL does, standard input and pasted text do not."""
    return origin.startswith(("/", "http://", "https://")) or (len(origin) > 2 and origin[1] == ":")


def _embedded(library: Library, news: Sequence[_New]) -> list[tuple[Entry, np.ndarray]]:
    """The articles split and embedded, all chunks of all of them in one go."""
    chunked = [chunks_of(new.article, library.encoder.count_tokens) for new in news]
    texts = [chunk.text for chunks in chunked for chunk in chunks]
    encoded = library.encoder.encode(texts)
    local = library.embedder is library.encoder
    vectors = encoded.vectors if local else library.embedder.embed(texts)
    entries, first = [], 0
    for new, chunks in zip(news, chunked, strict=True):
        part = slice(first, first + len(chunks))
        first += len(chunks)
        before = (library.catalog.origin(new.origin) or "") if _lasting(new.origin) else ""
        replaces = before if before != new.article.id else ""
        origin = new.origin if _lasting(new.origin) else ""
        entry = Entry(new.article, tuple(chunks), tuple(encoded.tokens[part]), origin, replaces)
        entries.append((entry, vectors[part]))
    return entries


def chunks_of(article: Article, count_tokens: Callable[[str], int]) -> list[Chunk]:
    """The chunks of an article. Their ids change with its content, so that old and new can stand side by side."""
    pieces = split_chunks(article.text, split_sentences(article.text), count_tokens=count_tokens, max_tokens=MAX_TOKENS)
    return [
        Chunk(
            id=f"{article.id}-{article.content_hash[:8]}-{number}",
            article_id=article.id,
            start=piece.start,
            end=piece.end,
            text=article.text[piece.start : piece.end],
            sentences=piece.sentences,
        )
        for number, piece in enumerate(pieces)
    ]


def _store(library: Library, embedded: Sequence[tuple[Entry, np.ndarray]]) -> None:
    """New vectors first, then the catalog in one transaction, then old vectors go: nothing is ever missing."""
    _check_space(library, sum(len(entry.article.text) for entry, _ in embedded))
    chunks = [chunk for entry, _ in embedded for chunk in entry.chunks]
    vectors = np.concatenate([part for _, part in embedded])
    library.store.upsert([c.id for c in chunks], vectors, [c.article_id for c in chunks])
    gone = library.catalog.write([entry for entry, _ in embedded], _manifest(library, vectors.shape[1]))
    library.store.delete(gone)


def _manifest(library: Library, dimension: int | None = None) -> Manifest:
    kept = library.catalog.manifest().dimension if dimension is None else dimension
    return Manifest(encoder_name(library.settings), kept, SPLITTER)


def _check_space(library: Library, characters: int) -> None:
    """Raise DiskFullError when the disk would fill up: Chroma would wait for space for ever."""
    needed = characters * _BYTES_PER_CHARACTER + _SPARE_BYTES
    free = shutil.disk_usage(library.settings.data_dir).free
    if free < needed:
        raise DiskFullError(
            f"{library.settings.data_dir} has {free / 1e6:.0f} MB left, but {needed / 1e6:.0f} MB are needed.",
            "Free some space, or choose another DATA_DIR.",
        )


def _row(action: str, new: _New) -> IngestRow:
    return IngestRow.model_validate(
        {"origin": new.origin, "action": action, "article_id": new.article.id, "title": new.article.title}
    )


def _skipped(item: _New | Skipped) -> IngestRow:
    assert isinstance(item, Skipped)
    return IngestRow(origin=clean_line(item.origin), action="skipped", reason=clean_line(item.reason), hint=item.hint)
