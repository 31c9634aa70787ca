"""The text and metadata of Markdown and PDF documents, by libraries. Pure: bytes in, fields out."""

import io
import re
from typing import Any

from ingest.charsets import decode
from ingest.errors import SourceError
from ingest.kinds import KINDS

PAGES = 2_000
"""Pages of a PDF that are read."""

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)


def read_markdown(content: bytes, origin: str, charset: str = "") -> dict[str, Any]:
    """The words of a Markdown text without its marks; title, date, author and source from its front matter."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for Markdown

    text = decode(content, origin, KINDS, charset)
    front = _FRONT_MATTER.match(text)
    pairs = (line.split(":", 1) for line in (front[1].splitlines() if front else []) if ":" in line)
    meta = {name.strip().lower(): value.strip().strip("\"'") for name, value in pairs}
    lines: list[str] = []
    item = False
    for token in MarkdownIt("commonmark").enable("table").parse(text[front.end() :] if front else text):
        if token.type != "inline":
            item = token.type == "list_item_open" or (item and token.type == "paragraph_open")
        if token.type == "inline":
            words = "".join(_inline(child) for child in token.children or [])
            lines.append(f"- {words}" if item else words)
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content)
        elif token.type in {"heading_open", "paragraph_open", "bullet_list_open"} and token.level == 0:
            lines.append("")
    return {
        "text": "\n".join(lines),
        "title": meta.get("title", ""),
        "source": meta.get("source", ""),
        "published_at": meta.get("date", ""),
        "authors": [name for name in [meta.get("author", "")] if name],
    }


def _inline(token: Any) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return str(token.content) if token.type in {"text", "code_inline"} else ""


def read_pdf(content: bytes, origin: str) -> dict[str, Any]:
    """The text of a PDF's pages, with wrapped lines joined to paragraphs, and its metadata, by pypdf."""
    from pypdf import PdfReader  # noqa: PLC0415 - only for PDFs

    try:
        reader = PdfReader(io.BytesIO(content))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = [] if locked else [page.extract_text() for page in reader.pages[:PAGES]]
        meta = {} if locked else dict(reader.metadata or {})
        title, created, author = (str(meta.get(name) or "") for name in ("/Title", "/CreationDate", "/Author"))
    except MemoryError:
        raise
    except Exception as error:
        raise SourceError(f"{origin} is not a readable PDF.", "Save it again, or give its text.") from error
    if locked:
        raise SourceError(f"{origin} is locked with a password.", "Save it without the password.")
    text = "\n\n".join(_unwrapped(page) for page in pages)
    if not text.strip():
        raise SourceError(f"{origin} has no text, only pictures of pages.", "Run text recognition on it first.")
    return {"text": text, "title": title, "published_at": created, "authors": [author] if author else []}


def _unwrapped(page: str) -> str:
    r"""The page with hyphenated and wrapped lines joined: `"a cease-\nfire"` → `"a ceasefire"`."""
    lines = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", page).split("\n")
    width = max(map(len, lines))
    parts: list[str] = []
    length = 0
    for line in map(str.strip, lines):
        wrapped = length > 0 and length >= 0.75 * width
        parts += [" " if wrapped and line else "\n" if parts else "", line]
        length = length + 1 + len(line) if wrapped and line else len(line)
    return "".join(parts)
