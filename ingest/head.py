"""What a page says of its article: title, authors, day, source. First for machines, then in its head, then in sight."""

import re
from itertools import chain
from typing import Any

from ingest.authors import page_authors
from ingest.boilerplate import words_in
from ingest.jsonld import text_of
from ingest.published import page_day
from ingest.titles import no_title, plain_name

_TITLE = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "title")
_SOURCE = ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "citation_journal_title")
_PARTED = re.compile(r" (?:[|–—·•»«›‹:/]|--?|::) | ?\| ?")


def head_of(tree: Any, machine: dict[str, Any], found: list[dict[str, Any]], url: str) -> dict[str, Any]:
    """Title, authors, published_at and source of a page's article, each empty where the page does not tell it.

    `machine` is what JSON-LD tells of the article, `found` all of its objects.
    """
    meta = _meta(tree)
    source = text_of(machine.get("publisher")) or next((meta[name] for name in _SOURCE if meta.get(name)), "")
    title, site = _title(tree, machine, meta, source)
    heading = heading_of(tree, title)
    return {
        "title": title,
        "source": source or site,
        "authors": page_authors(tree, heading, machine, found, [source or site, title]),
        "published_at": page_day(tree, heading, machine, meta, url),
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
            return shown, parts[-1] if len(parts) > 1 and parts[-1] not in shown and _names_a_site(parts[-1]) else ""
    best = told[0] if told else next((head for head in heads if not no_title(head, source)), "")
    return _without_site(best, page, source)


def heading_of(tree: Any, title: str) -> Any:
    """The heading that shows the title, else the first one of a page."""
    heads = [one for one in tree.iter("h1", "h2", "h3") if words_in(one)][:100]
    same = (one for one in heads if plain_name(words_in(one)) == plain_name(title))
    return next(chain(same, (one for one in heads if one.tag == "h1")), None)


def _is_of(head: str, title: str, parts: list[str]) -> bool:
    """Whether a heading of the page is the title, or all of it but the name of the site."""
    if head == title or (len(parts) > 1 and head in parts):
        return bool(head)
    long = len(head) > (5 if _CJK.search(head) else 14)
    return long and (title.endswith(f": {head}") or (title.startswith(head) and bool(_JOINED.match(title, len(head)))))


_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_JOINED = re.compile(r"\s*[_:：|·»–—-]\s*\S.{0,60}$")
"""What comes after a title with the name of its site."""


def _names_a_site(words: str) -> bool:
    """Whether what stands after a title may be the name of its site: "and no end in sight" goes on with it."""
    return not words[:1].islower() or "." in words


def _without_site(title: str, page: str, source: str) -> tuple[str, str]:
    """A title without the name of the site before or after it."""
    parts = _PARTED.split(title)
    if len(parts) > 1 and plain_name(parts[-1]) == plain_name(source):
        return title[: title.rfind(parts[-1])].rstrip(" |–—·•»«›‹:/-"), parts[-1]
    if len(parts) > 1 and plain_name(parts[0]) == plain_name(source):
        return title[title.find(parts[1]) :], parts[0]
    if (
        len(parts) > 1
        and title == page
        and len(parts[-1]) <= 40
        and len(parts[0]) > len(parts[-1])
        and _names_a_site(parts[-1])
    ):
        return title[: title.rfind(parts[-1])].rstrip(" |–—·•»«›‹:/-"), parts[-1]
    return title, ""
