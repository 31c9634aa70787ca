"""What the page shows while an article is added. The work is done in a process of its own, two at a time."""

import html
import re
import threading
from collections.abc import Generator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest.beside import ingest_beside
from ingest.errors import AddingError, SourceError
from ingest.schema import IngestReport, RawDocument, Upload
from ingest.settings import Settings
from ingest.worker import Step
from page.explain import explained

Source = str | RawDocument | Upload
State = Literal["waiting", "adding", "added", "failed", "skipped", "known"]

AT_ONCE = 2
"""Additions that run at once in a page."""

WAITING = 20
"""Additions that may wait for their turn; each keeps a thread of the page's server and the text that was sent."""

STOPPED = '<p class="step" role="status">Stopped. What you gave is still here.</p>'
"""What the form shows after a visitor has stopped an addition."""

MOST_AT_ONCE = 20
"""Addresses or files that are added in one go."""

LONGEST_LIST = 100_000
"""Characters of a list of addresses."""

SHORTEST = 40
FEWEST_WORDS = 6
"""What has fewer characters and fewer words than this is no article."""

_ADDRESS = re.compile(
    r"(?:(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}|(?P<near>(?:\d{1,3}\.){3}\d{1,3}|localhost))(?::\d{1,5})?(?:[/?#]\S{0,2000})?",
    re.IGNORECASE,
)
"""An address without its scheme: `"example.com/news"`; `near` is mostly served without https."""

_STATES = {
    "waiting": "Waits",
    "adding": "Adding",
    "added": "Added",
    "failed": "Not added",
    "skipped": "Left out",
    "known": "Known",
}
_OPEN = frozenset({"waiting", "adding"})
_PASTED = "pasted text"
_TOLD = 3
"""Reasons that are told when records of a file were left out."""


@dataclass(frozen=True)
class Moment:
    """One moment of an addition: what is being done, and which part of it is done, from 0 to 1, where that is known.

    The last one has the id of the new article, or what went wrong, or both when only a part could be added or it is
    `known` already. Of several sources `sources` says how it stands with each.
    """

    line: str = ""
    done: float | None = None
    trouble: str = ""
    article_id: str = ""
    known: bool = False
    sources: tuple["Sourced", ...] = ()


@dataclass(frozen=True)
class Sourced:
    """One of several sources: its name, and how it stands with it; `trouble` when it was not added."""

    name: str
    state: State
    trouble: str = ""


@dataclass(frozen=True)
class Given:
    """What a visitor gave to be added: URLs or a text, and the paths of uploaded files."""

    text: str = ""
    uploads: Sequence[str] = ()


class Turns:
    """Who may add now: the first few in the order in which they came."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._queue: list[object] = []
        self._changed = threading.Condition()

    def join(self) -> object:
        """A place at the end of the queue. Raises AddingError when it is too long."""
        ticket = object()
        with self._changed:
            if len(self._queue) >= self._most:
                raise AddingError("Too many additions are waiting for their turn.", "Try again in a few minutes.")
            self._queue.append(ticket)
        return ticket

    def before(self, ticket: object, seconds: float = 0.5) -> int:
        """How many must end before it is this one's turn: 0 as soon as it is, or what it is after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue.index(ticket) < self._at_once, seconds)
            return max(0, self._queue.index(ticket) - self._at_once + 1)

    def leave(self, ticket: object) -> None:
        """Give the place up, done or not."""
        with self._changed:
            self._queue.remove(ticket)
            self._changed.notify_all()


def adding(
    given: Given, settings: Settings, turns: Turns, *, public_only: bool, skipped: AbstractSet[int] = frozenset()
) -> Generator[Moment]:
    """The moments of an addition, at least two a second. Closing the iterator ends the work on it.

    Of several sources one that fails leaves the others their turn, and so does one whose number, from 0, gets into
    `skipped` meanwhile; the last moment tells of all.
    """
    try:
        sources = sources_of(given.text, given.uploads, settings)
        ticket = turns.join()
        try:
            while before := turns.before(ticket):
                others = "another addition" if before == 1 else f"{before} other additions"
                yield Moment(f"Waiting for {others} …")
            yield from _one_by_one(sources, settings, skipped, public_only=public_only)
        finally:
            turns.leave(ticket)
    except Exception as error:  # noqa: BLE001 - whatever it is, the visitor is told and it is logged
        yield Moment(trouble=explained(error))


def _one_by_one(
    sources: Sequence[Source], settings: Settings, skipped: AbstractSet[int], *, public_only: bool
) -> Generator[Moment]:
    if len(sources) == 1:
        yield from _added(sources[0], settings, public_only=public_only)
        return
    listed = [Sourced(_short(_name(source)), "waiting") for source in sources]
    newest = ""
    for place, source in enumerate(sources):
        last = Moment()
        listed[place] = replace(listed[place], state="adding")
        try:
            with closing(_added(source, settings, public_only=public_only)) as moments:
                for last in moments:
                    if place in skipped:
                        break
                    if last.line:
                        yield replace(last, sources=_standing(listed, skipped))
        except Exception as error:  # noqa: BLE001 - the same
            last = Moment(trouble=explained(error))
        newest = last.article_id or newest
        listed[place] = replace(listed[place], state=_came(last, left_out=place in skipped), trouble=last.trouble)
    done = sum(one.state == "added" for one in listed)
    told = f"{done} of {len(sources)} were added." if done < len(sources) or any(one.trouble for one in listed) else ""
    yield Moment(trouble=told, article_id=newest, sources=tuple(listed))


def _came(last: Moment, *, left_out: bool) -> State:
    """What came of a source."""
    if last.article_id:
        return "known" if last.known else "added"
    return "skipped" if left_out else "failed"


def _standing(listed: Sequence[Sourced], skipped: AbstractSet[int]) -> tuple[Sourced, ...]:
    """How it stands with each source, those that are to be left out among them."""
    return tuple(
        replace(one, state="skipped") if place in skipped and one.state in _OPEN else one
        for place, one in enumerate(listed)
    )


def _added(source: Source, settings: Settings, *, public_only: bool) -> Generator[Moment]:
    with closing(ingest_beside(source, settings=settings, public_only=public_only)) as steps:
        for step in steps:
            yield _ended(step) if isinstance(step, IngestReport) else _moment(step)


def sources_of(text: str, uploads: Sequence[str], settings: Settings) -> list[Source]:
    """What a visitor wants to add: uploaded files, then URLs or a pasted text. Raises SourceError.

    An address may stand without its scheme. What is too short for an article is none.
    """
    text = (text or "").strip().encode("utf-8", "replace").decode("utf-8")  # half a character cannot be stored
    if len(uploads) > MOST_AT_ONCE:
        raise SourceError(f"{len(uploads)} files are too many at once.", f"Add {MOST_AT_ONCE} at a time, or a .zip.")
    files: list[Source] = [Upload(path=path, name=Path(path).name) for path in uploads]
    return [*files, *(_written(text, settings) if text or not files else [])]


def _written(text: str, settings: Settings) -> list[Source]:
    """What was pasted or typed: URLs, or a text. Raises SourceError."""
    if not text:
        raise SourceError("There is nothing to add.", "Paste a URL or a text, or choose a file.")
    if len(text.encode()) > settings.max_bytes:
        raise SourceError(
            f"The text is larger than {settings.max_size_mb:g} MB.",
            "Split it, or raise the limit with MAX_SIZE_MB.",
        )
    lines = text.split() if len(text) < LONGEST_LIST else []
    if lines and all(map(_is_address, lines)):
        if len(lines) > MOST_AT_ONCE:
            raise SourceError(f"{len(lines)} addresses are too many at once.", f"Add {MOST_AT_ONCE} at a time.")
        return [_whole(line) for line in dict.fromkeys(lines)]
    if len(text) < SHORTEST and len(text.split()) < FEWEST_WORDS:
        raise SourceError(
            "This is too short for an article.",
            "Paste the whole text or its address here; questions go into the box under the chat.",
        )
    return [RawDocument(origin=_PASTED, text=text)]


def _is_address(word: str) -> bool:
    return "://" in word[:12] or bool(_ADDRESS.fullmatch(word))


def _whole(address: str) -> str:
    """The address with its scheme."""
    if "://" in address:
        return address
    found = _ADDRESS.fullmatch(address)
    return f"{'http' if found and found['near'] else 'https'}://{address}"


def _name(source: Source) -> str:
    return source if isinstance(source, str) else source.name if isinstance(source, Upload) else source.origin


def _moment(step: Step) -> Moment:
    """A step in words: how many passages of how many have been embedded."""
    if step.stage == "waiting":
        return Moment("Waiting until somebody else has written to the library …")
    if step.stage == "reading":
        return Moment("Reading the text …" if step.name in {"", _PASTED} else f"Reading {_short(step.name)} …")
    if step.done >= step.total:
        return Moment("Storing …")
    return Moment(f"Embedding {step.done:,} of {step.total:,} passages", step.done / step.total)


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:40]} … {name[-15:]}"


def _ended(report: IngestReport) -> Moment:
    """What came of it. Records of a file that were left out are told, also when others were added."""
    left_out = [row for row in report.rows if row.action == "skipped"]
    reasons = " ".join(f"{row.reason} {row.hint}".strip() for row in left_out[:_TOLD])
    if not report.article_ids:
        return Moment(trouble=reasons or "Nothing was found in it.")
    if len(report.rows) == 1 and report.rows[0].action == "unchanged":
        known = report.rows[0]
        return Moment(
            trouble=f"“{_short(known.title)}” is in the library already.", article_id=known.article_id, known=True
        )
    trouble = f"{len(left_out):,} of {len(report.rows):,} records were left out. {reasons}" if left_out else ""
    return Moment(trouble=trouble, article_id=report.article_ids[-1])


def as_html(moment: Moment) -> str:
    """The moment as the form shows it: a line and a bar, or what went wrong."""
    if moment.trouble:
        return f'<p role="alert" class="trouble">{html.escape(moment.trouble)}</p>'
    if not moment.line:
        return ""
    value = "" if moment.done is None else f' value="{moment.done:.3f}"'
    line = f'<p class="step" role="status">{html.escape(moment.line)}</p>'
    return f'{line}<progress{value} aria-label="Adding the article"></progress>'


def sources_as_html(moment: Moment) -> str:
    """How it stands with each of several sources, one a line, with a button where it can still be left out."""
    listed = "".join(_row(number, one) for number, one in enumerate(moment.sources))
    return f'<ul class="sources">{listed}</ul>' if listed else ""


def _row(number: int, one: Sourced) -> str:
    trouble = f'<span class="trouble">{html.escape(one.trouble)}</span>' if one.trouble else ""
    name = html.escape(one.name)
    skip = f'<button type="button" data-skip="{number}" aria-label="Leave out {name}">Leave out</button>'
    state = f'<b>{_STATES[one.state]}</b> <span dir="auto">{name}</span>'
    return f'<li class="{one.state}">{state}{trouble}{skip if one.state in _OPEN else ""}</li>'
