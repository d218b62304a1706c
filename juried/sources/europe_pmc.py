"""Europe PMC: biomedical articles and preprints, their open full texts in JATS, and notices about them.

The service (https://europepmc.org/RestfulWebService) needs no key and asks for no contact address.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit, Identifiers, StatusNote
from juried.sources.base import Link, SearchLimits, SearchResult, SourceHealth, names_of
from juried.sources.boolean import rewrite, year_range
from juried.sources.exchanges import malformed_answer
from juried.sources.http import HttpClient
from juried.sources.identifiers import best_url, make_identifiers
from juried.sources.languages import marc_codes
from juried.sources.lexical import QUERY_LANGUAGE
from juried.sources.medline import language_of, natural_name, notice, status_notes
from juried.sources.paging import Page, accepted, health, take_pages
from juried.sources.payload import number, parts, text, title_of, without_markup, year_of
from juried.sources.shortening import fitted

REST = "https://www.ebi.ac.uk/europepmc/webservices/rest"
PAGE_SIZE = 100
PACE_S = 0.15
MOST_LENGTH = 3500
_OPEN = ("OA", "F")


def translate(query: str, limits: SearchLimits) -> str:
    """Return a query in Europe PMC's syntax: each term in title or abstract, with the limits; "" without a word."""
    return _limited(rewrite(query, lambda term: f'TITLE_ABS:"{term}"'), limits)


def _limited(terms: str, limits: SearchLimits) -> str:
    """Return a query with the limits of years and languages; "" stays ""."""
    years = year_range(limits.year_from, limits.year_to)
    languages = " OR ".join(f"LANG:{code}" for code in marc_codes(limits.languages))
    added = [f"PUB_YEAR:[{years[0]} TO {years[1]}]"] if years else []
    added += [f"({languages})"] if languages else []
    return " AND ".join([f"({terms})", *added]) if terms and added else terms


def parse_page(payload: object) -> Page | None:
    """Return a page of an answer with `resultType=core`; None when it is no such answer."""
    if number(payload, "hitCount") is None:
        return None
    results = parts(payload, "resultList", "result")
    hits = tuple(hit for result in results if (hit := parse_result(result)) is not None)
    return Page(number(payload, "hitCount") or 0, hits, text(payload, "nextCursorMark") or None)


def parse_result(result: object) -> Hit | None:
    """Return one result as a hit with rank 0, or None when it has no id or no title."""
    source, name, title = text(result, "source"), text(result, "id"), title_of(text(result, "title"))
    if not (source and name and title):
        return None
    preprint = source == "PPR"
    hit = Hit(
        source=EuropePmc.name,
        source_id=f"{source}/{name}",
        rank=0,
        title=title,
        authors=_authors(result),
        year=year_of(text(result, "pubYear") or text(result, "firstPublicationDate")),
        venue=_venue(result),
        abstract=without_markup(text(result, "abstractText")),
        language=language_of(text(result, "language")),
        identifiers=make_identifiers(
            doi=text(result, "doi"),
            pmid=text(result, "pmid") or (name if source == "MED" else ""),
            pmcid=text(result, "pmcid") or (name if source == "PMC" else None),
        ),
        url=f"https://europepmc.org/article/{source}/{name}",
        version="preprint" if preprint else "published",
        status=status_notes(
            _notices(result), map(text, parts(result, "pubTypeList", "pubType")), title, f"Europe PMC, {source}/{name}"
        ),
        files=_files(result),
    )
    return hit.model_copy(update={"url": best_url(hit)})


def _authors(result: object) -> tuple[str, ...]:
    names = []
    for author in parts(result, "authorList", "author"):
        given, family = text(author, "firstName"), text(author, "lastName")
        whole = f"{given} {family}" if given and family else natural_name(text(author, "fullName"))
        names.append(whole or text(author, "collectiveName"))
    if not any(names):
        names = [natural_name(name) for name in text(result, "authorString").rstrip(".").split(", ")]
    return tuple(name for name in names if name)


def _venue(result: object) -> str:
    return (
        text(result, "journalInfo", "journal", "title")
        or text(result, "bookOrReportDetails", "publisher")
        or text(result, "journalTitle")
    )


def _notices(result: object) -> list[StatusNote | None]:
    return [
        notice(text(item, "type"), text(item, "reference"), _place(item))
        for item in parts(result, "commentCorrectionList", "commentCorrection")
    ]


def _place(item: object) -> str:
    name = f"{text(item, 'source')}/{text(item, 'id')}".strip("/")
    return f"Europe PMC, {name}" if name else "Europe PMC"


def _files(result: object) -> tuple[FileRef, ...]:
    """Return the full text in JATS, when the work is open, and the open PDFs."""
    names = [text(item) for item in parts(result, "fullTextIdList", "fullTextId")] or [text(result, "pmcid")]
    is_open = text(result, "isOpenAccess") == "Y"
    files = [
        FileRef(path=f"{REST}/{name}/fullTextXML", media_type="application/xml") for name in names if name and is_open
    ]
    for link in parts(result, "fullTextUrlList", "fullTextUrl"):
        address = text(link, "url")
        if text(link, "documentStyle") == "pdf" and text(link, "availabilityCode") in _OPEN and address:
            files.append(FileRef(path=address, media_type="application/pdf"))
    return tuple(dict.fromkeys(files))


def _refusal(payload: object) -> SourceError | None:
    """Return the error for an answer that is an error message, which comes with status 200."""
    said = text(payload, "errMsg")
    if not said:
        return None
    return SourceError(f"the database says: {said}.", concerns=EuropePmc.name, advice="Shorten or reword the query.")


class EuropePmc:
    """Source over Europe PMC.

    Args:
        client: Makes the requests.
        key: Not used; the service has no keys.
        contact: Not used; the client names itself.
    """

    name = "europe_pmc"
    query_language = (
        f"{QUERY_LANGUAGE} Words and phrases are looked for in titles and abstracts of biomedical articles."
    )

    def __init__(self, client: HttpClient, key: str = "", contact: str = "") -> None:
        self._client = client

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Return the works that match, most relevant first; see `query_language`."""
        sent, note = fitted(query.text, lambda text: translate(text, limits), MOST_LENGTH)
        size = max(1, min(PAGE_SIZE, limits.hits))
        return await take_pages(self.name, query, limits, partial(self._page, sent, size), sent=sent, note=note)

    def asks_for_languages(self, languages: Sequence[str]) -> bool:
        """Whether the service can be asked for these languages alone."""
        return bool(marc_codes(languages))

    async def linked(self, work: Identifiers, link: Link, limits: SearchLimits) -> SearchResult | None:
        """Return the works that a work cites, or that cite it; None without a PubMed id, PMC id or DOI."""
        known = f"{work.pmid}_MED" if work.pmid else f"{work.pmcid}_PMC" if work.pmcid else ""
        if not known and not work.doi:
            return None
        field = "REFFED_BY" if link == "references" else "CITES"
        query = SourceQuery(source=self.name, text=f"{link} of {names_of(work)}")

        async def turn(cursor: str) -> Page:
            name = known or await self._name_of(work.doi or "")
            return await self._page(_limited(f"{field}:{name}", limits), max(1, min(PAGE_SIZE, limits.hits)), cursor)

        sent = _limited(f"{field}:{known or f'doi:{work.doi}'}", limits)
        return await take_pages(self.name, query, limits, turn, sent=sent)

    async def _name_of(self, doi: str) -> str:
        """Return the name by which links know the article of a DOI; raises SourceError."""
        page = await self._page(f'DOI:"{doi}"', 1, "")
        hit = next((hit for hit in page.hits if hit.identifiers.doi == doi), None)
        if hit is None:
            raise SourceError(
                "Europe PMC knows no such work.", concerns=self.name, advice="Check the identifier.", status="empty"
            )
        source, _, name = hit.source_id.partition("/")
        return f"{name}_{source}"

    async def _page(self, sent: str, size: int, cursor: str) -> Page:
        params = {
            "query": sent,
            "format": "json",
            "resultType": "core",
            "pageSize": str(size),
            "cursorMark": cursor or "*",
        }
        answer = accepted(await self._client.get(f"{REST}/search", params, host_pace_s=PACE_S), self.name)
        payload = answer.json()
        page = parse_page(payload)
        if page is None:
            raise _refusal(payload) or malformed_answer(answer, "a page of Europe PMC")
        # The last page names its own cursor as the next one.
        return page if page.next != cursor else Page(page.total, page.hits)

    async def fetch(self, file: FileRef) -> bytes:
        """Return a file's bytes; raises DocumentError with the reason."""
        return await self._client.download(file.path, host_pace_s=PACE_S)

    async def check(self) -> SourceHealth:
        """Ask for one article and say how many there are."""
        turn = partial(self._page, "SRC:MED OR SRC:PMC OR SRC:PPR", 1)
        return await health(self.name, turn, "answers; no key is needed, at most ten requests a second")

    async def aclose(self) -> None:
        """Close the client's connections; calling it twice does no harm."""
        await self._client.aclose()
