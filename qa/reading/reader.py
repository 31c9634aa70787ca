"""The embedded reader: one forward pass over question or claim and passage gives three judgements.

Which words answer; whether the passage answers, and whether with yes; and whether it supports a claim, refutes it or
does neither. Nine transformer layers of our own training (docs/reader.md), in 8 bits on onnxruntime. It is not told
what to trust: its scores are weighed beside the others in `evidence.py` and `qa/verification`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.integrity import shipped
from ingest.minilm import load_tokenizer, open_session
from qa.retrieval.passage import Passage

Floats = NDArray[np.float32]

READER_WINDOW = 384
"""Word pieces of question and passage that are read together."""

QUESTION_WINDOW = 96
"""Word pieces of the question that are read; the rest of a longer one is not."""

LONGEST_SPAN = 30
"""Word pieces of the longest answer."""

PASSAGES_AT_ONCE = 4
"""Passages in one forward pass."""

SPANS_A_SENTENCE = 3
"""The most answers that are taken of one sentence."""

NEAR_BEST = 3.0
"""How far in log odds a further answer may be behind the best of its sentence."""

OUTSIDE = np.float32(-1e4)

ANSWERS, YES, SUPPORTED, REFUTED, NEITHER = range(5)
"""The logits of a passage as a whole: that it answers, that it does with yes, and what it makes of a claim."""


@dataclass(frozen=True)
class ScoredSpan:
    """`article.text[start:end]`, and by how much these words beat "no answer" (log odds).

    `part` is the index of the question that they answer, where several were asked in one breath.
    """

    start: int
    end: int
    score: float
    part: int = 0


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read in one passage; row `i` is of `chunk.sentences[i]`.

    `whole` are the logits of the passage, float32 (5,): `ANSWERS` to `NEITHER`. `sentences` are the log odds of an
    answer that lies in each sentence against none, float32 (sentences,), and `words` the best answers in each, best
    first, none over another.
    """

    whole: Floats
    sentences: Floats
    words: tuple[tuple[ScoredSpan, ...], ...]

    @property
    def answerable(self) -> float:
        """The log odds that the passage answers."""
        return float(self.whole[ANSWERS])


def merge_readings(readings: Sequence[Reading]) -> Reading:
    """Readings of one passage for several questions as one: whatever answers any of them answers."""
    if len(readings) == 1:
        return readings[0]
    words = tuple(
        tuple(replace(word, part=part) for part, own in enumerate(every) for word in own)
        for every in zip(*(reading.words for reading in readings), strict=True)
    )
    sentences = np.max([reading.sentences for reading in readings], axis=0)
    return Reading(max(readings, key=lambda reading: reading.answerable).whole, sentences, words)


class Reader:
    """Reads passages for a question. Safe to share between threads."""

    def __init__(self, model: bytes) -> None:
        self._session = open_session(model)
        self._tokenizer = load_tokenizer(READER_WINDOW, strategy="only_second")
        self._asked = load_tokenizer(QUESTION_WINDOW)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """What each passage holds for the question, each read with the sentences before it."""
        cut = self._cut(question)
        texts = [p.article.text[p.context_start : p.chunk.end] for p in passages]
        encodings = self._tokenizer.encode_batch([(cut, text) for text in texts])
        order = sorted(range(len(passages)), key=lambda row: len(encodings[row].ids))
        found: dict[int, Reading] = {}
        for first in range(0, len(order), PASSAGES_AT_ONCE):
            rows = order[first : first + PASSAGES_AT_ONCE]
            spans, wholes = self._forward([encodings[row] for row in rows])
            for place, row in enumerate(rows):
                found[row] = _reading(passages[row], encodings[row], spans[place], wholes[place])
        return [found[row] for row in range(len(passages))]

    def weigh(self, statement: str, texts: Sequence[str]) -> Floats:
        """The logits of each text as a whole for a question or a claim, (texts, 5): `ANSWERS` to `NEITHER`."""
        cut = self._cut(statement)
        found = np.zeros((len(texts), 5), dtype=np.float32)
        for first in range(0, len(texts), PASSAGES_AT_ONCE):
            encodings = self._tokenizer.encode_batch([(cut, text) for text in texts[first : first + PASSAGES_AT_ONCE]])
            found[first : first + len(encodings)] = self._forward(encodings)[1]
        return found

    def _cut(self, question: str) -> str:
        offsets = self._asked.encode(question, add_special_tokens=False).offsets
        return question[: offsets[-1][1]] if offsets else question

    def _forward(self, encodings: Sequence[Any]) -> tuple[Floats, Floats]:
        width = max(len(encoding.ids) for encoding in encodings)
        given = {name: np.zeros((len(encodings), width), np.int32) for name in ("input_ids", "segments", "mask")}
        for row, encoding in enumerate(encodings):
            count = len(encoding.ids)
            given["input_ids"][row, :count] = encoding.ids
            given["segments"][row, :count] = encoding.type_ids
            given["mask"][row, :count] = 1
        spans, wholes = self._session.run(None, given)
        return np.asarray(spans, np.float32), np.asarray(wholes, np.float32)


def _reading(passage: Passage, encoding: Any, logits: Floats, whole: Floats) -> Reading:
    """The logits (tokens, 2) of one passage, sentence by sentence."""
    inside = np.array([number for number, side in enumerate(encoding.sequence_ids) if side == 1], dtype=np.int64)
    places = np.array([encoding.offsets[number] for number in inside], dtype=np.int64).reshape(-1, 2)
    places += passage.context_start
    scores: list[float] = []
    words: list[tuple[ScoredSpan, ...]] = []
    for sentence in passage.chunk.sentences:
        own = np.flatnonzero((places[:, 0] >= sentence.start) & (places[:, 1] <= sentence.end))
        if not len(own):
            scores.append(float(OUTSIDE))
            words.append(())
            continue
        both = _pairs(logits, inside[own])
        scores.append(_total(both))
        words.append(_best(both, places[own]))
    return Reading(whole, np.array(scores, dtype=np.float32), tuple(words))


def _pairs(logits: Floats, rows: NDArray[np.int64]) -> Floats:
    """The log odds of each start and end among these rows against "no answer", (rows, rows)."""
    length = np.arange(len(rows))[None, :] - np.arange(len(rows))[:, None]
    both = logits[rows, 0][:, None] + logits[rows, 1][None, :] - float(logits[0].sum())
    return np.where((length >= 0) & (length < LONGEST_SPAN), both, OUTSIDE).astype(np.float32)


def _total(both: Floats) -> float:
    """The log odds that any of the pairs is the answer."""
    top = float(both.max())
    return top + float(np.log(np.exp(both - top).sum()))


def _best(both: Floats, places: NDArray[np.int64]) -> tuple[ScoredSpan, ...]:
    """The best answers of a sentence, at most `EACH` and none much worse than the first."""
    found: list[ScoredSpan] = []
    both = both.copy()
    while len(found) < SPANS_A_SENTENCE:
        first, last = divmod(int(both.argmax()), len(both))
        score = float(both[first, last])
        if score <= OUTSIDE / 2 or (found and score < found[0].score - NEAR_BEST):
            break
        found.append(ScoredSpan(int(places[first, 0]), int(places[last, 1]), score))
        both[: last + 1, first:] = OUTSIDE
    return tuple(found)


@lru_cache(maxsize=1)
def load_reader() -> Reader:
    """The reader of this process, loaded once, in a quarter of a second. Raises EncoderError when it is damaged."""
    return Reader(shipped("qa/reading", "reader.onnx"))
