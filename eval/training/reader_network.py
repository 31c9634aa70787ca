"""The network that learns to read: MPNet's lower layers (Song et al. 2020) with the heads of three judgements.

It starts from all-mpnet-base-v2, whose table of words is put in the order of the word pieces that the shipped tokenizer
knows, so that one tokenizer serves encoder and reader. Needs the dependency group `training`. Nothing is dropped out:
each example is seen once.
"""

import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

STILL = 3
"""So many of the lower layers stay as they are, as the tables do: they learn little from few examples, and training is
a quarter faster without them."""

WHOLE = 5
"""Logits of the whole: that the passage answers, that it says yes, and of a claim that it is supported, refuted
or neither."""

JUDGING = 256
"""Numbers in which question and passage meet before these are said."""

PIECES = 30_522
"""Word pieces that the tokenizer knows."""


class Layer(nn.Module):  # type: ignore[misc] # torch may not be installed
    """One layer of MPNet; its names are those of its checkpoint."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        norm = nn.LayerNorm
        self.heads = heads
        self.attention = nn.ModuleDict(
            {
                "attn": nn.ModuleDict({name: nn.Linear(width, width) for name in "qkvo"}),
                "LayerNorm": norm(width, eps=1e-5),
            }
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, 4 * width)})
        self.output = nn.ModuleDict({"dense": nn.Linear(4 * width, width), "LayerNorm": norm(width, eps=1e-5)})

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """(batch, tokens, width) → the same; `bias` (batch, heads, tokens, tokens) is added before the softmax."""
        own = self.attention["attn"]
        context = own["o"](attend(hidden, [own[name] for name in "qkv"], self.heads, bias))
        hidden = self.attention["LayerNorm"](hidden + context)
        inner = self.output["dense"](functional.gelu(self.intermediate["dense"](hidden)))
        return self.output["LayerNorm"](hidden + inner)


def attend(hidden: Tensor, maps: list[nn.Linear], heads: int, bias: Tensor) -> Tensor:
    """Self-attention: (batch, tokens, width) → the same. `maps` give query, key and value.

    Spelled out, since torch's fused operator takes longer on a CPU with 16-bit floats.
    """
    batch, tokens, width = hidden.shape
    query, key, value = (linear(hidden).view(batch, tokens, heads, -1).transpose(1, 2) for linear in maps)
    scores = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(2, 3))
    context = torch.matmul(torch.softmax(scores.float() + bias, dim=-1).to(value.dtype), value)
    return context.transpose(1, 2).reshape(batch, tokens, width)


class Network(nn.Module):  # type: ignore[misc] # torch may not be installed
    """ids, segments and mask (batch, tokens) → the logits of start and end (batch, tokens, 2), and (batch, WHOLE)."""

    def __init__(self, layers: int, width: int = 768, heads: int = 12) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(PIECES, width),
                "position_embeddings": nn.Embedding(512, width),
                "token_type_embeddings": nn.Embedding(2, width),
                "LayerNorm": nn.LayerNorm(width, eps=1e-5),
            }
        )
        self.encoder = nn.ModuleDict(
            {
                "layer": nn.ModuleList([Layer(width, heads) for _ in range(layers)]),
                "relative_attention_bias": nn.Embedding(32, heads),
            }
        )
        self.judge = nn.ModuleDict(
            {"span": nn.Linear(width, 2), "dense": nn.Linear(3 * width, JUDGING), "whole": nn.Linear(JUDGING, WHOLE)}
        )

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The logits; those of padding and of the question are not masked here."""
        table, tokens = self.embeddings, ids.shape[1]
        places = torch.arange(tokens)[None]
        hidden = table["word_embeddings"](ids) + table["position_embeddings"](places)
        hidden = table["LayerNorm"](hidden + table["token_type_embeddings"](segments))
        bias = self.encoder["relative_attention_bias"](distances(tokens)).permute(2, 0, 1)[None] + masked(mask)
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, bias)
        sides = (mean(hidden, mask * (1 - segments)), mean(hidden, mask * segments))
        pooled = torch.tanh(self.judge["dense"](torch.cat([hidden[:, 0], *sides], dim=1)))
        return self.judge["span"](hidden), self.judge["whole"](pooled)


def mean(hidden: Tensor, mask: Tensor) -> Tensor:
    """The mean of the tokens that `mask` (batch, tokens) has 1 for: (batch, width)."""
    counted = mask[..., None].to(hidden.dtype)
    return (hidden * counted).sum(dim=1) / counted.sum(dim=1).clamp_min(1.0)


def masked(mask: Tensor) -> Tensor:
    """What is added before the softmax so that padding is not attended to: (batch, 1, 1, tokens)."""
    return (1.0 - mask[:, None, None, :].float()) * -1e4


def distances(tokens: int, buckets: int = 16, exact: int = 8, furthest: int = 128) -> Tensor:
    """The bucket of each pair's distance, (tokens, tokens): near ones each their own, far ones by logarithm."""
    ahead = torch.arange(tokens)[None, :] - torch.arange(tokens)[:, None]
    far = ahead.abs()
    scaled = torch.log(far.clamp_min(1).float() / exact) / math.log(furthest / exact) * (buckets - exact)
    large = (exact + scaled.long()).clamp_max(buckets - 1)
    return torch.where(far < exact, far, large) + (ahead > 0).long() * buckets


def untrained(folder: Path, layers: int, tokenizer: Tokenizer) -> Network:
    """The network before training, from the folder of all-mpnet-base-v2's `model.safetensors` and `tokenizer.json`."""
    torch.manual_seed(0)
    model = Network(layers)
    given = load_file(str(folder / "model.safetensors"))
    theirs = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    special = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
    order = [0] * PIECES
    for word, number in tokenizer.get_vocab().items():
        order[number] = theirs.get(special.get(word, word), theirs["<unk>"])
    given["embeddings.word_embeddings.weight"] = given["embeddings.word_embeddings.weight"][order]
    given["embeddings.position_embeddings.weight"] = given["embeddings.position_embeddings.weight"][2:514]
    missing, _ = model.load_state_dict(given, strict=False)
    assert all(name.startswith(("judge.", "embeddings.token_type")) for name in missing), missing
    nn.init.zeros_(model.embeddings["token_type_embeddings"].weight)
    still = (
        *(f"embeddings.{name}" for name in ("word", "position", "LayerNorm")),
        *("encoder.relative", *(f"encoder.layer.{layer}." for layer in range(STILL))),
    )
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not name.startswith(still))
    return model
