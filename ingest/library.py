"""The library of articles: its catalog and its index, opened together and kept in step."""

import json
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.catalog import Catalog, Manifest
from ingest.clean import article_id, normalise_url
from ingest.database import IDENTITY, lost
from ingest.embed import Embedder, Encoder, TokenVectors, load_embedder, load_encoder, name_of
from ingest.errors import EncoderMismatchError, LibraryError, SourceError
from ingest.load import resolved
from ingest.lock import unwritable, writing
from ingest.schema import Article, Chunk, Details
from ingest.settings import Settings
from ingest.store import Store, nearest, open_store

_LOG = logging.getLogger(__name__)

RETRY = 30.0
"""Seconds after which an index that failed is tried again; until then the catalog's vectors are searched."""

_REBUILD = "Run `python -m ingest --rebuild`, or set OPENAI_EMBED_MODEL back, or give the embed_model that made it."


class Library:
    """What `qa` reads from. Threads may share it; it notices when another process has written.

    Raises LibraryError when the catalog cannot be opened, or is not the one that the index belongs to.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.catalog = Catalog(settings.catalog_url, settings.data_dir)
        self._lock = threading.Lock()
        manifest = self.catalog.manifest()
        self._check_identity(manifest)
        self._seen = manifest.generation
        self._failed_at = -RETRY
        self.store: Store = open_store(settings.data_dir, settings.chroma_url, manifest.index)

    @property
    def encoder(self) -> Encoder:
        """The local encoder: token vectors always come from it."""
        return load_encoder()

    @property
    def embedder(self) -> Embedder:
        """What makes the vectors of the index."""
        return _embedder(self.settings)

    def close(self) -> None:
        """Give back the database's connections and the index's files. The library can be used again afterwards."""
        self.store.close()
        self.catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self, doing: str = "adding articles") -> Iterator[None]:
        """Hold the library against all other writers. What they have written is seen inside.

        Raises LibraryLockedError when another one holds it for longer than LOCK_WAIT, LibraryError when it cannot be
        written at all.
        """
        data_dir, wait = self.settings.data_dir, self.settings.lock_wait
        if self.catalog.read_only:
            raise LibraryError(f"The catalog in {data_dir} may not be written.", "Change its permissions.")
        with writing(data_dir, wait=wait, doing=doing), self.catalog.exclusive(wait):
            self.refresh()
            yield

    def refresh(self) -> Manifest:
        """See the library as others have left it; its manifest. The index is opened again when one changed it."""
        manifest = self.catalog.manifest()
        self._follow(manifest, reopen=True)
        return manifest

    def generation(self) -> int:
        """How often the library has changed, of which all is seen from now on. Raises EncoderMismatchError."""
        return self.current().generation

    def current(self) -> Manifest:
        """The manifest of the library as it is now, of which all is seen from now on.

        Raises EncoderMismatchError when the index was made by another encoder than the one in use.
        """
        manifest = self.refresh()
        self.check(manifest)
        return manifest

    def check(self, manifest: Manifest) -> None:
        """Raise EncoderMismatchError unless this encoder made the index, or there is none yet."""
        if manifest.encoder and manifest.encoder != encoder_name(self.settings):
            raise EncoderMismatchError(
                f"The index was made by {manifest.encoder}, but {encoder_name(self.settings)} is in use.", _REBUILD
            )

    def written(self) -> None:
        """Say that this process has just changed the library itself, so that its index need not be opened again."""
        manifest = self.catalog.manifest()
        self._follow(manifest, reopen=False)
        identity = self.settings.data_dir / IDENTITY
        if not identity.exists():
            try:
                identity.write_text(json.dumps({"library": manifest.library}), "utf-8")
            except OSError as error:
                raise unwritable(self.settings.data_dir, error) from None

    def articles(self, ids: Sequence[str] | None = None) -> list[Article]:
        """The articles with these ids, or all, oldest first."""
        return self.catalog.articles(ids)

    def details(self) -> list[Details]:
        """What there is to tell of each article but its text, oldest first."""
        return self.catalog.details()

    def chunks(self, article_ids: Sequence[str] | None = None) -> list[Chunk]:
        """The chunks of these articles, or of all, in the order of articles and of their text."""
        return self.catalog.chunks(article_ids)

    def token_vectors(self, chunk_ids: Sequence[str]) -> dict[str, TokenVectors]:
        """The token vectors of these chunks, by chunk id."""
        return self.catalog.token_vectors(chunk_ids)

    def search(
        self, vector: NDArray[np.float32], k: int, chunk_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k chunks nearest by cosine as (chunk id, cosine), best first; among these ids, or among all.

        When the index is damaged, unreachable or may not be opened, the vectors in the catalog are compared instead.
        """
        if time.monotonic() - self._failed_at >= RETRY:
            try:
                found = self.store.search(vector, k, chunk_ids)
            except LibraryError as error:
                self._failed_at = time.monotonic()
                _LOG.warning("%s Until then the catalog is searched, which is slower.", error)
            else:
                if found:
                    return found
        wanted = list(chunk_ids) if chunk_ids is not None else sorted(self.catalog.chunk_ids())
        found = nearest(vector, k, *self.catalog.vectors(wanted))
        if not found and wanted:
            raise LibraryError("The index has lost its vectors.", "Run `python -m ingest --rebuild`.")
        return found

    def resolve(self, name: str) -> str | None:
        """The id of the article that an id, a URL with any tracking parameters, or a path names; None if not here."""
        given, name = name, name.encode("utf-8", "backslashreplace").decode("utf-8")
        if self.catalog.hashes([name]):
            return name
        url = normalise_url(name)
        found = self.catalog.origin(url or _origin_of(given))
        if found is None and url and self.catalog.hashes([article_id(url)]):
            return article_id(url)
        return found

    def _follow(self, manifest: Manifest, *, reopen: bool) -> None:
        """Use the index of this manifest; open it again when others may have changed it."""
        settings = self.settings
        with self._lock:
            if manifest.generation == self._seen:
                return
            self._seen, self._failed_at = manifest.generation, -RETRY
            store = open_store(settings.data_dir, settings.chroma_url, manifest.index)
            if store is not self.store:
                self.store.close()
                self.store = store
            elif reopen:
                store.close()

    def _check_identity(self, manifest: Manifest) -> None:
        """Raise LibraryError when the catalog is new but the data directory is of another library."""
        try:
            known = json.loads((self.settings.data_dir / IDENTITY).read_text("utf-8"))["library"]
        except (OSError, ValueError, KeyError, TypeError):
            return
        if known != manifest.library:
            raise lost(self.settings.catalog_url.split("@")[-1], self.settings.data_dir)


def encoder_name(settings: Settings) -> str:
    """The name of the encoder that these settings choose, without loading it."""
    if settings.embed_model is not None:
        return name_of(settings.embed_model)
    return f"openai:{settings.openai_embed_model}" if settings.openai_embed_model else Encoder.name


def _origin_of(name: str) -> str:
    """The origin that a path stands for in the catalog; the name itself when no file can have it."""
    try:
        return resolved(name)
    except SourceError:
        return name


@lru_cache(maxsize=4)
def _embedder(settings: Settings) -> Embedder:
    return load_embedder(settings)


@lru_cache(maxsize=16)
def open_library(settings: Settings) -> Library:
    """The library of these settings, opened once in this process."""
    return Library(settings)
