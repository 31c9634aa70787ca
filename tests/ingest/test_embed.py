import json
from typing import Any

import numpy as np
import pytest

from ingest import ingest
from ingest.embed import load_embedder, load_encoder
from ingest.errors import EncoderError
from ingest.minilm import Graph, open_session
from ingest.sample import sample
from ingest.settings import Settings
from qa import ask
from tests.web import Site


def test_like_texts_are_near_and_others_are_not() -> None:
    cat, kitten, bank = load_encoder().embed(["A cat sleeps.", "A kitten is sleeping.", "The bank raised its rates."])
    assert cat @ kitten > 0.6
    assert cat @ bank < 0.3


def test_vectors_are_unit_rows_and_close_to_those_of_a_query() -> None:
    vectors = load_encoder().embed(["Rain fell.", "The longest of all the words in this text is encyclopedia."])
    assert vectors.shape == (2, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert float(vectors[0] @ load_encoder().embed_query("Rain fell.")) > 0.98


def test_token_vectors_point_at_their_words() -> None:
    text = "Zelenskyy said: “It’s 30 days.” 🙂"
    tokens = load_encoder().encode([text]).tokens[0]
    words = [text[start:end] for start, end in tokens.spans]
    assert "30" in words
    assert "days" in words
    assert tokens.vectors.shape == (len(words), 384)
    assert tokens.vectors.dtype == np.int8


def test_nothing_and_very_much_can_be_encoded() -> None:
    encoded = load_encoder().encode(["", "word " * 5_000, "🙂"])
    assert np.isfinite(encoded.vectors).all()
    assert load_encoder().encode([]).vectors.shape == (0, 384)


def test_sums_of_8_bit_products_do_not_overflow_on_any_processor() -> None:
    graph = Graph({"map.weight": np.ones((4, 64), np.float32)})
    graph._linear(graph.add("Cast", ["input_ids"], "given", domain="", to=1), "map")
    session = open_session(graph.serialise({"input_ids": "INT32"}, {"map": ("batch", 4)}))
    (mapped,) = session.run(None, {"input_ids": np.full((1, 64), 255, np.int32)})
    assert mapped[0] == pytest.approx([255 * 64] * 4, rel=0.01)


def vectors_of(body: bytes) -> tuple[int, dict[str, str], bytes]:
    texts = json.loads(body)["input"]
    rows = [
        {"object": "embedding", "index": n, "embedding": [len(text) % 7 + 1, 1.0, 0.5]} for n, text in enumerate(texts)
    ]
    reply = {"object": "list", "data": rows, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    return 200, {"Content-Type": "application/json"}, json.dumps(reply).encode()


def server_settings(settings: Settings, site: Site) -> Settings:
    update: dict[str, Any] = {"openai_embed_model": "m", "openai_base_url": f"{site.url}/v1", "openai_timeout": 2.0}
    return settings.model_copy(update=update)


def test_an_openai_compatible_embedder_serves_ingest_and_questions(settings: Settings, site: Site) -> None:
    site.pages["/v1/embeddings"] = vectors_of
    own = server_settings(settings, site)
    assert ingest(sample(), settings=own).count("added") == 1
    assert ask("Why was the call delayed?", settings=own).status == "answered"
    assert load_embedder(own).name == "openai:m"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"error": {"message": "secret-key is wrong"}}'),
        (404, b"{}"),
        (500, b"oops"),
        (200, b"not json"),
        (200, b'{"data": []}'),
    ],
)
def test_an_embedder_that_fails_is_told_in_one_sentence_without_the_key(
    settings: Settings, site: Site, status: int, body: bytes
) -> None:
    site.pages["/v1/embeddings"] = (status, {"Content-Type": "application/json"}, body)
    with pytest.raises(EncoderError) as caught:
        load_embedder(server_settings(settings, site)).embed(["x"])
    assert caught.value.hint
    assert "secret-key" not in str(caught.value)
