"""Notices about a work as Crossref records them: retractions, corrections, expressions of concern, new versions."""

from __future__ import annotations

from collections.abc import Iterator

from juried.records.work import StatusKind, StatusNote
from juried.sources.identifiers import doi_url, normalise_doi
from juried.sources.medline import iso_date
from juried.sources.payload import part, parts, text

# The types of Crossmark, and those of Retraction Watch's notices, which Crossref carries too.
_KINDS: dict[str, StatusKind] = {
    "retraction": "retracted",
    "withdrawal": "withdrawn",
    "removal": "withdrawn",
    "expression_of_concern": "expression_of_concern",
    "partial_retraction": "corrected",
    "correction": "corrected",
    "corrigendum": "corrected",
    "erratum": "corrected",
    "clarification": "corrected",
    "addendum": "corrected",
}
_PUBLISHERS = {"publisher": "the publisher", "retraction-watch": "Retraction Watch"}


def date_of(value: object) -> str:
    """Return a Crossref date as much of an ISO date as is known; "" without a year."""
    written = next(iter(parts(value, "date-parts")), None)
    pieces = [text(piece) for piece in written] if isinstance(written, list) else []
    return iso_date(*pieces[:3]) if pieces else ""


def notices_on(record: object) -> tuple[StatusNote, ...]:
    """Return the notices that a record lists about its own work, each once; the publisher's word goes first."""
    entries = sorted(parts(record, "updated-by"), key=lambda entry: text(entry, "source") != "publisher")
    notes: dict[tuple[str, str | None], StatusNote] = {}
    for entry in entries:
        notice = normalise_doi(text(entry, "DOI"))
        note = _note(entry, notice)
        notes.setdefault((note.kind, notice), note)
    return tuple(notes.values())


def notices_by(record: object) -> Iterator[tuple[str, StatusNote]]:
    """Yield the works that a record is a notice about, by DOI, each with the note for it."""
    own = normalise_doi(text(record, "DOI"))
    for entry in parts(record, "update-to"):
        about = normalise_doi(text(entry, "DOI"))
        if about is not None:
            yield about, _note(entry, own)


def _note(entry: object, notice: str | None) -> StatusNote:
    """Return what an update says; any type that is not known as a fault is a revision."""
    kind = text(entry, "type").lower().replace("-", "_").replace(" ", "_")
    label = text(entry, "label") or kind.replace("_", " ").capitalize() or "Update"
    said_by = text(entry, "source").lower()
    where = f" {doi_url(notice)}" if notice else ""
    by = f" (Crossref, from {_PUBLISHERS.get(said_by, said_by)})" if said_by else " (Crossref)"
    return StatusNote(
        kind=_KINDS.get(kind, "revised"), date=date_of(part(entry, "updated")), evidence=f"{label}:{where}{by}"
    )
