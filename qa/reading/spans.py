"""The exact words in a sentence that answer: as the reader found them, or the one quantity that was asked for. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.schema import Sentence
from qa.question.answer_form import exact
from qa.question.parse import Question
from qa.reading.evidence import ScoredSentences, matches_answer_type
from qa.reading.introductions import holder, introduction
from qa.retrieval.passage import Passage
from qa.schema import Span
from qa.text.calendar import STRETCH
from qa.text.quantities import ABOUT, COUNT, SCALE

if TYPE_CHECKING:
    from qa.reading.reader import ScoredSpan

CERTAIN = -4.0
"""The log odds against no answer that exact words must have to be shown, once it is decided that there is one."""

LIST_NEAR = 4.0
"""In a list, how far in log odds further words may be behind the best."""

LABEL = re.compile(r"([^.!?:\n]{2,60}):\s")
"""What names an item of a list: "Monitoring: Russia wants …"."""

_ABOUT_BEFORE = re.compile(rf"(?i){ABOUT}\s+(?:[$€£]\s?)?$")
_A_BEFORE = re.compile(r"(?i)\ban? $")
_COUNTED = re.compile(rf"(?i)(?:[$€£]\s?)?{COUNT}")
_UNIT = re.compile(rf"(?:{STRETCH}|half|dozen|hundred|thousand|{SCALE})\b(?!-)")
_ABBREVIATED = re.compile(r"\b[ap]\.m$")
_JOIN = re.compile(r"(?:, (?:and |or )?| and | or )(?:[\w.'’-]+ ){0,4}")


@dataclass(frozen=True)
class Candidate:
    """One sentence that can be said: which passage and sentence it is, and how well it answers.

    `spoken` is 1 where it tells what those say or want who are asked about, -1 where it tells what others do.
    """

    row: int
    passage: int
    sentence: int
    score: float
    spoken: int = 0


def select_spans(
    question: Question, chosen: Sequence[Candidate], weighed: ScoredSentences, passages: Sequence[Passage]
) -> tuple[Span, ...]:
    """The words in the chosen sentences that answer: one for a point, several for a list or for several questions.

    None for questions that a whole sentence answers: yes or no, why, what somebody says, a comparison, a summary. Nor
    for a list whose best sentence holds none of them. Of items with labels, these.
    """
    whole = question.shape in {"summary", "compare"} or question.answer_type in {"yes/no", "why"}
    if whole or any(speaker and not speaker.wants for speaker in question.speakers):
        return ()
    if question.shape == "list" and (labels := _labels(chosen, passages)):
        return labels
    introduced = introducing_span(question, chosen[0], passages)
    if introduced or question.person:
        return (introduced,) if introduced else ()
    kept: list[tuple[ScoredSpan, Candidate]] = []
    for part in range(len(question.parts)):
        own = [
            (word, place)
            for place in chosen
            for word in (weighed.words[place.row] if weighed.words else ())
            if word.part == part and matches_answer_type(question, word, passages[place.passage], place.sentence)
        ]
        best = max((word.score for word, _ in own), default=CERTAIN)
        if question.shape == "list" and best >= CERTAIN:
            near = [pair for pair in own if pair[0].score >= best - LIST_NEAR]
            first = max(chosen, key=lambda place: place.score)
            kept += near if any(place is first for _, place in near) else []
        else:
            sure = [pair for pair in own if pair[0].score >= CERTAIN]
            kept += sorted(sure, key=lambda pair: (-pair[1].score, -pair[0].score))[:1]
    spans = [_place_of(*_bounds_of(word, place, passages), place, passages) for word, place in kept]
    measured = _measured(question, chosen[0], passages)
    if measured and (not spans or not _holds_number(words_of(spans[0], passages))):
        spans = [measured]
    return _joined(list(dict.fromkeys(spans)), passages)


def _labels(chosen: Sequence[Candidate], passages: Sequence[Passage]) -> tuple[Span, ...]:
    """The labels of a list that a sentence introduces; none unless every item has one."""
    opening, *items = (span_of(place, passages) for place in chosen)
    found = [LABEL.match(_text(span, passages)) for span in items]
    if not items or not _text(opening, passages).endswith(":") or not all(found):
        return ()
    return tuple(
        Span(article_id=span.article_id, start=span.start, end=span.start + len(label[1]))
        for span, label in zip(items, found, strict=True)
        if label
    )


def _joined(spans: Sequence[Span], passages: Sequence[Passage]) -> tuple[Span, ...]:
    """Spans that only an "and" parts as one: "Marco Rubio and National Security Adviser Mike Waltz"."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else span
        first, second = sorted((last, span), key=lambda one: one.start)
        gap = Span(article_id=span.article_id, start=first.end, end=max(first.end, second.start))
        if last.article_id == span.article_id and _JOIN.fullmatch(_text(gap, passages)):
            found[-1] = Span(article_id=span.article_id, start=first.start, end=second.end)
        else:
            found.append(span)
    return tuple(found)


def _place_of(start: int, end: int, place: Candidate, passages: Sequence[Passage]) -> Span:
    return Span(article_id=passages[place.passage].chunk.article_id, start=start, end=end)


def introducing_span(question: Question, place: Candidate, passages: Sequence[Passage]) -> Span | None:
    """The words of the sentence at a place that say who somebody is, or who holds an office, if that is asked."""
    sentence = sentence_of(place, passages)
    text = passages[place.passage].article.text[sentence.start : sentence.end]
    name, office = question.person, question.office
    found = introduction(name, text) if name else holder(office, text) if office else None
    return _place_of(sentence.start + found[0], sentence.start + found[1], place, passages) if found else None


def _bounds_of(word: "ScoredSpan", place: Candidate, passages: Sequence[Passage]) -> tuple[int, int]:
    """Where the words begin and end, with what bounds their number and the bracket or quotation mark that they open.

    "Over two hours" is not two hours, and the last dot of "6:40 a.m." is its own.
    """
    text, sentence = passages[place.passage].article.text, sentence_of(place, passages)
    start, end = word.start, word.end
    if _COUNTED.match(text[start:end]):
        about = _ABOUT_BEFORE.search(text[sentence.start : start])
        start = sentence.start + about.start() if about else start
    article = _A_BEFORE.search(text[sentence.start : start]) if _UNIT.match(text, start) else None
    start = sentence.start + article.start() if article else start
    if _ABBREVIATED.search(text[start:end]) and text[end : end + 1] == ".":
        end += 1
    for opening, closing in ("()", "“”", "[]"):
        opened = text.count(opening, start, end) > text.count(closing, start, end)
        if opened and text[end : end + 1] == closing and end < sentence.end:
            end += 1
    return start, end


def _holds_number(text: str) -> bool:
    return bool(_COUNTED.search(text))


def _measured(question: Question, place: Candidate, passages: Sequence[Passage]) -> Span | None:
    """The one quantity or time in the sentence, for a question that asks for one."""
    span = span_of(place, passages)
    text = passages[place.passage].article.text[span.start : span.end]
    short = short_of(question, text)
    at = text.find(short)
    return _place_of(span.start + at, span.start + at + len(short), place, passages) if short and at >= 0 else None


def short_of(question: Question, sentence: str) -> str:
    """The words of the sentence that answer a question of measure: `how long`, `"It lasted two hours."` → `two hours`.

    Empty for other kinds, and when the sentence holds none that the question does not already say.
    """
    if question.shape != "point":
        return ""
    question_text = question.text.lower()
    found = [words for words in exact(question.answer_type, sentence) if words.lower() not in question_text]
    return found[0] if len(found) == 1 or (found and question.answer_type != "how many") else ""


def sentence_of(place: Candidate, passages: Sequence[Passage]) -> Sentence:
    """The sentence at a place."""
    return passages[place.passage].chunk.sentences[place.sentence]


def span_of(place: Candidate, passages: Sequence[Passage]) -> Span:
    """Where the sentence at a place stands in its article."""
    sentence = sentence_of(place, passages)
    article_id = passages[place.passage].chunk.article_id
    return Span(article_id=article_id, start=sentence.start, end=sentence.end)


def words_of(span: Span, passages: Sequence[Passage]) -> str:
    """What the article says there."""
    return _text(span, passages).strip()


def _text(span: Span, passages: Sequence[Passage]) -> str:
    article = next(p.article for p in passages if p.chunk.article_id == span.article_id)
    return article.text[span.start : span.end]
