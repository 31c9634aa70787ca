"""The weights of the shipped reader, as near as 8 bits keep them: a training goes on from them.

`python -m eval.training.reader_weights qa/reading/reader.onnx --out RUN/reader.safetensors`
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from eval.training.reader_export import LONGEST, bucket_of

Arrays = dict[str, NDArray[np.float32]]
_PARTS = ("q", "k", "v")
_TABLES = {"position": "position", "token_type": "segment"}


def weights_of(model: Path) -> Arrays:
    """The tensors of a reader that `reader_export` wrote, by their names in training."""
    import onnx  # noqa: PLC0415 - only here

    graph = onnx.load(str(model)).graph
    known = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    tensors: Arrays = {name: value for name, value in known.items() if name.endswith((".weight", ".bias"))}
    tensors["embeddings.word_embeddings.weight"] = known["word.int8"].astype(np.float32) * known["word.scale"]
    tensors |= {f"embeddings.{name}_embeddings.weight": known[own] for name, own in _TABLES.items()}
    for node in graph.node:
        if node.op_type == "DynamicQuantizeMatMul":
            name, hidden = node.name.removesuffix(".small"), node.input[0].removesuffix(".small")
            matrix = known[node.input[1]].astype(np.float32) * known[node.input[2]]
            matrix[known[f"{hidden}.largest"]] = known[f"{name}.exact"]
            tensors[f"{name}.weight"] = np.ascontiguousarray(matrix.T)
    for name in [name for name in known if name.endswith(".attention.biases")]:
        parts = np.split(known[name], len(_PARTS))
        layer = name.removesuffix(".attention.biases")
        tensors |= {f"{layer}.attention.attn.{part}.bias": own for part, own in zip(_PARTS, parts, strict=True)}
    for name in [name.removesuffix(".matrix") for name in known if name.startswith("judge.") and "matrix" in name]:
        tensors[f"{name}.weight"] = np.ascontiguousarray(known[f"{name}.matrix"].T)
    tensors["encoder.relative_attention_bias.weight"] = _by_bucket(known["far"])
    return tensors


def _by_bucket(far: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each bucket of distances adds for each head, (buckets, heads), of a table of all distances."""
    bucket = bucket_of(np.arange(-LONGEST + 1, LONGEST))
    made = np.zeros((int(bucket.max()) + 1, len(far)), np.float32)
    made[bucket] = far.T
    return made


def main() -> None:
    """Write the tensors of a shipped reader."""
    parser = argparse.ArgumentParser(description="Take the weights of a shipped reader out again.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    save_file(weights_of(given.model), str(given.out))


if __name__ == "__main__":
    main()
