"""The vectors of chunks in Chroma: an index that can be made again from the catalog at any time."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from ingest.errors import LibraryError
from ingest.lock import opening

Floats = NDArray[np.float32]

COLLECTION = "article-chunks"
_BATCH = 5_000
"""Chroma takes at most 5,461 rows at once."""

_DIRECT = 2_000
"""Up to so many candidates their vectors are fetched by id and compared here: Chroma's filters are slower."""

_REBUILD = "Run `python -m ingest --rebuild`."


class Store:
    """One Chroma collection, embedded in a folder or on a server. Threads may share it. Raises LibraryError."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self._folder, self._server = folder, server
        self._lock = threading.RLock()
        self._name = server or str(folder)
        self._collection: Any = None

    def reopen(self) -> None:
        """Forget what was read, so that the next call sees what another process wrote."""
        from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415 - heavy

        with self._lock:
            self._collection = None
            if not self._server:
                SharedSystemClient.clear_system_cache()

    def upsert(self, ids: Sequence[str], vectors: Floats, article_ids: Sequence[str]) -> None:
        """Store or overwrite the vectors of these chunks."""
        for first in range(0, len(ids), _BATCH):
            part = slice(first, first + _BATCH)
            with self._opened() as collection:
                collection.upsert(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    metadatas=[{"article_id": article_id} for article_id in article_ids[part]],
                )

    def delete(self, ids: Iterable[str]) -> None:
        """Remove the vectors of these chunks, if they are there."""
        gone = list(ids)
        for first in range(0, len(gone), _BATCH):
            with self._opened() as collection:
                collection.delete(ids=gone[first : first + _BATCH])

    def ids(self) -> set[str]:
        """The ids of all chunks that have a vector."""
        with self._opened() as collection:
            return set(collection.get(include=[])["ids"])

    def search(self, vector: Floats, k: int, chunk_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The k chunks nearest by cosine, best first, as (chunk id, cosine); among these ids, or among all."""
        if chunk_ids is not None and len(chunk_ids) <= _DIRECT:
            return self._compare(vector, k, chunk_ids)
        with self._opened() as collection:
            count = collection.count()
            if not count:
                return []
            wider = count if chunk_ids is not None else min(k, count)
            found = collection.query(query_embeddings=[vector], n_results=wider, include=["distances"])
        pairs = zip(found["ids"][0], (1 - float(distance) for distance in found["distances"][0]), strict=True)
        wanted = None if chunk_ids is None else set(chunk_ids)
        return [pair for pair in pairs if wanted is None or pair[0] in wanted][:k]

    def _compare(self, vector: Floats, k: int, chunk_ids: Sequence[str]) -> list[tuple[str, float]]:
        if not chunk_ids:
            return []
        with self._opened() as collection:
            found = collection.get(ids=list(chunk_ids), include=["embeddings"])
        if not found["ids"]:
            return []
        scores = np.asarray(found["embeddings"], dtype=np.float32) @ vector
        order = np.argsort(-scores, kind="stable")[:k]
        return [(found["ids"][index], float(scores[index])) for index in order]

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """The collection; whatever goes wrong inside is one sentence."""
        with self._lock:
            try:
                if self._collection is None:
                    self._collection = self._open()
                yield self._collection
            except LibraryError:
                raise
            except Exception as error:
                self._collection = None
                raise self._explained(error) from error

    def _open(self) -> Any:
        with nullcontext() if self._server else opening(self._folder.parent):
            return self._collected()

    def _collected(self) -> Any:
        client = self._client()
        collection = client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        space = (collection.configuration_json.get("hnsw") or {}).get("space", "cosine")
        if space != "cosine":
            raise LibraryError(f"The index in {self._name} measures {space}, not cosine.", _REBUILD)
        return collection

    def _client(self) -> Any:
        import chromadb  # noqa: PLC0415 - heavy
        from chromadb.config import Settings  # noqa: PLC0415 - the same

        settings = Settings(anonymized_telemetry=False)
        if not self._server:
            self._folder.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(str(self._folder), settings=settings)
        parts = urlsplit(self._server if "://" in self._server else f"http://{self._server}")
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 8000)
        return chromadb.HttpClient(parts.hostname or "localhost", port, ssl=tls, settings=settings)

    def clear(self) -> None:
        """Remove the whole collection."""
        with self._lock:
            try:
                client = self._client()
                if COLLECTION in [collection.name for collection in client.list_collections()]:
                    client.delete_collection(COLLECTION)
            except Exception as error:
                raise self._explained(error) from error
            finally:
                self._collection = None

    def _explained(self, error: Exception) -> LibraryError:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        if self._server and ("connect" in text.lower() or "tenant" in text.lower()):
            return LibraryError(f"The Chroma server {self._name} cannot be reached.", "Start it, or change CHROMA_URL.")
        if "dimension" in text.lower():
            return LibraryError(f"The index in {self._name} was made by another encoder: {text}.", _REBUILD)
        return LibraryError(f"The index in {self._name} cannot be used: {text}.", _REBUILD)
