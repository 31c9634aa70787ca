"""Articles, chunks and their vectors in SQL: the truth, from which the index can be made again at any time."""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from ingest.archive import Kept
from ingest.database import Database, article_of, articles, chunks, kept_articles, manifest, origins, tokens, vectors
from ingest.embed import TokenVectors
from ingest.errors import LibraryError
from ingest.schema import Article, Chunk, Details, Sentence

Floats = NDArray[np.float32]
T = TypeVar("T")

_BATCH = 400
"""Ids in one IN (…): well below what any database takes."""

_ROWS = 100
"""Chunks whose token vectors are written at once, about 80 KB each."""

_REBUILD = "Run `python -m ingest --rebuild`."


@dataclass(frozen=True)
class Manifest:
    """What made the index, and how often the library has changed. `encoder` is empty before the first article.

    `edition` counts how often the index was made anew; `index` names its files or its collection. `library` is the
    random name of this library, which stands beside its index too.
    """

    encoder: str = ""
    dimension: int = 0
    splitter: str = ""
    generation: int = 0
    edition: int = 0
    index: str = ""
    library: str = ""


@dataclass(frozen=True)
class Entry:
    """One article to be stored with everything that belongs to it. `replaces` is the id that its origin had before.

    `vectors` float32 (chunks, dimension); `tokens` gives the token vectors of one chunk after another.
    """

    article: Article
    chunks: Sequence[Chunk]
    vectors: Floats
    tokens: Iterable[TokenVectors]
    origin: str = ""
    replaces: str = ""


class Catalog:
    """The SQL database behind one SQLAlchemy URL; `folder` takes its backups. Threads may share it. LibraryError."""

    def __init__(self, url: str, folder: Path) -> None:
        self._database = Database(url, folder)
        self._begin = self._database.begin

    @property
    def read_only(self) -> bool:
        """Whether it was opened for reading alone, as it may not be written."""
        return self._database.read_only

    def verify(self) -> None:
        """Raise LibraryError when the file is damaged."""
        self._database.verify()

    def exclusive(self, wait: float) -> AbstractContextManager[None]:
        """Hold a database server against writers on other machines, after waiting at most so many seconds."""
        return self._database.exclusive(wait)

    def close(self) -> None:
        """Give the connections back. It can be used again afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def manifest(self) -> Manifest:
        """What made the index, and the generation."""
        with self._begin() as connection:
            return _manifest_of(connection)

    def details(self) -> list[Details]:
        """What there is to tell of each article but its text, oldest first."""
        known = [articles.c[name] for name in Details.model_fields if name not in {"authors", "characters"}]
        length = sa.func.length(articles.c.text).label("characters")
        with self._begin() as connection:
            rows = connection.execute(sa.select(*known, articles.c.authors, length).order_by(articles.c.position)).all()
        return [Details(**{**row._mapping, "authors": tuple(json.loads(row.authors))}) for row in rows]  # noqa: SLF001 - its public name

    def articles(self, ids: Sequence[str] | None = None) -> list[Article]:
        """The articles with these ids, or all, oldest first."""
        with self._begin() as connection:
            rows = [
                row
                for clause in _in(articles.c.id, ids)
                for row in connection.execute(sa.select(articles).where(clause).order_by(articles.c.position))
            ]
        return [article_of(row) for row in sorted(rows, key=lambda row: row.position)]

    def kept(self) -> Iterator[Kept]:
        """Every article with its origins, oldest first, read one by one."""
        with self._begin() as connection:
            yield from kept_articles(connection)

    def chunks(self, article_ids: Sequence[str] | None = None) -> list[Chunk]:
        """The chunks of these articles, or of all, in the order of articles and of their text."""
        with self._begin() as connection:
            edition = _manifest_of(connection).edition
            places = {
                row.id: (row.position, row.text)
                for clause in _in(articles.c.id, article_ids)
                for row in connection.execute(
                    sa.select(articles.c.id, articles.c.position, articles.c.text).where(clause)
                )
            }
            rows = [
                row
                for clause in _in(chunks.c.article_id, article_ids)
                for row in connection.execute(sa.select(chunks).where(clause, chunks.c.edition == edition))
                if row.article_id in places
            ]
        rows.sort(key=lambda row: (places[row.article_id][0], row.position))
        return [_chunk(row, places[row.article_id][1]) for row in rows]

    def chunk_ids(self, article_ids: Sequence[str] | None = None) -> set[str]:
        """The ids of the chunks of these articles, or of all."""
        with self._begin() as connection:
            edition = _manifest_of(connection).edition
            return {
                name
                for clause in _in(chunks.c.article_id, article_ids)
                for name in connection.execute(
                    sa.select(chunks.c.id).where(clause, chunks.c.edition == edition)
                ).scalars()
            }

    def hashes(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        """The content hash of each of these articles that is here, or of all, by id, oldest first."""
        query = sa.select(articles.c.id, articles.c.content_hash).order_by(articles.c.position)
        with self._begin() as connection:
            return {
                row.id: row.content_hash
                for clause in _in(articles.c.id, ids)
                for row in connection.execute(query.where(clause))
            }

    def lacking_vectors(self) -> list[str]:
        """The ids of the chunks in use whose vector is not stored here."""
        query = sa.select(chunks.c.id).outerjoin(vectors, vectors.c.chunk_id == chunks.c.id)
        with self._begin() as connection:
            edition = _manifest_of(connection).edition
            found = connection.execute(query.where(vectors.c.chunk_id.is_(None), chunks.c.edition == edition))
            return list(found.scalars())

    def vectors(self, chunk_ids: Sequence[str]) -> tuple[list[str], Floats]:
        """Those of these chunks whose vector is stored, and their vectors, float32 (chunks, dimension)."""
        with self._begin() as connection:
            rows = [
                row
                for clause in _in(vectors.c.chunk_id, chunk_ids)
                for row in connection.execute(sa.select(vectors).where(clause))
            ]
        widths = {len(row.vector) for row in rows}
        if len(widths) > 1:
            raise LibraryError("The catalog holds vectors of different lengths.", _REBUILD)
        joined = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float32)
        return [row.chunk_id for row in rows], joined.reshape(len(rows), -1) if rows else np.zeros((0, 0), np.float32)

    def keep_vectors(self, chunk_ids: Sequence[str], given: Floats) -> None:
        """Store the vectors of chunks that have none here yet: of a library that an older version made."""
        with self._begin() as connection:
            _insert(connection, vectors, _vector_rows(chunk_ids, given))

    def token_vectors(self, chunk_ids: Sequence[str]) -> dict[str, TokenVectors]:
        """The token vectors of these chunks by id; ids that are not stored are left out."""
        with self._begin() as connection:
            rows = [
                row
                for clause in _in(tokens.c.chunk_id, chunk_ids)
                for row in connection.execute(sa.select(tokens).where(clause))
            ]
        return {row.chunk_id: _unpacked(row) for row in rows}

    def origin(self, origin: str) -> str | None:
        """The id of the article that came from this path or URL."""
        with self._begin() as connection:
            query = sa.select(origins.c.article_id).where(origins.c.origin == origin[:2048])
            found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def write(self, entries: Sequence[Entry], made: Manifest) -> list[str]:
        """Store or replace these articles in one transaction; the ids of the chunks that are gone.

        The generation goes up by one, so that readers notice.
        """
        with self._begin() as connection:
            gone: list[str] = []
            edition = _manifest_of(connection).edition
            for entry in entries:
                others = sa.select(origins).where(
                    origins.c.article_id == entry.replaces, origins.c.origin != entry.origin[:2048]
                )
                orphaned = entry.replaces and connection.execute(others).first() is None
                for old in {entry.article.id, entry.replaces if orphaned else entry.article.id}:
                    gone += _drop_chunks(connection, old)
                    if old != entry.article.id:
                        connection.execute(articles.delete().where(articles.c.id == old))
                        connection.execute(origins.delete().where(origins.c.article_id == old))
                _put_article(connection, entry.article, [entry.origin] if entry.origin else [])
                _put_chunks(connection, entry, edition)
            _advance(connection, made)
        kept = {chunk.id for entry in entries for chunk in entry.chunks}
        return [chunk_id for chunk_id in gone if chunk_id not in kept]

    def link(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Remember that these (origin, article id) belong together. Nothing else changes."""
        with self._begin() as connection:
            for origin, article_id in pairs:
                _set_origin(connection, origin, article_id)

    def delete(self, article_ids: Sequence[str], made: Manifest) -> list[str]:
        """Remove these articles in one transaction; the ids of the chunks that are gone."""
        with self._begin() as connection:
            gone = [chunk_id for article_id in article_ids for chunk_id in _drop_chunks(connection, article_id)]
            for clause in _in(articles.c.id, article_ids):
                connection.execute(articles.delete().where(clause))
            for clause in _in(origins.c.article_id, article_ids):
                connection.execute(origins.delete().where(clause))
            _advance(connection, made)
        return gone

    def prepare(self, entries: Sequence[Entry], edition: int) -> None:
        """Store the chunks of an edition that is not in use yet. Readers do not see them."""
        with self._begin() as connection:
            for entry in entries:
                _put_chunks(connection, entry, edition)

    def switch(self, made: Manifest, kept: Iterable[Kept] | None = None) -> None:
        """Put the edition that was prepared into use, in one transaction, and the generation up by one.

        With `kept` these become the articles of the library, and all others go.
        """
        with self._begin() as connection:
            if kept is not None:
                connection.execute(articles.delete())
                connection.execute(origins.delete())
                for item in kept:
                    _put_article(connection, item.article, item.origins)
            _advance(connection, made)

    def purge(self) -> None:
        """Remove the chunks of every edition but the one in use: what a switch or an interrupted rebuild left."""
        with self._begin() as connection:
            edition = _manifest_of(connection).edition
            ids = list(connection.execute(sa.select(chunks.c.id).where(chunks.c.edition != edition)).scalars())
        for part in _batches(ids, _BATCH * 10):
            with self._begin() as connection:
                _drop(connection, part)


def _manifest_of(connection: Connection) -> Manifest:
    row = connection.execute(sa.select(manifest)).one()
    return Manifest(**{field.name: getattr(row, field.name) for field in fields(Manifest)})


def _advance(connection: Connection, made: Manifest) -> None:
    connection.execute(manifest.update().values({**vars(made), "generation": manifest.c.generation + 1}))


def _in(column: sa.Column[str], ids: Iterable[str] | None) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions that together select these ids, or one that selects all."""
    if ids is None:
        yield sa.true()
        return
    for part in _batches(ids, _BATCH):
        yield column.in_(part)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def _put_article(connection: Connection, article: Article, found_by: Iterable[str]) -> None:
    values = {**article.model_dump(), "authors": json.dumps(article.authors, ensure_ascii=False)}
    if not connection.execute(articles.update().where(articles.c.id == article.id).values(values)).rowcount:
        connection.execute(articles.insert().values(values))
    for origin in found_by:
        _set_origin(connection, origin, article.id)


def _put_chunks(connection: Connection, entry: Entry, edition: int) -> None:
    ids = [chunk.id for chunk in entry.chunks]
    _insert(connection, chunks, (_chunk_row(chunk, n, edition) for n, chunk in enumerate(entry.chunks)))
    _insert(connection, vectors, _vector_rows(ids, entry.vectors))
    _insert(connection, tokens, (_token_row(name, made) for name, made in zip(ids, entry.tokens, strict=True)))


def _insert(connection: Connection, table: sa.Table, rows: Iterable[dict[str, object]]) -> None:
    for part in _batches(rows, _ROWS):
        connection.execute(table.insert(), part)


def _chunk_row(chunk: Chunk, position: int, edition: int) -> dict[str, object]:
    sentences = json.dumps([[s.start, s.end, int(s.heading)] for s in chunk.sentences])
    known = {"id": chunk.id, "article_id": chunk.article_id, "start": chunk.start, "end": chunk.end}
    return {**known, "position": position, "sentences": sentences, "edition": edition}


def _vector_rows(chunk_ids: Sequence[str], given: Floats) -> Iterator[dict[str, object]]:
    for name, vector in zip(chunk_ids, given, strict=True):
        yield {"chunk_id": name, "vector": np.asarray(vector, dtype=np.float32).tobytes()}


def _token_row(chunk_id: str, made: TokenVectors) -> dict[str, object]:
    spans, values = made.spans.tobytes(), made.vectors.tobytes()
    return {"chunk_id": chunk_id, "spans": spans, "vectors": values, "checksum": _checksum(spans, values)}


def _drop_chunks(connection: Connection, article_id: str) -> list[str]:
    ids = list(connection.execute(sa.select(chunks.c.id).where(chunks.c.article_id == article_id)).scalars())
    _drop(connection, ids)
    return ids


def _drop(connection: Connection, chunk_ids: Sequence[str]) -> None:
    for table, column in ((tokens, tokens.c.chunk_id), (vectors, vectors.c.chunk_id), (chunks, chunks.c.id)):
        for clause in _in(column, chunk_ids):
            connection.execute(table.delete().where(clause))


def _set_origin(connection: Connection, origin: str, article_id: str) -> None:
    origin = origin[:2048]
    connection.execute(origins.delete().where(origins.c.origin == origin))
    connection.execute(origins.insert().values(origin=origin, article_id=article_id))


def _chunk(row: sa.Row[tuple[object, ...]], text: str) -> Chunk:
    try:
        sentences = tuple(Sentence(start=a, end=b, heading=bool(h)) for a, b, h in json.loads(row.sentences))
    except (ValueError, TypeError):
        raise LibraryError(f"The sentences of {row.id} in the catalog are damaged.", _REBUILD) from None
    known = {"id": row.id, "article_id": row.article_id, "start": row.start, "end": row.end}
    return Chunk(**known, text=text[row.start : row.end], sentences=sentences)


def _unpacked(row: sa.Row[tuple[object, ...]]) -> TokenVectors:
    if row.checksum is not None and row.checksum != _checksum(row.spans, row.vectors):
        raise LibraryError(f"The token vectors of {row.chunk_id} in the catalog are damaged.", _REBUILD)
    spans = np.frombuffer(row.spans, dtype=np.int32).reshape(-1, 2)
    return TokenVectors(spans, np.frombuffer(row.vectors, dtype=np.int8).reshape(len(spans), -1))


def _checksum(spans: bytes, values: bytes) -> int:
    return zlib.crc32(values, zlib.crc32(spans))
