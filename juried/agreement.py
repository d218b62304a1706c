"""Agreement between raters: Krippendorff's alpha for nominal and interval data, with missing ratings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from juried.records.verdict import REVIEWERS, Vote

Rating = float | str | None
Level = Literal["nominal", "interval"]


def krippendorff_alpha(ratings: Sequence[Sequence[Rating]], level: Level) -> float | None:
    """Return Krippendorff's alpha: 1 is perfect agreement, 0 what chance gives, below 0 systematic disagreement.

    alpha = 1 - D_o / D_e over the pairable values, as in K. Krippendorff, "Computing Krippendorff's
    Alpha-Reliability", University of Pennsylvania, 2011, sections A to D.

    Args:
        ratings: One row per rater, all of one length: a value per unit, None where it was not rated.
            Values are numbers when the level is interval.
        level: Difference of two values: 0 or 1 (nominal), or the square of their distance (interval).

    Returns:
        Alpha, or None when it is undefined: fewer than two pairable values, or no variation among them.

    Raises:
        ValueError: The rows differ in length.
    """
    if len({len(row) for row in ratings}) > 1:
        raise ValueError("every rater needs one entry per unit, None where there is no rating")
    units = [[value for value in column if value is not None] for column in zip(*ratings, strict=True)]
    pairable = [unit for unit in units if len(unit) > 1]
    distance: Callable[[float | str, float | str], float] = _nominal if level == "nominal" else _interval
    total = sum(len(unit) for unit in pairable)
    everything = Counter(value for unit in pairable for value in unit)
    expected = _disagreement(everything, distance) / (total - 1) if total > 1 else 0.0
    if expected == 0:
        return None
    observed = sum(_disagreement(Counter(unit), distance) / (len(unit) - 1) for unit in pairable)
    return 1 - observed / expected


def _disagreement(values: Counter[float | str], distance: Callable[[float | str, float | str], float]) -> float:
    """Return the sum of distances over all ordered pairs of values."""
    counted = sorted(values.items(), key=lambda item: str(item[0]))
    return sum(m * n * distance(a, b) for a, m in counted for b, n in counted if a != b)


def _nominal(first: float | str, second: float | str) -> float:
    return float(first != second)


def _interval(first: float | str, second: float | str) -> float:
    return (float(first) - float(second)) ** 2


def hundredths(alpha: float | None) -> int | None:
    """Return an alpha times 100, rounded to a whole number; None stays None."""
    return None if alpha is None else round(100 * alpha)


def vote_agreement(votes: Iterable[Vote]) -> int | None:
    """Return alpha (nominal) times 100 over the first-round votes, which reviewers cast without seeing others.

    Units are claims, raters the reviewers; a claim that no rule of the checker decides is one that the checker
    did not rate. None when no claim has two votes or all votes are alike.
    """
    first = {(vote.reviewer, vote.claim_id): vote.label for vote in votes if vote.round == 1 and _rates(vote)}
    claims = sorted({claim_id for _, claim_id in first})
    rows = [[first.get((reviewer, claim_id)) for claim_id in claims] for reviewer in REVIEWERS]
    return hundredths(krippendorff_alpha(rows, "nominal"))


def _rates(vote: Vote) -> bool:
    return vote.reviewer != "checker" or vote.label != "not_enough_info"
