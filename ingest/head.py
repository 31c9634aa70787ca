"""What a page says of its article: title, authors, day, source. First for machines, then in its head, then in sight."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.boilerplate import words_in
from ingest.bylines import persons
from ingest.dates import clean_date, days
from ingest.jsonld import authors_of, text_of
from ingest.titles import no_title, plain_name

_TITLE = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "title")
_AUTHOR = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "cxenseparse:author",
)
_PUBLISHED = (
    "article:published_time og:published_time datepublished date.published dc.date.issued dcterms.issued"
    " dcterms.created"
    " dc.date.created dc.date dcterms.date citation_date citation_publication_date parsely-pub-date sailthru.date"
    " cxenseparse:recs:publishtime publish-date publish_date publishdate publication_date published pubdate"
    " article:published article_date_original date_published displaydate originalpublicationdate date"
).split()
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified")
_SOURCE = ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "citation_journal_title")
_PARTED = re.compile(r" (?:[|–—·•»«›‹:/]|--?|::) | ?\| ?")
_WRITTEN = re.compile(r"(?i)(?<![a-z])(?:by-?lines?|authors?|autor(?:en)?|auteur|writers?|reporter|firma)(?![a-z])")
_PROFILE = re.compile(r"(?i)/(?:authors?|autor(?:en|es)?|auteurs?|autore|by|profile|writers?|journalists?)/[^/?#]{3}")
_NOT_WRITTEN = re.compile(
    r"(?i)(?<![a-z])(?:bio|box|avatar|image|photo|follow|comment\w*|related|info|description|social|list|more|desc|role|title|job)(?![a-z])"
)
_DATED = re.compile(
    r"(?i)(?<![a-z])(?:date|time|published|pub-?date|post(?:ed)?-?(?:date|on)|entry-date|dateline|datum|fecha|datetime|timestamp|publish)(?![a-z])"
)
_CHANGED = re.compile(
    r"(?i)modif|updated|update|aktualisiert|actualiza|mis à jour|aggiorna|zaktualiz|обновлен|оновлен|last[ -]changed"
)
_PATH_DAY = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>0\d|1[0-2])[/-](?P<d>[0-2]\d|3[01])(?:/|-|\b)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+|--+")

LOOKED_AT = 4_000
"""Elements of a page in which a byline and a date are looked for."""


def head_of(tree: Any, machine: dict[str, Any], found: list[dict[str, Any]], url: str) -> dict[str, Any]:
    """Title, authors, published_at and source of a page's article, each empty where the page does not tell it.

    `machine` is what JSON-LD tells of the article, `found` all of its objects.
    """
    meta = _meta(tree)
    source = text_of(machine.get("publisher")) or next((meta[name] for name in _SOURCE if meta.get(name)), "")
    title, site = _title(tree, machine, meta, source)
    return {
        "title": title,
        "source": source or site,
        "authors": _authors(tree, machine, found, meta, [source, site, title]),
        "published_at": _day(tree, machine, meta, url),
    }


def _meta(tree: Any) -> dict[str, str]:
    """The meta elements of a page by name, in lower case; of several the first."""
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join(element.get("content", "").split())
        if name and content:
            meta.setdefault(name.strip().lower(), content)
    return meta


def _title(tree: Any, machine: dict[str, Any], meta: dict[str, str], source: str) -> tuple[str, str]:
    """The title without the name of the site, and that name if it stands in the title."""
    heads = [words_in(one) for one in tree.iter("h1")][:20]
    page = next((words_in(one) for one in tree.iter("title")), "")
    told = [text_of(machine.get("headline")), *(meta.get(name, "") for name in _TITLE), page]
    told = [" ".join(one.split()) for one in told if one and not no_title(one, source)]
    for one in told:
        parts = _PARTED.split(one)
        shown = next((head for head in heads if _is_of(head, one, parts)), "")
        if shown and not no_title(shown, source):
            return shown, parts[-1] if len(parts) > 1 and parts[-1] != shown else ""
    best = told[0] if told else next((head for head in heads if not no_title(head, source)), "")
    return _without_site(best, page, source)


def _is_of(head: str, title: str, parts: list[str]) -> bool:
    """Whether a heading of the page is the title, or all of it but the name of the site."""
    if head == title or (len(parts) > 1 and head in parts):
        return bool(head)
    return len(head) > 14 and title.endswith(f": {head}")


def _without_site(title: str, page: str, source: str) -> tuple[str, str]:
    """A title without the name of the site before or after it."""
    parts = _PARTED.split(title)
    if len(parts) > 1 and plain_name(parts[-1]) == plain_name(source):
        return title[: title.rfind(parts[-1])].rstrip(" |–—·•»«›‹:/-"), parts[-1]
    if len(parts) > 1 and plain_name(parts[0]) == plain_name(source):
        return title[title.find(parts[1]) :], parts[0]
    if len(parts) > 1 and title == page and len(parts[-1]) <= 40 and len(parts[0]) > len(parts[-1]):
        return title[: title.rfind(parts[-1])].rstrip(" |–—·•»«›‹:/-"), parts[-1]
    return title, ""


def _authors(
    tree: Any, machine: dict[str, Any], found: list[dict[str, Any]], meta: dict[str, str], sites: list[str]
) -> list[str]:
    """The persons that the page gives as authors, from the first place that names any."""
    for told, lone in _bylines(tree, machine, found, meta):
        names = [name for one in told for name in persons(one, sites, lone=lone)]
        if names:
            return list(dict.fromkeys(names))
    return []


def _bylines(
    tree: Any, machine: dict[str, Any], found: list[dict[str, Any]], meta: dict[str, str]
) -> Iterator[tuple[list[str], bool]]:
    """What a page says of who wrote it, place by place, and whether one word there can be a name."""
    yield authors_of(machine, found), True
    yield [meta[name] for name in _AUTHOR if name in meta and "/" not in meta[name]][:1], False
    linked = [
        one
        for one in tree.iter("a", "span", "div", "p")
        if one.get("rel") == "author" or one.get("itemprop") == "author"
    ]
    yield [words_in(one) for one in linked[:5] if len(words_in(one)) < 100], False
    linked = [one for one in _some(tree, "a") if _PROFILE.search(one.get("href", "")[:500])]
    yield [words_in(one) for one in linked[:1] if len(words_in(one)) < 60], False
    for element in _some(tree, "span", "div", "p", "a", "address", "ul", "li", "strong", "em", "b", "i"):
        name = _CAMEL.sub("-", f"{element.get('class', '')[:200]} {element.get('id', '')[:100]}")
        if (_WRITTEN.search(name) or element.tag == "address") and not _NOT_WRITTEN.search(name):
            said = words_in(element)
            if 3 < len(said) < 150:
                yield [said], False


def _some(tree: Any, *tags: str) -> Iterator[Any]:
    for number, element in enumerate(tree.iter(*tags)):
        if number >= LOOKED_AT:
            return
        yield element


def _day(tree: Any, machine: dict[str, Any], meta: dict[str, str], url: str) -> str:
    """When the article was published, else when the page says it was changed, else nothing."""
    told = [
        text_of(machine.get("datePublished")),
        text_of(machine.get("dateCreated")),
        *(meta.get(n, "") for n in _PUBLISHED),
    ]
    shown = (day for day in map(clean_date, [*told]) if day)
    for day in (*shown, *_shown_days(tree), _path_day(url)):
        if day:
            return day
    changed = [text_of(machine.get("dateModified")), *(meta.get(name, "") for name in _MODIFIED)]
    return next((day for day in map(clean_date, changed) if day), "")


def _shown_days(tree: Any) -> Iterator[str]:
    """The days that elements of the page which are made for days show."""
    for element in _some(tree, "time", "abbr", "span", "div", "p", "li", "small", "em"):
        name = _CAMEL.sub(
            "-", f"{element.get('class', '')[:200]} {element.get('id', '')[:100]} {element.get('itemprop', '')}"
        )
        marked = element.tag == "time" or _DATED.search(name)
        if not marked or _CHANGED.search(name):
            continue
        said = words_in(element)
        if len(said) > 120 or _CHANGED.search(said.split("20")[0]):
            continue
        stamp = (
            clean_date(element.get("datetime") or element.get("content") or "")
            if element.tag in {"time", "span"}
            else ""
        )
        inside = days(said)
        if stamp or (inside and len(said) < 120):
            yield stamp or inside[0][2].isoformat()


def _path_day(url: str) -> str:
    """The day in the path of a URL: `https://a.example/2025/03/04/x` → `2025-03-04`."""
    found = _PATH_DAY.search(url)
    return clean_date(f"{found['y']}-{found['m']}-{found['d']}") if found else ""
