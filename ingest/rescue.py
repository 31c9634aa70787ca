"""Articles saved to a file and brought back from one, also when the catalog is damaged or gone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import sqlalchemy as sa

from ingest.archive import Kept, open_backup, write_backup
from ingest.clean import content_hash
from ingest.database import BACKUPS, IDENTITY, article_of
from ingest.errors import LibraryError
from ingest.library import Library, open_library
from ingest.lock import unwritable, writing
from ingest.pipeline import Progress
from ingest.pipeline import restore as bring_back
from ingest.schema import BackupReport
from ingest.settings import Settings

_NOTHING = "Restore an earlier backup with `python -m ingest --restore FILE`, or ingest the articles again."


def save(settings: Settings, file: Path) -> BackupReport:
    """Every article in one file, as far as the catalog can be read.

    Raises SourceError when the file cannot be written, LibraryError when no article can be read.
    """
    try:
        library = open_library(settings)
        library.catalog.verify()
    except LibraryError:
        return _salvage(settings, file)
    return BackupReport(articles=write_backup(file, library.catalog.kept()))


def restore(settings: Settings, file: Path, on_progress: Progress | None = None) -> int:
    """The articles of a backup in the library; a damaged catalog is put aside, and one that can be read is saved first.

    Raises SourceError when the backup cannot be read, before anything is changed.
    """
    with open_backup(file):
        pass
    try:
        library = open_library(settings)
        library.catalog.verify()
        sum(1 for _ in library.catalog.kept())
    except LibraryError:
        library = _begin_anew(settings)
    return bring_back(library, file, on_progress)


def _begin_anew(settings: Settings) -> Library:
    """An empty library in the place of one whose catalog cannot be read; its files are kept under another name."""
    catalog, data_dir = _sqlite_file(settings), settings.data_dir
    with writing(data_dir, wait=settings.lock_wait, doing="restoring a backup"):
        aside = data_dir / BACKUPS / f"damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
        try:
            aside.mkdir(parents=True)
            files = [catalog, *(catalog.with_name(catalog.name + end) for end in ("-wal", "-shm"))]
            for file in [*files, data_dir / IDENTITY, *data_dir.glob("chroma*")]:
                if file.exists():
                    file.rename(aside / file.name)
        except OSError as error:
            raise unwritable(data_dir, error) from None
    open_library.cache_clear()
    return open_library(settings)


def _salvage(settings: Settings, file: Path) -> BackupReport:
    """The articles that can still be read, one after another, from a damaged SQLite file. It is not written to."""
    unreadable: list[str] = []
    count = write_backup(file, _readable(_sqlite_file(settings), unreadable))
    if not count:
        file.unlink()
        raise LibraryError(f"No article can be read from {_sqlite_file(settings)}.", _NOTHING)
    return BackupReport(articles=count, unreadable=tuple(unreadable))


def _readable(catalog: Path, unreadable: list[str]) -> Iterator[Kept]:
    """The articles of a SQLite file, oldest first; the ids of those that cannot be read go into the list."""
    with closing(sqlite3.connect(f"file:{quote(str(catalog))}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        try:  # an index alone is read for it, so that a damaged article is missed and not unknown
            known = sorted(tuple(row) for row in connection.execute("SELECT position, id FROM articles ORDER BY id"))
        except sqlite3.Error:
            return
        for _, name in known:
            try:
                row = connection.execute("SELECT * FROM articles WHERE id = ?", (name,)).fetchone()
                article = article_of(SimpleNamespace(**dict(row)))
            except (sqlite3.Error, LibraryError, TypeError):
                unreadable.append(str(name))
                continue
            if content_hash(article) == article.content_hash:
                yield Kept(article=article, origins=_origins(connection, article.id))
            else:
                unreadable.append(article.id)


def _origins(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    """The origins of an article; they can be done without."""
    try:
        return tuple(row[0] for row in connection.execute("SELECT origin FROM origins WHERE article_id = ?", (name,)))
    except sqlite3.Error:
        return ()


def _sqlite_file(settings: Settings) -> Path:
    """The file of the catalog. Raises LibraryError for a database server, which has ways of its own."""
    url = sa.make_url(settings.catalog_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise LibraryError(
            "The catalog on the database server cannot be read.", "Mend it with the server's own tools and backups."
        )
    return Path(url.database).absolute()
