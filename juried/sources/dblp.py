"""DBLP: the bibliography of computer science. It knows titles, authors, venues and years, but no abstracts.

The search (https://dblp.org/faq/How+to+use+the+dblp+search+API.html) needs no key, matches the beginnings of
words, knows no phrases and no limit of years, and asks hasty clients to wait with status 429.
"""

from __future__ import annotations

import re
from functools import partial

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit, StatusNote
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.clauses import Clauses, clauses_of
from juried.sources.exchanges import malformed_answer
from juried.sources.http import HttpClient
from juried.sources.identifiers import make_identifiers, normalise_acl, normalise_arxiv
from juried.sources.lexical import QUERY_LANGUAGE
from juried.sources.paging import Page, accepted, health, take_pages
from juried.sources.payload import number, part, parts, text, title_of, year_of
from juried.sources.shortening import fitted

SEARCH = "https://dblp.org/search/publ/api"
PAGE_SIZE = 100
MOST_SEEN = 1000
MOST_LENGTH = 2000
PACE_S = 1.0
_EXACT_BELOW = 4
_NO_ABSTRACTS = "DBLP holds no abstracts."
_NAMESAKE = re.compile(r"\s\d{4}$")


def translate(clauses: Clauses) -> str:
    """Return clauses in DBLP's syntax: `|` within a clause, a blank between clauses, `$` after a short whole word."""
    return " ".join(
        "|".join(f"{word}$" if len(word) < _EXACT_BELOW else word for word in clause) for clause in clauses.clauses
    )


def parse_page(payload: object) -> Page | None:
    """Return a page of an answer in JSON; None when it is no such answer."""
    hits = part(payload, "result", "hits")
    total, first = number(hits, "@total"), number(hits, "@first") or 0
    if total is None:
        return None
    results = parts(hits, "hit")
    after = first + len(results)
    more = bool(results) and after < min(total, MOST_SEEN)
    found = tuple(hit for result in results if (hit := parse_result(result)) is not None)
    return Page(total, found, str(after) if more else None)


def parse_result(result: object) -> Hit | None:
    """Return one result as a hit with rank 0, or None when it has no key or no title."""
    info = part(result, "info")
    key, title = text(info, "key") or text(result, "@id"), title_of(text(info, "title"))
    if not (key and title):
        return None
    links = tuple(text(link) for link in parts(info, "ee"))
    ids = make_identifiers(
        doi=text(info, "doi") or next((link for link in links if "doi.org/" in link), ""),
        arxiv=next((name for link in links if "arxiv.org/" in link and (name := normalise_arxiv(link))), None),
        acl=next((name for link in links if "aclanthology" in link and (name := normalise_acl(link))), None),
    )
    informal = text(info, "type").lower().startswith("informal") or text(info, "venue") == "CoRR"
    return Hit(
        source=Dblp.name,
        source_id=key,
        rank=0,
        title=title,
        authors=tuple(name for author in parts(info, "authors", "author") if (name := _name(author))),
        year=year_of(text(info, "year")),
        venue=next((venue for item in parts(info, "venue") if (venue := text(item))), ""),
        identifiers=ids,
        url=text(info, "url") or f"https://dblp.org/rec/{key}",
        version="preprint" if informal else "published",
        status=_status(info, key),
        files=_files(info, links),
    )


def _name(author: object) -> str:
    """Return a name without the number by which DBLP tells namesakes apart."""
    return _NAMESAKE.sub("", text(author, "text") or text(author))


def _status(info: object, key: str) -> tuple[StatusNote, ...]:
    if "withdrawn" not in text(info, "type").lower():
        return ()
    return (StatusNote(kind="withdrawn", evidence=f"So marked in DBLP, {key}"),)


def _files(info: object, links: tuple[str, ...]) -> tuple[FileRef, ...]:
    """Return PDFs that are known to be open: those of arXiv and the ACL, and links to a PDF marked as open."""
    paths = []
    for link in links:
        acl, arxiv = normalise_acl(link), normalise_arxiv(link)
        if "aclanthology.org/" in link and acl:
            paths.append(f"https://aclanthology.org/{acl}.pdf")
        elif "arxiv.org/" in link and arxiv:
            paths.append(f"https://arxiv.org/pdf/{arxiv}")
        elif link.lower().endswith(".pdf") and text(info, "access") == "open":
            paths.append(link)
    return tuple(FileRef(path=path, media_type="application/pdf") for path in dict.fromkeys(paths))


class Dblp:
    """Source over DBLP.

    Args:
        client: Makes the requests.
        key: Not used; the service has no keys.
        contact: Not used; the client names itself.
    """

    name = "dblp"
    query_language = (
        f"{QUERY_LANGUAGE} Only titles, authors and venues are searched, so use few groups and short words."
    )

    def __init__(self, client: HttpClient, key: str = "", contact: str = "") -> None:
        self._client = client

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Return the works that match, in DBLP's order; see `query_language`. Hits have no abstracts.

        Years are sifted here, among the first 1,000 results.
        """
        sent, cut = fitted(query.text, lambda text: translate(clauses_of(text)), MOST_LENGTH)
        left_out = clauses_of(query.text).left_out
        left = f"Left out of the query: {', '.join(left_out)}." if left_out else ""
        note = " ".join(part for part in (_NO_ABSTRACTS, cut, left) if part)
        open_years = limits.year_from is None and limits.year_to is None
        size = max(1, min(PAGE_SIZE, limits.hits)) if open_years else PAGE_SIZE
        turn = partial(self._page, sent, size)
        return await take_pages(self.name, query, limits, turn, sent=sent, note=note)

    async def _page(self, sent: str, size: int, cursor: str) -> Page:
        params = {"q": sent, "format": "json", "h": str(size), "f": cursor or "0", "c": "0"}
        answer = accepted(await self._client.get(SEARCH, params, host_pace_s=PACE_S), self.name)
        payload = answer.json()
        code = text(payload, "result", "status", "@code")
        if code not in ("", "200"):
            said = text(payload, "result", "status", "text")
            raise SourceError(f"the database says: {said} ({code}).", concerns=self.name, advice="Shorten the query.")
        page = parse_page(payload)
        if page is None:
            raise malformed_answer(answer, "a page of DBLP")
        return page

    async def fetch(self, file: FileRef) -> bytes:
        """Return a file's bytes; raises DocumentError with the reason."""
        return await self._client.download(file.path)

    async def check(self) -> SourceHealth:
        """Ask for one work and say whether the search answers."""
        return await health(self.name, self._one, "answers; no key is needed, about one request a second; no abstracts")

    async def _one(self, cursor: str) -> Page:
        # DBLP does not tell how many works it holds, only how many match.
        await self._page("dblp", 1, cursor)
        return Page(0, ())

    async def aclose(self) -> None:
        """Close the client's connections; calling it twice does no harm."""
        await self._client.aclose()
