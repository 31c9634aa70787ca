"""Trains the reader: `python -m eval.training.reader_train PARAGRAPHS.jsonl[.gz] --teacher DIR --out FILE`.

The encoder's transformer, with question and passage read together, learns three things at once: where the answer
starts, where it ends, and whether there is one (Devlin et al. 2019; Rajpurkar et al. 2018 for questions that nothing
answers). A larger model learns them first and then teaches the small one what it makes of every example, made ones
included. Needs the dependency group `training`; three hours on two cores that do bfloat16.
"""

import argparse
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from eval.training.encoder_export import source
from eval.training.reader_data import Reading, Record, held_out, read_records
from eval.training.reader_epochs import reader_epochs, teacher_epochs
from eval.training.reader_export import export
from eval.training.reader_models import load_reader, load_teacher

LENGTH = 384
"""Word pieces of question and passage together."""

TOKENS = 3_600
"""Word pieces in a batch, padding included."""

RATES = (2e-4, 1.5e-4)
"""Of the reader's two courses."""

TEACHER_RATE = 5e-5
HEAD_TIMES = 6.0
"""How much faster the heads learn, which begin from nothing."""

SECOND = 0.6
"""The share of the second course in the weights; the first has the rest (Wortsman et al. 2022). Of 0, .6
and 1 this one checks claims best; the second alone tells questions apart a little better (docs/reader.md)."""

WARMUP = 0.08
SAVED = 250
"""Steps after which the weights are written."""

NOWHERE = -1e4
ANSWERABLE_WEIGHT = 1.5
"""What the yes-or-no counts beside start and end."""

TRUST = 0.5
"""How much the published answer counts beside the teacher's word."""

TRUST_OF = {"edited": 0.15, "reworded": 0.0}
"""The same for edited questions, which may be answered after all, and reworded ones, where only the teacher knows."""


class Batcher:
    """Turns readings into padded tensors, batches of like length in random order."""

    def __init__(self, tokenizer: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(tokenizer))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LENGTH, strategy="only_second")

    def encode(self, readings: Sequence[Reading]) -> list[Any]:
        """The encodings, with offsets into question and passage."""
        return list(self.tokenizer.encode_batch([(r.question[:600], r.passage) for r in readings]))

    def batches(self, encodings: Sequence[Any], rng: random.Random | None) -> Iterator[list[int]]:
        """Rows of one batch each."""
        noise = [rng.uniform(0.85, 1.15) if rng else 1.0 for _ in encodings]
        order = sorted(range(len(encodings)), key=lambda row: len(encodings[row].ids) * noise[row])
        made: list[list[int]] = []
        batch: list[int] = []
        widest = 0
        for row in order:
            widest = max(widest, len(encodings[row].ids))
            if batch and widest * (len(batch) + 1) > TOKENS:
                made.append(batch)
                batch, widest = [], len(encodings[row].ids)
            batch.append(row)
        made.append(batch)
        if rng:
            rng.shuffle(made)
        yield from made


def tensors(encodings: Sequence[Any]) -> tuple[Tensor, Tensor, Tensor]:
    """ids, segments and mask of a batch."""
    width = -(-max(len(e.ids) for e in encodings) // 16) * 16  # few widths: each new one is compiled for
    arrays = np.zeros((3, len(encodings), width), dtype=np.int64)
    for row, e in enumerate(encodings):
        arrays[:, row, : len(e.ids)] = e.ids, e.type_ids, e.attention_mask
    return torch.from_numpy(arrays[0]), torch.from_numpy(arrays[1]), torch.from_numpy(arrays[2])


def targets(encodings: Sequence[Any], readings: Sequence[Reading], width: int) -> tuple[Tensor, Tensor]:
    """Which tokens start and end an answer, (2, batch, tokens); the first token of all where nothing answers.

    And which readings are answered, (batch,). A reading whose answer was cut off counts as not answered.
    """
    gold = np.zeros((2, len(readings), width), dtype=np.float32)
    answered = np.zeros(len(readings), dtype=np.float32)
    for row, (e, reading) in enumerate(zip(encodings, readings, strict=True)):
        starts = {o[0]: n for n, (o, s) in enumerate(zip(e.offsets, e.sequence_ids, strict=True)) if s == 1}
        ends = {o[1]: n for n, (o, s) in enumerate(zip(e.offsets, e.sequence_ids, strict=True)) if s == 1}
        for start, end in reading.spans:
            if start in starts and end in ends:
                gold[0, row, starts[start]] = gold[1, row, ends[end]] = answered[row] = 1
        if not answered[row]:
            gold[:, row, 0] = 1
    return torch.from_numpy(gold), torch.from_numpy(answered)


def outside(encodings: Sequence[Any], width: int) -> Tensor:
    """What no answer may be of: padding and the question, (batch, tokens); the first token stands for no answer."""
    mask = np.ones((len(encodings), width), dtype=bool)
    for row, e in enumerate(encodings):
        mask[row, : len(e.ids)] = [s != 1 for s in e.sequence_ids]
    mask[:, 0] = False
    return torch.from_numpy(mask)


@dataclass(frozen=True, eq=False)
class Lesson:
    """What the teacher says of a reading: logits of start and end (1 + passage tokens, 2), the first for no answer.

    And the logit that the passage answers.
    """

    span: NDArray[np.float16]
    answerable: float


Lessons = Mapping[tuple[str, str], Lesson]


def logits_of(model: Any, encodings: Sequence[Any]) -> tuple[Tensor, Tensor]:
    """Start and end (batch, tokens, 2), no answer outside the passage, and whether (batch,); in full precision."""
    ids, segments, mask = tensors(encodings)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        span, whether = model(ids, segments, mask)
    return span.float().masked_fill(outside(encodings, ids.shape[1])[..., None], NOWHERE), whether.float()


def loss_of(
    model: Any, encodings: Sequence[Any], readings: Sequence[Reading], lessons: Lessons | None = None
) -> Tensor:
    """Cross-entropy of start and end, marginal over every place of the answer, and of whether there is one.

    With lessons, half of it is replaced by how far the model is from its teacher (Hinton et al. 2015).
    """
    span, whether = logits_of(model, encodings)
    gold, answered = targets(encodings, readings, span.shape[1])
    chance = torch.log_softmax(span, dim=1)
    hard = functional.binary_cross_entropy_with_logits(whether, answered, reduction="none") * ANSWERABLE_WEIGHT
    for side in (0, 1):
        known = torch.logsumexp(chance[..., side] + torch.log(gold[side].clamp_min(1e-9)), dim=1)
        hard = hard - known / 2
    if lessons is None:
        return hard.mean()
    soft_targets, sure = taught(
        encodings, [lessons[reading.question, reading.passage] for reading in readings], span.shape[1]
    )
    soft = functional.binary_cross_entropy_with_logits(whether, torch.sigmoid(sure), reduction="none")
    soft = soft * ANSWERABLE_WEIGHT - (torch.softmax(soft_targets, dim=1) * chance.clamp_min(-40)).sum(dim=(1, 2)) / 2
    trust = torch.tensor([TRUST_OF.get(reading.source, TRUST) for reading in readings])
    return (trust * hard + (1 - trust) * soft).mean()


def taught(encodings: Sequence[Any], lessons: Sequence[Lesson], width: int) -> tuple[Tensor, Tensor]:
    """The teacher's logits at the places of this model's tokens, (batch, tokens, 2) and (batch,).

    Both models cut passages into the same word pieces; the teacher may have seen one fewer at the end.
    """
    soft_targets = np.full((len(encodings), width, 2), NOWHERE, dtype=np.float32)
    for row, (encoding, lesson) in enumerate(zip(encodings, lessons, strict=True)):
        first = encoding.sequence_ids.index(1)
        own = lesson.span[1 : 1 + encoding.sequence_ids.count(1)]
        soft_targets[row, 0] = lesson.span[0]
        soft_targets[row, first : first + len(own)] = own
    return torch.from_numpy(soft_targets), torch.tensor([lesson.answerable for lesson in lessons])


def teach(teacher: Any, batcher: Batcher, readings: Sequence[Reading]) -> dict[tuple[str, str], Lesson]:
    """What the teacher says of each reading."""
    encodings, found = batcher.encode(readings), {}
    teacher.eval()
    with torch.no_grad():
        for rows in batcher.batches(encodings, None):
            some = [encodings[row] for row in rows]
            span, whether = logits_of(teacher, some)
            for place, row in enumerate(rows):
                inside = [0, *(n for n, side in enumerate(some[place].sequence_ids) if side == 1)]
                reading = readings[row]
                lesson = Lesson(span[place, inside].numpy().astype(np.float16), float(whether[place]))
                found[reading.question, reading.passage] = lesson
    return found


def train(  # noqa: PLR0913 - what differs between the two models
    model: Any,
    batcher: Batcher,
    epochs: Sequence[Sequence[Reading]],
    out: Path,
    *,
    rate: float,
    seed: int,
    lessons: Lessons | None = None,
) -> None:
    """Train on each epoch's readings; the weights are written to `out` now and then, and at the end."""
    rng = random.Random(seed)  # noqa: S311 - an order, not a secret
    learned = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for name, p in learned if not name.startswith("reader.")], "times": 1.0},
        {"params": [p for name, p in learned if name.startswith("reader.")], "times": HEAD_TIMES},
    ]
    optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)
    plan = [
        (encodings, readings, rows)
        for encodings, readings in ((batcher.encode(e), e) for e in epochs)
        for rows in batcher.batches(encodings, rng)
    ]
    began, losses = time.time(), []
    model.train()
    for step, (encodings, readings, rows) in enumerate(plan, 1):
        for group in optimizer.param_groups:
            group["lr"] = (
                rate * group["times"] * min(step / (WARMUP * len(plan)), max(1 - step / len(plan), 0.0) / (1 - WARMUP))
            )
        loss = loss_of(model, [encodings[r] for r in rows], [readings[r] for r in rows], lessons)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if step % 50 == 0:
            line = f"step {step}/{len(plan)} loss {np.mean(losses[-50:]):.3f} {time.time() - began:.0f} s"
            print(line, flush=True)  # noqa: T201 - half an hour needs a sign of life
        if step == len(plan) or step % SAVED == 0:
            save_file(model.state_dict(), str(out))


def main() -> None:
    """Train the teacher, let it read, and train the reader; what an earlier call has finished is taken up."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("paragraphs", type=Path)
    parser.add_argument("--teacher", type=Path, required=True, help="the folder of all-mpnet-base-v2's weights")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    records = [record for record in read_records(given.paragraphs) if not held_out(record)]
    courses = reader_epochs(records, given.seed)
    lessons = lessons_for([epoch for course in courses for epoch in course], records, given.teacher, given.out)
    checkpoint = given.out.with_suffix(".safetensors")
    batcher = Batcher(source() / "tokenizer.json")
    reader = load_reader()
    kept = []
    for course, rate in zip(courses, RATES, strict=True):
        train(reader, batcher, course, checkpoint, rate=rate, seed=given.seed, lessons=lessons)
        kept.append(load_file(str(checkpoint)))
    first, second = kept
    both = {name: (1 - SECOND) * first[name] + SECOND * second[name] for name in first}
    save_file({name: weights.contiguous() for name, weights in both.items()}, str(checkpoint))
    given.out.write_bytes(export(checkpoint))


def lessons_for(
    epochs: Sequence[Sequence[Reading]], records: Sequence[Record], folder: Path, out: Path
) -> dict[tuple[str, str], Lesson]:
    """The teacher's word on every reading of all epochs. It is trained, and asked, unless that has been done."""
    batcher, teacher = Batcher(folder / "tokenizer.json"), load_teacher(folder)
    weights, told = out.with_suffix(".teacher.safetensors"), out.with_suffix(".lessons.npz")
    distinct = {(r.question, r.passage): r for epoch in epochs for r in epoch}
    if not told.exists():
        if not weights.exists():
            train(teacher, batcher, teacher_epochs(records), weights, rate=TEACHER_RATE, seed=1)
        teacher.load_state_dict(load_file(str(weights)))
        found = teach(teacher, batcher, list(distinct.values()))
        spans = np.concatenate([found[key].span for key in distinct])
        ends = np.cumsum([len(found[key].span) for key in distinct])
        np.savez(told, spans=spans, ends=ends, answerable=[found[key].answerable for key in distinct])
    kept = np.load(told)
    each = np.split(kept["spans"], kept["ends"][:-1])
    return {k: Lesson(span, float(a)) for k, span, a in zip(distinct, each, kept["answerable"], strict=True)}


if __name__ == "__main__":
    main()
