"""Training the reader: first on written and rule-made pairs, then, from there, on pairs that people labelled.

What people labelled is trained on once in full, for the reader that ships, and once for each part of it left out, for
readers that can judge that part unseen.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import torch

from juried.backends.embedded.judging import Embed
from juried.backends.embedded.reader import Packed, pack
from juried.labelled import Pair
from scripts.export_reader import export_reader
from scripts.onnx_graph import Weights
from scripts.reader_examples import Example, PieceRarity, Showing, batches, example, show
from scripts.reader_network import ReaderNetwork, named_weights
from scripts.reader_pairs import beside_others, load_abstracts, load_written, near_abstracts, rule_made
from scripts.reader_training import train

FIRST_RATE, FIRST_DECAY, FIRST_BATCH = 1.5e-4, 0.95, 3072
FIRST = Showing(rooms=(48, 80, 130), title=0.5, nearest=0.7)
TUNING_RATE, TUNING_DECAY, TUNING_BATCH = 6e-5, 0.9, 6144
TUNING = Showing(rooms=(160, 208, 208), title=0.85, nearest=0.0)
ROUNDS = 3
THREADS = 2


def first_examples(data: Path, embed: Embed) -> list[Example]:
    """Return the examples of the first training; `data` holds scifact, of which no label is used."""
    abstracts = load_abstracts(data)
    rarity, chooser = PieceRarity(text for item in abstracts for text in item.sentences), random.Random(0)
    near = near_abstracts(abstracts, embed([item.title for item in abstracts]))
    written = load_written(abstracts)
    found: list[Example] = []
    for place, twins in enumerate(written):
        shown = FIRST.draw(chooser)
        found += [example(pair, show(pair, shown, rarity, chooser), twin=f"written {place}") for pair in twins]
    made = [*rule_made(abstracts, near), *beside_others(written, near)]
    packed = [show(pair, FIRST.draw(chooser), rarity, chooser) for pair in made]
    return found + [example(pair, seen, _rule_weight(pair)) for pair, seen in zip(made, packed, strict=True)]


def _rule_weight(pair: Pair) -> float:
    """A sentence that the rest of its abstract may not tell weighs half."""
    return 0.5 if pair.kind.startswith("rest") else 1.0


def first_training(checkpoint: Weights, data: Path, embed: Embed, kept: Path) -> ReaderNetwork:
    """Return the network after the first training; it is kept in a file, and taken from there when it is there."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    network = ReaderNetwork(checkpoint)
    if kept.exists():
        print(f"first training: taken from {kept}", flush=True)
        network.load_state_dict(torch.load(kept))
        return network
    examples = first_examples(data, embed)
    plan = batches(examples, random.Random(1), FIRST_BATCH)
    print(
        f"first training: {len(examples)} pairs, {sum(len(e.packed.ids) for e in examples):,} word pieces", flush=True
    )
    train(network, plan, FIRST_RATE, FIRST_DECAY, "first training")
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".unfinished")
    torch.save(network.state_dict(), unfinished)
    unfinished.replace(kept)
    return network


def tuned(
    first: ReaderNetwork, checkpoint: Weights, labelled: Sequence[Pair], embed: Embed, name: str
) -> ReaderNetwork:
    """Return a copy of a network trained on labelled pairs: first as the reader will see them, then as they fall."""
    network = ReaderNetwork(checkpoint)
    network.load_state_dict(first.state_dict())
    chooser = random.Random(0)
    rarity = PieceRarity(text for pair in labelled for text in pair.sentences)
    plan = batches([example(pair, _as_read(pair, embed)) for pair in labelled], chooser, TUNING_BATCH)
    for _ in range(ROUNDS - 1):
        shown = [example(pair, show(pair, TUNING.draw(chooser), rarity, chooser)) for pair in labelled]
        plan += batches(shown, chooser, TUNING_BATCH)
    train(network, plan, TUNING_RATE, TUNING_DECAY, name)
    return network


def _as_read(pair: Pair, embed: Embed) -> Packed:
    rows = embed([pair.claim, *pair.sentences])
    return pack(pair.claim, pair.sentences, [float(value) for value in rows[1:] @ rows[0]], pair.title)


def write_reader(network: ReaderNetwork, checkpoint: Weights, path: Path) -> None:
    """Write a network as the ONNX model that juried reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    size = export_reader(named_weights(network, checkpoint), unfinished)
    unfinished.replace(path)
    print(f"{path.name}: {size:,} bytes", flush=True)
