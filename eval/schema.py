"""What a question set holds and what a run of it yields."""

from typing import Any, Literal

from pydantic import Field, field_validator

from ingest.schema import RawDocument, Value
from qa.schema import Answer


class Case(Value):
    """One question of a set.

    `history` are earlier (question, answer) pairs; `answers` the wordings that are right; `evidence` quotes, verbatim
    in the articles, that each support a part of the answer; `also` quotes that may be cited beside them and need not
    be, such as the one that names the speaker; `instead` quotes each of which alone answers as well; `options` the
    choices of a multiple-choice question, of which `answers` names the right one; `articles` the origins of the only
    articles to read, or none for all; `passages` the origins of the articles that hold what answers, where no sentence
    is known; `references` the texts that must support `question` when it is a claim to check; `tags` group the report.
    """

    id: str = Field(min_length=1, max_length=200)
    question: str = Field(min_length=1, max_length=2_000)
    history: tuple[tuple[str, str], ...] = ()
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    answerable: bool = True
    options: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    status: Literal["", "answered", "not_found", "chat"] = ""
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    lead: str = ""
    sentences: int = 0
    tags: tuple[str, ...] = ()

    @field_validator("id", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


class QuestionSet(Value):
    """The cases of a set, the articles that it brings along (maybe none), and the hash of the bytes it came from."""

    name: str
    sha256: str
    cases: tuple[Case, ...]
    documents: tuple[RawDocument, ...] = ()


class Score(Value):
    """A mean over the cases that it applies to, with its 95% interval by bootstrap.

    `value` is None when it applies to none: not applicable is not zero.
    """

    value: float | None
    count: int
    low: float | None = None
    high: float | None = None


class Row(Value):
    """One case with its answer and scores. `error` says why there is no answer; such a case counts as wrong.

    `right` is whether the best sentence is gold evidence, said or not; None where that cannot be told.
    `gold` is where the evidence stands, as (article id, start, end).
    """

    case: Case
    answer: Answer | None
    error: str = ""
    seconds: float
    scores: dict[str, float]
    right: bool | None = None
    gold: tuple[tuple[str, int, int], ...] = ()
    not_in_articles: tuple[str, ...] = ()


class Report(Value):
    """A run: what was asked of what, with which settings, and how it went. Everything an audit needs."""

    set_name: str
    set_sha256: str
    corpus_sha256: str
    made_at: str
    seconds: float
    harness_seconds: float
    environment: dict[str, Any]
    settings: dict[str, Any]
    articles: tuple[dict[str, str], ...]
    scores: dict[str, Score]
    by_tag: dict[str, dict[str, Score]]
    rows: tuple[Row, ...]
