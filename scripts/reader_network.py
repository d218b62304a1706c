"""The reader as a torch network: MiniLM with a head that judges sentences and a head that judges the source.

There is no dropout: drawing its masks takes half the time on a CPU, and each pair is seen one to three times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from juried.backends.embedded.reader import Packed
from scripts.onnx_graph import HEADS, LAYERS, WIDTH

_FAR = -1e4
_SHORT = 224
_NAMES = (
    ("mixed", "attention.output.dense"),
    ("after_attention", "attention.output.LayerNorm"),
    ("wide", "intermediate.dense"),
    ("narrow", "output.dense"),
    ("after_all", "output.LayerNorm"),
)
_PARTS = tuple(f"attention.self.{part}" for part in ("query", "key", "value"))
Arrays = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Batch:
    """Pairs padded to one length: (pairs, pieces) each; `sentences` is the most that one pair has."""

    ids: Tensor
    types: Tensor
    parts: Tensor
    seen: Tensor
    sentences: int


def make_batch(packed: Sequence[Packed]) -> Batch:
    """Return the batch of packed pairs, at least one."""
    length = max(len(item.ids) for item in packed)

    def padded(rows: list[tuple[int, ...]]) -> Tensor:
        return torch.tensor([[*row, *[0] * (length - len(row))] for row in rows])

    return Batch(
        ids=padded([item.ids for item in packed]),
        types=padded([item.types for item in packed]),
        parts=padded([item.parts for item in packed]),
        seen=padded([tuple([1] * len(item.ids)) for item in packed]).bool(),
        sentences=max(len(item.places) for item in packed),
    )


class Layer(nn.Module):
    """One layer of BERT, with the weights of the checkpoint under a prefix."""

    def __init__(self, weights: Arrays, prefix: str) -> None:
        super().__init__()
        self.joined = nn.Linear(WIDTH, 3 * WIDTH)
        self.joined.weight.data = torch.cat([_tensor(weights, f"{prefix}.{part}.weight") for part in _PARTS])
        self.joined.bias.data = torch.cat([_tensor(weights, f"{prefix}.{part}.bias") for part in _PARTS])
        self.mixed, self.wide, self.narrow = nn.Linear(1, 1), nn.Linear(1, 1), nn.Linear(1, 1)
        self.after_attention, self.after_all = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        for name, stored in _NAMES:
            _fill(getattr(self, name), weights, f"{prefix}.{stored}")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return (pairs, pieces, width) from the same."""
        pairs, pieces, width = x.shape
        split = self.joined(x).view(pairs, pieces, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        seen = _attend(split[0], split[1], split[2], mask)
        x = self.after_attention(x + self.mixed(seen.transpose(1, 2).reshape(pairs, pieces, width)))
        return self.after_all(x + self.narrow(functional.gelu(self.wide(x))))


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Return attention (pairs, heads, pieces, width of a head); torch's own learns slowly on short rows of bfloat16."""
    pairs, heads, pieces, width = query.shape
    if pieces > _SHORT:
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    flat = [part.reshape(pairs * heads, pieces, width) for part in (query * width**-0.5, key, value)]
    chances = (torch.bmm(flat[0], flat[1].transpose(1, 2)).view(pairs, heads, pieces, pieces) + mask).softmax(-1)
    seen = torch.bmm(chances.to(value.dtype).view(pairs * heads, pieces, pieces), flat[2])
    return seen.view(pairs, heads, pieces, width)


class ReaderNetwork(nn.Module):
    """The reader; its embeddings stay as they are in the checkpoint."""

    def __init__(self, weights: Arrays) -> None:
        super().__init__()
        self.words = _table(weights, "embeddings.word_embeddings.weight")
        self.positions = _table(weights, "embeddings.position_embeddings.weight")
        self.kinds = _table(weights, "embeddings.token_type_embeddings.weight")
        self.start = nn.LayerNorm(WIDTH, eps=1e-12)
        _fill(self.start, weights, "embeddings.LayerNorm")
        self.start.requires_grad_(False)
        self.layers = nn.ModuleList([Layer(weights, f"encoder.layer.{at}") for at in range(LAYERS)])
        self.sentence, self.whole = nn.Linear(4 * WIDTH, WIDTH), nn.Linear(3 * WIDTH, WIDTH)
        self.sentence_label, self.sentence_weight = nn.Linear(WIDTH, 3), nn.Linear(WIDTH, 1)
        self.source = nn.Linear(WIDTH, 3)
        for part in (self.sentence_label, self.sentence_weight, self.source):
            nn.init.normal_(part.weight, std=0.02)
            nn.init.zeros_(part.bias)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return scores of the labels (pairs, 3), of each sentence (pairs, sentences, 3), and of its weight."""
        length = batch.ids.shape[1]
        x = self.start(self.words(batch.ids) + self.positions.weight[:length] + self.kinds(batch.types))
        kind = torch.bfloat16 if torch.is_autocast_enabled("cpu") else x.dtype
        mask = torch.zeros(len(x), 1, 1, length).masked_fill(~batch.seen[:, None, None, :], float("-inf")).to(kind)
        for layer in self.layers:
            x = layer(x, mask)
        with torch.autocast("cpu", enabled=False):
            return self._judge(x.float(), batch)

    def _judge(self, x: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        belongs = functional.one_hot(batch.parts, batch.sentences + 2).float()
        counts = belongs.sum(1)
        means = torch.einsum("btd,bts->bsd", x, belongs) / counts.clamp(min=1)[..., None]
        claim, held = means[:, 1], means[:, 2:]
        beside = claim[:, None].expand_as(held)
        joined = torch.cat([held, beside, held * beside, (held - beside).abs()], -1)
        sentences = functional.gelu(self.sentence(joined))
        labels = self.sentence_label(sentences)
        scores = self.sentence_weight(sentences)[..., 0].masked_fill(counts[:, 2:] == 0, _FAR)
        weights = scores.softmax(-1)
        pooled = torch.einsum("bs,bsd->bd", weights, sentences)
        whole = functional.gelu(self.whole(torch.cat([x[:, 0], claim, pooled], -1)))
        return self.source(whole) + torch.einsum("bs,bsk->bk", weights, labels), labels, scores


def named_weights(network: ReaderNetwork, checkpoint: Arrays) -> dict[str, NDArray[np.float32]]:
    """Return the network's weights under the names that the export reads."""
    named = dict(checkpoint)
    for at, layer in enumerate(network.layers):
        prefix = f"encoder.layer.{at}"
        for kind in ("weight", "bias"):
            for part, value in zip(_PARTS, getattr(layer.joined, kind).detach().chunk(3), strict=True):
                named[f"{prefix}.{part}.{kind}"] = value.numpy()
            for name, stored in _NAMES:
                named[f"{prefix}.{stored}.{kind}"] = getattr(getattr(layer, name), kind).detach().numpy()
    heads = {
        "sentence": network.sentence,
        "sentence_label": network.sentence_label,
        "sentence_weight": network.sentence_weight,
        "whole": network.whole,
        "source": network.source,
    }
    for name, part in heads.items():
        named[f"{name}.weight"] = part.weight.detach().numpy()
        named[f"{name}.bias"] = part.bias.detach().numpy()
    return named


def _tensor(weights: Arrays, name: str) -> Tensor:
    return torch.from_numpy(np.array(weights[name]))


def _fill(part: nn.Module, weights: Arrays, name: str) -> None:
    part.weight = nn.Parameter(_tensor(weights, f"{name}.weight"))
    part.bias = nn.Parameter(_tensor(weights, f"{name}.bias"))


def _table(weights: Arrays, name: str) -> nn.Embedding:
    return nn.Embedding.from_pretrained(_tensor(weights, name), freeze=True)
