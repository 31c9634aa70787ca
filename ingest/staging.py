"""Articles split and embedded, ready to be stored, in little memory however long they are."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder, Encoder, TokenVectors
from ingest.schema import Article, Chunk
from ingest.split import split_chunks, split_sentences

Floats = NDArray[np.float32]

MAX_TOKENS = 200
"""Word pieces in a chunk: below the encoder's window of 256, so that nothing of it goes unread."""

SLICE = 512
"""Chunks that are embedded before their token vectors, 80 KB each, are put away."""

_IN_MEMORY = 64_000_000
"""Bytes of token vectors above which they wait in a temporary file."""


class TokenSpool:
    """Token vectors in the order in which they were put away. They go when it does."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it closes with its owner
        self._shapes: list[tuple[int, int]] = []

    def append(self, tokens: TokenVectors) -> None:
        """Put the token vectors of one chunk away."""
        self._file.write(tokens.spans.tobytes())
        self._file.write(tokens.vectors.tobytes())
        self._shapes.append(tokens.vectors.shape)

    def __iter__(self) -> Iterator[TokenVectors]:
        """The token vectors of one chunk after another."""
        self._file.seek(0)
        for count, width in self._shapes:
            spans = np.frombuffer(self._file.read(count * 8), dtype=np.int32).reshape(count, 2)
            vectors = np.frombuffer(self._file.read(count * width), dtype=np.int8).reshape(count, width)
            yield TokenVectors(spans, vectors)


@dataclass
class Staged:
    """An article with its chunks and their vectors, float32 (chunks, dimension)."""

    article: Article
    chunks: list[Chunk]
    vectors: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    tokens: TokenSpool = field(default_factory=TokenSpool)


def stage(
    articles: Sequence[Article],
    encoder: Encoder,
    embedder: Embedder,
    *,
    edition: int = 0,
    on_embedded: Callable[[int, int], None] | None = None,
) -> list[Staged]:
    """The articles split and embedded, chunks of like length together.

    `edition` is the one of the index that they are for. `on_embedded` is told how many chunks of how many are done.
    """
    staged = [Staged(article, chunks_of(article, encoder.count_tokens, edition)) for article in articles]
    every = [(place, chunk) for place, item in enumerate(staged) for chunk in item.chunks]
    parts: list[list[Floats]] = [[] for _ in staged]
    done = 0

    def progress(batch: int) -> None:
        nonlocal done
        done += batch
        if on_embedded:
            on_embedded(done, len(every))

    for first in range(0, len(every), SLICE):
        some = every[first : first + SLICE]
        texts = [chunk.text for _, chunk in some]
        encoded = encoder.encode(texts, on_batch=progress)
        vectors = encoded.vectors if embedder is encoder else embedder.embed(texts)
        for (place, _), vector, tokens in zip(some, vectors, encoded.tokens, strict=True):
            parts[place].append(vector)
            staged[place].tokens.append(tokens)
    for item, part in zip(staged, parts, strict=True):
        item.vectors = np.stack(part)
    return staged


def chunks_of(article: Article, count_tokens: Callable[[str], int], edition: int = 0) -> list[Chunk]:
    """The chunks of an article.

    Their ids change with its content, and with the edition of the index, so that old and new can stand side by side.
    """
    pieces = split_chunks(article.text, split_sentences(article.text), count_tokens=count_tokens, max_tokens=MAX_TOKENS)
    version = article.content_hash[:8] + (f"-{edition}" if edition else "")
    return [
        Chunk(
            id=f"{article.id}-{version}-{number}",
            article_id=article.id,
            start=piece.start,
            end=piece.end,
            text=article.text[piece.start : piece.end],
            sentences=piece.sentences,
        )
        for number, piece in enumerate(pieces)
    ]
