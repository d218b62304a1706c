"""Two printed amounts of one quantity: whether they differ by more than their precision and uncertainty allow."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from juried.text.numbers import Number, find_numbers, read_value, same_value

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Amount:
    """A printed value with the ends of what its uncertainty allows; both are the value where none is printed."""

    number: Number
    low: Decimal
    high: Decimal


def amount_of(value: str, uncertainty: str = "", unit: str = "") -> Amount | None:
    """Return a printed value (`95.74`), with its spread (`0.44`, `95% CI 0.89 to 0.98`); None when it is no number."""
    number = read_value(f"{value} {unit}".strip())
    if number is None or number.upper is not None or number.relation:
        return None
    if "CI" in uncertainty:
        ends = find_numbers(uncertainty.partition("CI")[2])
        limits = [end for found in ends for end in (found.value, found.upper) if end is not None]
        return Amount(number, min(limits), max(limits)) if len(limits) == 2 else None
    spread = read_value(uncertainty) if uncertainty else None
    return around(number, spread.value if spread is not None else number.uncertainty)


def around(number: Number, uncertainty: Decimal | None) -> Amount:
    """Return a number with an uncertainty on both sides of it; None is no uncertainty."""
    spread = uncertainty or Decimal(0)
    return Amount(number, number.value - spread, number.value + spread)


def differ(first: Amount, second: Amount) -> bool:
    """Whether two amounts exclude each other: one unit, not the same value rounded, no overlap of what they allow.

    A share and its per cent ("0.848", "84.8") are one value; a unit that only one of them prints is no other unit
    when it is the per cent sign.
    """
    a, b = first.number, second.number
    if a.unit != b.unit and {a.unit, b.unit} != {"", "%"}:
        return False
    if same_value(a, b) or _rescaled(a, b) or _rescaled(b, a):
        return False
    return first.high < second.low or second.high < first.low


def off_by_rounding(first: Amount, second: Amount) -> bool:
    """Whether two amounts differ by no more than one unit of the last digit that the coarser one prints."""
    coarse = max(first.number.quantum, second.number.quantum)
    fine = min(first.number.quantum, second.number.quantum)
    return coarse > fine and abs(first.number.value - second.number.value) <= coarse


def _rescaled(share: Number, percent: Number) -> bool:
    """Whether the first is the second divided by a hundred, within the precision of both."""
    if not 0 < abs(share.value) <= 1 or share.unit == "%":
        return False
    coarse = max(share.quantum * _HUNDRED, percent.quantum)
    return abs(share.value * _HUNDRED - percent.value) * 2 <= coarse
