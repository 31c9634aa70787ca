"""Fits `qa/reader.json`: `python -m eval.fit_reader PARAGRAPHS.jsonl[.gz] --out qa/reader.json`.

How much the reader's word counts beside the linear model's, on titles that the reader was not trained on: first so that
the sentence with the answer wins, then so that the logistic output is the probability that the article answers.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fit import ABSENT_WEIGHT, ANSWERED, Example, auc, command, examples_of, fit_question, fit_sentences, rounded
from eval.reader_data import held_out, read_records
from qa.evidence import READ_QUESTION, READ_SENTENCE, read_parts, read_question, read_sentences, weights_of
from qa.features import question_features, rarity
from qa.reader import Reading, load_reader

Floats = NDArray[np.float32]
FOLDS = 5

ADVERSARIAL = 0.3
"""How much a question that was written to mislead counts here. People who read the news rarely ask one, and what the
reader refuses wrongly is lost to them."""


def sentence_rows(example: Example, readings: dict[int, Reading]) -> Floats:
    """The rows of `read_sentences` for an example."""
    places = [(p, s) for p, passage in enumerate(example.passages) for s in range(len(passage.chunk.sentences))]
    return read_sentences(places, example.features @ weights_of().sentence, readings)


def question_rows(examples: Sequence[Example], rows: Sequence[Floats], weights: Floats) -> Floats:
    """The rows of `read_question`, (examples, len(READ_QUESTION))."""
    model = weights_of()
    found = []
    for example, own in zip(examples, rows, strict=True):
        scores = example.features @ model.sentence
        idf = rarity(example.passages)
        linear = question_features(example.query, example.passages, idf, example.features, scores)
        found.append(read_question(float(linear @ model.question + model.bias), own, own @ weights))
    return np.array(found, dtype=np.float32)


def fit(path: Path, *, limit: int, seed: int) -> dict[str, Any]:
    """The weights with their provenance and what they reach, each figure on folds that they were not fitted on."""
    records = [record for record in read_records(path) if held_out(record)]
    examples = list(examples_of(records, limit=limit, seed=seed))
    reader = load_reader()
    rows = [sentence_rows(e, dict(enumerate(read_parts(e.query, e.passages, reader)))) for e in examples]
    known = [number for number, e in enumerate(examples) if e.source == "answerable"]
    gold = [examples[number].gold[0] for number in known]
    sentence = fit_sentences([rows[number] for number in known], gold, start=0.3, decay=1e-3)
    table = question_rows(examples, rows, sentence)
    target = np.array([e.source in ANSWERED for e in examples], dtype=np.float32)
    weight = {**ABSENT_WEIGHT, "adversarial": ADVERSARIAL}
    importance = np.array([weight.get(e.source, 1.0) for e in examples], dtype=np.float32)
    nothing = np.zeros(len(examples), dtype=np.float32)
    chance = np.zeros(len(examples), dtype=np.float32)
    for fold in range(FOLDS):
        out = np.arange(len(examples)) % FOLDS == fold
        own, bias = fit_question(table[~out], target[~out], importance[~out], nothing[~out])
        chance[out] = table[out] @ own + bias
    question, bias = fit_question(table, target, importance, nothing)
    return {
        "made_by": "python -m eval.fit_reader",
        "data": {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
        "licence_of_data": "CC BY-SA 4.0 (SQuAD 1.1 and 2.0)",
        "seed": seed,
        "examples": len(examples),
        "held_out": figures(examples, rows, sentence, chance, table[:, 0]),
        "sentence": dict(zip(READ_SENTENCE, map(rounded, sentence), strict=True)),
        "question": dict(zip(READ_QUESTION, map(rounded, question), strict=True)),
        "bias": rounded(bias),
    }


def figures(
    examples: Sequence[Example], rows: Sequence[Floats], weights: Floats, chance: Floats, without: Floats
) -> dict[str, float]:
    """First sentence right, and how well questions that nothing answers are told apart, with and without the reader."""
    known = [(e, own) for e, own in zip(examples, rows, strict=True) if e.source == "answerable"]
    found: dict[str, Any] = {
        "examples": float(len(examples)),
        "first_sentence": np.mean([int(np.argmax(own @ weights)) in e.gold for e, own in known]),
        "first_sentence_without": np.mean([int(np.argmax(own[:, 0])) in e.gold for e, own in known]),
    }
    answerable = np.array([e.source == "answerable" for e in examples], dtype=np.float32)
    for source in ABSENT_WEIGHT:
        some = np.array([e.source in {"answerable", source} for e in examples])
        found[f"auc_{source}"] = auc(chance[some], answerable[some])
        found[f"auc_{source}_without"] = auc(without[some], answerable[some])
    return {name: round(float(value), 4) for name, value in found.items()}


if __name__ == "__main__":
    command("Fit how much the reader's word counts.", fit)
