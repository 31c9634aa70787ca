"""How well it is told beforehand whether an article answers: `python -m eval.training.gate_check SET… [--out DIR]`.

A set is one that `eval run` takes, or a file of paragraphs, each an article of its own, as SQuAD's questions are asked.
The language model that ANSWERER names is asked for its yes or no, as the gate asks it; its answer is not. The curve
shows for every line that could be drawn how many questions nothing answers would be stopped, and how many others would
pass.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.corpus import open_corpus
from eval.datasets import read_set
from eval.plots import curves_plot, standing_alone
from eval.training.fit import auc
from eval.training.reader_data import read_records
from ingest.schema import RawDocument
from ingest.settings import Settings
from qa.generation.generate import budgets, context_for, form_for, gate_probability
from qa.generation.prompt import gate_messages
from qa.llm.choice import chosen_model
from qa.llm.usage import UsageMeter
from qa.question.standalone import StandaloneQuestion
from qa.reading.evidence import score_sentences
from qa.reading.reader import load_reader
from qa.retrieval.retrieve import retrieve_passages
from qa.timing import Stopwatch

Floats = NDArray[np.float32]

EACH = 6
"""Questions of a paragraph that are asked at most: a model reads each paragraph once."""


@dataclass(frozen=True)
class GateQuestion:
    """A question that stands alone, its article ("" for all of them), and whether that answers it."""

    question: str
    article: str
    answerable: bool


@dataclass(frozen=True)
class Gauged:
    """How probable an answer is by the evidence without and with the reader, and by the model's yes."""

    answerable: bool
    linear: float
    read: float
    yes: float | None


def questions_of(name: str, most: int, rng: random.Random) -> tuple[list[RawDocument], list[GateQuestion]]:
    """The articles of a set and at most so many questions about them; first ones only, each about one article."""
    if ".jsonl" in name:
        rows = [row for row in read_records(Path(name)) if row["questions"]]
        rng.shuffle(rows)
        texts = [RawDocument(origin=f"{n}", title="", text=row["context"]) for n, row in enumerate(rows)]
        questions = [
            GateQuestion(item["question"], f"{n}", not item["unanswerable"])
            for n, row in enumerate(rows)
            for item in row["questions"][:EACH]
        ][:most]
        return [text for text in texts if any(text.origin == one.article for one in questions)], questions
    held = read_set(name, max_bytes=10**9)
    cases = [case for case in held.cases if len(case.articles) <= 1 and not case.history]
    some = rng.sample(cases, min(most, len(cases)))
    found = [GateQuestion(case.question, "".join(case.articles), case.answerable) for case in some]
    return list(held.documents), sorted(found, key=lambda one: one.article)


def gauge(documents: Sequence[RawDocument], questions: Sequence[GateQuestion], settings: Settings) -> Iterator[Gauged]:
    """Every question as the gate sees it. Raises ModelError when the model fails."""
    model, reader = chosen_model(settings), load_reader()
    with tempfile.TemporaryDirectory() as folder:
        corpus = open_corpus(documents, settings.model_copy(update={"data_dir": Path(folder)}))
        for one in questions:
            found = retrieve_passages(
                StandaloneQuestion(one.question),
                [corpus.ids[one.article]] if one.article else None,
                corpus.settings,
                Stopwatch(),
            )
            linear, read = (score_sentences(found.query, found.passages, who).probability for who in (None, reader))
            yes = None
            if model:
                sheet = context_for(found, *budgets(model, settings))
                messages = gate_messages(sheet, one.question, form_for(model, settings))
                yes = model.yes(messages, UsageMeter())
            yield Gauged(one.answerable, linear, read, yes)


def figures(found: Sequence[Gauged], *, read: bool) -> dict[str, float]:
    """How well answerable questions are told apart, and what passes and is stopped at the line that is drawn."""
    known = np.array([item.answerable for item in found])
    scores = {
        "evidence": np.array([item.read if read else item.linear for item in found], dtype=np.float32),
        "model": np.array([0.5 if item.yes is None else item.yes for item in found], dtype=np.float32),
        "gate": chances(found, read=read),
    }
    answers = scores["gate"] >= Settings().answer_threshold
    return {
        "questions": len(found),
        "answerable": int(known.sum()),
        **{f"auc_{name}": auc(score, known.astype(np.float32)) for name, score in scores.items()},
        "answerable_pass": float(answers[known].mean()),
        "others_stopped": float((~answers[~known]).mean()),
    }


def chances(found: Sequence[Gauged], *, read: bool) -> Floats:
    """What the gate makes of each question: the probability that it is answered."""
    return np.array(
        [gate_probability(item.read if read else item.linear, item.yes) for item in found], dtype=np.float32
    )


def curve(found: Sequence[Gauged], *, read: bool) -> list[tuple[float, float]]:
    """For each line the shares of the others that are stopped and of the answerable that pass."""
    known, score = np.array([item.answerable for item in found]), chances(found, read=read)
    lines = np.concatenate([[-1.0], np.sort(score), [2.0]])
    return [(float((score[~known] < line).mean()), float((score[known] >= line).mean())) for line in lines]


def draw(sets: Mapping[str, Sequence[Gauged]], path: Path, *, read: bool) -> None:
    """A curve for each set, and where the line stands on it."""
    here = {name: figures(found, read=read) for name, found in sets.items()}
    made = {name: (curve(found, read=read), here[name]) for name, found in sets.items()}
    marks = {
        name: (points, (own["others_stopped"], own["answerable_pass"]), own["auc_gate"])
        for name, (points, own) in made.items()
    }
    path.write_text(standing_alone(curves_plot(marks, "others stopped", "answerable pass")) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: a table of figures, and a picture."""
    parser = argparse.ArgumentParser(description="How well the gate tells whether an article answers.")
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--most", type=int, default=240)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", type=Path, help="a folder for the picture")
    given = parser.parse_args(arguments)
    settings, sets = Settings(), {}
    for name in given.sets:
        rng = random.Random(given.seed)  # noqa: S311 - a sample, not a secret
        found = list(gauge(*questions_of(name, given.most, rng), settings))
        path = Path(name)
        sets[path.parent.name if path.suffix else path.name] = found
    read = settings.reader == "on"
    table = {name: {key: round(v, 3) for key, v in figures(f, read=read).items()} for name, f in sets.items()}
    print(json.dumps(table, indent=1))  # noqa: T201 - the command's result
    if given.out:
        draw(sets, given.out / "gate-curves.svg", read=read)


if __name__ == "__main__":
    main()
