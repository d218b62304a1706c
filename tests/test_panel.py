"""The tally: order-free, monotone in each vote, true to its stated rule, and nothing is dropped."""

from __future__ import annotations

import random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.panel import Case, decide, hear, is_split, raw_confidence, tally
from juried.calibration import Calibration, load_calibration
from juried.records.claim import Claim
from juried.records.document import Span
from juried.records.verdict import OUTCOMES, Evidence, EvidencePool, Label, LostVote, Reviewer, Vote
from juried.records.work import StatusNote, Work

SPAN = Span(document="d1", start=0, end=5, quote="Alpha")
CLAIM = Claim(id="C-1", work_id="W-1", document="d1", kind="finding", text="Alpha.", quote="Alpha", spans=(SPAN,))
OWN, OTHER = "E1", "E2"
POOL = EvidencePool(
    id="P-1",
    claims=("C-1",),
    items=(
        Evidence(label=OWN, work_id="W-1", section="", span=SPAN),
        Evidence(label=OTHER, work_id="W-2", section="", span=SPAN.model_copy(update={"document": "d2"})),
    ),
    sought=(),
)
RANKED: tuple[Label, ...] = ("refutes", "not_enough_info", "supports")


def vote(reviewer: Reviewer, label: Label, probability: int = 90, evidence: str = OWN, round_number: int = 1) -> Vote:
    return Vote(
        claim_id="C-1",
        reviewer=reviewer,
        round=round_number,
        label=label,
        probability=probability,
        pool="P-1",
        evidence=() if label == "not_enough_info" else (evidence,),
        reason="Said so.",
        backend="test",
    )


def case(*votes: Vote, lost: tuple[LostVote, ...] = (), claim: Claim = CLAIM, work: Work | None = None) -> Case:
    known = {"W-1": work or Work(id="W-1", title="One"), "W-2": Work(id="W-2", title="Two")}
    return hear([claim], known, [POOL], votes, lost)["C-1"]


votes_strategy = st.lists(
    st.builds(
        vote,
        st.sampled_from(get_args(Reviewer)),
        st.sampled_from(RANKED),
        st.integers(0, 100),
        st.sampled_from([OWN, OTHER]),
        st.sampled_from([1, 2]),
    ),
    unique_by=lambda item: (item.reviewer, item.round),
    max_size=8,
)


@given(votes_strategy, st.randoms(use_true_random=False))
def test_the_order_of_votes_leaves_no_trace(votes: list[Vote], shuffler: random.Random) -> None:
    shuffled = votes.copy()
    shuffler.shuffle(shuffled)
    assert tally(case(*votes), None) == tally(case(*shuffled), None)


@given(votes_strategy)
def test_every_claim_gets_exactly_one_of_the_four_outcomes_and_a_reason(votes: list[Vote]) -> None:
    verdict = tally(case(*votes), None)
    assert verdict.outcome in OUTCOMES
    assert verdict.reason
    assert not verdict.verified or verdict.outcome == "supported"


@given(votes_strategy, st.integers(0, 7), st.integers(0, 100))
def test_confidence_never_falls_when_one_vote_becomes_more_favourable(
    votes: list[Vote], index: int, probability: int
) -> None:
    if not votes:
        return
    index %= len(votes)
    old = votes[index]
    if old.label == "refutes":
        better = vote(old.reviewer, "not_enough_info", 100 - old.probability, OWN, old.round)
        worse = old if old.evidence == (OWN,) else None
    else:
        better = old.model_copy(update={"probability": max(old.probability, probability)})
        worse = old if old.label == "supports" else None
    if worse is None or (old.reviewer == "confirmer" and old.label == "refutes"):
        return
    before = raw_confidence(case(*votes))
    after = raw_confidence(case(*votes[:index], better, *votes[index + 1 :]))
    assert before is None or (after is not None and after >= before)


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([vote("confirmer", "supports"), vote("checker", "supports")], ("supported", "stated_by_source")),
        ([vote("confirmer", "not_enough_info")], ("not_enough_evidence", "no_evidence_found")),
        ([vote("confirmer", "supports"), vote("challenger", "refutes")], ("not_enough_evidence", "reviewers_disagree")),
        (
            [vote("confirmer", "supports", 55), vote("challenger", "refutes", 95)],
            ("contradicted", "contradicting_evidence"),
        ),
        ([vote("confirmer", "refutes")], ("contradicted", "contradicting_evidence")),
        (
            [vote("confirmer", "not_enough_info"), vote("integrator", "refutes")],
            ("not_enough_evidence", "scope_overreach"),
        ),
        (
            [vote("confirmer", "not_enough_info"), vote("integrator", "supports")],
            ("not_enough_evidence", "weak_evidence"),
        ),
    ],
)
def test_the_stated_rule_decides(votes: list[Vote], expected: tuple[str, str]) -> None:
    assert decide(case(*votes)) == expected


def test_a_number_that_differs_from_its_cell_is_contradicted_whatever_the_others_say() -> None:
    checker = vote("checker", "refutes").model_copy(update={"code": "number_mismatch"})
    assert decide(case(vote("confirmer", "supports", 99), checker)) == ("contradicted", "number_mismatch")


def test_another_work_that_contradicts_is_counted_beside_the_verdict_and_does_not_move_it() -> None:
    verdict = tally(case(vote("confirmer", "supports", 95), vote("challenger", "refutes", 95, OTHER)), None)
    assert (verdict.outcome, verdict.verified) == ("supported", True)
    assert verdict.contradicting_works == ("W-2",)
    assert verdict.supporting_works == ()


def test_a_second_round_counts_instead_of_the_first() -> None:
    first = [vote("confirmer", "supports"), vote("challenger", "refutes")]
    assert is_split(case(*first))
    settled = [*first, vote("challenger", "not_enough_info", round_number=2), vote("confirmer", "supports", 90, OWN, 2)]
    assert not is_split(case(*settled))
    assert decide(case(*settled)) == ("supported", "stated_by_source")


def test_a_lost_vote_is_not_checked_never_supported() -> None:
    lost = LostVote(claim_id="C-1", reviewer="challenger", round=1, code="budget_exhausted", detail="none left")
    verdict = tally(case(vote("confirmer", "supports"), lost=(lost,)), None)
    assert (verdict.outcome, verdict.reason, verdict.confidence) == ("not_checked", "budget_exhausted", None)
    assert not verdict.verified


def test_a_retracted_work_is_never_verified() -> None:
    work = Work(id="W-1", title="One", status=(StatusNote(kind="retracted", date="2021-11-16", evidence="notice"),))
    verdict = tally(case(vote("confirmer", "supports", 99), work=work), None)
    assert (verdict.outcome, verdict.reason, verdict.verified) == ("not_enough_evidence", "work_retracted", False)


def test_a_claim_without_a_span_says_that_its_quote_was_not_found() -> None:
    verdict = tally(case(claim=CLAIM.model_copy(update={"spans": ()})), None)
    assert (verdict.outcome, verdict.reason) == ("not_enough_evidence", "quote_not_found")


def test_a_claim_that_nobody_tried_is_not_checked() -> None:
    assert (tally(case(), None).outcome, tally(case(), None).reason) == ("not_checked", "not_selected")


def test_calibration_changes_the_confidence_and_says_so() -> None:
    calibration = load_calibration("embedded")
    assert isinstance(calibration, Calibration)
    verdict = tally(case(vote("confirmer", "supports", 97)), calibration)
    assert verdict.calibrated
    assert verdict.confidence == calibration.apply(97)
