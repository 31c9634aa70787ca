"""The two networks that are trained to read: the small one that is shipped, and the large one that teaches it.

Both take word pieces of a question and a passage together and give the same three things: the logits of where an answer
starts and ends, and whether there is one. Needs the dependency group `training`.
Neither drops anything out: few epochs over what a teacher has said leave little to overfit, and a fifth of the time is
saved.
"""

import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from eval.training.encoder_export import source
from eval.training.graph import HEADS, LAYERS
from ingest.minilm import DIMENSION


class Heads(nn.ModuleDict):  # type: ignore[misc] # torch may not be installed
    """What both learn anew: start and end of each token, and whether the first one says that there is an answer."""

    def __init__(self, width: int) -> None:
        super().__init__(
            {"span": nn.Linear(width, 2), "dense": nn.Linear(width, width), "answerable": nn.Linear(width, 1)}
        )

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, tokens, width) → (batch, tokens, 2) and (batch,)."""
        pooled = torch.tanh(self["dense"](hidden[:, 0]))
        return self["span"](hidden), self["answerable"](pooled).squeeze(-1)


class Layer(nn.Module):  # type: ignore[misc] # torch may not be installed
    """One transformer layer; its names are those of BERT's checkpoints."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        linear, norm = nn.Linear, nn.LayerNorm
        self.heads = heads
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
        own = self.attention["self"]
        context = attend(hidden, [own[name] for name in ("query", "key", "value")], self.heads, mask)
        context = self.attention["output"]["dense"](context)
        hidden = self.attention["output"]["LayerNorm"](hidden + context)
        inner = self.output["dense"](functional.gelu(self.intermediate["dense"](hidden)))
        return self.output["LayerNorm"](hidden + inner)


class TeacherLayer(nn.Module):  # type: ignore[misc] # torch may not be installed
    """One layer of MPNet (Song et al. 2020); its names are those of its checkpoint."""

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


def attend(hidden: Tensor, maps: list[nn.Linear], heads: int, mask: Tensor) -> Tensor:
    """Self-attention: (batch, tokens, width) → the same. `maps` give query, key and value.

    Spelled out, since torch's fused operator takes longer on a CPU with 16-bit floats.
    """
    batch, tokens, width = hidden.shape
    query, key, value = (linear(hidden).view(batch, tokens, heads, -1).transpose(1, 2) for linear in maps)
    scores = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(2, 3))
    context = torch.matmul(torch.softmax(scores.float() + mask, dim=-1).to(value.dtype), value)
    return context.transpose(1, 2).reshape(batch, tokens, width)


class Reader(nn.Module):  # type: ignore[misc] # torch may not be installed
    """The small one. ids, segments and mask (batch, tokens) → start and end (batch, tokens, 2) and whether (batch,)."""

    frozen = ("embeddings.word_embeddings.",)

    def __init__(self, layers: int = LAYERS, width: int = DIMENSION, heads: int = HEADS) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(30522, width),
                "position_embeddings": nn.Embedding(512, width),
                "token_type_embeddings": nn.Embedding(2, width),
                "LayerNorm": nn.LayerNorm(width, eps=1e-12),
            }
        )
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList([Layer(width, heads) for _ in range(layers)])})
        self.reader = Heads(width)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The logits; those of padding and of the question are not masked here."""
        table = self.embeddings
        places = torch.arange(ids.shape[1])[None]
        hidden = table["word_embeddings"](ids) + table["position_embeddings"](places)
        hidden = table["LayerNorm"](hidden + table["token_type_embeddings"](segments))
        attended = masked(mask)
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, attended)
        found: tuple[Tensor, Tensor] = self.reader(hidden)
        return found


class Teacher(nn.Module):  # type: ignore[misc] # torch may not be installed
    """The large one: all-mpnet-base-v2. The same inputs and outputs; the segments are not looked at."""

    frozen = ("embeddings.", "encoder.relative_attention_bias.", "encoder.layer.0.", "encoder.layer.1.")
    """What stays as it is: these learn little from few examples, and training is a quarter faster without them."""

    def __init__(self, layers: int = 12, width: int = 768, heads: int = 12) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(30527, width),
                "position_embeddings": nn.Embedding(514, width),
                "LayerNorm": nn.LayerNorm(width, eps=1e-5),
            }
        )
        self.encoder = nn.ModuleDict(
            {
                "layer": nn.ModuleList([TeacherLayer(width, heads) for _ in range(layers)]),
                "relative_attention_bias": nn.Embedding(32, heads),
            }
        )
        self.reader = Heads(width)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The logits; those of padding and of the question are not masked here."""
        del segments
        table, tokens = self.embeddings, ids.shape[1]
        places = torch.arange(2, tokens + 2)[None]
        hidden = table["LayerNorm"](table["word_embeddings"](ids) + table["position_embeddings"](places))
        bias = self.encoder["relative_attention_bias"](distances(tokens)).permute(2, 0, 1)[None] + masked(mask)
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, bias)
        found: tuple[Tensor, Tensor] = self.reader(hidden)
        return found


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


def load_reader() -> Reader:
    """The small one before training: the encoder's weights, and new ones for what it is to learn."""
    model = Reader()
    _start(model, source() / "model.safetensors")
    return model


def load_teacher(folder: Path) -> Teacher:
    """The large one before training, from the folder that holds all-mpnet-base-v2's `model.safetensors`."""
    model = Teacher()
    _start(model, folder / "model.safetensors")
    return model


def _start(model: Reader | Teacher, weights: Path) -> None:
    """Give a model the weights of its encoder and new heads; what is to stay as it is takes no gradient."""
    torch.manual_seed(0)
    model.reader = Heads(model.reader["span"].in_features)
    missing, _ = model.load_state_dict(load_file(str(weights)), strict=False)
    assert all(name.startswith("reader.") for name in missing), missing
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not name.startswith(model.frozen))
