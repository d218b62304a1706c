"""What the ledger compares: cells and sentences of works with their place, read from documents and from claims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from juried.measurement_prose import measurement_in
from juried.records.claim import Claim, Measurement, Side
from juried.records.document import Cell, Document, Section, Span, Table
from juried.text.sentences import split_sentences
from juried.text.tex import readable_tex

_SUMS_UP = re.compile(r"\b(?:abstract|summary|conclusions?|highlights|key (?:points|findings))\b", re.IGNORECASE)
_READ = frozenset(["paragraph", "abstract", "list_item"])


@dataclass(frozen=True)
class Statement:
    """A sentence or a bound cell with its place; `sums_up` tells whether its section restates what the work found."""

    side: Side
    measurement: Measurement | None = None
    sums_up: bool = False


@dataclass(frozen=True)
class PlacedTable:
    """A table with the work and the document that it stands in."""

    work_id: str
    document: str
    table: Table


def statements_of(document: Document, work_id: str) -> list[Statement]:
    """Return the sentences of a document's running text in its order; an abstract alone is read as any other text."""
    found = []
    for block in document.blocks:
        if block.kind in _READ:
            section = _section_of(document.sections, block.section) or ("Abstract" if block.kind == "abstract" else "")
            text = document.text[block.start : block.end]
            for start, end in split_sentences(text):
                span = Span(
                    document=document.sha256,
                    start=block.start + start,
                    end=block.start + end,
                    quote=text[start:end],
                    page=block.page,
                )
                item = sentence(text[start:end], work_id, document.sha256, section=section, span=span)
                found.append(replace(item, sums_up=True) if block.kind == "abstract" else item)
    return found


def sentence(text: str, work_id: str, document: str, *, section: str = "", span: Span | None = None) -> Statement:
    """Return one sentence as a statement, with the measurement that it states in itself, if any.

    It sums up when its section is an abstract, a summary or the conclusions.
    """
    said = readable_tex(text) if "\\" in text else " ".join(text.split())
    measurement = measurement_in(said)
    side = Side(work_id=work_id, document=document, section=section, text=said, span=span)
    return Statement(_bound(side, measurement), measurement, bool(_SUMS_UP.search(section)))


def _bound(side: Side, measurement: Measurement | None) -> Side:
    """Return a side with the value that a measurement has and what it is bound to."""
    if measurement is None:
        return side
    return side.model_copy(
        update={
            "value": measurement.value,
            "uncertainty": measurement.uncertainty,
            "unit": measurement.unit,
            "setting": measurement.setting,
            "table": measurement.table,
        }
    )


def of_claim(claim: Claim, document: Document | None) -> Statement:
    """Return what a claim states, with the headers and the caption of its cell where its document is at hand."""
    measurement, span = claim.measurement, claim.spans[0] if claim.spans else None
    side = Side(
        claim=claim.id,
        work_id=claim.work_id,
        document=claim.document,
        section=claim.section,
        text=claim.text,
        span=span,
    )
    side = _bound(side, measurement)
    of_a_cell = measurement is not None and measurement.row is not None
    place = _cell_at(document, span) if document and span and of_a_cell else None
    if place:
        table, cell = place
        paths = {"caption": table.caption, "row_path": cell.row_path, "column_path": cell.column_path}
        side = side.model_copy(update=paths)
    return Statement(side, measurement, bool(_SUMS_UP.search(claim.section)))


def of_cell(placed: PlacedTable, cell: Cell) -> Side:
    """Return a cell as one side, with its headers, the label and the caption of its table."""
    heads = " / ".join(part for part in (*cell.row_path, *cell.column_path) if part)
    return Side(
        work_id=placed.work_id,
        document=placed.document,
        text=f"{heads}: {cell.text}",
        value=" ".join(cell.text.split()),
        table=placed.table.label,
        caption=placed.table.caption,
        row_path=cell.row_path,
        column_path=cell.column_path,
        span=Span(document=placed.document, start=cell.start, end=cell.end, quote=cell.text, page=placed.table.page),
    )


def with_claim(side: Side, claims: Sequence[Claim]) -> Side:
    """Return a side with the first of some claims that rests on its place; unchanged when none does."""
    if side.claim or side.span is None:
        return side
    rests = (claim.id for claim in claims if any(_overlap(span, side.span) for span in claim.spans))
    found = next(rests, "")
    return side.model_copy(update={"claim": found}) if found else side


def _overlap(first: Span, second: Span) -> bool:
    return first.document == second.document and first.start < second.end and second.start < first.end


def _section_of(sections: Sequence[Section], at: int | None) -> str:
    return "" if at is None else sections[at].title


def _cell_at(document: Document, span: Span) -> tuple[Table, Cell] | None:
    for table in document.tables:
        for cell in table.cells:
            if cell.start == span.start and cell.end == span.end:
                return table, cell
    return None
