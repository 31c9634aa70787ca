"""The text and metadata of HTML, Markdown, PDF and Word documents, by libraries. Pure: bytes or text in, fields out."""

import io
import re
import zipfile
from typing import Any

from ingest.errors import SourceError

PAGES = 2_000
"""Pages of a PDF that are read."""

_UNZIPPED = 200_000_000
_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)


def read_html(text: str, origin: str, url: str = "") -> dict[str, Any]:
    """The article of a page, without its menus, comments and advertisements, by trafilatura."""
    import trafilatura  # noqa: PLC0415 - only for pages

    try:
        found = trafilatura.bare_extraction(
            text, url=url or None, include_comments=False, include_tables=True, with_metadata=True
        )
    except Exception:  # noqa: BLE001 - whatever a parser throws at a hostile page, it is a page without an article
        found = None
    fields = found if isinstance(found, dict) else found.as_dict() if found is not None else {}
    if not (fields.get("text") or "").strip():
        raise SourceError(f"No article was found in the page {origin}.", "Paste or save its text instead.")
    return {
        "text": fields["text"],
        "title": fields.get("title") or "",
        "source": fields.get("sitename") or "",
        "published_at": fields.get("date") or "",
        "authors": tuple(name.strip() for name in (fields.get("author") or "").split(";") if name.strip()),
    }


def read_markdown(text: str) -> dict[str, Any]:
    """The words of a Markdown text without its marks; title, date, author and source from its front matter."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for Markdown

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
        "authors": tuple(name for name in [meta.get("author", "")] if name),
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
    except Exception as error:
        raise SourceError(f"{origin} is not a readable PDF.", "Save it again, or give its text.") from error
    if locked:
        raise SourceError(f"{origin} is locked with a password.", "Save it without the password.")
    text = "\n\n".join(_joined(page) for page in pages)
    if not text.strip():
        raise SourceError(f"{origin} has no text, only pictures of pages.", "Run text recognition on it first.")
    return {
        "text": text,
        "title": str(meta.get("/Title") or ""),
        "published_at": str(meta.get("/CreationDate") or ""),
        "authors": tuple(name for name in [str(meta.get("/Author") or "")] if name),
    }


def _joined(page: str) -> str:
    r"""The page with hyphenated and wrapped lines joined: `"a cease-\nfire"` → `"a ceasefire"`."""
    page = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", page)
    width = max((len(line) for line in page.split("\n")), default=0)
    joined = ""
    for line in page.split("\n"):
        wrapped = joined and not joined.endswith("\n") and len(joined.rsplit("\n", 1)[-1]) >= 0.75 * width
        joined += (" " if wrapped and line.strip() else "\n" if joined else "") + line.strip()
    return joined


def read_docx(content: bytes, origin: str) -> dict[str, Any]:
    """The paragraphs, list items and table rows of a Word document in order, and its metadata, by python-docx."""
    import docx  # noqa: PLC0415 - only for Word documents

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _UNZIPPED:
                raise SourceError(f"{origin} unpacks to more than 200 MB.", "Give its text instead.")  # noqa: TRY301 - said as is
        document = docx.Document(io.BytesIO(content))
        lines = [line for block in document.iter_inner_content() for line in _block(block)]
        properties = document.core_properties
    except SourceError:
        raise
    except Exception as error:
        raise SourceError(
            f"{origin} is not a readable Word document.", "Save it again as .docx, or give its text."
        ) from error
    return {
        "text": "\n".join(lines),
        "title": properties.title or "",
        "published_at": properties.created.isoformat() if properties.created else "",
        "authors": tuple(name for name in [properties.author or ""] if name and name != "python-docx"),
    }


def _block(block: Any) -> list[str]:
    if hasattr(block, "rows"):
        return [" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows]
    listed = (block.style.name if block.style else "").startswith("List")
    return [f"- {block.text}" if listed and block.text.strip() else block.text]
