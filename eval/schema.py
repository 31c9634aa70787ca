"""What a question set holds and what a run of it yields."""

from typing import Any

from pydantic import Field, field_validator

from ingest.schema import Value
from qa.schema import Answer


class Case(Value):
    """One question of a set: a line of JSON.

    `history` are earlier (question, answer) pairs; `answers` the wordings that are right; `evidence` quotes, verbatim
    in the articles, that each support a part of the answer; `tags` group the cases in the report.
    """

    id: str = Field(min_length=1, max_length=200)
    question: str = Field(min_length=1, max_length=2_000)
    history: tuple[tuple[str, str], ...] = ()
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    answerable: bool = True
    tags: tuple[str, ...] = ()

    @field_validator("id", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


class Score(Value):
    """A mean over the cases that it applies to. `value` is None when there are none: not applicable is not zero."""

    value: float | None
    count: int


class Row(Value):
    """One case with its answer and scores. `error` says why there is no answer; such a case counts as wrong."""

    case: Case
    answer: Answer | None
    error: str = ""
    seconds: float
    scores: dict[str, float]
    not_in_articles: tuple[str, ...] = ()


class Report(Value):
    """A run: what was asked of what, with which settings, and how it went. Everything an audit needs."""

    set_name: str
    set_sha256: str
    made_at: str
    seconds: float
    environment: dict[str, Any]
    settings: dict[str, Any]
    articles: tuple[dict[str, str], ...]
    scores: dict[str, Score]
    by_tag: dict[str, dict[str, Score]]
    rows: tuple[Row, ...]
