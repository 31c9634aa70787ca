"""The kinds of documents that are read, and what they are told by: a file's name, a server's type, the first bytes."""

MARKDOWN, HTML, PDF, DOCX = "markdown", "html", "pdf", "docx"
TEXT, LINES, JSON = "text", "lines", "json"

KINDS = "Use a .txt, .md, .html, .pdf, .docx or .jsonl file, a folder, or a URL."

SUFFIXES = {
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
TYPES = {
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


def guess(content: bytes) -> str:
    """The kind of content without a telling name, from its first bytes."""
    start = content[:1000].lstrip().lower()
    if start.startswith(b"%pdf-"):
        return PDF
    if start.startswith(b"pk\x03\x04") and b"word/" in content[:100_000]:
        return DOCX
    return HTML if start.startswith((b"<!doctype html", b"<html")) else TEXT
