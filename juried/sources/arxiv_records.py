"""arXiv's records: the Atom feed read into hits, the files of an e-print, and notices of withdrawal."""

from __future__ import annotations

import re

from juried.records.work import FileRef, Hit, StatusKind, StatusNote
from juried.sources.identifiers import best_url, make_identifiers
from juried.sources.paging import Page
from juried.sources.payload import year_of
from juried.sources.xml_payload import Element, children, flat_text, read_xml

NAME = "arxiv"
SITE = "https://export.arxiv.org"
_ATOM = "{http://www.w3.org/2005/Atom}"
_MORE = "{http://arxiv.org/schemas/atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_VERSION = re.compile(r"v(\d+)$")
_THING = (
    r"(?:e-?print|paper|article|manuscript|submission|preprint|pre-print|work|document|report|note|letter|thesis|draft)"
)
_DONE = r"(withdrawn|retracted)\b"
_STATED = (
    rf"(?:this|the|our) (?:arxiv |present )?{_THING} "
    rf"(?:has been|have been|was|is|is being|is hereby|has now been|had to be)(?: (?:\w+ly|now))? {_DONE}"
)
_BY_AUTHORS = (
    r"(?:the )?authors? (?:ha(?:s|ve) |wish(?:es)? to |would like to )?"
    rf"(withdrawn|withdraws?|retracted|retracts?) (?:this|the|our) {_THING}\b"
)
_BEGUN = rf"^\W*(?:{_THING} )?{_DONE}(?=\W*$|[.,;:(!]| (?:by|due|because|as|for|from|until|since|pending|owing)\b)"
_BY_ARXIV = r"\b(withdrawn|removed) by (?:the )?arxiv\b"
_IN_COMMENT = re.compile(rf"\b{_STATED}|\b{_BY_AUTHORS}|{_BEGUN}|{_BY_ARXIV}", re.IGNORECASE)
_IN_ABSTRACT = re.compile(rf"^\W*(?:{_STATED}|{_BY_AUTHORS})", re.IGNORECASE)
_ELSEWHERE = re.compile(r" from (?!(?:the |this )?(?:arxiv|archive|server|publication)\b)", re.IGNORECASE)
_FIRST_SENTENCE = re.compile(r".{0,300}?(?:[.!?](?=\s|$)|$)", re.DOTALL)


def parse_feed(content: bytes) -> Page | None:
    """Return a page of an Atom feed, without cursor; None when the content is no such feed.

    Entries without an id or a title, and entries that report an error, are left out.
    """
    root = read_xml(content)
    if root is None or root.tag != f"{_ATOM}feed":
        return None
    total = flat_text(root, _TOTAL)
    hits = tuple(hit for entry in children(root, f"{_ATOM}entry") if (hit := parse_entry(entry)) is not None)
    return Page(int(total) if total.isdecimal() else len(hits), hits)


def feed_error(content: bytes) -> str:
    """Return what a feed says went wrong; "" when it reports no error or the content is no feed."""
    root = read_xml(content)
    for entry in children(root, f"{_ATOM}entry"):
        if "/api/errors" in flat_text(entry, f"{_ATOM}id"):
            return flat_text(entry, f"{_ATOM}summary") or "an error without a message"
    return ""


def parse_entry(entry: Element) -> Hit | None:
    """Return one entry as a hit with rank 0, or None when it is no e-print."""
    address, title = flat_text(entry, f"{_ATOM}id"), flat_text(entry, f"{_ATOM}title")
    ids = make_identifiers(arxiv=address.partition("/abs/")[2], doi=flat_text(entry, f"{_MORE}doi").partition(" ")[0])
    if ids.arxiv is None or not title:
        return None
    found = _VERSION.search(address)
    version = int(found[1]) if found else 1
    updated = flat_text(entry, f"{_ATOM}updated")[:10]
    abstract = flat_text(entry, f"{_ATOM}summary")
    status = eprint_status(ids.arxiv, version, updated, flat_text(entry, f"{_MORE}comment"), abstract)
    hit = Hit(
        source=NAME,
        source_id=ids.arxiv,
        rank=0,
        title=title,
        authors=tuple(
            name for author in children(entry, f"{_ATOM}author") if (name := flat_text(author, f"{_ATOM}name"))
        ),
        year=year_of(flat_text(entry, f"{_ATOM}published")),
        venue=flat_text(entry, f"{_MORE}journal_ref") or "arXiv",
        abstract=abstract,
        identifiers=ids,
        version="preprint",
        status=status,
        files=() if _gone(status) else eprint_files(ids.arxiv, version),
    )
    return hit.model_copy(update={"url": best_url(hit)})


def eprint_files(arxiv: str, version: int | None = None) -> tuple[FileRef, ...]:
    """Return the files of an e-print, best first: LaTeX source, HTML, PDF; without a version the newest is meant.

    arXiv makes HTML for newer e-prints only, and some sources are a PDF: an absent file is known when it is fetched.
    """
    name = f"{arxiv}v{version}" if version else arxiv
    return (
        FileRef(path=f"{SITE}/e-print/{name}", media_type="application/gzip"),
        FileRef(path=f"{SITE}/html/{name}", media_type="text/html"),
        FileRef(path=f"{SITE}/pdf/{name}", media_type="application/pdf"),
    )


def eprint_status(arxiv: str, version: int, updated: str, comment: str, abstract: str) -> tuple[StatusNote, ...]:
    """Return the notes on an e-print: withdrawn or retracted by its comment or abstract, or revised.

    Args:
        arxiv: The bare id.
        version: The number of its newest version.
        updated: The ISO date of that version, or "".
        comment: What its authors or arXiv's staff remark on it.
        abstract: Its abstract, of which the first sentence counts: older withdrawals replaced it.
    """
    first = _FIRST_SENTENCE.match(abstract)
    opening = first[0] if first else ""
    for place, text, kind in (
        ("comment", comment, withdrawal_in(comment)),
        ("abstract", opening, withdrawal_in(opening, comment=False)),
    ):
        if kind is not None:
            evidence = f'arXiv:{arxiv}v{version}, {place}: "{text}"'
            return (StatusNote(kind=kind, date=updated, evidence=evidence),)
    if version < 2:
        return ()
    return (StatusNote(kind="revised", date=updated, evidence=f"arXiv:{arxiv}v{version} replaces earlier versions"),)


def withdrawal_in(text: str, *, comment: bool = True) -> StatusKind | None:
    """Return what a remark says has happened to the e-print itself: withdrawn, retracted, or None.

    A remark on another paper, on a part of this one, or on leaving a conference says nothing of the kind. With
    `comment` false the text is an abstract, which must begin by saying so.
    """
    pattern = _IN_COMMENT if comment else _IN_ABSTRACT
    for found in pattern.finditer(" ".join(text.split())):
        if _ELSEWHERE.match(found.string, found.end()):
            continue
        word = next(group for group in found.groups() if group).lower()
        return "retracted" if word.startswith("retract") else "withdrawn"
    return None


def _gone(status: tuple[StatusNote, ...]) -> bool:
    return any(note.kind in ("withdrawn", "retracted") for note in status)
