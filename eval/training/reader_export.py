"""A trained reader becomes `qa/reading/reader.onnx`: 8-bit weights and onnxruntime's fused operators.

`python -m eval.training.reader_export CHECKPOINT --out qa/reading/reader.onnx`
"""

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from eval.training.graph import Graph

NAME = "all-mpnet-base-v2"
HEADS = 12
EPSILON = 1e-5

BUCKETS, EXACT, FURTHEST = 16, 8, 128
"""Of the distances between tokens, each way: how many there are, how many of one distance alone, and where they end."""

LONGEST = 512
"""Word pieces at most."""


def export(weights: Path) -> bytes:
    """The serialised reader of a checkpoint.

    input_ids, segments, mask (int32, batch × tokens) → span (float32, batch × tokens × 2: the logits of start and of
    end) and whole (float32, batch × 5: the logits that the passage answers, that it says yes, and of a claim that it
    supports it, refutes it or does neither).
    """
    graph = ReaderGraph(NAME, load_file(weights), HEADS, EPSILON)
    hidden = graph.embed()
    graph.distances()
    layers = 1 + max(int(name.split(".")[2]) for name in graph.tensors if name.startswith("encoder.layer."))
    for index in range(layers):
        hidden = graph.layer(f"encoder.layer.{index}", hidden, f"hidden.{index}")
    graph.heads(hidden)
    inputs = dict.fromkeys(("input_ids", "segments", "mask"), "INT32")
    return graph.serialise(inputs, {"span": ("batch", "tokens", 2), "whole": ("batch", 5)})


class ReaderGraph(Graph):
    """MPNet's layers (Song et al. 2020), in which attention knows how far apart two tokens are, and the heads."""

    attention_names = ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o", "attention")
    attention_bias = ("attention_bias",)

    def distances(self) -> None:
        """Add what attention gains for the distance of each pair of tokens, (1, heads, tokens, tokens)."""
        ahead = np.arange(-LONGEST + 1, LONGEST)
        far = np.abs(ahead)
        scaled = np.log(np.maximum(far, 1) / EXACT) / np.log(FURTHEST / EXACT) * (BUCKETS - EXACT)
        large = np.minimum(EXACT + scaled.astype(np.int64), BUCKETS - 1)
        bucket = np.where(far < EXACT, far, large) + (ahead > 0) * BUCKETS
        table = self.tensors["encoder.relative_attention_bias.weight"][bucket].T  # (heads, distances)
        self.add("Range", [self._number(0), self._count("input_ids"), self._number(1)], "row", domain="")
        self.add("Unsqueeze", ["row", self.constant("axis.0", np.array([0], np.int64))], "across", domain="")
        self.add("Unsqueeze", ["row", self.constant("axis.1", np.array([1], np.int64))], "down", domain="")
        self.add("Sub", ["across", "down"], "apart", domain="")
        self.add("Add", ["apart", self.constant("middle", np.array(LONGEST - 1, np.int64))], "place", domain="")
        self.add("Gather", [self.constant("far", table.astype(np.float32)), "place"], "bias", domain="", axis=1)
        self.add("Unsqueeze", ["bias", "axis.0"], "attention_bias", domain="")

    def _number(self, value: int) -> str:
        return self.constant(f"number.{value}", np.array(value, np.int64))

    def _count(self, of: str) -> str:
        self.add("Shape", [of], "tokens.one", domain="", start=1, end=2)
        return self.add("Squeeze", ["tokens.one"], "tokens", domain="")  # a number, as Range wants

    def heads(self, hidden: str) -> None:
        """Add what gives start and end of each token, and what the first one says of the whole."""
        self._dense(hidden, "judge.span", "span")
        self.add("Gather", [hidden, self.constant("first", np.array(0, np.int64))], "pooled", domain="", axis=1)
        self.add("Tanh", [self._dense("pooled", "judge.dense", "dense")], "active", domain="")
        self._dense("active", "judge.whole", "whole")

    def _dense(self, hidden: str, weights: str, output: str) -> str:
        """A linear map in full precision: these are small, and what they say is compared."""
        matrix = self.constant(f"{weights}.matrix", self.tensors[f"{weights}.weight"].T)
        self.add("MatMul", [hidden, matrix], f"{output}.product", domain="")
        bias = self.constant(f"{weights}.bias", self.tensors[f"{weights}.bias"])
        return self.add("Add", [f"{output}.product", bias], output, domain="")


def main() -> None:
    """Write the reader of a checkpoint."""
    parser = argparse.ArgumentParser(description="Export the reader.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.write_bytes(export(given.checkpoint))


if __name__ == "__main__":
    main()
