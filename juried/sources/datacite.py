"""DataCite's records of arXiv e-prints (https://api.datacite.org): searched in arXiv's place when that asks to wait."""

from __future__ import annotations

from functools import partial

from juried.records.work import Hit
from juried.sources.arxiv_records import NAME, eprint_files, eprint_status
from juried.sources.base import SearchLimits
from juried.sources.boolean import rewrite, year_range
from juried.sources.exchanges import malformed_answer
from juried.sources.http import HttpClient
from juried.sources.identifiers import best_url, make_identifiers, normalise_arxiv
from juried.sources.paging import Page, accepted
from juried.sources.payload import number, part, parts, text, title_of, without_markup, year_of
from juried.sources.shortening import fitted

ADDRESS = "https://api.datacite.org/dois"
PACE_S = 0.2
LONGEST_QUERY = 3000
_LAST_RECORD = 10_000


def translate(query: str, limits: SearchLimits) -> str:
    """Return a query in DataCite's syntax: each term in title or abstract, with the years; "" without a word."""
    sent, _ = fitted(query, partial(rewrite, term=_term), LONGEST_QUERY)
    years = year_range(limits.year_from, limits.year_to)
    return f"({sent}) AND publicationYear:[{years[0]} TO {years[1]}]" if sent and years else sent


def _term(term: str) -> str:
    return f'(titles.title:"{term}" OR descriptions.description:"{term}")'


async def get_page(client: HttpClient, sent: str, size: int, cursor: str) -> Page:
    """Return a page of arXiv's e-prints, most relevant first; DataCite ranks only when pages are numbered.

    Raises:
        SourceError: DataCite cannot be reached, refuses the query, or answers with something else.
    """
    at = int(cursor or "1")
    params = {
        "query": sent,
        "client-id": "arxiv.content",
        "sort": "relevance",
        "page[number]": str(at),
        "page[size]": str(size),
    }
    answer = accepted(await client.get(ADDRESS, params, host_pace_s=PACE_S), "datacite")
    page = parse_page(answer.json())
    if page is None:
        raise malformed_answer(answer, "a page of DataCite")
    more = page.hits and at * size < min(page.total, _LAST_RECORD)
    return Page(page.total, page.hits, str(at + 1) if more else None)


def parse_page(payload: object) -> Page | None:
    """Return a page of an answer, without cursor; None when it is no such answer."""
    total = number(payload, "meta", "total")
    if total is None:
        return None
    return Page(total, tuple(hit for item in parts(payload, "data") if (hit := parse_record(item)) is not None))


def parse_record(item: object) -> Hit | None:
    """Return one record as a hit of arXiv with rank 0, or None when it is no e-print or has no title."""
    data = part(item, "attributes")
    titles = [title_of(text(title, "title")) for title in parts(data, "titles")]
    arxiv = normalise_arxiv(text(data, "doi"))
    if arxiv is None or not any(titles):
        return None
    abstract = without_markup(_description(data, "Abstract"))
    version = number(data, "version") or 1
    status = eprint_status(arxiv, version, _dates(data, "Updated")[-1][:10], _description(data, "Other"), abstract)
    hit = Hit(
        source=NAME,
        source_id=arxiv,
        rank=0,
        title=next(title for title in titles if title),
        authors=tuple(name for creator in parts(data, "creators") if (name := _author(creator))),
        year=year_of(_dates(data, "Submitted")[0]) or number(data, "publicationYear"),
        venue="arXiv",
        abstract=abstract,
        language=text(data, "language"),
        identifiers=make_identifiers(arxiv=arxiv, doi=_published_doi(data)),
        version="preprint",
        status=status,
        files=() if any(note.kind in ("withdrawn", "retracted") for note in status) else eprint_files(arxiv),
    )
    return hit.model_copy(update={"url": best_url(hit)})


def _description(data: object, kind: str) -> str:
    found = (text(item, "description") for item in parts(data, "descriptions") if text(item, "descriptionType") == kind)
    return next(found, "")


def _dates(data: object, kind: str) -> list[str]:
    """Return the dates of a kind, earliest first; one empty text when there is none."""
    return sorted(text(item, "date") for item in parts(data, "dates") if text(item, "dateType") == kind) or [""]


def _author(creator: object) -> str:
    given, family = text(creator, "givenName"), text(creator, "familyName")
    if given and family:
        return f"{given} {family}"
    last, comma, first = text(creator, "name").partition(", ")
    return f"{first} {last}" if comma else last


def _published_doi(data: object) -> str | None:
    """Return the DOI of the published version, when the record names one."""
    for related in parts(data, "relatedIdentifiers"):
        kind, relation = text(related, "relatedIdentifierType"), text(related, "relationType")
        if kind == "DOI" and relation in ("IsVersionOf", "IsPreprintOf", "IsPreviousVersionOf"):
            return text(related, "relatedIdentifier")
    return None
