"""What a question asks for: its kind, its words and their weights. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.question.answer_type import AnswerType, Shape, answer_type_of, shape_of
from qa.question.dates import date_spans
from qa.question.person import SpeakerAsked, office_asked, person_asked, speaker_asked
from qa.question.standalone import StandaloneQuestion
from qa.text.words import ASKING, STOP, WORD, stem

_ASK = r"(?:(?:at|for|by|in|to|with|from) )?(?:who|whom|whose|when|where|why|what|which|how(?: (?:long|many|much))?)"
_TWO = re.compile(rf"(?is)({_ASK})\b(.{{3,}}?),? and ({_ASK})\b(.*)")


@dataclass(frozen=True)
class Term:
    """A content word of the question with its place in `Question.text`.

    `carried` when the history brought it, or when it belongs to a date that is told in other words too. A date's only
    other wording counts like the question's own words; of several the article uses one at a time.
    """

    stem: str
    start: int
    end: int
    name: bool
    number: bool
    carried: bool
    asking: bool


@dataclass(frozen=True)
class Question:
    """A question taken apart. `text` is what is encoded and searched for, with the topic carried from history.

    `parts` are the questions that it asks in one breath, each whole; one for most, and `speakers` whose words each asks
    for. `person` is the one of whom it asks who that is, `office` the one of which it asks who holds it, or empty.
    """

    text: str
    answer_type: AnswerType
    shape: Shape
    terms: tuple[Term, ...]
    cited: tuple[tuple[str, int, int], ...] = ()
    parts: tuple[str, ...] = ()
    person: str = ""
    office: str = ""
    speakers: tuple[SpeakerAsked | None, ...] = ()

    @property
    def speaker(self) -> SpeakerAsked | None:
        """Whose words are asked for, when the question asks one thing."""
        return self.speakers[0] if len(self.speakers) == 1 else None

    @property
    def single(self) -> str:
        """The question in full when it asks one thing, and empty when it asks several in one breath."""
        return self.parts[0] if len(self.parts) == 1 else ""


def parse_question(standalone: StandaloneQuestion) -> Question:
    """The question's kind, shape and terms: `When did Vance call?` → when, point, (Vance: a name, call)."""
    question = standalone.question
    shape = shape_of(question)
    if shape == "summary" and standalone.topic:
        shape = "point"
    parts = parts_of(question)
    parts = parts if len(parts) > 1 else (standalone.wording,)
    single = parts[0] if len(parts) == 1 else ""
    return Question(
        text=standalone.text,
        answer_type=answer_type_of(question),
        shape=shape,
        terms=_terms(standalone),
        cited=standalone.cited,
        parts=parts,
        person=person_asked(single),
        office=office_asked(single),
        speakers=tuple(map(speaker_asked, parts)),
    )


def parts_of(question: str) -> tuple[str, ...]:
    """What is asked in one breath: `"Who called, and when?"` → `("Who called?", "when called?")`.

    A second part that says little itself borrows the words of the first after its question word.
    """
    match = _TWO.fullmatch(question)
    if not match:
        return (question,)
    asking, body, second, rest = (part.strip(" ,?.") for part in match.groups())
    whole = rest if len(WORD.findall(rest)) > 1 else f"{rest} {body}".strip()
    return f"{asking} {body}?", f"{second} {whole}?"


def _terms(standalone: StandaloneQuestion) -> tuple[Term, ...]:
    text = standalone.text
    own_end = len(standalone.question)
    own_dates = date_spans(standalone.question) if standalone.dates else []
    one_date = len(text) - len(standalone.dates[0]) - 1 if len(standalone.dates) == 1 else len(text)
    found = []
    for index, match in enumerate(WORD.finditer(text)):
        word = match[0]
        lower = word.lower()
        if lower in STOP:
            continue
        lent = own_end <= match.start() < one_date
        carried = lent or any(start <= match.start() < end for start, end in own_dates)
        found.append(
            Term(
                stem=stem(word),
                start=match.start(),
                end=match.end(),
                name=word[0].isupper() and (index > 0 or carried),
                number=word[0].isdigit(),
                carried=carried,
                asking=lower in ASKING,
            )
        )
    return tuple(found)


def distinct(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms without repeated stems, first ones kept."""
    return tuple({term.stem: term for term in reversed(terms)}.values())[::-1]
