"""The written part of a record (answer, title, abstract, sections) and its reviews."""

from __future__ import annotations

from typing import Literal, get_args

from juried.records.base import Record

AnswerKind = Literal["yes", "no", "mixed", "not_answered"]
ANSWER_PHRASES: dict[AnswerKind, str] = {
    "yes": "Yes",
    "no": "No",
    "mixed": "Mixed",
    "not_answered": "The evidence does not answer it",
}
NOT_WRITTEN = "Not given, because no usable report was written"


def answer_phrase(answer: AnswerKind | None) -> str:
    """Return the words that a report prints for an answer."""
    return NOT_WRITTEN if answer is None else ANSWER_PHRASES[answer]


Dimension = Literal[
    "evidence_strength",
    "citation_grounding",
    "numerical_consistency",
    "benchmark_validity",
    "novelty",
    "uncertainty_disclosure",
    "reproducibility",
    "safety_impact",
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class Sentence(Record):
    """A sentence of the report and the ids of the verified claims that it rests on."""

    text: str
    claims: tuple[str, ...]


class Theme(Record):
    """A heading of the results with its sentences."""

    heading: str
    sentences: tuple[Sentence, ...]


class Draft(Record):
    """What the writer wrote; every sentence of `themes` rests on verified claims.

    `answer` is None only where the writer failed and the verified claims stand without a written synthesis.
    """

    title: str
    answer: AnswerKind | None
    answer_text: str
    answer_claims: tuple[str, ...]
    abstract: tuple[Sentence, ...]
    themes: tuple[Theme, ...]
    limitations: tuple[str, ...]


class Score(Record):
    """One dimension scored by one reviewer: 0 to 10, or None when unassessed, with the basis."""

    dimension: Dimension
    value: int | None
    basis: str


class Review(Record):
    """One reviewer's scores of the whole report."""

    reviewer: str
    backend: str
    scores: tuple[Score, ...]


class DimensionSummary(Record):
    """All reviewers on one dimension: mean in tenths of a point, lowest and highest; None when unassessed."""

    dimension: Dimension
    mean_tenths: int | None
    lowest: int | None
    highest: int | None
    basis: str
    computed: bool


class Quality(Record):
    """The quality score out of 10 in tenths, its range, and the reviewers' agreement.

    `agreement_hundredths` is Krippendorff's alpha (interval) times 100, None below two reviewers.
    """

    score_tenths: int | None
    lowest_tenths: int | None
    highest_tenths: int | None
    agreement_hundredths: int | None
    dimensions: tuple[DimensionSummary, ...]


class Gate(Record):
    """One check that was run over the record: what went in, what was expected, what came out."""

    rule: str
    claims: tuple[str, ...]
    inputs: str
    expected: str
    computed: str
    tolerance: str
    outcome: Literal["passed", "failed", "not_run"]
    detail: str = ""
