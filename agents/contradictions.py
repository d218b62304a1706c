"""Contradictions: pairs of claims that disagree, by their values or by a reviewer's word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from agents.panel import Case, decide
from juried.records.claim import Claim, Contradiction, Measurement, Quantity
from juried.records.verdict import Evidence, EvidencePool
from juried.records.work import Work
from juried.text.numbers import Number, read_value, same_unit, same_value


def find_contradictions(
    cases: Mapping[str, Case], pools: Iterable[EvidencePool], quantities: Sequence[Quantity], works: Mapping[str, Work]
) -> tuple[Contradiction, ...]:
    """Return each contradicting pair once, sorted by ids.

    A pair contradicts when its claims are supported and state different values of one quantity, or when a
    reviewer refuted one with a passage of another work on which exactly one other claim rests.
    """
    claims = {claim_id: case.claim for claim_id, case in cases.items() if decide(case)[0] == "supported"}
    found = [*_by_value(quantities, claims, works), *_by_vote(cases, pools)]
    unique = {(item.first, item.second): item for item in reversed(found)}
    return tuple(unique[key] for key in sorted(unique))


def _by_value(
    quantities: Sequence[Quantity], claims: Mapping[str, Claim], works: Mapping[str, Work]
) -> list[Contradiction]:
    found = []
    for quantity in quantities:
        stated = [claims[claim_id] for claim_id in quantity.claims if claim_id in claims]
        for first, second in combinations(sorted(stated, key=lambda claim: claim.id), 2):
            if first.measurement and second.measurement and _differ(first.measurement, second.measurement):
                reason = _likely_reason(first, second, works)
                found.append(Contradiction(first=first.id, second=second.id, about=quantity.name, likely_reason=reason))
    return found


def _differ(first: Measurement, second: Measurement) -> bool:
    """Whether two values of one unit differ by more than their printed precision and uncertainty allow."""
    a, b = _number(first), _number(second)
    if a is None or b is None or not same_unit(a, b) or same_value(a, b):
        return False
    spread = (a.uncertainty or Decimal(0)) + (b.uncertainty or Decimal(0))
    return abs(a.value - b.value) > spread


def _number(measurement: Measurement) -> Number | None:
    spread = f" ± {measurement.uncertainty}" if measurement.uncertainty else ""
    return read_value(f"{measurement.value}{spread} {measurement.unit}".strip())


def _likely_reason(first: Claim, second: Claim, works: Mapping[str, Work]) -> str:
    if first.work_id == second.work_id:
        return "One work states both values: another table, setting or rounding."
    revised = any(
        note.kind in ("revised", "corrected") for item in (first, second) for note in works[item.work_id].status
    )
    return (
        "One of the works was revised or corrected." if revised else "The works may differ in split, version or setup."
    )


def _by_vote(cases: Mapping[str, Case], pools: Iterable[EvidencePool]) -> list[Contradiction]:
    items = {(pool.id, item.label): item for pool in pools for item in pool.items}
    found = []
    for claim_id, case in sorted(cases.items()):
        for vote in case.last_votes().values():
            passages = [items[vote.pool, label] for label in vote.evidence if vote.label == "refutes"]
            other = _claim_in(passages, case.claim, cases)
            if other is not None:
                first, second = sorted((claim_id, other))
                found.append(
                    Contradiction(first=first, second=second, about=vote.reason, likely_reason="Seen by a reviewer.")
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
