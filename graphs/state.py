"""The graph's state and the payloads of its branches: ids, hashes and counts only.

A hash names a record in the run's artifact store, so that a checkpoint stays small whatever the corpus.
Lists are united by a reducer that sorts, so that the order in which branches end leaves no trace.
"""

from __future__ import annotations

from typing import Annotated

# A development server makes JSON schemas of these; before Python 3.12 pydantic takes no other TypedDict.
from typing_extensions import TypedDict

from juried.records.verdict import Mandate, Reviewer


def united(left: list[str], right: list[str]) -> list[str]:
    """Return the sorted union of two lists."""
    return sorted({*left, *right})


class Outlays(TypedDict, total=False):
    """What every node may add: hashes of `Outlay`."""

    outlays: Annotated[list[str], united]


class State(Outlays, total=False):
    """The state of a run; each comment names the record that a hash stands for."""

    question: str
    run: str  # the digits that end the run's id
    protocol: str  # Protocol
    searches: Annotated[list[str], united]  # SourceHits
    followed: Annotated[list[str], united]  # SourceHits of citation searching
    works: str  # WorkList
    screening: str  # Screening
    lookups: Annotated[list[str], united]  # SourceHits with the rows of look-ups
    readings: Annotated[list[str], united]  # Reading
    extractions: Annotated[list[str], united]  # Extraction
    selection: str  # Chosen
    pools: Annotated[list[str], united]  # Bench
    ballots: Annotated[list[str], united]  # Ballot
    round: int
    verdicts: str  # Verdicts
    draft: str  # Draft
    drafts: int
    report: str  # ReportText of the draft
    reviews: Annotated[list[str], united]  # DraftReview
    faults: list[str]
    record: str  # SHA-256 of record.json


class Branch(TypedDict):
    """What every branch carries: the digits that end the run's id."""

    run: str


class SearchBranch(Branch):
    """One source to search."""

    protocol: str
    source: str


class CitationBranch(Branch):
    """One source through which citations are followed."""

    protocol: str
    source: str
    works: str
    screening: str


class WorkBranch(Branch):
    """One work to read."""

    protocol: str
    works: str
    work: str


class DocumentBranch(WorkBranch):
    """One document to extract claims from."""

    reading: str


class VoteBranch(Branch):
    """One batch of claims to try under one mandate."""

    pool: str
    reviewer: Reviewer
    round: int
    works: str


class ReviewBranch(Branch):
    """One draft to score under all mandates that one backend holds."""

    draft: str
    number: int
    report: str
    reviewers: list[Mandate]
