"""Sources become articles in the library: load, clean, split, embed, store. Doing it twice is doing it once."""

import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.archive import Kept, open_backup, write_backup
from ingest.catalog import Entry, Manifest
from ingest.clean import clean_line, make_article, normalise_url
from ingest.database import BACKUPS
from ingest.errors import ArticleQAError, DiskFullError, LibraryError, SourceError
from ingest.library import Library, encoder_name
from ingest.load import check_size, expand, load
from ingest.schema import Article, Details, IngestReport, IngestRow, RawDocument, Skipped, Upload, unique
from ingest.split import SPLITTER
from ingest.staging import SLICE, Staged, stage
from ingest.store import Store, open_store, remove_others

_LOG = logging.getLogger(__name__)

GROUP_CHARACTERS = 400_000
"""Text of articles that are embedded and written together."""

_SPARE_BYTES = 200_000_000
_BYTES_PER_CHARACTER = 200
"""Disk that an article takes for each character: mostly its token vectors. Measured 120, with room to spare."""

Source = str | Path | RawDocument | Upload
Progress = Callable[[int, int | None, str], None]
Embedded = Callable[[int, int], None]


@dataclass(frozen=True)
class _New:
    """An article that has been read, and where it came from."""

    article: Article
    origin: str


@dataclass(frozen=True)
class _Plan:
    """What is to become of a group: a row for each article, which of them are to be stored, and origins to remember."""

    rows: list[IngestRow]
    fresh: dict[str, _New]
    links: list[tuple[str, str]]


def run(
    library: Library,
    sources: Iterable[Source],
    *,
    on_progress: Progress | None = None,
    on_embedded: Embedded | None = None,
    public_only: bool = False,
) -> IngestReport:
    """Take the sources into the library. A source that fails is a row of the report; the rest goes on.

    `on_progress` is told how many sources are done, how many there are, and which one is being read; `on_embedded` how
    many chunks of how many have their vectors. The lock is held only while a group of articles is written, never while
    something is being fetched or embedded.
    """
    began = time.perf_counter()
    library.check(library.catalog.manifest())
    sound = False
    rows: list[IngestRow] = []
    for group in _groups(_read(library, sources, on_progress, public_only=public_only)):
        news = [item for item in group if isinstance(item, _New)]
        plan = _plan(library, news)
        if plan.fresh or plan.links:
            staged = _staged(library, plan, {}, on_embedded)
            with library.writing():
                library.generation()
                if not sound:
                    library.catalog.verify()
                    reconcile(library)
                    sound = True
                plan = _plan(library, news)
                _write(library, plan, _staged(library, plan, staged, on_embedded))
        written = iter(plan.rows)
        rows += [next(written) if isinstance(item, _New) else _skipped(item) for item in group]
    return IngestReport(rows=tuple(rows), seconds=time.perf_counter() - began)


def delete(library: Library, article_ids: Sequence[str]) -> int:
    """Remove these articles from the catalog, then from the index; how many of them there were."""
    with library.writing("deleting articles"):
        library.catalog.verify()
        gone = library.catalog.delete(article_ids, library.catalog.manifest())
        library.written()
        _forget(library, gone)
    return len(gone)


def rebuild(library: Library, on_progress: Progress | None = None) -> int:
    """Make the index again from the catalog with the encoder in use; the number of articles.

    The new index is made beside the old one, which answers until it is replaced; of an interrupted rebuild the next
    writer removes what it left.
    """
    with library.writing("rebuilding the index"):
        library.catalog.verify()
        known = library.details()
        batches = (library.articles(ids) for ids in _id_batches(known))
        made = _make_edition(library, batches, len(known), on_progress)
        _switch(library, made)
    return len(known)


def restore(library: Library, file: Path, on_progress: Progress | None = None) -> int:
    """Make the articles of a backup those of the library; their number. What there was before is saved first.

    Raises SourceError when the backup cannot be read, before anything is changed.
    """
    with library.writing("restoring a backup"), open_backup(file) as kept:
        if library.catalog.manifest().generation:
            folder = library.settings.data_dir / BACKUPS
            folder.mkdir(exist_ok=True)
            write_backup(folder / f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.jsonl", library.catalog.kept())
        items = list(kept)
        batches = (list(group) for group in _article_batches(item.article for item in items))
        made = _make_edition(library, batches, len(items), on_progress)
        _switch(library, made, items)
    return len(items)


def reconcile(library: Library) -> None:
    """Mend what an interrupted writer left: vectors without a chunk go, chunks without a vector get theirs.

    An embedded index that cannot be read is made again from the catalog. The library is held for writing.
    """
    library.catalog.purge()
    remove_others(library.settings.data_dir, library.catalog.manifest().index)
    try:
        stored = library.store.ids()
    except LibraryError as error:
        if library.settings.chroma_url:
            raise
        _LOG.warning("%s It is made again from the catalog now.", error)
        library.store.clear()
        stored = set()
    known = library.catalog.chunk_ids()
    library.store.delete(stored - known)
    _complete_catalog(library, stored)
    missing = sorted(known - stored)
    for first in range(0, len(missing), SLICE):
        names, vectors = library.catalog.vectors(missing[first : first + SLICE])
        library.store.upsert(names, vectors, [name.partition("-")[0] for name in names])


def _complete_catalog(library: Library, stored: set[str]) -> None:
    """Give the catalog the vectors that it lacks: a library that version 1 made has them in its index alone."""
    lacking = library.catalog.lacking_vectors()
    library.catalog.keep_vectors(*library.store.vectors([name for name in lacking if name in stored]))
    lacking = library.catalog.lacking_vectors() if lacking else []
    if lacking:
        wanted = set(lacking)
        chunks = [chunk for chunk in library.chunks() if chunk.id in wanted]
        for first in range(0, len(chunks), SLICE):
            part = chunks[first : first + SLICE]
            vectors = library.embedder.embed([chunk.text for chunk in part])
            library.catalog.keep_vectors([chunk.id for chunk in part], vectors)


def _make_edition(
    library: Library, batches: Iterable[list[Article]], total: int, on_progress: Progress | None
) -> Manifest:
    """Make an index of these articles beside the one in use; the manifest that puts it into use."""
    before = library.catalog.manifest()
    library.catalog.purge()
    remove_others(library.settings.data_dir, before.index)
    edition = before.edition + 1
    index = f"{before.library[:12]}-{edition}"
    store = open_store(library.settings.data_dir, library.settings.chroma_url, index)
    store.clear()
    done, dimension = 0, before.dimension
    for articles in batches:
        staged = stage(articles, library.encoder, library.embedder, edition=edition)
        _check_space(library, staged)
        _index(store, staged)
        library.catalog.prepare([_entry(item) for item in staged], edition)
        done, dimension = done + len(articles), staged[0].vectors.shape[1]
        if on_progress:
            on_progress(done, total, articles[-1].title)
    made = Manifest(encoder_name(library.settings), dimension, SPLITTER, edition=edition, index=index)
    return replace(made, library=before.library)


def _switch(library: Library, made: Manifest, kept: Sequence[Kept] | None = None) -> None:
    """Put a new index into use and remove the one that it replaces."""
    old = library.store
    library.catalog.switch(made, kept)
    library.written()
    library.catalog.purge()
    with suppress(LibraryError):  # a damaged one, or a server that went away: the next writer tries again
        old.clear()


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
                yield document if isinstance(document, Skipped) else _news(document, settings.max_bytes)
        except SourceError as error:
            yield Skipped(origin=origin, reason=error.message, hint=error.hint)
    if on_progress:
        on_progress(len(items), len(items), "")


def _origin(item: Source | Skipped) -> str:
    if isinstance(item, Upload):
        return item.name
    return item.origin if isinstance(item, RawDocument | Skipped) else str(item)


def _news(document: RawDocument, max_bytes: int) -> _New | Skipped:
    """The article of a document, with the origin that will find it again: a URL or a path, but not a pasted text."""
    try:
        check_size(document.text, max_bytes, clean_line(document.origin))
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


def _article_batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    for group in _groups(_New(article, "") for article in articles):
        yield [item.article for item in group if isinstance(item, _New)]


def _id_batches(known: Iterable[Details]) -> Iterator[list[str]]:
    """The ids of articles in groups of bounded text."""
    group: list[str] = []
    size = 0
    for details in known:
        group.append(details.id)
        size += details.characters
        if size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _plan(library: Library, news: Sequence[_New]) -> _Plan:
    """What is to become of these articles, as the library is now."""
    known = library.catalog.hashes(unique(new.article.id for new in news))
    plan = _Plan([], {}, [])
    for new in news:
        article = new.article
        before = library.catalog.origin(new.origin) if _lasting(new.origin) else None
        old = plan.fresh[article.id].article.content_hash if article.id in plan.fresh else known.get(article.id)
        if old == article.content_hash and before in {None, article.id}:
            plan.rows.append(_row("unchanged", new))
            if _lasting(new.origin) and before is None:
                plan.links.append((new.origin, article.id))
        else:
            replaced = old is not None or (before is not None and before != article.id)
            plan.rows.append(_row("replaced" if replaced else "added", new))
            plan.fresh[article.id] = new
    return plan


def _staged(library: Library, plan: _Plan, ready: dict[str, Staged], on_embedded: Embedded | None) -> dict[str, Staged]:
    """The plan's new articles by id, split and embedded unless they are ready."""
    missing = [
        new.article
        for id_, new in plan.fresh.items()
        if id_ not in ready or ready[id_].article.content_hash != new.article.content_hash
    ]
    made: list[Staged] = []
    if missing:
        edition = library.catalog.manifest().edition
        made = stage(missing, library.encoder, library.embedder, edition=edition, on_embedded=on_embedded)
    return {**ready, **{item.article.id: item for item in made}}


def _write(library: Library, plan: _Plan, staged: dict[str, Staged]) -> None:
    """New vectors first, then the catalog in one transaction, then old vectors go: nothing is ever missing."""
    library.catalog.link(plan.links)
    if not plan.fresh:
        return
    new = [staged[id_] for id_ in plan.fresh]
    _check_space(library, new)
    _index(library.store, new)
    entries = []
    for id_, item in plan.fresh.items():
        before = (library.catalog.origin(item.origin) or "") if _lasting(item.origin) else ""
        origin = item.origin if _lasting(item.origin) else ""
        entries.append(_entry(staged[id_], origin, before if before != id_ else ""))
    manifest = library.catalog.manifest()
    made = replace(manifest, encoder=encoder_name(library.settings), splitter=SPLITTER)
    gone = library.catalog.write(entries, replace(made, dimension=new[0].vectors.shape[1]))
    library.written()
    _forget(library, gone)


def _forget(library: Library, chunk_ids: Sequence[str]) -> None:
    """Remove vectors from the index that no article has any more. What fails here the next writer does."""
    try:
        library.store.delete(chunk_ids)
    except LibraryError as error:
        _LOG.warning("%s Vectors that are no longer needed stay in it until the next addition.", error)


def _index(store: Store, staged: Sequence[Staged]) -> None:
    for item in staged:
        store.upsert([chunk.id for chunk in item.chunks], item.vectors, [item.article.id] * len(item.chunks))


def _entry(item: Staged, origin: str = "", replaces: str = "") -> Entry:
    return Entry(item.article, item.chunks, item.vectors, item.tokens, origin, replaces)


def _lasting(origin: str) -> bool:
    """Whether an origin finds the same source again: a path or URL does, standard input and pasted text do not."""
    return origin.startswith(("/", "http://", "https://")) or (len(origin) > 2 and origin[1] == ":")


def _check_space(library: Library, staged: Sequence[Staged]) -> None:
    """Raise DiskFullError when the disk would fill up: Chroma would wait for space for ever."""
    needed = sum(len(item.article.text) for item in staged) * _BYTES_PER_CHARACTER + _SPARE_BYTES
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
