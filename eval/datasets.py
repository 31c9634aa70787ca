"""Question sets are read here: our own JSON Lines, CSV, SQuAD's JSON, and published sets as they are."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from eval.published import recognise, squad_paragraphs
from eval.schema import Case, QuestionSet
from ingest.errors import ArticleQAError
from ingest.sample import sample
from ingest.schema import RawDocument

SHIPPED = "sample"
"""The name of the set about the sample article."""

SETS = (SHIPPED, "news", "news-held-out", "claims", "claims-held-out", "visitors")
"""The sets that come with the package. What is tuned is tuned on `news` and `claims`, never on those held out, nor on
the questions of `visitors` that are tagged so."""

_SHAPE = 'Each line is {"id": …, "question": …, "answers": […], "evidence": […], "answerable": true}.'
_LISTS = ("answers", "evidence", "also", "instead", "tags", "options", "articles", "passages", "says", "never")


Published = TypeVar("Published")


class SetError(ArticleQAError):
    """A question set that cannot be read."""


def read_set(name: str, *, max_bytes: int) -> QuestionSet:
    """The set in a file or a published set's folder, or a shipped one by its name, with its articles (`SETS`).

    Raises SetError that names the line.
    """
    path = Path(name)
    if name in SETS and not path.exists():
        content = (files("eval") / "sets" / f"{name}.jsonl").read_bytes()
        cases = list(_native(_lines(content, name), name))
        documents = [sample()] if name == SHIPPED else _shipped_articles(cases)
    else:
        parts = _parts(path, max_bytes)
        content = b"".join(parts.values())
        cases, documents = _read(name, parts)
    if not cases:
        raise SetError(f"{name} holds no question.", _SHAPE)
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise SetError(f"{name} has the id {case.id!r} more than once.", "Give every question an id of its own.")
        seen.add(case.id)
    digest = hashlib.sha256(content).hexdigest()
    title = path.parent.name if path.stem in {"paragraphs", "queries", "articles", "dev", "tasks"} else path.stem
    return QuestionSet(name=title or name, sha256=digest, cases=tuple(cases), documents=tuple(documents))


def _shipped_articles(cases: Iterable[Case]) -> list[RawDocument]:
    """The shipped articles that the cases ask: a record with its details, or a text with its first line as title."""
    names = dict.fromkeys(name for case in cases for name in case.articles)
    found = []
    for name in names:
        folder = files("eval") / "sets" / ("visitors" if name.endswith(".json") else "articles")
        text = (folder / name).read_text("utf-8")
        if name.endswith(".json"):
            found.append(RawDocument.model_validate_json(text))
        else:
            found.append(RawDocument(origin=name, text=text, title=text.split("\n", 1)[0]))
    return found


def _parts(path: Path, max_bytes: int) -> dict[str, bytes]:
    """The bytes of a file, or of the JSON Lines files in a folder, by name."""
    try:
        found = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        for item in found:
            if item.stat().st_size > max_bytes:
                raise SetError(f"{item} is larger than {max_bytes / 1e6:g} MB.", "Split it, or raise MAX_SIZE_MB.")
        parts = {item.name: item.read_bytes() for item in found}
        if path.name == "queries.jsonl" and path.with_name("corpus.jsonl").exists():
            parts["corpus.jsonl"] = path.with_name("corpus.jsonl").read_bytes()
    except (OSError, ValueError) as error:
        raise SetError(f"The set {path} cannot be read: {error}.", "Check the path.") from None
    if not parts:
        raise SetError(f"The folder {path} holds no .jsonl file.", "Name the set's file.")
    return parts


def _read(name: str, parts: dict[str, bytes]) -> tuple[list[Case], list[Any]]:
    (first, content), *_ = parts.items()
    if first.endswith(".csv"):
        return list(_csv(content, name)), []
    if len(parts) == 1 and (value := _whole(content)) is not None:
        return _published(lambda: squad_paragraphs(_squad(value, name)), name)
    records = {part: [row for _, row in _lines(text, f"{name}/{part}")] for part, text in parts.items()}
    known = _published(lambda: recognise(records), name)
    if known is not None:
        return known
    return list(_native(_lines(content, name), name)), []


def _published(work: Callable[[], Published], name: str) -> Published:
    """What is made of a published set. Raises SetError when a record of it is broken."""
    try:
        return work()
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise SetError(f"{name} looks like a published set, but a record is broken: {reason}.", _SHAPE) from None


def _whole(content: bytes) -> dict[str, Any] | None:
    """The JSON object that SQuAD's files are, or None: a file of lines fails to parse as one."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("data"), list) else None


def _squad(value: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """SQuAD's nested JSON as one record for each paragraph."""
    try:
        for article in value["data"]:
            for number, paragraph in enumerate(article["paragraphs"]):
                questions = [
                    {
                        "id": item["id"],
                        "question": item["question"],
                        "answers": [answer["text"] for answer in item["answers"]],
                        "unanswerable": item.get("is_impossible", False),
                    }
                    for item in paragraph["qas"]
                ]
                title = str(article.get("title", "article"))
                yield {"doc_id": title, "para": number, "context": paragraph["context"], "questions": questions}
    except (KeyError, TypeError) as error:
        raise SetError(
            f"{name} is not SQuAD's JSON: {error} is missing.", "See the README for other formats."
        ) from None


def _lines(content: bytes, place: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise SetError(f"{place} is not UTF-8 text.", _SHAPE) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SetError(f"{place}, line {number} is not valid JSON: {error}.", _SHAPE) from None
        if not isinstance(value, dict):
            raise SetError(f"{place}, line {number} is not an object.", _SHAPE)
        yield number, value


def _native(lines: Iterable[tuple[int, dict[str, Any]]], place: str) -> Iterator[Case]:
    for number, value in lines:
        yield _case(value, f"{place}, line {number}")


def _case(value: dict[str, Any], place: str) -> Case:
    try:
        return Case.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        raise SetError(f"{place}: {field}: {first['msg']}.", _SHAPE) from None


def _csv(content: bytes, place: str) -> Iterator[Case]:
    """Cases of a table with a header. Several answers, quotes or tags in one cell are separated by `|`."""
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SetError(f"{place} is not a CSV table in UTF-8: {error}.", _SHAPE) from None
    for number, row in enumerate(rows, start=2):
        value: dict[str, Any] = {key: cell for key, cell in row.items() if key and cell}
        for name in _LISTS:
            if name in value:
                value[name] = [part.strip() for part in value[name].split("|") if part.strip()]
        if "answerable" in value:
            value["answerable"] = value["answerable"].strip().lower() in {"1", "true", "yes"}
        yield _case({"id": str(number - 1), **value}, f"{place}, line {number}")
