"""What a table surely says of a claim whose names, numbers and comparison are all bound to its cells; else nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from juried.table_claims.amounts import fits, prints, ratios
from juried.table_claims.binding import Bound, Name, bind, meet
from juried.table_claims.cues import Cue, denied, find_cues
from juried.table_claims.grid import AXES, Axis, Grid, Line, Value, bounds, pools
from juried.table_claims.roles import competing_axis
from juried.text.numbers import Number
from juried.text.units import canonical_unit

RulingLabel = Literal["supports", "refutes"]
RulingKind = Literal["number", "place", "direction"]
_RIVAL = re.compile(
    r"\b(?:than|over|upon|compared (?:to|with)|in comparison (?:to|with)|relative to|versus|vs\.?|against|from)\b",
    re.IGNORECASE,
)
_TRANSITIVE = re.compile(r"outperform|underperform|surpass|exceed|beat", re.IGNORECASE)
_LED = re.compile(
    r"^\W*(?:compared (?:to|with)|relative to|in comparison (?:to|with)|unlike|in contrast to)\b", re.IGNORECASE
)
_PASSIVE = re.compile(r"\b(?:outperformed|surpassed|exceeded|beaten) by\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\brelative(?:ly)?\b|\bper ?cent of\b", re.IGNORECASE)
_MEAN = re.compile(r"\b(?:average|averaged|averages|mean|on average)\b", re.IGNORECASE)
_SUM = re.compile(r"\b(?:sum|sums|total|totals|in total|altogether|add up)\b", re.IGNORECASE)
_OF = re.compile(r"^\s*(?:out\s+)?of\s+(?:the\s+|all\s+)?$", re.IGNORECASE)
_SECOND = re.compile(r"\b(?:second|2nd)[- ](?:best|highest|lowest)\b", re.IGNORECASE)
_GAP = re.compile(r"\b(?:difference|gap|margin)\b(?=[^.]*\bbetween\b)", re.IGNORECASE)


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


def rule(
    claim: str, grid: Grid, focus: frozenset[tuple[int, int]] = frozenset(), resting: bool = True, around: str = ""
) -> Ruling | None:
    """Return what a table surely says of a claim; None when any part of the claim is not bound.

    Args:
        claim: One sentence.
        grid: The table.
        focus: The cells (row, column) that the claim cites, which tell the crossing line where it names none.
        resting: Whether the claim rests on this table. If not, what is computed of rounded cells may be off by
            their rounding, and fewer words of the claim may stay unexplained.
        around: Text of the document, which may name what all of the table is about.
    """
    bound = bind(claim, grid, 3 if resting else 1, around)
    if bound is None:
        return None
    held = (*bound.rows, *bound.columns)
    cues = [
        cue for cue in find_cues(claim)
        if cue.kind in ("compare", "best") and not any(n.start < cue.end and cue.start < n.end for n in held)
    ]  # fmt: skip
    rules: tuple[Callable[[], Ruling | None], ...] = (
        lambda: _count(bound, cues, focus),
        lambda: _pooled(bound, focus, resting) if not cues else None,
        lambda: _comparison(bound, cues, focus, resting),
        lambda: _best(bound, cues, focus),
        lambda: _values(bound, focus) if not cues and not _computes(bound) else None,
    )
    return next((found for attempt in rules if (found := attempt()) is not None), None)


def _scope(bound: Bound, axis: Axis, focus: frozenset[tuple[int, int]]) -> tuple[tuple[Line, ...], bool]:
    """Return the crossing lines of a claim, and whether it names them (or its cited cells or a lone line do)."""
    other: Axis = "column" if axis == "row" else "row"
    lines = bound.grid.lines(other)
    named = bound.names(other)
    own = _focused(bound, focus, other)
    if len(own) == 1 and _fits(named, own[0]):
        return own, True
    if named:
        return meet(named, lines), True
    return lines, len(lines) == 1


def _pair(bound: Bound, cue: Cue | None, focus: frozenset[tuple[int, int]]) -> Pair | None:
    for axis in sorted(AXES, key=lambda axis: axis != competing_axis(bound.grid)):
        found = _two(bound, axis, _focused(bound, focus, axis))
        if found is None:
            continue
        first, second = found
        scope, named = _scope(bound, axis, focus)
        if _turned(bound.claim, cue):
            first, second = second, first
        return Pair(first, second, scope, named) if scope else None
    return None


def _two(bound: Bound, axis: Axis, cited: tuple[Line, ...]) -> tuple[Line, Line] | None:
    """Return the two lines that the names of an axis mean, in order; other names and cited cells narrow both."""
    found = bound.names(axis)
    for level in sorted({name.level for name in found}):
        heads = _distinct([name for name in found if name.level == level])
        if len(heads) != 2:
            continue
        rest = [name for name in found if name.level != level]
        lines = [meet([head, *rest], bound.grid.lines(axis)) for head in heads]
        lines = [tuple(line for line in own if line in cited) or own for own in lines]
        if all(len(own) == 1 for own in lines) and lines[0] != lines[1]:
            return lines[0][0], lines[1][0]
    return None


def _distinct(found: list[Name]) -> list[Name]:
    """Return the names that mean different lines, each at its first place."""
    kept: list[Name] = []
    for name in found:
        if not any(name.lines == other.lines for other in kept):
            kept.append(name)
    return kept


def _turned(claim: str, cue: Cue | None) -> bool:
    """Whether the rival stands before the subject ("Compared with B, A is better", "B is outperformed by A")."""
    return bool(_LED.match(claim) or _PASSIVE.search(claim)) or (
        cue is not None and bool(re.search(r"\b(?:than|compared (?:to|with))\b", claim[: cue.start]))
    )


def _comparison(bound: Bound, cues: list[Cue], focus: frozenset[tuple[int, int]], resting: bool) -> Ruling | None:
    comparing = [cue for cue in cues if cue.kind == "compare"]
    gap = _GAP.search(bound.claim)
    if any(cue.kind == "best" for cue in cues) or (not comparing and not gap and not _times(bound)):
        return None
    signs = {(cue.sign, cue.quality) for cue in comparing}
    if len({sign for sign, _ in signs}) > 1 and not gap:
        return None
    cue = comparing[0] if comparing and not gap else None
    pair = _pair(bound, cue, focus) if cue is None or _relates(bound, cue) else None
    if pair is None or (cue and denied(bound.claim, cue.start)):
        return None
    if not pair.named:
        return _everywhere(bound, pair, cue) if cue and not bound.numbers else None
    if len(pair.scope) != 1:
        return _everywhere(bound, pair, cue) if cue and not bound.numbers else None
    return _one_cell_each(bound, pair, cue, resting)


def _computes(bound: Bound) -> bool:
    """Whether a claim states what is computed of cells rather than a cell."""
    return bool(_GAP.search(bound.claim)) or any(_amount(number, bound.claim) for number in bound.numbers)


def _relates(bound: Bound, cue: Cue) -> bool:
    """Whether the words around a comparing word make a rival of another name ("than", "over", "outperforms")."""
    if _TRANSITIVE.match(cue.word) or _LED.match(bound.claim) or _PASSIVE.search(bound.claim):
        return True
    return bool(_RIVAL.search(bound.claim))


def _times(bound: Bound) -> bool:
    return any(number.unit == "×" for number in bound.numbers)


def _cell(line: Line, cross: Line) -> tuple[int, int]:
    return (line.at, cross.at) if line.axis == "row" else (cross.at, line.at)


def _ahead(bound: Bound, pair: Pair, cue: Cue, cross: Line) -> int | None:
    """Return 1 where the subject stands as the cue says, -1 where it is the other way round, 0 for equal, None unread."""
    first, second = bound.grid.at(pair.mine, cross), bound.grid.at(pair.rival, cross)
    if first is None or second is None:
        return None
    row, column = (pair.mine, cross) if pair.mine.axis == "row" else (cross, pair.mine)
    lower = cue.quality and bound.grid.lower_is_better(row, column)
    difference = (first.value - second.value) * cue.sign * (-1 if lower else 1)
    return (difference > 0) - (difference < 0)


def _everywhere(bound: Bound, pair: Pair, cue: Cue) -> Ruling | None:
    """Rule on a comparison over several crossing lines: it holds in all of them, or in none."""
    signs = [_ahead(bound, pair, cue, cross) for cross in pair.scope]
    if not signs or None in signs or 0 in signs:
        return None
    cells = tuple(_cell(line, cross) for cross in pair.scope for line in (pair.mine, pair.rival))
    told = f"{sum(sign == 1 for sign in signs)} of {len(signs)} pairs of cells agree"
    if all(sign == 1 for sign in signs):
        return Ruling("supports", "direction", told, cells)
    universal = re.search(r"\b(?:all|every|each|both|always|consistently|throughout)\b", bound.claim, re.IGNORECASE)
    if all(sign == -1 for sign in signs) or (universal and pair.named):
        return Ruling("refutes", "direction", told, cells)
    return None


def _one_cell_each(bound: Bound, pair: Pair, cue: Cue | None, resting: bool) -> Ruling | None:
    cross = pair.scope[0]
    first, second = bound.grid.at(pair.mine, cross), bound.grid.at(pair.rival, cross)
    if first is None or second is None:
        return None
    cells = (_cell(pair.mine, cross), _cell(pair.rival, cross))
    told = f"{first.value} and {second.value}"
    if cue is not None:
        sign = _ahead(bound, pair, cue, cross)
        if sign == 0:
            return None
        if sign == -1:
            return Ruling("refutes", "direction", told, cells)
    if not bound.numbers:
        return Ruling("supports", "direction", told, cells) if cue else None
    return _numbers(bound, first, second, cells, resting)


def _numbers(
    bound: Bound, first: Value, second: Value, cells: tuple[tuple[int, int], ...], resting: bool
) -> Ruling | None:
    """Check each number of a comparison: one of the two cells, or what is computed of them."""
    told = f"{first.value} and {second.value}, which differ by {abs(first.value - second.value)}"
    slack = Decimal(0) if resting else (first.quantum + second.quantum) / 2
    single = len(bound.numbers) == 1
    for number in bound.numbers:
        own = [value for value in (first, second) if prints(value, number)]
        ways = computed(first, second, number, bound.claim)
        derived = any(fits(way, abs(number.value), number.quantum) for way in ways)
        near = any(fits(way, abs(number.value), number.quantum, slack) for way in ways)
        if not derived and near:
            return None
        stated = _amount(number, bound.claim)
        if (stated and not derived) or (not stated and not own and (single or number.unit != "%" or not derived)):
            return Ruling("refutes", "number", told, cells)
    return Ruling("supports", "number", told, cells)


def _amount(number: Number, claim: str) -> bool:
    """Whether a number says how far two cells are apart ("by 3.2", "3.2 points", "1.5 times", "3.2 higher")."""
    before, after = claim[max(0, number.start - 28) : number.start], claim[number.end : number.end + 24]
    if number.unit in ("points", "×") or number.printed[:1] in "+-−–":
        return True
    if re.search(
        r"\b(?:by|of|is|another|about|roughly|exactly|only|an?|are)\s+(?:an?\s+|about\s+|absolute\s+|relative\s+)*$",
        before,
    ):
        if (
            re.search(r"\bby\s+(?:an?\s+|about\s+|exactly\s+|only\s+)*$", before)
            or _GAP.search(claim)
            or re.search(
                r"\b(?:gain|improvement|margin|reduction|increase|decrease|drop|advantage|lead|gap|difference)s?\s+(?:of|is|was)\s+(?:an?\s+)?$",
                before,
            )
        ):
            return True
    return bool(
        re.match(
            r"\s*(?:absolute\s+|relative\s+|percentage\s+)*(?:points?\s+)?(?:higher|lower|better|worse|more|less|larger|smaller|ahead|behind|above|below|gain|improvement|faster|slower|greater|fewer)\b",
            after,
        )
    )


def computed(first: Value, second: Value, number: Number, claim: str) -> list[Decimal]:
    """Return what of two values a number may state, by its unit: differences, relative changes, ratios."""
    difference = abs(first.value - second.value)
    found: list[Decimal] = []
    if number.unit == "×":
        return (
            list(ratios(first, second))
            if not re.search(r"\btimes (?:higher|more|larger|greater)\b|fold (?:increase|higher)", claim)
            else [*ratios(first, second), *(ratio - 1 for ratio in ratios(first, second))]
        )
    relative = _RELATIVE.search(claim)
    if not relative or number.unit != "%":
        found.append(difference)
        # Shares between 0 and 1 are spoken of in per cent and points.
        if number.unit in ("%", "points") and max(abs(first.value), abs(second.value)) <= 1:
            found.append(difference * 100)
    if number.unit == "%" and second.value > 0:
        found.append(difference / second.value * 100)
    if relative and re.search(r"\berror", claim, re.IGNORECASE) and second.value < 100:
        found.append(difference / (100 - second.value) * 100)
    return found


def _best(bound: Bound, cues: list[Cue], focus: frozenset[tuple[int, int]]) -> Ruling | None:
    best = [cue for cue in cues if cue.kind == "best"]
    if len(best) != 1 or len(cues) > 1 or denied(bound.claim, best[0].start) or _SECOND.search(bound.claim):
        return None
    axis = _best_axis(bound, best[0])
    if axis is None:
        return None
    mine = meet(bound.names(axis), bound.grid.lines(axis)) if bound.names(axis) else ()
    scope, named = _scope(bound, axis, focus)
    if len(mine) != 1 or len(scope) != 1 or not named or len(_distinct(list(bound.names(axis)))) > 1:
        return None
    return _top(bound, best[0], mine[0], scope[0])


def _best_axis(bound: Bound, cue: Cue) -> Axis | None:
    """Return the axis of what a claim calls best: named before the word, or after "by", the other axis in a place."""
    for axis in AXES:
        other: Axis = "column" if axis == "row" else "row"
        mine, rest = bound.names(axis), bound.names(other)
        agent = mine and all(n.end <= cue.start for n in mine) and not _placed(bound, mine[0])
        agent = agent or (mine and re.search(r"\b(?:by|is|was)\s+(?:the\s+)?$", bound.claim[: mine[0].start]) is not None)
        if agent and all(n.start >= cue.end or _placed(bound, n) for n in rest):
            return axis
    return None


def _placed(bound: Bound, name: Name) -> bool:
    return re.search(r"\b(?:on|in|for|at|under|of|over)\s+(?:the\s+)?$", bound.claim[: name.start], re.IGNORECASE) is not None


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
    cells = (_cell(mine, cross), *(_cell(line, cross) for line in above[:1]))
    if bound.numbers and not all(prints(own, number) for number in bound.numbers):
        return Ruling("refutes", "number", str(own.value), cells)
    if not above:
        return Ruling("supports", "direction", f"{own.value}, and no other is beyond it", cells)
    if all(pools(line) or bounds(line) or line.path[:-1] != mine.path[:-1] for line in above):
        return None
    better = bound.grid.at(above[0], cross)
    return Ruling("refutes", "direction", f"{own.value}, and {better.value if better else ''} is beyond it", cells)


def _count(bound: Bound, cues: list[Cue], focus: frozenset[tuple[int, int]]) -> Ruling | None:
    """Rule on "A is better than B on 3 of 4 data sets", and on "A is best on 3 of 4"."""
    if len(bound.numbers) != 2 or len(cues) != 1:
        return None
    hits, total = bound.numbers
    if not _OF.match(bound.claim[hits.end : total.start]) or denied(bound.claim, cues[0].start):
        return None
    if cues[0].kind == "compare":
        pair = _pair(bound, cues[0], focus)
        if pair is None or bound.names("column" if pair.mine.axis == "row" else "row"):
            return None
        lines = [cross for cross in _plain(bound.grid, pair.scope)]
        signs = [_ahead(bound, pair, cues[0], cross) for cross in lines]
        mine, rival = pair.mine, pair.rival
    else:
        return None
    if None in signs or len(lines) != total.value:
        return None
    found = sum(sign == 1 for sign in signs)
    cells = tuple(_cell(line, cross) for cross in lines for line in (mine, rival))
    return Ruling("supports" if found == hits.value else "refutes", "number", f"{found} of {len(lines)}", cells)


def _plain(grid: Grid, lines: tuple[Line, ...]) -> list[Line]:
    return [line for line in lines if not pools(line)]


def _pooled(bound: Bound, focus: frozenset[tuple[int, int]], resting: bool) -> Ruling | None:
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
        return _pool(bound, mine[0], cross, bool(mean), resting)
    return None


def _free(pattern: re.Pattern[str], bound: Bound) -> bool:
    """Whether a word stands in the claim outside all names."""
    held = (*bound.rows, *bound.columns)
    found = pattern.finditer(bound.claim)
    return any(not any(n.start < word.end() and word.start() < n.end for n in held) for word in found)


def _pool(bound: Bound, mine: Line, across: tuple[Line, ...], mean: bool, resting: bool) -> Ruling | None:
    values = [bound.grid.at(mine, cross) for cross in across]
    known = [value for value in values if value is not None]
    number = bound.numbers[-1]
    counted = [n for n in bound.numbers if n.quantum == 1 and n.value == len(values) and not n.unit]
    rest = [n for n in bound.numbers if n not in counted] or [number]
    if len(known) != len(values) or len(rest) != 1 or len(bound.numbers) - len(rest) > 1:
        return None
    total = sum((value.value for value in known), Decimal(0))
    result = total / len(known) if mean else total
    slack = (
        Decimal(0)
        if resting
        else sum((value.quantum for value in known), Decimal(0)) / (2 * (len(known) if mean else 1))
    )
    cells = tuple(_cell(mine, cross) for cross in across)
    if fits(result, rest[0].value, rest[0].quantum):
        return Ruling("supports", "number", _short(result), cells)
    return (
        None
        if fits(result, rest[0].value, rest[0].quantum, slack)
        else Ruling("refutes", "number", _short(result), cells)
    )


def _short(value: Decimal) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _values(bound: Bound, focus: frozenset[tuple[int, int]]) -> Ruling | None:
    """Rule on numbers that a claim gives for lines that it names, each an own cell where row and column meet."""
    if not bound.numbers or not ((bound.rows and bound.columns) or focus):
        return None
    rows, columns = _meant(bound, focus, "row"), _meant(bound, focus, "column")
    held = [(row, column, v) for row in rows for column in columns if (v := bound.grid.at(row, column)) is not None]
    if len(held) != len(bound.numbers):
        return None
    cells = tuple((row.at, column.at) for row, column, _ in held)
    told = ", ".join(str(value.value) for _, _, value in held)
    if any(_strange_unit(number, bound.grid) for number in bound.numbers):
        return Ruling("refutes", "number", told, cells)
    if len(held) == 1:
        number = bound.numbers[0]
        if prints(held[0][2], number):
            return Ruling("supports", "number", told, cells)
        moved = any(prints(value, number) for value in bound.grid.values.values())
        return Ruling("refutes", "place" if moved else "number", told, cells)
    left = list(held)
    for number in bound.numbers:
        match = next((item for item in left if prints(item[2], number)), None)
        if match is None:
            return Ruling("refutes", "number", told, cells)
        left.remove(match)
    return Ruling("supports", "number", told, cells) if _in_order(bound, held) else None


def _strange_unit(number: Number, grid: Grid) -> bool:
    """Whether a number has a unit that neither headers nor caption print; shares are often printed bare."""
    printed = {canonical_unit(word) for word in re.findall(r"[^\W\d_]+|[%°$€]", grid.units)}
    return number.unit not in ("", "%", "points", "×") and number.unit not in printed


def _in_order(bound: Bound, held: list[tuple[Line, Line, Value]]) -> bool:
    """Whether several numbers come in the order of the names, so that each is its own line's."""
    varied: Axis = "row" if len({row for row, _, _ in held}) > 1 else "column"
    order = [line for name in bound.names(varied) for line in sorted(name.lines, key=lambda line: line.at)]
    ranked = sorted(
        held,
        key=lambda item: (
            order.index(item[0 if varied == "row" else 1]) if item[0 if varied == "row" else 1] in order else 99
        ),
    )
    return all(prints(value, number) for (_, _, value), number in zip(ranked, bound.numbers, strict=True))


def _meant(bound: Bound, focus: frozenset[tuple[int, int]], axis: Axis) -> tuple[Line, ...]:
    """Return the lines that a claim names; where its names fit the one cell that it cites, that cell's line."""
    named = bound.names(axis)
    cited = _focused(bound, focus, axis)
    if not named or (len(focus) == 1 and any(_fits(named, line) for line in cited)):
        return cited
    return meet(named, bound.grid.lines(axis))


def _fits(named: Sequence[Name], line: Line) -> bool:
    """Whether a line is among those that are named on every level that is named at all."""
    return all(any(line in n.lines for n in named if n.level == level) for level in {n.level for n in named})


def _focused(bound: Bound, focus: frozenset[tuple[int, int]], axis: Axis) -> tuple[Line, ...]:
    cited = {place[0 if axis == "row" else 1] for place in focus}
    return tuple(line for line in bound.grid.lines(axis) if line.at in cited)
