"""The text and metadata of PDF documents, by PDFium: columns in reading order, without what runs along every page.

Compared on files of our own: pypdf mixes columns that are drawn row by row and joins compounds; pdfplumber needs four
more packages for what PDFium tells as well, where each character stands and where a line ends in a hyphen.
"""

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from ingest.bylines import persons
from ingest.dates import clean_date, dateline
from ingest.errors import SourceError
from ingest.tables import in_text
from ingest.titles import no_title

PAGES = 2_000
"""Pages of a PDF that are read."""

_CHARACTERS = 200_000
"""Characters of a page that are read; a printed one has some thousands."""

_EDGE = 3
"""Lines at the top and at the bottom of a page among which running heads are looked for."""

_COLUMN = 3
"""Lines beside each other that make columns."""

_PROSE = 15
"""Characters of a line of a column that is read by itself; shorter ones are cells of a table."""

_HYPHEN = "\x02"
_NUMBER = re.compile(
    r"(?i)[\W_]*(?:(?:page|seite|página|pagina|side|strona|str\.?|стр\.?|p\.|s\.)\s*)?\d{1,4}"
    r"(?:\s*(?:of|/|von|de|di|z|из|sur|av)\s*\d{1,4})?[\W_]*|第?\d{1,4}页?"
)


@dataclass(frozen=True)
class _Part:
    """A run of words on one line and the box that it fills, in points from the bottom left."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


_Line = list[_Part]


def read_pdf(content: bytes, origin: str) -> dict[str, Any]:
    """The text of a PDF's pages in paragraphs, and what it says of itself: its first heading, its dateline."""
    import pypdfium2  # noqa: PLC0415 - only for PDFs

    try:
        document = pypdfium2.PdfDocument(content)
        pages = [_page_lines(document[number]) for number in range(min(len(document), PAGES))]
        meta = document.get_metadata_dict()
    except MemoryError:
        raise
    except Exception as error:
        if "password" in str(error).lower():
            raise SourceError(f"{origin} is locked with a password.", "Save it without the password.") from None
        raise SourceError(f"{origin} is not a readable PDF.", "Save it again, or give its text.") from error
    shown = [[" ".join(part.text for part in line) for line in page] for page in pages]
    if not any(map(str.strip, (line for page in shown for line in page))):
        raise SourceError(f"{origin} has no text, only pictures of pages.", "Run text recognition on it first.")
    kept = _without_heads(pages)
    text = _joined([_unwrapped(page) for page in kept])
    head = _heading(kept[0] if kept else [])
    named = meta.get("Title", "")
    title = named if named and not no_title(named) and named.lower() in text[:3_000].lower() else head
    return {
        "text": text,
        "title": title or ("" if no_title(named) else named),
        "published_at": dateline("\n".join(shown[0])) or dateline(text) or clean_date(meta.get("CreationDate", "")),
        "authors": persons(meta.get("Author", "")),
    }


def _page_lines(page: Any) -> list[_Line]:
    """The lines of a page from top to bottom as PDFium finds them, columns one after the other."""
    textpage = page.get_textpage()
    try:
        count = min(textpage.count_chars(), _CHARACTERS)
        text = textpage.get_text_range(0, count).replace("\ufffe", _HYPHEN) if count else ""
        lines = [parts for start, end in _spans(text) if (parts := _parts(textpage.raw, text, start, end))]
    finally:
        textpage.close()
        page.close()
    return _in_order(lines)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in re.finditer(rf"[^\r\n{_HYPHEN}]+{_HYPHEN}?", text))


def _parts(raw: Any, text: str, start: int, end: int) -> _Line:
    """The runs of words of one line, parted where there is far more than a space between two words."""
    words = [(start + word.start(), start + word.end()) for word in re.finditer(r"\S+", text[start:end])]
    boxes = [(text[first:last], *_box(raw, first, last)) for first, last in words]
    parts: _Line = []
    for word, left, right, bottom, top in boxes:
        before = parts[-1] if parts else None
        wide = before is not None and left - before.right > 1.3 * max(top - bottom, before.top - before.bottom, 4)
        if before is None or wide:
            parts.append(_Part(word, left, right, bottom, top))
        else:
            low, high = min(bottom, before.bottom), max(top, before.top)
            parts[-1] = _Part(f"{before.text} {word}", before.left, max(right, before.right), low, high)
    return parts


def _box(raw: Any, first: int, last: int) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of the characters from first to before last."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - only for PDFs

    one, other = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(raw, first, ctypes.byref(one))
    pdfium.FPDFText_GetLooseCharBox(raw, last - 1, ctypes.byref(other))
    return one.left, max(one.left, other.right), min(one.bottom, other.bottom), max(one.top, other.top)


def _in_order(lines: Sequence[_Line]) -> list[_Line]:
    """The lines with columns that stand beside each other read one after the other; a table stays row by row."""
    ordered: list[_Line] = []
    index = 0
    while index < len(lines):
        run, gutter = _beside(lines, index)
        if not run:
            ordered.append(lines[index])
            index += 1
            continue
        block = lines[index : index + run]
        ordered += [[part for part in line if part.right <= gutter] for line in block]
        ordered += [[part for part in line if part.right > gutter] for line in block]
        index += run
    return [line for line in ordered if line]


def _beside(lines: Sequence[_Line], index: int) -> tuple[int, float]:
    """How many lines from here on are two columns of prose, and where the one ends; 0 for none."""
    low, high, end, both = 0.0, float("inf"), index, 0
    while end < len(lines):
        line = lines[end]
        gaps = [(a.right, b.left) for a, b in pairwise(line)]
        fitting = [(max(low, left), min(high, right)) for left, right in gaps if max(low, left) < min(high, right)]
        if len(line) == 2 and fitting:
            low, high = fitting[0]
            both += 1
        elif not (len(line) == 1 and both and (line[0].right <= low + 1 or line[0].left >= high - 1)):
            break
        end += 1
    block = [part for line in lines[index:end] for part in line]
    prose = block and median(len(part.text) for part in block) >= _PROSE
    return (end - index, (low + high) / 2) if both >= _COLUMN and prose else (0, 0.0)


def _without_heads(pages: Sequence[list[_Line]]) -> list[list[_Line]]:
    """The pages without the lines that run along them: those that stand on half of the pages, and page numbers."""
    edges = Counter(key for page in pages for key in {_key(line) for line in _edge(page)})
    often = {key for key, count in edges.items() if count > 1 and 2 * count >= len(pages)}
    kept = []
    for page in pages:
        gone = {id(line) for line in _edge(page) if _key(line) in often}
        gone |= {id(line) for line, beside in _ends(page) if _NUMBER.fullmatch(_words(line)) and _apart(line, beside)}
        kept.append([line for line in page if id(line) not in gone])
    return kept


def _ends(page: list[_Line]) -> list[tuple[_Line, _Line | None]]:
    """The first and the last line of a page, each with the one beside it."""
    return [(page[0], page[1]), (page[-1], page[-2])] if len(page) > 1 else [(line, None) for line in page]


def _apart(line: _Line, beside: _Line | None) -> bool:
    """Whether a line stands by itself, as a page number does and the last word of a paragraph does not."""
    if beside is None:
        return True
    high, low = (line, beside) if line[0].top > beside[0].top else (beside, line)
    return high[0].bottom - low[0].top > 0.8 * _height(line)


def _edge(page: list[_Line]) -> list[_Line]:
    return page[:_EDGE] + page[max(_EDGE, len(page) - _EDGE) :]


def _words(line: _Line) -> str:
    return " ".join(part.text for part in line)


def _key(line: _Line) -> str:
    return re.sub(r"\d+", "#", _words(line)).lower()


def _height(line: _Line) -> float:
    return max(part.top - part.bottom for part in line)


def _heading(page: list[_Line]) -> str:
    """The first lines of a page that are set larger than its text, as one, or nothing."""
    if len(page) < 2:
        return ""
    usual = median(_height(line) for line in page)
    found: list[_Line] = []
    for line in page[:12]:
        large = _height(line) >= 1.15 * usual and any(map(str.isalpha, _words(line)))
        if large and (not found or _height(line) >= 0.85 * _height(found[-1])):
            found.append(line)
        elif found:
            break
    return _joined(["\n".join(map(_words, found[:4]))]).replace("\n", " ")


def _unwrapped(page: list[_Line]) -> str:
    """The lines of a page as paragraphs: a line goes on in the next when it is full, or ends in a hyphen."""
    if not page:
        return ""
    usual = median(_height(line) for line in page)
    edges = _edges(page)
    parts: list[str] = []
    for before, line in zip([None, *page], page, strict=False):
        text = "\t".join(part.text for part in line)
        if before is None:
            parts.append(text)
        elif len(line) == 1 and len(before) == 1 and _goes_on(before[0], line[0], edges, usual):
            parts.append(f" {text}")
        else:
            parts.append(f"\n{text}")
    return in_text("".join(parts))


def _edges(page: list[_Line]) -> dict[tuple[int, int], float]:
    """How far the lines reach to the right that begin at about the same place and are set alike."""
    rights: dict[tuple[int, int], list[float]] = {}
    for line in page:
        for part in line:
            rights.setdefault(_place(part), []).append(part.right)
    return {place: sorted(many)[-(-9 * (len(many) - 1) // 10)] for place, many in rights.items()}


def _place(part: _Part) -> tuple[int, int]:
    """About where a part begins, and how large it is set."""
    return round(part.left / 20), round(part.top - part.bottom)


def _goes_on(before: _Part, line: _Part, edges: dict[tuple[int, int], float], usual: float) -> bool:
    """Whether a line goes on in the next: both are set alike, close together, and the first one is full."""
    heights = before.top - before.bottom, line.top - line.bottom
    alike = max(heights) <= 1.25 * min(heights) + 1
    if before.text.endswith((_HYPHEN, "-")):
        return alike
    full = before.right >= before.left + 0.8 * (edges[_place(before)] - before.left)
    return alike and full and -2 * usual < before.bottom - line.top < 0.8 * usual


def _joined(pages: Sequence[str]) -> str:
    """The pages as one text, a sentence that goes on over the page in one paragraph, hyphens at line ends undone."""
    text = ""
    for page in pages:
        on = text and text.rstrip()[-1:].isalnum() and page[:1].islower()
        text += (" " if on or text.endswith((_HYPHEN, "-")) else "\n\n" if text else "") + page
    words = set(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.lower()))
    return re.sub(
        rf"([\w.,-]{{0,60}})(?:{_HYPHEN}|(?<=[\w])- ) ?(\w{{0,60}})", lambda cut: _whole(cut[1], cut[2], words), text
    ).replace(_HYPHEN, "-")


def _whole(left: str, right: str, words: set[str]) -> str:
    """A word that was cut at the end of a line: in one, or with the hyphen that it has.

    `("coun", "cil")` → `"council"`, `("state", "owned")` → `"state-owned"`
    """
    first = re.split(r"[^\w]", left)[-1].lower()
    one, two = f"{first}{right.lower()}", f"{first}-{right.lower()}"
    if not first.isalpha() or not right[:1].islower() or not right.isalpha():
        return f"{left}-{right}"
    if one in words or two in words:
        return f"{left}{'' if one in words else '-'}{right}"
    known = _vocabulary()
    compound = len(first) > 3 and len(right) > 3 and first in known and right.lower() in known
    return f"{left}{'-' if compound or '-' in left else ''}{right}"


@cache
def _vocabulary() -> frozenset[str]:
    """The whole words that the encoder knows: the 30,000 most common ones of English."""
    import json  # noqa: PLC0415 - rarely needed

    file = Path(__file__).with_name("weights") / "tokenizer.json"
    known = json.loads(file.read_text("utf-8"))["model"]["vocab"]
    return frozenset(word for word in known if word.isalpha() and unicodedata.normalize("NFC", word) == word)
