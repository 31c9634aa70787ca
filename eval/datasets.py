"""Question sets are read here: JSON Lines, one case a line."""

import json
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from eval.schema import Case
from ingest.errors import ArticleQAError

SHIPPED = "sample"
"""The name of the set that comes with the package, about the sample article."""


class SetError(ArticleQAError):
    """A question set that cannot be read."""


def read_set(name: str, *, max_bytes: int) -> tuple[list[Case], bytes]:
    """The cases of a file, or of the shipped set `sample`, and the bytes they came from.

    Raises SetError that names the line.
    """
    content = _bytes(name, max_bytes)
    cases: list[Case] = []
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise SetError(f"{name} is not UTF-8 text.", _SHAPE) from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            cases.append(_case(line, f"{name}, line {number}"))
    if not cases:
        raise SetError(f"{name} holds no question.", _SHAPE)
    ids = [case.id for case in cases]
    repeated = next((name for name in ids if ids.count(name) > 1), None)
    if repeated is not None:
        raise SetError(f"{name} has the id {repeated!r} more than once.", "Give every question an id of its own.")
    return cases, content


_SHAPE = 'Each line is {"id": …, "question": …, "answers": […], "evidence": […], "answerable": true}.'


def _bytes(name: str, max_bytes: int) -> bytes:
    path = Path(name)
    if name == SHIPPED and not path.exists():
        return (files("eval") / "sets" / "sample.jsonl").read_bytes()
    try:
        if path.stat().st_size > max_bytes:
            raise SetError(f"{name} is larger than {max_bytes / 1e6:g} MB.", "Split it, or raise MAX_SIZE_MB.")
        return path.read_bytes()
    except OSError as error:
        raise SetError(f"The set {name} cannot be read: {error.strerror or error}.", "Check the path.") from None


def _case(line: str, place: str) -> Case:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SetError(f"{place} is not valid JSON: {error}.", _SHAPE) from None
    try:
        return Case.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        raise SetError(f"{place}: {field}: {first['msg']}.", _SHAPE) from None
