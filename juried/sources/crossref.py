"""Crossref: search by bibliographic words with cursors, single works by DOI, and the notices about works."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit, Identifiers, LedgerRow, StatusNote
from juried.sources.base import Link, SearchLimits, SearchResult, SourceHealth, names_of
from juried.sources.boolean import rewrite
from juried.sources.crossref_records import FIELDS, NAME, TYPES, parse_page, parse_references
from juried.sources.http import HttpClient
from juried.sources.identifiers import normalise_doi
from juried.sources.lexical import QUERY_LANGUAGE
from juried.sources.paging import Page, accepted, health, take_pages
from juried.sources.shortening import fitted

BASE = "https://api.crossref.org/works"
# One list at a time and a second apart in the public pool; three in a second for those who give an address.
PUBLIC_PACE_S, POLITE_PACE_S = 1.0, 0.34
PAGE = 100
LONGEST_QUERY = 1500
DOIS_PER_REQUEST = 40
_UNSAFE_IN_FILTER = re.compile(r"[,\s]")
_REFERENCES_NOTE = "Of the references, those with a DOI are known as works: {} of {}."
_NO_CITATIONS = "Crossref tells no citing works to the public."
_NOTE = "Crossref ranks by words and knows neither AND nor phrases."


def bibliographic_query(text: str) -> str:
    """Return the words of a query, each once in their order; "" when it holds none."""
    terms = re.findall(r'"([^"]*)"', rewrite(text, lambda term: f'"{term}"'))
    first: dict[str, str] = {}
    for word in " ".join(terms).split():
        first.setdefault(word.lower(), word)
    return " ".join(first.values())


class Crossref:
    """Source over the registered works of Crossref.

    Args:
        client: Makes the requests.
        key: A token of Metadata Plus; may be empty.
        contact: An e-mail address, for which Crossref answers sooner and more often.
    """

    name = NAME
    query_language = (
        f"{QUERY_LANGUAGE} Here all words are only ranked by, in titles, authors and journals, so few and telling "
        "words are best."
    )

    def __init__(self, client: HttpClient, key: str = "", contact: str = "") -> None:
        self._client = client
        self._key = key
        self._contact = contact

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Run one query; a failure is a ledger row with its status, not an exception."""
        sent, shortened = fitted(query.text, bibliographic_query, LONGEST_QUERY)
        rows = str(max(1, min(PAGE, limits.hits)))
        asked = {"query.bibliographic": sent, "filter": _filter(limits), "select": FIELDS, "rows": rows}

        async def turn(cursor: str) -> Page:
            return await self._page({**asked, "cursor": cursor or "*"})

        return await take_pages(NAME, query, limits, turn, sent=sent, note=f"{_NOTE} {shortened}".rstrip())

    async def work(self, doi: str) -> Hit | None:
        """Return the work of a DOI with its notices; None when Crossref does not know it. Raises SourceError."""
        clean = normalise_doi(doi)
        if clean is None:
            return None
        answer = await self._client.get(
            f"{BASE}/{quote(clean, safe='')}", self._polite(), headers=self._headers(), host_pace_s=self._pace
        )
        if answer.status == 404:
            return None
        return next(iter(parse_page(accepted(answer, NAME).json()).hits), None)

    async def notices(self, dois: Sequence[str]) -> Mapping[str, tuple[StatusNote, ...]]:
        """Return the notices about works, by normalised DOI; a DOI that Crossref does not know is absent.

        Raises:
            SourceError: Crossref cannot be asked.
        """
        found = await self._works(dois)
        return {hit.source_id: hit.status for hit in sorted(found, key=lambda hit: hit.source_id)}

    async def _works(self, dois: Sequence[str]) -> list[Hit]:
        """Return the works of DOIs that Crossref knows; raises SourceError."""
        clean = sorted({plain for doi in dois if (plain := normalise_doi(doi)) is not None})
        listed = [doi for doi in clean if not _UNSAFE_IN_FILTER.search(doi)]
        found: list[Hit] = []
        for start in range(0, len(listed), DOIS_PER_REQUEST):
            some = listed[start : start + DOIS_PER_REQUEST]
            named = ",".join(f"doi:{doi}" for doi in some)
            page = await self._page({"filter": named, "select": FIELDS, "rows": str(len(some))})
            found += page.hits
        for doi in clean:
            if doi not in listed and (hit := await self.work(doi)) is not None:
                found.append(hit)
        return found

    async def linked(self, work: Identifiers, link: Link, limits: SearchLimits) -> SearchResult | None:
        """Return the works that a work cites, by the DOIs in its list of references; citing works are not offered."""
        if work.doi is None:
            return None
        query = SourceQuery(source=NAME, text=f"{link} of {names_of(work)}")
        if link == "citations":
            row = LedgerRow(source=NAME, query=query.text, total=0, taken=0, status="not_offered", detail=_NO_CITATIONS)
            return SearchResult(row=row, hits=())
        address = quote(work.doi, safe="")

        async def turn(cursor: str) -> Page:
            listed, dois = await self._references(address)
            dois = dois[: limits.hits]
            hits = await self._works(dois)
            order = {doi: at for at, doi in enumerate(dois)}
            hits.sort(key=lambda hit: order.get(hit.source_id, len(order)))
            return Page(len(hits), tuple(hits), remark=_REFERENCES_NOTE.format(len(dois), listed))

        return await take_pages(NAME, query, limits, turn, sent=f"works/{address}")

    async def _references(self, address: str) -> tuple[int, tuple[str, ...]]:
        """Return how many references a work lists, and their DOIs in order; raises SourceError."""
        answer = await self._client.get(
            f"{BASE}/{address}", self._polite(), headers=self._headers(), host_pace_s=self._pace
        )
        if answer.status == 404:
            raise SourceError(
                "Crossref knows no such work.", concerns=NAME, advice="Check the identifier.", status="empty"
            )
        return parse_references(accepted(answer, NAME).json())

    async def fetch(self, file: FileRef) -> bytes:
        """Return an open file; raises DocumentError."""
        return await self._client.download(file.path)

    async def check(self) -> SourceHealth:
        """Ask how many works there are, and say on what terms the service is used."""
        terms = (
            "Three requests per second." if self._contact else "One request per second; three with a contact address."
        )

        async def turn(cursor: str) -> Page:
            return await self._page({"rows": "0"})

        return await health(NAME, turn, "With a token of Metadata Plus." if self._key else terms)

    async def aclose(self) -> None:
        """Give back the client's connections; calling it twice does no harm."""
        await self._client.aclose()

    async def _page(self, params: Mapping[str, str]) -> Page:
        answer = await self._client.get(
            BASE, {**params, **self._polite()}, headers=self._headers(), host_pace_s=self._pace
        )
        page_of = accepted(answer, NAME).json()
        if not isinstance(page_of, dict) or page_of.get("message-type") != "work-list":
            raise SourceError(
                "the answer is no list of works.",
                concerns=NAME,
                advice="Try again later, or leave this source out of --sources.",
                status="malformed",
            )
        return parse_page(page_of)

    @property
    def _pace(self) -> float:
        return POLITE_PACE_S if self._contact or self._key else PUBLIC_PACE_S

    def _polite(self) -> dict[str, str]:
        return {"mailto": self._contact} if self._contact else {}

    def _headers(self) -> dict[str, str]:
        return {"Crossref-Plus-API-Token": f"Bearer {self._key}"} if self._key else {}


def _filter(limits: SearchLimits) -> str:
    """Return the filters of a search: texts alone, and the years."""
    years = (("from-pub-date", limits.year_from), ("until-pub-date", limits.year_to))
    return ",".join([*(f"type:{kind}" for kind in TYPES), *(f"{name}:{year}" for name, year in years if year)])
