"""OpenAlex's records read into hits: abstracts put together again, names as printed, versions and open files."""

from __future__ import annotations

import re

from juried.records.work import FileRef, Hit, StatusNote, VersionKind
from juried.sources.arxiv_records import eprint_files
from juried.sources.identifiers import best_url, is_preprint_doi, make_identifiers, normalise_arxiv, normalise_pmcid
from juried.sources.medline import status_notes
from juried.sources.paging import Page
from juried.sources.payload import number, part, parts, text, title_of, without_markup

NAME = "openalex"
LONGEST_ABSTRACT = 20_000
_ARXIV_PAGE = re.compile(r"https?://(?:[\w-]+\.)?arxiv\.org/(?:abs|pdf)/(\S+)", re.IGNORECASE)
_PMC_PAGE = re.compile(
    r"https?://(?:www\.ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov|europepmc\.org)/articles/(\w+)", re.IGNORECASE
)
_PDF_ADDRESS = re.compile(r"\.pdf(?:[?#]|$)|/pdf(?:/|$)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_PUBLISHERS = frozenset({"journal", "conference", "book series", "ebook platform"})


def parse_page(payload: object) -> Page | None:
    """Return a page of a list of works, with the cursor of the next; None when it is no such answer."""
    total = number(payload, "meta", "count")
    if total is None or not isinstance(part(payload, "results"), list):
        return None
    hits = tuple(hit for work in parts(payload, "results") if (hit := parse_work(work)) is not None)
    return Page(total, hits, text(payload, "meta", "next_cursor") or None)


def parse_work(work: object) -> Hit | None:
    """Return one work as a hit with rank 0, or None when it has no id or no title."""
    title = title_of(text(work, "title") or text(work, "display_name"))
    ids = make_identifiers(
        openalex=text(work, "id"),
        doi=text(work, "doi") or text(work, "ids", "doi"),
        arxiv=_arxiv(work),
        pmid=text(work, "ids", "pmid"),
        pmcid=_pmcid(work),
    )
    if ids.openalex is None or not title:
        return None
    hit = Hit(
        source=NAME,
        source_id=ids.openalex,
        rank=0,
        title=title,
        authors=tuple(name for item in parts(work, "authorships") if (name := author_name(item))),
        year=number(work, "publication_year"),
        venue=text(work, "primary_location", "source", "display_name"),
        abstract=rebuild_abstract(part(work, "abstract_inverted_index")),
        language=text(work, "language"),
        identifiers=ids,
        version=_version(work, ids.doi),
        status=_status(work, ids.openalex, title),
        files=open_files(work),
    )
    return hit.model_copy(update={"url": best_url(hit)})


def rebuild_abstract(index: object) -> str:
    """Return the text of an inverted index (words with their places); "" without one.

    Where two words claim one place the first in the alphabet comes first; places beyond 20,000 are left out.
    """
    if not isinstance(index, dict):
        return ""
    placed = sorted(
        (place, word)
        for word, places in index.items()
        if isinstance(word, str) and isinstance(places, list)
        for place in places
        if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < LONGEST_ABSTRACT
    )
    words = " ".join(word for _, word in placed)
    return without_markup(text({"words": words}, "words"))


def author_name(authorship: object) -> str:
    """Return an author's name: as printed on the work where that is a full name, else as OpenAlex files it.

    OpenAlex merges people of like names, and then shows one of them under the name of another.
    """
    filed, printed = text(authorship, "author", "display_name"), text(authorship, "raw_author_name")
    family, comma, given = printed.partition(", ")
    printed = f"{given} {family}" if comma and "," not in given else printed
    return printed if not filed or _is_full(printed) else filed


def _is_full(name: str) -> bool:
    """Whether a name has at least a first and a last name written out, and nothing that is no name."""
    words = name.split()
    if len(words) < 2 or name.isupper() or name.islower():
        return False
    bare = [word.rstrip(".") for word in words]
    return all(_WORD.fullmatch(word) for word in bare) and len(bare[0]) > 1 < len(bare[-1])


def open_files(work: object) -> tuple[FileRef, ...]:
    """Return the files that are free to read, best first: of arXiv (LaTeX, HTML, PDF), then PDFs of other places."""
    places = [part(work, "best_oa_location"), part(work, "primary_location"), *parts(work, "locations")]
    free = [place for place in places if part(place, "is_oa") is True]
    arxiv = _arxiv(work)
    files = list(eprint_files(arxiv)) if arxiv else []
    addresses = [text(place, "pdf_url") for place in free]
    fallback = text(work, "open_access", "oa_url")
    addresses += [fallback] if _PDF_ADDRESS.search(fallback) else []
    for address in addresses:
        if address.lower().startswith(("https://", "http://")) and not _ARXIV_PAGE.match(address):
            files.append(FileRef(path=address, media_type="application/pdf"))
    return tuple(dict.fromkeys(files))


def _addresses(work: object) -> list[str]:
    places = [part(work, "primary_location"), *parts(work, "locations")]
    return [address for place in places for key in ("landing_page_url", "pdf_url") if (address := text(place, key))]


def _arxiv(work: object) -> str | None:
    """Return the arXiv id that the DOI or one of the places names."""
    named = normalise_arxiv(text(work, "doi"))
    found = (normalise_arxiv(match[1]) for address in _addresses(work) if (match := _ARXIV_PAGE.match(address)))
    return named or next((name for name in found if name), None)


def _pmcid(work: object) -> str | None:
    named = normalise_pmcid(text(work, "ids", "pmcid"))
    found = (normalise_pmcid(match[1]) for address in _addresses(work) if (match := _PMC_PAGE.match(address)))
    return named or next((name for name in found if name), None)


def _version(work: object, doi: str | None) -> VersionKind:
    """Return whether the record is of the preprint or of the published work, by its first place."""
    place = part(work, "primary_location")
    posted = text(work, "type_crossref") == "posted-content" or is_preprint_doi(doi)
    if text(work, "type") == "preprint" or posted:
        return "preprint"
    if text(place, "version") == "publishedVersion" or text(place, "source", "type") in _PUBLISHERS:
        return "published"
    return "preprint" if text(place, "version") == "submittedVersion" else "unknown"


def _status(work: object, name: str, title: str) -> tuple[StatusNote, ...]:
    marked = part(work, "is_retracted") is True
    types = ["retracted publication"] if marked else []
    return status_notes((), types, title, f"OpenAlex, {name}")
