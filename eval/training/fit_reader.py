"""Fits `reader.json`: `python -m eval.training.fit_reader PARAGRAPHS.jsonl[.gz] --out qa/reading/reader.json`.

How much the reader's word counts beside the linear model's, on titles that the reader was not trained on and on the
shipped set `news`: first so that the sentence with the answer wins, then so that what is answered is told apart, and
last which probability that means.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.stats import calibration_error, isotonic, reliability
from eval.training.fit import (
    ABSENT_WEIGHT,
    ANSWERED,
    Example,
    auc,
    command,
    examples_of,
    fit_question,
    fit_sentences,
    passages_of,
    rounded,
)
from eval.training.reader_data import held_out, read_records
from ingest.embed import load_encoder
from qa.question.parse import parse_question
from qa.question.standalone import StandaloneQuestion
from qa.reading.evidence import (
    READ_QUESTION,
    READ_SENTENCE,
    SecondLook,
    calibrate,
    is_read,
    load_evidence_model,
    question_row,
    read_parts,
    reorder,
    sentence_rows,
)
from qa.reading.features import question_features, sentence_features
from qa.reading.reader import Reading, load_reader
from qa.retrieval.passage import Passage
from qa.retrieval.query import make_query, rarity

Floats = NDArray[np.float32]
FOLDS = 5

LINEAR = 0.1
"""How much the linear model's log odds count: left to the fit it is more, since words tell more in encyclopedia
articles than elsewhere."""

GIVEN = {"linear": LINEAR, "twisted": -2.6, "misfit": -1.14}
"""Weights that are not fitted: faults are rare, and what they count was fitted on three times as many questions."""

CAUTION = -0.1
"""Log odds that every answer loses; below nothing it gains them. With -.2 `news` answers three more of 205 rightly, and
two more of the 52 that it should refuse; with .1 it is the other way about."""

NEWS_ABSENT = 2
"""How often a question that a news report leaves open is counted: there are three that it answers to one of them."""

SETS = Path(__file__).parents[1] / "sets"


def examples_of_set(name: str) -> Iterator[Example]:
    """The questions of a shipped set over their article, but for follow-ups and what the reader is not asked."""
    encoder = load_encoder()
    held = dict[str, tuple[Passage, ...]]()
    for row in read_records(SETS / f"{name}.jsonl"):
        (file,) = row["articles"]
        if file not in held:
            text = (SETS / "articles" / file).read_text("utf-8")
            held[file] = tuple(passages_of([{"context": text, "title": file}], encoder))
        parsed = parse_question(StandaloneQuestion(row["question"]))
        if row.get("history") or not is_read(parsed):
            continue
        passages = held[file]
        query = make_query(parsed, encoder.encode([parsed.text]).tokens[0])
        features = np.concatenate([sentence_features(query, passage, rarity(passages)) for passage in passages])
        texts = [text for passage in passages for text in passage.texts]
        gold = tuple(n for n, text in enumerate(texts) if any(one in text for one in row.get("evidence", ())))
        if row.get("answerable", True) and gold:
            yield Example(features, gold, "answerable", query, passages)
        elif not row.get("answerable", True):
            yield from [Example(features, (), "adversarial", query, passages)] * NEWS_ABSENT


def places_of(example: Example) -> list[tuple[int, int]]:
    """All its sentences, as (passage, sentence)."""
    return [(p, s) for p, passage in enumerate(example.passages) for s in range(len(passage.chunk.sentences))]


def example_rows(example: Example, readings: dict[int, Reading]) -> Floats:
    """The rows of `read_sentences` for an example."""
    return sentence_rows(places_of(example), example.features @ load_evidence_model().sentence, readings)


def question_rows(
    examples: Sequence[Example], rows: Sequence[Floats], ranked: Sequence[Floats], looks: Sequence[SecondLook]
) -> Floats:
    """The rows of `read_question`, (examples, len(READ_QUESTION)); `ranked` are the scores of each one's sentences."""
    model = load_evidence_model()
    found = []
    for example, own, best, look in zip(examples, rows, ranked, looks, strict=True):
        scores = example.features @ model.sentence
        linear = question_features(example.query, example.passages, rarity(example.passages), example.features, scores)
        marks = look.marks(places_of(example)[int(np.argmax(best))])
        found.append(question_row(float(linear @ model.question + model.bias), own, best, marks))
    return np.array(found, dtype=np.float32)


def fit(path: Path, *, limit: int, seed: int) -> dict[str, Any]:
    """The weights with their provenance and what they reach, each figure on folds that they were not fitted on."""
    records = [record for record in read_records(path) if held_out(record)]
    examples = [*examples_of(records, limit=limit, seed=seed), *examples_of_set("news")]
    reader = load_reader()
    readings = [dict(enumerate(read_parts(e.query, e.passages, reader))) for e in examples]
    rows = [example_rows(e, read) for e, read in zip(examples, readings, strict=True)]
    known = [number for number, e in enumerate(examples) if e.source == "answerable"]
    gold = [examples[number].gold[0] for number in known]
    sentence = fit_sentences([rows[number] for number in known], gold, start=0.3, decay=1e-3)
    looks = [SecondLook(e.query, e.passages, reader, read) for e, read in zip(examples, readings, strict=True)]
    ranked = [reorder(own @ sentence, places_of(e), look) for e, own, look in zip(examples, rows, looks, strict=True)]
    table = question_rows(examples, rows, ranked, looks)
    target = np.array([e.source in ANSWERED for e in examples], dtype=np.float32)
    chance = np.zeros(len(examples), dtype=np.float32)
    for fold in range(FOLDS):
        out = np.arange(len(examples)) % FOLDS == fold
        own, bias, curve = weighed(table[~out], target[~out])
        chance[out] = [calibrate(output, curve) for output in table[out] @ own + bias]
    question, bias, curve = weighed(table, target)
    return {
        "made_by": "python -m eval.training.fit_reader",
        "data": {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
        "licence_of_data": "CC BY-SA 4.0 (SQuAD 1.1 and 2.0)",
        "seed": seed,
        "examples": len(examples),
        "held_out": figures(examples, rows, ranked, chance, table[:, 0]),
        "reliability": [[rounded(sure), rounded(right), count] for sure, right, count in bins(chance, target)],
        "sentence": dict(zip(READ_SENTENCE, map(rounded, sentence), strict=True)),
        "question": dict(zip(READ_QUESTION, map(rounded, question), strict=True)),
        "bias": rounded(bias),
        "curve": [[rounded(output), rounded(meant)] for output, meant in curve],
    }


def weighed(table: Floats, target: Floats) -> tuple[Floats, float, Floats]:
    """Weights and bias of a logistic regression in which every question counts alike, and the curve that bends it.

    What is absent altogether the reader sees at a glance, what misleads it hardly sees: a straight line fits not both.
    """
    alike = np.ones(len(table), dtype=np.float32)
    given = np.array([GIVEN.get(name, 0.0) for name in READ_QUESTION], dtype=np.float32)
    free = np.array([name not in GIVEN for name in READ_QUESTION])
    found, bias = fit_question(table[:, free], target, alike, table @ given)
    own = given
    own[free] = found
    curve = np.array(isotonic(list(table @ own + bias), list(target > 0)), dtype=np.float32)
    curve[:, 1] -= CAUTION
    return own, bias, curve


def figures(
    examples: Sequence[Example], rows: Sequence[Floats], ranked: Sequence[Floats], chance: Floats, without: Floats
) -> dict[str, float]:
    """First sentence right, and how well questions that nothing answers are told apart, with and without the reader."""
    known = [(e, own, best) for e, own, best in zip(examples, rows, ranked, strict=True) if e.source == "answerable"]
    found: dict[str, Any] = {
        "examples": float(len(examples)),
        "first_sentence": np.mean([int(np.argmax(best)) in e.gold for e, _, best in known]),
        "first_sentence_without": np.mean([int(np.argmax(own[:, 0])) in e.gold for e, own, _ in known]),
    }
    answerable = np.array([e.source == "answerable" for e in examples], dtype=np.float32)
    for source in ABSENT_WEIGHT:
        some = np.array([e.source in {"answerable", source} for e in examples])
        found[f"auc_{source}"] = auc(chance[some], answerable[some])
        found[f"auc_{source}_without"] = auc(without[some], answerable[some])
    target = np.array([e.source in ANSWERED for e in examples], dtype=np.float32)
    found["calibration_error"] = calibration_error(bins(chance, target))
    return {name: round(float(value), 4) for name, value in found.items()}


def bins(logits: Floats, target: Floats) -> list[tuple[float, float, int]]:
    """How sure, how often right, and how many, in ten equally wide steps of the probability."""
    return reliability(list(1 / (1 + np.exp(-logits))), list(target > 0), bins=10)


if __name__ == "__main__":
    command("Fit how much the reader's word counts.", fit)
