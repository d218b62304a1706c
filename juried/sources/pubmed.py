"""PubMed through NCBI's E-utilities: a search for ids, then the records of these ids.

The service (https://www.ncbi.nlm.nih.gov/books/NBK25497/) allows three requests a second, ten with a
key, and asks for the name of the tool and a contact address. PubMed holds no full texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.boolean import rewrite, year_range
from juried.sources.exchanges import HttpAnswer, malformed_answer
from juried.sources.http import HttpClient
from juried.sources.languages import marc_codes
from juried.sources.lexical import QUERY_LANGUAGE
from juried.sources.paging import Page, accepted, health, take_pages
from juried.sources.pubmed_records import SOURCE, Found, parse_articles, parse_search
from juried.sources.shortening import fitted

EUTILS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
PAGE_SIZE = 100
MOST_IDS = 9999
MOST_LENGTH = 3500
PACE_S, PACE_WITH_KEY_S = 0.35, 0.11


def translate(query: str) -> str:
    """Return a query in PubMed's syntax, each term in title, abstract or keywords; "" without a word."""
    return rewrite(query, _term)


def _term(term: str) -> str:
    return f"{term}[tiab]" if re.fullmatch(r"\w+", term) else f'"{term}"[tiab]'


class PubMed:
    """Source over PubMed.

    Args:
        client: Makes the requests.
        key: An API key of NCBI; may be empty.
        contact: An e-mail address for NCBI; may be empty.
    """

    name = SOURCE
    query_language = (
        f"{QUERY_LANGUAGE} Words and phrases are looked for in titles and abstracts of biomedical articles."
    )

    def __init__(self, client: HttpClient, key: str = "", contact: str = "") -> None:
        self._client = client
        given = {"api_key": key, "email": contact}
        self._common = {"db": "pubmed", "tool": "juried", **{name: value for name, value in given.items() if value}}
        self._pace_s = PACE_WITH_KEY_S if key else PACE_S

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Return the works that match, most relevant first; see `query_language`."""
        sent, note = fitted(query.text, translate, MOST_LENGTH)
        years = year_range(limits.year_from, limits.year_to)
        dates = {"datetype": "pdat", "mindate": str(years[0]), "maxdate": str(years[1])} if years else {}
        languages = " OR ".join(f"{code}[la]" for code in marc_codes(limits.languages))
        sent = f"({sent}) AND ({languages})" if sent and languages else sent
        asked = {"term": sent, "retmode": "xml", "sort": "relevance", **dates}
        asked["retmax"] = str(max(1, min(PAGE_SIZE, limits.hits)))
        note = " ".join(part for part in (note, f"Published {years[0]} to {years[1]}." if years else "") if part)
        return await take_pages(self.name, query, limits, partial(self._page, asked), sent=sent, note=note)

    def asks_for_languages(self, languages: Sequence[str]) -> bool:
        """Whether the service can be asked for these languages alone."""
        return bool(marc_codes(languages))

    async def _page(self, asked: dict[str, str], cursor: str) -> Page:
        start = int(cursor or 0)
        found = await self._find(asked | {"retstart": str(start)})
        hits = await self._records(found.ids) if found.ids else ()
        after = start + len(found.ids)
        more = found.ids and after < min(found.total, MOST_IDS)
        return Page(found.total, hits, str(after) if more else None, " ".join(found.remarks))

    async def _find(self, asked: dict[str, str]) -> Found:
        answer = await self._ask("esearch", asked)
        found = parse_search(answer.content)
        if found is None:
            raise malformed_answer(answer, "a search result of PubMed")
        if found.error:
            raise SourceError(f"the database says: {found.error}.", concerns=self.name, advice="Reword the query.")
        return found

    async def _records(self, ids: tuple[str, ...]) -> tuple[Hit, ...]:
        """Return the records of ids in their order; an id without a record is left out."""
        answer = await self._ask("efetch", {"id": ",".join(ids), "retmode": "xml"})
        hits = parse_articles(answer.content)
        if hits is None:
            raise malformed_answer(answer, "records of PubMed")
        known = {hit.source_id: hit for hit in hits}
        return tuple(known[name] for name in ids if name in known)

    async def _ask(self, utility: str, params: dict[str, str]) -> HttpAnswer:
        answer = await self._client.get(f"{EUTILS}/{utility}.fcgi", self._common | params, host_pace_s=self._pace_s)
        return accepted(answer, self.name)

    async def fetch(self, file: FileRef) -> bytes:
        """Return a file's bytes; raises DocumentError with the reason."""
        return await self._client.download(file.path, host_pace_s=self._pace_s)

    async def check(self) -> SourceHealth:
        """Ask for one id and say how many articles there are."""
        terms = (
            "answers; with a key ten requests a second are allowed"
            if "api_key" in self._common
            else "answers; without a key three requests a second are allowed"
        )
        return await health(self.name, self._count, terms)

    async def _count(self, cursor: str) -> Page:
        found = await self._find({"term": "all[sb]", "retmode": "xml", "retmax": "1", "retstart": cursor or "0"})
        return Page(found.total, ())

    async def aclose(self) -> None:
        """Close the client's connections; calling it twice does no harm."""
        await self._client.aclose()
