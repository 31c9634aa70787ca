"""`python -m ingest.worker`: one addition in a process of its own, which `ingest.beside` starts and may kill.

Standard input is one line of JSON, a Request, and stays open: when it is closed, whoever asked is gone, and so this
process ends. Standard output is JSON lines, Messages: steps while it works, and at last the report or an error.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ingest.errors import ArticleQAError, LibraryLockedError
from ingest.schema import IngestReport, RawDocument, Upload, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.embed import Embedder, Encoder
    from ingest.library import Library
    from ingest.settings import Settings

_LEAST = 100_000_000
"""Bytes that even a short text takes beside what has been loaded."""

_SOONEST = 0.2
"""Seconds between two steps of embedding: nobody reads faster."""


class Step(Value):
    """What an addition is doing: which source it reads, or how many passages of how many have been embedded."""

    stage: Literal["reading", "embedding", "waiting"]
    name: str = ""
    done: int = 0
    total: int = 0


class Request(Value):
    """What is to be added, with every setting in plain text, and the memory that it may take, in bytes."""

    settings: dict[str, Any]
    source: str | RawDocument | Upload
    public_only: bool = False
    memory: int = 0


class Failure(Value):
    """An error of `ingest.errors` on its way to the process that asked; `kind` is empty for any other exception."""

    kind: str = ""
    message: str = ""
    hint: str = ""


class Message(Value):
    """One line of standard output: one of these three."""

    step: Step | None = None
    report: IngestReport | None = None
    failure: Failure | None = None


def main() -> int:
    """Load what is needed, read the request, do it, and tell how it went; the exit code.

    Without a request there is nothing to do: a process that was kept ready is not needed any more.
    """
    tell = _channel()
    try:
        encoder = _loaded()
        line = sys.stdin.buffer.readline()
        if not line:
            return 0
        request = Request.model_validate(json.loads(line))
        threading.Thread(target=_end_with_parent, daemon=True).start()
        _limit(request.memory)
        report = _added(request, encoder, lambda step: tell(Message(step=step)))
    except ArticleQAError as error:
        kind = MemoryError if _lacks_memory(error.__cause__) else type(error)
        tell(Message(failure=Failure(kind=kind.__name__, message=error.message, hint=error.hint)))
    except Exception as error:
        logging.getLogger(__name__).exception("An addition failed")
        tell(Message(failure=Failure(kind=MemoryError.__name__ if _lacks_memory(error) else "")))
    else:
        tell(Message(report=report))
    return 0


def _channel() -> Callable[[Message], None]:
    """What writes messages to standard output. Whatever else prints there from now on is sent to standard error."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    lock = threading.Lock()

    def tell(message: Message) -> None:
        with lock:
            lines.write(json.dumps(message.model_dump(exclude_none=True)) + "\n")
            lines.flush()

    return tell


def _end_with_parent() -> None:
    """Wait until standard input is closed, then end this process and those that it started."""
    with suppress(OSError, ValueError):
        sys.stdin.buffer.read()
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _limit(memory: int) -> None:
    """Keep this process to so many bytes of addresses, where the system can."""
    with suppress(OSError):  # when the machine runs out of memory, this goes before the page that answers
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    if memory and sys.platform == "linux":
        import resource  # noqa: PLC0415 - only there

        with suppress(OSError, ValueError):  # a stricter limit holds already
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        bytearray(_LEAST)  # raises MemoryError before SQLite or Chroma meets the limit in some way of its own


def _lacks_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, says in one of its libraries' ways that memory ran out."""
    while error is not None:
        if isinstance(error, MemoryError) or re.search(r"alloc|out of memory|failed to map|new thread", str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _loaded() -> Encoder:
    """An encoder that keeps to one thread. All that takes time to load is loaded with it."""
    import ingest.pipeline  # noqa: F401, PLC0415 - loaded ahead
    from ingest.embed import Encoder  # noqa: PLC0415 - loaded ahead
    from ingest.store import load  # noqa: PLC0415 - loaded ahead

    load()
    return Encoder(threads=1)


def _added(request: Request, encoder: Encoder, tell: Callable[[Step], None]) -> IngestReport:
    """The report of the addition. While another process writes to the library it waits for its turn."""
    source = request.source
    name = source.origin if isinstance(source, RawDocument) else source.name if isinstance(source, Upload) else source
    tell(Step(stage="reading", name=name))
    from ingest.pipeline import run  # noqa: PLC0415 - loaded ahead
    from ingest.settings import Settings  # noqa: PLC0415 - the same

    library = _library(Settings.model_validate(request.settings), encoder)
    if hasattr(os, "nice"):
        os.nice(19)  # only now: a short text is not kept waiting for long
    logging.getLogger("ingest.lock").addHandler(_Waiting(lambda: tell(Step(stage="waiting", name=name))))
    embedded = _Seldom(lambda done, total: tell(Step(stage="embedding", done=done, total=total)))
    while True:
        try:
            return run(library, [source], on_embedded=embedded, public_only=request.public_only)
        except LibraryLockedError:
            tell(Step(stage="waiting", name=name))


class _Waiting(logging.Handler):
    """Tells that another process holds the library, which its lock logs."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - what it says is for logs
        self._tell()


class _Seldom:
    """Tells how many passages of how many are embedded, but no more often than anybody reads."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if done >= total or time.monotonic() - self._told > _SOONEST:
            self._told = time.monotonic()
            self._tell(done, total)


def _library(settings: Settings, encoder: Encoder) -> Library:
    """The library with this encoder."""
    from ingest.library import Library  # noqa: PLC0415 - loaded ahead

    class Modest(Library):
        @property
        def encoder(self) -> Encoder:
            return encoder

        @property
        def embedder(self) -> Embedder:
            return super().embedder if settings.openai_embed_model else encoder

    return Modest(settings)


if __name__ == "__main__":
    sys.exit(main())
