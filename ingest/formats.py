"""The text and metadata of Markdown documents, by markdown-it. Pure: bytes in, fields out."""

from typing import Any

from ingest.charsets import decode
from ingest.frontmatter import front_matter
from ingest.kinds import KINDS
from ingest.tables import by_row


def read_markdown(content: bytes, origin: str, charset: str = "") -> dict[str, Any]:
    """The words of a Markdown text without its marks; title, date, author and source from its front matter."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for Markdown

    said, text = front_matter(decode(content, origin, KINDS, charset), origin)
    lines: list[str] = []
    item = False
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type != "inline":
            item = token.type == "list_item_open" or (item and token.type == "paragraph_open")
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            lines += ["", *by_row(rows, headed=True), ""]
            rows = []
        elif token.type == "inline" and rows:
            rows[-1].append("".join(_inline(child) for child in token.children or []))
        elif token.type == "inline":
            words = "".join(_inline(child) for child in token.children or [])
            lines.append(f"- {words}" if item else words)
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content)
        elif token.type in {"heading_open", "paragraph_open", "bullet_list_open"} and token.level == 0:
            lines.append("")
    return {**said, "text": "\n".join(lines)}


def _inline(token: Any) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return str(token.content) if token.type in {"text", "code_inline"} else ""
