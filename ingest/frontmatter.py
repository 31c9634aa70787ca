"""What a Markdown document says of itself before its text: YAML between `---`, TOML between `+++`. Pure."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from ingest.bylines import persons

LONGEST = 20_000
"""Characters that are read of it."""

MOST = 50
"""Authors of a list that are looked at."""

_FRONT = re.compile(rf"\A(---|\+\+\+)[ \t]*\r?\n(.{{0,{LONGEST}}}?)\r?\n\1[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_DATES = ("date", "published", "published_at", "publishdate", "publish_date", "pubdate", "datepublished", "created")
_AUTHORS = ("author", "authors", "byline", "by", "creator")
_SOURCES = ("source", "publication", "publisher", "site")
_NAMED = re.compile(r"((?:19|20)\d\d-\d\d-\d\d)[-_ ]")


def front_matter(text: str, origin: str) -> tuple[dict[str, Any], str]:
    """Title, source, published_at and authors that stand before a text, and the text that is left.

    Where no day is told, the one counts that the name of the file begins with, as Jekyll names its posts.
    """
    found = _FRONT.match(text)
    said = _loaded(found[1], found[2]) if found else {}
    named = _NAMED.match(PurePosixPath(origin.replace("\\", "/")).name)
    fields = {
        "title": _text(said.get("title")),
        "source": next(filter(None, (_text(said.get(key)) for key in _SOURCES)), ""),
        "published_at": next(filter(None, (_text(said.get(key)) for key in _DATES)), named[1] if named else ""),
        "authors": list(dict.fromkeys(name for key in _AUTHORS for name in _names(said.get(key)))),
    }
    return fields, text[found.end() :] if found else text


def _loaded(mark: str, text: str) -> dict[str, Any]:
    """The pairs by their names in lower case; where it is neither YAML nor TOML, what the colons of its lines part."""
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415 - only for these

    try:
        found = tomllib.loads(text) if mark == "+++" else yaml.safe_load(text)
    except Exception:  # noqa: BLE001 - whatever the libraries throw at a hostile text, it is none of theirs
        found = None
    if not isinstance(found, dict):
        pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
        found = {name: value.strip().strip("\"'") for name, value in pairs}
    return {str(name).strip().lower(): value for name, value in found.items()}


def _text(value: object) -> str:
    """A value that is a text, a number or a day; nothing for others."""
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _names(value: object) -> Iterator[str]:
    """The names in a text, or in a list of texts and of objects with a name."""
    for one in (value if isinstance(value, list) else [value])[:MOST]:
        said = _text(one.get("name") if isinstance(one, dict) else one)
        yield from persons(said, lone=True) or [said] * bool(said)
