"""One writer at a time: a lock file in the data directory that names its holder."""

import json
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import LibraryError, LibraryLockedError

_LOG = logging.getLogger(__name__)

OPENING = 20.0
"""Seconds that a process waits for another one that makes the tables."""

_SILENT = 1.0
"""Seconds that a writer waits before it says whom it waits for. A small addition is written in less."""


@contextmanager
def writing(data_dir: Path, *, wait: float, doing: str = "adding articles") -> Iterator[None]:
    """Hold the library for writing, after waiting for at most so many seconds.

    Whom it waits for is logged as a warning, which a program shows on standard error unless it says otherwise. Raises
    LibraryLockedError naming the holder when the library stays taken. The operating system lets go of the lock when
    its holder dies, however it dies.
    """
    import filelock  # noqa: PLC0415 - only for writers

    holder = data_dir / "writer.json"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(data_dir / "writer.lock")
        try:
            lock.acquire(timeout=min(_SILENT, wait))
        except filelock.Timeout:
            if wait <= _SILENT:
                raise
            _LOG.warning("Waiting for %s, up to %.0f seconds …", _holder(holder), wait)
            lock.acquire(timeout=wait - _SILENT)
    except filelock.Timeout:
        raise LibraryLockedError(
            f"{data_dir} is held by {_holder(holder)}.",
            "Try again when it has finished, or wait longer with LOCK_WAIT.",
        ) from None
    except OSError as error:
        raise unwritable(data_dir, error) from None
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        known = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "doing": doing}
        _tell(holder, json.dumps(known))
        yield
    finally:
        lock.release()


@contextmanager
def opening(data_dir: Path) -> Iterator[None]:
    """Hold the library while it is opened: neither SQLite nor Chroma lets two processes make the same tables."""
    import filelock  # noqa: PLC0415 - only for the first opening

    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(data_dir / "opening.lock")
        lock.acquire(timeout=OPENING)
    except filelock.Timeout:
        raise LibraryError(f"Another process is opening {data_dir}.", "Try again in a minute.") from None
    except OSError as error:
        raise unwritable(data_dir, error) from None
    try:
        yield
    finally:
        lock.release()


def unwritable(data_dir: Path, error: OSError) -> LibraryError:
    """The error of a data directory that nothing can be written to, with the operating system's reason."""
    return LibraryError(
        f"{data_dir} cannot be written: {error.strerror or error}.",
        "Change its permissions, free some space, or choose another DATA_DIR.",
    )


def _tell(holder: Path, words: str) -> None:
    try:
        holder.write_text(words, "utf-8")
    except OSError as error:
        raise unwritable(holder.parent, error) from None


def _holder(file: Path) -> str:
    """Who holds the lock: `"process 123 on host a, adding articles since 2026-01-01T10:00:00+00:00"`."""
    try:
        found = json.loads(file.read_text("utf-8"))
        doing, since = str(found.get("doing", "writing"))[:40], str(found["since"])[:40]
        return f"process {int(found['pid'])} on {str(found['host'])[:60]}, {doing} since {since}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
