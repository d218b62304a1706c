"""References: one line per work with authors, year, title, venue, link and status."""

from __future__ import annotations

from urllib.parse import quote

from juried.records.work import StatusKind, StatusNote, Work
from juried.reports.escape import escape

_MOST_AUTHORS = 10
NO_AUTHOR = "Author not stated"
NO_YEAR = "year not stated"
NO_NOTICE = "no notice known"
_STATUS_WORDS: dict[StatusKind, str] = {
    "retracted": "RETRACTED",
    "withdrawn": "WITHDRAWN",
    "expression_of_concern": "expression of concern",
    "corrected": "corrected",
    "revised": "revised",
}


def reference(work: Work) -> str:
    """Return the Markdown of one reference; what a work does not state is said to be not stated."""
    year = str(work.year) if work.year else NO_YEAR
    venue = f" {_sentence(work.venue)}" if work.venue.strip() else ""
    return f"{authors(work)} ({year}). {_sentence(work.title)}{venue} {link(work)}. Status: {status(work)}."


def authors(work: Work) -> str:
    """Return the authors' names, the first ten of them and how many more there are."""
    names = [escape(name) for name in work.authors if name.strip()]
    if not names:
        return NO_AUTHOR
    if len(names) > _MOST_AUTHORS:
        return f"{', '.join(names[:_MOST_AUTHORS])} and {len(names) - _MOST_AUTHORS} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _sentence(text: str) -> str:
    shown = escape(text)
    return shown if shown[-1:] in ".?!" else f"{shown}."


def address(work: Work) -> str:
    """Return where the work is found: DOI, then arXiv, ACL, PubMed, its http(s) address ...; "" if nowhere."""
    ids = work.identifiers
    candidates = (
        ("https://doi.org/", ids.doi),
        ("https://arxiv.org/abs/", ids.arxiv),
        ("https://aclanthology.org/", ids.acl),
        ("https://pmc.ncbi.nlm.nih.gov/articles/", ids.pmcid),
        ("https://pubmed.ncbi.nlm.nih.gov/", ids.pmid),
        ("", work.url if work.url.startswith(("http://", "https://")) else None),
        ("https://openalex.org/", ids.openalex),
        ("https://www.semanticscholar.org/paper/", ids.semantic_scholar),
    )
    return next((base + quote(name, safe="/:;().,?=&%#+~@-_") for base, name in candidates if name), "")


def link(work: Work) -> str:
    """Return the address as a Markdown link; else the local file, else a note that there is neither."""
    where = address(work)
    if where:
        return f"<{where}>"
    return f"Local file: {escape(work.files[0].path)}" if work.files else "No identifier stated"


def status(work: Work) -> str:
    """Return all notices about a work with date and evidence, retractions first and in bold."""
    notes = sorted(work.status, key=lambda note: (not _grave(note), note.date, note.kind, note.evidence))
    return "; ".join(map(_notice, notes)) or NO_NOTICE


def _grave(note: StatusNote) -> bool:
    return note.kind in ("retracted", "withdrawn")


def _notice(note: StatusNote) -> str:
    details = "; ".join(escape(part).rstrip(".") for part in (note.date, note.evidence) if part.strip())
    words = _STATUS_WORDS[note.kind] + (f" ({details})" if details else "")
    return f"**{words}**" if _grave(note) else words
