"""The protocol that every source of works meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from juried.records.base import Record
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit, Identifiers, LedgerRow, StatusNote

Link = Literal["references", "citations"]


class SearchLimits(Record):
    """How many hits to take for one query, between which years (inclusive, None when open), in which languages.

    Languages are two-letter codes; none is no limit. A source that knows them keeps to them where it can; the
    screening excludes what is said to be in another language, whoever brought it.
    """

    hits: int
    year_from: int | None = None
    year_to: int | None = None
    languages: tuple[str, ...] = ()


class SearchResult(Record):
    """Hits of one query, in rank order, with the ledger row that tells how the query went."""

    row: LedgerRow
    hits: tuple[Hit, ...]


class SourceHealth(Record):
    """Whether a source can be used now, how much it holds, and one sentence for people."""

    name: str
    usable: bool
    works: int | None
    detail: str


@runtime_checkable
class Source(Protocol):
    """A database of works.

    Attributes:
        name: What protocols, ledgers and `--sources` call it.
        query_language: One sentence that tells a planner how to write a query for it; "" for a service that
            takes no queries and only looks works up.
    """

    name: str
    query_language: str

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Run one query; a failure of the source is a ledger row with its status, not an exception."""
        ...

    async def fetch(self, file: FileRef) -> bytes:
        """Return a file's bytes; raises DocumentError (`file_missing`, `too_large`, `unsafe`)."""
        ...

    async def check(self) -> SourceHealth:
        """Say whether the source can be used, without counting against a quota."""
        ...

    async def aclose(self) -> None:
        """Give back clients; calling it twice does no harm."""
        ...


@runtime_checkable
class CitationIndex(Protocol):
    """What a source offers beside the protocol when it knows which works cite which."""

    async def linked(self, work: Identifiers, link: Link, limits: SearchLimits) -> SearchResult | None:
        """Return the works that a work cites (`references`) or that cite it (`citations`), with a ledger row.

        A failure is a row with its status. None when the source knows the work by none of its identifiers.
        """
        ...


@runtime_checkable
class NoticeBoard(Protocol):
    """What a source offers beside the protocol when it knows of retractions and corrections."""

    async def notices(self, dois: Sequence[str]) -> Mapping[str, tuple[StatusNote, ...]]:
        """Return the notices about works, by normalised DOI; an unknown DOI is absent. Raises SourceError."""
        ...


@runtime_checkable
class OpenVersions(Protocol):
    """What a source offers beside the protocol when it knows where works are open to read."""

    async def open_files(self, doi: str) -> tuple[FileRef, ...]:
        """Return the open versions of a work, best first; () when there is none. Raises SourceError."""
        ...


def takes_queries(source: Source) -> bool:
    """Whether a source can be searched; the others only look works up."""
    return bool(source.query_language)


def names_of(work: Identifiers) -> str:
    """Return the identifier by which a ledger names a work, as `doi:10.1000/x`; "" when it has none."""
    found = ((kind, value) for kind, value in work if value)
    return next((f"{kind}:{value}" for kind, value in found), "")
