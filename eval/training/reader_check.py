"""What the reader reaches, with and without it: `python -m eval.training.reader_check PARAGRAPHS.jsonl [--out DIR]`.

Each paragraph is an article of its own, as SQuAD's questions are asked. The same questions are weighed by the linear
model alone and together with the reader; nothing else differs.
"""

import argparse
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.plots import calibration_plot, risk_plot, standing_alone
from eval.scorers import normalised, token_f1
from eval.stats import calibration_error, reliability
from eval.training.fit import auc, passages_of
from eval.training.reader_data import Record, read_records
from ingest.embed import load_encoder
from ingest.settings import Settings
from qa.question.parse import Question, parse_question
from qa.question.standalone import StandaloneQuestion
from qa.reading.evidence import ScoredSentences, matches_answer_type, score_sentences
from qa.reading.reader import Reader, load_reader
from qa.retrieval.passage import Passage
from qa.retrieval.query import make_query


@dataclass(frozen=True)
class Checked:
    """One question: how probable an answer was, and whether sentence and words were right, if any could be."""

    answerable: bool
    probability: float
    sentence: bool | None
    f1: float | None
    exact: bool | None
    seconds: float


def check(records: Sequence[Record], reader: Reader | None) -> list[Checked]:
    """Every question of the paragraphs, each asked of its own."""
    encoder = load_encoder()
    found = []
    for record in records:
        passages = passages_of([record], encoder)
        for question in record["questions"]:
            parsed = parse_question(StandaloneQuestion(" ".join(question["question"].split())))
            query = make_query(parsed, encoder.encode([parsed.text]).tokens[0])
            began = time.perf_counter()
            weighed = score_sentences(query, passages, reader)
            found.append(_checked(weighed, parsed, passages, question, time.perf_counter() - began))
    return found


def _checked(
    weighed: ScoredSentences, parsed: Question, passages: Sequence[Passage], question: Record, seconds: float
) -> Checked:
    if question["unanswerable"]:
        return Checked(False, weighed.probability, None, None, None, seconds)
    row = weighed.order[0]
    passage, number = weighed.places[row]
    text = passages[passage].texts[number]
    right = any(re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text) for answer in question["answers"])
    answered = (
        [word for word in weighed.words[row] if matches_answer_type(parsed, word, passages[passage], number)]
        if weighed.words
        else []
    )
    words = max(answered, key=lambda word: word.score, default=None)
    span_text = passages[passage].article.text[words.start : words.end] if words else text
    f1 = max(token_f1(span_text, answer) for answer in question["answers"])
    exact = any(normalised(span_text) == normalised(answer) for answer in question["answers"])
    return Checked(True, weighed.probability, right, f1, exact, seconds)


def figures(found: Sequence[Checked]) -> dict[str, float]:
    """The headline figures of some checked questions."""
    known = [item for item in found if item.answerable]
    chance, target = columns(found)
    answers = chance >= Settings().answer_threshold
    refused = ~answers & (target == 0)
    bins = reliability(list(chance), [bool(value) for value in target], bins=10)
    return {
        "questions": len(found),
        "best_sentence": float(np.mean([bool(item.sentence) for item in known])),
        "span_f1": float(np.mean([item.f1 or 0.0 for item in known])),
        "span_exact": float(np.mean([bool(item.exact) for item in known])),
        "answerable_auc": auc(chance, target) if len(known) < len(found) else float("nan"),
        "answered_share": float(answers.mean()),
        "answerable_answered": float(answers[target == 1].mean()),
        "not_found_recall": float(refused.sum() / max((target == 0).sum(), 1)),
        "not_found_precision": float(refused.sum() / max((~answers).sum(), 1)),
        "calibration_error": calibration_error(bins),
        "milliseconds_p50": 1000 * float(np.median([item.seconds for item in found])),
    }


def columns(found: Sequence[Checked]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The probabilities, and 1 where the paragraph answers."""
    chance = np.array([item.probability for item in found], dtype=np.float32)
    return chance, np.array([item.answerable for item in found], dtype=np.float32)


def draw(found: Sequence[Checked], name: str, out: Path) -> None:
    """Two pictures: how honest the probability is, and what answering less often saves.

    The first shows the articles that `reader.json` was fitted on as well, each question left out of its own fit.
    """
    chance, target = columns(found)
    right = [bool(item.sentence) for item in found]
    answers = chance >= Settings().answer_threshold
    wrong = 1 - float(np.mean(np.array(right)[answers])) if answers.any() else 0.0
    kept = json.loads(resources.files("qa.reading").joinpath("reader.json").read_text("utf-8"))["reliability"]
    here = reliability(list(chance), [bool(value) for value in target], bins=10)
    pictures = {
        "reliability": calibration_plot({"held-out articles": kept, name: here}),
        "trade-off": risk_plot(list(chance), right, (float(answers.mean()), wrong)),
    }
    for picture, figure in pictures.items():
        (out / f"reader-{picture}.svg").write_text(standing_alone(figure) + "\n", encoding="utf-8")


def main() -> None:
    """Check, print a table, and draw."""
    parser = argparse.ArgumentParser(description="What the reader reaches, with and without it.")
    parser.add_argument("paragraphs", type=Path)
    parser.add_argument("--out", type=Path, help="a folder for the pictures")
    given = parser.parse_args()
    records = read_records(given.paragraphs)
    table: dict[str, Any] = {}
    for name, reader in (("with", load_reader()), ("without", None)):
        found = check(records, reader)
        table[name] = {key: round(value, 4) for key, value in figures(found).items()}
        if reader and given.out:
            draw(found, given.paragraphs.parent.name, given.out)
    print(json.dumps(table, indent=1))  # noqa: T201 - the command's result


if __name__ == "__main__":
    main()
