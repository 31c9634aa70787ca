import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from eval.training.encoder_export import SHA256
from ingest import ingest
from ingest.embed import Encoder, load_embedder, load_encoder
from ingest.errors import EncoderError
from ingest.minilm import open_session
from ingest.sample import sample
from ingest.settings import Settings
from qa import ask
from qa.reading.evidence import load_evidence_model
from qa.reading.reader import load_reader
from qa.verification.support import load_support_model
from tests.web import Site

ROOT = Path(__file__).resolve().parents[2]


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
    """The graph is one linear map of 64 values by weights of 1; tests/eval/test_encoder_export.py makes it again."""
    session = open_session((ROOT / "ingest" / "weights" / "ones.onnx").read_bytes())
    (mapped,) = session.run(None, {"input_ids": np.full((1, 64), 255, np.int32)})
    assert mapped[0] == pytest.approx([255 * 64] * 4, rel=0.01)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packages' files of weights in a folder of the test's own, and the program reading them there."""
    for name in ("ingest/weights", "qa/reading", "qa/verification"):
        (tmp_path / name).mkdir(parents=True)
        for file in [*(ROOT / name).glob("*.onnx"), *(ROOT / name).glob("*.json"), ROOT / name / "SHA256SUMS"]:
            shutil.copy(file, tmp_path / name / file.name)
    monkeypatch.setattr("ingest.integrity.files", lambda package: tmp_path / package)
    return tmp_path


LOADS: dict[str, Callable[[], object]] = {
    "ingest/weights/encoder.onnx": Encoder,
    "ingest/weights/tokenizer.json": Encoder,
    "qa/reading/reader.onnx": load_reader.__wrapped__,
    "qa/reading/reader.json": load_evidence_model.__wrapped__,
    "qa/reading/evidence.json": load_evidence_model.__wrapped__,
    "qa/verification/support.json": load_support_model.__wrapped__,
}


@pytest.mark.parametrize("name", LOADS)
@pytest.mark.parametrize("how", ["one bit", "cut", "empty", "missing", "no list", "not listed", "list damaged"])
def test_damaged_and_missing_weights_are_one_sentence_that_names_the_file(copy: Path, name: str, how: str) -> None:
    file, sums = copy / name, (copy / name).with_name("SHA256SUMS")
    content = file.read_bytes()
    if how == "one bit":
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif how in {"cut", "empty"}:
        file.write_bytes(content[: len(content) // 2 if how == "cut" else 0])
    elif how == "missing":
        file.unlink()
    elif how == "no list":
        sums.unlink()
    elif how == "not listed":
        sums.write_text("\n".join(line for line in sums.read_text().splitlines() if file.name not in line))
    else:
        sums.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EncoderError) as caught:
        LOADS[name]()
    told = str(caught.value)
    assert ("SHA256SUMS" if how in {"no list", "list damaged"} else file.name) in told
    assert ("missing" if how in {"missing", "no list"} else "damaged") in told
    assert told.endswith("Install the project again.")
    assert "\n" not in told


@pytest.mark.parametrize("folder", ["ingest/weights", "qa/reading", "qa/verification"])
def test_every_shipped_file_of_weights_is_listed_with_its_sum(folder: str) -> None:
    """After weights were made anew: `cd qa/reading && sha256sum *.json *.onnx > SHA256SUMS`, and the same in ingest/weights."""
    files = sorted([*(ROOT / folder).glob("*.json"), *(ROOT / folder).glob("*.onnx")])
    listed = [line.split() for line in (ROOT / folder / "SHA256SUMS").read_text("ascii").splitlines()]
    assert sorted(name for _, name in listed) == [file.name for file in files]
    assert all(sum_ == hashlib.sha256((ROOT / folder / name).read_bytes()).hexdigest() for sum_, name in listed)


def test_what_is_shipped_of_the_encoder_stays_small_and_tells_whose_it_is() -> None:
    folder = ROOT / "ingest" / "weights"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 30_000_000
    assert "Apache License" in (folder / "LICENSE").read_text("utf-8")
    notice = (folder / "NOTICE").read_text("utf-8")
    assert all(word in notice for word in ("sentence-transformers/all-MiniLM-L6-v2", "Apache-2.0", SHA256))


def vectors_of(body: bytes) -> tuple[int, dict[str, str], bytes]:
    texts = json.loads(body)["input"]
    rows = [
        {"object": "embedding", "index": n, "embedding": [len(text) % 7 + 1, 1.0, 0.5]} for n, text in enumerate(texts)
    ]
    reply = {"object": "list", "data": rows, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    return 200, {"Content-Type": "application/json"}, json.dumps(reply).encode()


def server_settings(settings: Settings, site: Site) -> Settings:
    server = {"openai_embed_model": "m", "openai_base_url": f"{site.url}/v1", "openai_timeout": 20.0}
    return settings.model_copy(update={**server, "openai_retries": 0})


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


def test_an_embedder_asks_again_as_often_as_is_set(settings: Settings, site: Site) -> None:
    answers = iter([(500, {}, b"oops"), (500, {}, b"oops")])
    site.pages["/v1/embeddings"] = lambda body: next(answers, None) or vectors_of(body)
    own = server_settings(settings, site)
    with pytest.raises(EncoderError, match="failed"):
        load_embedder(own).embed(["x"])
    assert len(site.requests) == 1
    assert len(load_embedder(own.model_copy(update={"openai_retries": 2})).embed(["x"])) == 1
    assert len(site.requests) == 3
