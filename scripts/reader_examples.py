"""Training examples of the reader: which sentences of a source it is shown, what it should say, and batches of them."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from juried.backends.embedded.reader import MOST_OF_SENTENCE, Packed, pack_in_order, pieces
from juried.labelled import LABELS, Pair

SAME_LENGTH = 96
_MOST_DECIDING = 4
_LATE = 0.1


@dataclass(frozen=True)
class Example:
    """A packed pair: its label, the label of each sentence read (None when unknown), and its weight.

    Examples of one non-empty `twin` are opposites of each other and stay in one batch.
    """

    packed: Packed
    label: int
    sentences: tuple[int, ...] | None
    weight: float = 1.0
    twin: str = ""


@dataclass(frozen=True)
class Showing:
    """How sentences are chosen for training.

    Args:
        rooms: Word pieces for sentences; one is drawn for each pair.
        title: How often the title is shown (0 to 1).
        nearest: How often the sentences most like the claim come first (0 to 1); else in any order.
    """

    rooms: tuple[int, ...]
    title: float
    nearest: float

    def draw(self, chooser: random.Random) -> Shown:
        """Return how one pair is shown, or two twins, which are then about equally long."""
        titled, room = chooser.random() < self.title, chooser.choice(self.rooms)
        return Shown(room, titled, chooser.random() < self.nearest)


@dataclass(frozen=True)
class Shown:
    """How a pair is shown: word pieces for its sentences, whether with its title, whether its nearest come first."""

    room: int
    titled: bool
    nearest: bool


class PieceRarity:
    """How rare each word piece is among sentences: ln((n + 1) / (of n, those that hold it + 1))."""

    def __init__(self, sentences: Iterable[str]) -> None:
        texts = list(sentences)
        self._most = math.log(len(texts) + 1)
        counts = Counter(piece for text in texts for piece in set(pieces(text)))
        self._worth = {piece: self._most - math.log(count + 1) for piece, count in counts.items()}

    def likeness(self, claim: Sequence[int], sentence: Sequence[int]) -> float:
        """Return the share of the claim's pieces, by rarity, that a sentence holds (0 to 1)."""
        wanted = set(claim)
        total = sum(map(self._of, sorted(wanted)))
        return sum(map(self._of, sorted(wanted & set(sentence)))) / total if total else 0.0

    def _of(self, piece: int) -> float:
        return self._worth.get(piece, self._most)


def show(pair: Pair, shown: Shown, rarity: PieceRarity, chooser: random.Random) -> Packed:
    """Return what the reader is shown of a pair: every deciding sentence (four at most), then others while they fit."""
    must = sorted({place for group in pair.evidence for place in group})
    must = chooser.sample(must, _MOST_DECIDING) if len(must) > _MOST_DECIDING else must
    rest = [place for place in range(len(pair.sentences)) if place not in must]
    if shown.nearest:
        rest = _nearest_first(pair, rest, rarity)
    else:
        chooser.shuffle(rest)
    needed = sum(len(pieces(pair.sentences[place])[:MOST_OF_SENTENCE]) + 1 for place in must)
    title = pair.title if shown.titled else ""
    return pack_in_order(pair.claim, title, pair.sentences, [*must, *rest], max(shown.room, needed))


def _nearest_first(pair: Pair, places: Sequence[int], rarity: PieceRarity) -> list[int]:
    """Order places by likeness to the claim and by how late they stand, for results stand late."""
    claim, count = pieces(pair.claim), len(pair.sentences)

    def near(place: int) -> float:
        return rarity.likeness(claim, pieces(pair.sentences[place])) + _LATE * place / count

    return sorted(places, key=near, reverse=True)


def example(pair: Pair, packed: Packed, weight: float = 1.0, twin: str = "") -> Example:
    """Return the example of a pair; a pair without marked sentences tells nothing of its sentences."""
    label = LABELS.index(pair.label)
    marked = {place for group in pair.evidence for place in group}
    known = bool(marked) or pair.label == "not_enough_info"
    sentences = tuple(label if place in marked else 0 for place in packed.places)
    return Example(packed, label, sentences if known else None, weight, twin)


def batches(examples: Sequence[Example], chooser: random.Random, most_pieces: int) -> list[list[Example]]:
    """Return shuffled batches of at most `most_pieces` padded word pieces, pairs of like length together.

    Twins count as one. A unit that is longer than the limit has a batch of its own.
    """
    units = _units(examples)
    chooser.shuffle(units)
    found: list[list[Example]] = []
    chunk: list[list[Example]] = []
    held = 0
    for place, unit in enumerate(units, 1):
        chunk.append(unit)
        held += sum(len(item.packed.ids) for item in unit)
        if held >= most_pieces * SAME_LENGTH or place == len(units):
            filled = _filled(sorted(chunk, key=_longest), most_pieces)
            chooser.shuffle(filled)
            found += filled
            chunk, held = [], 0
    return found


def _units(examples: Sequence[Example]) -> list[list[Example]]:
    units: dict[str, list[Example]] = {}
    for place, item in enumerate(examples):
        units.setdefault(item.twin or f"alone {place}", []).append(item)
    return list(units.values())


def _longest(unit: Sequence[Example]) -> int:
    return max(len(item.packed.ids) for item in unit)


def _filled(units: Sequence[Sequence[Example]], most_pieces: int) -> list[list[Example]]:
    found: list[list[Example]] = []
    batch: list[Example] = []
    for unit in units:
        # Units come by rising length, so the newest is the longest.
        if batch and _longest(unit) * (len(batch) + len(unit)) > most_pieces:
            found.append(batch)
            batch = []
        batch = [*batch, *unit]
    return [*found, batch] if batch else found
