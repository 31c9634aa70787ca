"""What makes the shipped encoder makes the same bytes again. Runs where the group `training` is installed."""

import hashlib
from pathlib import Path

import pytest

from eval.training.encoder_export import main, ones, source
from ingest.errors import EncoderError

pytest.importorskip("onnx", reason="needs onnx, of the dependency group training")
ROOT = Path(__file__).resolve().parents[3]


def test_the_shipped_encoder_comes_out_of_upstreams_weights_byte_for_byte(tmp_path: Path) -> None:
    try:
        source()
    except EncoderError as error:
        pytest.skip(str(error))
    pytest.importorskip("safetensors", reason="needs safetensors, of the dependency group training")
    main(tmp_path)
    for made in tmp_path.iterdir():
        kept = ROOT / "ingest" / "weights" / made.name
        assert hashlib.sha256(made.read_bytes()).hexdigest() == hashlib.sha256(kept.read_bytes()).hexdigest(), made.name


def test_the_graph_that_tries_the_processor_is_one_linear_map_of_ones() -> None:
    assert ones() == (ROOT / "ingest" / "weights" / "ones.onnx").read_bytes()
