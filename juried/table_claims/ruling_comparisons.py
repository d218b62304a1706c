"""Rulings on comparisons: one line above or below another, by how much, and in how many columns."""

from __future__ import annotations

import re

from juried.table_claims.binding import Bound
from juried.table_claims.cues import Cue, denied
from juried.table_claims.grid import pools
from juried.table_claims.ruling_amounts import GAP, rule_numbers
from juried.table_claims.ruling_orders import in_order, rule_ratio
from juried.table_claims.ruling_pairs import LED, PASSIVE, Pair, Ruling, ahead, cell_of, distinct, pair_of

_RIVAL = re.compile(
    r"\b(?:than|over|upon|compared (?:to|with)|in comparison (?:to|with)|relative to|versus|vs\.?|against|from)\b",
    re.IGNORECASE,
)
_TRANSITIVE = re.compile(r"outperform|underperform|surpass|exceed|beat", re.IGNORECASE)
_OF = re.compile(r"^\s*(?:out\s+)?of\s+(?:the\s+|all\s+)?$", re.IGNORECASE)


def rule_comparison(bound: Bound, cues: list[Cue], focus: frozenset[tuple[int, int]], resting: bool) -> Ruling | None:
    """Rule on "A is better than B", with what it says of by how much."""
    comparing = [cue for cue in cues if cue.kind == "compare"]
    gap = GAP.search(bound.claim)
    if any(cue.kind == "best" for cue in cues) or (not comparing and not gap and not _times(bound)):
        return None
    signs = {(cue.sign, cue.quality) for cue in comparing}
    if len({sign for sign, _ in signs}) > 1 and not gap:
        return None
    cue = comparing[0] if comparing and not gap else None
    pair = pair_of(bound, cue, focus) if cue is None or _relates(bound, cue) else None
    if pair is None or (cue and denied(bound.claim, cue.start)):
        return None
    # Lines named again with a comparing word of their own make a second statement.
    if len(comparing) > 1 and len(bound.names(pair.mine.axis)) > len(distinct(list(bound.names(pair.mine.axis)))):
        return None
    if not pair.named or len(pair.scope) != 1:
        return _everywhere(bound, pair, cue) if cue and not bound.numbers else None
    return _one_cell_each(bound, pair, cue, resting)


def _relates(bound: Bound, cue: Cue) -> bool:
    """Whether the words around a comparing word make a rival of another name ("than", "over", "outperforms")."""
    if _TRANSITIVE.match(cue.word) or LED.match(bound.claim) or PASSIVE.search(bound.claim):
        return True
    return bool(_RIVAL.search(bound.claim))


def _times(bound: Bound) -> bool:
    return any(number.unit == "×" for number in bound.numbers)


def _everywhere(bound: Bound, pair: Pair, cue: Cue) -> Ruling | None:
    """Rule on a comparison over several crossing lines: it holds in all of them, or in none."""
    signs = [ahead(bound, pair, cue, cross) for cross in pair.scope]
    if not signs or None in signs or 0 in signs:
        return None
    cells = tuple(cell_of(line, cross) for cross in pair.scope for line in (pair.mine, pair.rival))
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
    cells = (cell_of(pair.mine, cross), cell_of(pair.rival, cross))
    told = f"{first.value} and {second.value}"
    if cue is not None:
        sign = ahead(bound, pair, cue, cross)
        if sign == 0:
            return None
        if sign == -1:
            return Ruling("refutes", "direction", told, cells)
    if not bound.numbers:
        return Ruling("supports", "direction", told, cells) if cue else None
    if cue is None and _times(bound):
        return rule_ratio(bound, pair, cross, resting)
    found = rule_numbers(bound, first, second, cells, resting)
    return None if found and found.label == "supports" and not in_order(bound, pair, cross) else found


def rule_count(bound: Bound, cues: list[Cue], focus: frozenset[tuple[int, int]]) -> Ruling | None:
    """Rule on "A is better than B on 3 of 4 data sets"."""
    if len(bound.numbers) != 2 or len(cues) != 1 or cues[0].kind != "compare":
        return None
    hits, total = bound.numbers
    if not _OF.match(bound.claim[hits.end : total.start]) or denied(bound.claim, cues[0].start):
        return None
    pair = pair_of(bound, cues[0], focus)
    if pair is None or bound.names("column" if pair.mine.axis == "row" else "row"):
        return None
    lines = [line for line in pair.scope if not pools(line)]
    signs = [ahead(bound, pair, cues[0], cross) for cross in lines]
    if None in signs or len(lines) != total.value:
        return None
    found = sum(sign == 1 for sign in signs)
    cells = tuple(cell_of(line, cross) for cross in lines for line in (pair.mine, pair.rival))
    return Ruling("supports" if found == hits.value else "refutes", "number", f"{found} of {len(lines)}", cells)
