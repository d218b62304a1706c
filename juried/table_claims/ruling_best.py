"""Rulings on what a claim calls best, highest or lowest."""

from __future__ import annotations

import re

from juried.table_claims.amounts import prints
from juried.table_claims.binding import Bound, Name, meet
from juried.table_claims.cues import Cue, denied
from juried.table_claims.grid import AXES, Axis, Line, bounds, pools
from juried.table_claims.ruling_pairs import Ruling, cell_of, distinct, scope_of
from juried.text.numbers import Number

# "Among the best" and "one of the highest" leave room above.
_AMONG = re.compile(r"\b(?:among|amongst|of|with|close to|behind)\s+(?:the\s+|its\s+|all\s+|very\s+)*$", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:of|among|amongst|across|between|all|the|these|those)\s+(?:the\s+|all\s+|these\s+|those\s+)*$", re.IGNORECASE
)
_NOUN = re.compile(r"\s+(?!is\b|was\b|has\b)[a-z-]*[a-z]s\b")


def rule_best(bound: Bound, cues: list[Cue], focus: frozenset[tuple[int, int]]) -> Ruling | None:
    """Rule on "A has the highest F1"; averages and upper bounds beyond the subject decide nothing."""
    best = [cue for cue in cues if cue.kind == "best"]
    if len(best) != 1 or len(cues) > 1 or denied(bound.claim, best[0].start):
        return None
    if _AMONG.search(bound.claim[: best[0].start]):
        return None
    axis = _best_axis(bound, best[0])
    if axis is None:
        return None
    mine = meet(bound.names(axis), bound.grid.lines(axis)) if bound.names(axis) else ()
    scope, named = scope_of(bound, axis, focus)
    if len(mine) != 1 or len(scope) != 1 or not named or len(distinct(list(bound.names(axis)))) > 1:
        return None
    return _top(bound, best[0], mine[0], scope[0])


def _best_axis(bound: Bound, cue: Cue) -> Axis | None:
    """Return the axis of what a claim calls best: named before the word, or after "by", the other axis in a place."""
    for axis in AXES:
        other: Axis = "column" if axis == "row" else "row"
        mine, rest = bound.names(axis), bound.names(other)
        agent = mine and all(n.end <= cue.start for n in mine) and not _placed(bound, mine[0])
        agent = agent or (
            mine and re.search(r"\b(?:by|is|was)\s+(?:the\s+)?$", bound.claim[: mine[0].start]) is not None
        )
        if agent and all(n.start >= cue.end or _placed(bound, n) for n in rest):
            return axis
    return None


def _placed(bound: Bound, name: Name) -> bool:
    return (
        re.search(r"\b(?:on|in|for|at|under|of|over)\s+(?:the\s+)?$", bound.claim[: name.start], re.IGNORECASE)
        is not None
    )


def _counts(number: Number, claim: str) -> bool:
    """Whether a number counts the lines that are compared ("of all three models")."""
    whole = number.quantum == 1 and not number.unit
    return whole and bool(_COUNTED.search(claim[: number.start]) and _NOUN.match(claim, number.end))


def _top(bound: Bound, cue: Cue, mine: Line, cross: Line) -> Ruling | None:
    own = bound.grid.at(mine, cross)
    rest = [line for line in bound.grid.lines(mine.axis) if line != mine]
    if own is None:
        return None
    row, column = (mine, cross) if mine.axis == "row" else (cross, mine)
    sign = cue.sign * (-1 if cue.quality and bound.grid.lower_is_better(row, column) else 1)
    above = [
        line for line in rest if (v := bound.grid.at(line, cross)) is not None and v.value * sign > own.value * sign
    ]
    numbers = [number for number in bound.numbers if not _counts(number, bound.claim)]
    if any(number.value != len(rest) + 1 for number in bound.numbers if number not in numbers):
        return None
    cells = (cell_of(mine, cross), *(cell_of(line, cross) for line in above[:1]))
    if not all(prints(own, number) for number in numbers):
        return Ruling("refutes", "number", str(own.value), cells)
    if not above:
        return Ruling("supports", "direction", f"{own.value}, and no other is beyond it", cells)
    if all(pools(line) or bounds(line) or line.path[:-1] != mine.path[:-1] for line in above):
        return None
    better = bound.grid.at(above[0], cross)
    return Ruling("refutes", "direction", f"{own.value}, and {better.value if better else ''} is beyond it", cells)
