"""A path, a URL or standard input becomes raw documents. All reading of the outside world happens here."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.charsets import decode
from ingest.errors import SourceError
from ingest.fetch import fetch
from ingest.kinds import KINDS, LINES, PARSED, SUFFIXES, TEXT, TYPES, guess
from ingest.parsing import parse
from ingest.records import read_json, read_lines
from ingest.saved import is_beside, pages_of
from ingest.schema import RawDocument, Skipped, Upload

_READING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def expand(source: str | Path) -> list[str]:
    """The readable files of a folder and its folders, sorted, hidden ones left out; anything else as it is.

    A folder inside that may not be read is among them, so that it is told of.
    """
    name = str(source)
    if not name.strip():
        raise SourceError("An empty name is no source.", "Give a file, a folder or a URL; `.` is this folder.")
    if is_url(name) or name == "-" or not _is_folder(_path(name)):
        return [name]
    found = list(_files(str(_path(name))))
    if not found:
        raise SourceError(f"The folder {_told(name)} holds no article.", KINDS)
    return found


def _files(top: str) -> Iterator[str]:
    """The readable files in a folder, then those in its folders.

    Links to folders are not followed, so none loops, nor are links to files that lie outside of it: who unpacks a
    stranger's folder does not mean to read a file of their own.
    """
    waiting, inside = [top], os.path.realpath(top)
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                shown = [
                    (one.name, one.is_dir(follow_symlinks=False), one.path) for one in entries if one.name[0] != "."
                ]
        except OSError:
            yield folder
            continue
        shown.sort()
        pages = pages_of(name for name, inner, _ in shown if not inner)
        shown = [one for one in shown if not (one[1] and is_beside(one[0], pages))]
        yield from (
            path
            for name, inner, path in shown
            if not inner and _belongs(path, inside) and Path(name).suffix.lower() in SUFFIXES
        )
        waiting += [path for _, inner, path in reversed(shown) if inner]


def _belongs(path: str, folder: str) -> bool:
    """Whether a file is no link, or one to something in the folder."""
    return not Path(path).is_symlink() or os.path.realpath(path).startswith(folder.rstrip(os.sep) + os.sep)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def is_url(source: str) -> bool:
    """Whether the source is meant as a URL: `"https://a.example"` → True, `"notes.txt"` → False."""
    return "://" in source[:20]


def exists(name: str) -> bool:
    """Whether there is a file or folder of this name; a name that none can have is not there."""
    try:
        _path(name).stat()
    except (SourceError, OSError, ValueError):
        return False
    return True


def resolved(name: str) -> str:
    r"""The whole path of a file as the library remembers it, its links followed: `"~/a.txt"` → `"/home/ada/a.txt"`.

    Bytes that are no UTF-8 are written out, as `\xff`. Raises SourceError for a name that no file can have.
    """
    try:
        return os.fsencode(_path(name).resolve()).decode("utf-8", errors="backslashreplace")
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
        raise SourceError(f"{_told(name)} cannot be a file: its name leads nowhere.", "Check the path.") from None


def _path(name: str) -> Path:
    """The path of a name, `~` and `~ada` being homes. Raises SourceError when nobody has that name."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise SourceError(f"{_told(name)} begins with the home of somebody unknown.", "Check the path.") from None


def _told(name: str) -> str:
    """A name as it is told of: on one line, cut, and without what no terminal or database takes."""
    return " ".join(name.encode("utf-8", errors="backslashreplace").decode("utf-8").split())[:200]


def load(
    source: str | Upload, *, max_bytes: int, timeout: float, read_timeout: float = 120.0, public_only: bool = False
) -> Iterator[RawDocument | Skipped]:
    """The documents of a path, an http(s) URL, `-` for standard input, or an uploaded file.

    A page may take `timeout` seconds to be fetched, a document `read_timeout` to be taken apart, and neither it nor its
    text may be larger than `max_bytes`. Raises SourceError when the whole source cannot be read; a bad record of a JSON
    Lines file is yielded as Skipped. `public_only` refuses URLs of this machine and its private network.
    """
    name = Path(source.name).name if isinstance(source, Upload) else source
    origin, url, suffix, kind, charset = _told(name), "", "", None, ""
    if isinstance(source, Upload):
        content, suffix = _read_file(Path(source.path), max_bytes, origin), Path(origin).suffix
    elif is_url(source):
        page = fetch(source, max_bytes=max_bytes, timeout=timeout, public_only=public_only)
        origin, content, url = source, page.content, page.url
        suffix, kind, charset = Path(page.path).suffix, TYPES.get(page.content_type), page.charset
    elif source == "-":
        content = _read_input(max_bytes)
    else:
        path = _path(source)
        content, suffix = _read_file(path, max_bytes, origin), path.suffix
        origin = resolved(source)
    if not content.strip():
        raise SourceError(f"{origin} is empty.", "Give an article with words in it.")
    kind = kind or SUFFIXES.get(suffix.lower()) or guess(content)
    if kind in PARSED:
        found = parse(kind, content, origin, url, charset, max_bytes=max_bytes, seconds=read_timeout)
        limits = {"max_bytes": max_bytes, "timeout": timeout, "read_timeout": read_timeout, "public_only": public_only}
        yield from _documents(found, origin, url, limits if is_url(source if isinstance(source, str) else "") else None)
    elif kind == TEXT:
        yield RawDocument(origin=origin, url=url, text=decode(content, origin, KINDS, charset))
    else:
        yield from (read_lines if kind == LINES else read_json)(decode(content, origin, KINDS, charset), origin)


def _documents(
    found: dict[str, Any], origin: str, url: str, limits: dict[str, Any] | None
) -> Iterator[RawDocument | Skipped]:
    """The one document that was found, or those of an archive or feed, and what of them could not be read.

    An item of a feed that leads to its article is fetched, within the limits; without limits it is what there is.
    """
    for part in found.get("documents", [found]):
        place = part.pop("url", "") or ("" if "documents" in found else url)
        whole, name = part.pop("whole", True), part.pop("part", "")
        if not whole and place and limits is not None and is_url(place):
            try:
                yield from load(place, **limits)
            except SourceError as error:
                yield Skipped(origin=place, reason=error.message, hint=error.hint)
            continue
        label = f"{origin}#{name}" if name else place if "documents" in found else origin
        yield RawDocument.model_validate({**part, "origin": label or origin, "url": place})
    for name, reason, hint in found.get("skipped", ()):
        yield Skipped(origin=f"{origin}#{_told(name)}", reason=reason, hint=hint)


def _read_file(path: Path, max_bytes: int, name: str) -> bytes:
    """What is in a file, at most one byte more than the limit however it grows. Nothing but a file is waited for."""
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise SourceError(f"{name} is not a file.", KINDS)
        with os.fdopen(os.open(path, os.O_RDONLY | _READING), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SourceError(f"{name} is not a file.", KINDS)
            content = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise SourceError(
            f"There is no file {name}.", "Check the path; a URL begins with http:// or https://."
        ) from None
    except PermissionError:
        raise SourceError(f"{name} may not be read.", "Change its permissions.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SourceError(f"{name} cannot be read: {reason}.", "Check the path and the disk.") from None
    _check_bytes(len(content), max_bytes, name)
    return content


def _read_input(max_bytes: int) -> bytes:
    try:
        content = sys.stdin.buffer.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise SourceError(f"Standard input cannot be read: {error}.", "Give a file, or pipe a text in.") from None
    _check_bytes(len(content), max_bytes, "Standard input")
    return content


def check_size(text: str, max_bytes: int, name: str) -> None:
    """Raise SourceError when the text takes more bytes in UTF-8: what a person pastes is bounded as a file is."""
    if len(text) > max_bytes or len(text.encode("utf-8", "replace")) > max_bytes:
        _check_bytes(max_bytes + 1, max_bytes, name)


def _check_bytes(size: int, max_bytes: int, name: str) -> None:
    if size > max_bytes:
        raise SourceError(
            f"{name} is larger than {max_bytes / 1e6:g} MB.", "Split it, or raise the limit with MAX_SIZE_MB."
        )
