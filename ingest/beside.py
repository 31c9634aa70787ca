"""Adding a source in a process of its own: it can be stopped, it has limits, and it leaves others their turn."""

import json
import os
import queue
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from ingest import errors
from ingest.errors import AddingError, ArticleQAError
from ingest.schema import IngestReport, RawDocument, Upload
from ingest.settings import Settings
from ingest.worker import Failure, Message, Request, Step

MEMORY = 4_000_000_000
"""Bytes of addresses that an addition may take at least. Measured: 0.7 GB are enough for a short text."""

_SPARE_SECONDS = 120.0
"""Seconds for which a process is kept ready; it takes about 300 MB."""

_TICK = 0.5
"""Seconds after which a step is given again, so that an iterator that is being waited for can be closed."""

_ROOT = Path(__file__).resolve().parents[1]


def ingest_beside(
    source: str | RawDocument | Upload, *, settings: Settings, public_only: bool = False, memory: int | None = None
) -> Generator[Step | IngestReport]:
    """Steps while the source is being added, at least two a second, and at last the report.

    Closing the iterator kills the process that adds, and nothing is half there. So does the end of this process,
    however it ends. Raises what `ingest` raises, and AddingError when more than `settings.add_timeout` seconds or
    `memory` bytes are needed, or when the process dies.
    """
    limit = _memory() if memory is None else memory
    request = Request(settings=_plain(settings), source=source, public_only=public_only, memory=limit)
    try:
        addition = _spare.taken() or _Addition()
        addition.give(json.dumps(request.model_dump()).encode("ascii"), settings.add_timeout)
    except OSError as error:
        raise AddingError(f"No process can be started to add it: {error.strerror}.", "Try again later.") from None
    try:
        yield from _followed(addition, limit)
    finally:
        addition.kill()


def make_ready() -> None:
    """Start a process that waits for the next addition, unless one does: loading it takes a second or two."""
    _spare.fill()


def _followed(addition: "_Addition", memory: int) -> Generator[Step | IngestReport]:
    """What the process tells, up to its report. Raises what it failed with."""
    step = Step(stage="reading")
    while True:
        try:
            line = addition.lines.get(timeout=_TICK)
        except queue.Empty:
            yield step
            continue
        message = _read(line)
        if message.step:
            step = message.step
            yield step
        elif message.report:
            yield message.report
            return
        else:
            raise _error(message.failure, addition, memory)


def _read(line: bytes) -> Message:
    """The message of a line; one without anything for a line that a dying process has not finished."""
    try:
        return Message.model_validate(json.loads(line or b"{}"))
    except (ValueError, ValidationError):
        return Message()


def _error(failure: Failure | None, addition: "_Addition", memory: int) -> ArticleQAError:
    """The error that the process told, or the one that its end amounts to."""
    if addition.late:
        return AddingError(
            f"The addition was stopped after {_told(addition.seconds)}.", "Add a shorter text, or raise ADD_TIMEOUT."
        )
    if failure is None:
        return AddingError(
            f"The process that was adding it has died ({addition.end()}).",
            "Memory may have run out: add a shorter text, or try again.",
        )
    if failure.kind == MemoryError.__name__:
        return AddingError(
            f"Adding it takes more memory than the {memory / 1e9:.1f} GB that it may.", "Add a shorter text."
        )
    kind = getattr(errors, failure.kind, None) if failure.kind else None
    if isinstance(kind, type) and issubclass(kind, ArticleQAError):
        return kind(failure.message, failure.hint)
    return AddingError("Something went wrong while adding it.", "Try again; what went wrong is in the page's log.")


def _told(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:g} seconds"


class _Addition:
    """One process of `ingest.worker`, which waits for a request. `lines` gets what it tells, and b"" at its end."""

    def __init__(self) -> None:
        self.lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.seconds = 0.0
        self.late = False
        self._timer = threading.Timer(_SPARE_SECONDS, self.kill)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            process_group=0 if os.name == "posix" else -1,  # in this session: nice has no effect across sessions
        )
        self._start_timer()

    def give(self, request: bytes, seconds: float) -> None:
        """Let it work on the request for so many seconds at most."""
        self._timer.cancel()
        self.seconds = seconds
        self._timer = threading.Timer(seconds, self._end_late)
        self._start_timer()
        threading.Thread(target=self._follow, args=(request,), daemon=True).start()

    def waits(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def _start_timer(self) -> None:
        self._timer.daemon = True
        self._timer.start()

    def kill(self) -> None:
        """End the process and those that it started; does nothing when it has ended. Does not wait for it."""
        self._timer.cancel()
        with suppress(ProcessLookupError, PermissionError):
            if self._process.returncode is not None:
                return
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def end(self) -> str:
        """How the process ended: `"signal 9"`, `"exit code 1"`."""
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def _end_late(self) -> None:
        self.late = True
        self.kill()

    def _follow(self, request: bytes) -> None:
        """Hand the request over and pass on what comes back. The pipe to the process stays open until its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._process.stdin as given, self._process.stdout as replies, suppress(OSError):
            with suppress(OSError):  # it died before it had read everything: how is told below
                given.write(request + b"\n")
                given.flush()
            for line in replies:
                self.lines.put(line)
        self._process.wait()
        self._timer.cancel()
        self.lines.put(b"")


class _Spare:
    """The process that is kept ready, for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addition: _Addition | None = None

    def fill(self) -> None:
        """Start one unless one is ready. Where none can be started, the addition will say so."""
        with self._lock, suppress(OSError):
            if self._addition is None or not self._addition.waits():
                self._addition = _Addition()

    def taken(self) -> _Addition | None:
        """The one that is ready, which then is no longer here."""
        with self._lock:
            addition, self._addition = self._addition, None
        return addition if addition is not None and addition.waits() else None


_spare = _Spare()


def _plain(settings: Settings) -> dict[str, Any]:
    """The settings as JSON takes them, secrets in plain text."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return {
        name: value.get_secret_value()
        if isinstance(value, SecretStr)
        else str(value)
        if isinstance(value, Path)
        else value
        for name, value in values.items()
    }


def _environment() -> dict[str, str]:
    """This process's environment without its settings, which are handed over, and with the way to the project."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    if str(_ROOT) in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        return kept
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))}


def _memory() -> int:
    """Bytes that an addition may take: half of the machine's memory, so that two fit, but no less than it needs."""
    try:
        return max(MEMORY, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)
    except (AttributeError, OSError, ValueError):
        return MEMORY
