"""Which of two compared lines a number belongs to: ratios of one to the other, and values told in an order."""

from __future__ import annotations

import re
from decimal import Decimal

from juried.table_claims.amounts import fits, prints
from juried.table_claims.binding import Bound, Name
from juried.table_claims.grid import Line, Value
from juried.table_claims.ruling_amounts import says_amount
from juried.table_claims.ruling_pairs import Pair, Ruling, cell_of
from juried.text.numbers import Number

_OF_RIVAL = re.compile(r"\s*(?:times\s+)?(?:that|those|the)\b", re.IGNORECASE)
_HELD = re.compile(
    r"(?:['’]s?)?\s*[(\[,]?\s*(?:(?:which|that)\s+)?(?:has|had|have|at|with|of|reaches)?\s*$", re.IGNORECASE
)


def rule_ratio(bound: Bound, pair: Pair, cross: Line, resting: bool) -> Ruling | None:
    """Rule on "A has 1.67 times the F1 of B": A over B, told where the number stands between A and B.

    A ratio that only fits the other way round refutes where what is multiplied is a name of the table or "that".
    """
    first, second = bound.grid.at(pair.mine, cross), bound.grid.at(pair.rival, cross)
    between = _between(bound, pair)
    if first is None or second is None or len(bound.numbers) != 1 or not between or not first.value or not second.value:
        return None
    number = bound.numbers[0]
    slack = Decimal(0) if resting else (first.quantum + second.quantum) / 2 / abs(second.value)
    forward, backward = abs(first.value / second.value), abs(second.value / first.value)
    cells = (cell_of(pair.mine, cross), cell_of(pair.rival, cross))
    told = f"{first.value} and {second.value}, a ratio of {forward:.4g}"
    if fits(forward, number.value, number.quantum):
        return Ruling("supports", "number", told, cells)
    unsure = fits(backward, number.value, number.quantum, slack) and not _multiplies_a_name(bound, number)
    if unsure or fits(forward, number.value, number.quantum, slack):
        return None
    return Ruling("refutes", "number", told, cells)


def _between(bound: Bound, pair: Pair) -> bool:
    """Whether the first line is named before the number, and the second one first after it."""
    number = bound.numbers[0]
    mine, rival = _names_of(bound, pair.mine), _names_of(bound, pair.rival)
    return (
        bool(mine and rival)
        and max(name.end for name in mine) <= number.start
        and number.end <= min(name.start for name in rival)
    )


def _multiplies_a_name(bound: Bound, number: Number) -> bool:
    """Whether "times" goes on with "that of" or "the" and a name ("twice the speed" turns a time round)."""
    found = _OF_RIVAL.match(bound.claim, number.end)
    if found is None:
        return False
    after = found.end() + len(bound.claim[found.end() :]) - len(bound.claim[found.end() :].lstrip())
    named = any(name.start == after for name in (*bound.rows, *bound.columns))
    return named or not found.group().lower().endswith("the")


def _names_of(bound: Bound, line: Line) -> list[Name]:
    """Return the names that mean a line, of the level that tells it from most others."""
    own = [name for name in bound.names(line.axis) if line in name.lines]
    least = min((len(name.lines) for name in own), default=0)
    return [name for name in own if len(name.lines) == least]


def in_order(bound: Bound, pair: Pair, cross: Line) -> bool:
    """Whether the values that a comparison prints are surely those of the lines that it gives them for."""
    first, second = bound.grid.at(pair.mine, cross), bound.grid.at(pair.rival, cross)
    mine, rival = _names_of(bound, pair.mine), _names_of(bound, pair.rival)
    values = [number for number in bound.numbers if not says_amount(number, bound.claim)]
    if first is None or second is None or not mine or not rival:
        return not values
    values = [number for number in values if prints(first, number) or prints(second, number)]
    if len(values) == 1:
        held = any(
            _HELD.fullmatch(bound.claim[name.end : values[0].start]) for name in rival if name.end <= values[0].start
        )
        return prints(second if held else first, values[0])
    turned = rival[0].start < mine[0].start
    order: tuple[Value, ...] = (second, first) if turned else (first, second)
    return len(values) == 0 or (len(values) == 2 and all(map(prints, order, values)))
