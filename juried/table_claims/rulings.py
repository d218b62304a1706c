"""What a table surely says of a claim whose names, numbers and comparison are all bound to its cells; else nothing."""

from __future__ import annotations

from collections.abc import Callable

from juried.table_claims.binding import Bound, bind
from juried.table_claims.cues import find_cues
from juried.table_claims.grid import Grid
from juried.table_claims.limits import contrasts, is_bound, is_limited
from juried.table_claims.ruling_amounts import GAP, says_amount
from juried.table_claims.ruling_best import rule_best
from juried.table_claims.ruling_comparisons import rule_comparison, rule_count
from juried.table_claims.ruling_pairs import Ruling
from juried.table_claims.ruling_values import rule_pooled, rule_values


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
    spans = [(name.start, name.end) for name in held]
    if is_limited(claim, spans) or any(is_bound(number, claim) for number in bound.numbers):
        return None
    cues = [
        cue for cue in find_cues(claim)
        if cue.kind in ("compare", "best") and not any(n.start < cue.end and cue.start < n.end for n in held)
    ]  # fmt: skip
    if cues and contrasts(claim, spans):
        return None
    rules: tuple[Callable[[], Ruling | None], ...] = (
        lambda: rule_count(bound, cues, focus),
        lambda: rule_pooled(bound, focus, resting) if not cues else None,
        lambda: rule_comparison(bound, cues, focus, resting),
        lambda: rule_best(bound, cues, focus),
        lambda: rule_values(bound, focus) if not cues and not computes(bound) else None,
    )
    return next((found for attempt in rules if (found := attempt()) is not None), None)


def computes(bound: Bound) -> bool:
    """Whether a claim states what is computed of cells rather than a cell."""
    return bool(GAP.search(bound.claim)) or any(says_amount(number, bound.claim) for number in bound.numbers)
