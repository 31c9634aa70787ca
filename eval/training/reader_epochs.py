"""What the teacher and the reader read, in which order: short readings for what misleads, and whole paragraphs."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from eval.training.reader_data import Maker, Reading, Record, plain_readings
from eval.training.reword import Neighbours, reworded
from ingest.split import split_sentences
from qa.text.words import content_words, stem

TEACHER_SHARES = {"edited": 0.30, "removed": 0.10, "near": 0.10, "far": 0.02}
"""For the teacher, which is slow: for each answered question how many of each made kind, less of what is easy."""

SHORT_SHARES = {"edited": 1.0, "removed": 0.12, "near": 0.35, "far": 0.03}
"""The same for the short readings, which are there for what misleads."""

SHORT_SEEDS = (31, 32, 33, 34)
"""One round of short readings each: 58,000 in all."""

SHORT_ANSWERABLE = 0.6
"""The share of the answerable questions that a round of short readings keeps."""

REWORDED_SEEDS = (41, 42, 43, 44, 45, 46)
"""One round of reworded questions each: 54,600 in all."""


def teacher_epochs(records: Sequence[Record]) -> list[list[Reading]]:
    """What the teacher reads: two thirds of everything, then as much again of what misleads as there is time for."""
    given: dict[str, Any] = {"shares": TEACHER_SHARES, "neighbour": 0.15}
    first, second = (Maker(records, seed, **given).readings() for seed in (101, 202))
    rng = random.Random(5)  # noqa: S311 - a sample, not a secret
    kept = {"adversarial": 1.0, "edited": 1.0, "removed": 1.0, "answerable": 0.55, "near": 0.5}
    second = [reading for reading in second if rng.random() < kept.get(reading.source, 0.0)]
    rng.shuffle(second)
    return [first[:8_500], second[:6_400]]


def windowed(reading: Reading, rng: random.Random) -> Reading | None:
    """The reading cut to one to four sentences around the answer, else around what shares most with the question.

    None when no sentence holds the answer whole.
    """
    found = list(split_sentences(reading.passage))
    if reading.spans:
        likely = [n for n, s in enumerate(found) if s.start <= reading.spans[0][0] < s.end][:1]
    else:
        question_stems = {stem(word) for word in content_words(reading.question)}
        texts = [reading.passage[s.start : s.end] for s in found]
        shared = [
            len(question_stems & {stem(word) for word in content_words(text)}) + rng.random() * 0.9 for text in texts
        ]
        likely = [max(range(len(found)), key=shared.__getitem__)] if found else []
    if not likely:
        return None
    size = rng.choice([1, 2, 2, 3, 3, 4])
    first = max(0, likely[0] - rng.randrange(size))
    start, end = found[first].start, found[min(len(found), first + size) - 1].end
    spans = tuple((a - start, b - start) for a, b in reading.spans if start <= a and b <= end)
    return None if reading.spans and not spans else replace(reading, passage=reading.passage[start:end], spans=spans)


def short_readings(records: Sequence[Record]) -> list[Reading]:
    """Questions over few sentences, each seed with edits of its own: what the teacher says of them is new to it too."""
    found: dict[tuple[str, str], Reading] = {}
    for seed in SHORT_SEEDS:
        rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
        made = Maker(records, seed, shares=SHORT_SHARES, neighbour=0.0).readings()
        made = [r for r in made if not (r.source == "answerable" and rng.random() > SHORT_ANSWERABLE)]
        cut = [short for reading in made if (short := windowed(reading, rng))]
        found |= {(r.question, r.passage): r for r in cut if (r.question, r.passage) not in found}
    return list(found.values())


def reworded_readings(records: Sequence[Record]) -> list[Reading]:
    """The published questions over few sentences, each seed with other words exchanged: only the teacher can tell."""
    neighbours, found = Neighbours(), dict[tuple[str, str], Reading]()
    for seed in REWORDED_SEEDS:
        rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
        for reading in plain_readings(records):
            question = reworded(reading.question, neighbours, rng)
            if question and question != reading.question and (short := windowed(reading, rng)):
                made = replace(short, question=question, spans=(), source="reworded")
                found.setdefault((question, made.passage), made)
    return list(found.values())


def reader_epochs(records: Sequence[Record], seed: int) -> list[list[list[Reading]]]:
    """What the reader reads, in two courses.

    First short readings once, and whole paragraphs twice, in between and at the end; then reworded questions, and the
    paragraphs once more.
    """
    short, whole = short_readings(records), Maker(records, seed).readings()
    other = reworded_readings(records)
    for some in (short, other):
        random.Random(9).shuffle(some)  # noqa: S311 - an order, not a secret
    cut = len(short) * 2 // 3
    return [[short[:cut], whole, short[cut:], whole], [other, whole]]
