"""The reviewers: each tries a batch of claims under its own mandate and says on what it rests its votes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agents.asking import LOSS_CODES, Account
from agents.checker import check_claim
from juried.backends.base import Backend
from juried.records.claim import Claim
from juried.records.document import Document
from juried.records.report import Dimension, Review, Score
from juried.records.verdict import Ballot, EvidencePool, LostVote, Mandate, Reviewer, Vote
from juried.records.work import Work
from juried.tasks import (
    ClaimCard,
    ClaimVote,
    ClaimVotes,
    EvidenceCard,
    JudgeClaims,
    MandateReview,
    ReportScores,
    ScoreReport,
)

CHECKER_NAME = "checker:rules-1"


class PanelReviewer:
    """A reviewer held by a backend.

    Args:
        mandate: Which of the mandates it holds.
        backend: Who answers for it.
    """

    def __init__(self, mandate: Reviewer, backend: Backend) -> None:
        self.mandate = mandate
        self.backend = backend

    async def vote(
        self,
        pool: EvidencePool,
        claims: Mapping[str, Claim],
        works: Mapping[str, Work],
        account: Account,
        round_number: int = 1,
    ) -> Ballot:
        """Return a vote, or a lost vote with its reason, for every claim of the pool; sorted by claim."""
        own = [claims[claim_id] for claim_id in own_order(self.mandate, pool.claims)]
        sought = {item.claim_id: item.labels for item in pool.sought if item.reviewer == self.mandate}
        task = JudgeClaims(
            evidence=evidence_cards(pool, works),
            reviewer=self.mandate,
            claims=tuple(_claim_card(claim, pool) for claim in own),
            own_evidence=tuple(sought.get(claim.id, ()) for claim in own),
            round=round_number,
        )
        output = await account.ask(self.backend, task, ClaimVotes)
        if output is None:
            code = LOSS_CODES[account.last.outcome if account.last else "failed"]
            detail = account.last.detail if account.last else ""
            return Ballot(pool=pool.id, votes=(), lost=tuple(self._lost(c.id, round_number, code, detail) for c in own))
        return self._ballot(pool, own, output, round_number, account)

    def _ballot(
        self, pool: EvidencePool, claims: Sequence[Claim], output: ClaimVotes, round_number: int, account: Account
    ) -> Ballot:
        labels = {item.label for item in pool.items}
        given = {vote.claim_id: vote for vote in output.votes}
        votes, lost = [], []
        for claim in sorted(claims, key=lambda claim: claim.id):
            vote = given.get(claim.id)
            if vote is None or (vote.label != "not_enough_info" and not set(vote.evidence) & labels):
                detail = "no vote was given" if vote is None else "the vote names no passage that it was shown"
                lost.append(self._lost(claim.id, round_number, "backend_failed", detail))
                account.lose(claim.id, f"{self.mandate}: {detail}")
            else:
                votes.append(self._vote(vote, pool, labels, round_number))
        return Ballot(pool=pool.id, votes=tuple(votes), lost=tuple(lost))

    def _vote(self, vote: ClaimVote, pool: EvidencePool, labels: set[str], round_number: int) -> Vote:
        return Vote(
            claim_id=vote.claim_id,
            reviewer=self.mandate,
            round=round_number,
            label=vote.label,
            probability=vote.probability,
            pool=pool.id,
            evidence=tuple(label for label in dict.fromkeys(vote.evidence) if label in labels),
            reason=" ".join(vote.reason.split()),
            backend=self.backend.name,
        )

    def _lost(self, claim_id: str, round_number: int, code: str, detail: str) -> LostVote:
        values = {"claim_id": claim_id, "reviewer": self.mandate, "round": round_number, "code": code}
        return LostVote.model_validate({**values, "detail": detail})


async def score_report(
    backend: Backend,
    mandates: Sequence[Mandate],
    report: str,
    dimensions: tuple[Dimension, ...],
    account: Account,
) -> tuple[Review, ...]:
    """Score a report under all mandates that one backend holds, in one call.

    Returns:
        One review per mandate, in the order of `mandates`; what the backend did not give is absent and noted as lost.
    """
    task = ScoreReport(report=report, reviewers=tuple(mandates), dimensions=dimensions)
    output = await account.ask(backend, task, ReportScores)
    if output is None:
        return ()
    given = {review.reviewer: review for review in reversed(output.reviews)}
    for mandate in mandates:
        if mandate not in given:
            account.lose(mandate, "no review of the report was given")
    return tuple(_review(given[mandate], dimensions, backend) for mandate in mandates if mandate in given)


def _review(given: MandateReview, dimensions: tuple[Dimension, ...], backend: Backend) -> Review:
    asked = {score.dimension: score for score in given.scores if score.dimension in dimensions}
    scores = tuple(
        Score(dimension=name, value=asked[name].value, basis=asked[name].basis) for name in dimensions if name in asked
    )
    return Review(reviewer=given.reviewer, backend=backend.name, scores=scores)


def own_order(mandate: Reviewer, claim_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the claims in the reviewer's own order, so that no claim is always first or last.

    The confirmer takes them as they stand, the challenger backwards, the integrator from the middle.
    """
    ids = list(claim_ids)
    if mandate == "challenger":
        return tuple(reversed(ids))
    middle = len(ids) // 2 if mandate == "integrator" else 0
    return tuple(ids[middle:] + ids[:middle])


def evidence_cards(pool: EvidencePool, works: Mapping[str, Work]) -> tuple[EvidenceCard, ...]:
    """Return the pool as reviewers see it, in label order."""
    return tuple(
        EvidenceCard(
            label=item.label,
            work_id=item.work_id,
            work=f"{works[item.work_id].title} ({works[item.work_id].year or 'n.d.'})",
            section=item.section,
            text=item.span.quote,
            columns=item.columns,
        )
        for item in pool.items
    )


def _claim_card(claim: Claim, pool: EvidencePool) -> ClaimCard:
    own = tuple(
        item.label
        for item in pool.items
        if any(
            item.span.document == s.document and item.span.start < s.end and s.start < item.span.end
            for s in claim.spans
        )
    )
    return ClaimCard(
        id=claim.id, work_id=claim.work_id, kind=claim.kind, text=claim.text, quote=claim.quote, source_labels=own
    )


def check_claims(pool: EvidencePool, claims: Mapping[str, Claim], document: Callable[[str], Document]) -> Ballot:
    """Return the checker's votes: rules over numbers, cells, names and negation; no backend is asked."""
    votes = []
    for claim_id in sorted(pool.claims):
        claim = claims[claim_id]
        found = check_claim(claim, document(claim.document))
        own = _claim_card(claim, pool).source_labels
        values = {"claim_id": claim_id, "reviewer": "checker", "round": 1, "label": found.label}
        values |= {"probability": found.probability, "pool": pool.id, "evidence": own, "reason": found.reason}
        votes.append(Vote.model_validate({**values, "code": found.code, "backend": CHECKER_NAME}))
    return Ballot(pool=pool.id, votes=tuple(votes))
