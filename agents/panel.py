"""The panel: which votes are split, and how votes become verdicts with reason codes and confidence.

What a verdict says is whether *the cited work states the claim*. Votes that rest on passages of other
works alone do not move it: they are counted beside it as supporting and contradicting works.

The rule, in order; the first that fits decides, and a reviewer's last round is the one that counts:

1. no span: not_enough_evidence, `quote_not_found`
2. a vote was lost: not_checked, with the code of the loss; never a success on less evidence
3. the checker refutes: contradicted (a number or cell differs) or, unless the others' votes contradict,
   not_enough_evidence (overreach, quote)
4. the work is retracted or withdrawn: not_enough_evidence, `work_retracted`
5. refuted and supported from the same work: contradicted when every support is weak (below 60 %) and a
   refutation is strong (60 % or more), else not_enough_evidence, `reviewers_disagree`
6. refuted only: contradicted; where the integrator alone refutes, `not_enough_evidence`, `scope_overreach`, which
   a weak support does not change
7. the confirmer supports with more than 50 %: supported, `stated_by_source`
8. any other support: not_enough_evidence, `weak_evidence`
9. otherwise: not_enough_evidence, `no_evidence_found`

So the order of votes is no matter; a vote that becomes more favourable never makes the outcome worse; and a tie,
of votes or of a probability of 50 %, is never supported. Votes on passages of one document count as resting on one
work, whichever work it is filed under, and a work is counted once beside the verdict however many votes rest on it.

Raw confidence is the confirmer's probability that the claim is supported, times the chance that each
refutation from the same work is wrong; so it never falls when a vote becomes more favourable. A support that rests
on other works alone says nothing of the cited one and counts as an undecided vote. Where a claim can be verified
nothing refutes it, so that raw confidence is the confirmer's own probability: this is what is calibrated.
The backend's calibration maps it to a probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from juried.calibration import Calibration
from juried.records.claim import Claim
from juried.records.verdict import Evidence, EvidencePool, LostVote, Outcome, ReasonCode, Reviewer, Verdict, Vote
from juried.records.work import Work

WEAK = 60
TOSS_UP = 50
UNCALIBRATED_THRESHOLD = 80
_CHECKER_OUTCOMES: dict[ReasonCode, Outcome] = {
    "quote_not_found": "not_enough_evidence",
    "scope_overreach": "not_enough_evidence",
}


@dataclass(frozen=True)
class Case:
    """Everything the panel heard of one claim.

    `passages` maps pool id and label to the passage; `withdrawn` are ids of works that are retracted or withdrawn.
    """

    claim: Claim
    votes: tuple[Vote, ...]
    lost: tuple[LostVote, ...]
    passages: Mapping[tuple[str, str], Evidence]
    withdrawn: frozenset[str]

    def others(self, vote: Vote) -> set[str]:
        """Return the works, but for the claim's own and withdrawn ones, that a vote's passages come from.

        A passage of the document that the claim rests on is its own, whichever work it is filed under.
        """
        seen = [self.passages[vote.pool, label] for label in vote.evidence]
        works = {item.work_id for item in seen if not self._is_own(item)}
        return works - self.withdrawn

    def rests_on_own(self, vote: Vote) -> bool:
        """Whether a vote names a passage of the claim's own work."""
        return any(self._is_own(self.passages[vote.pool, label]) for label in vote.evidence)

    def _is_own(self, passage: Evidence) -> bool:
        return passage.work_id == self.claim.work_id or passage.span.document == self.claim.document

    def last_votes(self) -> dict[Reviewer, Vote]:
        """Return each reviewer's vote of its last round."""
        return {vote.reviewer: vote for vote in sorted(self.votes, key=lambda vote: vote.round)}

    def last_losses(self) -> list[LostVote]:
        """Return losses that no later vote of the same reviewer made good."""
        voted = {vote.reviewer: vote.round for vote in sorted(self.votes, key=lambda vote: vote.round)}
        return [lost for lost in self.lost if voted.get(lost.reviewer, 0) < lost.round]

    def own(self, label: str) -> list[Vote]:
        """Return the last votes with a label that rest on the claim's own work."""
        votes = self.last_votes().values()
        return [vote for vote in votes if vote.label == label and self.rests_on_own(vote)]


def hear(
    claims: Iterable[Claim],
    works: Mapping[str, Work],
    pools: Iterable[EvidencePool],
    votes: Iterable[Vote],
    lost: Iterable[LostVote],
) -> dict[str, Case]:
    """Return one case per claim, by claim id; votes in any order give the same cases."""
    passages = {(pool.id, item.label): item for pool in pools for item in pool.items}
    withdrawn = frozenset(work.id for work in works.values() if work.retracted)
    by_claim: dict[str, list[Vote]] = {}
    lost_by_claim: dict[str, list[LostVote]] = {}
    for vote in sorted(votes, key=lambda vote: (vote.claim_id, vote.round, vote.reviewer)):
        by_claim.setdefault(vote.claim_id, []).append(vote)
    for loss in sorted(lost, key=lambda loss: (loss.claim_id, loss.round, loss.reviewer)):
        lost_by_claim.setdefault(loss.claim_id, []).append(loss)
    return {
        claim.id: Case(
            claim,
            tuple(by_claim.get(claim.id, ())),
            tuple(lost_by_claim.get(claim.id, ())),
            passages,
            withdrawn,
        )
        for claim in claims
    }


def is_split(case: Case) -> bool:
    """Whether reviewers disagree about what the claim's own work says, so that a second vote may help.

    A claim that a rule has decided (no span, a lost vote, the checker, a withdrawn work) is not split.
    """
    confirmer = case.last_votes().get("confirmer")
    if confirmer is None or _decide_by_rule(case) is not None:
        return False
    supporting, refuting = _but_checker(case.own("supports")), _but_checker(case.own("refutes"))
    undecided = confirmer.label == "not_enough_info" and bool(supporting)
    return undecided or bool(supporting and refuting)


def _but_checker(votes: Sequence[Vote]) -> list[Vote]:
    return [vote for vote in votes if vote.reviewer != "checker"]


def decide(case: Case) -> tuple[Outcome, ReasonCode]:
    """Return the outcome and its reason by the rule at the top of this file."""
    ruled = _decide_by_rule(case)
    if ruled is None or (ruled[1] == "scope_overreach" and _decide_by_votes(case)[0] == "contradicted"):
        return _decide_by_votes(case)
    return ruled


def _decide_by_rule(case: Case) -> tuple[Outcome, ReasonCode] | None:
    if not case.claim.spans:
        return "not_enough_evidence", "quote_not_found"
    losses = case.last_losses()
    if losses:
        return "not_checked", losses[0].code
    checker = case.last_votes().get("checker")
    if checker is not None and checker.label == "refutes":
        code = checker.code or "contradicting_evidence"
        return _CHECKER_OUTCOMES.get(code, "contradicted"), code
    if case.claim.work_id in case.withdrawn:
        return "not_enough_evidence", "work_retracted"
    return None


def _decide_by_votes(case: Case) -> tuple[Outcome, ReasonCode]:
    supporting, refuting = _but_checker(case.own("supports")), _but_checker(case.own("refutes"))
    plain = [vote for vote in refuting if vote.reviewer != "integrator"]
    if refuting and supporting:
        weak = all(vote.probability < WEAK for vote in supporting)
        if weak and any(vote.probability >= WEAK for vote in plain):
            return "contradicted", "contradicting_evidence"
        return _OVERREACH if weak and not plain else _DISAGREEMENT
    if refuting:
        return ("contradicted", "contradicting_evidence") if plain else _OVERREACH
    if any(vote.reviewer == "confirmer" and vote.probability > TOSS_UP for vote in supporting):
        return "supported", "stated_by_source"
    return "not_enough_evidence", "weak_evidence" if supporting else "no_evidence_found"


_DISAGREEMENT: tuple[Outcome, ReasonCode] = ("not_enough_evidence", "reviewers_disagree")
_OVERREACH: tuple[Outcome, ReasonCode] = ("not_enough_evidence", "scope_overreach")


_UNDECIDED = 0.25


def raw_confidence(case: Case) -> int | None:
    """Return the uncalibrated P(the cited work supports the claim) in percent; None without a confirmer's vote."""
    confirmer = case.last_votes().get("confirmer")
    if confirmer is None:
        return None
    chance = (100 - confirmer.probability) / 200
    if confirmer.label == "supports":
        chance = confirmer.probability / 100 if case.rests_on_own(confirmer) else _UNDECIDED
    for vote in case.own("refutes"):
        if vote.reviewer != "confirmer":
            chance *= (100 - vote.probability) / 100
    return round(100 * chance)


def tally(case: Case, calibration: Calibration | None) -> Verdict:
    """Return the verdict on one claim; without votes it is not_checked, `not_selected`."""
    if not case.votes and not case.lost:
        return Verdict(
            claim_id=case.claim.id,
            outcome="not_checked" if case.claim.spans else "not_enough_evidence",
            reason="not_selected" if case.claim.spans else "quote_not_found",
            confidence=None,
            calibrated=False,
            verified=False,
        )
    outcome, reason = decide(case)
    raw = raw_confidence(case) if outcome != "not_checked" else None
    confidence = raw if raw is None or calibration is None else calibration.apply(raw)
    threshold = threshold_of(calibration)
    return Verdict(
        claim_id=case.claim.id,
        outcome=outcome,
        reason=reason,
        confidence=confidence,
        calibrated=calibration is not None and confidence is not None,
        verified=outcome == "supported" and confidence is not None and confidence >= threshold,
        supporting_works=_other_works(case, "supports"),
        contradicting_works=_other_works(case, "refutes"),
    )


def threshold_of(calibration: Calibration | None) -> int:
    """Return the confidence in percent from which a supported claim counts as verified."""
    return UNCALIBRATED_THRESHOLD if calibration is None else calibration.threshold


def _other_works(case: Case, label: str) -> tuple[str, ...]:
    found = [case.others(vote) for vote in case.last_votes().values() if vote.label == label]
    return tuple(sorted(set().union(*found)))
