"""Changing what is known of an article from the page: its title, where it is from, when and by whom."""

from collections.abc import Generator, Sequence
from contextlib import closing

from ingest.beside import ingest_beside
from ingest.dates import clean_date
from ingest.errors import SourceError
from ingest.library import Library
from ingest.pipeline import delete
from ingest.schema import Article, IngestReport, RawDocument
from page.adding import Moment, Turns
from page.explain import explained

LONGEST_LINE = 500
"""Characters of a title, a source or all authors."""

LONGEST_DATE = 60

_REMOVED = ("This article was removed in the meantime.", "Choose another.")


def editing(library: Library, article_id: str, details: tuple[str, str, str, str], turns: Turns) -> Generator[Moment]:
    """The moments in which an article gets these details: title, source, date, authors parted by commas or semicolons.

    It keeps its id, so that what cited it does so again. What cannot be saved is said, and nothing is changed.
    """
    try:
        document = edited(library.articles([article_id]), *details)
        ticket = turns.join()
        try:
            while turns.before(ticket):
                yield Moment("Waiting for another addition …")
            yield Moment("Saving …")
            with closing(ingest_beside(document, settings=library.settings, public_only=True)) as steps:
                (report,) = (step for step in steps if isinstance(step, IngestReport))
        finally:
            turns.leave(ticket)
        if any(row.action == "added" for row in report.rows):  # it was removed while this was waiting to be written
            delete(library, report.article_ids)
            yield Moment(trouble=" ".join(_REMOVED))
            return
        reasons = " ".join(f"{row.reason} {row.hint}".strip() for row in report.rows if row.action == "skipped")
        yield Moment(trouble=reasons, article_id=next(iter(report.article_ids), ""))
    except Exception as error:  # noqa: BLE001 - whatever it is, the visitor is told and it is logged
        yield Moment(trouble=explained(error))


def edited(found: Sequence[Article], title: str, source: str, date: str, authors: str) -> RawDocument:
    """The article that was found with these details. Raises SourceError for what cannot be one."""
    if not found:
        raise SourceError(*_REMOVED)
    (article,) = found
    title, source, date, authors = (" ".join(str(line or "").split()) for line in (title, source, date, authors))
    if not title:
        raise SourceError("An article needs a title.", "Write one.")
    if any(len(line) > LONGEST_LINE for line in (title, source, authors)):
        raise SourceError(f"A line is longer than {LONGEST_LINE} characters.", "Shorten it.")
    published = clean_date(date)
    if date and (not published or len(date) > LONGEST_DATE):
        raise SourceError(f"“{date[:40]}” is no date.", "Write it as 2025-02-18.")
    return RawDocument(
        origin=article.url or f"edited {article.id}",
        text=article.text,
        url=article.url,
        title=title,
        source=source,
        published_at=published,
        authors=tuple(name for part in authors.replace(";", ",").split(",") if (name := part.strip())),
    )
