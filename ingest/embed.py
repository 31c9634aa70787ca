"""Texts become vectors: one for each text, and one for each of its tokens. Local, or by an OpenAI-compatible server."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EncoderError
from ingest.failures import ModelAddress, explain, explain_own
from ingest.minilm import DIMENSION, NAME, WINDOW, load_model, load_tokenizer, open_session
from ingest.settings import Settings
from ingest.urls import as_shown, login_of, without_login

Floats = NDArray[np.float32]

BATCH = 8
"""Texts in one forward pass. Batches of 8 texts of like length ran faster on 2 cores than 32: less padding."""


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """The tokens of one text that hold a letter or a digit.

    `spans` int32 (tokens, 2): code-point offsets into the text. `vectors` int8 (tokens, 384): unit vectors times 127.
    """

    spans: NDArray[np.int32]
    vectors: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Encoded:
    """`vectors` float32 (texts, 384) with rows of unit length, and the token vectors of each text."""

    vectors: Floats
    tokens: list[TokenVectors]


class Embedder(Protocol):
    """Anything that makes one vector of a text."""

    @property
    def name(self) -> str:
        """What the manifest records: an index belongs to the embedder that made it."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """Rows of unit length, (texts, dimension)."""

    def embed_query(self, text: str) -> Floats:
        """One vector of unit length, (dimension,)."""


class Encoder:
    """all-MiniLM-L6-v2 on onnxruntime, on so many threads (0: one for each core). Safe to share between threads.

    8-bit activations are scaled over a whole batch, so a vector moves a little with its neighbours (cosine 0.99).
    """

    name = NAME
    dimension = DIMENSION

    def __init__(self, threads: int = 0) -> None:
        self._session = open_session(load_model(), threads)
        self._tokenizer = load_tokenizer(WINDOW)
        self._counter = load_tokenizer(None)

    def encode(self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None) -> Encoded:
        """The vectors of the texts and of their tokens, from one forward pass. What exceeds the window is not read.

        `on_batch` is told how many texts each batch held.
        """
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        empty = TokenVectors(np.zeros((0, 2), np.int32), np.zeros((0, DIMENSION), np.int8))
        tokens = [empty] * len(texts)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            encodings = self._tokenizer.encode_batch([texts[index] for index in batch])
            hidden = self._forward([encoding.ids for encoding in encodings])
            for row, index in enumerate(batch):
                states = hidden[row, : len(encodings[row].ids)]
                vectors[index] = _unit(states.mean(axis=0))
                tokens[index] = _token_vectors(texts[index], states[1:-1], encodings[row].offsets[1:-1])
            if on_batch:
                on_batch(len(batch))
        return Encoded(vectors, tokens)

    def embed(self, texts: Sequence[str]) -> Floats:
        """One vector a text, (texts, 384), rows of unit length."""
        return self.encode(texts).vectors

    def embed_query(self, text: str) -> Floats:
        """The vector of one text, (384,), of unit length."""
        return np.asarray(self.encode([text]).vectors[0])

    def count_tokens(self, text: str) -> int:
        """The word pieces of the text, without the two that the model adds: `"Over two hours"` → 3."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def _forward(self, ids: Sequence[Sequence[int]]) -> Floats:
        width = max(len(row) for row in ids)
        padded = np.zeros((len(ids), width), dtype=np.int32)
        mask = np.zeros_like(padded)
        for row, values in enumerate(ids):
            padded[row, : len(values)] = values
            mask[row, : len(values)] = 1
        return np.asarray(self._session.run(None, {"input_ids": padded, "mask": mask})[0], dtype=np.float32)


def _unit(array: Floats) -> Floats:
    norm = np.linalg.norm(array, axis=-1, keepdims=True)
    return np.asarray(array / np.maximum(norm, 1e-9), dtype=np.float32)


def _token_vectors(text: str, states: Floats, offsets: Sequence[tuple[int, int]]) -> TokenVectors:
    spans = np.array(offsets, dtype=np.int32).reshape(-1, 2)
    keep = np.array([any(map(str.isalnum, text[start:end])) for start, end in offsets], dtype=bool)
    return TokenVectors(spans[keep], np.round(_unit(states[keep]) * 127).astype(np.int8))


@lru_cache(maxsize=1)
def load_encoder() -> Encoder:
    """The local encoder of this process, loaded once, in a quarter of a second. Raises EncoderError."""
    return Encoder()


def load_embedder(settings: Settings) -> Embedder:
    """What makes the vectors of the index: the model that was given, OPENAI_EMBED_MODEL's, else the local encoder."""
    if settings.embed_model is not None:
        return AnyEmbedder(settings.embed_model)
    if not settings.openai_embed_model:
        return load_encoder()
    return OpenAIEmbedder(
        settings.openai_embed_model,
        settings.openai_base_url,
        settings.openai_api_key.get_secret_value(),
        settings.openai_timeout,
        settings.openai_retries,
    )


_RETRYING = logging.getLogger("llama_index.embeddings.openai.utils")
"""It warns of each retry in the server's own words, and these may hold the key."""


class AnyEmbedder:
    """Any embedding model of LlamaIndex. Raises EncoderError, with one sentence for each way in which it can fail.

    `asked` says who is asked and how that is set, for the sentences of its errors.
    """

    def __init__(self, model: Any, name: str = "", address: ModelAddress | None = None) -> None:
        self.name = name or name_of(model)
        self._model = model
        own = getattr(model, "api_key", None)
        key = own if isinstance(own, str) else ""
        where = f"The embedding model {self.name}"
        self._address = address or ModelAddress(where, self.name, "embedding model", "embed_model", key)

    def embed(self, texts: Sequence[str]) -> Floats:
        """One vector a text, rows of unit length."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return self._checked(lambda: self._model.get_text_embedding_batch([text or " " for text in texts]), len(texts))

    def embed_query(self, text: str) -> Floats:
        """The vector of one text, of unit length."""
        vector: Floats = self._checked(lambda: [self._model.get_query_embedding(text or " ")], 1)[0]
        return vector

    def _checked(self, work: Callable[[], Sequence[Sequence[float]]], count: int) -> Floats:
        try:
            array = np.array(work(), dtype=np.float32)
        except Exception as error:  # noqa: BLE001 - every kind has its sentence
            sentence = (explain_own if self._address.setting == "embed_model" else explain)(error, self._address)
            raise EncoderError(*sentence) from None  # what the server says may hold the key
        if array.ndim != 2 or len(array) != count or not np.isfinite(array).all() or not array.any():
            raise EncoderError(
                f"{self._address.where} sent vectors for {self._address.model} that cannot be used.",
                "Choose another embedding model.",
            )
        return _unit(array)


class OpenAIEmbedder(AnyEmbedder):
    """An embedding model behind an OpenAI-compatible server, by LlamaIndex's client. Raises EncoderError."""

    def __init__(self, model: str, base_url: str, key: str, timeout: float, retries: int = 2) -> None:
        import httpx  # noqa: PLC0415 - only with a server
        from llama_index.embeddings.openai import OpenAIEmbedding  # noqa: PLC0415 - costs a second, rarely used

        where = as_shown(base_url) or "The OpenAI server"
        _RETRYING.setLevel(logging.ERROR)
        try:
            login = login_of(base_url)
            client: Any = OpenAIEmbedding(
                model_name=model,
                api_base=without_login(base_url) or None,
                api_key=key or "none",
                timeout=timeout,
                max_retries=retries,
                http_client=httpx.Client(auth=login, timeout=timeout, follow_redirects=True),
            )
            client._get_client()  # noqa: SLF001 - it is made only when used, and a bad URL shows only then
        except Exception:  # noqa: BLE001 - whatever it finds wrong, it is the URL
            hint = "It begins with http:// or https://."
            raise EncoderError(f"OPENAI_BASE_URL is {where!r}, which is no URL.", hint) from None
        super().__init__(
            client, f"openai:{model}", ModelAddress(where, model, "embedding model", "OPENAI_EMBED_MODEL", key)
        )


def name_of(embed_model: Any) -> str:
    """What the manifest calls an embedding model of LlamaIndex: `"MockEmbedding:unknown"`. Raises EncoderError."""
    if not hasattr(embed_model, "get_text_embedding_batch"):
        reason = f"embed_model is of the type {type(embed_model).__name__}, which is no BaseEmbedding of LlamaIndex."
        raise EncoderError(reason, "Give another.")
    return f"{type(embed_model).__name__}:{embed_model.model_name}"
