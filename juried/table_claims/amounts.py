"""Numbers that a claim states, looked for in a table: as cells, differences, ratios, relative changes and sums.

Every tolerance comes from the printed digits: a cell is known to half a unit of its last digit, and what is computed
of two cells is known no better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from juried.table_claims.grid import AXES, Grid, Line, Value, pools
from juried.text.numbers import Number, quantities

Origin = Literal["cell", "difference", "relative", "ratio", "sum", "none"]
ZERO = Decimal(0)


@dataclass(frozen=True)
class Amount:
    """One number of a claim and where it comes from; `named` says that a line which the claim names holds it."""

    number: Number
    origin: Origin
    named: bool


def amounts(claim: str, grid: Grid, named: frozenset[Line], counts: bool = False) -> tuple[Amount, ...]:
    """Return each quantity of a claim with its likeliest origin in the table, in order of the claim.

    Small counts, which stand in any table, are left out unless `counts` asks for them.
    """
    return tuple(_trace(number, grid, named) for number in quantities(claim) if counts or _states_amount(number, claim))


def _states_amount(number: Number, claim: str) -> bool:
    """Whether a number is more than a small count, which would stand in any table."""
    small = number.quantum == 1 and abs(number.value) < 10 and not number.unit
    return not small or claim[max(0, number.start - 1) : number.start] in ("+", "-")


def _trace(number: Number, grid: Grid, named: frozenset[Line]) -> Amount:
    here = [(key, value) for key, value in grid.values.items() if set(key) & named]
    if any(prints(value, number) for _, value in here):
        return Amount(number, "cell", True)
    origin = derived(number, grid, named)
    if origin != "none":
        return Amount(number, origin, True)
    if any(prints(value, number) for value in grid.values.values()):
        return Amount(number, "cell", False)
    return Amount(number, "none", False)


def prints(cell: Value, number: Number) -> bool:
    """Whether a claim's number is a cell's: equal, or the cell rounded; a share may be given in per cent."""
    wanted = abs(number.value) if number.printed[:1] == "+" else number.value
    if number.quantum >= cell.quantum and 2 * abs(cell.value - wanted) <= _half(number, cell.value, wanted):
        return True
    shares = number.unit == "%" and abs(cell.value) <= 1 and cell.quantum < 1
    return shares and number.quantum >= cell.quantum * 100 and 2 * abs(cell.value * 100 - wanted) <= number.quantum


def _half(number: Number, first: Decimal, second: Decimal) -> Decimal:
    """Return the tolerance twice over: a unit of the last digit where the digits differ, nothing for equal ones."""
    return number.quantum if first != second else ZERO


def derived(number: Number, grid: Grid, named: frozenset[Line]) -> Origin:
    """Return what of two cells of one line a number is, one of them on a named line; "none" when it is nothing."""
    wanted = abs(number.value)
    if wanted == 0:
        return "none"
    if number.value < 0:
        apart = (abs(first.value - second.value) for first, second in _couples(grid, named))
        return "difference" if any(fits(value, wanted, number.quantum) for value in apart) else "none"
    for first, second in _couples(grid, named):
        if number.unit != "×" and fits(abs(first.value - second.value), wanted, number.quantum):
            return "difference"
        if number.unit == "%" and any(fits(part, wanted, number.quantum) for part in relative(first, second)):
            return "relative"
        if number.unit == "×" and any(fits(part, wanted, number.quantum) for part in ratios(first, second)):
            return "ratio"
    return "sum" if any(fits(part, wanted, number.quantum) for part in _pooled(number, grid, named)) else "none"


def _pooled(number: Number, grid: Grid, named: frozenset[Line]) -> Iterator[Decimal]:
    """Yield sums of named lines, and their shares in the sum of all lines of the axis in per cent."""
    for axis in AXES:
        totals = {line: _total(grid, line) for line in grid.lines(axis)}
        everything = sum(totals.values())
        for line in sorted(named & set(totals), key=lambda line: (line.at, line.path)):
            yield totals[line]
            if number.unit == "%" and everything > 0:
                yield totals[line] / everything * 100


def _total(grid: Grid, line: Line) -> Decimal:
    across = grid.columns if line.axis == "row" else grid.rows
    values = [v.value for cross in across if not pools(cross) and (v := grid.at(line, cross)) is not None]
    return sum(values, ZERO)


def fits(computed: Decimal, stated: Decimal, quantum: Decimal, slack: Decimal = ZERO) -> bool:
    """Whether a computed value rounds to a stated one; `slack` is by how much the computed one may be off."""
    return 2 * abs(computed - stated) <= quantum + 2 * slack


def relative(first: Value, second: Value) -> Iterator[Decimal]:
    """Yield relative changes between two values in per cent, of either, and of what is missing to 100."""
    difference = abs(first.value - second.value)
    rests = (Decimal(100) - first.value, Decimal(100) - second.value) if max(first.value, second.value) > 1 else ()
    for base in (first.value, second.value, *rests):
        if base > 0:
            yield difference / base * 100


def ratios(first: Value, second: Value) -> Iterator[Decimal]:
    """Yield the ratio of two values, the larger one above."""
    low, high = sorted((abs(first.value), abs(second.value)))
    if low:
        yield high / low


def _couples(grid: Grid, named: frozenset[Line]) -> Iterator[tuple[Value, Value]]:
    for line in sorted(named, key=lambda line: (line.axis, line.at, line.path)):
        across = grid.columns if line.axis == "row" else grid.rows
        for cross in across:
            value = grid.at(line, cross)
            if value is None:
                continue
            yield from ((value, other) for other in _others(grid, line, cross, across))


def _others(grid: Grid, line: Line, cross: Line, across: Iterable[Line]) -> Iterator[Value]:
    for other in across:
        if other != cross and (value := grid.at(line, other)) is not None:
            yield value
    for other in grid.lines(line.axis):
        if other != line and (value := grid.at(other, cross)) is not None:
            yield value
