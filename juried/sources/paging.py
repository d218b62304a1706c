"""Taking the pages of a database's answer: to the number asked for, within the years, with the row for the ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import get_args

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import Hit, LedgerRow, SourceStatus
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.exchanges import HttpAnswer

NO_WORD = "The query holds no word to search for."
_TURNED_AWAY = "Shorten or reword the query, or leave this source out of --sources."
_DENIED = "Check the key of this source, or run without one."


@dataclass(frozen=True)
class Page:
    """One page: how many hits the query has in all, those of this page, the next one's cursor (None at the end).

    A remark is what the database says of the query, for the ledger.
    """

    total: int
    hits: tuple[Hit, ...]
    next: str | None = None
    remark: str = ""


Turn = Callable[[str], Awaitable[Page]]


@dataclass
class _Taken:
    """What has been taken so far."""

    limits: SearchLimits
    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    outside: int = 0
    remarks: list[str] = field(default_factory=list)

    def add(self, page: Page) -> bool:
        """Take a page's hits, each once and only within the years; return whether another page is wanted."""
        self.total = max(self.total, page.total, len(self.names))
        new = [hit for hit in page.hits if hit.source_id not in self.names]
        self.names.update(hit.source_id for hit in new)
        fitting = [hit for hit in new if within_years(hit.year, self.limits)]
        self.remarks += [page.remark] if page.remark and page.remark not in self.remarks else []
        self.outside += len(new) - len(fitting)
        self.hits += fitting
        return bool(new) and page.next is not None and len(self.hits) < self.limits.hits


def within_years(year: int | None, limits: SearchLimits) -> bool:
    """Whether a year fits the limits; an unknown year fits only when there are none."""
    if limits.year_from is None and limits.year_to is None:
        return True
    return year is not None and (limits.year_from or 0) <= year <= (limits.year_to or 9999)


async def take_pages(
    source: str, query: SourceQuery, limits: SearchLimits, turn: Turn, *, sent: str, note: str = ""
) -> SearchResult:
    """Take pages until the limit is reached, the answer ends, or a page brings nothing new.

    What was taken before a failure is kept, and the row says that there is more.

    Args:
        source: The name of the source.
        query: The query in the common language.
        limits: How many hits to take, and between which years.
        turn: Gets the page of a cursor; the first one's is "".
        sent: The query in the database's language; nothing is asked when it is "".
        note: What a reader of the ledger should know about the translation of the query.

    Returns:
        The hits with ranks from 1, and the row; a failing database gives a row with its status.
    """
    taken = _Taken(limits)
    status: SourceStatus = "answered"
    said = [note, f"Sent as: {sent}"] if sent else [NO_WORD]
    try:
        cursor: str | None = "" if sent else None
        while cursor is not None:
            page = await turn(cursor)
            cursor = page.next if taken.add(page) else None
    except SourceError as error:
        status = status_of(error)
        said = [str(error), *said]
    hits = tuple(hit.model_copy(update={"rank": at}) for at, hit in enumerate(taken.hits[: max(0, limits.hits)], 1))
    said += taken.remarks
    if taken.outside:
        said.append(f"{taken.outside} outside the years were left out.")
    if status == "answered" and not (taken.hits or taken.total):
        status = "empty"
    total = max(taken.total, len(hits))
    detail = " ".join(part for part in said if part)
    row = LedgerRow(source=source, query=query.text, total=total, taken=len(hits), status=status, detail=detail)
    return SearchResult(row=row, hits=hits)


def status_of(error: SourceError) -> SourceStatus:
    """Return what a ledger row says of an error; "failed" where the error does not say."""
    known: tuple[SourceStatus, ...] = get_args(SourceStatus)
    return next((status for status in known if status == error.status), "failed")


async def health(source: str, turn: Turn, terms: str) -> SourceHealth:
    """Ask for one page and say whether the source can be used.

    Args:
        source: Its name.
        turn: Gets the first page of a small query.
        terms: One sentence on limits and keys.
    """
    try:
        page = await turn("")
    except SourceError as error:
        return SourceHealth(name=source, usable=False, works=None, detail=f"{error} Terms: {terms}")
    return SourceHealth(name=source, usable=True, works=page.total or None, detail=terms)


def accepted(answer: HttpAnswer, source: str) -> HttpAnswer:
    """Return an answer with status 200.

    Raises:
        SourceError: Any other status, with what to do about it.
    """
    if answer.status == 200:
        return answer
    denied = answer.status in (401, 403)
    raise SourceError(
        f"the database {'denies access' if denied else 'refuses the request'} (status {answer.status}).",
        concerns=source,
        advice=_DENIED if denied else _TURNED_AWAY,
        status="failed",
    )
