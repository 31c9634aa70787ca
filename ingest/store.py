"""The vectors of chunks in Chroma: an index that can be made again from the catalog at any time."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from weakref import WeakValueDictionary, finalize

import numpy as np
from numpy.typing import NDArray

from ingest.errors import LibraryError
from ingest.lock import opening
from ingest.urls import as_shown, is_http, login_of

Floats = NDArray[np.float32]

COLLECTION = "article-chunks"
_BATCH = 5_000
"""Chroma takes at most 5,461 rows at once."""

_DIRECT = 2_000
"""Up to so many candidates their vectors are fetched by id and compared here: Chroma's filters are slower."""

_REBUILD = "Run `python -m ingest --rebuild`."
_PROBE = """
import sys, chromadb
from chromadb.config import Settings
client = chromadb.PersistentClient(sys.argv[1], settings=Settings(anonymized_telemetry=False))
collection = client.get_collection(sys.argv[2], embedding_function=None)
sample = collection.get(limit=1, include=["embeddings"])["embeddings"]
collection.query(query_embeddings=[sample[0]], n_results=1, include=["distances"])
"""
_PROBE_SECONDS = 60


class Store:
    """One index: a folder of Chroma's own, or a collection on its server. Threads may share it. Raises LibraryError.

    `index` is the name in the catalog's manifest; it is empty for an index that the first version of this program made.
    """

    def __init__(self, data_dir: Path, server: str, index: str) -> None:
        self.folder = data_dir / (f"chroma-{index}" if index else "chroma")
        self._data_dir, self._server = data_dir, server
        self._collection_name = f"{COLLECTION}-{index}" if server and index else COLLECTION
        self._lock = threading.RLock()
        self._shown = as_shown(server)
        self._name = f"{self._shown} {self._collection_name}" if server else str(self.folder)
        self._client: Any = None
        self._give_back: Callable[[], object] = lambda: None
        self._collection: Any = None

    def close(self) -> None:
        """Give back what is open; the next call opens the index again, and sees what another process wrote."""
        with self._lock:
            self._collection = self._client = None
            self._give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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

    def vectors(self, ids: Sequence[str]) -> tuple[list[str], Floats]:
        """Those of these chunks that have a vector, and their vectors, float32 (chunks, dimension)."""
        names: list[str] = []
        parts: list[Floats] = []
        for first in range(0, len(ids), _BATCH):
            with self._opened() as collection:
                found = collection.get(ids=list(ids[first : first + _BATCH]), include=["embeddings"])
            if found["ids"]:
                names += found["ids"]
                parts.append(np.asarray(found["embeddings"], dtype=np.float32))
        return names, np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)

    def search(self, vector: Floats, k: int, chunk_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The k chunks nearest by cosine, best first, as (chunk id, cosine); among these ids, or among all."""
        if chunk_ids is not None and len(chunk_ids) <= _DIRECT:
            return nearest(vector, k, *self.vectors(chunk_ids))
        with self._opened() as collection:
            count = collection.count()
            if not count:
                return []
            wider = count if chunk_ids is not None else min(k, count)
            found = collection.query(query_embeddings=[vector], n_results=wider, include=["distances"])
        pairs = zip(found["ids"][0], (1 - float(distance) for distance in found["distances"][0]), strict=True)
        wanted = None if chunk_ids is None else set(chunk_ids)
        return [pair for pair in pairs if wanted is None or pair[0] in wanted][:k]

    def clear(self) -> None:
        """Remove the whole index, whatever state it is in."""
        with self._lock:
            self.close()
            if not self._server:
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.with_name(f"{self.folder.name}.opening").unlink(missing_ok=True)
                return
            with self._explaining():
                client = self._connect()
                if self._collection_name in [collection.name for collection in client.list_collections()]:
                    client.delete_collection(self._collection_name)
            self.close()

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """The collection; whatever goes wrong inside is one sentence."""
        with self._lock, self._explaining():
            if self._collection is None:
                self._collection = self._open()
            yield self._collection

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except LibraryError:
            raise
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            self.close()
            raise self._explained(error) from error

    def _open(self) -> Any:
        if self._server:
            return self._collected(self._connect())
        with opening(self._data_dir), _watched(self.folder):
            collection = self._collected(self._connect())
            if collection.count():
                sample = collection.get(limit=1, include=["embeddings"])["embeddings"]
                collection.query(query_embeddings=[sample[0]], n_results=1, include=["distances"])
            return collection

    def _collected(self, client: Any) -> Any:
        collection = client.get_or_create_collection(
            self._collection_name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        space = (collection.configuration_json.get("hnsw") or {}).get("space", "cosine")
        if space != "cosine":
            raise LibraryError(f"The index in {self._name} measures {space}, not cosine.", _REBUILD)
        return collection

    def _connect(self) -> Any:
        from chromadb.config import Settings  # noqa: PLC0415 - heavy

        if self._client is None:
            settings = Settings(anonymized_telemetry=False)
            if self._server:
                self._client = self._served(settings)
            else:
                self._client = _embedded(self.folder, settings)
            self._give_back = finalize(self, _close, self._client)
        return self._client

    def _served(self, settings: Any) -> Any:
        """A client of the Chroma server. A login in its URL is sent as Basic authentication."""
        import chromadb  # noqa: PLC0415 - heavy

        url = self._server if "://" in self._server else f"http://{self._server}"
        if not is_http(url):
            raise LibraryError(
                f"CHROMA_URL is {self._shown!r}, which is no URL.", "It begins with http:// or https://."
            )
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        login = login_of(url)
        if login:
            settings.chroma_client_auth_provider = "chromadb.auth.basic_authn.BasicAuthClientProvider"
            settings.chroma_client_auth_credentials = ":".join(login)
        port = parts.port or (443 if tls else 8000)
        return chromadb.HttpClient(parts.hostname or "localhost", port, ssl=tls, settings=settings)

    def _explained(self, error: BaseException) -> LibraryError:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        if self._server and ("connect" in text.lower() or "tenant" in text.lower()):
            return LibraryError(
                f"The Chroma server {self._shown} cannot be reached.", "Start it, or change CHROMA_URL."
            )
        if "dimension" in text.lower():
            return LibraryError(f"The index in {self._name} was made by another encoder: {text}.", _REBUILD)
        return LibraryError(f"The index in {self._name} cannot be used: {text}.", _REBUILD)


def load() -> None:
    """Import Chroma, which takes most of a second, ahead of the first use."""
    import chromadb  # noqa: F401, PLC0415 - this is the point


_stores: WeakValueDictionary[tuple[str, str, str], Store] = WeakValueDictionary()
_stores_lock = threading.Lock()


def open_store(data_dir: Path, server: str, index: str) -> Store:
    """The store of this index. All of a process share one: Chroma would give a second one what the first has read."""
    key = (str(data_dir.absolute()), server, index)
    with _stores_lock:
        found = _stores.get(key)
        if found is None:
            found = _stores[key] = Store(data_dir, server, index)
        return found


def remove_others(data_dir: Path, index: str) -> None:
    """Remove the embedded indexes beside the one in use: what a rebuild has replaced, or did not finish."""
    own = f"chroma-{index}" if index else "chroma"
    for path in data_dir.glob("chroma*"):
        if path.is_dir() and path.name != own:
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix == ".opening" and path.stem != own:
            path.unlink(missing_ok=True)


def nearest(vector: Floats, k: int, names: Sequence[str], vectors: Floats) -> list[tuple[str, float]]:
    """The k names whose vectors are nearest by cosine, best first. `vectors` (names, dimension), of unit length."""
    if not names:
        return []
    scores = vectors @ vector
    order = np.argsort(-scores, kind="stable")[:k]
    return [(names[index], float(scores[index])) for index in order]


def _embedded(folder: Path, settings: Any) -> Any:
    """A client of the index in a folder."""
    import chromadb  # noqa: PLC0415 - heavy
    from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415 - the same

    folder.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(str(folder), settings=settings)
    except BaseException:
        # Chroma keeps what it could not start, half made, for the next client of this folder.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)  # noqa: SLF001 - the public way drops all folders
        raise


def _close(client: Any) -> None:
    with suppress(Exception):
        client.close()


@contextmanager
def _watched(folder: Path) -> Iterator[None]:
    """Open an index so that a damaged one ends at most one process: its C++ can crash instead of raising.

    A note lies beside the folder meanwhile. Who finds one that nobody has taken away lets a process of its own open
    the index first. Raises LibraryError when that one dies.
    """
    note = folder.with_name(f"{folder.name}.opening")
    if note.exists() and not survives(folder):
        raise LibraryError(f"The index in {folder} is damaged: whoever opens it crashes.", _REBUILD)
    with suppress(OSError):
        note.touch()
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)


def survives(folder: Path) -> bool:
    """Whether a process of its own can open the embedded index in a folder, be it with an error."""
    try:
        done = subprocess.run(  # noqa: S603 - this program's own words
            [sys.executable, "-c", _PROBE, str(folder), COLLECTION],
            check=False,
            capture_output=True,
            timeout=_PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode >= 0
