"""Articles as one file that can be kept elsewhere and read back: JSON Lines with a checksum at the end.

The first line names the format, each further one holds an article and the origins that find it, and the last one the
number of articles and the SHA-256 of everything before it, so that a file that was cut short is noticed.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from ingest.errors import SourceError
from ingest.schema import Article, Value

FORMAT = 1
_HEADER = "article-qa backup"


class Kept(Value):
    """An article with the paths and URLs that it came from."""

    article: Article
    origins: tuple[str, ...] = ()


def write_backup(file: Path, articles: Iterable[Kept]) -> int:
    """Write the articles to the file, whole or not at all; their number. Raises SourceError when it cannot be written.

    A file that is there already is not overwritten.
    """
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        if file.exists():
            raise SourceError(f"{file} is there already.", "Give another name, or move it away.")
        with part.open("xb") as out:
            count = _write(out, articles)
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
    except OSError as error:
        raise SourceError(f"{file} cannot be written: {error.strerror}.", "Give another path.") from None
    finally:
        part.unlink(missing_ok=True)
    return count


def _write(out: BinaryIO, articles: Iterable[Kept]) -> int:
    digest, count = hashlib.sha256(), 0

    def put(record: dict[str, Any]) -> None:
        line = (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        digest.update(line)
        out.write(line)

    put({_HEADER: FORMAT})
    for kept in articles:
        put(kept.model_dump())
        count += 1
    out.write((json.dumps({"articles": count, "sha256": digest.hexdigest()}) + "\n").encode())
    return count


@contextmanager
def open_backup(file: Path) -> Iterator[Iterator[Kept]]:
    """The articles of a backup, one after another, once the whole file has been found sound.

    Raises SourceError for a file that is missing, of another kind, or damaged.
    """
    try:
        with file.open("rb") as opened:
            _verify(opened, file)
            opened.seek(0)
            yield (_kept(line, file) for line in _records(opened))
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}.", "Check the path.") from None


def _records(opened: BinaryIO) -> Iterator[bytes]:
    """The lines between the first and the last."""
    opened.readline()
    line = opened.readline()
    while following := opened.readline():
        yield line
        line = following


def _verify(opened: BinaryIO, file: Path) -> None:
    try:
        header = json.loads(opened.readline(1_000))
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get(_HEADER) != FORMAT:
        raise SourceError(f"{file} is no backup of this program.", "Give a file that --backup has written.")
    opened.seek(0)
    digest, count, line = hashlib.sha256(), -1, b""
    for following in opened:
        if line:
            digest.update(line)
            count += 1
        line = following
    if line != (json.dumps({"articles": count, "sha256": digest.hexdigest()}) + "\n").encode():
        raise SourceError(f"{file} is damaged or was cut short.", "Give another backup.")


def _kept(line: bytes, file: Path) -> Kept:
    try:
        return Kept.model_validate_json(line)
    except ValidationError:
        raise SourceError(f"{file} holds a record that is no article.", "Give another backup.") from None
