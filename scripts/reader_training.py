"""The loss of the reader and one run of training over planned batches."""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from scripts.reader_examples import Example
from scripts.reader_network import ReaderNetwork, make_batch

SMOOTHING = 0.05
SENTENCES, DECIDING, TWINS = 0.7, 0.3, 0.3
HEAD_RATE, WARMING = 5.0, 0.06
_SILENT_SENTENCE = 0.3
_SUPPORTS, _REFUTES = 1, 2


def loss_of(network: ReaderNetwork, held: Sequence[Example]) -> Tensor:
    """Return the loss of a batch.

    The label of the source counts 1, pairs of a batch by their weights; the labels of its sentences 0.7, the weight on
    its deciding sentences 0.3, and 0.3 that of two opposite claims the supported one is the better supported.
    """
    batch = make_batch([item.packed for item in held])
    with torch.autocast("cpu", torch.bfloat16):
        scores, labels, weights = network(batch)
    share = torch.tensor([item.weight for item in held])
    truth = torch.tensor([item.label for item in held])
    each = functional.cross_entropy(scores, truth, reduction="none", label_smoothing=SMOOTHING)
    loss = (each * share).sum() / share.sum() + _twins_loss(scores, held)
    rows = [(*(item.sentences or ()), *[-1] * (batch.sentences - len(item.sentences or ()))) for item in held]
    told = torch.tensor(rows)
    return loss + _sentences_loss(labels, weights, told, share) if bool((told >= 0).any()) else loss


def _sentences_loss(labels: Tensor, weights: Tensor, told: Tensor, share: Tensor) -> Tensor:
    by_class = torch.tensor([_SILENT_SENTENCE, 1.0, 1.0])[told.clamp(min=0)] * share[:, None] * (told >= 0)
    each = functional.cross_entropy(labels.permute(0, 2, 1), told.clamp(min=0), reduction="none")
    loss = SENTENCES * (each * by_class).sum() / by_class.sum()
    deciding = told > 0
    has = deciding.any(1)
    if not bool(has.any()):
        return loss
    missed = torch.logsumexp(weights, 1) - torch.logsumexp(weights.masked_fill(~deciding, -1e4), 1)
    return loss + DECIDING * missed[has].mean()


def _twins_loss(scores: Tensor, held: Sequence[Example]) -> Tensor | float:
    places: dict[str, dict[int, int]] = {}
    for place, item in enumerate(held):
        if item.twin and item.label:
            places.setdefault(item.twin, {})[item.label] = place
    pairs = [(found[_SUPPORTS], found[_REFUTES]) for found in places.values() if len(found) == 2]
    if not pairs:
        return 0.0
    lead = scores[:, _SUPPORTS] - scores[:, _REFUTES]
    true, false = torch.tensor(pairs).unbind(1)
    return TWINS * functional.softplus(lead[false] - lead[true]).mean()


def train(network: ReaderNetwork, plan: Sequence[Sequence[Example]], rate: float, decay: float, name: str) -> None:
    """Train once over the batches (at least one) in order; the rate rises for 6 % of the steps, then falls to 2 %.

    A layer below the last learns `decay` times as fast as the one above it, new heads five times as fast.
    """
    optimiser = torch.optim.AdamW(_groups(network, rate, decay), weight_decay=0.01, fused=True)
    steps = len(plan)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (WARMING * steps + 1)) * max(0.02, 1 - step / steps)
    )
    network.train()
    began, told = time.monotonic(), 0.0
    for step, held in enumerate(plan, 1):
        loss = loss_of(network, held)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        told += float(loss.detach())
        if step % 100 == 0 or step == steps:
            minutes = (time.monotonic() - began) / 60
            print(f"{name}: step {step} of {steps}, loss {told / step:.3f}, {minutes:.1f} min", flush=True)
    network.eval()


def _groups(network: ReaderNetwork, rate: float, decay: float) -> list[dict[str, object]]:
    layers = [
        {"params": list(layer.parameters()), "lr": rate * decay ** (len(network.layers) - 1 - at)}
        for at, layer in enumerate(network.layers)
    ]
    own = {id(part) for layer in network.layers for part in layer.parameters()}
    heads = [part for part in network.parameters() if part.requires_grad and id(part) not in own]
    return [*layers, {"params": heads, "lr": rate * HEAD_RATE}]
