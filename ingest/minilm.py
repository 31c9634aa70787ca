"""all-MiniLM-L6-v2: the model and tokenizer that are shipped in `weights/`, checked whenever they are loaded.

They are made by `python -m eval.training.encoder_export`; `weights/NOTICE` tells of what.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from ingest.errors import EncoderError
from ingest.integrity import shipped

NAME = "all-MiniLM-L6-v2"
DIMENSION = 384
WINDOW = 256
"""Word pieces that the model was trained to read at once, its two special ones included."""

_FOLDER = "ingest/weights"


def load_model() -> bytes:
    """The serialised model: input_ids and mask (int32, batch × tokens) → hidden (float32, batch × tokens × 384)."""
    return shipped(_FOLDER, "encoder.onnx")


def load_tokenizer(longest: int | None, *, strategy: str = "longest_first") -> Any:
    """A tokenizer of word pieces that pads nothing, and cuts what is longer than `longest` of them."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - only needed when something is encoded or read

    tokenizer = Tokenizer.from_buffer(shipped(_FOLDER, "tokenizer.json"))
    tokenizer.no_padding()
    if longest is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(longest, strategy=strategy)
    return tokenizer


def open_session(model: bytes, threads: int = 0) -> Any:
    """The model in onnxruntime on so many threads (0: one for each core), the same on every processor but for rounding.

    Raises EncoderError.

    Idle threads sleep: spinning ones slow the other model by half on two cores.
    """
    return _session(model, threads, exact=_overflows())


@lru_cache(maxsize=1)
def _overflows() -> bool:
    """Whether this processor's sums of 8-bit products overflow unless they are asked to be exact, at half the speed.

    Those without 8-bit dot products (VNNI) do. It is tried on a linear map of 64 values by weights of 1.
    """
    given = {"input_ids": np.full((8, 64), 255, np.int32)}
    (sums,) = _session(shipped(_FOLDER, "ones.onnx"), 1, exact=False).run(None, given)
    return not np.allclose(sums, 255 * 64, rtol=0.01)


def _session(model: bytes, threads: int, *, exact: bool) -> Any:
    import onnxruntime  # noqa: PLC0415 - heavy, and only needed when something is encoded or read

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.x64quantprecision", str(int(exact)))
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(model, options)
    except Exception as error:
        reason = f"The weights are damaged, or onnxruntime {onnxruntime.__version__} cannot open them."
        raise EncoderError(reason, "Install the project again, with the packages that it names.") from error
