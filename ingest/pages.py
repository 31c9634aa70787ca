"""The article of an HTML page by trafilatura, with its lists and tables, and what the page says of it."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import Any

from ingest import jsonld
from ingest.appdata import article_in, data_of
from ingest.authors import beside
from ingest.boilerplate import clear, drop, is_offer, words_in
from ingest.cells import plain_tables
from ingest.charsets import decode
from ingest.errors import SourceError
from ingest.head import head_of, heading_of
from ingest.kinds import KINDS
from ingest.tables import by_row

TEASERS = 4
"""Linked headings that make a page an overview when it has no article of its own."""

LARGE = 3_000_000
"""Characters of a page beyond which its article is looked for once only."""

NOTICE = 600
"""Characters of a page that may be nothing but a notice."""

_NOTICE = re.compile(
    r"(?i)\b(?:(?:enable|turn on|activate) javascript"
    r"|javascript (?:is|must be|has to be) (?:disabled|required|enabled|off)"
    r"|verif(?:y|ying) (?:that )?you are (?:a )?human|checking your browser|enable cookies|are you a robot"
    r"|unusual traffic|access (?:to this page )?(?:has been |is )?denied|(?:page|error 404|404)[ :–-]{1,3}not found"
    r"|the page you (?:requested|are looking for))\b"
)
"""What a site says in place of an article: it needs a script, takes the visitor for a machine, has no such page."""

_PARTS = ("p", "li", "h1", "h2", "h3", "h4", "blockquote", "figcaption", "td")

_LONG = 350
"""Characters of a paragraph that no overview has."""

SENTENCE = 60
"""Characters of a line that is a sentence and no label."""

LEAD = 60
"""Elements after a heading among which the lead of its article stands."""

SHORT = 25
"""Characters of a line between two of an article that is a sentence or a heading of it and no label."""

_ENDS = re.compile(r"[.!?…。！？][\"”»’')\s]*$")
_CREDIT = re.compile(r"(?i)©|\b(?:foto|photo|bild|credits?|image)s?\s*[:/]")
_LEADS = frozenset("p div h2 h3 h4 strong span blockquote li".split())

_OWN = 200
"""Characters of paragraphs after a heading without a link that make an article."""


def read_html(content: bytes, origin: str, url: str = "", charset: str = "") -> dict[str, Any]:
    """The fields of the article in a page: text, title, source, published_at, authors.

    Raises SourceError for a page without an article and for one that leads to many.
    """
    return read_page(decode(content, origin, KINDS, charset), origin, url)


def read_page(text: str, origin: str, url: str = "") -> dict[str, Any]:
    """The same of a page that is decoded."""
    nothing = SourceError(f"No article was found in the page {origin}.", "Paste or save its text instead.")
    tree = _loaded(text)
    if tree is None:
        raise nothing
    scripts = [one.text or "" for one in tree.iter("script") if "ld+json" in one.get("type", "")]
    found = jsonld.objects(scripts)
    machine = jsonld.article_of(found)
    teasers, under = ([], set[str]()) if machine else _teasers(tree)
    data = data_of(tree)
    gone = clear(tree)
    head = head_of(tree, machine, found, url)
    lines = _second(text, _article(tree), gone)
    lines = [*_lead(tree, heading_of(tree, head["title"]), lines), *lines]
    body = jsonld.body_of(machine)
    if 2 * _size(lines) < len(body) or len(lines) < 3 <= body.count("\n"):
        lines = body.split("\n")
    elif _size(lines) < NOTICE and (drawn := article_in(data)) and 2 * _size(lines) < len(drawn["text"]):
        lines = drawn.pop("text").split("\n")
        head |= {name: value for name, value in drawn.items() if value}
    elif teasers and _is_overview(lines, under):
        raise SourceError(
            f"{origin} is an overview that leads to articles, not an article.",
            f"Give one of them, such as “{teasers[0][:80]}”, or paste its text.",
        )
    if not any(map(str.strip, lines)):
        raise nothing
    if _size(lines) < NOTICE and _NOTICE.search("\n".join(lines)):
        raise SourceError(
            f"The page {origin} shows a notice in place of its article.",
            "Open it in a browser and save or paste its text.",
        )
    own = [line for line in lines if not is_offer(line)]
    return {**head, "text": "\n".join(own if any(map(str.strip, own)) else lines)}


def _loaded(text: str) -> Any:
    """The tree of a page, each cell of its tables one; None for what is no page."""
    from trafilatura.utils import load_html  # noqa: PLC0415 - only for pages

    try:
        tree = load_html(text)
    except (ValueError, TypeError, LookupError, AssertionError):
        return None
    if tree is not None:
        plain_tables(tree)
    return tree


def _size(lines: list[str]) -> int:
    return sum(map(len, lines))


def _prose(lines: list[str]) -> int:
    """The characters of lines that are as long as a sentence."""
    return sum(len(line) for line in lines if len(line) >= SENTENCE)


def _second(text: str, lines: list[str], gone: list[Any]) -> list[str]:
    """The lines with those that are found in a page from which nothing was taken, but for what was taken.

    Where these are far more they take the place of the others; else what lies between two of the others is added.
    """
    if len(text) > LARGE:
        return lines
    taken = {_key(words_in(part)) for one in gone for part in (one, *one.iter(*_PARTS))}
    more = [line for line in _article(_loaded(text)) if not _key(line) or _key(line) not in taken]
    return more if _prose(more) > 1.2 * _prose(lines) else _merged(lines, more)


def _merged(lines: list[str], more: list[str]) -> list[str]:
    """The lines with those of `more` that stand between two of them."""
    places = {_key(line): number for number, line in enumerate(lines) if _key(line)}
    shared = [number for number, line in enumerate(more) if _key(line) in places and len(line) > 20]
    after: dict[int, list[str]] = {}
    place = -1
    for number, line in enumerate(more[: shared[-1]] if shared else ()):
        key = _key(line)
        if key in places:
            place = places[key] if len(line) > 20 else place
        elif key and number > shared[0] and len(line) >= SHORT and not _CREDIT.search(line):
            after.setdefault(place, []).append(line)
    return [new for number, line in enumerate(lines) for new in (line, *after.get(number, ()))]


def _lead(tree: Any, heading: Any, lines: list[str]) -> list[str]:
    """The paragraphs between the heading of a page and the first line of its article, which is found without them."""
    have = [_key(line) for line in lines if len(line) > 20]
    whole = "\n".join(have)
    found: list[str] = []
    elements = iter(tree.iter()) if heading is not None and have else iter(())
    if not any(one is heading for one in elements):
        return []
    for element in islice(elements, LEAD):
        if element.tag not in _LEADS or any(one is not element for one in element.iter(*_BLOCKS)):
            continue
        words = words_in(element)
        key = _key(words)
        if key in have[:3]:
            break
        if SENTENCE <= len(words) <= 800 and key not in whole and not _is_beside(element, words):
            found.append(words)
            whole += f"\n{key}"
    return found


def _is_beside(element: Any, words: str) -> bool:
    """Whether a paragraph is no sentence, links to something else, credits a picture, or stands beside an article."""
    credited = _CREDIT.search(words) or not _ENDS.search(words)
    return bool(credited) or any(True for _ in element.iter("a")) or beside(element)


def _teasers(tree: Any) -> tuple[list[str], set[str]]:
    """The headings of a page that lead elsewhere, when it has nothing but them, and the keys of what is under them.

    None for a page with an article of its own.
    """
    teasers: list[str] = []
    under: set[str] = set()
    own, runs = False, 0
    page = next((words_in(one) for one in tree.iter("title")), "")
    for element in tree.iter("h1", "h2", "h3", "h4", "p", "div", "span", "li"):
        if element.tag in {"div", "span", "li"}:
            if teasers and not own and not any(one is not element for one in element.iter(*_BLOCKS)):
                under.add(_key(words_in(element)))
            continue
        words = words_in(element)
        if element.tag == "p":
            runs += len(words) if own and not any(True for _ in element.iterancestors("a", "nav")) else 0
            if runs >= _OWN:
                return [], set()
            under |= set() if own else {_key(words)}
            continue
        leads = _leads_away(element) and not (len(words) > 8 and words in page)
        own, runs = not leads, 0
        if leads and 8 < len(words) <= _LONG:
            teasers.append(words)
            under.add(_key(words))
    return (teasers, under) if len(teasers) >= TEASERS else ([], set())


def _is_overview(lines: list[str], under: set[str]) -> bool:
    """Whether at most half of what was found in a page is its own, and not of what it leads to."""
    own = [line for line in lines if _key(line) not in under]
    return 2 * _size(own) <= _size(lines) and max(map(len, lines), default=0) < _LONG


def _leads_away(heading: Any) -> bool:
    """Whether most of a heading is a link to another page."""
    links = [*heading.iter("a"), *heading.iterancestors("a")]
    away = [one for one in links if one.get("href", "").strip()[:1] not in {"", "#"}]
    return any(2 * len(words_in(one)) >= len(words_in(heading)) for one in away)


def _article(tree: Any) -> list[str]:
    """The lines of the article in a page from which other things are taken out."""
    import trafilatura  # noqa: PLC0415 - only for pages

    try:
        found = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever a parser throws at a hostile page, it is a page without an article
        found = None
    body = getattr(found, "body", None)
    lines = list(_lines(body)) if body is not None else []
    return _filled(tree, _parted(tree, lines))


def _parted(tree: Any, lines: list[str]) -> list[str]:
    """The lines, or those of the page itself where trafilatura ran the paragraphs of a short article together."""
    for element in tree.iter("article", "main", "body"):
        paragraphs = sum(bool(words_in(one)) for one in element.iter("p"))
        if not lines or paragraphs < 2 * len(lines):
            return lines
        own = [line for line in _all(element) if line]
        if _size(own) <= 1.3 * _size(lines):
            return own
    return lines


def _lines(body: Any) -> Iterator[str]:
    """The lines of what trafilatura found: paragraphs, headings, items, rows."""
    for block in body.iterchildren():
        if block.tag == "table":
            yield from _rows(block, "row", "cell")
        elif block.tag == "list":
            yield from (f"- {words}" for item in block.iter("item") if (words := words_in(item)))
        elif block.tag == "head":
            yield from ("", words_in(block))
        elif block.tag in {"quote", "div"} and any(True for _ in block.iterchildren("p", "list", "table", "head")):
            yield from _lines(block)
        else:
            yield from _broken(block)


def _broken(block: Any) -> Iterator[str]:
    """The text of a block, a line for each that it breaks into."""
    for line_break in block.iter("lb"):
        line_break.tail = f"\n{line_break.tail or ''}"
    keeps = block.tag == "code"
    for line in "".join(block.itertext()).split("\n"):
        words = line.rstrip() if keeps else " ".join(line.split())
        if words:
            yield words


def _rows(table: Any, row: str, *cells: str) -> list[str]:
    """A table row by row; rows of inner tables are its own."""
    rows: list[list[str]] = []
    heads: list[list[bool]] = []
    for one in table.iter(row):
        parts = list(one.iterchildren(*cells))
        heads.append([part.get("role") == "head" or part.tag == "th" for part in parts])
        rows.append([words_in(part) for part in parts])
    headed = True if heads and heads[0] and all(heads[0]) else None
    if headed is None and len(heads) > 1 and all(len(line) == 2 and line[0] and not line[1] for line in heads):
        headed = False  # each row is headed by its first cell
    return by_row(rows, headed=headed)


def _filled(tree: Any, lines: list[str]) -> list[str]:
    """The lines with the lists and tables that stand among an article's paragraphs and were left out."""
    places = {line.lstrip("- "): number for number, line in enumerate(lines) if len(line) > 20}
    have = {_key(line) for line in lines}
    after: dict[int, list[str]] = {}
    for block in tree.iter("ul", "ol", "table", "dl"):
        before = next((one for one in block.itersiblings("p", "h2", "h3", "h4", "div", preceding=True)), None)
        place = places.get(words_in(before)) if before is not None and before.tag != "div" else None
        if place is None or not _is_content(block):
            continue
        rows = _rows(block, "tr", "td", "th") if block.tag == "table" else _items(block)
        fresh = [row for row in rows if _key(row) not in have]
        if len(fresh) == len(rows):
            after.setdefault(place, []).extend(fresh)
    return [new for number, line in enumerate(lines) for new in (line, *after.get(number, ()))]


def _key(line: str) -> str:
    return re.sub(r"\W+", "", line.lower())


def _items(block: Any) -> list[str]:
    """The items of a list; of a list of terms, each term with what it means."""
    if block.tag != "dl":
        return [f"- {words}" for item in block.iterchildren("li") if (words := words_in(item))]
    items: list[str] = []
    for part in block.iterchildren("dt", "dd"):
        if part.tag == "dd" and items:
            items[-1] += f"{'' if items[-1].endswith(':') else ':'} {words_in(part)}"
        else:
            items.append(f"- {words_in(part)}")
    return items


def _is_content(block: Any) -> bool:
    """Whether a list or table is part of an article and not a menu: little of it is linked."""
    linked = sum(len(words_in(one)) for one in block.iter("a"))
    inner = block.tag == "table" and any(True for _ in block.iter("form", "input", "ul"))
    return 2 * linked < len(words_in(block)) and not inner


def lines_of(content: bytes) -> list[str]:
    """All the lines of a piece of HTML or XHTML: paragraphs, headings, items, rows."""
    from trafilatura.utils import load_html  # noqa: PLC0415 - only for pages

    text = decode(content, "a page", KINDS)
    if "<" not in text:
        return [line for line in unescape(text).split("\n") if line.strip()]
    tree = load_html(f"<html><body><div>{text}</div></body></html>" if "<body" not in text.lower() else text)
    if tree is not None:
        plain_tables(tree)
    for gone in list(tree.iter("script", "style", "head")) if tree is not None else ():
        drop(gone)
    return [line for line in _all(tree) if line.strip() and not is_offer(line)] if tree is not None else []


def _all(tree: Any) -> Iterator[str]:
    """The text of a tree, a line for each block; a table row by row."""
    words: list[str] = []
    for event, element in _walk(tree):
        block = element.tag in _BLOCKS
        if block and words:
            yield " ".join("".join(words).split())
            words = []
        if event == "table":
            yield from _rows(element, "tr", "td", "th")
        elif event == "start":
            words += ["- " if element.tag == "li" else "", element.text or ""]
        if event != "start":
            words.append(element.tail or "")
    yield " ".join("".join(words).split())


def _walk(tree: Any) -> Iterator[tuple[str, Any]]:
    """The beginnings and ends of the elements of a tree; a table is one event."""
    from lxml import etree  # noqa: PLC0415 - only for pages

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if element.tag == "table" and event == "start":
            walk.skip_subtree()
        elif isinstance(element.tag, str):
            yield ("table" if element.tag == "table" else event), element


_BLOCKS = frozenset(
    "p div section article h1 h2 h3 h4 h5 h6 li ul ol dl dt dd table blockquote pre br hr body html header footer main"
    " figure figcaption aside tr".split()
)
