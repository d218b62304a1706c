"""Monotone maps from raw per cent to per cent, fitted on labelled claims, and which of them generalises.

Five forms are tried: isotonic steps (pool adjacent violators), the same with straight lines between the middles
of its steps, temperature and Platt scaling (a logistic curve over the log-odds; Platt 1999, Guo et al. 2017), and
beta calibration (Kull et al. 2017). Beta calibration is taken unless another has a clearly lower Brier score on
claims left out of its fit.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Method = Literal["isotonic", "interpolated", "temperature", "platt", "beta"]
Knots = tuple[tuple[int, float], ...]
Counts = Mapping[int, tuple[int, int]]
FOLDS = 5
FEWEST_IN_STEP = 20
_STEEPEST, _STEPS, _RIDGE = 0.995, 50, 0.01
_USUAL: Method = "beta"


def look_up(knots: Sequence[tuple[int, float]], raw: float) -> float:
    """Return the value of the highest knot that a raw per cent reaches; the first one's below all."""
    return max((value for low, value in knots if low <= raw), default=knots[0][1])


def count_labels(raw: Sequence[int], supported: Sequence[bool]) -> dict[int, tuple[int, int]]:
    """Return for each raw value how many claims have it, and how many of them are supported."""
    counts: dict[int, tuple[int, int]] = {}
    for value, label in zip(raw, supported, strict=True):
        n, hits = counts.get(value, (0, 0))
        counts[value] = (n + 1, hits + label)
    return dict(sorted(counts.items()))


@dataclass(frozen=True)
class _Block:
    """Claims that share one value of the fit: how many are supported of how many, their lowest and mean raw value."""

    hits: int
    n: int
    low: int
    mean: float

    @property
    def share(self) -> float:
        """Share supported with one claim of each kind added, so that a few claims never give 0 or 1."""
        return (self.hits + 1) / (self.n + 2)

    def joined(self, other: _Block) -> _Block:
        """Return both blocks as one; `other` is the higher."""
        n = self.n + other.n
        mean = (self.mean * self.n + other.mean * other.n) / n
        return _Block(self.hits + other.hits, n, self.low, mean)


def _blocks(counts: Counts) -> list[_Block]:
    """Pool neighbours until shares rise and every block holds twenty claims, as far as there are that many."""
    blocks: list[_Block] = []
    for value, (n, hits) in sorted(counts.items()):
        blocks.append(_Block(hits, n, value, float(value)))
        while len(blocks) > 1 and (blocks[-2].share >= blocks[-1].share or blocks[-2].n < FEWEST_IN_STEP):
            last = blocks.pop()
            blocks[-1] = blocks[-1].joined(last)
    while len(blocks) > 1 and (blocks[-1].n < FEWEST_IN_STEP or blocks[-2].share >= blocks[-1].share):
        last = blocks.pop()
        blocks[-1] = blocks[-1].joined(last)
    return blocks


def isotonic_knots(counts: Counts) -> Knots:
    """Return the knots of the isotonic fit: the lowest raw value of each pooled block, and its value in per cent."""
    return tuple((block.low, round(100 * block.share, 2)) for block in _blocks(counts))


def interpolated_knots(counts: Counts) -> Knots:
    """Return the isotonic fit with straight lines between the mean raw values of its blocks; flat outside them."""
    blocks = _blocks(counts)

    def value(raw: int) -> float:
        if raw <= blocks[0].mean:
            return blocks[0].share
        for low, high in pairwise(blocks):
            if raw <= high.mean:
                part = (raw - low.mean) / (high.mean - low.mean)
                return low.share + part * (high.share - low.share)
        return blocks[-1].share

    return _table(value, counts)


def temperature_knots(counts: Counts) -> Knots:
    """Return the logistic curve over the log-odds through 50 %."""
    return _curve(counts, lambda share: [_odds(share)])


def platt_knots(counts: Counts) -> Knots:
    """Return the logistic curve over the log-odds with an offset."""
    return _curve(counts, lambda share: [_odds(share), 1.0])


def beta_knots(counts: Counts) -> Knots:
    """Return the beta calibration: a logistic curve over ln p and -ln(1 - p) with an offset."""
    return _curve(counts, lambda share: [math.log(share), -math.log(1 - share), 1.0])


def _odds(share: float) -> float:
    return math.log(share / (1 - share))


def _curve(counts: Counts, features: Callable[[float], list[float]]) -> Knots:
    """Fit a logistic curve; a slope that would fall is held at 0, so that the map rises."""

    def row(raw: int) -> list[float]:
        return features(min(_STEEPEST, max(1 - _STEEPEST, raw / 100)))

    rows = {raw: row(raw) for raw in counts}
    slopes = [place for place in range(len(row(50))) if row(20)[place] != row(80)[place]]
    held: set[int] = set()
    weights = _logistic(rows, counts, held)
    while falling := [place for place in slopes if weights[place] < 0]:
        held.add(min(falling, key=lambda place: weights[place]))
        weights = _logistic(rows, counts, held)
    return _table(lambda raw: _chance(weights, row(raw)), counts)


def _chance(weights: Sequence[float], row: Sequence[float]) -> float:
    total = sum(weight * value for weight, value in zip(weights, row, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _logistic(rows: Mapping[int, list[float]], counts: Counts, held: set[int]) -> list[float]:
    """Return the weights of a slightly penalised logistic regression by Newton's method; those `held` stay 0."""
    width = len(next(iter(rows.values())))
    free = [place for place in range(width) if place not in held]
    weights = [0.0] * width
    for _ in range(_STEPS):
        gradient = {place: _RIDGE * weights[place] for place in free}
        curve = [[_RIDGE * (a == b) for b in free] for a in free]
        for raw, (n, hits) in counts.items():
            row, chance = rows[raw], _chance(weights, rows[raw])
            for at, place in enumerate(free):
                gradient[place] += row[place] * (n * chance - hits)
                for beside, other in enumerate(free):
                    curve[at][beside] += n * chance * (1 - chance) * row[place] * row[other]
        step = _solve(curve, [gradient[place] for place in free])
        for place, change in zip(free, step, strict=True):
            weights[place] -= max(-2.0, min(2.0, change))
        if max((abs(change) for change in step), default=0.0) < 1e-9:
            break
    return weights


def _solve(matrix: list[list[float]], values: list[float]) -> list[float]:
    """Solve a small system of linear equations by Gauss-Jordan elimination with pivots."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    for at in range(len(rows)):
        pivot = max(range(at, len(rows)), key=lambda place: abs(rows[place][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(len(rows)):
            if other != at:
                factor = rows[other][at]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[at], strict=True)]
    return [row[-1] for row in rows]


def _table(value: Callable[[int], float], counts: Counts) -> Knots:
    """Return a value for every raw per cent; n claims never give less than 1 / (n + 2) or more than 1 less that."""
    n = sum(count for count, _ in counts.values())
    least = 1 / (n + 2)
    shares = [round(100 * min(1 - least, max(least, value(raw))), 2) for raw in range(101)]
    return tuple((raw, share) for raw, share in enumerate(shares) if raw == 0 or share > shares[raw - 1])


MAKERS: Mapping[Method, Callable[[Counts], Knots]] = {
    "isotonic": isotonic_knots,
    "interpolated": interpolated_knots,
    "temperature": temperature_knots,
    "platt": platt_knots,
    "beta": beta_knots,
}


def folds_of(sources: Sequence[str]) -> list[int]:
    """Return the fold of each claim by the hash of its source, so that claims on one source share a fold."""
    return [int.from_bytes(hashlib.sha256(f"{source}fold".encode()).digest()[:8], "big") % FOLDS for source in sources]


def folds_by_rank(raw: Sequence[int], supported: Sequence[bool]) -> list[int]:
    """Return the fold of each claim by its place among all, sorted by raw value and label; their order is no matter."""
    order = sorted(range(len(raw)), key=lambda place: (raw[place], supported[place]))
    folds = [0] * len(raw)
    for rank, place in enumerate(order):
        folds[place] = rank % FOLDS
    return folds


def held_out_values(
    raw: Sequence[int], supported: Sequence[bool], folds: Sequence[int], method: Method | None = None
) -> list[float]:
    """Return for each claim the per cent by a map that was fitted on the other folds alone.

    Without a method the one that does best within those other folds is taken, so that choosing it is left out too.
    """
    values = [0.0] * len(raw)
    for fold in sorted(set(folds)):
        rest = [place for place in range(len(raw)) if folds[place] != fold] or list(range(len(raw)))
        mine, labels = [raw[place] for place in rest], [supported[place] for place in rest]
        chosen = method or choose_method(mine, labels, [folds[place] for place in rest])
        knots = MAKERS[chosen](count_labels(mine, labels))
        for place in range(len(raw)):
            if folds[place] == fold:
                values[place] = look_up(knots, raw[place])
    return values


def choose_method(raw: Sequence[int], supported: Sequence[bool], folds: Sequence[int]) -> Method:
    """Return beta calibration, unless a form beats its cross-fitted Brier score by more than the noise; then the best.

    The noise is one standard error of the mean difference over the claims: to take the lowest score of five
    whatever the difference would be to fit the noise once more.
    """
    usual, best, least = _losses(raw, supported, folds, _USUAL), _USUAL, 0.0
    for method in MAKERS:
        gains = [a - b for a, b in zip(usual, _losses(raw, supported, folds, method), strict=True)]
        mean = sum(gains) / len(gains)
        spread = sum((gain - mean) ** 2 for gain in gains) / len(gains)
        if mean > max(least, math.sqrt(spread / len(gains))):
            best, least = method, mean
    return best


def _losses(raw: Sequence[int], supported: Sequence[bool], folds: Sequence[int], method: Method) -> list[float]:
    values = held_out_values(raw, supported, folds, method)
    return [round((value / 100 - label) ** 2, 9) for value, label in zip(values, supported, strict=True)]
