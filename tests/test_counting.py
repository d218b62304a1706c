"""PRISMA and claim counts reconcile, whatever went in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.counting import (
    EXCLUSION_REASONS,
    REASON_CODES,
    claim_counts,
    claim_gaps,
    counts_of,
    prisma_gaps,
    prisma_of,
    tried_claims,
)
from juried.errors import RecordError
from juried.records.claim import Claim
from juried.records.run import DocumentNote
from juried.records.verdict import OUTCOMES, Verdict
from juried.records.work import ExclusionCount, Hit, Prisma, ScreeningDecision, Work
from tests.records import make_record


def _hits(count: int) -> list[Hit]:
    return [Hit(source="library", source_id=str(at), rank=at + 1, title="T") for at in range(count)]


def _works(count: int) -> list[Work]:
    return [Work(id=f"W-{at}", title="T") for at in range(count)]


def _note(work_id: str, abstract_only: bool) -> DocumentNote:
    return DocumentNote(
        work_id=work_id,
        document="d",
        format="text",
        abstract_only=abstract_only,
        sections=0,
        tables=0,
        chunks=1,
        claims=0,
    )


_DECISION = st.one_of(st.none(), st.just("included"), st.sampled_from(EXCLUSION_REASONS))


@given(st.lists(_DECISION, max_size=30), st.integers(0, 10), st.data())
def test_prisma_adds_up_for_any_screening(fates: list[str | None], twice: int, data: st.DataObject) -> None:
    works = _works(len(fates))
    decisions = [
        ScreeningDecision.model_validate(
            {
                "work_id": work.id,
                "included": fate == "included",
                "relevance": 1,
                "reason": None if fate == "included" else fate,
            }
        )
        for work, fate in zip(works, fates, strict=True)
        if fate is not None
    ]
    included = [decision.work_id for decision in decisions if decision.included]
    read = [_note(work_id, data.draw(st.booleans())) for work_id in included]
    prisma = prisma_of(_hits(len(works) + twice), works, decisions, read)
    assert prisma_gaps(prisma) == ()
    assert prisma.identified == twice + sum(item.count for item in prisma.excluded) + prisma.included
    assert prisma.full_text + prisma.abstract_only == len(included)


def test_works_nobody_decided_on_are_counted_not_dropped() -> None:
    prisma = prisma_of(_hits(3), _works(3), [], [])
    assert prisma.excluded == (ExclusionCount(reason="not_judged", count=3),)


@pytest.mark.parametrize(
    ("hits", "decided"),
    [(1, []), (2, ["W-0", "W-0"]), (2, ["W-9"])],
    ids=["more works than hits", "decided twice", "unknown work"],
)
def test_numbers_that_cannot_be_are_refused(hits: int, decided: list[str]) -> None:
    decisions = [ScreeningDecision(work_id=name, included=True, relevance=1) for name in decided]
    with pytest.raises(RecordError):
        prisma_of(_hits(hits), _works(2), decisions, [])


@given(st.lists(st.tuples(st.booleans(), st.booleans(), _DECISION), max_size=20), st.integers(0, 5))
def test_citation_searching_is_counted_apart_and_adds_up(rows: list[tuple[bool, bool, str | None]], twice: int) -> None:
    kept = [(searched, followed or not searched, fate) for searched, followed, fate in rows]
    names = [f"library:{at}" for at in range(len(kept))]
    works = [Work(id=f"W-{at}", title="T", hits=(name,)) for at, name in enumerate(names)]
    every = _hits(len(kept))
    hits = [hit for hit, (searched, _, _) in zip(every, kept, strict=True) if searched]
    followed = [hit for hit, (_, linked, _) in zip(every, kept, strict=True) if linked]
    followed += followed[:twice]
    decisions = [
        ScreeningDecision.model_validate(
            {
                "work_id": work.id,
                "included": fate == "included",
                "relevance": 1,
                "reason": None if fate == "included" else fate,
            }
        )
        for work, (_, _, fate) in zip(works, kept, strict=True)
        if fate is not None
    ]
    prisma = prisma_of(hits, works, decisions, [], followed)
    assert prisma_gaps(prisma) == ()
    flow = prisma.citation_searching
    assert flow is not None
    new = [fate for searched, _, fate in kept if not searched]
    assert (flow.identified, flow.included) == (len(followed), new.count("included"))
    assert flow.identified - flow.duplicates == len(new)
    broken = prisma.model_copy(update={"citation_searching": flow.model_copy(update={"included": flow.included + 1})})
    assert prisma_gaps(broken)


@given(st.tuples(*[st.integers(0, 9)] * 5), st.integers(0, 20))
def test_prisma_gaps_finds_exactly_what_does_not_add_up(numbers: tuple[int, ...], identified: int) -> None:
    twice, excluded, included, screened, read = numbers
    prisma = Prisma(
        identified=identified,
        duplicates=twice,
        screened=screened,
        excluded=(ExclusionCount(reason="no_text", count=excluded),),
        included=included,
        full_text=read,
        abstract_only=0,
    )
    broken = [identified != twice + excluded + included, screened != identified - twice, read > included]
    assert len(prisma_gaps(prisma)) == sum(broken)


def _claim(at: int) -> Claim:
    return Claim(id=f"C-{at}", work_id="W", document="d", kind="finding", text="T.", quote="T.")


_VERDICT = st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(REASON_CODES), st.booleans(), st.booleans())


@given(st.lists(_VERDICT, max_size=30))
def test_extracted_is_the_sum_of_the_outcomes_and_of_tried_and_set_aside(rows: list[tuple[object, ...]]) -> None:
    claims = [_claim(at) for at in range(len(rows))]
    verdicts = [
        Verdict.model_validate(
            {
                "claim_id": f"C-{at}",
                "outcome": outcome,
                "reason": reason,
                "confidence": None,
                "calibrated": False,
                "verified": verified and outcome == "supported",
            }
        )
        for at, (outcome, reason, verified, _) in enumerate(rows)
    ]
    heard = {f"C-{at}" for at, row in enumerate(rows) if row[3]}
    counts = claim_counts(claims, verdicts, heard)
    assert claim_gaps(counts) == ()
    assert counts.extracted == counts.judged == counts.tried + counts.not_tried
    assert counts.tried >= len(heard)


def test_a_claim_without_verdict_shows_as_a_gap() -> None:
    record = make_record()
    counts = claim_counts(record.claims, record.verdicts[1:])
    assert any("extracted is not" in gap for gap in claim_gaps(counts))


def test_the_example_record_is_counted_as_a_reader_would() -> None:
    counts = counts_of(make_record())
    assert (counts.extracted, counts.supported, counts.contradicted, counts.not_checked) == (8, 6, 1, 1)
    assert (counts.verified, counts.tried, counts.not_tried) == (5, 7, 1)
    assert len(tried_claims(make_record())) == 7


def test_a_quote_that_was_not_found_is_set_aside_unless_it_was_voted_on() -> None:
    claim = _claim(0)
    verdict = Verdict(
        claim_id="C-0",
        outcome="not_enough_evidence",
        reason="quote_not_found",
        confidence=None,
        calibrated=False,
        verified=False,
    )
    assert claim_counts([claim], [verdict]).tried == 0
    assert claim_counts([claim], [verdict], {"C-0"}).tried == 1
