"""The PRISMA 2020 flow of a run: which numbers stand in which box, for the CSV and the drawing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from juried.records.run import RunRecord
from juried.records.work import EXCLUSION_SENTENCES, ExclusionCount, ExclusionReason

_NOT_RETRIEVED: ExclusionReason = "no_text"


@dataclass(frozen=True)
class Flow:
    """The boxes of the flow; every work is counted in exactly one way out, so that each column adds up.

    Args:
        sources: Records per source as taken, by name; they sum to what was identified.
        citations: How many of the identified records come from citation searching rather than queries.
        duplicates: Records merged into others before screening.
        screened: Works judged by title and abstract, or set aside by rank.
        excluded: Works excluded at screening, by reason.
        not_retrieved: Works of which neither an abstract nor a document is at hand.
        included: Works in the review.
        full_text: Included works read in full.
        abstract_only: Included works read as an abstract.
    """

    sources: tuple[tuple[str, int], ...]
    citations: int
    duplicates: int
    screened: int
    excluded: tuple[ExclusionCount, ...]
    not_retrieved: int
    included: int
    full_text: int
    abstract_only: int

    @property
    def identified(self) -> int:
        """All records."""
        return sum(count for _, count in self.sources)

    @property
    def excluded_total(self) -> int:
        """Works excluded at screening."""
        return sum(item.count for item in self.excluded)

    @property
    def sought(self) -> int:
        """Works whose text was wanted."""
        return self.screened - self.excluded_total

    @property
    def unread(self) -> int:
        """Included works of which nothing could be read."""
        return self.included - self.full_text - self.abstract_only


def flow_of(record: RunRecord, citations: int = 0) -> Flow:
    """Return the flow of a record.

    Args:
        record: A record whose PRISMA numbers reconcile.
        citations: Records that were found by following citations; 0 when nothing was followed.
    """
    taken: Counter[str] = Counter()
    for row in record.ledger:
        taken[row.source] += row.taken
    prisma = record.prisma
    return Flow(
        sources=tuple(sorted(taken.items())),
        citations=citations,
        duplicates=prisma.duplicates,
        screened=prisma.screened,
        excluded=tuple(item for item in prisma.excluded if item.reason != _NOT_RETRIEVED),
        not_retrieved=sum(item.count for item in prisma.excluded if item.reason == _NOT_RETRIEVED),
        included=prisma.included,
        full_text=prisma.full_text,
        abstract_only=prisma.abstract_only,
    )


def reason_of(item: ExclusionCount) -> str:
    """Return the sentence for a reason without its full stop."""
    return EXCLUSION_SENTENCES[item.reason].rstrip(".")
