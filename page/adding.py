"""What the page shows while an article is added. The work is done in a process of its own, two at a time."""

import html
import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest.beside import ingest_beside
from ingest.errors import AddingError, SourceError
from ingest.schema import IngestReport, RawDocument, Upload
from ingest.settings import Settings
from ingest.worker import Step
from page.explain import explained

AT_ONCE = 2
"""Additions that run at once in a page."""

WAITING = 20
"""Additions that may wait for their turn; each keeps a thread of the page's server and the text that was sent."""

STOPPED = '<p class="step" role="status">Stopped. What you gave is still here.</p>'
"""What the form shows after a visitor has stopped an addition."""

_PASTED = "pasted text"
_TOLD = 3
"""Reasons that are told when records of a file were left out."""


@dataclass(frozen=True)
class Moment:
    """One moment of an addition: what is being done, and which part of it is done, from 0 to 1, where that is known.

    The last one has the id of the new article, or what went wrong, or both when only a part could be added.
    """

    line: str = ""
    done: float | None = None
    trouble: str = ""
    article_id: str = ""


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


def adding(text: str, upload: str | None, settings: Settings, turns: Turns, *, public_only: bool) -> Generator[Moment]:
    """The moments of an addition, at least two a second. Closing the iterator ends the work on it."""
    try:
        source = source_of(text, upload, settings)
        ticket = turns.join()
        try:
            while before := turns.before(ticket):
                others = "another addition" if before == 1 else f"{before} other additions"
                yield Moment(f"Waiting for {others} …")
            with closing(ingest_beside(source, settings=settings, public_only=public_only)) as steps:
                for step in steps:
                    yield _ended(step) if isinstance(step, IngestReport) else _moment(step)
        finally:
            turns.leave(ticket)
    except Exception as error:  # noqa: BLE001 - whatever it is, the visitor is told and it is logged
        yield Moment(trouble=explained(error))


def source_of(text: str, upload: str | None, settings: Settings) -> str | RawDocument | Upload:
    """What a visitor wants to add: a URL, a pasted text or an uploaded file. Raises SourceError."""
    text = (text or "").strip().encode("utf-8", "replace").decode("utf-8")  # half a character cannot be stored
    if upload and text:
        raise SourceError("A text and a file cannot be added together.", "Remove one of them and add it afterwards.")
    if upload:
        return Upload(path=upload, name=Path(upload).name)
    if not text:
        raise SourceError("There is nothing to add.", "Paste a URL or a text, or choose a file.")
    if len(text.encode()) > settings.max_bytes:
        raise SourceError(
            f"The text is larger than {settings.max_size_mb:g} MB.",
            "Split it, or raise the limit with MAX_SIZE_MB.",
        )
    one_line = "\n" not in text and " " not in text
    return text if one_line and "://" in text[:12] else RawDocument(origin=_PASTED, text=text)


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
