"""The text and metadata of Word documents, by python-docx. Pure: bytes in, fields out."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from ingest.errors import SourceError

MEMBERS = 5_000
"""Files in the archive that a Word document is; a long one with many pictures has some hundreds."""

UNPACKED = 200_000_000
"""Bytes that these files may have together when they are unpacked."""

TAGS = 2_000_000
"""Elements of XML in all of them, counted with their ends. Measured: 160,000 in 300 pages with six runs a paragraph."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_AROUND = {_W + name for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple")}
_SIGNS = {_W + "tab": "\t", _W + "cr": "\n", _W + "noBreakHyphen": "-"}


def read_docx(content: bytes, origin: str) -> dict[str, Any]:
    """The paragraphs, list items and table rows of a Word document in order, and its metadata."""
    import docx  # noqa: PLC0415 - only for Word documents

    try:
        _check(content, origin)
        document = docx.Document(io.BytesIO(content))
        listed = _list_styles(document)
        lines = [line for block in document.element.body.iterchildren() for line in _block(block, listed)]
        properties = document.core_properties
        created, title, author = properties.created, properties.title, properties.author
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        raise SourceError(
            f"{origin} is not a readable Word document.", "Save it again as .docx, or give its text."
        ) from error
    return {
        "text": "\n".join(lines),
        "title": title if title != "Word Document" else "",  # what python-docx says where there is none
        "published_at": created.isoformat() if created else "",
        "authors": [name for name in [author or ""] if name and name != "python-docx"],
    }


def _check(content: bytes, origin: str) -> None:
    """Raise SourceError unless the archive is of a sane size, as unpacked and not as it says, and of plain XML."""
    unpacked = tags = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MEMBERS:
            raise SourceError(f"{origin} is made of more than {MEMBERS:,} files.", "Give its text instead.")
        for member in members:
            if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise SourceError(f"{origin} is packed in a way that Word does not.", "Save it again as .docx.")
            with archive.open(member) as file:
                part = file.read(UNPACKED + 1 - unpacked)
            unpacked += len(part)
            if unpacked > UNPACKED:
                raise SourceError(f"{origin} unpacks to more than {UNPACKED / 1e6:g} MB.", "Give its text instead.")
            if not member.filename.lower().endswith((".xml", ".rels")):
                continue
            tags += part.count(b"<")
            if tags > TAGS:
                raise SourceError(f"{origin} has more than {TAGS:,} elements.", "Split it, or give its text instead.")
            if b"<!DOCTYPE" in part.replace(b"\0", b""):  # also in UTF-16
                raise SourceError(f"{origin} declares entities, as no Word document does.", "Save it again as .docx.")


def _list_styles(document: Any) -> set[str]:
    """The ids of the styles that make a paragraph an item of a list."""
    styles = document.styles.element.style_lst
    return {str(style.styleId) for style in styles if (style.name_val or "").startswith("List")}


def _block(block: Any, listed: set[str]) -> list[str]:
    """The lines of a paragraph or of a table, a line for each of its rows."""
    if block.tag == _W + "tbl":
        return [
            " | ".join(_cell(cell) for cell in row.iterchildren(_W + "tc")) for row in block.iterchildren(_W + "tr")
        ]
    if block.tag != _W + "p":
        return []
    text = "".join(_words(block))
    return [f"- {text}" if block.style in listed and text.strip() else text]


def _cell(cell: Any) -> str:
    return "\n".join("".join(_words(paragraph)) for paragraph in cell.iterchildren(_W + "p")).strip()


def _words(element: Any) -> Iterator[str]:
    """The words of a paragraph in order, those of links and of accepted changes among them."""
    for child in element.iterchildren():
        if child.tag == _W + "r":
            for part in child.iterchildren():
                if part.tag == _W + "t":
                    yield part.text or ""
                elif part.tag == _W + "br" and part.get(_W + "type", "textWrapping") == "textWrapping":
                    yield "\n"
                else:
                    yield _SIGNS.get(part.tag, "")
        elif child.tag in _AROUND:
            yield from _words(child)
