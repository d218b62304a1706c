"""Evidence, votes and verdicts: what the panel saw, said and decided."""

from __future__ import annotations

from typing import Literal, get_args

from juried.records.base import Record
from juried.records.document import Span

Reviewer = Literal["confirmer", "challenger", "integrator", "checker"]
Mandate = Literal["confirmer", "challenger", "integrator"]
MANDATES: tuple[Mandate, ...] = get_args(Mandate)
REVIEWERS: tuple[Reviewer, ...] = get_args(Reviewer)
Label = Literal["supports", "refutes", "not_enough_info"]
Outcome = Literal["supported", "contradicted", "not_enough_evidence", "not_checked"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ReasonCode = Literal[
    "stated_by_source",
    "quote_not_found",
    "number_mismatch",
    "row_or_column_mismatch",
    "scope_overreach",
    "contradicting_evidence",
    "no_evidence_found",
    "weak_evidence",
    "reviewers_disagree",
    "work_retracted",
    "budget_exhausted",
    "backend_failed",
    "backend_refused",
    "document_unreadable",
    "not_selected",
]
REASON_SENTENCES: dict[ReasonCode, str] = {
    "stated_by_source": "The cited passage states this.",
    "quote_not_found": "The quote that the claim rests on is not in the document.",
    "number_mismatch": "A number in the claim differs from the number in its source.",
    "row_or_column_mismatch": "The number stands in the table, but in another row or column.",
    "scope_overreach": "The claim says more than its source does.",
    "contradicting_evidence": "A passage says the opposite.",
    "no_evidence_found": "No passage was found that states this.",
    "weak_evidence": "Passages bear on this, but none states it plainly.",
    "reviewers_disagree": "The reviewers still disagreed after seeing more evidence.",
    "work_retracted": "The work is retracted or withdrawn, so its claims are never verified.",
    "budget_exhausted": "The budget ran out before this was judged.",
    "backend_failed": "The model failed to give a usable answer.",
    "backend_refused": "The model refused to judge this.",
    "document_unreadable": "The document that states this could not be read.",
    "not_selected": "The claim was set aside before review: it bears less on the question than those tried.",
}


class Evidence(Record):
    """One passage shown to the reviewers of a batch under a label such as E1.

    `columns` says of rows of a table what stands above them in it.
    """

    label: str
    work_id: str
    section: str
    span: Span
    columns: str = ""


class Sought(Record):
    """The passages (pool labels) that one reviewer's mandate retrieved for one claim, best first."""

    claim_id: str
    reviewer: Reviewer
    labels: tuple[str, ...]


class EvidencePool(Record):
    """All passages shown for one batch of claims, in label order, and who sought which for what."""

    id: str
    claims: tuple[str, ...]
    items: tuple[Evidence, ...]
    sought: tuple[Sought, ...]


class Vote(Record):
    """What one reviewer says of one claim; `probability` is 0 to 100 for `label`.

    `evidence` are labels of the pool that the vote rests on; `code` names the defect where a rule found
    one; `round` is 1, or 2 after adjudication.
    """

    claim_id: str
    reviewer: Reviewer
    round: int
    label: Label
    probability: int
    pool: str
    evidence: tuple[str, ...]
    reason: str
    code: ReasonCode | None = None
    backend: str


class LostVote(Record):
    """A vote that could not be had, and why."""

    claim_id: str
    reviewer: Reviewer
    round: int
    code: ReasonCode
    detail: str


class Ballot(Record):
    """What one call for votes brought: votes and lost votes, each sorted by claim id."""

    pool: str
    votes: tuple[Vote, ...]
    lost: tuple[LostVote, ...] = ()


class Verdict(Record):
    """The panel's outcome for one claim.

    `confidence` is P(the cited evidence supports the claim) in percent, None when it was not judged;
    `calibrated` says whether it was fitted on labelled claims. The counts are of *other* works.
    """

    claim_id: str
    outcome: Outcome
    reason: ReasonCode
    confidence: int | None
    calibrated: bool
    verified: bool
    supporting_works: tuple[str, ...] = ()
    contradicting_works: tuple[str, ...] = ()
