"""The values that flow from a question to its answer. All offsets are code points into `Article.text`."""

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from ingest.schema import Chunk, Value

NOT_FOUND = "The article does not say."
"""What an answer says when the articles do not tell. The one sentinel of the project."""

MAX_QUESTION = 2_000
"""Characters of a question. The encoder reads about 1,000 of them."""

MODEL = "quote"
"""The name of the embedded answerer."""

MARKER = re.compile(r"\[(\d+)\]")
"""A citation marker in an answer's text."""

Status = Literal["answered", "not_found", "chat", "details"]
"""Whether the articles answer; `chat` for what is no question about them, `details` for what their catalog says."""

Layout = Literal["prose", "list"]
"""How an answer's sentences stand: one after the other, or each on a line of its own."""

Support = Literal["supported", "partial", "unchecked", "unsupported"]
"""Whether cited words support a claim. Unchecked: nothing speaks against it, but its language cannot be judged."""


class Hit(Value):
    """A chunk that was retrieved. A higher score is better; scores compare within one question only."""

    chunk: Chunk
    score: float


class Evidence(Value):
    """A sentence that may answer: `article.text[start:end] == quote`. `score` is the probability that it does."""

    article_id: str
    title: str
    url: str = ""
    start: int
    end: int
    quote: str
    score: float


class Citation(Value):
    """The exact words that a claim rests on: `article.text[start:end] == quote`. Made only in `cite.py`."""

    number: int
    article_id: str
    title: str
    url: str = ""
    start: int
    end: int
    quote: str


class AnswerSpan(Value):
    """The exact words that answer, inside the citation of that number: `article.text[start:end] == text`."""

    number: int
    start: int
    end: int
    text: str


class Claim(Value):
    """One sentence of the answer, the numbers of its citations, and whether those words support it."""

    text: str
    citations: tuple[int, ...]
    support: Support
    reason: str = ""


class Rejected(Value):
    """A citation that does not hold, as it was written, and why it was turned down."""

    marker: str
    reason: str


class Span(Value):
    """A place in an article, not yet verified."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True)
class DraftSentence:
    """One sentence that an answerer wants to say, the places it rests on, and what was made of it, if it was.

    `numbers` are the sentences of the prompt that a language model cited for it, as they came. `verdict` is whether the
    words at all these places support it, and why not.
    """

    text: str
    spans: tuple[Span, ...] = ()
    numbers: tuple[int, ...] = ()
    verdict: tuple[Support, str] | None = None

    @property
    def holds(self) -> bool:
        """Whether it was found to be supported."""
        return self.verdict is not None and self.verdict[0] == "supported"

    @property
    def stands(self) -> bool:
        """Whether nothing was found that speaks against all of it."""
        return self.verdict is not None and self.verdict[0] != "unsupported"


@dataclass(frozen=True)
class DraftAnswer:
    """What an answerer wants to say, not yet verified: sentences, and the exact words in them that answer.

    `probability` is that of the articles answering at all, `rejected` what was cited that does not hold, `gaps` what
    the answerer says that the articles do not tell. `lead` is what is said first, `layout` how the sentences stand.
    """

    sentences: tuple[DraftSentence, ...] = ()
    short: tuple[Span, ...] = ()
    model: str = ""
    probability: float = 0.0
    rejected: tuple[Rejected, ...] = ()
    gaps: str = ""
    lead: str = ""
    layout: Layout = "prose"


class Turn(Value):
    """One earlier question with its answer's text, and what the answer cited, if that is known."""

    question: str
    answer: str = ""
    citations: tuple[Citation, ...] = ()


class Usage(Value):
    """Tokens that a language model read and wrote, and what they cost in dollars where the price is known.

    Both are 0 for the embedded answerer.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None


class Answer(Value):
    """An answer whose every `[n]` has exactly one citation, and back; or the honest statement that there is none.

    `standalone` is the question as it was searched for, after what the history adds. `short` is the exact words that
    answer, a slice of a quote, or empty; `spans` are these and, where several things were asked for, the others.
    `confidence` is the probability that the articles answer at all. `nearest` is
    the closest passage, offered when the status is not_found. `model` wrote the text; `note` tells a person why it was
    not the one that was asked for. `written` is what a language model wrote, whatever came of it.
    `lead` is what the text says first and rests on no words: "Yes.", small talk, what the catalog knows. `layout` is
    how the sentences stand. `timings` are seconds by stage, with their `total`, and until the `first_word`.
    """

    question: str
    standalone: str
    text: str
    short: str = ""
    status: Status
    confidence: float = 0.0
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    spans: tuple[AnswerSpan, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    nearest: Evidence | None = None
    hits: tuple[Hit, ...] = ()
    model: str
    note: str = ""
    written: str = ""
    usage: Usage = Usage()
    lead: str = ""
    layout: Layout = "prose"
    timings: dict[str, float] = Field(default_factory=dict)


class StageEvent(Value):
    """The stage that has just begun, for a progress line."""

    kind: Literal["stage"] = "stage"
    stage: str


class TextEvent(Value):
    """More of the answer's text, to be appended to what came before. Never ends inside a marker.

    With `anew` it takes the place of all that came before: a language model's text did not hold.
    """

    kind: Literal["text"] = "text"
    text: str
    anew: bool = False


class AnswerEvent(Value):
    """The last event: the whole answer."""

    kind: Literal["answer"] = "answer"
    answer: Answer


Event = StageEvent | TextEvent | AnswerEvent
