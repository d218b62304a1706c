"""arXiv: e-prints of physics, mathematics, computing and neighbouring fields, with LaTeX source, HTML and PDF.

The API (https://info.arxiv.org/help/api) needs no key and allows one request in three seconds. While it
answers 429, DataCite's records of the same e-prints are searched instead, and the ledger row says so.
"""

from __future__ import annotations

from functools import partial

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, LedgerRow
from juried.sources import datacite
from juried.sources.arxiv_records import NAME, SITE, feed_error, parse_feed
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.boolean import rewrite, year_range
from juried.sources.exchanges import HttpAnswer, malformed_answer
from juried.sources.http import HttpClient
from juried.sources.lexical import QUERY_LANGUAGE
from juried.sources.paging import Page, accepted, health, take_pages
from juried.sources.shortening import bare_or_quoted, fitted

PAGE_SIZE = 100
PACE_S = 3.0
PATIENCE_S = 45.0
LONGEST_QUERY = 3000
_LAST_RECORD = 30_000
_INSTEAD = "arXiv asked for fewer requests throughout, so DataCite's records of arXiv e-prints were searched instead."


def translate(query: str, limits: SearchLimits) -> str:
    """Return a query in arXiv's syntax: each term in any field, with the years; "" without a word."""
    return _translated(query, limits)[0]


def _translated(query: str, limits: SearchLimits) -> tuple[str, str]:
    sent, note = fitted(query, partial(rewrite, term=_term), LONGEST_QUERY)
    years = year_range(limits.year_from, limits.year_to)
    dated = f"({sent}) AND submittedDate:[{years[0]}01010000 TO {years[1]}12312359]" if sent and years else sent
    return dated, note


def _term(term: str) -> str:
    return f"all:{bare_or_quoted(term)}"


class Arxiv:
    """Source over arXiv.

    Args:
        client: Makes the requests.
        key: Not used; the service has no keys.
        contact: Not used; the client names itself.
    """

    name = NAME
    query_language = f"{QUERY_LANGUAGE} Words and phrases are looked for in all fields of preprints."

    def __init__(self, client: HttpClient, key: str = "", contact: str = "") -> None:
        self._client = client
        self._limited = False

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Return the e-prints that match, most relevant first; see `query_language`.

        Once arXiv has answered 429 for as long as patience lasts, this and later queries go to DataCite.
        """
        size = max(1, min(PAGE_SIZE, limits.hits))
        if not self._limited:
            sent, note = _translated(query.text, limits)
            result = await take_pages(self.name, query, limits, partial(self.page, sent, size), sent=sent, note=note)
            if result.row.status != "rate_limited" or result.hits:
                return result
            self._limited = True
        sent = datacite.translate(query.text, limits)
        turn = partial(datacite.get_page, self._client, sent, size)
        return _of_both(await take_pages(self.name, query, limits, turn, sent=sent, note=_INSTEAD))

    async def page(self, sent: str, size: int, cursor: str) -> Page:
        """Return `size` e-prints from the one whose number is the cursor, "" being the first; `sent` is arXiv's syntax.

        Raises:
            SourceError: arXiv cannot be reached, reports an error, or sends something else than a page.
        """
        start = int(cursor or "0")
        page = await self._slice(sent, start, size)
        if not page.hits and start < page.total:
            # arXiv now and then sends an empty slice; one of another size is another request.
            page = await self._slice(sent, start, size + 1)
        if not page.hits and start < page.total:
            raise SourceError(
                f"arXiv names {page.total} e-prints but sends none from number {start + 1} on.",
                advice="Run the same command again later.",
                retryable=True,
                status="malformed",
            )
        end = start + len(page.hits)
        return Page(page.total, page.hits, str(end) if end < min(page.total, _LAST_RECORD) else None)

    async def _slice(self, sent: str, start: int, size: int) -> Page:
        params = {
            "search_query": sent,
            "start": str(start),
            "max_results": str(size),
            "sortBy": "relevance",
            "sortOrder": "descending",
        }
        answer = await self._client.get(f"{SITE}/api/query", params, host_pace_s=PACE_S, patience_s=PATIENCE_S)
        return _read(answer)

    async def fetch(self, file: FileRef) -> bytes:
        """Return a file's bytes; raises DocumentError with the reason."""
        return await self._client.download(file.path, host_pace_s=PACE_S)

    async def check(self) -> SourceHealth:
        """Ask for one e-print and say whether arXiv answers."""
        turn = partial(self.page, "all:electron", 1)
        said = await health(self.name, turn, "answers; no key is needed, one request in three seconds")
        return said.model_copy(update={"works": None})

    async def aclose(self) -> None:
        """Close the client's connections; calling it twice does no harm."""
        await self._client.aclose()


def _read(answer: HttpAnswer) -> Page:
    """Return the page of an answer; raises SourceError with arXiv's own words where it reports an error."""
    said = feed_error(answer.content)
    if said:
        raise SourceError(f"arXiv says: {said}.", concerns=NAME, advice="Reword the query.")
    page = parse_feed(accepted(answer, NAME).content)
    if page is None:
        raise malformed_answer(answer, "an Atom feed")
    return page


def _of_both(result: SearchResult) -> SearchResult:
    """Return DataCite's result; where that failed too, the row says so of both."""
    row: LedgerRow = result.row
    if row.status in ("answered", "empty"):
        return result
    return result.model_copy(update={"row": row.model_copy(update={"detail": f"DataCite: {row.detail}"})})
