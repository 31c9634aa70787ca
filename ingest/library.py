"""The library of articles: its catalog and its index, opened together and kept in step."""

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.catalog import Catalog, Manifest
from ingest.clean import article_id, normalise_url
from ingest.embed import Embedder, Encoder, TokenVectors, load_embedder, load_encoder
from ingest.errors import EncoderMismatchError, LibraryError
from ingest.schema import Article, Chunk
from ingest.settings import Settings
from ingest.store import Store

_REBUILD = "Run `python -m ingest --rebuild`, or set OPENAI_EMBED_MODEL back."


class Library:
    """What `qa` reads from. Threads may share it; it notices when another process has written."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.catalog = Catalog(settings.catalog_url)
        self.store = Store(settings.data_dir / "chroma", settings.chroma_url)
        self._lock = threading.Lock()
        self._seen = -1

    @property
    def encoder(self) -> Encoder:
        """The local encoder: token vectors always come from it."""
        return load_encoder()

    @property
    def embedder(self) -> Embedder:
        """What makes the vectors of the index."""
        return _embedder(self.settings)

    def generation(self) -> int:
        """How often the library has changed. Reopens the index when another process changed it.

        Raises EncoderMismatchError when the index was made by another encoder than the one in use.
        """
        manifest = self.catalog.manifest()
        self.check(manifest)
        with self._lock:
            if self._seen not in {-1, manifest.generation}:
                self.store.reopen()
            self._seen = manifest.generation
        return manifest.generation

    def check(self, manifest: Manifest) -> None:
        """Raise EncoderMismatchError unless this encoder made the index, or there is none yet."""
        if manifest.encoder and manifest.encoder != encoder_name(self.settings):
            raise EncoderMismatchError(
                f"The index was made by {manifest.encoder}, but {encoder_name(self.settings)} is in use.", _REBUILD
            )

    def written(self) -> None:
        """Say that this process has just changed the library itself, so that nothing needs to be opened again."""
        with self._lock:
            self._seen = self.catalog.manifest().generation

    def articles(self, ids: Sequence[str] | None = None) -> list[Article]:
        """The articles with these ids, or all, oldest first."""
        return self.catalog.articles(ids)

    def chunks(self, article_ids: Sequence[str] | None = None) -> list[Chunk]:
        """The chunks of these articles, or of all, in the order of articles and of their text."""
        return self.catalog.chunks(article_ids)

    def token_vectors(self, chunk_ids: Sequence[str]) -> dict[str, TokenVectors]:
        """The token vectors of these chunks, by chunk id."""
        return self.catalog.token_vectors(chunk_ids)

    def search(
        self, vector: NDArray[np.float32], k: int, chunk_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k chunks nearest by cosine as (chunk id, cosine), best first; among these ids, or among all."""
        found = self.store.search(vector, k, chunk_ids)
        if not found and (chunk_ids is None or chunk_ids):
            raise LibraryError("The index has lost its vectors.", "Run `python -m ingest --rebuild`.")
        return found

    def resolve(self, name: str) -> str | None:
        """The id of the article that an id, a URL with any tracking parameters, or a path names; None if not here."""
        if self.catalog.articles([name]):
            return name
        url = normalise_url(name)
        found = self.catalog.origin(url or str(Path(name).expanduser().resolve()))
        if found is None and url and self.catalog.articles([article_id(url)]):
            return article_id(url)
        return found


def encoder_name(settings: Settings) -> str:
    """The name of the encoder that these settings choose, without loading it."""
    return f"openai:{settings.openai_embed_model}" if settings.openai_embed_model else Encoder.name


@lru_cache(maxsize=4)
def _embedder(settings: Settings) -> Embedder:
    return load_embedder(settings)


@lru_cache(maxsize=16)
def open_library(settings: Settings) -> Library:
    """The library of these settings, opened once in this process."""
    return Library(settings)
