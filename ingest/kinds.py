"""The kinds of documents that are read, and what they are told by: a file's name, a server's type, the first bytes."""

import re

from ingest.errors import SourceError

MARKDOWN, HTML, PDF, DOCX = "markdown", "html", "pdf", "docx"
TEXT, LINES, JSON = "text", "lines", "json"
EPUB, ODT, RTF, MAIL, ZIP, FEED = "epub", "odt", "rtf", "mail", "zip", "feed"
PARSED = {MARKDOWN, HTML, PDF, DOCX, EPUB, ODT, RTF, MAIL, ZIP, FEED}
"""What is taken apart in a process of its own."""

OFFERED = (".txt", ".md", ".html", ".mhtml", ".pdf", ".docx", ".odt", ".rtf", ".epub", ".eml", ".zip", ".jsonl")
KINDS = f"Use a {', '.join(OFFERED[:-1])} or {OFFERED[-1]} file, a folder, or a URL."

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
    ".epub": EPUB,
    ".odt": ODT,
    ".rtf": RTF,
    ".eml": MAIL,
    ".mhtml": MAIL,
    ".mht": MAIL,
    ".zip": ZIP,
    ".rss": FEED,
    ".atom": FEED,
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
    "application/epub+zip": EPUB,
    "application/vnd.oasis.opendocument.text": ODT,
    "application/rtf": RTF,
    "text/rtf": RTF,
    "message/rfc822": MAIL,
    "multipart/related": MAIL,
    "application/zip": ZIP,
    "application/rss+xml": FEED,
    "application/atom+xml": FEED,
    "application/rdf+xml": FEED,
}


def guess(content: bytes) -> str:
    """The kind of content without a telling name, from its first bytes. Raises SourceError for an old Word document."""
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError("A .doc file of old versions of Word cannot be read.", "Save it as .docx.")
    if start.startswith(b"%pdf-"):
        return PDF
    if start.startswith(b"{\\rtf"):
        return RTF
    if start.startswith(b"pk\x03\x04"):
        return _packed(content[:100_000] + content[-200_000:])
    if re.match(
        r"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|rdf:rdf)[\s>]", start.decode("latin-1")
    ):
        return FEED
    if start.startswith(b"from: <saved by") or (start.startswith(b"mime-version:") and b"multipart/related" in start):
        return MAIL
    return HTML if start.startswith((b"<!doctype html", b"<html")) else TEXT


def _packed(ends: bytes) -> str:
    """The kind of an archive, by the names of the files in it, which stand at its ends."""
    if b"META-INF/container.xml" in ends:
        return EPUB
    if b"word/" in ends:
        return DOCX
    return ODT if b"content.xml" in ends and b"mimetype" in ends else ZIP
