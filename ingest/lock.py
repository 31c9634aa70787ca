"""One writer at a time: a lock file in the data directory that names its holder."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import LibraryError, LibraryLockedError

WAIT = 20.0
"""Seconds that a writer waits for another one. A group of articles is written in a few."""


@contextmanager
def writing(data_dir: Path, wait: float = WAIT) -> Iterator[None]:
    """Hold the library for writing. Raises LibraryLockedError naming the holder when it stays taken.

    The operating system lets go of the lock when its holder dies, however it dies.
    """
    import filelock  # noqa: PLC0415 - only for writers

    holder = data_dir / "writer.json"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(data_dir / "writer.lock")
        lock.acquire(timeout=wait)
    except filelock.Timeout:
        raise LibraryLockedError(
            f"Another process is writing to {data_dir}{_named(holder)}.", "Try again when it has finished."
        ) from None
    except OSError as error:
        raise LibraryError(f"{data_dir} cannot be written: {error}.", "Change DATA_DIR or its permissions.") from None
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}), "utf-8")
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
        lock.acquire(timeout=WAIT)
    except filelock.Timeout:
        raise LibraryError(f"Another process is opening {data_dir}.", "Try again in a minute.") from None
    except OSError as error:
        raise LibraryError(f"{data_dir} cannot be written: {error}.", "Change DATA_DIR or its permissions.") from None
    try:
        yield
    finally:
        lock.release()


def _named(holder: Path) -> str:
    try:
        found = json.loads(holder.read_text("utf-8"))
        return f" (process {int(found['pid'])} since {str(found['since'])[:40]})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
