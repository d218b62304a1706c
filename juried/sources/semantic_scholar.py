"""Semantic Scholar: search by relevance, search by a boolean query, look-up of many works, citations and references."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit, Identifiers
from juried.sources.base import Link, SearchLimits, SearchResult, SourceHealth, names_of
from juried.sources.boolean import rewrite
from juried.sources.exchanges import HttpAnswer
from juried.sources.http import HttpClient
from juried.sources.lexical import QUERY_LANGUAGE, Entry, LexicalIndex
from juried.sources.paging import Page, accepted, health, take_pages
from juried.sources.semantic_scholar_papers import FIELDS, NAME, paper_id, parse_batch, parse_page
from juried.sources.shortening import fitted

BASE = "https://api.semanticscholar.org/graph/v1/paper"
PACE_S = 1.1
PAGE = 100
LONGEST_QUERY = 3000
LINKED_PAGE = 500
BATCH = 500
# The service refuses requests that reach beyond these offsets.
MOST_RELEVANT = 999
MOST_LINKED = 9999
_OPERATOR = re.compile(r'("[^"]*")|\b(AND|OR)\b')
_SIGNS = {"AND": "+", "OR": "|"}
_RANKED = "Matches are taken from the most cited on, 1,000 at a time, each thousand ranked by the words of the query."
_BY_RELEVANCE = "Ranked by the service, which gives the first 999 at most."
_NO_TOTAL = "The service tells no total; it gives the first 9,999 at most."


def boolean_query(text: str) -> str:
    """Return a query of the common language for the bulk search; "" when it holds no word."""
    written = rewrite(text, _boolean_term)
    return _OPERATOR.sub(lambda found: found[1] or _SIGNS[found[2]], written)


def _boolean_term(term: str) -> str:
    # A hyphen splits a word there, and outside quotes other signs are operators.
    words = term.replace("-", " ")
    return words if words.isalnum() and words not in _SIGNS else f'"{words}"'


def plain_query(text: str) -> str:
    """Return the words of a query that is nothing but words, for the search by relevance; else ""."""
    query = boolean_query(text)
    return "" if any(sign in query for sign in '"+') else " ".join(re.findall(r"[^\W_]+", query))


class SemanticScholar:
    """Source over the Academic Graph of Semantic Scholar.

    A query of words alone is searched by relevance; one with phrases or AND by the bulk search, which
    keeps to it exactly but does not rank.

    Args:
        client: Makes the requests.
        key: A key raises the limits; without one all users share them.
        contact: An e-mail address; the service asks for none.
    """

    name = NAME
    query_language = (
        f"{QUERY_LANGUAGE} Words alone, without quotes and AND, are searched by relevance, all of them together: "
        "then few and telling words are best."
    )

    def __init__(self, client: HttpClient, key: str = "", contact: str = "") -> None:
        self._client = client
        self._key = key

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Run one query; a failure is a ledger row with its status, not an exception."""
        plain = plain_query(query.text)
        sent, shortened = fitted(query.text, plain_query if plain else boolean_query, LONGEST_QUERY)
        years = f"{limits.year_from or ''}-{limits.year_to or ''}"
        common = {"fields": FIELDS} | ({"year": years} if years != "-" else {})

        async def by_relevance(cursor: str) -> Page:
            return await self._offset_page(
                "search", {"query": sent, **common}, cursor, min(PAGE, limits.hits), MOST_RELEVANT
            )

        async def by_query(cursor: str) -> Page:
            token = {"token": cursor} if cursor else {}
            asked = {"query": sent, "sort": "citationCount:desc", **common, **token}
            page = parse_page(accepted(await self._get("search/bulk", asked), NAME).json())
            return Page(page.total, _ranked(page.hits, query.text), page.next)

        turn, how = (by_relevance, _BY_RELEVANCE) if plain else (by_query, _RANKED)
        return await take_pages(NAME, query, limits, turn, sent=sent, note=f"{how} {shortened}".rstrip())

    async def citations(self, work_id: str, limit: int) -> SearchResult:
        """Return works that cite a work, newest first, with a ledger row; never raises for a failing database.

        Args:
            work_id: Any id that the service knows: its own, `DOI:...`, `ARXIV:...`; see `paper_id`.
            limit: How many to take.
        """
        return await self._linked(work_id, "citations", SearchLimits(hits=limit), f"citations of {work_id}")

    async def references(self, work_id: str, limit: int) -> SearchResult:
        """Return works that a work cites, as `citations` does; without those it could not identify."""
        return await self._linked(work_id, "references", SearchLimits(hits=limit), f"references of {work_id}")

    async def linked(self, work: Identifiers, link: Link, limits: SearchLimits) -> SearchResult | None:
        """Return the works that a work cites, or that cite it; None when none of its identifiers is known there."""
        name = paper_id(work)
        return await self._linked(name, link, limits, f"{link} of {names_of(work)}") if name else None

    async def _linked(self, work_id: str, link: Link, limits: SearchLimits, asked: str) -> SearchResult:
        path = f"{quote(work_id.strip(), safe='/:()')}/{link}" if work_id.strip() else ""

        async def turn(cursor: str) -> Page:
            return await self._offset_page(path, {"fields": FIELDS}, cursor, min(LINKED_PAGE, limits.hits), MOST_LINKED)

        query = SourceQuery(source=NAME, text=asked)
        return await take_pages(NAME, query, limits, turn, sent=path, note=_NO_TOTAL)

    async def works(self, work_ids: Sequence[str]) -> tuple[Hit | None, ...]:
        """Return the works of ids in their order, None for each that is not known; raises SourceError."""
        found: list[Hit | None] = []
        for start in range(0, len(work_ids), BATCH):
            found += await self._batch(list(work_ids[start : start + BATCH]))
        return tuple(found)

    async def _batch(self, work_ids: list[str]) -> tuple[Hit | None, ...]:
        answer = await self._client.post_json(
            f"{BASE}/batch",
            {"fields": FIELDS},
            {"ids": [*work_ids]},
            headers=self._headers(),
            host_pace_s=PACE_S,
        )
        if answer.status == 400 and "No valid paper ids" in answer.text:
            return (None,) * len(work_ids)
        works = parse_batch(accepted(answer, NAME).json())
        if len(works) != len(work_ids):
            raise SourceError(
                f"{len(work_ids)} works were asked for, {len(works)} came.",
                concerns=NAME,
                advice="Try again later.",
                status="malformed",
            )
        return works

    async def fetch(self, file: FileRef) -> bytes:
        """Return an open file; raises DocumentError."""
        return await self._client.download(file.path)

    async def check(self) -> SourceHealth:
        """Ask for one work and say on what terms the service is used."""
        terms = "With a key: one request per second." if self._key else "Without a key: all such users share one limit."

        async def turn(cursor: str) -> Page:
            answer = accepted(await self._get("search", {"query": "language", "limit": "1"}), NAME)
            return Page(0, parse_page(answer.json()).hits)

        return await health(NAME, turn, terms)

    async def aclose(self) -> None:
        """Give back the client's connections; calling it twice does no harm."""
        await self._client.aclose()

    async def _offset_page(self, path: str, params: Mapping[str, str], cursor: str, size: int, most: int) -> Page:
        """Return the page at an offset; the last one ends where the service gives no more."""
        offset = int(cursor or 0)
        window = {"offset": str(offset), "limit": str(max(1, min(size, most - offset)))}
        answer = await self._get(path, {**params, **window})
        page = parse_page(accepted(answer, NAME).json())
        more = page.next is not None and page.next.isdecimal() and offset < int(page.next) < most
        return page if more else Page(page.total, page.hits)

    async def _get(self, path: str, params: Mapping[str, str]) -> HttpAnswer:
        answer = await self._client.get(f"{BASE}/{path}", params, headers=self._headers(), host_pace_s=PACE_S)
        if answer.status == 404:
            raise SourceError(
                "the database knows no such work.", concerns=NAME, advice="Check the identifier.", status="empty"
            )
        return answer

    def _headers(self) -> dict[str, str]:
        return {"x-api-key": self._key} if self._key else {}


def _ranked(hits: Sequence[Hit], query: str) -> tuple[Hit, ...]:
    """Return the hits of a boolean search by BM25 over title and abstract; those that share no word come last."""
    index = LexicalIndex(Entry(hit.source_id, hit.title, hit.abstract, "", None) for hit in hits)
    try:
        _, matches = index.search(query, len(hits))
    finally:
        index.close()
    places = {match.id: at for at, match in enumerate(matches)}
    return tuple(sorted(hits, key=lambda hit: places.get(hit.source_id, len(places))))
