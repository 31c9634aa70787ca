"""Who wrote the article of a page: what is shown beside its heading, confirmed by what is said to machines."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ingest.bylines import byline, only_persons, persons
from ingest.jsonld import authors_of

_META = (
    "author",
    "article:author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "cxenseparse:author",
)
_WRITTEN = re.compile(
    r"(?i)(?<![a-z])(?:by-?lines?|authors?|autor(?:en|es|a|in)?|auteurs?|writers?|reporter|firma|periodista|verfasser(?:in)?)(?![a-z])"
)
_PROFILE = re.compile(
    r"(?i)/(?:authors?|autor(?:en|es|a)?|auteurs?|autore|by|profile|writers?|journalists?|periodistas?|redakt\w{2,4})/[^/?#]{3}"
)
_NOT_WRITTEN = re.compile(
    r"(?i)(?<![a-z])(?:bio|box|avatar|image|photo|follow|comment\w*|related|info|description|social|list|more|desc|role|title|job"
    r"|licen[sc]e|credits?)(?![a-z])"
)
_OTHER = re.compile(
    r"(?i)(?<![a-z])(?:licen[sc]e|credits?|captions?|images?|photos?|comments?|comment-\w+|related\w*|sidebar|latest"
    r"|recent|recommend\w*|trending|popular|most-read|next-article|newsletter|push|notifications?)(?![a-z])"
)
_TEASER = re.compile(r"(?i)(?<![a-z])(?:teasers?|cards?|more)(?![a-z])")
"""What a lead is called as well as a link to another article."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+|--+")
_TAGS = frozenset(
    "span div p a address ul li strong em b i header section cite h2 h3 h4 h5 h6 time td dd small".split()
)

_OTHERS = re.compile(
    r"(?i)\b(?:edited|edition|reviewed|fact[- ]?checked|translated|illustrat\w+|photo\w*|pictures?|video"
    r"|graphics?|produced|fotos?|fot|bild(?:er)?|bearbeitet|übersetzt|traducid[ao]|tradotto|traduit|צילום)\b[\s.:]*(?:(?:by|von|par|por|di)\b)?[\s:]*$"
)
"""What stands before the name of somebody who did something else for an article than write it."""
_SAYING = frozenset("p div span h2 h3 h4 h5 h6 em i b strong font td small".split())
SAID_AFTER = 12
"""Elements after a heading among which a line counts that says itself who wrote: `By Ada Li`."""

LOOKED_AT = 4_000
"""Elements of a page in which a byline is looked for."""

BEFORE, AFTER, FAR = 40, 80, 250
"""Elements before and after a heading among which its byline stands, and those among which one that machines are told
of may stand too. Measured on public pages: 150 of 152 bylines in the first, 9 of 14 beyond them."""

_TOGETHER = 14
"""Elements within which the links to several authors stand."""

_LONGEST = 160


def page_authors(
    tree: Any, heading: Any, machine: dict[str, Any], found: list[dict[str, Any]], sites: Iterable[str]
) -> list[str]:
    """The persons who wrote a page's article, none where nothing says so for sure.

    What is shown beside the heading goes before what machines are told, which often is who keeps the site. That counts
    where two places say it, or where the page shows the name.
    """
    sites = [site for site in sites if site]
    meta = _meta_names(tree)
    told = [list(_named(authors_of(machine, found), sites)), list(_named(meta, sites))]
    shown = _shown(tree, heading, sites, {_key(name): name for names in told for name in names})
    if shown:
        return _all_of(shown, told[0], tree)
    names = told[0] or told[1]
    agreed = {_key(name) for name in told[0]} & {_key(name) for name in told[1]}
    if (told[0] and not _is_account(machine)) or (not told[0] and all(map(only_persons, meta))):
        return _once(name for name in names if _is_full(name) or _key(name) in agreed)
    text = _key(" ".join(tree.itertext())) if names and not agreed else ""
    return _once(name for name in names if _key(name) in agreed or _key(name) in text)


def _all_of(shown: list[str], told: list[str], tree: Any) -> list[str]:
    """Those that are shown, or all that machines are told of where they are among them and the page has every name."""
    if len(shown) >= len(told) or not {_key(name) for name in shown} <= {_key(name) for name in told}:
        return shown
    text = _key(" ".join(tree.itertext()))
    return _once(told) if all(_key(name) in text for name in told) else shown


def _is_full(name: str) -> bool:
    """Whether a name is more than a first name or a login."""
    return " " in name or not name.isascii()


def _is_account(machine: dict[str, Any]) -> bool:
    """Whether JSON-LD names an account of the program that keeps the site, and not a person: it is only referred to."""
    author = machine.get("author", machine.get("creator"))
    one = author[0] if isinstance(author, list) and author else author
    return isinstance(one, dict) and "@id" in one and ("name" not in one or "@type" not in one)


def _once(names: Iterable[str]) -> list[str]:
    """The names without repeats, whatever their capitals, or those that hold another: `Ada Li Fr`, `Ada Li`."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(_key(name), name)
    whole = [f" {name} ".casefold() for name in found.values() if _is_full(name)]
    return [name for name in found.values() if not any(_holds(f" {name} ".casefold(), one) for one in whole)]


def _holds(name: str, other: str) -> bool:
    return name != other and other in name


def _key(name: str) -> str:
    """A name by which it is compared: `"Lena VOSS"` → `"lenavoss"`."""
    return re.sub(r"[\W_]+", "", name).casefold()


def _named(texts: Iterable[str], sites: list[str]) -> Iterator[str]:
    """The persons in what machines are told, one word by itself being a name too."""
    return (name for text in texts for name in persons(text, sites, lone=" " not in text.strip()))


def _meta_names(tree: Any) -> list[str]:
    """What the meta elements of the first name that there is say of the author; addresses of profiles say nothing."""
    told: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().lower()
        content = " ".join(element.get("content", "")[:400].split())
        if name in _META and content and "/" not in content:
            told.setdefault(name, []).append(content)
    if not told:
        own = (one.get("data-author", "") for one in tree.iter("article", "main", "section", "div"))
        told["author"] = [name for name in own if name and "/" not in name][:1]
    return next((told[name][:20] for name in _META if name in told), [])


def _shown(tree: Any, heading: Any, sites: list[str], known: dict[str, str]) -> list[str]:
    """The persons in the byline beside the heading, those whom machines know (`known`) also farther away."""
    lines = list(_bylines(tree, heading, sites, known))
    near = [line for line in lines if line[0] <= AFTER]
    sure = [line for line in near or lines if any(_is_full(name) and _key(name) in known for name in line[2])]
    if not near and not sure and len({_key(name) for line in lines for name in line[2]}) > 1:
        return []
    first = min(sure or near or lines, key=lambda line: line[0], default=None)
    if first is None:
        return []
    beside = [name for _, place, line in lines if 0 < place - first[1] <= _TOGETHER for name in line]
    return _once([*first[2], *(name for name in beside if not sure or _key(name) in known)])


def _as_known(name: str, known: dict[str, str]) -> list[str]:
    """The names that machines are told for a shown one, which may have more or less: `LP Ada Li RF Bo Ek` → both."""
    key = _key(name)
    same = [one for other, one in known.items() if _is_full(one) and (other in key or (len(key) > 5 and key in other))]
    return same or [name]


def _bylines(tree: Any, heading: Any, sites: list[str], known: dict[str, str]) -> Iterator[tuple[int, int, list[str]]]:
    """How far from the heading each byline stands, its place in the page, and the persons in it.

    What stands before a heading counts as farther than what stands after it. Without a heading all are near.
    """
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    at = next((number for number, one in enumerate(elements) if one is heading), -1)
    first, last = (at - BEFORE, at + FAR) if at >= 0 else (0, LOOKED_AT)
    for place in range(max(first, 0), min(last, len(elements))):
        element = elements[place]
        called = _is_byline(element)
        if not called and not (at <= place <= at + SAID_AFTER and at >= 0 and element.tag in _SAYING):
            continue
        around = element if called else element.getparent()
        if around is None or beside(around) or _did_something_else(element):
            continue
        text = spaced(element)
        if not 3 < len(text) < _LONGEST:
            continue
        if called:
            names = persons(text, sites) or [name for name in persons(text, sites, lone=True) if _key(name) in known]
        else:
            names = [name for line in lines_in(element) for name in byline(line, 1)]
        names = [one for name in names for one in _as_known(name, known)]
        if names:
            yield 0 if at < 0 else place - at if place > at else at - place + AFTER - BEFORE, place, names


def lines_in(element: Any) -> list[str]:
    """The lines that an element shows, which its line breaks part."""
    from lxml import etree  # noqa: PLC0415 - only for pages

    text = ""
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            text += "\n" if one.tag == "br" else (one.text or "") if isinstance(one.tag, str) else ""
        elif one is not element:
            text += one.tail or ""
        if len(text) > 2 * _LONGEST:
            break
    return [" ".join(line.split()) for line in text.split("\n")]


def _did_something_else(element: Any) -> bool:
    """Whether the words before an element say that who is named in it edited, drew or translated: `Edited by <a>`."""
    before = element.getprevious()
    parent = element.getparent()
    words = "" if parent is None else parent.text or ""
    if before is not None:
        words = f"{''.join(before.itertext())[-60:]} {before.tail or ''}"
    return bool(_OTHERS.search(" ".join(words[-60:].split())))


def _is_byline(element: Any) -> bool:
    """Whether an element says of itself that it holds an author: by its relation, its class or where it leads."""
    if element.tag not in _TAGS:
        return False
    if element.get("rel") == "author" or "author" in element.get("itemprop", "") or element.tag == "address":
        return True
    name = _CAMEL.sub("-", f"{element.get('class', '')[:200]} {element.get('id', '')[:100]}")
    if element.tag == "a" and _PROFILE.search(element.get("href", "")[:500]):
        return True
    return bool(_WRITTEN.search(name)) and not _NOT_WRITTEN.search(name)


def beside(element: Any) -> bool:
    """Whether an element is in what stands beside an article: a picture's credit, a comment, a link to another one."""
    for inner in (element, *islice(element.iterancestors(), 3)):
        if inner.tag in {"article", "main", "body"}:
            break  # what the article itself is called says nothing of its parts
        name = _CAMEL.sub("-", f"{inner.get('class', '')[:200]} {inner.get('id', '')[:100]}")
        if inner.tag in {"figure", "figcaption"} or _OTHER.search(name):
            return True
        if _TEASER.search(name) and any(True for _ in inner.iter("a")):
            return True
    return False


def spaced(element: Any) -> str:
    """The text of an element on one line, with a bar where two touch: `Ada Li</a><b>Editor` → `Ada Li | Editor`."""
    text = ""
    for part in element.itertext():
        touching = text and not text[-1:].isspace() and part[:1].isalnum() and text[-1:].isalnum()
        text += f" | {part}" if touching else part
        if len(text) > 2 * _LONGEST:
            break
    return " ".join(text.split())
