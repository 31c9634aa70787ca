"""Trains the reader: `python -m eval.training.judge_train DATA --encoder DIR --out DIR [--layers 9] [--minutes 110]`.

An encoder with four heads learns at once where an answer starts and ends, whether the passage answers, whether yes or
no, and what it makes of a claim (Devlin et al. 2019; Rajpurkar et al. 2018). DATA is `shared/data/training`, DIR holds
all-mpnet-base-v2. A run that was cut off goes on from the last checkpoint in OUT.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from eval.training.mixture import NOT_SUPPORTED, SUPPORTED, Example, examples
from eval.training.reader_models import TeacherLayer, distances, masked

LENGTH = 384
TOKENS = 3_600
RATE = 6e-5
HEAD_TIMES = 6.0
WARMUP = 0.06
SAVED = 200
NOWHERE = -1e4
WEIGHTS = {"answers": 1.5, "yes": 1.5, "claim": 1.2}
HEADS_OUT = 5
"""Logits of the pooled first token: answers, yes, and supported, refuted, neither."""


class Judge(nn.Module):  # type: ignore[misc] # torch may not be installed
    """MPNet's lower layers with segments and heads. ids, segments, mask → span (batch, tokens, 2), whole (batch, 5)."""

    frozen = ("embeddings.word", "embeddings.position", "embeddings.LayerNorm", "encoder.relative")
    still = 3
    """So many of the lower layers stay as they are."""

    def __init__(self, layers: int, width: int = 768, heads: int = 12) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(30522, width),
                "position_embeddings": nn.Embedding(512, width),
                "token_type_embeddings": nn.Embedding(2, width),
                "LayerNorm": nn.LayerNorm(width, eps=1e-5),
            }
        )
        self.encoder = nn.ModuleDict(
            {
                "layer": nn.ModuleList([TeacherLayer(width, heads) for _ in range(layers)]),
                "relative_attention_bias": nn.Embedding(32, heads),
            }
        )
        self.judge = nn.ModuleDict(
            {"span": nn.Linear(width, 2), "dense": nn.Linear(width, width), "whole": nn.Linear(width, HEADS_OUT)}
        )

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        table, tokens = self.embeddings, ids.shape[1]
        places = torch.arange(tokens)[None]
        hidden = table["word_embeddings"](ids) + table["position_embeddings"](places)
        hidden = table["LayerNorm"](hidden + table["token_type_embeddings"](segments))
        bias = self.encoder["relative_attention_bias"](distances(tokens)).permute(2, 0, 1)[None] + masked(mask)
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, bias)
        pooled = torch.tanh(self.judge["dense"](hidden[:, 0]))
        return self.judge["span"](hidden), self.judge["whole"](pooled)


def start(folder: Path, layers: int, tokenizer: Tokenizer) -> Judge:
    """The network before training: the encoder's weights in the order of BERT's word pieces, and new heads."""
    torch.manual_seed(0)
    model = Judge(layers)
    given = load_file(str(folder / "model.safetensors"))
    theirs = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    special = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[UNK]": "[UNK]", "[MASK]": "<mask>"}
    order = [0] * 30522
    for word, number in tokenizer.get_vocab().items():
        order[number] = theirs.get(special.get(word, word), theirs["<unk>"])
    given["embeddings.word_embeddings.weight"] = given["embeddings.word_embeddings.weight"][order]
    given["embeddings.position_embeddings.weight"] = given["embeddings.position_embeddings.weight"][2:514]
    missing, _ = model.load_state_dict(given, strict=False)
    assert all(name.startswith(("judge.", "embeddings.token_type")) for name in missing), missing
    nn.init.zeros_(model.embeddings["token_type_embeddings"].weight)
    for name, parameter in model.named_parameters():
        still = (*model.frozen, *(f"encoder.layer.{layer}." for layer in range(model.still)))
        parameter.requires_grad_(not name.startswith(still))
    return model


def load_tokenizer(path: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LENGTH, strategy="only_second")
    return tokenizer


def batches(encodings: Sequence[Any], rng: random.Random | None) -> list[list[int]]:
    """Rows of one batch each, of like length, in random order."""
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
    width = -(-max(len(e.ids) for e in encodings) // 16) * 16
    arrays = np.zeros((3, len(encodings), width), dtype=np.int64)
    for row, e in enumerate(encodings):
        arrays[:, row, : len(e.ids)] = e.ids, e.type_ids, e.attention_mask
    return torch.from_numpy(arrays[0]), torch.from_numpy(arrays[1]), torch.from_numpy(arrays[2])


def targets(encodings: Sequence[Any], some: Sequence[Example], width: int) -> tuple[Tensor, Tensor]:
    """Start and end (2, batch, tokens), and which rows' spans are known (batch,)."""
    gold = np.zeros((2, len(some), width), dtype=np.float32)
    known = np.zeros(len(some), dtype=np.float32)
    for row, (e, example) in enumerate(zip(encodings, some, strict=True)):
        if example.spans is None:
            gold[:, row, 0] = 1
            continue
        starts = {o[0]: n for n, (o, s) in enumerate(zip(e.offsets, e.sequence_ids, strict=True)) if s == 1}
        ends = {o[1]: n for n, (o, s) in enumerate(zip(e.offsets, e.sequence_ids, strict=True)) if s == 1}
        found = False
        for first, last in example.spans:
            if first in starts and last in ends:
                gold[0, row, starts[first]] = gold[1, row, ends[last]] = 1
                found = True
        known[row] = found or not example.spans
        if not found:
            gold[:, row, 0] = 1
    return torch.from_numpy(gold), torch.from_numpy(known)


def outside(encodings: Sequence[Any], width: int) -> Tensor:
    mask = np.ones((len(encodings), width), dtype=bool)
    for row, e in enumerate(encodings):
        mask[row, : len(e.ids)] = [s != 1 for s in e.sequence_ids]
    mask[:, 0] = False
    return torch.from_numpy(mask)


def logits_of(model: Any, encodings: Sequence[Any]) -> tuple[Tensor, Tensor]:
    ids, segments, mask = tensors(encodings)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        span, whole = model(ids, segments, mask)
    return span.float().masked_fill(outside(encodings, ids.shape[1])[..., None], NOWHERE), whole.float()


def loss_of(model: Any, encodings: Sequence[Any], some: Sequence[Example]) -> Tensor:
    """Cross-entropy of what is known of each example; start and end marginal over every place of the answer."""
    span, whole = logits_of(model, encodings)
    gold, known = targets(encodings, some, span.shape[1])
    chance = torch.log_softmax(span, dim=1)
    total = torch.zeros(len(some))
    for side in (0, 1):
        total = total - known * torch.logsumexp(chance[..., side] + torch.log(gold[side].clamp_min(1e-9)), dim=1) / 2
    for column, name in ((0, "answers"), (1, "yes")):
        values = [getattr(example, name) for example in some]
        told = torch.tensor([value is not None for value in values], dtype=torch.float32)
        wanted = torch.tensor([float(bool(value)) for value in values])
        each = functional.binary_cross_entropy_with_logits(whole[:, column], wanted, reduction="none")
        total = total + WEIGHTS[name] * told * each
    claim = torch.log_softmax(whole[:, 2:5], dim=1)
    labels = [example.claim for example in some]
    for row, label in enumerate(labels):
        if label is None:
            continue
        if label == NOT_SUPPORTED:
            total[row] = total[row] - WEIGHTS["claim"] * torch.log1p(-claim[row, SUPPORTED].exp().clamp_max(1 - 1e-5))
        else:
            total[row] = total[row] - WEIGHTS["claim"] * claim[row, label]
    return total.mean()


def auc(scores: Sequence[float], truth: Sequence[bool]) -> float:
    order = np.argsort(scores)
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    yes = np.array(truth, dtype=bool)
    if yes.all() or not yes.any():
        return float("nan")
    return float((ranks[yes].sum() - yes.sum() * (yes.sum() + 1) / 2) / (yes.sum() * (~yes).sum()))


def check(model: Any, tokenizer: Tokenizer, aside: Sequence[Example]) -> str:
    """How well it judges what was kept aside, in one line."""
    encodings = tokenizer.encode_batch([(e.text[:600], e.passage) for e in aside])
    whole = np.zeros((len(aside), HEADS_OUT))
    exact: list[bool] = []
    model.eval()
    with torch.no_grad():
        for rows in batches(encodings, None):
            spans, found = logits_of(model, [encodings[row] for row in rows])
            for place, row in enumerate(rows):
                whole[row] = found[place].numpy()
                if aside[row].spans:
                    first, last = (int(spans[place, 1:, side].argmax()) + 1 for side in (0, 1))
                    offsets = encodings[row].offsets
                    exact.append((offsets[first][0], offsets[last][1]) in (aside[row].spans or ()))
    model.train()
    told = [n for n, e in enumerate(aside) if e.answers is not None]
    hard = [n for n in told if aside[n].source != "elsewhere" and "far" not in aside[n].source]
    asked = [n for n, e in enumerate(aside) if e.yes is not None]
    claimed = [n for n, e in enumerate(aside) if e.claim in (0, 1, 2)]
    return (
        f"exact {np.mean(exact):.3f} auc {auc([whole[n, 0] for n in told], [bool(aside[n].answers) for n in told]):.3f}"
        f" hard {auc([whole[n, 0] for n in hard], [bool(aside[n].answers) for n in hard]):.3f}"
        f" yes {np.mean([(whole[n, 1] > 0) == aside[n].yes for n in asked]):.3f}"
        f" claim {np.mean([whole[n, 2:].argmax() == aside[n].claim for n in claimed]):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=9)
    parser.add_argument("--minutes", type=float, default=1e9, help="the rate has fallen to nothing by then")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="how much of the examples is learned of")
    given = parser.parse_args()
    tokenizer = load_tokenizer(given.tokenizer)
    learned, aside = examples(given.data, given.seed)
    learned = learned[: int(len(learned) * given.share)]
    encodings = tokenizer.encode_batch([(e.text[:600], e.passage) for e in learned])
    plan = batches(encodings, random.Random(given.seed))  # noqa: S311 - an order, not a secret
    tokens = sum(len(e.ids) for e in encodings)
    print(f"{len(learned)} examples, {tokens} word pieces, {len(plan)} steps, {len(aside)} aside", flush=True)
    model = start(given.encoder, given.layers, tokenizer)
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    groups = [
        {"params": [p for n, p in named if not n.startswith("judge.")], "times": 1.0},
        {"params": [p for n, p in named if n.startswith("judge.")], "times": HEAD_TIMES},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01, fused=True)
    checkpoint, state = given.out / "judge.safetensors", given.out / "state.pt"
    done = 0
    if state.exists():
        model.load_state_dict(load_file(str(checkpoint)))
        kept = torch.load(state)
        optimizer.load_state_dict(kept["optimizer"])
        done = kept["step"]
    began, losses = time.time(), []
    model.train()
    for step, rows in enumerate(plan, 1):
        if step <= done:
            continue
        gone = max(step / len(plan), (time.time() - began) / 60 / given.minutes)
        for group in optimizer.param_groups:
            group["lr"] = RATE * group["times"] * min(gone / WARMUP, max(1 - gone, 0.0) / (1 - WARMUP))
        loss = loss_of(model, [encodings[r] for r in rows], [learned[r] for r in rows])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if step % 10 == 0:
            print(f"step {step}/{len(plan)} loss {np.mean(losses[-50:]):.3f} {time.time() - began:.0f} s", flush=True)
        if gone >= 1 or step % SAVED == 0:
            save_file(model.state_dict(), str(checkpoint))
            torch.save({"optimizer": optimizer.state_dict(), "step": step}, state)
            if gone >= 1 or step % (2 * SAVED) == 0:
                print(check(model, tokenizer, aside[: len(aside) if gone >= 1 else 400]), flush=True)
            if gone >= 1:
                break


if __name__ == "__main__":
    main()
