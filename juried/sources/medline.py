"""What PubMed and Europe PMC share: names, languages, dates of citations, and notices about an article."""

from __future__ import annotations

import re
from collections.abc import Iterable

from juried.records.work import StatusKind, StatusNote

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CITED = re.compile(r"(?:^|[.;,:)]\s+)((?:1[89]|20)\d\d)(?:\s+([A-Za-z]{3})[a-z]*(?:\s+(\d{1,2}))?)?(?![\w/-]|\.\d)")
_INITIALS = re.compile(r"[^\W\d_a-zß-ÿ]{1,4}")
_TITLED = re.compile(r"^\W*(retracted|withdrawn)(?: article| paper)?\b\W*[:\]]", re.IGNORECASE)
# The direction counts: "Retraction in" stands on the article, "Retraction of" on the notice itself.
_KINDS: dict[str, StatusKind] = {
    "retractionin": "retracted",
    "retractedandrepublishedin": "retracted",
    "withdrawalin": "withdrawn",
    "expressionofconcernin": "expression_of_concern",
    "partialretractionin": "corrected",
    "erratumin": "corrected",
    "correctionin": "corrected",
    "correctedandrepublishedin": "corrected",
    "updatein": "revised",
}
_LANGUAGES = {
    "eng": "en",
    "fre": "fr",
    "fra": "fr",
    "ger": "de",
    "deu": "de",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "rus": "ru",
    "chi": "zh",
    "zho": "zh",
    "jpn": "ja",
    "kor": "ko",
    "pol": "pl",
    "dut": "nl",
    "nld": "nl",
    "tur": "tr",
    "ara": "ar",
    "cze": "cs",
    "ces": "cs",
    "hun": "hu",
    "swe": "sv",
    "dan": "da",
    "nor": "no",
    "ukr": "uk",
}


def language_of(code: str) -> str:
    """Return the two-letter code of a language for MARC's three letters; others come back as they are."""
    return _LANGUAGES.get(code.lower(), code.lower())


def natural_name(name: str) -> str:
    """Return `Family FM` as `FM Family`; a name that does not end in initials comes back as it is."""
    family, _, last = name.strip().rpartition(" ")
    return f"{last} {family}" if family and _INITIALS.fullmatch(last) else name.strip()


def cited_date(citation: str) -> str:
    """Return the date of a citation such as `Lancet. 2010 Feb 6;375(9713):445` as 2010-02-06.

    Without a day it is 2010-02, without a month 2010, without a year "".
    """
    found = _CITED.search(citation)
    return iso_date(*found.groups("")) if found else ""


def iso_date(year: str, month: str = "", day: str = "") -> str:
    """Return as much of an ISO date as is known; months are names or numbers."""
    at = (
        int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in _MONTHS else 0
    )
    if not year.isdecimal() or not 1 <= at <= 12:
        return year if year.isdecimal() else ""
    known_day = day.isdecimal() and 1 <= int(day) <= 31
    return f"{year}-{at:02d}-{int(day):02d}" if known_day else f"{year}-{at:02d}"


def notice(relation: str, citation: str, where: str) -> StatusNote | None:
    """Return the note for a relation such as `RetractionIn` or `Erratum in`; None for comments and the like.

    Args:
        relation: The type of the relation, in either database's spelling.
        citation: The reference to the notice; its date is the note's.
        where: Which record says so.
    """
    kind = _KINDS.get(re.sub(r"[^a-z]", "", relation.lower()))
    if kind is None:
        return None
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", relation).replace("edand", "ed and").capitalize()
    return StatusNote(kind=kind, date=cited_date(citation), evidence=f"{words} {citation}".strip() + f" ({where})")


def status_notes(
    notices: Iterable[StatusNote | None], types: Iterable[str], title: str, where: str
) -> tuple[StatusNote, ...]:
    """Return the notes on an article, sorted, each once.

    A publication type or a title that says retracted or withdrawn adds a note where no notice says the same.
    """
    notes = {note for note in notices if note is not None}
    said = [kind for name in types if (kind := _typed(name)) is not None]
    titled = _TITLED.match(title)
    if titled:
        said.append("withdrawn" if titled[1].lower() == "withdrawn" else "retracted")
    known = {note.kind for note in notes}
    if not known & {"retracted", "withdrawn"}:
        notes |= {StatusNote(kind=kind, evidence=f"So marked in {where}") for kind in sorted(set(said))[:1]}
    return tuple(sorted(notes, key=lambda note: (note.kind, note.date, note.evidence)))


def _typed(name: str) -> StatusKind | None:
    """Return what a publication type says of the article itself."""
    folded = re.sub(r"[^a-z]", "", name.lower())
    if folded in ("retractedpublication", "retractedarticle"):
        return "retracted"
    return "withdrawn" if folded in ("preprintwithdrawal", "withdrawnpublication", "withdrawnpreprint") else None
