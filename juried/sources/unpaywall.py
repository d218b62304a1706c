"""Unpaywall: the open versions of a work that has a DOI. It takes no queries; works that others found are looked up."""

from __future__ import annotations

from urllib.parse import quote

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, LedgerRow
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.http import HttpClient
from juried.sources.identifiers import normalise_doi
from juried.sources.open_files import names_pdf, web_host
from juried.sources.paging import Page, accepted, health
from juried.sources.payload import part, parts, text

NAME = "unpaywall"
BASE = "https://api.unpaywall.org/v2"
PACE_S = 0.1
_VERSIONS = ("publishedVersion", "acceptedVersion", "submittedVersion")
# Any DOI does for asking whether the service answers; this is that of the article that describes it.
_OWN_DOI = "10.7717/peerj.4375"


def parse_open_files(record: object) -> tuple[FileRef, ...]:
    """Return the open versions that a record lists, best first, each address once; none when the work is closed.

    PDFs come before pages, of which some hold only the abstract; within each, the published version comes before
    the accepted and the submitted one, and the one that Unpaywall prefers before the others.
    """
    best = parts(record, "best_oa_location")
    places = [place for place in [*best, *parts(record, "oa_locations")] if isinstance(place, dict)]
    places.sort(key=lambda place: (_version_rank(place), part(place, "is_best") is not True))
    files = [
        *(FileRef(path=text(place, "url_for_pdf"), media_type="application/pdf") for place in places),
        *(_other_file(place) for place in places),
    ]
    first: dict[str, FileRef] = {}
    for file in files:
        if web_host(file.path):
            first.setdefault(file.path, file)
    return tuple(first.values())


def _version_rank(place: object) -> int:
    version = text(place, "version")
    return _VERSIONS.index(version) if version in _VERSIONS else len(_VERSIONS)


def _other_file(place: object) -> FileRef:
    """Return the place's own address: a PDF where it says so, else a page."""
    url = text(place, "url") or text(place, "url_for_landing_page")
    return FileRef(path=url, media_type="application/pdf" if names_pdf(url) else "text/html")


class Unpaywall:
    """Finds open versions by DOI.

    Args:
        client: Makes the requests.
        key: The service takes none.
        contact: An e-mail address, without which the service does not answer.
    """

    name = NAME
    query_language = ""

    def __init__(self, client: HttpClient, key: str = "", contact: str = "") -> None:
        self._client = client
        self._contact = contact

    async def open_files(self, doi: str) -> tuple[FileRef, ...]:
        """Return the open versions of a work, best first; () when it is closed, or the DOI is none that is known.

        Raises:
            SourceError: No contact address is given, or the service cannot be asked.
        """
        clean = normalise_doi(doi)
        if clean is None:
            return ()
        if not self._contact:
            raise SourceError(
                "the service wants to know whom it serves.",
                concerns=NAME,
                advice="Give your e-mail address as the contact address.",
                status="failed",
            )
        answer = await self._client.get(
            f"{BASE}/{quote(clean, safe='/:()')}", {"email": self._contact}, host_pace_s=PACE_S
        )
        if answer.status == 404:
            return ()
        if answer.status == 422:
            raise SourceError(
                "the service does not accept the contact address or the DOI (status 422).",
                concerns=f"{NAME}, {clean}",
                advice="Give an e-mail address of your own as the contact address.",
                status="failed",
            )
        record = accepted(answer, NAME).json()
        if normalise_doi(text(record, "doi")) != clean:
            raise SourceError(
                "the answer is about another work.",
                concerns=f"{NAME}, {clean}",
                advice="Try again later.",
                status="malformed",
            )
        return parse_open_files(record)

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Return no hits and a row that says so: the service cannot be searched."""
        row = LedgerRow(
            source=NAME, query=query.text, total=0, taken=0, status="not_offered", detail="It takes no queries."
        )
        return SearchResult(row=row, hits=())

    async def fetch(self, file: FileRef) -> bytes:
        """Return an open file; raises DocumentError."""
        return await self._client.download(file.path)

    async def check(self) -> SourceHealth:
        """Look up one open article and say on what terms the service is used."""

        async def turn(cursor: str) -> Page:
            await self.open_files(_OWN_DOI)
            return Page(0, ())

        return await health(NAME, turn, "Open versions by DOI; 100,000 requests a day.")

    async def aclose(self) -> None:
        """Give back the client's connections; calling it twice does no harm."""
        await self._client.aclose()
