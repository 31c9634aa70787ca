"""The dates of a question, said in the other ways in which an article of a known day may say them. Pure.

An article of March 19, 2025 says "on Tuesday", a question "on March 18, 2025", or the other way round.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ingest.schema import Article
from qa.question.standalone import StandaloneQuestion
from qa.text.calendar import MONTH, MONTH_OF, MONTHS, SHORT_MONTH, WEEKDAY, WEEKDAYS

DAYS_AT_MOST = 3
"""From so many different days of publication on, "yesterday" is left as it is: it could be any day."""

NEAR_DAYS = 6
"""Up to so many days from its own, an article calls a day by its weekday."""

_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_MONTH = rf"(?P<month{{0}}>{MONTH}|{SHORT_MONTH})\.?"
_RELATIVE = re.compile(
    rf"""(?ix) \b (?:
        (?P<before>the\ day\ before\ yesterday) | (?P<yesterday>yesterday|last\ night) | (?P<tomorrow>tomorrow)
        | (?P<today>today|tonight|this\ (?:morning|afternoon|evening))
        | (?P<count>\d{{1,3}}|an?|{"|".join(_COUNTS[1:])})\ (?P<unit>day|month|year)s?\ ago
        | (?:(?P<which>last|past|next|this|on)\ )?(?P<weekday>{WEEKDAY})
        | (?P<side>last|past|previous|next|this)\ (?P<period>week|month|year) ) \b"""
)
_ABSOLUTE = re.compile(
    rf"""(?ix) \b (?: (?P<iso>\d{{4}}-\d\d-\d\d)
        | {_MONTH.format(1)}\ (?P<day1>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\ (?P<year1>\d{{4}}))?
        | (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?{_MONTH.format(2)}(?:,?\ (?P<year2>\d{{4}}))?
        | {_MONTH.format(3)}\ (?P<year3>\d{{4}}) ) \b"""
)


@dataclass(frozen=True)
class DateSpan:
    """A date in a text, `text[start:end]`, and its days from `first` to `last`: one day, a week, a month or a year."""

    start: int
    end: int
    first: date
    last: date


def with_dates(standalone: StandaloneQuestion, articles: Iterable[Article]) -> StandaloneQuestion:
    """The question with the wordings of its dates that it is missing, for the articles that are asked.

    "Yesterday" and its like are always told as dates: `"What happened yesterday?"`, an article of 2025-03-18 → `dates`
    ("2025-03-17", "Monday", "March 17"). A date is told in other words only when the article uses them, so that a
    wrong date stays one. Without a date in the question, or an article whose day is known, nothing changes.
    """
    if not date_spans(standalone.question):
        return standalone
    known = [(day, article.text) for article in articles if (day := day_of(article.published_at))]
    relative = len({day for day, _ in known}) <= DAYS_AT_MOST
    is_relative = relative and bool(_RELATIVE.search(standalone.question))
    added: dict[str, None] = {}
    for day, text in known:
        for word in missing_wordings(standalone.question, day, relative=relative):
            if is_relative or re.search(rf"(?i)\b{re.escape(word)}\b", text):
                added.setdefault(word)
    return replace(standalone, dates=tuple(added))


def date_spans(text: str) -> list[tuple[int, int]]:
    """Where the dates of a text stand: `"What happened yesterday?"` → `[(14, 23)]`."""
    return sorted(match.span() for pattern in (_ABSOLUTE, _RELATIVE) for match in pattern.finditer(text))


def day_of(published: str) -> date | None:
    """The day of an ISO date or date and time, as `Article.published_at` is; None when it is empty or none."""
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def missing_wordings(text: str, published: date, *, relative: bool = True) -> list[str]:
    """The wordings that the dates of a text are missing: `"on March 18"`, 2025-03-19 → `["Tuesday", "yesterday"]`.

    With `relative` off only dates that do not depend on the day of publication are read.
    """
    found = [word for when in whens(text, published, relative=relative) for word in wordings(when, published)]
    there = text.lower()
    whole = bool(_ABSOLUTE.search(text))
    return [w for w in dict.fromkeys(found) if w.lower() not in there and not (whole and w[:1].isdigit())]


def whens(text: str, published: date, *, relative: bool = True) -> list[DateSpan]:
    """The dates in a text that an article of this day would mean by these words, in order."""
    found: list[DateSpan] = []
    for pattern, read in ((_ABSOLUTE, _absolute), *(((_RELATIVE, _relative),) if relative else ())):
        for match in pattern.finditer(text):
            try:
                days = read(match, published)
            except (ValueError, OverflowError):
                continue  # a month 13, or a year before the first
            found += [DateSpan(match.start(), match.end(), *days)] if days else []
    return sorted(found, key=lambda when: when.start)


def wordings(when: DateSpan, published: date) -> list[str]:
    """How an article of this day may say it: the date, the weekday, "yesterday", "last month"; none when it is far."""
    first, last = when.first, when.last
    if first == last:
        gap = (first - published).days
        near = {-1: ["yesterday"], 0: ["today"], 1: ["tomorrow"]}.get(gap, [])
        return [first.isoformat(), WEEKDAYS[first.weekday()], _named(first), *near] if abs(gap) <= NEAR_DAYS else []
    sides = {-1: "last", 0: "this", 1: "next"}
    if (last - first).days < 7:
        side = sides.get((first - _monday(published)).days // 7)
        return [f"{_named(first)} to {_named(last)}", *([f"{side} week"] if side else [])]
    if first.month == last.month:
        side = sides.get((first.year - published.year) * 12 + first.month - published.month)
        return [f"{MONTHS[first.month - 1]} {first.year}", *([f"{side} month"] if side else [])]
    side = sides.get(first.year - published.year)
    return [str(first.year), *([f"{side} year"] if side else [])]


def _named(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _absolute(match: re.Match[str], published: date) -> tuple[date, date] | None:
    """The days of "March 18, 2025", "18 March", "2025-03-18" or "March 2025"; without a year the nearest one."""
    if match["iso"]:
        day = date.fromisoformat(match["iso"])
        return day, day
    name = match["month1"] or match["month2"] or match["month3"]
    month = MONTH_OF[name.lower()]
    if match["year3"]:
        return _month(int(match["year3"]), month)
    number, year = int(match["day1"] or match["day2"]), match["year1"] or match["year2"]
    near = [int(year)] if year else range(published.year - 1, published.year + 2)
    days = [date(one, month, number) for one in near if number <= monthrange(one, month)[1]]
    nearest = min(days, key=lambda day: abs(day - published), default=None)
    return (nearest, nearest) if nearest else None


def _relative(match: re.Match[str], published: date) -> tuple[date, date] | None:
    """The days of "yesterday", "on Tuesday", "two days ago", "last month", as an article of this day means them."""
    if match["weekday"]:
        back = (published.weekday() - WEEKDAYS.index(match["weekday"].capitalize())) % 7
        which = (match["which"] or "").lower()
        ahead = which == "next"
        back = back or 7 if which in {"last", "past"} else back - 7 if ahead else back
        day = published - timedelta(days=back)
        return day, day
    if match["period"]:
        step = {"next": 1, "this": 0}.get(match["side"].lower(), -1)
        return _period(match["period"].lower(), step, published)
    if match["unit"]:
        counted = match["count"].lower()
        count = int(counted) if counted.isdigit() else _COUNTS.index(counted) if counted in _COUNTS else 1
        return _period(match["unit"].lower(), -count, published)
    step = -2 if match["before"] else -1 if match["yesterday"] else 1 if match["tomorrow"] else 0
    return _period("day", step, published)


def _period(unit: str, step: int, published: date) -> tuple[date, date]:
    """The day, week, month or year so many steps from that of publication."""
    if unit == "day":
        day = published + timedelta(days=step)
        return day, day
    if unit == "week":
        first = _monday(published) + timedelta(weeks=step)
        return first, first + timedelta(days=6)
    if unit == "month":
        months = published.year * 12 + published.month - 1 + step
        return _month(months // 12, months % 12 + 1)
    return date(published.year + step, 1, 1), date(published.year + step, 12, 31)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
