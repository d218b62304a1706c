"""The tally: order-free, monotone in each vote, true to its stated rule, and nothing is dropped."""

from __future__ import annotations

import random
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agents.panel import Case, decide, hear, is_split, tally
from juried.calibration import Calibration, load_calibration
from juried.records.claim import Claim
from juried.records.document import Span
from juried.records.verdict import OUTCOMES, Evidence, EvidencePool, Label, LostVote, ReasonCode, Reviewer, Vote
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


def chance(item: Vote) -> float:
    """P(supported) that a vote states by itself."""
    return item.probability if item.label == "supports" else (100 - item.probability) / 2


@st.composite
def improved(draw: st.DrawFn) -> tuple[list[Vote], list[Vote]]:
    """Votes, and the same votes with one of them more favourable to the claim."""
    votes = draw(votes_strategy.filter(bool))
    index = draw(st.integers(0, len(votes) - 1))
    old = votes[index]
    new = vote(
        old.reviewer,
        draw(st.sampled_from(RANKED[RANKED.index(old.label) :])),
        draw(st.integers(0, 100)),
        draw(st.sampled_from([OWN, OTHER])),
        old.round,
    )
    assume(chance(new) >= chance(old))
    assume(new.label != old.label or new.evidence == old.evidence)
    assume(new.label != "supports" or new.evidence == (OWN,) or old.label == "supports")
    return votes, [*votes[:index], new, *votes[index + 1 :]]


FAVOUR = {"contradicted": 0, "not_enough_evidence": 1, "supported": 2}


@given(improved(), st.sampled_from([None, "scope_overreach", "number_mismatch", "contradicting_evidence"]))
def test_a_more_favourable_vote_never_lowers_outcome_or_confidence(
    pair: tuple[list[Vote], list[Vote]], code: ReasonCode | None
) -> None:
    first, second = (
        tally(
            case(*(v.model_copy(update={"code": code}) if v.reviewer == "checker" else v for v in votes)),
            load_calibration("embedded"),
        )
        for votes in pair
    )
    assert FAVOUR[second.outcome] >= FAVOUR[first.outcome]
    assert first.confidence is None or (second.confidence is not None and second.confidence >= first.confidence)
    assert second.verified >= first.verified


@given(votes_strategy)
def test_a_tie_is_never_supported(votes: list[Vote]) -> None:
    heard = case(*votes)
    if tally(heard, None).outcome != "supported":
        return
    confirmer = heard.last_votes()["confirmer"]
    assert confirmer.probability > 50
    assert len(heard.own("supports")) > len(heard.own("refutes")) == 0


@given(st.lists(votes_strategy, max_size=4))
def test_every_claim_that_is_heard_has_one_verdict(per_claim: list[list[Vote]]) -> None:
    claims = [CLAIM.model_copy(update={"id": f"C-{number}"}) for number in range(len(per_claim))]
    votes = [v.model_copy(update={"claim_id": c.id}) for c, held in zip(claims, per_claim, strict=True) for v in held]
    works = {"W-1": Work(id="W-1", title="One"), "W-2": Work(id="W-2", title="Two")}
    verdicts = [tally(heard, None) for heard in hear(claims, works, [POOL], votes, ()).values()]
    assert [verdict.claim_id for verdict in verdicts] == [claim.id for claim in claims]
    assert sum(sum(v.outcome == outcome for v in verdicts) for outcome in OUTCOMES) == len(claims)


def test_a_support_that_rests_on_another_work_alone_gives_no_confidence_in_the_cited_one() -> None:
    verdict = tally(case(vote("confirmer", "supports", 97, OTHER)), None)
    assert (verdict.outcome, verdict.confidence) == ("not_enough_evidence", 25)
    assert verdict.supporting_works == ("W-2",)


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
