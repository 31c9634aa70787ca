"""A document of any kind becomes fields: text, title, source, published_at, authors; an archive or feed has many."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from ingest.bylines import persons
from ingest.charsets import decode
from ingest.errors import SourceError
from ingest.feeds import read_feed
from ingest.formats import read_markdown
from ingest.kinds import (
    DOCX,
    EPUB,
    FEED,
    HTML,
    JSON,
    KINDS,
    LINES,
    MAIL,
    MARKDOWN,
    ODT,
    PDF,
    RTF,
    SUFFIXES,
    TEXT,
    ZIP,
    guess,
)
from ingest.packed import Archive, read_epub, read_mail, read_odt
from ingest.pages import read_html
from ingest.paper import read_pdf
from ingest.records import read_json, read_lines
from ingest.saved import is_beside, pages_of
from ingest.schema import Skipped
from ingest.word import read_docx

_READERS: dict[str, Callable[[bytes, str], dict[str, Any]]] = {
    PDF: read_pdf,
    DOCX: read_docx,
    EPUB: read_epub,
    ODT: read_odt,
    MAIL: read_mail,
    FEED: read_feed,
}


def read(kind: str, content: bytes, origin: str, url: str = "", charset: str = "") -> dict[str, Any]:
    """The fields of a document; those of an archive or a feed are `documents`, and `skipped` what could not be read.

    Raises SourceError with one sentence when there is nothing to read.
    """
    if kind == HTML:
        return read_html(content, origin, url, charset)
    if kind == MARKDOWN:
        return read_markdown(content, origin, charset)
    if kind == RTF:
        return read_rtf(content, origin)
    if kind == ZIP:
        return read_zip(content, origin)
    return _READERS[kind](content, origin)


def read_rtf(content: bytes, origin: str) -> dict[str, Any]:
    """The words of a Rich Text document, by striprtf, and what it says of itself."""
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - only for these

    source = content.decode("latin-1")

    def words_of(markup: str) -> str:
        return str(rtf_to_text(markup, errors="replace"))  # type: ignore[no-untyped-call]

    text = words_of(source)
    if not text.strip():
        raise SourceError(f"{origin} has no text to read.", "Save it again, or give its text.")
    fields = {key: words_of(f"{{\\rtf1 {words}}}").strip() for key, words in _RTF_SAID.findall(source[:20_000])}
    lines = (re.sub(r"\|$", "", line).replace("|", "\t") for line in text.split("\n"))
    return {"text": "\n".join(lines), "title": fields.get("title", ""), "authors": persons(fields.get("author", ""))}


_RTF_SAID = re.compile(r"\{\\(title|author) ([^{}]{1,500})\}")


def read_zip(content: bytes, origin: str) -> dict[str, Any]:
    """The documents of an archive, in the order of their names; archives in it are left packed."""
    archive = Archive(content, origin)
    documents: list[dict[str, Any]] = []
    skipped: list[list[str]] = []
    pages = pages_of(archive.names)
    for name in sorted(archive.names):
        kind = SUFFIXES.get(PurePosixPath(name).suffix.lower())
        if kind in {None, ZIP} or _hidden(name, pages):
            continue
        try:
            found = _member(str(kind), archive.read(name), name)
            documents += [{**one, "part": one.get("part") or name} for one in found]
        except SourceError as error:
            skipped.append([name, error.message, error.hint])
    if not documents:
        raise SourceError(*(skipped[0][1:] if skipped else (f"{origin} holds no article.", KINDS)))
    return {"documents": documents, "skipped": skipped, "text": ""}


def _hidden(name: str, pages: set[str]) -> bool:
    """Whether a file is hidden, a system's own, or of what a browser saved beside a page."""
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "__MACOSX")) for part in parts) or any(
        is_beside(part, pages) for part in parts[:-1]
    )


def _member(kind: str, content: bytes, name: str) -> list[dict[str, Any]]:
    """The documents in one file of an archive."""
    if kind == TEXT:
        kind = guess(content)
    if kind == TEXT:
        return [{"text": decode(content, name, KINDS)}]
    if kind in {LINES, JSON}:
        records = (read_lines if kind == LINES else read_json)(decode(content, name, KINDS), name)
        good = [one for one in records if not isinstance(one, Skipped)]
        return [{**one.model_dump(exclude={"origin"}), "part": one.origin} for one in good]
    found = read(kind, content, name)
    many: list[dict[str, Any]] = found.get("documents", [found])
    return many
