"""Documents are taken apart in a process of their own, bounded in time and memory: a hostile one ends only that.

The process (`ingest/parser.py`) is started when it is first needed, used again for the next documents, and ended when
it has had nothing to do for a while. It is given nothing of this environment but where Python's packages are.
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ingest.errors import SourceError
from ingest.parser import memory, receive, send

AT_ONCE = 2
"""Documents that are taken apart at the same time; others wait for their turn."""

STARTING = 60.0
"""Seconds in which the process has to start."""

IDLE = 10.0
"""Seconds after which a process that has nothing to do is ended."""

_MARGIN = 1_000_000
"""Bytes of an answer beside the text of the document."""


def parse(  # noqa: PLR0913 - all that one document needs
    kind: str, content: bytes, origin: str, url: str = "", charset: str = "", *, max_bytes: int, seconds: float = 120.0
) -> dict[str, Any]:
    """The fields of a RawDocument in a document of this kind: text, title, source, published_at, authors.

    Raises SourceError when there is no text in it, when it would take more than `seconds` or the memory for its size,
    or when its text is larger than `max_bytes`.
    """
    job = {"kind": kind, "origin": origin, "url": url, "charset": charset}
    request = {**job, "max_bytes": max_bytes, "seconds": seconds}
    with _room:
        answer = _asked(json.dumps(request).encode("ascii"), content, origin, seconds, 2 * max_bytes + _MARGIN)
    refused = answer.get("refused")
    if refused is not None:
        raise SourceError(*map(str, refused))
    return answer


def _asked(request: bytes, content: bytes, origin: str, seconds: float, most: int) -> dict[str, Any]:
    """The answer of a process that was idle or is new. One that died while it was idle is replaced. SourceError."""
    while True:
        process, used = _borrowed()
        try:
            answer = process.ask(request, content, seconds, most)
        except _GoneError:
            process.end()
            if process.late:
                raise _slow(origin, seconds) from None
            if not used:
                raise _greedy(origin, len(content)) from None
        except BaseException:
            process.end()
            raise
        else:
            _give_back(process)
            return answer


def close() -> None:
    """End the processes that have nothing to do; the next document starts one again."""
    with _lock:
        idle, _idle[:] = list(_idle), []
    for process in idle:
        process.end()


def _slow(origin: str, seconds: float) -> SourceError:
    return SourceError(
        f"{origin} takes more than {seconds:g} seconds to read.", "Split it, give its text, or raise READ_TIMEOUT."
    )


def _greedy(origin: str, size: int) -> SourceError:
    return SourceError(
        f"{origin} is damaged, or takes more than {memory(size) / 1e6:.0f} MB of memory to read.",
        "Save it again, split it, or give its text.",
    )


class _GoneError(Exception):
    """The process has ended, or answers what cannot be an answer."""


class _Process:
    """One process that takes documents apart, one after the other. `late` says that it was ended by the clock."""

    def __init__(self) -> None:
        packages = [str(Path(__file__).resolve().parents[1]), *(path for path in sys.path if path)]
        kept = {
            name: os.environ[name]
            for name in ("PATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT")
            if name in os.environ
        }
        self.late = False
        self.retirement = threading.Timer(IDLE, _retire, [self])
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ingest.parser"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**kept, "PYTHONPATH": os.pathsep.join(packages), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"},
                start_new_session=True,  # Ctrl+C is for this process
            )
        except OSError as error:
            raise _not_started(str(error.strerror)) from None
        try:
            self._limited(STARTING, lambda pipe: receive(pipe, 0))
        except _GoneError:
            self.end()
            raise _not_started("it ends at once") from None
        except BaseException:
            self.end()
            raise

    def ask(self, request: bytes, content: bytes, seconds: float, most: int) -> dict[str, Any]:
        """The answer, at most `most` bytes of it, within the seconds."""

        def exchange(pipe: IO[bytes]) -> bytes:
            assert self._process.stdin
            for part in (request, content):
                send(self._process.stdin, part)
            return receive(pipe, most)

        try:
            answer = json.loads(self._limited(seconds, exchange))
        except (ValueError, RecursionError):
            raise _GoneError from None
        if not isinstance(answer, dict):
            raise _GoneError
        return answer

    def _limited(self, seconds: float, exchange: Callable[[IO[bytes]], bytes]) -> bytes:
        """What the exchange gives; when it takes longer the process is killed, which ends the exchange."""
        assert self._process.stdout
        clock = threading.Timer(seconds, self._kill_late)
        clock.daemon = True
        clock.start()
        try:
            return exchange(self._process.stdout)
        except (OSError, EOFError):
            raise _GoneError from None
        finally:
            clock.cancel()
            clock.join()

    def _kill_late(self) -> None:
        self.late = True
        self._process.kill()

    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self.late and self._process.poll() is None

    def end(self) -> None:
        """Kill it and close its pipes."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()
        self._process.wait()


def _not_started(reason: str) -> SourceError:
    return SourceError(
        f"The process that reads documents cannot be started by {sys.executable or 'Python'}: {reason}.",
        "Check the installation and the memory of this machine, or give plain text.",
    )


_lock = threading.Lock()
_room = threading.BoundedSemaphore(AT_ONCE)
_idle: list[_Process] = []


def _borrowed() -> tuple[_Process, bool]:
    """A process that nobody else uses, and whether it was used before: one that has nothing to do, or a new one."""
    while True:
        with _lock:
            process = _idle.pop() if _idle else None
        if process is None:
            return _Process(), False
        process.retirement.cancel()
        if process.alive():
            return process, True
        process.end()


def _give_back(process: _Process) -> None:
    process.retirement = threading.Timer(IDLE, _retire, [process])
    process.retirement.daemon = True
    with _lock:
        _idle.append(process)
        process.retirement.start()


def _retire(process: _Process) -> None:
    """End the process if it still has nothing to do."""
    with _lock:
        if process not in _idle:
            return
        _idle.remove(process)
    process.end()


def _forget() -> None:
    """A fork of this process has the pipes of processes that are not its own, and locks that nobody will release."""
    global _lock, _room
    _lock, _room = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
    _idle.clear()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
