"""What a question asks for: its kind, its words and their weights. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.condense import Standalone
from qa.kinds import Kind, Shape, kind_of, shape_of
from qa.words import ASKING, STOP, WORD, stem


@dataclass(frozen=True)
class Term:
    """A content word of the question with its place in `Question.text`."""

    stem: str
    start: int
    end: int
    name: bool
    number: bool
    carried: bool
    asking: bool


@dataclass(frozen=True)
class Question:
    """A question taken apart. `text` is what is encoded and searched for, with the topic carried from history."""

    text: str
    kind: Kind
    shape: Shape
    terms: tuple[Term, ...]
    cited: tuple[tuple[str, int, int], ...] = ()


def read_question(standalone: Standalone) -> Question:
    """The question's kind, shape and terms: `When did Vance call?` → when, point, (Vance: a name, call)."""
    asked = standalone.question
    shape = shape_of(asked)
    if shape == "summary" and standalone.topic:
        shape = "point"
    return Question(standalone.text, kind_of(asked), shape, _terms(standalone), standalone.cited)


def _terms(standalone: Standalone) -> tuple[Term, ...]:
    text = standalone.text
    own_end = len(standalone.question)
    found = []
    for index, match in enumerate(WORD.finditer(text)):
        word = match[0]
        lower = word.lower()
        if lower in STOP:
            continue
        carried = match.start() >= own_end
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
