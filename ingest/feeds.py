"""The items of an RSS or Atom feed. Pure: bytes in, fields out."""

import re
from typing import Any

from ingest.bylines import persons
from ingest.dates import clean_date
from ingest.errors import SourceError
from ingest.packed import xml
from ingest.pages import lines_of

ITEMS = 50
"""Items of a feed that are read, the first ones: a feed begins with the newest."""

WHOLE = 600
"""Characters of an item that are taken for the article itself and not for what leads to it."""

_FULL = ("encoded", "content", "description", "summary")
_DAY = ("pubDate", "published", "date", "issued", "created", "updated")


def read_feed(content: bytes, origin: str) -> dict[str, Any]:
    """The items of a feed as `documents`: fields of each, its `url`, and whether it is `whole`."""
    try:
        root = xml(content)
    except (ValueError, SyntaxError):
        raise SourceError(f"{origin} is not a readable feed.", "Give the address of an article.") from None
    items = [one for one in root.iter() if _name(one) in {"item", "entry"}][:ITEMS]
    source = next((_text(one) for one in root.iter() if _name(one) == "title"), "")
    found = [fields for item in items if (fields := _fields(item, source))["text"].strip() or fields["url"]]
    if not found:
        raise SourceError(f"{origin} is a feed without items.", "Give the address of an article.")
    return {"documents": found, "text": ""}


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _fields(item: Any, source: str) -> dict[str, Any]:
    parts: dict[str, list[Any]] = {}
    for part in item.iterchildren():
        parts.setdefault(_name(part), []).append(part)
    bodies = ["\n".join(lines_of(_markup(part))) for name in _FULL for part in parts.get(name, ())]
    text = max(bodies, key=len, default="")
    written = [
        persons(_text(one), [source], lone=False) for name in ("creator", "author") for one in parts.get(name, ())
    ]
    return {
        "text": text,
        "whole": len(text) >= WHOLE,
        "title": next((_text(one) for one in parts.get("title", ())), ""),
        "url": _link(parts.get("link", []), parts.get("guid", []) + parts.get("id", [])),
        "source": source,
        "authors": list(dict.fromkeys(name for names in written for name in names)),
        "published_at": next(
            (day for name in _DAY for one in parts.get(name, ()) if (day := clean_date(_text(one)))), ""
        ),
    }


def _markup(part: Any) -> bytes:
    """The HTML in an element: as text, or as elements of XHTML."""
    from lxml import etree  # noqa: PLC0415 - only for feeds

    inner = b"".join(etree.tostring(one, encoding="utf-8") for one in part.iterchildren())
    return (part.text or "").encode("utf-8", "replace") + inner


def _link(links: list[Any], ids: list[Any]) -> str:
    """The address of the item: the alternate link, else an id that is an address."""
    urls = [one.get("href") or _text(one) for one in links if one.get("rel", "alternate") == "alternate"]
    urls += [_text(one) for one in ids if one.get("isPermaLink") != "false"]
    return next((one for one in urls if re.match(r"https?://[^\s]{1,2000}$", one)), "")
