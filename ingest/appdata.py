"""The article in the data of a page that a script draws: `__NEXT_DATA__`, `window.__STATE__ = {…}`. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from ingest import jsonld
from ingest.bylines import persons
from ingest.dates import clean_date

SHORTEST = 300
"""Characters of a text that is an article."""

_BODIES = tuple("body articleBody bodyText bodyHtml content text html paragraphs blocks components".split())
_TITLES = ("headline", "title", "name")
_DAYS = tuple("publishedAt datePublished published_at firstPublished publishDate publicationDate pubDate date".split())
_WRITERS = ("authors", "author", "byline", "contributors")
_PARTS = ("text", "content", "html", "value", "body", "children", "items")
_NESTED = 6
"""Lists and objects within each other of which a text may be made."""
_MOST = 2_000
"""Parts of a text that are read."""
_ASSIGNED = re.compile(r"\s*(?:var |let |const |window\b|self\b|globalThis\b)[\w.\[\]\"' ]{0,80}=\s*(?=[{\[])")
_ENDS = re.compile(r"[.!?…。！？][\"”»’')\s]*(?:\n|$)")


def data_of(tree: Any) -> list[str]:
    """The scripts of a page that are data."""
    found = []
    for script in tree.iter("script"):
        text = script.text or ""
        if script.get("type", "") == "application/json":
            found.append(text)
        elif assigned := _ASSIGNED.match(text):
            found.append(text[assigned.end() :].strip())
    return found


def article_in(scripts: list[str]) -> dict[str, Any]:
    """The fields of the longest text with a title in the data of a page; none where there is no article."""
    told = [(text, one) for one in jsonld.objects(scripts) if _title(one) and (text := _body(one))]
    text, best = max(told, key=lambda pair: len(pair[0]), default=("", {}))
    if len(text) < SHORTEST or not _ENDS.search(text):
        return {}
    writers: Any = next((best[key] for key in _WRITERS if best.get(key)), [])
    names = [jsonld.text_of(one) for one in (writers if isinstance(writers, list) else [writers])[:20]]
    return {
        "text": text,
        "title": _title(best),
        "authors": list(dict.fromkeys(name for said in names for name in persons(said))),
        "published_at": next((day for key in _DAYS if (day := clean_date(jsonld.text_of(best.get(key))))), ""),
    }


def _title(one: dict[str, Any]) -> str:
    return next((one[key] for key in _TITLES if isinstance(one.get(key), str) and one[key].strip()), "")


def _body(one: dict[str, Any]) -> str:
    """The longest text that an object has for its body."""
    texts = ("\n\n".join(_paragraphs(one[key], _NESTED)) for key in _BODIES if key in one)
    return max(texts, key=len, default="")


def _paragraphs(value: object, depth: int) -> Iterator[str]:
    """The texts in a value, one for each part of a list."""
    if isinstance(value, str):
        yield from filter(None, [jsonld.plain(value)])
    elif isinstance(value, list) and depth:
        for one in value[:_MOST]:
            yield from _paragraphs(one, depth - 1)
    elif isinstance(value, dict) and depth:
        yield from _paragraphs(next((value[key] for key in _PARTS if value.get(key)), None), depth - 1)
