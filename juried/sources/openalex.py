"""OpenAlex: works of all fields, with abstracts, open versions and retraction marks.

The service (https://developers.openalex.org) counts what is asked against a credit of the day: a search
costs 10, a list by filter 1, a single record nothing. Without a key there are 1,000 a day, with a free one
10,000, renewed at midnight UTC. Each answer says what is left; nothing more is asked once that is too little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Identifiers
from juried.sources.arxiv_records import SITE
from juried.sources.base import Link, SearchLimits, SearchResult, SourceHealth, names_of
from juried.sources.boolean import rewrite
from juried.sources.exchanges import HttpAnswer, malformed_answer
from juried.sources.http import HttpClient
from juried.sources.lexical import QUERY_LANGUAGE
from juried.sources.openalex_works import NAME, parse_page, parse_work
from juried.sources.pacing import asked_wait
from juried.sources.paging import Page, take_pages
from juried.sources.payload import text
from juried.sources.shortening import bare_or_quoted, fitted

API = "https://api.openalex.org"
PAGE_SIZE = 100
PACE_S = 0.1
FILE_PACE_S = 1.0
ARXIV_PACE_S = 3.0
SEARCH_COST, FILTER_COST = 10, 1
LONGEST_PAUSE_S = 600.0
# Addresses may be 4 KB long, and escaping makes signs up to three times as long.
LONGEST_QUERY = 1200
_NO_WORK = "Its links may be known to another source."
_ANY_WORK = "W2741809807"
_FREE_KEY = "A free key from openalex.org/settings/api allows ten times as much."
_KEY = re.compile(r"api.?key", re.IGNORECASE)


@dataclass(frozen=True)
class Credit:
    """What an answer says of the day's credit; None where it is silent. `renews_s` is in seconds."""

    left: int | None = None
    limit: int | None = None
    needed: int | None = None
    renews_s: int | None = None

    def is_short_of(self, cost: int) -> bool:
        """Whether it is known to be too little for a request."""
        return self.left is not None and self.left < cost


def credit_of(answer: HttpAnswer) -> Credit:
    """Return what the headers of an answer say; credit that was bought in advance counts as left."""
    left, bought = _count(answer, "remaining"), _count(answer, "onetime-remaining")
    return Credit(
        left=None if left is None else left + (bought or 0),
        limit=_count(answer, "limit"),
        needed=_count(answer, "credits-required"),
        renews_s=_count(answer, "reset"),
    )


def _count(answer: HttpAnswer, name: str) -> int | None:
    found = re.fullmatch(r"(\d{1,12})(?:\.\d*)?", answer.headers.get(f"x-ratelimit-{name}", "").strip())
    return int(found[1]) if found else None


def translate(query: str) -> str:
    """Return a query in OpenAlex's syntax, looked for in title, abstract and full text; "" without a word."""
    return fitted(query, _rewritten, LONGEST_QUERY)[0]


def _rewritten(query: str) -> str:
    return rewrite(query, bare_or_quoted)


class OpenAlex:
    """Source over OpenAlex.

    Args:
        client: Makes the requests.
        key: The key of the service, which is free; without one there is a tenth of the credit.
        contact: Not used; the service ignores contact addresses since it gives out keys.
    """

    name = NAME
    query_language = f"{QUERY_LANGUAGE} Words are stemmed and looked for in titles, abstracts and full texts."

    def __init__(self, client: HttpClient, key: str = "", contact: str = "") -> None:
        self._client = client
        self._key = key
        self._credit = Credit()

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Return the works that match, most relevant first; see `query_language`.

        Once the credit is too little for a page nothing is asked: the row says over_quota and when it renews.
        """
        sent, note = fitted(query.text, _rewritten, LONGEST_QUERY)
        size = max(1, min(PAGE_SIZE, limits.hits))
        turn = partial(self._page, sent, _filters(limits), size)
        return await take_pages(self.name, query, limits, turn, sent=sent, note=note)

    def asks_for_languages(self, languages: Sequence[str]) -> bool:
        """Whether the service can be asked for these languages alone."""
        return all(len(code) == 2 for code in languages)

    async def linked(self, work: Identifiers, link: Link, limits: SearchLimits) -> SearchResult | None:
        """Return the works that a work cites, or that cite it, the most cited first; None without an id for it."""
        name = work.openalex or (f"doi:{work.doi}" if work.doi else "")
        if not name:
            return None
        query = SourceQuery(source=self.name, text=f"{link} of {names_of(work)}")

        async def turn(cursor: str) -> Page:
            found = work.openalex or await self._id_of(name)
            asked = f"{'cited_by' if link == 'references' else 'cites'}:{found}"
            filters = ",".join(part for part in (asked, _filters(limits)) if part)
            return await self._page("", filters, max(1, min(PAGE_SIZE, limits.hits)), cursor)

        direction = "cited_by" if link == "references" else "cites"
        return await take_pages(self.name, query, limits, turn, sent=f"{direction}:{name}")

    async def _id_of(self, name: str) -> str:
        """Return OpenAlex's id of a work by its DOI, which costs no credit; raises SourceError."""
        answer = await self._get(f"works/{quote(name, safe=':/()')}", {})
        hit = parse_work(answer.json())
        if hit is None:
            raise malformed_answer(answer, "a work of OpenAlex")
        return hit.source_id

    async def _page(self, sent: str, filters: str, size: int, cursor: str) -> Page:
        if self._credit.is_short_of(SEARCH_COST if sent else FILTER_COST):
            raise self._over_quota()
        order = "" if sent else "cited_by_count:desc"
        params = {"search": sent, "filter": filters, "sort": order, "per_page": str(size), "cursor": cursor or "*"}
        answer = await self._get("works", params)
        page = parse_page(answer.json())
        if page is None:
            raise malformed_answer(answer, "a page of OpenAlex")
        return page

    async def _get(self, path: str, params: dict[str, str]) -> HttpAnswer:
        """Return an answer with status 200, its credit noted; raises SourceError with what to do for any other."""
        given = {name: value for name, value in params.items() if value}
        given |= {"api_key": self._key} if self._key else {}
        answer = await self._client.get(f"{API}/{path}", given, host_pace_s=PACE_S, hand_back=is_used_up)
        self._credit = credit_of(answer)
        if is_used_up(answer):
            self._credit = replace(self._credit, left=0)
            raise self._over_quota()
        if answer.status == 404 and path != "works":
            raise SourceError("OpenAlex knows no such work.", concerns=NAME, advice=_NO_WORK, status="empty")
        if answer.status != 200:
            raise _refusal(answer)
        return answer

    def _over_quota(self) -> SourceError:
        advice = "Run the same command again then, or leave openalex out of --sources."
        return SourceError(
            f"the credit of the day is used up; {_renewal(self._credit)}.",
            concerns=self.name,
            advice=advice if self._key else f"{advice} {_FREE_KEY}",
            retryable=True,
            status="over_quota",
        )

    async def fetch(self, file: FileRef) -> bytes:
        """Return a file's bytes; raises DocumentError with the reason."""
        of_arxiv = file.path.startswith(SITE)
        return await self._client.download(file.path, host_pace_s=ARXIV_PACE_S if of_arxiv else FILE_PACE_S)

    async def check(self) -> SourceHealth:
        """Ask for a single record, which costs nothing, and say how much credit is left."""
        try:
            await self._get(f"works/{_ANY_WORK}", {"select": "id"})
        except SourceError as error:
            return SourceHealth(name=self.name, usable=False, works=None, detail=str(error))
        credit = self._credit
        said = "answers; " + ("with a key" if self._key else f"without a key. {_FREE_KEY[:-1]}")
        if credit.left is not None:
            of_all = f" of {credit.limit}" if credit.limit is not None else ""
            said += f"; credit left: {credit.left}{of_all}, a search costs {SEARCH_COST}; {_renewal(credit)}"
        return SourceHealth(name=self.name, usable=not credit.is_short_of(SEARCH_COST), works=None, detail=said)

    async def aclose(self) -> None:
        """Close the client's connections; calling it twice does no harm."""
        await self._client.aclose()


def is_used_up(answer: HttpAnswer) -> bool:
    """Whether an answer refuses for want of credit, rather than for too many requests in one second."""
    if answer.status != 429:
        return False
    credit = credit_of(answer)
    wait = asked_wait(answer.headers)
    return credit.is_short_of(max(1, credit.needed or SEARCH_COST)) or (wait is not None and wait > LONGEST_PAUSE_S)


def _renewal(credit: Credit) -> str:
    if credit.renews_s is None:
        return "it renews at midnight UTC"
    hours, minutes = divmod(max(1, -(-credit.renews_s // 60)), 60)
    return f"it renews at midnight UTC, in {f'{hours} h ' if hours else ''}{minutes} min"


def _filters(limits: SearchLimits) -> str:
    first = f"from_publication_date:{limits.year_from:04d}-01-01" if limits.year_from is not None else ""
    last = f"to_publication_date:{limits.year_to:04d}-12-31" if limits.year_to is not None else ""
    languages = f"language:{'|'.join(limits.languages)}" if limits.languages else ""
    return ",".join(part for part in (first, last, languages) if part)


def _refusal(answer: HttpAnswer) -> SourceError:
    """Return the error for an answer that is no success, with the service's own words."""
    try:
        payload = answer.json()
    except SourceError:
        payload = None
    said = (text(payload, "message") or text(payload, "error"))[:200].rstrip(".")
    words = f": {said}" if said else ""
    if answer.status == 401 or (answer.status == 403 and _KEY.search(said)):
        return SourceError(
            f"OpenAlex does not take the key (status {answer.status}{words}).",
            concerns=NAME,
            advice="Give the key shown at openalex.org/settings/api, or none.",
        )
    if answer.status == 403:
        return SourceError(
            f"OpenAlex asks for fewer requests (status 403{words}).",
            concerns=NAME,
            advice="Run the same command again later, or leave openalex out of --sources.",
            retryable=True,
            status="rate_limited",
        )
    return SourceError(
        f"OpenAlex refuses the request (status {answer.status}{words}).",
        concerns=NAME,
        advice="Shorten or reword the query, or leave openalex out of --sources.",
    )
