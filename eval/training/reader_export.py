"""A trained reader becomes `qa/reading/reader.onnx`: 8-bit weights and onnxruntime's fused operators, about 23 MB."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from eval.training.graph import LAYERS, Graph
from ingest.minilm import NAME


def export(weights: Path) -> bytes:
    """The serialised reader of a checkpoint.

    input_ids, segments, mask (int32, batch × tokens) → span (float32, batch × tokens × 2: the logits of start and of
    end) and answerable (float32, batch: the logit that the passage answers).
    """
    graph = ReaderGraph(NAME, load_file(weights))
    hidden = graph.embed()
    for index in range(LAYERS):
        hidden = graph.layer(f"encoder.layer.{index}", hidden, f"hidden.{index}")
    graph.heads(hidden)
    inputs = dict.fromkeys(("input_ids", "segments", "mask"), "INT32")
    return graph.serialise(inputs, {"span": ("batch", "tokens", 2), "answerable": ("batch",)})


class ReaderGraph(Graph):
    """The encoder's layers with the reader's heads."""

    def heads(self, hidden: str) -> None:
        """Add what gives start and end of each token, and whether the first one says that there is an answer."""
        self._dense(hidden, "reader.span", "span")
        self.add("Gather", [hidden, self.constant("first", np.array([0], np.int64))], "pooled", domain="", axis=1)
        self.add("Tanh", [self._dense("pooled", "reader.dense", "dense")], "active", domain="")
        self._dense("active", "reader.answerable", "logit")
        self.add("Squeeze", ["logit", self.constant("last", np.array([1, 2], np.int64))], "answerable", domain="")

    def _dense(self, hidden: str, weights: str, output: str) -> str:
        """A linear map in full precision: these are small, and what they say is compared."""
        matrix = self.constant(f"{weights}.matrix", self.tensors[f"{weights}.weight"].T)
        self.add("MatMul", [hidden, matrix], f"{output}.product", domain="")
        return self.add(
            "Add",
            [f"{output}.product", self.constant(f"{weights}.bias", self.tensors[f"{weights}.bias"])],
            output,
            domain="",
        )
