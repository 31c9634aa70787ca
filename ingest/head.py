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
    heads = [words_in(one) for one in _headings(tree) if one.tag == "h1"][:20]
    lesser = [words_in(one) for one in _headings(tree) if one.tag != "h1"][:20]
    page = next((words_in(one) for one in tree.iter("title")), "")
    told = [text_of(machine.get("headline")), *(meta.get(name, "") for name in _TITLE), page]
    told = [" ".join(one.split()) for one in told if one and not no_title(one, source)]
    for one in told:
        parts = _PARTED.split(one)
        shown = next((head for some in (heads, lesser) for head in some if _shows(head, one, parts, source)), "")
        if shown:
            return shown, parts[-1] if len(parts) > 1 and parts[-1] not in shown and _names_a_site(parts[-1]) else ""
    best = told[0] if told else next((head for head in heads if not no_title(head, source)), "")
    return _without_site(best, page, source)


def _headings(tree: Any) -> list[Any]:
    """The headings of a page but for those that are made to show the name of its site."""
    return [
        one for one in tree.iter("h1", "h2", "h3") if not _LOGO.search(f"{one.get('class', '')} {one.get('id', '')}")
    ]


def _shows(head: str, title: str, parts: list[str], source: str) -> bool:
    """Whether a heading of the page is its title, and not the name of the site, which stands shorter beside it."""
    if no_title(head, source) or not _is_of(head, title, parts):
        return False
    return len(parts) < 2 or head not in parts[1:] or len(head) > max(len(part) for part in parts if part != head)


def heading_of(tree: Any, title: str) -> Any:
    """The heading that shows the title, or what else shows it and nothing more, else the first one of a page."""
    heads = [one for one in _headings(tree) if words_in(one)][:100]
    wanted = plain_name(title)
    same = (one for one in heads if plain_name(words_in(one)) == wanted)
    made = (one for one in tree.iter("b", "strong", "font", "span", "div", "p") if wanted and _says(one, wanted))
    return next(chain(same, made, (one for one in heads if one.tag == "h1")), None)


def _says(element: Any, wanted: str) -> bool:
    """Whether the first words of an element, which is no heading, are the title and all that it says."""
    first = (element.text or "").strip() or next((child.text or "" for child in element.iterchildren()), "")
    return plain_name(first) == wanted and plain_name(words_in(element)) == wanted


def _is_of(head: str, title: str, parts: list[str]) -> bool:
    """Whether a heading of the page is the title, or all of it but the name of the site."""
    if head == title or (len(parts) > 1 and head in parts):
        return bool(head)
    long = len(head) > (5 if _CJK.search(head) else 14)
    return long and (title.endswith(f": {head}") or (title.startswith(head) and bool(_JOINED.match(title, len(head)))))


_HEADLINE = 25
"""Characters of a part of a title that is longer than sections and sites are."""
_LOGO = re.compile(
    r"(?i)(?<![a-z])(?:logo|brand|masthead|site-?(?:title|name|logo)|blog-?title|header-?title|publication-?name)(?![a-z])"
)
"""What a heading is called that shows the name of its site."""
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_JOINED = re.compile(r"\s*[_:：|·»–—-]\s*\S.{0,60}$")
"""What comes after a title with the name of its site."""


def _names_a_site(words: str) -> bool:
    """Whether what stands after a title may be the name of its site: "and no end in sight" goes on with it."""
    return not words[:1].islower() or "." in words


def _without_site(title: str, page: str, source: str) -> tuple[str, str]:
    """A title without the name of the site before or after it, and of the section between them."""
    parts = _PARTED.split(title)
    if len(parts) < 2:
        return title, ""
    if plain_name(parts[-1]) == plain_name(source):
        return _before(title, parts[-1]), parts[-1]
    if plain_name(parts[0]) == plain_name(source):
        return title[title.find(parts[1]) :], parts[0]
    return _likely(title, parts) if title == page else (title, "")


def _likely(title: str, parts: list[str]) -> tuple[str, str]:
    """The title of a page and its site where nothing says which is which: a site's name is short and capitalised."""
    longest = max(parts, key=len)
    if len(parts) > 2 and longest in {parts[0], parts[-1]} and len(longest) >= _HEADLINE:
        return longest, parts[-1] if longest == parts[0] else parts[0]
    if len(parts[-1]) <= 40 and len(parts[0]) > len(parts[-1]) and _names_a_site(parts[-1]):
        return _before(title, parts[-1]), parts[-1]
    if len(parts) == 2 and _is_name(parts[0]) and len(parts[1].split()) >= 6 and not _is_name(parts[1]):
        return parts[1], parts[0]
    return title, ""


def _before(title: str, part: str) -> str:
    return title[: title.rfind(part)].rstrip(" |–—·•»«›‹:/-")


def _is_name(words: str) -> bool:
    """Whether words are so few and so capitalised as the name of a site is."""
    own = words.split()
    return len(own) <= 4 and all(not word[0].islower() for word in own)
