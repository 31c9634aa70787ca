"""Every sentence of the passages is scored: does it answer, and does anything answer at all? Pure.

First a linear model over features of question and sentence, then the reader's scores on top of it. The weights in
`evidence.json` are made by `eval/training/fit.py`, those in `reader.json` by `eval/training/fit_reader.py`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ingest.integrity import shipped
from qa.question.answer_form import can_be
from qa.question.parse import Question, distinct
from qa.reading.features import (
    QUESTION_FEATURES,
    SENTENCE_FEATURES,
    asks_opposite,
    question_features,
    sentence_features,
)
from qa.reading.reader import ANSWERS, Reader, Reading, ScoredSpan, merge_readings
from qa.retrieval.passage import Passage
from qa.retrieval.query import Query, rarity

Floats = NDArray[np.float32]
SentenceIndex = tuple[int, int]

READ_SENTENCE = ("linear", "span", "passage")
"""What a sentence that was read is weighed by: the linear model's score, the log odds of an answer in it, and those
that its passage answers."""

READ_QUESTION = ("linear", "span", "passage", "twisted", "misfit", "reason")
"""What tells, once the passages were read, whether anything answers: the linear model's log odds, those of an answer in
the best sentence and that its passage answers, whether the question is for the opposite of what the sentence says,
whether the best words in it cannot be what was asked for, as no time can be where, and whether a reason is asked for:
its words have no sharp ends, so the reader is less sure of them."""

READ_TOGETHER = (1, 1, 2, 2)
"""How many passages are read in one go, the likeliest first, until one settles the question: six at most, which is an
article of 4,500 characters whole."""

SURE = 0.62
"""How probable an answer must be for the rest to be left unread."""

UNREAD = -6.0
"""What stands in for the reader's log odds where it has not read."""

READER_BOUND = 10.0
"""The reader's log odds count no further than this."""

LONG_QUESTION = (10, 18)
"""Words with meaning from which on the reader's say in whether anything answers fades, and from which on it has none:
it has learned from questions of half a dozen. What asks for many things at once the linear model tells. Chosen on
MultiHop-RAG, where the reader alone refuses 1 of 15 questions about what no article holds, and both together 14."""

SECOND_LOOK = 0.2
"""What the log odds of a sentence read once more count when the two best are compared. Chosen of six values on the
articles that the reader was not trained on, where it rights 3 answers of 678."""

FOLLOW_UP = 1.9
"""Log odds that a follow-up gains: it says little itself, so its words cover little, and it is mostly about what was
just answered. The weights were fitted on questions that stand alone."""

UNLEARNED = 0.4
"""Log odds that a comparison gains: it asks in words of its own for what the articles say in others, and is not read.
Chosen on multihoprag, squad2 and the sample."""


@dataclass(frozen=True, eq=False)
class ScoredSentences:
    """The sentences of all passages as (passage, sentence) with their features and scores; aligned rows.

    `words` are the exact words that may answer in each sentence; empty where nothing was read.
    """

    places: tuple[SentenceIndex, ...]
    features: Floats
    scores: Floats
    probability: float
    words: tuple[tuple[ScoredSpan, ...], ...] = ()

    @property
    def order(self) -> list[int]:
        """Rows from the best to the worst."""
        return [int(row) for row in np.argsort(-self.scores, kind="stable")]


@dataclass(frozen=True, eq=False)
class LinearScores:
    """What the linear model says: aligned rows of places, features and scores, and the log odds of any answer.

    `gain` is what these are to be raised by for a question of a kind that was not fitted.
    """

    places: tuple[SentenceIndex, ...]
    features: Floats
    scores: Floats
    logit: float
    gain: float


def score_sentences(query: Query, passages: Sequence[Passage], reader: Reader | None) -> ScoredSentences:
    """All sentences with their scores, and the probability that the best one answers the question.

    The reader, if there is one, reads the likeliest passage, and the rest when it must: a question for one point is
    done when that one answers it beyond doubt.
    """
    found = score_linear(query, passages)
    if reader is None or not passages or not is_read(query.question):
        return combine(query, found, {})
    best = np.full(len(passages), -np.inf)
    np.maximum.at(best, [passage for passage, _ in found.places], found.scores)
    order = iter([int(index) for index in np.argsort(-best, kind="stable")])
    readings: dict[int, Reading] = {}
    again = SecondLook(query, passages, reader, readings)
    for count in READ_TOGETHER:
        if not (some := list(islice(order, count))):
            break
        readings |= dict(zip(some, read_parts(query, [passages[index] for index in some], reader), strict=True))
        weighed = combine(query, found, readings, again)
        if weighed.probability >= SURE and weighed.places[weighed.order[0]][0] in readings:
            break
    return weighed


def is_read(question: Question) -> bool:
    """Whether the reader is asked: it has learned neither to compare nor to sum up."""
    return question.shape not in {"summary", "compare"}


@dataclass(frozen=True, eq=False)
class SecondLook:
    """A second look at the best sentences. `readings` may come later."""

    query: Query
    passages: Sequence[Passage]
    reader: Reader
    readings: Mapping[int, Reading]
    _seen: dict[SentenceIndex, float] = field(default_factory=dict)

    def alone(self, places: Sequence[SentenceIndex]) -> list[float]:
        """The log odds that each answers, read by itself: all in one forward pass, and none twice."""
        new = [place for place in places if place not in self._seen]
        texts = [self.passages[passage].texts[sentence] for passage, sentence in new]
        if texts:
            parts = self.query.question.parts
            found = np.max([self.reader.weigh(part, texts)[:, ANSWERS] for part in parts], axis=0)
            self._seen.update(zip(new, map(float, found), strict=True))
        return [self._seen[place] for place in places]

    def marks(self, place: SentenceIndex) -> tuple[float, float, float]:
        """What `READ_QUESTION` calls twisted, misfit and reason."""
        passage, sentence = place
        twisted = asks_opposite(self.query, self.passages[passage].texts[sentence])
        question, reading = self.query.question, self.readings.get(passage)
        misfits = misfit(question, self.passages[passage], reading, sentence)
        return float(twisted), misfits, float(question.answer_type == "why")


def misfit(question: Question, passage: Passage, reading: Reading | None, sentence: int) -> float:
    """Whether the best words of a sentence that was read cannot be what is asked for."""
    best = reading.words[sentence][:1] if reading else ()
    return float(any(not matches_answer_type(question, words, passage, sentence) for words in best))


def matches_answer_type(question: Question, words: ScoredSpan, passage: Passage, sentence: int) -> bool:
    """Whether words of a sentence can be what is asked for; of several questions in one breath it is not told which."""
    text, first = passage.article.text, passage.chunk.sentences[sentence].start
    own = can_be(question.answer_type, text[words.start : words.end], text[first : words.start])
    return own or not question.single


def read_parts(query: Query, passages: Sequence[Passage], reader: Reader) -> list[Reading]:
    """What each passage holds for the question; where several were asked in one breath, for any of them."""
    parts = [reader.read(part, passages) for part in query.question.parts]
    return [merge_readings(every) for every in zip(*parts, strict=True)]


def score_linear(query: Query, passages: Sequence[Passage]) -> LinearScores:
    """The features of all sentences and what the linear model makes of them."""
    places = tuple((p, s) for p, passage in enumerate(passages) for s in range(len(passage.chunk.sentences)))
    if not places:
        return LinearScores((), np.zeros((0, len(SENTENCE_FEATURES)), np.float32), np.zeros(0, np.float32), -30.0, 0.0)
    idf = rarity(passages)
    features = np.concatenate([sentence_features(query, passage, idf) for passage in passages])
    model = load_evidence_model()
    scores = (features @ model.sentence).astype(np.float32)
    summary = question_features(query, passages, idf, features, scores)
    logit = float(summary @ model.question + model.bias)
    return LinearScores(places, features, scores, logit, _gain(query.question, summary))


def combine(
    query: Query,
    found: LinearScores,
    readings: Mapping[int, Reading],
    again: SecondLook | None = None,
) -> ScoredSentences:
    """What the linear model and the reader say together; without readings, the linear model alone.

    `again` looks at a sentence once more. Whether a follow-up is answered the reader is not asked, only which sentence
    is meant: it has not learned that. Nor is it asked for the sentences of a list: it has learned to look for one.
    """
    if not found.places:
        return ScoredSentences((), found.features, found.scores, 0.0)
    scores, logit = found.scores, found.logit
    if readings:
        model = load_evidence_model()
        rows = sentence_rows(found.places, scores, readings)
        question = query.question
        if question.shape != "list":
            scores = (rows @ model.read_sentence).astype(np.float32)
            scores = reorder(scores, found.places, again) if again else scores
        if again and not any(term.carried for term in question.terms):
            marks = again.marks(found.places[int(np.argmax(scores))])
            logit = float(question_row(logit, rows, scores, marks) @ model.read_question + model.read_bias)
            logit = calibrate(logit, model.read_curve)
            share = reader_share(question)
            logit = share * logit + (1 - share) * found.logit
    probability = float(1 / (1 + np.exp(-np.clip(logit + found.gain, -30, 30))))
    words = tuple(readings[p].words[s] if p in readings else () for p, s in found.places)
    return ScoredSentences(found.places, found.features, scores, probability, words)


def reorder(scores: Floats, places: Sequence[SentenceIndex], again: SecondLook) -> Floats:
    """The scores with the two best sentences changed about where a second look at both prefers the other."""
    if len(scores) < 2:
        return scores
    first, second = (int(row) for row in np.argsort(-scores, kind="stable")[:2])
    if scores[first] - scores[second] > 2 * SECOND_LOOK * READER_BOUND:
        return scores  # no look could change that
    looks = again.alone([places[first], places[second]])
    ahead, behind = (SECOND_LOOK * np.clip(look, -READER_BOUND, READER_BOUND) for look in looks)
    if scores[first] + ahead < scores[second] + behind:
        scores = scores.copy()
        scores[[first, second]] = scores[[second, first]]
    return scores


def sentence_rows(places: Sequence[SentenceIndex], linear: Floats, readings: Mapping[int, Reading]) -> Floats:
    """What the reader and the linear model say of each sentence, (sentences, len(READ_SENTENCE))."""
    rows = np.full((len(places), len(READ_SENTENCE)), UNREAD, dtype=np.float32)
    rows[:, 0] = linear
    for row, (passage, sentence) in enumerate(places):
        if passage in readings:
            rows[row, 1:] = readings[passage].sentences[sentence], readings[passage].answerable
    rows[:, 1:] = np.clip(rows[:, 1:], -READER_BOUND, READER_BOUND)
    return rows


def question_row(linear: float, rows: Floats, scores: Floats, marks: tuple[float, float, float]) -> Floats:
    """What tells whether anything answers at all, (len(READ_QUESTION),).

    `linear` is the linear model's log odds, `marks` what is seen of the question and its best sentence.
    """
    return np.array((linear, *rows[int(np.argmax(scores)), 1:], *marks), dtype=np.float32)


def reader_share(question: Question) -> float:
    """How much the reader's word counts in whether anything answers, from 1 to 0 for a long question."""
    start, end = LONG_QUESTION
    count = sum(not term.asking for term in distinct(question.terms))
    return min(max((end - count) / (end - start), 0.0), 1.0)


def calibrate(logit: float, curve: Floats) -> float:
    """The log odds that an output stands for: by the curve's knots, (knots, 2), and beyond them as much further."""
    outputs, meant = curve[:, 0], curve[:, 1]
    return float(np.interp(logit, outputs, meant) + logit - np.clip(logit, outputs[0], outputs[-1]))


def _gain(question: Question, summary: Floats) -> float:
    """The log odds that a question gains for its kind; a follow-up none when it brings a name or number that is new."""
    if any(term.carried for term in question.terms):
        return 0.0 if summary[QUESTION_FEATURES.index("names_absent")] else FOLLOW_UP
    return UNLEARNED if question.shape == "compare" else 0.0


@dataclass(frozen=True, eq=False)
class EvidenceModel:
    """The fitted models: one weight a feature, and a bias. Those named `read` stand on the others and the reader.

    `read_curve` has the log odds that the last one's output stands for, see `calibrate`.
    """

    sentence: Floats
    question: Floats
    bias: float
    read_sentence: Floats
    read_question: Floats
    read_bias: float
    read_curve: Floats


@lru_cache(maxsize=1)
def load_evidence_model() -> EvidenceModel:
    """The weights that come with the package; a feature that has not been fitted yet counts nothing."""
    found = json.loads(shipped("qa/reading", "evidence.json"))
    read = json.loads(shipped("qa/reading", "reader.json"))
    return EvidenceModel(
        np.array([found["sentence"].get(name, 0.0) for name in SENTENCE_FEATURES], dtype=np.float32),
        np.array([found["question"].get(name, 0.0) for name in QUESTION_FEATURES], dtype=np.float32),
        float(found["bias"]),
        np.array([read["sentence"].get(name, 0.0) for name in READ_SENTENCE], dtype=np.float32),
        np.array([read["question"].get(name, 0.0) for name in READ_QUESTION], dtype=np.float32),
        float(read["bias"]),
        np.array(read.get("curve", [[0.0, 0.0]]), dtype=np.float32),
    )
