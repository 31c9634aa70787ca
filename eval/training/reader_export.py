"""A trained reader becomes `qa/reading/reader.onnx`: 8-bit weights and onnxruntime's fused operators.

`python -m eval.training.reader_export CHECKPOINT --out qa/reading/reader.onnx`

A few of MPNet's channels are a hundred times larger than the others, and 8 bits for all alike would leave nothing for
these. The largest that go into each linear map, as measured on the shipped articles, are therefore multiplied in full
precision beside the others (Dettmers et al. 2022, LLM.int8).
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from eval.training.graph import Graph
from ingest.minilm import load_tokenizer, open_session

NAME = "all-mpnet-base-v2"
HEADS = 12
EPSILON = 1e-5

BUCKETS, EXACT, FURTHEST = 16, 8, 128
"""Of the distances between tokens, each way: how many there are, how many of one distance alone, and where they end."""

EXACT_CHANNELS = 8
"""Channels of each input that are multiplied in full precision: without them half of the best words change, with them
one in ten, and more of them change nothing."""

LONGEST = 512
"""Word pieces at most."""

SETS = Path(__file__).parents[1] / "sets"

Arrays = Mapping[str, NDArray[np.float32]]


def export(weights: Path) -> bytes:
    """The serialised reader of a checkpoint.

    input_ids, segments, mask (int32, batch × tokens) → span (float32, batch × tokens × 2: the logits of start and of
    end) and whole (float32, batch × 5: the logits that the passage answers, that it says yes, and of a claim that it
    supports it, refutes it or does neither).
    """
    tensors = load_file(weights)
    return ReaderGraph(tensors, largest_channels(tensors, asked_articles())).built()


def asked_articles(count: int = 48) -> list[tuple[str, str]]:
    """Questions of a shipped set, each with a piece of its article."""
    lines = (SETS / "news.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines][:: max(1, len(lines) // count)]
    found = []
    for number, row in enumerate(rows):
        text = (SETS / "articles" / row["articles"][0]).read_text("utf-8")
        start = number * 300 % max(len(text) - 900, 1)
        found.append((row["question"], text[start : start + 900]))
    return found


def largest_channels(tensors: Arrays, pairs: Sequence[tuple[str, str]]) -> dict[str, NDArray[np.int64]]:
    """The channels of each input of linear maps that reach furthest, (EXACT_CHANNELS,) by the input's name."""
    graph = ReaderGraph(tensors, None)
    model, tokenizer = open_session(graph.built()), load_tokenizer(LONGEST)
    reach: dict[str, NDArray[np.float32]] = {}
    for encoding in tokenizer.encode_batch(list(pairs)):
        given = (encoding.ids, encoding.type_ids, encoding.attention_mask)
        inputs = dict(zip(("input_ids", "segments", "mask"), (np.array([one], np.int32) for one in given), strict=True))
        for name, seen in zip(graph.inputs, model.run(list(graph.inputs), inputs), strict=True):
            size = np.abs(seen[0]).max(axis=0)
            reach[name] = np.maximum(reach.get(name, size), size)
    return {name: np.sort(np.argsort(-size)[:EXACT_CHANNELS]).astype(np.int64) for name, size in reach.items()}


def bucket_of(ahead: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bucket of each distance between two tokens: near ones each their own, far ones by logarithm."""
    far = np.abs(ahead)
    scaled = np.log(np.maximum(far, 1) / EXACT) / np.log(FURTHEST / EXACT) * (BUCKETS - EXACT)
    large = np.minimum(EXACT + scaled.astype(np.int64), BUCKETS - 1)
    return np.asarray(np.where(far < EXACT, far, large) + (ahead > 0) * BUCKETS, np.int64)


class ReaderGraph(Graph):
    """MPNet's layers (Song et al. 2020), in which attention knows how far apart two tokens are, and the heads.

    Once the largest channels of the inputs are known, its linear maps are in 8 bits. Without, they are as trained, and
    their inputs are given out as well.
    """

    attention_names = ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o", "attention")
    attention_bias = ("attention_bias",)

    def __init__(self, tensors: Arrays, largest: Mapping[str, NDArray[np.int64]] | None) -> None:
        super().__init__(NAME, tensors, HEADS, EPSILON)
        self._largest = largest
        self.inputs: dict[str, list[str]] = {}

    def built(self) -> bytes:
        """The whole graph, serialised."""
        hidden = self.embed()
        self.distances()
        layers = 1 + max(int(name.split(".")[2]) for name in self.tensors if name.startswith("encoder.layer."))
        for index in range(layers):
            hidden = self.layer(f"encoder.layer.{index}", hidden, f"hidden.{index}")
        self.heads(hidden)
        inputs = dict.fromkeys(("input_ids", "segments", "mask"), "INT32")
        outputs: dict[str, Any] = {"span": ("batch", "tokens", 2), "whole": ("batch", 5)}
        seen = {} if self._largest else dict.fromkeys(self.inputs, ("batch", "tokens", "channels"))
        return self.serialise(inputs, outputs | seen)

    def linear(self, hidden: str, weights: str) -> str:
        """`hidden @ weights`: the largest channels in full precision, the others in 8 bits."""
        known, matrix = hidden in self.inputs, self.tensors[f"{weights}.weight"].T
        self.inputs.setdefault(hidden, []).append(weights)
        if self._largest is None:
            return self.add("MatMul", [hidden, self.constant(f"{weights}.matrix", matrix)], weights, domain="")
        largest = self._largest[hidden]
        others = np.ones(len(matrix), np.float32)
        others[largest] = 0
        if not known:
            self.add("Mul", [hidden, self.constant(f"{hidden}.others", others)], f"{hidden}.small", domain="")
            place = self.constant(f"{hidden}.largest", largest)
            self.add("Gather", [hidden, place], f"{hidden}.large", domain="", axis=2)
        small = self.quantised(f"{hidden}.small", matrix * others[:, None], f"{weights}.small")
        exact = self.constant(f"{weights}.exact", matrix[largest])
        self.add("MatMul", [f"{hidden}.large", exact], f"{weights}.large", domain="")
        return self.add("Add", [small, f"{weights}.large"], weights, domain="")

    def distances(self) -> None:
        """Add what attention gains for the distance of each pair of tokens, (1, heads, tokens, tokens)."""
        bucket = bucket_of(np.arange(-LONGEST + 1, LONGEST))
        table = self.tensors["encoder.relative_attention_bias.weight"][bucket].T  # (heads, distances)
        self.add("Shape", ["input_ids"], "tokens.one", domain="", start=1, end=2)
        self.add("Squeeze", ["tokens.one"], "tokens", domain="")  # a number, as Range wants
        numbers = [self.constant(f"number.{value}", np.array(value, np.int64)) for value in (0, 1)]
        self.add("Range", [numbers[0], "tokens", numbers[1]], "row", domain="")
        self.add("Unsqueeze", ["row", self.constant("axis.0", np.array([0], np.int64))], "across", domain="")
        self.add("Unsqueeze", ["row", self.constant("axis.1", np.array([1], np.int64))], "down", domain="")
        self.add("Sub", ["across", "down"], "apart", domain="")
        self.add("Add", ["apart", self.constant("middle", np.array(LONGEST - 1, np.int64))], "place", domain="")
        self.add("Gather", [self.constant("far", table.astype(np.float32)), "place"], "bias", domain="", axis=1)
        self.add("Unsqueeze", ["bias", "axis.0"], "attention_bias", domain="")

    def heads(self, hidden: str) -> None:
        """Add what gives start and end of each token, and what the whole says."""
        self._dense(hidden, "judge.span", "span")
        self.add("Gather", [hidden, self.constant("first", np.array(0, np.int64))], "first.token", domain="", axis=1)
        self.add("Mul", ["mask", "segments"], "passage.mask", domain="")
        self.add("Sub", ["mask", "passage.mask"], "asked.mask", domain="")
        sides = [self._mean(hidden, side) for side in ("asked", "passage")]
        self.add("Concat", ["first.token", *sides], "pooled", domain="", axis=1)
        self.add("Tanh", [self._dense("pooled", "judge.dense", "dense")], "active", domain="")
        self._dense("active", "judge.whole", "whole")

    def _mean(self, hidden: str, side: str) -> str:
        """The mean of the tokens of one side, (batch, width)."""
        self.add("Cast", [f"{side}.mask"], f"{side}.counted", domain="", to=1)
        self.add("Unsqueeze", [f"{side}.counted", "axis.1"], f"{side}.row", domain="")
        self.add("MatMul", [f"{side}.row", hidden], f"{side}.total", domain="")
        self.add("Squeeze", [f"{side}.total", "axis.1"], f"{side}.sum", domain="")
        self.add("ReduceSum", [f"{side}.counted", "axis.1"], f"{side}.count", domain="", keepdims=1)
        one = self.constant(f"{side}.one", np.array(1, np.float32))
        self.add("Max", [f"{side}.count", one], f"{side}.many", domain="")
        return self.add("Div", [f"{side}.sum", f"{side}.many"], f"{side}.mean", domain="")

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
