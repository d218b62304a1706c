"""The two lines that a claim compares, and the crossing lines in which it compares them, where both are sure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from juried.table_claims.binding import Bound, Name, meet
from juried.table_claims.cues import Cue
from juried.table_claims.grid import AXES, Axis, Line
from juried.table_claims.roles import competing_axis

RulingLabel = Literal["supports", "refutes"]
RulingKind = Literal["number", "place", "direction"]
LED = re.compile(
    r"^\W*(?:compared (?:to|with)|relative to|in comparison (?:to|with)|unlike|in contrast to)\b", re.IGNORECASE
)
PASSIVE = re.compile(r"\b(?:outperformed|surpassed|exceeded|beaten) by\b", re.IGNORECASE)


@dataclass(frozen=True)
class Ruling:
    """What cells say of a claim; `computed` is what they give, `cells` where they stand (row, column)."""

    label: RulingLabel
    kind: RulingKind
    computed: str
    cells: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Pair:
    """Two single lines of one axis that a claim compares, in the order of its statement, and the crossing lines."""

    mine: Line
    rival: Line
    scope: tuple[Line, ...]
    named: bool


def scope_of(bound: Bound, axis: Axis, focus: frozenset[tuple[int, int]]) -> tuple[tuple[Line, ...], bool]:
    """Return the crossing lines of a claim, and whether it names them (or its cited cells or a lone line do)."""
    other: Axis = "column" if axis == "row" else "row"
    lines = bound.grid.lines(other)
    named = bound.names(other)
    own = focused(bound, focus, other)
    if len(own) == 1 and fits_names(named, own[0]):
        return own, True
    if named:
        return meet(named, lines), True
    return lines, len(lines) == 1


def pair_of(bound: Bound, cue: Cue | None, focus: frozenset[tuple[int, int]]) -> Pair | None:
    """Return the two lines that a claim compares, None unless each is one line."""
    for axis in sorted(AXES, key=lambda axis: axis != competing_axis(bound.grid)):
        found = _two(bound, axis, focused(bound, focus, axis))
        if found is None:
            continue
        first, second = found
        scope, named = scope_of(bound, axis, focus)
        if _turned(bound.claim, cue):
            first, second = second, first
        return Pair(first, second, scope, named) if scope else None
    return None


def _two(bound: Bound, axis: Axis, cited: tuple[Line, ...]) -> tuple[Line, Line] | None:
    """Return the two lines that the names of an axis mean, in order; other names and cited cells narrow both."""
    found = bound.names(axis)
    for level in sorted({name.level for name in found}):
        heads = distinct([name for name in found if name.level == level])
        if len(heads) != 2:
            continue
        rest = [name for name in found if name.level != level]
        lines = [meet([head, *rest], bound.grid.lines(axis)) for head in heads]
        lines = [tuple(line for line in own if line in cited) or own for own in lines]
        if all(len(own) == 1 for own in lines) and lines[0] != lines[1]:
            return lines[0][0], lines[1][0]
    return None


def distinct(found: list[Name]) -> list[Name]:
    """Return the names that mean different lines, each at its first place."""
    kept: list[Name] = []
    for name in found:
        if not any(name.lines == other.lines for other in kept):
            kept.append(name)
    return kept


def _turned(claim: str, cue: Cue | None) -> bool:
    """Whether the rival stands before the subject ("Compared with B, A is better", "B is outperformed by A")."""
    # "Outperformed by" is a word of its own among those that say "worse".
    passive = PASSIVE.search(claim) and not (cue is not None and cue.word.endswith(" by"))
    return bool(LED.match(claim) or passive) or (
        cue is not None and bool(re.search(r"\b(?:than|compared (?:to|with))\b", claim[: cue.start]))
    )


def cell_of(line: Line, cross: Line) -> tuple[int, int]:
    """Return the place (row, column) where two lines of different axes meet."""
    return (line.at, cross.at) if line.axis == "row" else (cross.at, line.at)


def ahead(bound: Bound, pair: Pair, cue: Cue, cross: Line) -> int | None:
    """Return 1 where the subject stands as the cue says, -1 for the other way round, 0 for equal, None unread."""
    first, second = bound.grid.at(pair.mine, cross), bound.grid.at(pair.rival, cross)
    if first is None or second is None:
        return None
    row, column = (pair.mine, cross) if pair.mine.axis == "row" else (cross, pair.mine)
    lower = cue.quality and bound.grid.lower_is_better(row, column)
    difference = (first.value - second.value) * cue.sign * (-1 if lower else 1)
    return (difference > 0) - (difference < 0)


def fits_names(named: Sequence[Name], line: Line) -> bool:
    """Whether a line is among those that are named on every level that is named at all."""
    return all(any(line in n.lines for n in named if n.level == level) for level in {n.level for n in named})


def focused(bound: Bound, focus: frozenset[tuple[int, int]], axis: Axis) -> tuple[Line, ...]:
    """Return the lines of the cells that a claim cites."""
    cited = {place[0 if axis == "row" else 1] for place in focus}
    return tuple(line for line in bound.grid.lines(axis) if line.at in cited)
