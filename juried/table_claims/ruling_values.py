"""Rulings on values that a claim gives: of one cell each, and means and sums over cells."""

from __future__ import annotations

import re
from decimal import Decimal

from juried.table_claims.amounts import fits, prints
from juried.table_claims.binding import Bound, meet
from juried.table_claims.grid import AXES, Axis, Grid, Line, Value, pools
from juried.table_claims.roles import competing_axis
from juried.table_claims.ruling_pairs import Ruling, RulingKind, cell_of, fits_names, focused
from juried.text.numbers import Number
from juried.text.units import canonical_unit

_MEAN = re.compile(r"\b(?:average|averaged|averages|mean|on average)\b", re.IGNORECASE)
_SUM = re.compile(r"\b(?:sum|sums|total|totals|in total|altogether|add up)\b", re.IGNORECASE)


def rule_pooled(bound: Bound, focus: frozenset[tuple[int, int]], resting: bool) -> Ruling | None:
    """Rule on a mean or a sum that a claim states of the cells of one line."""
    mean, total = _free(_MEAN, bound), _free(_SUM, bound)
    if len(bound.numbers) not in (1, 2) or bool(mean) == bool(total):
        return None
    summed = any(pools(line) for line in (*bound.grid.rows, *bound.grid.columns))
    for axis in sorted(AXES, key=lambda axis: axis != competing_axis(bound.grid)):
        mine = meet(bound.names(axis), bound.grid.lines(axis)) if bound.names(axis) else ()
        other: Axis = "column" if axis == "row" else "row"
        named = bound.names(other)
        cross = meet(named, bound.grid.lines(other))
        if len(mine) != 1 or len(cross) < 2 or (summed and not named):
            continue
        found = _pool(bound, mine[0], cross, bool(mean), resting)
        # Lines that the claim does not name may not be those that it pools.
        return None if found and found.label == "refutes" and not named else found
    return None


def _free(pattern: re.Pattern[str], bound: Bound) -> bool:
    """Whether a word stands in the claim outside all names."""
    held = (*bound.rows, *bound.columns)
    found = pattern.finditer(bound.claim)
    return any(not any(n.start < word.end() and word.start() < n.end for n in held) for word in found)


def _pool(bound: Bound, mine: Line, across: tuple[Line, ...], mean: bool, resting: bool) -> Ruling | None:
    known = [value for cross in across if (value := bound.grid.at(mine, cross)) is not None]
    counted = [n for n in bound.numbers if n.quantum == 1 and n.value == len(across) and not n.unit]
    rest = [n for n in bound.numbers if n not in counted] or [bound.numbers[-1]]
    if len(known) != len(across) or len(rest) != 1:
        return None
    parts = len(known) if mean else 1
    result = sum((value.value for value in known), Decimal(0)) / parts
    slack = Decimal(0) if resting else sum((value.quantum for value in known), Decimal(0)) / (2 * parts)
    cells = tuple(cell_of(mine, cross) for cross in across)
    if fits(result, rest[0].value, rest[0].quantum):
        return Ruling("supports", "number", _short(result), cells)
    near = fits(result, rest[0].value, rest[0].quantum, slack)
    return None if near else Ruling("refutes", "number", _short(result), cells)


def _short(value: Decimal) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def rule_values(bound: Bound, focus: frozenset[tuple[int, int]]) -> Ruling | None:
    """Rule on numbers that a claim gives for lines that it names, each an own cell where row and column meet."""
    if not bound.numbers or not ((bound.rows and bound.columns) or focus):
        return None
    rows, columns = _meant(bound, focus, "row"), _meant(bound, focus, "column")
    held = [(row, column, v) for row in rows for column in columns if (v := bound.grid.at(row, column)) is not None]
    if len(held) != len(bound.numbers):
        return None
    told = ", ".join(str(value.value) for _, _, value in held)
    cells = tuple((row.at, column.at) for row, column, _ in held)
    wrong = _wrong_value(bound, [value for _, _, value in held])
    if wrong is not None:
        return Ruling("refutes", wrong, told, cells)
    return Ruling("supports", "number", told, cells) if len(held) == 1 or _in_order(bound, held) else None


def _wrong_value(bound: Bound, held: list[Value]) -> RulingKind | None:
    """Return what is wrong with the numbers of a claim: a unit or value that no cell has, or another cell's value."""
    if any(_strange_unit(number, bound.grid) for number in bound.numbers):
        return "number"
    left = list(held)
    for number in bound.numbers:
        match = next((value for value in left if prints(value, number)), None)
        if match is None:
            moved = len(held) == 1 and any(prints(value, number) for value in bound.grid.values.values())
            return "place" if moved else "number"
        left.remove(match)
    return None


def _strange_unit(number: Number, grid: Grid) -> bool:
    """Whether a number has a unit that neither headers nor caption print; shares are often printed bare."""
    printed = {canonical_unit(word) for word in re.findall(r"[^\W\d_]+|[%°$€]", grid.units)}
    return number.unit not in ("", "%", "points", "×") and number.unit not in printed


def _in_order(bound: Bound, held: list[tuple[Line, Line, Value]]) -> bool:
    """Whether several numbers come in the order of the names, so that each is its own line's."""
    varied: Axis = "row" if len({row for row, _, _ in held}) > 1 else "column"
    order = [line for name in bound.names(varied) for line in sorted(name.lines, key=lambda line: line.at)]
    placed = [(row if varied == "row" else column, value) for row, column, value in held]
    ranked = sorted(placed, key=lambda item: order.index(item[0]) if item[0] in order else len(order))
    return all(prints(value, number) for (_, value), number in zip(ranked, bound.numbers, strict=True))


def _meant(bound: Bound, focus: frozenset[tuple[int, int]], axis: Axis) -> tuple[Line, ...]:
    """Return the lines that a claim names; where its names fit the one cell that it cites, that cell's line."""
    named = bound.names(axis)
    cited = focused(bound, focus, axis)
    if not named or (len(focus) == 1 and any(fits_names(named, line) for line in cited)):
        return cited
    return meet(named, bound.grid.lines(axis))
