"""Crossref's records of works, made into hits."""

from __future__ import annotations

from collections import defaultdict

from juried.records.work import FileRef, Hit, Identifiers, StatusNote, VersionKind
from juried.sources.crossref_notices import date_of, notices_by, notices_on
from juried.sources.identifiers import best_url, is_preprint_doi, make_identifiers, normalise_arxiv, normalise_doi
from juried.sources.jats_abstract import clean_abstract
from juried.sources.medline import status_notes
from juried.sources.open_files import names_pdf, web_host
from juried.sources.paging import Page
from juried.sources.payload import number, part, parts, text, title_of, without_markup, year_of

NAME = "crossref"
TYPES = (
    "journal-article",
    "proceedings-article",
    "posted-content",
    "book-chapter",
    "book-section",
    "book-part",
    "book-track",
    "book",
    "monograph",
    "edited-book",
    "reference-book",
    "reference-entry",
    "report",
    "report-component",
    "dissertation",
    "standard",
    "other",
)
FIELDS = (
    "DOI,type,title,subtitle,author,editor,issued,published,posted,container-title,group-title,publisher,"
    "abstract,relation,link,license,update-to,updated-by,URL"
)
_DATES = ("issued", "published", "published-print", "published-online", "posted")
_MEDIA = {"text/html": "text/html", "text/xml": "application/xml", "application/xml": "application/xml"}
_ORDER = ("text/html", "application/xml", "application/pdf")


def parse_page(payload: object) -> Page:
    """Return the page of a list of works, or of a single work; the next one goes by its cursor, if there may be one."""
    message = part(payload, "message")
    records = parts(message, "items") if part(message, "items") is not None else parts(message)
    rows = number(message, "items-per-page")
    following = text(message, "next-cursor") if rows and len(records) >= rows else ""
    total = number(message, "total-results")
    return Page(len(records) if total is None else total, parse_records(records), following or None)


def parse_records(records: list[object]) -> tuple[Hit, ...]:
    """Return the works among records in their order, with ranks from 1.

    What has no DOI or no title, or is no text of its own (a journal, a figure, a data set), is left out. A notice
    among the records is also told of the work that it is about.
    """
    told: dict[str, list[StatusNote]] = defaultdict(list)
    for record in records:
        for doi, note in notices_by(record):
            told[doi].append(note)
    found = (_hit(record, told) for record in records)
    return tuple(hit.model_copy(update={"rank": at}) for at, hit in enumerate((hit for hit in found if hit), start=1))


def parse_references(payload: object) -> tuple[int, tuple[str, ...]]:
    """Return how many references a single work lists, and the DOIs among them in their order, each once."""
    listed = parts(payload, "message", "reference")
    found = (normalise_doi(text(item, "DOI")) for item in listed)
    return len(listed), tuple(dict.fromkeys(doi for doi in found if doi is not None))


def _hit(record: object, told: dict[str, list[StatusNote]]) -> Hit | None:
    doi, title = normalise_doi(text(record, "DOI")), _title(record)
    if doi is None or not title or text(record, "type") not in ("", *TYPES):
        return None
    hit = Hit(
        source=NAME,
        source_id=doi,
        rank=0,
        title=title,
        authors=_people(record, "author") or _people(record, "editor"),
        year=_year(record),
        venue=_venue(record),
        abstract=clean_abstract(text(record, "abstract"), title),
        language=text(record, "language").lower(),
        identifiers=_identifiers(record, doi),
        url=text(record, "URL"),
        version=_version(record, doi),
        status=status_notes((*notices_on(record), *told.get(doi, ())), (), title, "Crossref"),
        files=_files(record),
    )
    return hit.model_copy(update={"url": best_url(hit)})


def _title(record: object) -> str:
    """Return the title, with the subtitle where it does not hold it yet; translations of the title are left out."""
    title = title_of(_first(record, "title"))
    subtitle = title_of(_first(record, "subtitle"))
    if not title or not subtitle or subtitle.lower() in title.lower():
        return title
    return f"{title} {subtitle}" if title[-1] in "?!:" else f"{title}: {subtitle}"


def _first(record: object, name: str) -> str:
    return next((found for item in parts(record, name) if (found := text(item))), "")


def _people(record: object, role: str) -> tuple[str, ...]:
    names = (
        " ".join(piece for piece in (text(person, "given"), text(person, "family")) if piece) or text(person, "name")
        for person in parts(record, role)
    )
    return tuple(plain for name in names if (plain := without_markup(name)))


def _year(record: object) -> int | None:
    """Return the year of the first publication in print or online."""
    return next((year for name in _DATES if (year := year_of(date_of(part(record, name))[:4])) is not None), None)


def _venue(record: object) -> str:
    """Return the journal, book or proceedings; for a preprint its server, for a book or report its publisher."""
    held_in = _first(record, "container-title")
    institution = next((name for item in parts(record, "institution") if (name := text(item, "name"))), "")
    group = text(record, "group-title") if text(record, "type") == "posted-content" else ""
    return without_markup(held_in or institution or group or text(record, "publisher"))


def _identifiers(record: object, doi: str) -> Identifiers:
    """Return the DOI, and the arXiv id of a preprint that the record names."""
    named = (text(item, "id") for item in parts(record, "relation", "has-preprint"))
    arxiv = next((found for name in named if (found := normalise_arxiv(name))), None)
    return make_identifiers(doi=doi, arxiv=arxiv)


def _version(record: object, doi: str) -> VersionKind:
    kind = text(record, "type")
    if kind == "posted-content" or is_preprint_doi(doi):
        return "preprint"
    return "unknown" if kind in ("", "other") else "published"


def _files(record: object) -> tuple[FileRef, ...]:
    """Return the full texts of a work under an open licence: HTML, XML, PDF in this order.

    Links for plagiarism services, and to interfaces that ask for a key, are left out.
    """
    if not any("creativecommons.org/" in text(item, "URL").lower() for item in parts(record, "license")):
        return ()
    files = {file for link in parts(record, "link") if (file := _file(link)) is not None}
    return tuple(sorted(files, key=lambda file: (_ORDER.index(file.media_type), file.path)))


def _file(link: object) -> FileRef | None:
    url = text(link, "URL")
    host = web_host(url)
    if not host or host.startswith("api.") or text(link, "intended-application") == "similarity-checking":
        return None
    kind = text(link, "content-type").lower()
    if kind == "application/pdf" or names_pdf(url):
        return FileRef(path=url, media_type="application/pdf")
    return FileRef(path=url, media_type=_MEDIA[kind]) if kind in _MEDIA else None
