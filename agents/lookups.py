"""Looking included works up by DOI before they are read: notices such as retractions, and open versions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from agents.retriever import SourceHits
from juried.errors import SourceError
from juried.records.base import Record
from juried.records.work import FieldOrigin, FileRef, LedgerRow, Purpose, SourceStatus, StatusNote, Work
from juried.sources.base import NoticeBoard, OpenVersions, Source
from juried.sources.paging import status_of

_READABLE = "application/pdf"


class Found(Record):
    """What one source told of works, by DOI, with the ledger row of the look-up."""

    source: str
    row: LedgerRow
    notices: tuple[tuple[str, tuple[StatusNote, ...]], ...] = ()
    files: tuple[tuple[str, tuple[FileRef, ...]], ...] = ()


async def look_up(
    works: Sequence[Work], sources: Mapping[str, Source]
) -> tuple[tuple[Work, ...], tuple[SourceHits, ...]]:
    """Return the works with what sources know of them, in their order, and one row per look-up, by source.

    A source that fails is a row with its status; the works then stay as they are. Without a DOI nothing is asked.
    """
    dois = sorted({work.identifiers.doi for work in works if work.identifiers.doi})
    asked = [source for _, source in sorted(sources.items()) if isinstance(source, NoticeBoard | OpenVersions)]
    if not dois or not asked:
        return tuple(works), ()
    found = await asyncio.gather(*(_ask(source, dois) for source in asked))
    rows = tuple(SourceHits(source=item.source, rows=(item.row,), hits=()) for item in found)
    return tuple(_enriched(work, found) for work in works), rows


async def _ask(source: Source, dois: Sequence[str]) -> Found:
    return await (_notices(source, dois) if isinstance(source, NoticeBoard) else _open_versions(source, dois))


async def _notices(source: Source, dois: Sequence[str]) -> Found:
    assert isinstance(source, NoticeBoard)
    row = _row(source, "notices", len(dois))
    try:
        told = await source.notices(dois)
    except SourceError as error:
        detail = f"{error} Whether these works were retracted is not known from this source."
        return Found(source=source.name, row=_ended(row, 0, status_of(error), detail))
    notices = tuple((doi, told[doi]) for doi in dois if told.get(doi))
    unknown = sum(doi not in told for doi in dois)
    detail = f"{unknown} of the DOIs are not known there." if unknown else ""
    return Found(
        source=source.name, row=_ended(row, len(notices), "answered" if told else "empty", detail), notices=notices
    )


async def _open_versions(source: Source, dois: Sequence[str]) -> Found:
    """Ask DOI by DOI; a failure that will not pass at once ends the asking, any other concerns one DOI alone."""
    assert isinstance(source, OpenVersions)
    files: list[tuple[str, tuple[FileRef, ...]]] = []
    failures: list[SourceError] = []
    for doi in dois:
        try:
            # A page may hold the abstract alone, and would be read before every PDF.
            readable = tuple(file for file in await source.open_files(doi) if file.media_type == _READABLE)
        except SourceError as error:
            failures.append(error)
            if error.retryable:
                break
            continue
        files += [(doi, readable)] if readable else []
    status: SourceStatus = status_of(failures[0]) if failures else "answered" if files else "empty"
    row = _ended(_row(source, "open_versions", len(dois)), len(files), status, str(failures[0]) if failures else "")
    return Found(source=source.name, row=row, files=tuple(files))


def _row(source: Source, purpose: Purpose, works: int) -> LedgerRow:
    query = f"{purpose.replace('_', ' ')} of {works} included {'work' if works == 1 else 'works'}, by DOI"
    return LedgerRow(source=source.name, query=query, total=works, taken=0, status="empty", purpose=purpose)


def _ended(row: LedgerRow, found: int, status: SourceStatus, detail: str) -> LedgerRow:
    return row.model_copy(update={"taken": found, "status": status, "detail": detail})


def _enriched(work: Work, found: Sequence[Found]) -> Work:
    """Return a work with its notices and open files; its own files stay first."""
    notes, files, origins = set(work.status), list(work.files), {(item.field, item.source) for item in work.origins}
    for item in found:
        told = [note for doi, notices in item.notices if doi == work.identifiers.doi for note in notices]
        given = [file for doi, named in item.files if doi == work.identifiers.doi for file in named]
        origins |= {("status", item.source)} if set(told) - notes else set()
        origins |= {("files", item.source)} if set(given) - set(files) else set()
        notes.update(told)
        files += given
    return work.model_copy(
        update={
            "status": tuple(sorted(notes, key=lambda note: (note.kind, note.date, note.evidence))),
            "files": tuple(dict.fromkeys(files)),
            "origins": tuple(FieldOrigin(field=name, source=source) for name, source in sorted(origins)),
        }
    )
