"""The quality score of a record explained: computed again, each dimension with its basis, formula and every fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from juried.quality import Documents, Measured, Part, measure
from juried.quality_summary import opinions_on, summarise
from juried.records.report import Dimension, DimensionSummary, Quality
from juried.records.run import RunRecord
from juried.reports.quality_section import tenths


@dataclass(frozen=True)
class Opinion:
    """What one reviewer, or the rules, gave a dimension: tenths of a point, None when unassessed, and the basis."""

    who: str
    tenths: int | None
    basis: str


@dataclass(frozen=True)
class Explained:
    """One dimension: its mean in tenths, how that is made, who said what, and what was counted."""

    dimension: Dimension
    mean_tenths: int | None
    formula: str
    opinions: tuple[Opinion, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ScoreCheck:
    """A score computed again beside the stored one; `differing` names what is not the same, sorted as in the record."""

    stored_tenths: int | None
    computed_tenths: int | None
    formula: str
    differing: tuple[str, ...]
    dimensions: tuple[Explained, ...]

    def data(self) -> dict[str, object]:
        """Return everything as plain data for JSON."""
        return asdict(self)


def check_score(record: RunRecord, documents: Documents) -> ScoreCheck:
    """Compute the score of a record again from its draft, claims, verdicts, reviews and documents."""
    claims = {claim.id: claim for claim in record.claims}
    works = {work.id: work for work in record.works}
    counted = measure(record.draft, claims, record.verdicts, documents, works=works, question=record.question)
    quality = summarise(record.reviews, counted)
    by_dimension = {item.dimension: item for item in counted}
    return ScoreCheck(
        stored_tenths=record.quality.score_tenths,
        computed_tenths=quality.score_tenths,
        formula=_mean_formula([item.mean_tenths for item in quality.dimensions], "assessed dimensions"),
        differing=tuple(_differing(record.quality, quality)),
        dimensions=tuple(_explained(item, record, by_dimension.get(item.dimension)) for item in quality.dimensions),
    )


def _differing(stored: Quality, computed: Quality) -> list[str]:
    held = {item.dimension: item for item in stored.dimensions}
    found = [
        f"{_words(item.dimension)}: stored {_stored(held.get(item.dimension))}, computed {tenths(item.mean_tenths)}"
        + _only_basis(held.get(item.dimension), item)
        for item in computed.dimensions
        if held.get(item.dimension) != item
    ]
    whole = (stored.score_tenths, stored.agreement_hundredths) != (computed.score_tenths, computed.agreement_hundredths)
    return found + [f"score: stored {tenths(stored.score_tenths)}, computed {tenths(computed.score_tenths)}"] * whole


def _only_basis(stored: DimensionSummary | None, computed: DimensionSummary) -> str:
    same = stored is not None and stored.mean_tenths == computed.mean_tenths
    return ", with another basis or range" if same else ""


def _stored(item: DimensionSummary | None) -> str:
    return "nothing" if item is None else tenths(item.mean_tenths)


def _explained(item: DimensionSummary, record: RunRecord, counted: Measured | None) -> Explained:
    opinions = tuple(Opinion(*given) for given in opinions_on(item.dimension, record.reviews, counted))
    formula = _mean_formula([opinion.tenths for opinion in opinions], "opinions")
    return Explained(item.dimension, item.mean_tenths, formula, opinions, counted.parts if counted else ())


def _mean_formula(values: Sequence[int | None], of_what: str) -> str:
    """Return how a mean is made, rounded half up to a tenth: "(3.7 + 10.0) / 2, the mean of 2 opinions"."""
    known = [tenths(value) for value in values if value is not None]
    return f"({' + '.join(known)}) / {len(known)}, the mean of {len(known)} {of_what}" if known else "nothing to add"


def score_text(check: ScoreCheck) -> str:
    """Return the explanation as lines for people, ending with whether the stored score is the computed one."""
    lines = [f"Quality score: {tenths(check.computed_tenths)} out of 10 = {check.formula}.", ""]
    for item in check.dimensions:
        lines += [*_dimension_lines(item), ""]
    if not check.differing:
        return "\n".join([*lines, f"The stored score is the same: {tenths(check.stored_tenths)}."])
    return "\n".join([*lines, "The stored score differs:", *(f"- {line}" for line in check.differing)])


def _dimension_lines(item: Explained) -> list[str]:
    lines = [f"{_words(item.dimension)}: {tenths(item.mean_tenths)} = {item.formula}"]
    counted = [part for part in item.parts if part.total]
    for part in counted:
        lines += _part_lines(part, len(counted))
    return lines + [
        f"  {opinion.who}: {tenths(opinion.tenths)}. {opinion.basis}"
        for opinion in item.opinions
        if opinion.who != "measured"
    ]


def _part_lines(part: Part, parts: int) -> list[str]:
    """Return a part with the points that its faults cost of the measured ten, and the faults."""
    lost = 10 * (part.total - part.good) / (part.total * parts)
    head = f"  measured, a part of {parts}: {part.good} of {part.total} {part.name}; {lost:.2f} of 10 points lost"
    return [head, *(f"    - {fault}" for fault in part.faults if lost)]


def _words(dimension: str) -> str:
    return dimension.replace("_", " ")
