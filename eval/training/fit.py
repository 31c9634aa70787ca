"""Fits the weights of `evidence.json`: `python -m eval.training.fit PARAGRAPHS.jsonl[.gz] --out FILE`.

The file holds one object a line: title, context, questions [{question, answers, unanswerable}], as SQuAD does. Six
paragraphs of a title in a row make an article. First the sentence weights are fitted so that the sentence with the
answer wins (softmax over all sentences of the article), then the question weights so that the logistic output is
the probability that the article answers.
"""

import argparse
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.training.reader_data import Record, held_out, read_records
from ingest.clean import make_article
from ingest.embed import Encoder, load_encoder
from ingest.schema import RawDocument
from ingest.staging import chunks_of
from qa.question.parse import parse_question
from qa.question.standalone import StandaloneQuestion
from qa.reading.features import QUESTION_FEATURES, SENTENCE_FEATURES, question_features, sentence_features
from qa.retrieval.passage import Passage
from qa.retrieval.query import Query, make_query, rarity
from qa.text.words import words

Floats = NDArray[np.float32]

GROUP = 6
"""Paragraphs to an article: about the length of a news report."""

ANSWERED = frozenset({"answerable", "compound"})

COMPOUND = 0.12
"""How many questions are also asked in one breath with another."""

ABSENT_WEIGHT = {"adversarial": 0.6, "near": 1.0, "far": 0.6}
"""How much each kind of unanswerable question counts against one that the article answers, in what tells them apart.
In how probable an answer is all count alike."""


@dataclass(frozen=True, eq=False)
class Example:
    """One question over one article: its sentences' features, the rows that answer, and its kind."""

    features: Floats
    gold: tuple[int, ...]
    source: str
    query: Query
    passages: tuple[Passage, ...]


def groups_of(records: Sequence[Record], size: int = GROUP) -> list[list[Record]]:
    """Runs of paragraphs that share a title, `size` to a run."""
    by_title: dict[str, list[Record]] = {}
    for record in records:
        by_title.setdefault(record.get("title") or record.get("doc_id", ""), []).append(record)
    return [rows[start : start + size] for rows in by_title.values() for start in range(0, len(rows), size)]


def passages_of(records: Sequence[Record], encoder: Encoder) -> list[Passage]:
    """The chunks of an article made of these paragraphs, with their token vectors."""
    title = str(records[0].get("title", "")).replace("_", " ")
    text = "\n".join(str(record["context"]).replace("\n", " ") for record in records)
    article = make_article(RawDocument(origin="fit", text=text, title=title))
    chunks = chunks_of(article, encoder.count_tokens)
    encoded = encoder.encode([chunk.text for chunk in chunks])
    return [Passage(chunk, article, tokens) for chunk, tokens in zip(chunks, encoded.tokens, strict=True)]


def gold_rows(passages: Sequence[Passage], question: Record, context: str) -> tuple[int, ...]:
    """The row of the sentence that holds an answer and shares the most words with the question; () when none does."""
    question_words = {word.lower() for word in words(question["question"])}
    found: list[tuple[float, int]] = []
    row = 0
    for passage in passages:
        for text in passage.texts:
            if text in context and any(_holds(text, answer) for answer in question["answers"]):
                found.append((len(question_words & {word.lower() for word in words(text)}), row))
            row += 1
    return (max(found, key=lambda pair: (pair[0], -pair[1]))[1],) if found else ()


def _holds(text: str, answer: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text))


def examples_of(records: Sequence[Record], *, limit: int, seed: int) -> Iterator[Example]:
    """Answerable questions over their article, and unanswerable ones: adversarial, near (same title) and far."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    encoder = load_encoder()
    groups = groups_of(records)
    made = [passages_of(rows, encoder) for rows in groups]
    titles = [rows[0].get("title") or rows[0].get("doc_id") for rows in groups]
    wanted: list[tuple[int, Record, str, str]] = []
    for number, rows in enumerate(groups):
        own = [(record, question) for record in rows for question in record["questions"]]
        near = [other for other in range(len(groups)) if other != number and titles[other] == titles[number]]
        for record, question in own:
            if question["unanswerable"]:
                wanted.append((number, question, record["context"], "adversarial"))
                continue
            wanted.append((number, question, record["context"], "answerable"))
            draw = rng.random()
            if near and draw < 0.35:
                wanted.append((rng.choice(near), question, "", "near"))
            elif draw < 0.5:
                wanted.append((rng.randrange(len(groups)), question, "", "far"))
        wanted += _compound(rng, number, own, near)
    rng.shuffle(wanted)
    for number, question, context, source in wanted[:limit]:
        passages = made[number]
        if source == "far" and titles[number] == question.get("title"):
            continue
        gold = gold_rows(passages, question, context) if source in ANSWERED else ()
        if source in ANSWERED and not gold:
            continue
        if source in {"near", "far", "compound absent"} and any(
            _holds(passage.chunk.text, answer) for passage in passages for answer in question["answers"]
        ):
            continue
        parsed = parse_question(StandaloneQuestion(question["question"]))
        idf = rarity(passages)
        query = make_query(parsed, encoder.encode([parsed.text]).tokens[0])
        features = np.concatenate([sentence_features(query, passage, idf) for passage in passages])
        yield Example(features, gold, source, query, tuple(passages))


def _compound(
    rng: random.Random, number: int, own: Sequence[tuple[Record, Record]], near: Sequence[int]
) -> Iterator[tuple[int, Record, str, str]]:
    """Two questions asked as one, over their own article and over another: no sentence covers a long question whole."""
    known = [(record, question) for record, question in own if not question["unanswerable"]]
    for record, question in known:
        if rng.random() < COMPOUND:
            _, other = rng.choice(known)
            text = f"{question['question'].rstrip('? ')}, and {other['question'][:1].lower()}{other['question'][1:]}"
            both = {**question, "question": text, "answers": [*question["answers"], *other["answers"]]}
            yield number, both, record["context"], "compound"
            if near:
                yield rng.choice(near), both, "", "compound absent"


def fit_sentences(
    rows: Sequence[Floats], gold: Sequence[int], *, start: float = 0.0, decay: float = 1e-4, epochs: int = 60
) -> Floats:
    """Weights by which the gold row wins a softmax over the rows of its example, (sentences, features), by Adam."""
    width, count = max(map(len, rows)), rows[0].shape[1]
    stacked = np.zeros((len(rows), width, count), dtype=np.float32)
    mask = np.full((len(rows), width), -1e9, dtype=np.float32)
    for place, own in enumerate(rows):
        stacked[place, : len(own)] = own
        mask[place, : len(own)] = 0
    right = np.asarray(gold)

    def gradient(batch: NDArray[np.int64], weights: Floats) -> Floats:
        logits = stacked[batch] @ weights + mask[batch]
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        share[np.arange(len(batch)), right[batch]] -= 1
        return np.asarray(np.einsum("rs,rsf->f", share, stacked[batch]) / len(batch) + decay * weights)

    weights = np.full(count, start, dtype=np.float32)
    return descend(weights, lambda batch: gradient(batch, weights), len(rows), epochs)


def fit_question(
    rows: Floats, target: Floats, importance: Floats, offset: Floats, *, intercept: bool = True
) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression that adds to `offset`, in the features' own units."""
    middle, spread = rows.mean(axis=0) * intercept, rows.std(axis=0) + 1e-6
    scaled = np.concatenate([(rows - middle) / spread, np.full((len(rows), 1), intercept, np.float32)], axis=1)
    weights = np.zeros(scaled.shape[1], dtype=np.float32)

    def gradient(batch: NDArray[np.int64]) -> Floats:
        chance = 1 / (1 + np.exp(-(scaled[batch] @ weights + offset[batch])))
        pull = (chance - target[batch]) * importance[batch]
        return np.asarray(pull @ scaled[batch] / len(batch) + 1e-4 * weights)

    descend(weights, gradient, len(rows), epochs=200)
    own = np.where(rows.std(axis=0) > 0, weights[:-1] / spread, 0.0).astype(np.float32)
    return own, float(weights[-1] - own @ middle)


def honest(rows: Floats, target: Floats, weights: Floats, bias: float) -> tuple[Floats, float]:
    """The same model with another slope and bias, by which its output is a probability (Platt 1999)."""
    logits = (rows @ weights + bias)[:, None].astype(np.float32)
    alike, nothing = np.ones(len(rows), dtype=np.float32), np.zeros(len(rows), dtype=np.float32)
    (slope,), shift = fit_question(logits, target, alike, nothing)
    return weights * slope, float(bias * slope + shift)


def fit_both(examples: Sequence[Example], sentence: Floats) -> tuple[Floats, float]:
    """The question weights: all but the `long` ones on single questions, then those on what is long, on top.

    Long questions are rare in SQuAD; fitted together they would bend the rest.
    """
    rows = question_rows(examples, sentence)
    target = np.array([e.source in ANSWERED for e in examples], dtype=np.float32)
    importance = np.array([ABSENT_WEIGHT.get(e.source, 1.0) for e in examples], dtype=np.float32)
    extra = np.array([name.startswith("long") for name in QUESTION_FEATURES])
    single = np.array([not e.source.startswith("compound") for e in examples])
    nothing = np.zeros(len(examples), dtype=np.float32)
    base, bias = fit_question((rows * ~extra)[single], target[single], importance[single], nothing[single])
    lengthy = rows[:, QUESTION_FEATURES.index("long")] > 0
    offset = (rows @ base + bias).astype(np.float32)
    held = (rows * extra)[lengthy]
    added, _ = fit_question(held, target[lengthy], importance[lengthy], offset[lengthy], intercept=False)
    return honest(rows, target, base + added * extra, bias)


def descend(weights: Floats, gradient: Any, count: int, epochs: int) -> Floats:
    """The weights after Adam (Kingma and Ba 2015), changed in place."""
    rate, batch = 0.02, 256
    rng = np.random.default_rng(0)
    mean, square, step = np.zeros_like(weights), np.zeros_like(weights), 0
    for epoch in range(epochs):
        order = rng.permutation(count)
        for start in range(0, count, batch):
            found = gradient(order[start : start + batch])
            step += 1
            mean += 0.1 * (found - mean)
            square += 0.001 * (found**2 - square)
            speed = rate * (1 - epoch / epochs)
            weights -= speed * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def question_rows(examples: Sequence[Example], sentence: Floats) -> Floats:
    """The features of each question, given the sentence weights, (examples, len(QUESTION_FEATURES))."""
    return np.array(
        [
            question_features(e.query, e.passages, rarity(e.passages), e.features, e.features @ sentence)
            for e in examples
        ],
        dtype=np.float32,
    )


def auc(scores: Floats, target: Floats) -> float:
    """The chance that an answerable question scores above an unanswerable one."""
    order = np.argsort(scores, kind="stable")
    rank = np.empty(len(scores))
    rank[order] = np.arange(1, len(scores) + 1)
    yes, no = int(target.sum()), int((1 - target).sum())
    return float((rank[target == 1].sum() - yes * (yes + 1) / 2) / max(yes * no, 1))


def fit(path: Path, *, limit: int, seed: int) -> dict[str, Any]:
    """The weights with their provenance and what they reach on the articles that the reader has not seen either.

    Fitted on these, they would count too much beside the reader, which is weighed against them there.
    """
    records = read_records(path)
    held = list(examples_of([record for record in records if held_out(record)], limit=limit, seed=seed))
    seen = list(examples_of([record for record in records if not held_out(record)], limit=limit, seed=seed))
    known = [e for e in seen if e.source == "answerable"]
    sentence = fit_sentences([e.features for e in known], [e.gold[0] for e in known])
    question, bias = fit_both(seen, sentence)
    chance = question_rows(held, sentence) @ question + bias
    answerable = np.array([e.source == "answerable" for e in held], dtype=np.float32)
    figures = {"first_sentence": round(first_right(held, sentence), 4)}
    for source in ABSENT_WEIGHT:
        rows = np.array([e.source in {"answerable", source} for e in held])
        figures[f"auc_{source}"] = round(auc(chance[rows], answerable[rows]), 4)
    return {
        "made_by": "python -m eval.training.fit",
        "data": {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
        "licence_of_data": "CC BY-SA 4.0 (SQuAD 1.1 and 2.0)",
        "seed": seed,
        "examples": len(seen),
        "held_out": {"examples": len(held), **figures},
        "sentence": dict(zip(SENTENCE_FEATURES, map(rounded, sentence), strict=True)),
        "question": dict(zip(QUESTION_FEATURES, map(rounded, question), strict=True)),
        "bias": rounded(bias),
    }


def first_right(examples: Sequence[Example], sentence: Floats) -> float:
    """The share of answerable questions whose best sentence is the gold one."""
    hits = [int(np.argmax(e.features @ sentence)) in e.gold for e in examples if e.source == "answerable"]
    return sum(hits) / max(len(hits), 1)


def rounded(value: float) -> float:
    """Four decimals are enough."""
    return round(float(value), 4)


def command(description: str, work: Callable[..., dict[str, Any]]) -> None:
    """A fit as a command: its options, its file, and what it reaches on what was held out."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("paragraphs", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=14_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    found = work(given.paragraphs, limit=given.limit, seed=given.seed)
    given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found["held_out"]))  # noqa: T201 - the command's result


if __name__ == "__main__":
    command("Fit the weights that tell which sentence answers.", fit)
