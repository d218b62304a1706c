"""Small frozen bundles that nodes keep in the artifact store, and how nodes read them back."""

from __future__ import annotations

from collections.abc import Iterable

from agents.extractor import Extraction
from juried.artifacts import Artifacts
from juried.records.base import Record
from juried.records.claim import Claim, Contradiction
from juried.records.report import Review
from juried.records.verdict import EvidencePool, Verdict
from juried.records.work import Work


class WorkList(Record):
    """All works of a run, by id, and how many hits they were made from."""

    works: tuple[Work, ...]
    hits: int


class Bench(Record):
    """What one batch is tried with: its evidence pool and its claims."""

    pool: EvidencePool
    claims: tuple[Claim, ...]


class Verdicts(Record):
    """Verdicts by claim id, and contradictions between claims."""

    verdicts: tuple[Verdict, ...]
    contradictions: tuple[Contradiction, ...]


class DraftReview(Record):
    """A review and the draft (by hash) that it is about."""

    draft: str
    review: Review


class ReportText(Record):
    """A rendered report."""

    text: str


def works_by_id(artifacts: Artifacts, key: str) -> dict[str, Work]:
    """Return the works of a WorkList by id."""
    return {work.id: work for work in artifacts.get(key, WorkList).works}


def claims_by_id(artifacts: Artifacts, keys: Iterable[str]) -> dict[str, Claim]:
    """Return the claims of several extractions by id."""
    return {claim.id: claim for key in keys for claim in artifacts.get(key, Extraction).claims}
