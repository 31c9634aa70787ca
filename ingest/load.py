"""A path, a URL or standard input becomes raw documents. All reading of the outside world happens here."""

import io
import json
import logging
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import SourceError
from ingest.fetch import fetch
from ingest.formats import read_docx, read_html, read_markdown, read_pdf
from ingest.schema import RawDocument, Skipped, Upload

TEXT, MARKDOWN, HTML, PDF, DOCX, LINES, JSON = "text", "markdown", "html", "pdf", "docx", "lines", "json"
_SUFFIXES = {
    ".txt": TEXT,
    ".text": TEXT,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".pdf": PDF,
    ".docx": DOCX,
    ".jsonl": LINES,
    ".ndjson": LINES,
    ".json": JSON,
}
_TYPES = {
    "text/html": HTML,
    "application/xhtml+xml": HTML,
    "text/markdown": MARKDOWN,
    "application/pdf": PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": DOCX,
    "application/x-ndjson": LINES,
    "application/jsonl": LINES,
    "application/json": JSON,
    "text/plain": TEXT,
}
_KINDS = "Use a .txt, .md, .html, .pdf, .docx or .jsonl file, a folder, or a URL."


def expand(source: str | Path) -> list[str]:
    """The readable files of a folder and its folders, sorted, hidden ones left out; anything else as it is."""
    path = Path(source)
    if is_url(str(source)) or str(source) == "-" or not path.is_dir():
        return [str(source)]
    found = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [str(Path(folder) / name) for name in sorted(files) if _SUFFIXES.get(Path(name).suffix.lower())]
    if not found:
        raise SourceError(f"The folder {source} holds no article.", _KINDS)
    return [name for name in found if not Path(name).name.startswith(".")]


def is_url(source: str) -> bool:
    """Whether the source is meant as a URL: `"https://a.example"` → True, `"notes.txt"` → False."""
    return "://" in source[:20]


def load(
    source: str | Upload, *, max_bytes: int, timeout: float, public_only: bool = False
) -> Iterator[RawDocument | Skipped]:
    """The documents of a path, an http(s) URL, `-` for standard input, or an uploaded file.

    Raises SourceError when the whole source cannot be read; a bad record of a JSON Lines file is yielded as Skipped.
    `public_only` refuses URLs of this machine and its private network.
    """
    origin = Path(source.name).name if isinstance(source, Upload) else source
    if isinstance(source, Upload):
        content = _read_file(Path(source.path), max_bytes, origin)
        yield from _read(content, _SUFFIXES.get(Path(origin).suffix.lower()) or _guess(content), origin, "")
    elif is_url(origin):
        page = fetch(origin, max_bytes=max_bytes, timeout=timeout, public_only=public_only)
        kind = _TYPES.get(page.content_type) or _SUFFIXES.get(Path(page.path).suffix.lower()) or _guess(page.content)
        yield from _read(page.content, kind, origin, page.url)
    elif origin == "-":
        content = sys.stdin.buffer.read(max_bytes + 1)
        _check_bytes(len(content), max_bytes, "Standard input")
        yield from _read(content, _guess(content), "-", "")
    else:
        path = Path(origin).expanduser()
        content = _read_file(path, max_bytes, str(path))
        yield from _read(content, _SUFFIXES.get(path.suffix.lower()) or _guess(content), str(path.resolve()), "")


def _read_file(path: Path, max_bytes: int, name: str) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(f"{name} is not a file.", _KINDS)
        _check_bytes(status.st_size, max_bytes, name)
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError(
            f"There is no file {name}.", "Check the path; a URL begins with http:// or https://."
        ) from None
    except PermissionError:
        raise SourceError(f"{name} may not be read.", "Change its permissions.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SourceError(f"{name[:200]} cannot be read: {reason}.", "Check the path and the disk.") from None


def check_size(text: str, max_bytes: int, name: str) -> None:
    """Raise SourceError when the text takes more bytes in UTF-8: what a person pastes is bounded as a file is."""
    if len(text) > max_bytes or len(text.encode("utf-8", "replace")) > max_bytes:
        _check_bytes(max_bytes + 1, max_bytes, name)


def _check_bytes(size: int, max_bytes: int, name: str) -> None:
    if size > max_bytes:
        raise SourceError(
            f"{name} is larger than {max_bytes / 1e6:g} MB.", "Split it, or raise the limit with MAX_SIZE_MB."
        )


def _guess(content: bytes) -> str:
    """The kind of content without a telling name, from its first bytes."""
    start = content[:1000].lstrip().lower()
    if start.startswith(b"%pdf-"):
        return PDF
    if start.startswith(b"pk\x03\x04") and b"word/" in content[:100_000]:
        return DOCX
    return HTML if start.startswith((b"<!doctype html", b"<html")) else TEXT


def _read(content: bytes, kind: str, origin: str, url: str) -> Iterator[RawDocument | Skipped]:
    if not content.strip():
        raise SourceError(f"{origin} is empty.", "Give an article with words in it.")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    if kind in {PDF, DOCX}:
        fields = read_pdf(content, origin) if kind == PDF else read_docx(content, origin)
    elif kind in {LINES, JSON}:
        yield from _records(decode(content, origin), kind, origin)
        return
    elif kind == HTML:
        fields = read_html(decode(content, origin), origin, url)
    else:
        text = decode(content, origin)
        fields = read_markdown(text) if kind == MARKDOWN else {"text": text}
    yield RawDocument.model_validate({**fields, "origin": origin, "url": url})


def decode(content: bytes, origin: str) -> str:
    """The text of bytes in UTF-8 or whatever charset-normalizer finds. Raises SourceError when it is not text."""
    for mark, charset in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(charset, errors="replace")
    binary = SourceError(f"{origin} is binary, not text.", _KINDS)
    if b"\x00" in content[:100_000]:
        raise binary
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # noqa: PLC0415 - rarely needed

        best = from_bytes(content[:1_000_000]).best()
        if best is None:
            raise binary from None
        return content.decode(best.encoding, errors="replace")


def _records(text: str, kind: str, origin: str) -> Iterator[RawDocument | Skipped]:
    """One document or Skipped for every record of JSON Lines, or of one JSON value."""
    if kind == JSON:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{origin} is not valid JSON: {error}.", "Mend it, or give plain text.") from None
        lines = [json.dumps(record) for record in (value if isinstance(value, list) else [value])]
    else:
        lines = io.StringIO(text).readlines()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _record(line, f"{origin}#{number}")


def _record(line: str, origin: str) -> RawDocument | Skipped:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Skipped(origin=origin, reason=f"The record is not valid JSON: {error}.", hint="Mend this line.")
    if not isinstance(value, dict) or not isinstance(value.get("text", value.get("body")), str):
        return Skipped(origin=origin, reason='The record has no "text".', hint='Each line is {"title": …, "text": …}.')

    def line_of(name: str) -> str:
        return value[name] if isinstance(value.get(name), str) else ""

    authors: Any = value.get("authors", value.get("author")) or []
    return RawDocument(
        origin=origin,
        text=value.get("text", value.get("body")),
        url=line_of("url"),
        title=line_of("title"),
        source=line_of("source"),
        published_at=line_of("published_at"),
        authors=tuple(str(author) for author in (authors if isinstance(authors, list) else [authors])),
    )
