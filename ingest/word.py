"""The text and metadata of Word documents, by python-docx. Pure: bytes in, fields out."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.bylines import persons
from ingest.dates import dateline
from ingest.errors import SourceError
from ingest.tables import by_row
from ingest.titles import no_title

MEMBERS = 5_000
"""Files in the archive that a Word document is; a long one with many pictures has some hundreds."""

UNPACKED = 200_000_000
"""Bytes that these files may have together when they are unpacked."""

TAGS = 2_000_000
"""Elements of XML in all of them, counted with their ends. Measured: 160,000 in 300 pages with six runs a paragraph."""

DEPTH = 20
"""Tables in cells of tables, and boxes in boxes, that are read."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {_W + name for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr")} | {_FALLBACK}
_SIGNS = {_W + "tab": "\t", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_BOX = _W + "txbxContent"
_BLOCKS = (_W + "p", _W + "tbl")
_MADE = "2013-12-23T23:15:00"
"""When the template of python-docx was made, which is no day of any document."""


def read_docx(content: bytes, origin: str) -> dict[str, Any]:
    """Paragraphs, list items, table rows, boxes and notes of a Word document in order, and what it says of itself."""
    import docx  # noqa: PLC0415 - only for Word documents

    try:
        _check(content, origin)
        document = docx.Document(io.BytesIO(content))
        styles = _Styles(*_named_styles(document))
        lines = [*_lines(document.element.body, styles), *_notes(document, styles)]
        properties = document.core_properties
        created, title, author = properties.created, properties.title or "", properties.author or ""
        title = _titled(document.element.body, styles) or title
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        raise SourceError(
            f"{origin} is not a readable Word document.", "Save it again as .docx, or give its text."
        ) from error
    text = "\n".join(lines)
    made = created.isoformat() if created else ""
    return {
        "text": text,
        "title": "" if no_title(title) else title,
        "published_at": dateline(clean_lines(text)) or ("" if made.startswith(_MADE) else made),
        "authors": persons(author),
    }


def clean_lines(text: str) -> str:
    """The lines of a text that are not empty."""
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


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


@dataclass(frozen=True)
class _Styles:
    """The ids of the styles that make a paragraph an item of a list, a heading, or the title of the document."""

    listed: set[str]
    heading: set[str]
    title: set[str]


def _named_styles(document: Any) -> tuple[set[str], set[str], set[str]]:
    styles = [(str(style.styleId), style.name_val or "") for style in document.styles.element.style_lst]
    listed = {name for name, heading in styles if heading.startswith("List")}
    heading = {name for name, said in styles if said.lower().startswith(("heading", "title", "überschrift", "titre"))}
    return listed, heading, {name for name, said in styles if said.lower() in {"title", "titel", "titre", "título"}}


def _titled(body: Any, styles: _Styles) -> str:
    """The only paragraph that has the style of a title."""
    found = [
        " ".join("".join(_words(one)).split())
        for one in _blocks(body)
        if one.tag == _W + "p" and one.style in styles.title
    ]
    return found[0] if len(found) == 1 else ""


def _lines(parent: Any, styles: _Styles, depth: int = 0) -> Iterator[str]:
    """The lines of all paragraphs and tables in an element, and after each paragraph those of its boxes."""
    for block in _blocks(parent):
        if block.tag == _W + "tbl":
            yield from _table(block, styles, depth)
            continue
        text = "".join(_words(block))
        listed = block.style in styles.listed or block.find(f"{_W}pPr/{_W}numPr") is not None
        heading = block.style in styles.heading
        yield from ["", text] if heading else [f"- {text}" if listed and text.strip() else text]
        for box in _boxes(block):
            yield from _lines(box, styles, depth + 1) if depth < DEPTH else ()


def _blocks(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables in an element in order, whatever else they are in, but for those in each other."""
    waiting = list(reversed(list(parent.iterchildren())))
    while waiting:
        child = waiting.pop()
        if child.tag in _BLOCKS:
            yield child
        elif child.tag not in _GONE and isinstance(child.tag, str):
            waiting += reversed(list(child.iterchildren()))


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes that are anchored in a paragraph, each once."""
    for box in paragraph.iter(_BOX):
        around = list(box.iterancestors(_BOX, _FALLBACK))
        if not around or around[0] in paragraph.iterancestors():
            yield box


def _table(table: Any, styles: _Styles, depth: int) -> Iterator[str]:
    """A table row by row; a cell that is merged over rows is in each of them, an inner table after its row."""
    rows: list[list[str]] = []
    inner: list[str] = []
    above: dict[int, str] = {}
    for row in table.iterchildren(_W + "tr"):
        cells: list[str] = []
        for cell in row.iter(_W + "tc"):
            if next(cell.iterancestors(_W + "tbl")) is not table:
                continue
            parts = [part for part in _blocks(cell) if part.tag == _W + "p"]
            text = " ".join(" ".join("".join(_words(part)).split()) for part in parts).strip()
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            text = above.get(len(cells), "") if merged is not None and merged.get(_W + "val") != "restart" else text
            above[len(cells)] = text
            cells.append(text)
            for part in _blocks(cell):
                if part.tag == _W + "tbl" and depth < DEPTH:
                    inner += _table(part, styles, depth + 1)
        rows.append(cells)
    yield from by_row(rows)
    yield from inner


def _notes(document: Any, styles: _Styles) -> Iterator[str]:
    """The words of footnotes and endnotes."""
    from docx.oxml import parse_xml  # noqa: PLC0415 - only for Word documents

    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        for note in parse_xml(relation.target_part.blob).iterchildren():
            if note.get(_W + "type") is None:
                yield from (line for line in _lines(note, styles) if line.strip())


def _words(element: Any) -> Iterator[str]:
    """The words of a paragraph in order, also of links, controls and accepted changes, but not of boxes."""
    waiting = list(reversed(list(element.iterchildren())))
    while waiting:
        part = waiting.pop()
        if part.tag == _W + "t":
            yield part.text or ""
        elif part.tag == _W + "br" and part.get(_W + "type", "textWrapping") == "textWrapping":
            yield "\n"
        elif part.tag in _SIGNS:
            yield _SIGNS[part.tag]
        elif part.tag not in _GONE and part.tag != _BOX and isinstance(part.tag, str):
            waiting += reversed(list(part.iterchildren()))
