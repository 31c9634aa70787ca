"""Articles and chunks in SQL: the truth. SQLite or PostgreSQL, through SQLAlchemy Core."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ingest.embed import TokenVectors
from ingest.errors import LibraryError
from ingest.lock import opening
from ingest.schema import Article, Chunk, Sentence

SCHEMA = 1
_BATCH = 400
"""Ids in one IN (…): well below what any database takes."""

_MAKING = 4_112
"""PostgreSQL's advisory lock while the tables are made: any number that is always the same."""

_meta = sa.MetaData()
_articles = sa.Table(
    "articles",
    _meta,
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
_chunks = sa.Table(
    "chunks",
    _meta,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("article_id", sa.String(16), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("sentences", sa.Text, nullable=False),
)
_tokens = sa.Table(
    "token_vectors",
    _meta,
    sa.Column("chunk_id", sa.String(64), primary_key=True),
    sa.Column("spans", sa.LargeBinary, nullable=False),
    sa.Column("vectors", sa.LargeBinary, nullable=False),
)
_origins = sa.Table(
    "origins",
    _meta,
    sa.Column("origin", sa.String(2048), primary_key=True),
    sa.Column("article_id", sa.String(16), nullable=False, index=True),
)
_manifest = sa.Table(
    "manifest",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("encoder", sa.Text, nullable=False),
    sa.Column("dimension", sa.Integer, nullable=False),
    sa.Column("splitter", sa.Text, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
)


@dataclass(frozen=True)
class Manifest:
    """What made the index, and how often the library has changed. `encoder` is empty before the first article."""

    encoder: str = ""
    dimension: int = 0
    splitter: str = ""
    generation: int = 0


@dataclass(frozen=True)
class Entry:
    """One article to be stored with everything that belongs to it. `replaces` is the id that its origin had before."""

    article: Article
    chunks: tuple[Chunk, ...]
    tokens: tuple[TokenVectors, ...]
    origin: str = ""
    replaces: str = ""


class Catalog:
    """The SQL database behind one SQLAlchemy URL. Safe to share between threads. Raises LibraryError."""

    def __init__(self, url: str) -> None:
        try:
            parsed = sa.make_url(url)
            if parsed.get_backend_name() == "sqlite" and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self._name = parsed.render_as_string(hide_password=True)
            self._engine = sa.create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError, OSError) as error:
            raise LibraryError(f"The catalog cannot be opened: {error}.", "Check DATABASE_URL and DATA_DIR.") from None
        self._sqlite = self._engine.dialect.name == "sqlite"
        if self._sqlite:
            sa.event.listen(self._engine, "connect", _tune_sqlite)
        folder = Path(parsed.database).parent if self._sqlite and parsed.database else None
        with opening(folder) if folder else nullcontext():
            if self._schema() is None:
                self._create()
        if self._schema() != SCHEMA:
            raise LibraryError(
                f"The catalog {self._name} was made by another version of this program.",
                "Update the program, or choose another DATA_DIR.",
            )

    def manifest(self) -> Manifest:
        """What made the index, and the generation."""
        with self._begin() as connection:
            row = connection.execute(sa.select(_manifest)).one()
        return Manifest(row.encoder, row.dimension, row.splitter, row.generation)

    def articles(self, ids: Sequence[str] | None = None) -> list[Article]:
        """The articles with these ids, or all, oldest first."""
        with self._begin() as connection:
            rows = [
                row
                for clause in _in(_articles.c.id, ids)
                for row in connection.execute(sa.select(_articles).where(clause).order_by(_articles.c.position))
            ]
        return [_article(row) for row in sorted(rows, key=lambda row: row.position)]

    def chunks(self, article_ids: Sequence[str] | None = None) -> list[Chunk]:
        """The chunks of these articles, or of all, in the order of articles and of their text."""
        query = sa.select(_chunks, _articles.c.text, _articles.c.position.label("place")).join(
            _articles, _articles.c.id == _chunks.c.article_id
        )
        with self._begin() as connection:
            rows = [
                row
                for clause in _in(_chunks.c.article_id, article_ids)
                for row in connection.execute(query.where(clause))
            ]
        return [_chunk(row) for row in sorted(rows, key=lambda row: (row.place, row.position))]

    def chunk_ids(self) -> set[str]:
        """The ids of all chunks."""
        with self._begin() as connection:
            return set(connection.execute(sa.select(_chunks.c.id)).scalars())

    def token_vectors(self, chunk_ids: Sequence[str]) -> dict[str, TokenVectors]:
        """The token vectors of these chunks by id; ids that are not stored are left out."""
        with self._begin() as connection:
            rows = [
                row
                for clause in _in(_tokens.c.chunk_id, chunk_ids)
                for row in connection.execute(sa.select(_tokens).where(clause))
            ]
        return {row.chunk_id: _unpacked(row.spans, row.vectors) for row in rows}

    def origin(self, origin: str) -> str | None:
        """The id of the article that came from this path or URL."""
        with self._begin() as connection:
            query = sa.select(_origins.c.article_id).where(_origins.c.origin == origin[:2048])
            found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def write(self, entries: Sequence[Entry], manifest: Manifest) -> list[str]:
        """Store or replace these articles in one transaction; the ids of the chunks that are gone.

        The generation goes up by one, so that readers notice.
        """
        with self._begin() as connection:
            gone: list[str] = []
            for entry in entries:
                others = sa.select(_origins).where(
                    _origins.c.article_id == entry.replaces, _origins.c.origin != entry.origin[:2048]
                )
                orphaned = entry.replaces and connection.execute(others).first() is None
                for old in {entry.article.id, entry.replaces if orphaned else entry.article.id}:
                    gone += self._drop_chunks(connection, old)
                    if old != entry.article.id:
                        connection.execute(_articles.delete().where(_articles.c.id == old))
                        connection.execute(_origins.delete().where(_origins.c.article_id == old))
                self._insert(connection, entry)
            self._advance(connection, manifest)
        kept = {chunk.id for entry in entries for chunk in entry.chunks}
        return [chunk_id for chunk_id in gone if chunk_id not in kept]

    def link(self, origins: Iterable[tuple[str, str]]) -> None:
        """Remember that these (origin, article id) belong together. Nothing else changes."""
        with self._begin() as connection:
            for origin, article_id in origins:
                _set_origin(connection, origin, article_id)

    def delete(self, article_ids: Sequence[str], manifest: Manifest) -> list[str]:
        """Remove these articles in one transaction; the ids of the chunks that are gone."""
        with self._begin() as connection:
            gone = [chunk_id for article_id in article_ids for chunk_id in self._drop_chunks(connection, article_id)]
            for clause in _in(_articles.c.id, article_ids):
                connection.execute(_articles.delete().where(clause))
            for clause in _in(_origins.c.article_id, article_ids):
                connection.execute(_origins.delete().where(clause))
            self._advance(connection, manifest)
        return gone

    def _schema(self) -> int | None:
        """The version of the tables; None when they are not there yet."""
        with self._begin() as connection:
            if not sa.inspect(connection).has_table(_manifest.name):
                return None
            return connection.execute(sa.select(_manifest.c.schema)).scalar()

    def _create(self) -> None:
        """Make the tables. Of several processes that want to, one does; the others wait and find them made."""
        with self._begin() as connection:
            if not self._sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
            _meta.create_all(connection)
            if connection.execute(sa.select(_manifest)).first() is None:
                connection.execute(_manifest.insert().values(id=1, schema=SCHEMA, **vars(Manifest())))

    def _insert(self, connection: Connection, entry: Entry) -> None:
        article = entry.article
        values = {**article.model_dump(), "authors": json.dumps(article.authors, ensure_ascii=False)}
        changed = connection.execute(_articles.update().where(_articles.c.id == article.id).values(values)).rowcount
        if not changed:
            connection.execute(_articles.insert().values(values))
        if entry.origin:
            _set_origin(connection, entry.origin, article.id)
        connection.execute(
            _chunks.insert(),
            [
                {
                    "id": chunk.id,
                    "article_id": article.id,
                    "position": position,
                    "start": chunk.start,
                    "end": chunk.end,
                    "sentences": json.dumps([[s.start, s.end, int(s.heading)] for s in chunk.sentences]),
                }
                for position, chunk in enumerate(entry.chunks)
            ],
        )
        connection.execute(
            _tokens.insert(),
            [
                {"chunk_id": chunk.id, "spans": tokens.spans.tobytes(), "vectors": tokens.vectors.tobytes()}
                for chunk, tokens in zip(entry.chunks, entry.tokens, strict=True)
            ],
        )

    def _drop_chunks(self, connection: Connection, article_id: str) -> list[str]:
        ids = list(connection.execute(sa.select(_chunks.c.id).where(_chunks.c.article_id == article_id)).scalars())
        for clause in _in(_tokens.c.chunk_id, ids):
            connection.execute(_tokens.delete().where(clause))
        connection.execute(_chunks.delete().where(_chunks.c.article_id == article_id))
        return ids

    def _advance(self, connection: Connection, manifest: Manifest) -> None:
        values = {**vars(manifest), "generation": _manifest.c.generation + 1}
        connection.execute(_manifest.update().values(values))

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        """A transaction whose every failure is one sentence."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise LibraryError(
                f"The catalog {self._name} cannot be used: {reason}.",
                "Check DATABASE_URL or DATA_DIR, its permissions and that the server runs.",
            ) from error


def _tune_sqlite(connection: object, _: object) -> None:
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _in(column: sa.Column[str], ids: Sequence[str] | None) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions that together select these ids, or one that selects all."""
    if ids is None:
        yield sa.true()
        return
    for first in range(0, len(ids), _BATCH):
        yield column.in_(list(ids[first : first + _BATCH]))


def _set_origin(connection: Connection, origin: str, article_id: str) -> None:
    origin = origin[:2048]
    connection.execute(_origins.delete().where(_origins.c.origin == origin))
    connection.execute(_origins.insert().values(origin=origin, article_id=article_id))


def _article(row: sa.Row[tuple[object, ...]]) -> Article:
    fields = {name: getattr(row, name) for name in Article.model_fields if name != "authors"}
    return Article(**fields, authors=tuple(json.loads(row.authors)))


def _chunk(row: sa.Row[tuple[object, ...]]) -> Chunk:
    return Chunk(
        id=row.id,
        article_id=row.article_id,
        start=row.start,
        end=row.end,
        text=row.text[row.start : row.end],
        sentences=tuple(Sentence(start=a, end=b, heading=bool(h)) for a, b, h in json.loads(row.sentences)),
    )


def _unpacked(spans: bytes, vectors: bytes) -> TokenVectors:
    places = np.frombuffer(spans, dtype=np.int32).reshape(-1, 2)
    return TokenVectors(places, np.frombuffer(vectors, dtype=np.int8).reshape(len(places), -1))
