"""Contradictions of a run: what rules find in the works that were read, and what a reviewer saw between two claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agents.panel import Case, decide
from juried.ledger import PlacedTable, Statement, find_in_works, of_claim, statements_of, with_claim
from juried.ledger.causes import CAUSE_SENTENCES
from juried.records.claim import Claim, Contradiction
from juried.records.document import Document
from juried.records.verdict import Evidence, EvidencePool
from juried.records.work import Work


def find_contradictions(
    cases: Mapping[str, Case],
    pools: Iterable[EvidencePool],
    documents: Mapping[str, Document],
    works: Mapping[str, Work],
) -> tuple[Contradiction, ...]:
    """Return each contradiction once, sorted; the same findings in any order give the same.

    Rules compare the measured claims that no vote has put in doubt, the tables, and the sentences of the documents
    that were read; besides, a pair of claims contradicts when a reviewer refuted one with a passage of another work on
    which exactly one other claim rests.

    Args:
        cases: What the panel heard, by claim id.
        pools: The evidence that the reviewers were shown.
        documents: The document that was read of each work, by the work's id.
        works: Works by id; those that are retracted or withdrawn contradict nothing.
    """
    kept = {work_id: documents[work_id] for work_id in sorted(documents) if not works[work_id].retracted}
    claims = [case.claim for _, case in sorted(cases.items()) if case.claim.work_id in kept and _stands(case)]
    tables = [PlacedTable(work_id, doc.sha256, table) for work_id, doc in kept.items() for table in doc.tables]
    found = find_in_works([*_measured(claims, kept), *_sentences(kept, claims)], tables, works)
    tried_first = sorted(cases.values(), key=lambda case: (not case.votes, case.claim.id))
    ruled = [_with_claims(item, [case.claim for case in tried_first]) for item in found]
    pairs = {frozenset((item.first, item.second)) for item in ruled}
    voted = [item for item in _by_vote(cases, pools) if frozenset((item.first, item.second)) not in pairs]
    once = {(item.first, item.second): item for item in reversed(voted)}
    return tuple(sorted([*ruled, *once.values()], key=_order))


def _order(item: Contradiction) -> tuple[str, ...]:
    return (item.first, item.second, item.about, *(f"{side.work_id} {side.text}" for side in item.sides))


def _stands(case: Case) -> bool:
    """Whether a claim is supported, or was set aside without a vote."""
    return bool(case.claim.spans) and (decide(case)[0] == "supported" or not (case.votes or case.lost))


def _measured(claims: Iterable[Claim], documents: Mapping[str, Document]) -> list[Statement]:
    return [of_claim(claim, documents[claim.work_id]) for claim in claims if claim.measurement is not None]


def _sentences(documents: Mapping[str, Document], claims: Iterable[Claim]) -> list[Statement]:
    """Return the sentences of all documents; what a measured claim says already is not measured twice."""
    measured = [claim for claim in claims if claim.measurement is not None]
    found = [item for work_id, document in documents.items() for item in statements_of(document, work_id)]
    return [
        Statement(item.side, None, item.sums_up) if with_claim(item.side, measured).claim else item for item in found
    ]


def _with_claims(item: Contradiction, claims: Sequence[Claim]) -> Contradiction:
    first, second = (with_claim(side, claims) for side in item.sides)
    return item.model_copy(update={"first": first.claim, "second": second.claim, "sides": (first, second)})


def _by_vote(cases: Mapping[str, Case], pools: Iterable[EvidencePool]) -> list[Contradiction]:
    items = {(pool.id, item.label): item for pool in pools for item in pool.items}
    found = []
    for claim_id, case in sorted(cases.items()):
        for vote in case.last_votes().values():
            passages = [items[vote.pool, label] for label in vote.evidence if vote.label == "refutes"]
            other = _claim_in(passages, case.claim, cases)
            if other is not None:
                first, second = sorted((claim_id, other))
                told = CAUSE_SENTENCES["seen_by_reviewer"]
                found.append(
                    Contradiction(
                        first=first, second=second, about=vote.reason, likely_reason=told, cause="seen_by_reviewer"
                    )
                )
    return found


def _claim_in(passages: Sequence[Evidence], claim: Claim, cases: Mapping[str, Case]) -> str | None:
    """Return the one claim of another work that rests on the passages; None when there is none, or more than one."""
    found = {
        claim_id
        for claim_id, case in cases.items()
        if case.claim.work_id != claim.work_id and any(_rests_on(case.claim, passage) for passage in passages)
    }
    return found.pop() if len(found) == 1 else None


def _rests_on(claim: Claim, passage: Evidence) -> bool:
    place = passage.span
    return any(
        span.document == place.document and span.start < place.end and place.start < span.end for span in claim.spans
    )
