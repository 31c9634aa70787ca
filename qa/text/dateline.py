"""The place and day that a news agency puts before the first sentence of a report. Pure."""

import re

from ingest.dates import days

LONGEST = 160
"""Characters at the beginning of a line in which it stands."""

_DATELINE = re.compile(
    r"(?P<place>[^\W\d_][\w .’'-]{1,40}?)(?:,\s[^—–\n]{3,40}?)?\s*(?:\([\w .]{2,30}\)\s*)?(?:—|–|--)\s"
)
_AGENCY = re.compile(r"\([A-Z]\w{1,20}(?: [A-Z]\w{0,20})?\)")


def dateline_of(line: str) -> tuple[str, int] | None:
    """The place that a dateline names, and where what it stands before begins; None without one.

    `"TALLOW, June 3, 2025 — Thieves …"` → `("TALLOW", 23)`
    """
    match = _DATELINE.match(line[:LONGEST])
    if match and (match["place"].isupper() or days(match[0]) or _AGENCY.search(match[0])):
        return match["place"], match.end()
    return None


def after_dateline(sentence: str) -> str:
    """The sentence without the dateline before it, if there is one."""
    found = dateline_of(sentence)
    return sentence[found[1] :] if found else sentence
