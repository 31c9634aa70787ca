"""The SQL database: its tables made, brought up to date and looked over. SQLite or PostgreSQL, by SQLAlchemy."""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from ingest.archive import Kept, write_backup
from ingest.errors import LibraryError
from ingest.lock import opening, unwritable
from ingest.schema import Article

SCHEMA = 2
IDENTITY = "library.json"
"""Beside the index it says which library it is of, so that a lost catalog is not taken for an empty one."""

BACKUPS = "backups"
"""The folder in the data directory for what is saved before something is changed for good."""

BUSY = 15.0
"""Seconds that SQLite waits for another process."""

_LOCKS = {"make": 4_112, "write": 4_113}
"""PostgreSQL's advisory locks, while the tables are made and while the library is written: any numbers that stay."""

RESTORE = "Bring it back with `python -m ingest --restore FILE`; `--backup FILE` saves what can still be read."

meta = sa.MetaData()
articles = sa.Table(
    "articles",
    meta,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(16), unique=True, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("published_at", sa.Text, nullable=False),
    sa.Column("authors", sa.Text, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
)
chunks = sa.Table(
    "chunks",
    meta,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("article_id", sa.String(16), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("sentences", sa.Text, nullable=False),
    sa.Column("edition", sa.Integer, nullable=False, server_default="0"),
)
vectors = sa.Table(
    "chunk_vectors",
    meta,
    sa.Column("chunk_id", sa.String(64), primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)
tokens = sa.Table(
    "token_vectors",
    meta,
    sa.Column("chunk_id", sa.String(64), primary_key=True),
    sa.Column("spans", sa.LargeBinary, nullable=False),
    sa.Column("vectors", sa.LargeBinary, nullable=False),
    sa.Column("checksum", sa.BigInteger, nullable=True),
)
origins = sa.Table(
    "origins",
    meta,
    sa.Column("origin", sa.String(2048), primary_key=True),
    sa.Column("article_id", sa.String(16), nullable=False, index=True),
)
manifest = sa.Table(
    "manifest",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("encoder", sa.Text, nullable=False),
    sa.Column("dimension", sa.Integer, nullable=False),
    sa.Column("splitter", sa.Text, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("edition", sa.Integer, nullable=False, server_default="0"),
    sa.Column("index", sa.Text, nullable=False, server_default=""),
    sa.Column("library", sa.String(32), nullable=False, server_default=""),
)


class Database:
    """The database behind one SQLAlchemy URL, with the tables of this version. Threads may share it.

    A SQLite file that may not be written is opened for reading alone. Raises LibraryError.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._folder = folder
        try:
            parsed = sa.make_url(url)
            self.sqlite = parsed.get_backend_name() == "sqlite"
            self.file = Path(parsed.database).absolute() if self.sqlite and parsed.database else None
            if self.file:
                _make_folder(self.file.parent)
            self._name = parsed.render_as_string(hide_password=True)
            self._engine = sa.create_engine(parsed, pool_pre_ping=not self.sqlite)
        except OSError as error:
            raise unwritable(folder, error) from None
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError, ValueError) as error:
            reason = f"it needs {error.name}" if isinstance(error, ImportError) and error.name else "its URL is none"
            raise LibraryError(f"The catalog cannot be opened: {reason}.", "Check DATABASE_URL.") from None
        self.read_only = False
        if self.sqlite:
            sa.event.listen(self._engine, "connect", _tune_sqlite)
            self._open_sqlite()
        try:
            self._prepare()
        except LibraryError:
            self.close()
            raise

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction whose every failure is one sentence."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise self._explained(error) from error

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def exclusive(self, wait: float) -> Iterator[None]:
        """Hold a PostgreSQL database against writers on other machines; SQLite has the lock file for it."""
        if self.sqlite:
            yield
            return
        with self.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait * 1000)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCKS['write']})")
            yield

    def verify(self) -> None:
        """Raise LibraryError when the SQLite file is damaged: it is read once through, 3 GB in a second."""
        if not self.sqlite:
            return
        with self.begin() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise LibraryError(f"The catalog {self._name} is damaged.", RESTORE)

    def _open_sqlite(self) -> None:
        """Connect for the first time; where the file cannot be written, for reading alone."""
        reason = _failure(self._engine)
        if not reason or self.file is None or not _write_fails(reason):
            return
        for mode in ("mode=ro", "immutable=1"):
            if mode == "immutable=1" and _size(self.file.with_name(f"{self.file.name}-wal")):
                continue  # what stands in the log alone would be missed
            engine = sa.create_engine(f"sqlite:///file:{quote(str(self.file))}?{mode}&uri=true")
            if not _failure(engine):
                self._engine.dispose()
                self._engine, self.read_only = engine, True
                return
            engine.dispose()

    def _prepare(self) -> None:
        """Make the tables, or bring them up to date. Of several processes that want to, one does; the others wait."""
        found = self._schema()
        if found != SCHEMA and not self.read_only:
            with opening(self._folder) if self.file else nullcontext():
                found = self._schema()
                if found is None:
                    self._create()
                elif found < SCHEMA:
                    self._migrate(found)
            found = self._schema()
        if found is None or found < SCHEMA:
            raise LibraryError(f"The catalog {self._name} may not be written.", "Change its permissions.")
        if found > SCHEMA:
            raise LibraryError(
                f"The catalog {self._name} was made by a newer version of this program.",
                "Update the program, or choose another DATA_DIR.",
            )

    def _schema(self) -> int | None:
        """The version of the tables; None when they are not there yet."""
        with self.begin() as connection:
            if not sa.inspect(connection).has_table(manifest.name):
                return None
            return connection.execute(sa.select(manifest.c.schema)).scalar()

    def _create(self) -> None:
        if self.file and ((self._folder / IDENTITY).exists() or (self._folder / "chroma" / "chroma.sqlite3").exists()):
            raise lost(self._name, self._folder)
        with self._making() as connection:
            meta.create_all(connection)
            if connection.execute(sa.select(manifest)).first() is None:
                values = {"encoder": "", "dimension": 0, "splitter": "", "generation": 0, "edition": 0}
                library = uuid.uuid4().hex
                connection.execute(
                    manifest.insert().values(id=1, schema=SCHEMA, index=f"{library[:12]}-0", library=library, **values)
                )

    def _migrate(self, found: int) -> None:
        """Bring the tables of version 1 up to date, in one transaction, after their articles have been saved."""
        with self._making() as connection:
            if connection.execute(sa.select(manifest.c.schema)).scalar() != found:
                return
            stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
            _make_folder(self._folder / BACKUPS)
            write_backup(self._folder / BACKUPS / f"before-schema-{SCHEMA}-{stamp}.jsonl", kept_articles(connection))
            meta.create_all(connection)
            for table, columns in ((chunks, ["edition"]), (tokens, ["checksum"])):
                _add_columns(connection, table, columns)
            _add_columns(connection, manifest, ["edition", "index", "library"])
            connection.execute(manifest.update().values(schema=SCHEMA, library=uuid.uuid4().hex))

    @contextmanager
    def _making(self) -> Iterator[Connection]:
        with self.begin() as connection:
            if not self.sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCKS['make']})")
            yield connection

    def _explained(self, error: sa.exc.SQLAlchemyError) -> LibraryError:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        if self.sqlite and ("malformed" in reason or "not a database" in reason):
            return LibraryError(f"The catalog {self._name} is damaged: {reason}.", RESTORE)
        if "readonly" in reason:
            return LibraryError(f"The catalog {self._name} may not be written.", "Change its permissions.")
        return LibraryError(
            f"The catalog {self._name} cannot be used: {reason}.",
            "Check DATABASE_URL or DATA_DIR, its permissions, the space on its disk and that the server runs.",
        )


def lost(name: str, folder: Path) -> LibraryError:
    """The error of a catalog that is gone or exchanged while the index that belongs to it is still there."""
    return LibraryError(
        f"The catalog {name} is not the one that the index in {folder} belongs to.",
        f"Bring it back with `python -m ingest --restore FILE` (copies may lie in {folder / BACKUPS}), check "
        "DATABASE_URL, or choose another DATA_DIR.",
    )


def kept_articles(connection: Connection) -> Iterator[Kept]:
    """Every article with its origins, oldest first, read one by one."""
    ids = connection.execute(sa.select(articles.c.id).order_by(articles.c.position)).scalars().all()
    for name in ids:
        row = connection.execute(sa.select(articles).where(articles.c.id == name)).one()
        found = connection.execute(sa.select(origins.c.origin).where(origins.c.article_id == name)).scalars()
        yield Kept(article=article_of(row), origins=tuple(found))


def article_of(row: Any) -> Article:
    """The article that a row of the table holds: its columns are attributes."""
    fields = {name: getattr(row, name) for name in Article.model_fields if name != "authors"}
    try:
        return Article(**fields, authors=tuple(json.loads(row.authors)))
    except (ValueError, TypeError):
        raise LibraryError(f"The article {str(row.id)[:40]} in the catalog is damaged.", RESTORE) from None


def _add_columns(connection: Connection, table: sa.Table, names: list[str]) -> None:
    for name in names:
        column = sa.schema.CreateColumn(table.c[name]).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column}")


def _failure(engine: Engine) -> str:
    """Why nothing can be read through this engine, or an empty string."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
    except sa.exc.SQLAlchemyError as error:
        return str(getattr(error, "orig", None) or error)
    return ""


def _write_fails(reason: str) -> bool:
    return any(part in reason for part in ("readonly", "unable to open", "full", "disk I/O"))


def _tune_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY * 1000:.0f}")
    until = time.monotonic() + BUSY
    while not _logs_ahead(connection, time.monotonic() > until):
        time.sleep(0.02)
    connection.execute("PRAGMA synchronous=NORMAL")


def _logs_ahead(connection: sqlite3.Connection, last: bool) -> bool:
    """Whether the file now has a write-ahead log. SQLite does not wait for another process that gives it one."""
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if last or "locked" not in str(error):
            raise
        return False
    return True


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
