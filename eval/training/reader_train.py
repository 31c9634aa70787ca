"""Trains the reader: `python -m eval.training.reader_train DATA --encoder DIR --out FOLDER [--minutes 90]`.

An encoder with new heads learns at once where an answer starts and ends, whether the passage answers, whether yes or
no, and what it makes of a claim (Devlin et al. 2019; Rajpurkar et al. 2018). DATA is a folder as `mixture.py` reads it,
DIR holds all-mpnet-base-v2. A run that was cut off goes on from the last checkpoint in FOLDER. Needs the dependency
group `training`; an hour and a half on two cores that do bfloat16.

Claims and yes or no are two fifths of what is read: what they say is learned late.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from eval.training.fit import auc
from eval.training.mixture import NOT_SUPPORTED, SUPPORTED, Example, examples
from eval.training.reader_network import WHOLE, Network, untrained
from ingest.minilm import load_tokenizer

LENGTH = 384
"""Word pieces of question and passage together."""

LONGEST_ASKED = 600
"""Characters of the question or the claim."""

TOKENS = 3_600
"""Word pieces in a batch, padding included."""

RATE = 6e-5
HEAD_TIMES = 6.0
"""How much faster the heads learn, which begin from nothing."""

WARMUP = 0.06
SAVED = 60
"""Steps after which the weights are written."""

SHOWN = 10
"""Steps after which a line tells how far it is."""

PIECES = 4_200_000
"""Word pieces that are learned of."""

PARTS = {"claim": 0.2, "yes": 0.14, "other": 0.66}
"""The shares of claims, of yes or no and of other questions: what claims say is learned late, from many."""

NOWHERE = -1e4
COUNTS = {"answers": 1.5, "yes": 1.5, "claim": 1.2}
"""What each judgement of the whole counts beside start and end."""

Batch = tuple[Sequence[Any], Sequence[Example]]
"""The encodings and the examples of one step."""


def batches(encodings: Sequence[Any], rng: random.Random | None) -> list[list[int]]:
    """Rows of one batch each, of like length; with `rng` in random order."""
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
    return made


def tensors(encodings: Sequence[Any]) -> tuple[Tensor, Tensor, Tensor]:
    """ids, segments and mask of a batch."""
    width = -(-max(len(e.ids) for e in encodings) // 16) * 16  # few widths: each new one is compiled for
    arrays = np.zeros((3, len(encodings), width), dtype=np.int64)
    for row, e in enumerate(encodings):
        arrays[:, row, : len(e.ids)] = e.ids, e.type_ids, e.attention_mask
    return torch.from_numpy(arrays[0]), torch.from_numpy(arrays[1]), torch.from_numpy(arrays[2])


def targets(encodings: Sequence[Any], some: Sequence[Example], width: int) -> tuple[Tensor, Tensor]:
    """Which tokens start and end an answer, (2, batch, tokens): the first of all where nothing answers.

    And of which examples that is known, (batch,): not where the answer was cut off.
    """
    gold = np.zeros((2, len(some), width), dtype=np.float32)
    known = np.zeros(len(some), dtype=np.float32)
    for row, (e, example) in enumerate(zip(encodings, some, strict=True)):
        starts = {o[0]: n for n, (o, s) in enumerate(zip(e.offsets, e.sequence_ids, strict=True)) if s == 1}
        ends = {o[1]: n for n, (o, s) in enumerate(zip(e.offsets, e.sequence_ids, strict=True)) if s == 1}
        held = [(starts[a], ends[b]) for a, b in example.spans or () if a in starts and b in ends]
        for first, last in held or [(0, 0)]:
            gold[0, row, first] = gold[1, row, last] = 1
        known[row] = example.spans is not None and (bool(held) or not example.spans)
    return torch.from_numpy(gold), torch.from_numpy(known)


def outside(encodings: Sequence[Any], width: int) -> Tensor:
    """What no answer may be of: padding and the question, (batch, tokens); the first token stands for no answer."""
    mask = np.ones((len(encodings), width), dtype=bool)
    for row, e in enumerate(encodings):
        mask[row, : len(e.ids)] = [s != 1 for s in e.sequence_ids]
    mask[:, 0] = False
    return torch.from_numpy(mask)


def logits_of(model: Network, encodings: Sequence[Any]) -> tuple[Tensor, Tensor]:
    """Start and end (batch, tokens, 2), no answer outside the passage, and (batch, WHOLE); in full precision."""
    ids, segments, mask = tensors(encodings)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        span, whole = model(ids, segments, mask)
    return span.float().masked_fill(outside(encodings, ids.shape[1])[..., None], NOWHERE), whole.float()


def loss_of(model: Network, encodings: Sequence[Any], some: Sequence[Example]) -> Tensor:
    """Cross-entropy of what is known of each example; start and end marginal over every place of the answer."""
    span, whole = logits_of(model, encodings)
    gold, known = targets(encodings, some, span.shape[1])
    chance = torch.log_softmax(span, dim=1)
    total = torch.zeros(len(some))
    for side in (0, 1):
        total = total - known * torch.logsumexp(chance[..., side] + torch.log(gold[side].clamp_min(1e-9)), dim=1) / 2
    for column, name in enumerate(("answers", "yes")):
        values = [getattr(example, name) for example in some]
        told = torch.tensor([value is not None for value in values], dtype=torch.float32)
        wanted = torch.tensor([float(bool(value)) for value in values])
        each = functional.binary_cross_entropy_with_logits(whole[:, column], wanted, reduction="none")
        total = total + COUNTS[name] * told * each
    claim = torch.log_softmax(whole[:, 2:], dim=1)
    unsupported = torch.log1p(-claim[:, SUPPORTED].exp().clamp_max(1 - 1e-5))
    said = torch.cat([claim, unsupported[:, None]], dim=1)  # NOT_SUPPORTED is the column after the three
    labels = torch.tensor([NOT_SUPPORTED if example.claim is None else example.claim for example in some])
    judged = torch.tensor([example.claim is not None for example in some], dtype=torch.float32)
    total = total - COUNTS["claim"] * judged * said.gather(1, labels[:, None])[:, 0]
    return total.mean()


def check(model: Network, tokenizer: Any, aside: Sequence[Example]) -> str:
    """How well it judges what was kept aside, in one line."""
    encodings = tokenizer.encode_batch([(e.text[:LONGEST_ASKED], e.passage) for e in aside])
    whole = np.zeros((len(aside), WHOLE), dtype=np.float32)
    exact: list[bool] = []
    model.eval()
    with torch.no_grad():
        for rows in batches(encodings, None):
            spans, found = logits_of(model, [encodings[row] for row in rows])
            for place, row in enumerate(rows):
                whole[row] = found[place].numpy()
                if held := aside[row].spans:
                    first, last = (int(spans[place, 1:, side].argmax()) + 1 for side in (0, 1))
                    exact.append((encodings[row].offsets[first][0], encodings[row].offsets[last][1]) in held)
    model.train()
    told = np.array([e.answers is not None for e in aside])
    hard = told & np.array([e.source not in {"elsewhere", "squad far"} for e in aside])
    answers = np.array([bool(e.answers) for e in aside], dtype=np.float32)
    yes = [(score > 0) == e.yes for score, e in zip(whole[:, 1], aside, strict=True) if e.yes is not None]
    claims = [
        score.argmax() == e.claim
        for score, e in zip(whole[:, 2:], aside, strict=True)
        if e.claim is not None and e.claim != NOT_SUPPORTED and e.yes is None
    ]
    weak = np.array([e.claim is not None and e.yes is None for e in aside])
    odds = whole[:, 2] - np.logaddexp(whole[:, 3], whole[:, 4])
    backed = np.array([e.claim == SUPPORTED for e in aside], dtype=np.float32)
    made = np.array([e.source.startswith(("altered", "unaltered", "answered")) for e in aside])
    return (
        f"exact {np.mean(exact):.3f} auc {auc(whole[told, 0], answers[told]):.3f}"
        f" hard {auc(whole[hard, 0], answers[hard]):.3f} yes {np.mean(yes):.3f} claim {np.mean(claims):.3f}"
        f" supported auc {auc(odds[weak & ~made], backed[weak & ~made]):.3f} made {auc(odds[made], backed[made]):.3f}"
    )


def planned(encodings: Sequence[Any], learned: Sequence[Example], seed: int) -> list[list[int]]:
    """The rows of every step."""
    rng = random.Random(seed)  # noqa: S311 - an order, not a secret
    parts: dict[str, list[int]] = {name: [] for name in PARTS}
    for row, example in enumerate(learned):
        parts["yes" if example.yes is not None else "claim" if example.claim is not None else "other"].append(row)
    chosen: list[int] = []
    for kind, rows in parts.items():
        sizes = np.cumsum([len(encodings[row].ids) for row in rows])
        chosen += rows[: int(np.searchsorted(sizes, PARTS[kind] * PIECES))]
        _say(f"{kind}: {len(rows)} of {sizes[-1]} word pieces")
    rng.shuffle(chosen)
    return [[chosen[n] for n in rows] for rows in batches([encodings[row] for row in chosen], rng)]


@dataclass
class Course:
    """A run of training: the model, its optimizer, the folder in which it is kept, and the steps that were made."""

    model: Network
    optimizer: torch.optim.Optimizer
    folder: Path
    done: int = 0
    rate: float = RATE

    @classmethod
    def begun(cls, model: Network, folder: Path, rate: float) -> "Course":
        """A new run, or the one that the folder holds; one from weights that are alone in it (`reader_weights.py`)."""
        learned = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
        groups = [
            {"params": [p for name, p in learned if name.startswith("judge.") == head], "times": times}
            for head, times in ((False, 1.0), (True, HEAD_TIMES))
        ]
        course = cls(model, torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True), folder, rate=rate)
        if (folder / "reader.safetensors").exists():
            model.load_state_dict(load_file(str(folder / "reader.safetensors")))
        if (folder / "state.pt").exists():
            kept = torch.load(folder / "state.pt")
            course.optimizer.load_state_dict(kept["optimizer"])
            course.done = kept["step"]
        return course

    def step(self, batch: Batch, gone: float) -> float:
        """Learn of one batch, `gone` of the whole run being over; the loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * group["times"] * min(gone / WARMUP, max(1 - gone, 0.0) / (1 - WARMUP))
        loss = loss_of(self.model, *batch)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.done += 1
        return float(loss)

    def keep(self) -> None:
        """Write the weights, and what is needed to go on."""
        save_file(self.model.state_dict(), str(self.folder / "reader.safetensors"))
        torch.save({"optimizer": self.optimizer.state_dict(), "step": self.done}, self.folder / "state.pt")


def main() -> None:
    """Train, telling how far it is."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", type=Path, required=True, help="the folder of all-mpnet-base-v2")
    parser.add_argument("--out", type=Path, required=True, help="a folder for the weights")
    parser.add_argument("--layers", type=int, default=9)
    parser.add_argument("--share", type=float, default=1.0, help="how much of the examples is learned of")
    parser.add_argument("--minutes", type=float, default=1e9, help="when the rate has fallen to nothing")
    parser.add_argument("--rate", type=float, default=RATE, help="how fast it learns at most")
    parser.add_argument("--seed", type=int, default=1, help="another one learns of other examples")
    given = parser.parse_args()
    tokenizer = load_tokenizer(LENGTH, strategy="only_second")
    learned, aside = examples(given.data, given.seed)
    learned = learned[: int(len(learned) * given.share)]
    encodings = tokenizer.encode_batch([(e.text[:LONGEST_ASKED], e.passage) for e in learned])
    plan = planned(encodings, learned, given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    course = Course.begun(untrained(given.encoder, given.layers, tokenizer), given.out, given.rate)
    course.model.train()
    began, losses = time.time(), list[float]()
    while True:
        gone = max((course.done + 1) / len(plan), (time.time() - began) / 60 / given.minutes)
        rows = plan[course.done]
        losses.append(course.step(([encodings[r] for r in rows], [learned[r] for r in rows]), gone))
        last = gone >= 1
        if last or course.done % SHOWN == 0:
            _say(f"step {course.done}/{len(plan)} loss {np.mean(losses[-50:]):.3f} {time.time() - began:.0f} s")
        if last or course.done % SAVED == 0:
            course.keep()
        if last:
            _say(check(course.model, tokenizer, aside))
            return


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - an hour needs a sign of life


if __name__ == "__main__":
    main()
