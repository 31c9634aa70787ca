"""Trains the reader: `python -m eval.reader_train PARAGRAPHS.jsonl[.gz] --out qa/reader.onnx`.

The encoder's transformer, with question and passage read together, learns three things at once: where the answer
starts, where it ends, and whether there is one (Devlin et al. 2019; Rajpurkar et al. 2018 for questions that nothing
answers). Needs torch (`pip install torch`); half an hour an epoch on two old cores, ten minutes where they do bfloat16.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from eval.reader_data import Maker, Reading, held_out, read_records
from eval.reader_export import export
from ingest.minilm import DIMENSION, HEADS, LAYERS, model_files

LENGTH = 384
"""Word pieces of question and passage together."""

TOKENS = 3_600
"""Word pieces in a batch, padding included."""

RATE = 1e-4
WARMUP = 0.08
ANSWERABLE_WEIGHT = 1.5
"""What the yes-or-no counts beside start and end."""


class Layer(nn.Module):  # type: ignore[misc] # torch may not be installed
    """One transformer layer; its names are those of BERT's checkpoints."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        linear, norm = nn.Linear, nn.LayerNorm
        self.heads, self.dropout = heads, dropout
        self.attention = nn.ModuleDict(
            {
                "self": nn.ModuleDict({name: linear(width, width) for name in ("query", "key", "value")}),
                "output": nn.ModuleDict({"dense": linear(width, width), "LayerNorm": norm(width, eps=1e-12)}),
            }
        )
        self.intermediate = nn.ModuleDict({"dense": linear(width, 4 * width)})
        self.output = nn.ModuleDict({"dense": linear(4 * width, width), "LayerNorm": norm(width, eps=1e-12)})

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """(batch, tokens, width) → the same."""
        batch, tokens, width = hidden.shape
        own = self.attention["self"]
        query, key, value = (
            own[name](hidden).view(batch, tokens, self.heads, -1).transpose(1, 2) for name in ("query", "key", "value")
        )
        context = functional.scaled_dot_product_attention(query, key, value, mask)
        context = self.attention["output"]["dense"](context.transpose(1, 2).reshape(batch, tokens, width))
        hidden = self.attention["output"]["LayerNorm"](hidden + self._dropped(context))
        inner = self.output["dense"](functional.gelu(self.intermediate["dense"](hidden)))
        return self.output["LayerNorm"](hidden + self._dropped(inner))

    def _dropped(self, hidden: Tensor) -> Tensor:
        return functional.dropout(hidden, self.dropout, self.training)


class Reader(nn.Module):  # type: ignore[misc] # torch may not be installed
    """ids, segments and mask (batch, tokens) → start and end logits (batch, tokens, 2) and whether (batch,)."""

    def __init__(self, layers: int = LAYERS, width: int = DIMENSION, heads: int = HEADS, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = dropout
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(30522, width),
                "position_embeddings": nn.Embedding(512, width),
                "token_type_embeddings": nn.Embedding(2, width),
                "LayerNorm": nn.LayerNorm(width, eps=1e-12),
            }
        )
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList([Layer(width, heads, dropout) for _ in range(layers)])})
        self.reader = nn.ModuleDict(
            {"span": nn.Linear(width, 2), "dense": nn.Linear(width, width), "answerable": nn.Linear(width, 1)}
        )

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The logits; those of padding and of the question are not masked here."""
        table = self.embeddings
        places = torch.arange(ids.shape[1])[None]
        hidden = table["word_embeddings"](ids) + table["position_embeddings"](places)
        hidden = table["LayerNorm"](hidden + table["token_type_embeddings"](segments))
        hidden = functional.dropout(hidden, self.dropout, self.training)
        attended = mask[:, None, None, :].bool()
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, attended)
        pooled = torch.tanh(self.reader["dense"](hidden[:, 0]))
        pooled = functional.dropout(pooled, self.dropout, self.training)
        return self.reader["span"](hidden), self.reader["answerable"](pooled).squeeze(-1)


def load_reader() -> Reader:
    """The reader before training: the encoder's weights, and new ones for what it is to learn."""
    torch.manual_seed(0)
    model = Reader()
    found = load_file(str(model_files() / "model.safetensors"))
    missing, _ = model.load_state_dict(found, strict=False)
    assert all(name.startswith("reader.") for name in missing), missing
    model.embeddings["word_embeddings"].weight.requires_grad_(False)
    return model


class Batcher:
    """Turns readings into padded tensors, batches of like length in random order."""

    def __init__(self) -> None:
        self.tokenizer = Tokenizer.from_file(str(model_files() / "tokenizer.json"))
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
    width = max(len(e.ids) for e in encodings)
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


def loss_of(model: Reader, encodings: Sequence[Any], readings: Sequence[Reading]) -> Tensor:
    """Cross-entropy of start and end, marginal over every place of the answer, and of whether there is one."""
    ids, segments, mask = tensors(encodings)
    gold, answered = targets(encodings, readings, ids.shape[1])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        span, whether = model(ids, segments, mask)
    logits = span.float().masked_fill(outside(encodings, ids.shape[1])[..., None], -1e4)
    loss = functional.binary_cross_entropy_with_logits(whether.float(), answered) * ANSWERABLE_WEIGHT
    for side in (0, 1):
        chance = torch.log_softmax(logits[..., side], dim=1)
        loss = loss - torch.logsumexp(chance + torch.log(gold[side].clamp_min(1e-9)), dim=1).mean() / 2
    return loss


def train(records: Sequence[dict[str, Any]], out: Path, *, epochs: int, seed: int) -> Reader:
    """The trained reader. Its weights are written to `out` after every epoch."""
    rng = random.Random(seed)  # noqa: S311 - an order, not a secret
    model, batcher = load_reader(), Batcher()
    decayed = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in model.parameters() if p.requires_grad and p.ndim == 1]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    began, step, total = time.time(), 0, 0
    for epoch in range(epochs):
        readings = Maker(records, seed + epoch).readings()
        encodings = batcher.encode(readings)
        batches = list(batcher.batches(encodings, rng))
        total = total or len(batches) * epochs
        model.train()
        said = []
        for rows in batches:
            step += 1
            speed = min(step / (WARMUP * total), max(1 - step / total, 0.0) / (1 - WARMUP))
            for group in optimizer.param_groups:
                group["lr"] = RATE * speed
            loss = loss_of(model, [encodings[r] for r in rows], [readings[r] for r in rows])
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            said.append(loss.item())
            if step % 50 == 0:
                line = f"epoch {epoch} step {step}/{total} loss {np.mean(said[-50:]):.3f} {time.time() - began:.0f} s"
                print(line, flush=True)  # noqa: T201 - half an hour needs a sign of life
        save_file(model.state_dict(), str(out))
    return model


def main() -> None:
    """Train, and write the reader beside its checkpoint."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("paragraphs", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    records = [record for record in read_records(given.paragraphs) if not held_out(record)]
    checkpoint = given.out.with_suffix(".safetensors")
    train(records, checkpoint, epochs=given.epochs, seed=given.seed)
    given.out.write_bytes(export(checkpoint))


if __name__ == "__main__":
    main()
