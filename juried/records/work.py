"""Works: what a source reports (hit), what hits become (work), and how a work was judged."""

from __future__ import annotations

from typing import Literal

from juried.records.base import Record

StatusKind = Literal["retracted", "withdrawn", "expression_of_concern", "corrected", "revised"]
VersionKind = Literal["preprint", "published", "unknown"]
SourceStatus = Literal[
    "answered", "empty", "rate_limited", "over_quota", "timed_out", "malformed", "failed", "not_offered"
]
Purpose = Literal["search", "references", "citations", "notices", "open_versions"]
ExclusionReason = Literal[
    "beside_the_question",
    "outside_years",
    "other_language",
    "no_text",
    "below_the_cut",
    "ranked_below",
    "excluded_by_user",
    "not_judged",
]

EXCLUSION_SENTENCES: dict[ExclusionReason, str] = {
    "beside_the_question": "The work does not bear on the question.",
    "outside_years": "The work was published outside the years asked for.",
    "other_language": "The work is in another language than those asked for.",
    "no_text": "Neither an abstract nor a readable document is at hand.",
    "ranked_below": "The work ranked below those that were judged, so nobody judged it.",
    "below_the_cut": "The work bears on the question, but more relevant works filled the limit.",
    "excluded_by_user": "The user excluded the work at screening.",
    "not_judged": "The relevance of the work could not be judged.",
}


class Identifiers(Record):
    """Identifiers of one work, each normalised (lower-case DOI without its resolver, bare arXiv id)."""

    doi: str | None = None
    arxiv: str | None = None
    acl: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    openalex: str | None = None
    semantic_scholar: str | None = None


class StatusNote(Record):
    """One notice about a work: what it says, when (ISO date or empty) and where that is written."""

    kind: StatusKind
    date: str = ""
    evidence: str


class FileRef(Record):
    """A file of a version that can be read: where it is and what it claims to be."""

    path: str
    media_type: str = ""


class Description(Record):
    """How one source describes one version of a work; what it does not say is empty."""

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    abstract: str = ""
    language: str = ""
    identifiers: Identifiers = Identifiers()
    url: str = ""
    version: VersionKind = "unknown"
    status: tuple[StatusNote, ...] = ()


class Hit(Description):
    """One result as one source reports it; `rank` counts from 1 within the query."""

    source: str
    source_id: str
    rank: int
    files: tuple[FileRef, ...] = ()


class FieldOrigin(Record):
    """Which source a field of a work was taken from."""

    field: str
    source: str


class Work(Record):
    """One scholarly work with all its versions; `hits` names them as `source:source_id`, sorted."""

    id: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    abstract: str = ""
    language: str = ""
    identifiers: Identifiers = Identifiers()
    url: str = ""
    versions: tuple[VersionKind, ...] = ()
    status: tuple[StatusNote, ...] = ()
    files: tuple[FileRef, ...] = ()
    hits: tuple[str, ...] = ()
    origins: tuple[FieldOrigin, ...] = ()

    @property
    def retracted(self) -> bool:
        """Whether a notice says that the work is retracted or withdrawn."""
        return any(note.kind in ("retracted", "withdrawn") for note in self.status)


class LedgerRow(Record):
    """One query to one source: as sent, how many it has, how many were taken, and how it ended.

    `taken` counts hits of searches and of followed references and citations; for a look-up of notices or open
    versions `total` counts the works that were asked about and `taken` those of which something was found.
    """

    source: str
    query: str
    total: int
    taken: int
    status: SourceStatus
    detail: str = ""
    purpose: Purpose = "search"

    @property
    def brings_hits(self) -> bool:
        """Whether `taken` counts hits, which PRISMA counts as records identified."""
        return self.purpose in ("search", "references", "citations")


class ScreeningDecision(Record):
    """Whether a work was included; relevance is 0 to 100, or None when it was not judged."""

    work_id: str
    included: bool
    relevance: int | None
    reason: ExclusionReason | None = None
    detail: str = ""


class ExclusionCount(Record):
    """How many works were excluded for one reason."""

    reason: ExclusionReason
    count: int


class CitationFlow(Record):
    """The part of the PRISMA numbers that citation searching brought; identified = duplicates + excluded + included.

    A work counts here when following citations alone brought it; `duplicates` are records of works that were
    known, or came twice.
    """

    identified: int
    duplicates: int
    excluded: tuple[ExclusionCount, ...]
    included: int


class Prisma(Record):
    """PRISMA 2020 numbers; identified = duplicates + the sum of excluded + included.

    The numbers are of all records, by whatever method; `citation_searching` is the part of PRISMA's second column
    ("identified via other methods"), None when no citations were followed. What remains is the databases' column.
    """

    identified: int
    duplicates: int
    screened: int
    excluded: tuple[ExclusionCount, ...]
    included: int
    full_text: int
    abstract_only: int
    citation_searching: CitationFlow | None = None
