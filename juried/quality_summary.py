"""The quality score: what was measured and what the reviewers scored, as one mean by dimension and over all."""

from __future__ import annotations

from collections.abc import Sequence

from juried.agreement import Rating, hundredths, krippendorff_alpha
from juried.quality import MEASURED, Measured
from juried.records.report import DIMENSIONS, Dimension, DimensionSummary, Quality, Review


def summarise(reviews: Sequence[Review], computed: Sequence[Measured]) -> Quality:
    """Summarise the reviewers' scores and what was measured.

    A dimension of `MEASURED` takes its measured score alone; elsewhere a measured score counts as one more
    opinion. The agreement is Krippendorff's alpha (interval) over the reviewers' scores. The order of the
    reviews does not matter.

    Returns:
        The quality with all dimensions in their fixed order; scores are None when nothing was assessed.
    """
    measured = {item.dimension: item for item in computed}
    ordered = sorted(reviews, key=lambda review: (review.reviewer, review.backend))
    dimensions = tuple(_summary(dimension, ordered, measured.get(dimension)) for dimension in DIMENSIONS)
    means = [item.mean_tenths for item in dimensions if item.mean_tenths is not None]
    return Quality(
        score_tenths=_rounded_mean(means),
        lowest_tenths=min(means, default=None),
        highest_tenths=max(means, default=None),
        agreement_hundredths=_review_agreement(ordered),
        dimensions=dimensions,
    )


def _rounded_mean(values: Sequence[int]) -> int | None:
    """Return the mean of whole numbers, rounded half up; None of none."""
    return (2 * sum(values) + len(values)) // (2 * len(values)) if values else None


def opinions_on(
    dimension: Dimension, reviews: Sequence[Review], measured: Measured | None
) -> list[tuple[str, int | None, str]]:
    """Return who scored a dimension, with the score in tenths and its basis: the rules first, then the reviewers."""
    by_rule = [("measured", measured.tenths, measured.basis)] if measured is not None else []
    if dimension in MEASURED and measured is not None:
        return by_rule
    ordered = sorted(reviews, key=lambda review: (review.reviewer, review.backend))
    given = [(review.reviewer, score) for review in ordered for score in review.scores if score.dimension == dimension]
    return by_rule + [(who, None if score.value is None else 10 * score.value, score.basis) for who, score in given]


def _summary(dimension: Dimension, reviews: Sequence[Review], measured: Measured | None) -> DimensionSummary:
    opinions = opinions_on(dimension, reviews, measured)
    values = [tenths for _, tenths, _ in opinions if tenths is not None]
    return DimensionSummary(
        dimension=dimension,
        mean_tenths=_rounded_mean(values),
        lowest=min(values) // 10 if values else None,
        highest=-(-max(values) // 10) if values else None,
        basis=" ".join(f"{who}: {basis}" for who, _, basis in opinions if basis) or "Nobody assessed it.",
        computed=dimension in MEASURED and measured is not None,
    )


def _review_agreement(reviews: Sequence[Review]) -> int | None:
    if len(reviews) < 2:
        return None
    scores = [{score.dimension: score.value for score in review.scores} for review in reviews]
    rows: list[list[Rating]] = [[row.get(d) for d in DIMENSIONS if d not in MEASURED] for row in scores]
    return hundredths(krippendorff_alpha(rows, "interval"))
