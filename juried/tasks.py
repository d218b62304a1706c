"""The six things that one may ask of a backend: typed input, typed output, one prompt of the same name each.

Text inside a task that comes from papers is data, never an instruction. Outputs are what a model can
give on the wire: closed enums, integers 0 to 100, labels of the passages it was shown. Code turns
them into records and checks every quote and label.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from juried.records.base import Record
from juried.records.claim import ClaimKind
from juried.records.protocol import Facet, SourceQuery
from juried.records.report import AnswerKind, Dimension, Draft
from juried.records.verdict import Label, Mandate, Reviewer
from juried.text.stance import Stance

Role = Literal["planner", "screener", "extractor", "confirmer", "challenger", "integrator", "writer"]
TaskName = Literal["plan_search", "judge_relevance", "extract_claims", "judge_claims", "write_report", "score_report"]


class TaskOutput(Record):
    """Base of all answers."""


class Task(Record):
    """Base of all tasks: `name` is also the prompt's name, `output` the type that an answer must have."""

    name: ClassVar[TaskName]
    output: ClassVar[type[TaskOutput]]


class SearchPlan(TaskOutput):
    """A search plan; `searchable` is False, with `refusal` saying why, when no search can be made."""

    searchable: bool
    refusal: str = ""
    facets: tuple[Facet, ...] = ()
    queries: tuple[SourceQuery, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class SourceCard(Record):
    """A source that the plan may use, with one sentence on its query language."""

    name: str
    query_language: str


class PlanSearch(Task):
    """Make a search plan from a question: facets with synonyms, and at least one query per source."""

    name: ClassVar[TaskName] = "plan_search"
    output: ClassVar[type[TaskOutput]] = SearchPlan
    question: str
    sources: tuple[SourceCard, ...]


class WorkCard(Record):
    """What a screener sees of a work.

    `standing` says how high the searches placed it: 1 for a first place, 0 when no search found it.
    A model that is asked in words is not told.
    """

    id: str
    title: str
    year: int | None
    venue: str
    abstract: str
    standing: float = Field(default=0.0, ge=0.0, le=1.0)


class RelevanceJudgement(Record):
    """How far a work bears on the question, 0 (not at all) to 100, and one sentence of reason."""

    work_id: str
    relevance: int = Field(ge=0, le=100)
    bears_on_question: bool
    reason: str


class RelevanceJudgements(TaskOutput):
    """One judgement per work of the task, in the task's order."""

    judgements: tuple[RelevanceJudgement, ...]


class JudgeRelevance(Task):
    """Judge each work against the question and the criteria."""

    name: ClassVar[TaskName] = "judge_relevance"
    output: ClassVar[type[TaskOutput]] = RelevanceJudgements
    question: str
    facets: tuple[Facet, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    works: tuple[WorkCard, ...]


class Passage(Record):
    """A piece of a document as shown to a backend; `id` is unique within the task (P1, P2 ...)."""

    id: str
    section: str
    text: str


class ExtractedClaim(Record):
    """A claim as a backend gives it: `quote` must be words of the passage, in one piece."""

    text: str
    kind: ClaimKind
    passage: str
    quote: str


class ExtractedClaims(TaskOutput):
    """Claims in the order of their passages; may be empty."""

    claims: tuple[ExtractedClaim, ...]


class ExtractClaims(Task):
    """Extract the stand-alone, checkable claims of one document that may bear on the question."""

    name: ClassVar[TaskName] = "extract_claims"
    output: ClassVar[type[TaskOutput]] = ExtractedClaims
    question: str
    title: str
    passages: tuple[Passage, ...]


class EvidenceCard(Record):
    """A passage of the pool: label, the work it comes from (title and year), section and text.

    `columns` says of rows of a table what stands above them in it.
    """

    label: str
    work_id: str
    work: str
    section: str
    text: str
    columns: str = ""


class ClaimCard(Record):
    """A claim to be judged; `source_labels` are the passages that hold its own quote; `quote` is the source's words."""

    id: str
    work_id: str
    kind: ClaimKind
    text: str
    quote: str
    source_labels: tuple[str, ...]


class ClaimVote(Record):
    """A reviewer's label for one claim; `probability` 0 to 100 is for that label; `evidence` are pool labels."""

    claim_id: str
    label: Label
    probability: int = Field(ge=0, le=100)
    evidence: tuple[str, ...]
    reason: str


class ClaimVotes(TaskOutput):
    """One vote per claim of the task, in any order."""

    votes: tuple[ClaimVote, ...]


class JudgeClaims(Task):
    """Try a batch of claims under one mandate. The pool comes first and is the same for all reviewers of a batch.

    `own_evidence` names, per claim in order, the pool labels that this mandate retrieved for it.
    """

    name: ClassVar[TaskName] = "judge_claims"
    output: ClassVar[type[TaskOutput]] = ClaimVotes
    evidence: tuple[EvidenceCard, ...]
    reviewer: Reviewer
    claims: tuple[ClaimCard, ...]
    own_evidence: tuple[tuple[str, ...], ...]
    round: int = 1


class WorkLine(Record):
    """A work that a verified claim comes from, as the writer may name it ("Chau and Smith, 2021")."""

    id: str
    short_name: str
    title: str
    year: int | None
    status: str = ""


class VerifiedClaim(Record):
    """A verified claim as the writer sees it; the counts are of other works; relevance is 0 to 100.

    `stance` tells a result of the claim's own work from background, definitions and methods.
    """

    id: str
    work_id: str
    kind: ClaimKind
    text: str
    quote: str
    confidence: int
    relevance: int
    supporting_works: int
    contradicting_works: int
    stance: Stance = "own_result"


class WrittenReport(Draft, TaskOutput):
    """The written report; each sentence names the verified claims that it rests on."""

    answer: AnswerKind


class WriteReport(Task):
    """Write the synthesis from verified claims only; `faults` are what the lint found in the last draft."""

    name: ClassVar[TaskName] = "write_report"
    output: ClassVar[type[TaskOutput]] = WrittenReport
    question: str
    facets: tuple[Facet, ...]
    works: tuple[WorkLine, ...]
    claims: tuple[VerifiedClaim, ...]
    unverified: int
    contradicted: int
    faults: tuple[str, ...] = ()


class DimensionScore(Record):
    """A score from 0 to 10 with its basis; `value` None means that it cannot be assessed."""

    dimension: Dimension
    value: int | None = Field(default=None, ge=0, le=10)
    basis: str


class MandateReview(Record):
    """The scores of one mandate: one per dimension that was asked for."""

    reviewer: Mandate
    scores: tuple[DimensionScore, ...]


class ReportScores(TaskOutput):
    """One review per mandate that was asked for, in the task's order."""

    reviews: tuple[MandateReview, ...]


class ScoreReport(Task):
    """Score a report on the dimensions that code cannot measure, under each of the mandates in turn."""

    name: ClassVar[TaskName] = "score_report"
    output: ClassVar[type[TaskOutput]] = ReportScores
    report: str
    reviewers: tuple[Mandate, ...]
    dimensions: tuple[Dimension, ...]


_ROLES: dict[TaskName, Role] = {
    "plan_search": "planner",
    "judge_relevance": "screener",
    "extract_claims": "extractor",
    "write_report": "writer",
}


def role_of(task: Task) -> str:
    """Return the role that a task is asked of; a report scored under several mandates at once is the panel's."""
    if isinstance(task, JudgeClaims):
        return task.reviewer
    if isinstance(task, ScoreReport):
        return task.reviewers[0] if len(task.reviewers) == 1 else "panel"
    return _ROLES[task.name]
