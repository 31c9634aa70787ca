"""When the article of a page was published: what machines are told, what its heading shows beside it, its address."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ingest.authors import beside, lines_in, spaced
from ingest.dates import clean_date, days, line_day
from ingest.jsonld import text_of

_STRONG = (
    "article:published_time og:published_time datepublished date.published dcterms.issued dc.date.issued"
    " citation_publication_date citation_online_date citation_date parsely-pub-date sailthru.date"
    " cxenseparse:recs:publishtime publish-date publish_date publishdate publication_date published pubdate"
    " article:published article_date_original date_published originalpublicationdate"
).split()
_WEAK = "date dc.date dcterms.date dcterms.created dc.date.created displaydate".split()
"""What programs write that keep pages: as often the day of the page as that of its article."""
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified")
_DATED = re.compile(
    r"(?i)(?<![a-z])(?:date|time|published|pub-?date|post(?:ed)?-?(?:date|on)|entry-date|dateline|datum|fecha|datetime"
    r"|timestamp|publish|timedata)(?![a-z])"
)
_KEPT = re.compile(r"data-(?:date-?)?(?:pub(?:lish(?:ed)?)?)(?:-?(?:date|at|on|time))?")
_LIVE = "LiveBlogPosting"
_CHANGED = re.compile(
    r"(?i)modif|updated|update|aktualisiert|actualiza|mis à jour|aggiorna|zaktualiz|обновлен|оновлен|last[ -]changed"
    r"|geändert|edited|current|today|now\b|weather|event|comment|termin"
)
_PATH = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-]?(?P<m>0\d|1[0-2])[/-]?(?P<d>[0-2]\d|3[01])(?:/|-|_|\b)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+|--+")
_TAGS = frozenset("time abbr span div p li small em strong b i dd td font h2 h3 h4 h5 h6 header address".split())

BEFORE, AFTER, FAR = 15, 40, 400
"""Elements before and after a heading among which the day of its article is shown, and those among which a day is that
machines are told of too."""

LOOKED_AT = 4_000
"""Elements of a page without a heading in which a day is looked for."""

_LONGEST = 120


def page_day(tree: Any, heading: Any, machine: dict[str, Any], meta: dict[str, str], url: str) -> str:
    """When a page's article was published, as ISO 8601 with the time where it is known; nothing where nothing says so.

    Each day is told by so many places; the one that most tell wins, within a day for the sake of time zones, of which
    the page shows its own. Where two are told by one place each, it is the earlier one: later ones are of changes.
    """
    if _LIVE in str(machine.get("@type")) and (begun := clean_date(text_of(machine.get("datePublished")))):
        return begun  # each post of it shows a time of its own
    told = [
        clean_date(text_of(machine.get("datePublished"))) or _attribute(tree),
        next(_told(meta, _STRONG), ""),
        _path_day(url),
        next(_told(meta, _WEAK), "") or clean_date(text_of(machine.get("dateCreated"))),
    ]
    changed = {clean_date(text_of(machine.get("dateModified"))), *_told(meta, _MODIFIED)}
    changed = {day[:10] for day in changed} - {day[:10] for day in told}
    near, all_shown = _shown(tree, heading)
    shown = next((day for day in near if day[:10] not in changed), "" if any(told) else next(iter(near), ""))
    votes = {day: sum(bool(one) and _same(one, day) for one in (*told, shown)) for day in (*told, shown) if day}
    for day in votes:
        votes[day] += day != shown and any(_same(one, day) for one in all_shown)
        votes[day] += f"/{day[:7].replace('-', '/')}/" in url and not told[2]
    best = [day for day in votes if votes[day] == max(votes.values())]
    chosen = _of_equals(best, shown, weak=told[3]) if best else ""
    places = [day for day in (shown, told[2]) if day and chosen and _same(day, chosen)]
    return chosen if not places or any(day[:10] == chosen[:10] for day in places) else places[0]


def _attribute(tree: Any) -> str:
    """The day in an attribute that the element of the article has for it: `data-published-at`."""
    made = ((key, value) for one in tree.iter("article", "main") for key, value in one.attrib.items())
    return next((day for key, value in made if _KEPT.fullmatch(key) and (day := clean_date(value))), "")


def _of_equals(best: list[str], shown: str, weak: str) -> str:
    """The day of several that are told by as many places: what is shown if it is earlier or the other is weak."""
    first = best[0]
    if shown not in best or _same(shown, first):
        return first
    return shown if first == weak or shown[:10] < first[:10] else first


def _told(meta: dict[str, str], names: Any) -> Iterator[str]:
    """The days that meta elements of these names tell, in the order of the names."""
    return (day for name in names if (day := clean_date(meta.get(name, ""))))


def _same(one: str, other: str) -> bool:
    """Whether two days are the same but for time zones."""
    return abs(date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])) <= timedelta(days=1)


def _shown(tree: Any, heading: Any) -> tuple[list[str], list[str]]:
    """The days beside the heading, nearest first, or else the only one that is shown; and all those not far from it."""
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    at = next((number for number, one in enumerate(elements) if one is heading), -1)
    first, last = (at - BEFORE, at + FAR) if at >= 0 else (0, LOOKED_AT)
    found: list[tuple[int, str]] = []
    for place in range(max(first, 0), min(last, len(elements))):
        far = 0 if at < 0 else place - at if place > at else at - place + AFTER - BEFORE
        day = _shown_day(elements[place], alone=at >= 0 and far <= AFTER)
        if day:
            found.append((far, day))
    found.sort(key=lambda one: one[0])
    every = [day for _, day in found]
    near = [day for far, day in found if far <= AFTER and at >= 0]
    return near or (every if len({day[:10] for day in every}) == 1 else []), every


def _shown_day(element: Any, *, alone: bool) -> str:
    """The day of publication that an element shows, be it made for days or, if `alone` will do, hold little else.

    Farther away a day by itself needs a name before it: `Date: 4 March 2025`.
    """
    if element.tag not in _TAGS:
        return ""
    made = [element.get(key, "")[:100] for key in ("class", "id", "itemprop", "property")]
    name = " ".join(made)
    name = _CAMEL.sub("-", name)
    if _CHANGED.search(name) or beside(element):
        return ""
    text = spaced(element)
    if len(text) > _LONGEST:
        return ""
    inside = days(text)
    if inside and _CHANGED.search(re.split(r" [|·•] ", text[: inside[0][0]])[-1]):
        return ""
    stamp = clean_date(element.get("datetime") or (element.get("content") or "" if element.tag != "div" else ""))
    if element.tag != "time" and not _DATED.search(name):
        lines = [text, *lines_in(element)]
        return next((day for line in lines if (day := line_day(line))), "") if alone or ":" in text[:20] else ""
    local = inside[0][2].isoformat() if inside else ""
    return stamp if stamp and local in {"", stamp[:10]} else local


def _path_day(url: str) -> str:
    """The day in the path of a URL: `https://a.example/2025/03/04/x` → `2025-03-04`."""
    found = _PATH.search(url)
    return clean_date(f"{found['y']}-{found['m']}-{found['d']}") if found else ""
