"""The documents of JSON and JSON Lines, one record after the other: a bad one is told and loses no other. Pure."""

import io
import json
from collections.abc import Iterator
from typing import Any

from ingest.errors import SourceError
from ingest.schema import RawDocument, Skipped

TOLD = 1_000
"""Bad records of a source that are told one by one; further ones are counted."""

_AUTHORS = 50
_HINT = 'Each record is {"title": …, "text": …}.'
_SPACE = " \t\r\n"


def read_lines(text: str, origin: str) -> Iterator[RawDocument | Skipped]:
    """A document or Skipped for every line of JSON Lines that is not blank."""
    lines = enumerate(io.StringIO(text), start=1)
    return _told((_line(line, f"{origin}#{number}") for number, line in lines if line.strip()), origin)


def read_json(text: str, origin: str) -> Iterator[RawDocument | Skipped]:
    """A document or Skipped for every record of a JSON list, or for the one record that the text is.

    Raises SourceError when not even the first record can be read; what follows a broken one cannot be read either.
    """
    return _told(_list(text, origin) if text.lstrip(_SPACE).startswith("[") else _single(text, origin), origin)


def _told(records: Iterator[RawDocument | Skipped], origin: str) -> Iterator[RawDocument | Skipped]:
    """The records with a bounded number of bad ones, and how many more there are."""
    bad = 0
    for record in records:
        bad += isinstance(record, Skipped)
        if bad <= TOLD or isinstance(record, RawDocument):
            yield record
    if bad > TOLD:
        yield Skipped(origin=origin, reason=f"{bad - TOLD:,} more of its records cannot be read.", hint=_HINT)


def _line(line: str, origin: str) -> RawDocument | Skipped:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Skipped(origin=origin, reason=f"The record is not valid JSON: {_reason(error)}.", hint="Mend this line.")
    return _document(value, origin)


def _single(text: str, origin: str) -> Iterator[RawDocument | Skipped]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _invalid(origin, error) from None
    yield _document(value, f"{origin}#1")


def _list(text: str, origin: str) -> Iterator[RawDocument | Skipped]:
    """The records of a list, read one at a time: the whole of it as values would be many times its text."""
    decoder = json.JSONDecoder()
    at = _after(text, text.index("[") + 1)
    if text.startswith("]", at):
        raise SourceError(f"{origin} is a list without records.", _HINT)
    number, end = 0, at
    while at < len(text) or not number:
        number += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if number == 1:
                raise _invalid(origin, error) from None
            yield _broken(f"{origin}#{number}", _reason(error))
            return
        yield _document(value, f"{origin}#{number}")
        end = _after(text, end)
        at = _after(text, end + 1)
        if not text.startswith(",", end):
            break
    if not (text.startswith("]", end) and at == len(text)):
        yield _broken(f"{origin}#{number + 1}", "a comma or the end of the list is missing")


def _broken(origin: str, reason: str) -> Skipped:
    return Skipped(
        origin=origin, reason=f"From here on it is not valid JSON: {reason}.", hint="Mend it, or give JSON Lines."
    )


def _after(text: str, at: int) -> int:
    """The place of the first character from here on that is no white space."""
    while text[at : at + 1] and text[at] in _SPACE:
        at += 1
    return at


def _invalid(origin: str, error: Exception) -> SourceError:
    return SourceError(f"{origin} is not valid JSON: {_reason(error)}.", "Mend it, or give plain text.")


def _reason(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:200]


def _document(value: Any, origin: str) -> RawDocument | Skipped:
    text = value.get("text", value.get("body")) if isinstance(value, dict) else None
    if not isinstance(text, str):
        return Skipped(origin=origin, reason='The record has no "text".', hint=_HINT)

    def line_of(name: str) -> str:
        return value[name] if isinstance(value.get(name), str) else ""

    return RawDocument(
        origin=origin,
        text=text,
        url=line_of("url"),
        title=line_of("title"),
        source=line_of("source"),
        published_at=line_of("published_at"),
        authors=_authors(value.get("authors", value.get("author"))),
    )


def _authors(value: Any) -> tuple[str, ...]:
    """The names among whatever is given: a name, a list of names, or objects with a name."""
    many = value if isinstance(value, list) else [value]
    names = (one.get("name") if isinstance(one, dict) else one for one in many[:_AUTHORS])
    return tuple(name for name in names if isinstance(name, str))
