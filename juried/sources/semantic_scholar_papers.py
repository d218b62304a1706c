"""Papers as Semantic Scholar writes them, made into hits; and its names for works that other databases found."""

from __future__ import annotations

import re

from juried.records.work import FileRef, Hit, Identifiers, VersionKind
from juried.sources.identifiers import best_url, is_preprint_doi, make_identifiers
from juried.sources.medline import status_notes
from juried.sources.open_files import RESOLVERS, web_host
from juried.sources.paging import Page
from juried.sources.payload import number, part, parts, text, title_of, without_markup, year_of

NAME = "semantic_scholar"
FIELDS = (
    "title,abstract,authors,year,publicationDate,publicationTypes,venue,publicationVenue,journal,"
    "externalIds,openAccessPdf,url"
)
_PREPRINT_SERVER = re.compile(
    r"(?:arxiv(?:\.org)?|biorxiv|medrxiv|chemrxiv|psyarxiv|socarxiv|techrxiv|ssrn|research square|preprints(?:\.org)?|"
    r"authorea|osf preprints|social science research network)\b.*",
    re.IGNORECASE,
)


def parse_papers(payload: object) -> tuple[Hit, ...]:
    """Return the papers of any answer of the graph or the recommendations, in its order, with ranks from 1.

    A paper without an id or a title is left out: it cannot be named again.
    """
    found = (_hit(record) for record in _records(payload))
    return tuple(hit.model_copy(update={"rank": at}) for at, hit in enumerate((hit for hit in found if hit), start=1))


def parse_page(payload: object) -> Page:
    """Return a page of a search, of citations or of references; the next one goes by its token or its offset.

    Citations and references have no total, so theirs is what is known to be there.
    """
    seen = (number(payload, "offset") or 0) + len(parts(payload, "data"))
    total = number(payload, "total")
    following = text(payload, "token") or text(payload, "next")
    return Page(seen if total is None else total, parse_papers(payload), following or None)


def parse_batch(payload: object) -> tuple[Hit | None, ...]:
    """Return the papers of a batch in the order of the ids that were asked for; None for each that is not known."""
    return tuple(_hit(record) for record in payload) if isinstance(payload, list) else ()


def paper_id(identifiers: Identifiers) -> str:
    """Return the name under which Semantic Scholar may know a work; "" when it has none that is understood there."""
    names = (
        ("", identifiers.semantic_scholar),
        ("DOI:", identifiers.doi),
        ("ARXIV:", identifiers.arxiv),
        ("ACL:", identifiers.acl),
        ("PMID:", identifiers.pmid),
        ("PMCID:", identifiers.pmcid and identifiers.pmcid.removeprefix("PMC")),
    )
    return next((prefix + value for prefix, value in names if value), "")


def _records(payload: object) -> list[object]:
    """Return the papers within an answer, whichever wrapping it has."""
    if isinstance(payload, list):
        return payload
    if text(payload, "paperId"):
        return [payload]
    wrapped = [*parts(payload, "data"), *parts(payload, "recommendedPapers")]
    return [part(item, "citingPaper") or part(item, "citedPaper") or item for item in wrapped]


def _hit(paper: object) -> Hit | None:
    name, title = text(paper, "paperId"), title_of(text(paper, "title"))
    if not (name and title):
        return None
    identifiers = _identifiers(paper)
    hit = Hit(
        source=NAME,
        source_id=name,
        rank=0,
        title=title,
        authors=tuple(author for item in parts(paper, "authors") if (author := text(item, "name"))),
        year=number(paper, "year") or year_of(text(paper, "publicationDate")),
        venue=_venue(paper),
        abstract=without_markup(text(paper, "abstract")),
        identifiers=identifiers,
        url=text(paper, "url"),
        version=_version(paper, identifiers),
        status=status_notes((), (), title, "Semantic Scholar"),
        files=_files(paper),
    )
    return hit.model_copy(update={"url": best_url(hit)})


def _identifiers(paper: object) -> Identifiers:
    ids = part(paper, "externalIds")
    return make_identifiers(
        doi=text(ids, "DOI"),
        arxiv=text(ids, "ArXiv"),
        acl=text(ids, "ACL"),
        pmid=text(ids, "PubMed"),
        pmcid=text(ids, "PubMedCentral"),
        semantic_scholar=text(paper, "paperId"),
    )


def _venues(paper: object) -> list[str]:
    """Return all names of where the paper appeared."""
    names = (text(paper, "publicationVenue", "name"), text(paper, "journal", "name"), text(paper, "venue"))
    return [plain for name in names if (plain := without_markup(name))]


def _venue(paper: object) -> str:
    """Return the longest name of a venue, since the others abbreviate it; a preprint server only without any other."""
    names = _venues(paper)
    proper = [name for name in names if not _PREPRINT_SERVER.fullmatch(name)]
    return max(proper or names, key=len, default="")


def _version(paper: object, identifiers: Identifiers) -> VersionKind:
    """Say which version is described; one record may unite a preprint and its publication, and is then published."""
    preprint_doi = is_preprint_doi(identifiers.doi)
    if identifiers.acl or (identifiers.doi and not preprint_doi):
        return "published"
    names = _venues(paper)
    if preprint_doi or (names and all(_PREPRINT_SERVER.fullmatch(name) for name in names)):
        return "preprint"
    if names:
        return "published"
    return "preprint" if identifiers.arxiv else "unknown"


def _files(paper: object) -> tuple[FileRef, ...]:
    """Return the open version, which is a landing page when it is given by its DOI."""
    url = text(paper, "openAccessPdf", "url")
    host = web_host(url)
    if not host:
        return ()
    return (FileRef(path=url, media_type="text/html" if host in RESOLVERS else "application/pdf"),)
