"""The protocol that every source of works meets."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from juried.records.base import Record
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit, LedgerRow


class SearchLimits(Record):
    """How many hits to take for one query, and between which years (inclusive, None when open)."""

    hits: int
    year_from: int | None = None
    year_to: int | None = None


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
        query_language: One sentence that tells a planner how to write a query for it.
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
