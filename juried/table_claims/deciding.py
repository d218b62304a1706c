"""What the cells say of a comparing statement: in how many of the compared pairs it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from juried.table_claims.grid import Grid, Line, Value, bounds, pools
from juried.table_claims.roles import base_of, removed
from juried.table_claims.statements import Statement


@dataclass(frozen=True)
class Finding:
    """How a statement fares: pairs that hold, pairs tried; `margin` is the mean signed share of the spread, -1 to 1."""

    statement: Statement
    holds: float
    tried: int
    margin: float

    @property
    def share(self) -> float:
        """The share of the pairs that hold, 0.5 where none was tried; turned round for a denied statement."""
        if not self.tried:
            return 0.5
        share = self.holds / self.tried
        return 1 - share if self.statement.denied else share


def decide(statement: Statement, grid: Grid) -> Finding:
    """Return how a statement fares in the cells of its table; nothing is tried where no two cells can be compared."""
    kind = statement.cue.kind
    if kind == "best":
        return _decide_best(statement, grid)
    if kind == "alike":
        return _decide_alike(statement, grid)
    if kind == "level":
        return _decide_rank(statement, grid)
    return _decide_comparison(statement, grid)


def rivals_of(statement: Statement, grid: Grid) -> tuple[Line, ...]:
    """Return the lines that compete with the subject: all others of its axis but averages and upper bounds."""
    mine = set(statement.subject)
    pooled = any(pools(line) for line in mine)
    return tuple(
        line for line in grid.lines(statement.axis)
        if line not in mine and (pooled or not pools(line)) and not bounds(line)
    )  # fmt: skip


def pairs(statement: Statement, grid: Grid, others: Iterable[Line]) -> Iterator[tuple[Line, Line, Line]]:
    """Yield subject, rival and crossing line; lines of one group go with those that share their other headers."""
    rivals = tuple(others)
    for mine in statement.subject:
        matched = [line for line in rivals if _twins(mine, line)]
        for rival in matched or rivals:
            for cross in statement.scope:
                if mine != rival:
                    yield mine, rival, cross


def _twins(first: Line, second: Line) -> bool:
    """Whether two lines differ in one header only, with more than one header each."""
    if len(first.path) < 2 or len(first.path) != len(second.path):
        return False
    return sum(a != b for a, b in zip(first.path, second.path, strict=True)) == 1


def _better(grid: Grid, statement: Statement, mine: Line, cross: Line) -> int:
    """Return the sign that a difference must have: reversed where lower is better and the claim speaks of quality."""
    row, column = (mine, cross) if mine.axis == "row" else (cross, mine)
    turned = statement.cue.quality and grid.lower_is_better(row, column)
    if removed(mine) and not statement.removing and not statement.others:
        turned = not turned
    return -statement.cue.sign if turned else statement.cue.sign


def _changed(statement: Statement, grid: Grid) -> tuple[Line, ...]:
    """Return the lines that the subject's lines change, where it is a change ("+ X", "w/o X"); else none."""
    bases = {base for line in statement.subject for base in base_of(line, grid)} - set(statement.subject)
    return tuple(sorted(bases, key=lambda line: line.at))


def _decide_comparison(statement: Statement, grid: Grid) -> Finding:
    holds, margins = 0.0, []
    rivals = statement.others or _changed(statement, grid) or rivals_of(statement, grid)
    for mine, rival, cross in pairs(statement, grid, rivals):
        first, second = grid.at(mine, cross), grid.at(rival, cross)
        if first is None or second is None:
            continue
        sign = _better(grid, statement, mine, cross)
        difference = (first.value - second.value) * sign
        holds += 1 if difference > 0 else 0
        margins.append(_share_of_spread(difference, grid, statement, cross))
    return _finding(statement, holds, margins)


def _share_of_spread(difference: Decimal, grid: Grid, statement: Statement, cross: Line) -> float:
    values = [v.value for line in grid.lines(statement.axis) if (v := grid.at(line, cross)) is not None]
    spread = max(values) - min(values)
    return float(difference / spread) if spread else 0.0


def _finding(statement: Statement, holds: float, margins: list[float]) -> Finding:
    return Finding(statement, holds, len(margins), sum(margins) / len(margins) if margins else 0.0)


def _decide_best(statement: Statement, grid: Grid) -> Finding:
    """For each crossing line, whether the best of the subject's lines is the best of all that compete."""
    rivals = statement.others or rivals_of(statement, grid)
    holds, margins = 0.0, []
    for cross in statement.scope:
        mine = _values(grid, statement.subject, cross)
        theirs = _values(grid, rivals, cross)
        if not mine or not theirs:
            continue
        sign = _better(grid, statement, statement.subject[0], cross)
        top, rival = max(v.value * sign for v in mine), max(v.value * sign for v in theirs)
        holds += 1 if top >= rival else 0
        beaten = sum(top >= v.value * sign for v in theirs) / len(theirs)
        margins.append(2 * beaten - 1)
    return _finding(statement, holds, margins)


def _values(grid: Grid, lines: Iterable[Line], cross: Line) -> list[Value]:
    return [value for line in lines if (value := grid.at(line, cross)) is not None]


def _decide_alike(statement: Statement, grid: Grid) -> Finding:
    """Pairs within a tenth of the column's spread count as alike."""
    holds, margins = 0.0, []
    differ = statement.cue.word.startswith("differ")
    for mine, rival, cross in pairs(statement, grid, statement.others or statement.subject):
        first, second = grid.at(mine, cross), grid.at(rival, cross)
        if first is None or second is None:
            continue
        share = abs(_share_of_spread(first.value - second.value, grid, statement, cross))
        holds += 1 if (share <= 0.1) != differ else 0
        margins.append(share - 0.5 if differ else 0.5 - share)
    return _finding(statement, holds, margins)


def _decide_rank(statement: Statement, grid: Grid) -> Finding:
    """For an adjective such as "high" or "poor": where the subject stands among the lines of its axis."""
    holds, margins = 0.0, []
    for mine in statement.subject:
        for cross in statement.scope:
            value, rest = grid.at(mine, cross), _values(grid, rivals_of(statement, grid), cross)
            if value is None or not rest:
                continue
            sign = _better(grid, statement, mine, cross)
            beaten = sum((value.value - other.value) * sign > 0 for other in rest) / len(rest)
            holds += beaten
            margins.append(2 * beaten - 1)
    return _finding(statement, holds, margins)
