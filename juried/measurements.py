"""Measurements from tables: a body cell is a claim only when system, metric, data set or task, and value are bound.

What cannot be bound to all of them is no claim; it is counted by what is missing. Cells of a document that
bind to the same quantity with different values bind to nothing, since what tells them apart was not read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from juried.measurement_axes import TableView
from juried.measurement_context import NOTHING_SAID, context_of, said_of
from juried.measurement_drafts import Draft, lacking_of, read_other, read_systems
from juried.measurement_groups import bind_in_study
from juried.measurement_labels import Axis, Missing, levels_of
from juried.measurement_study_tables import Bound, StudyTable, study_table
from juried.measurement_values import is_plausible, read_value
from juried.records.base import Record
from juried.records.claim import Measurement
from juried.records.document import Cell, Document, Span, Table
from juried.text.sentence_faults import fault


class BoundMeasurement(Record):
    """A measurement with its claim sentence.

    `spans` are the cell itself, its row's line as context, and the sentences that name what the table leaves unsaid.
    """

    measurement: Measurement
    text: str
    quote: str
    spans: tuple[Span, ...]


class UnboundCount(Record):
    """How many cells with a number lacked one part."""

    missing: Missing
    count: int


class TableReading(Record):
    """What the tables of a document gave: all body cells, those with a number, those bound, and why not the rest."""

    bound: tuple[BoundMeasurement, ...]
    cells: int
    numbers: int
    unbound: tuple[UnboundCount, ...]


def measurements_of(document: Document) -> tuple[BoundMeasurement, ...]:
    """Return the bound measurements of all tables in the order of the text; without tables there are none."""
    return read_tables(document).bound


def read_tables(document: Document) -> TableReading:
    """Bind every body cell that can be bound, and count the others by the first part that is missing."""
    missing: Counter[Missing] = Counter()
    groups: dict[tuple[str, str, str, str], list[BoundMeasurement]] = defaultdict(list)
    context = context_of(document) if document.tables else NOTHING_SAID
    for table in document.tables:
        view = TableView(table, context, said_of(document, table, context))
        study = study_table(table, document.title)
        for cell in table.cells:
            if not re.search(r"\d", cell.text):
                continue
            made = _bind(document, view, view.systems, cell) if view.systems else _bind_study(document, study, cell)
            if isinstance(made, BoundMeasurement):
                m = made.measurement
                groups[(m.system, m.metric, m.dataset, m.setting)].append(made)
            else:
                missing[made] += 1
    bound, ambiguous = _unambiguous(groups.values())
    missing["ambiguous"] += ambiguous
    cells = sum(len(table.cells) for table in document.tables)
    counts = tuple(UnboundCount(missing=name, count=missing[name]) for name in sorted(missing) if missing[name])
    numbers = len(bound) + sum(missing.values())
    return TableReading(bound=bound, cells=cells, numbers=numbers, unbound=counts)


def _unambiguous(groups: Iterable[list[BoundMeasurement]]) -> tuple[tuple[BoundMeasurement, ...], int]:
    """Keep one cell of each quantity that has one value only, in the order of the text; count the others."""
    bound: list[BoundMeasurement] = []
    dropped = 0
    for group in groups:
        if len({item.measurement.value for item in group}) == 1:
            bound.append(group[0])
        dropped += len(group) - (1 if bound and bound[-1] is group[0] else 0)
    bound.sort(key=lambda item: (item.spans[0].start, item.text))
    return tuple(bound), dropped


def measurement_sentence(measurement: Measurement) -> str:
    """Return the sentence that states a measurement: "The F1 of VA on POS tagging (Belarusian) is 95.28 ± 0.51"."""
    setting = f" ({measurement.setting})" if measurement.setting else ""
    uncertainty = f" ± {measurement.uncertainty}" if measurement.uncertainty else ""
    if " CI " in measurement.uncertainty:
        uncertainty = f" ({measurement.uncertainty})"
    unit = "" if not measurement.unit else "%" if measurement.unit == "%" else f" {measurement.unit}"
    return (
        f"The {measurement.metric} of {measurement.system} on {measurement.dataset}{setting} "
        f"is {measurement.value}{uncertainty}{unit}."
    )


def _bind(document: Document, view: TableView, systems: Axis, cell: Cell) -> BoundMeasurement | Missing:
    value = read_value(cell.text, view.caption)
    if value is None:
        return "value"
    draft = Draft()
    other: Axis = "column" if systems == "row" else "row"
    read_systems(draft, levels_of(cell, systems, view.table.corner), view)
    for level in levels_of(cell, other, view.table.corner):
        read_other(draft, level, view)
    lacking = lacking_of(draft, view)
    if lacking:
        return lacking
    measurement = _measurement(draft, view, cell, value)
    if not is_plausible(measurement, draft.metric):
        return "value"
    text = measurement_sentence(measurement)
    if fault(text) is not None:
        return "wording"
    return BoundMeasurement(
        measurement=measurement,
        text=text,
        quote=document.text[cell.start : cell.end],
        spans=(*_spans(document, view.table, cell), *(_span(document, *place) for place in draft.said)),
    )


def _bind_study(document: Document, view: StudyTable, cell: Cell) -> BoundMeasurement | Missing:
    found = bind_in_study(view, cell)
    if not isinstance(found, Bound):
        return "system" if found == "metric" else found
    if fault(found.text) is not None:
        return "wording"
    return BoundMeasurement(
        measurement=found.measurement,
        text=found.text,
        quote=document.text[cell.start : cell.end],
        spans=_spans(document, view.table, cell),
    )


def _measurement(draft: Draft, view: TableView, cell: Cell, value: tuple[str, str, bool]) -> Measurement:
    number, uncertainty, percent = value
    stripped = (re.sub(r"^\(([^()]*)\)$", r"\1", text) for text in draft.settings)
    settings = [text for text in dict.fromkeys(stripped) if text.lower() != draft.datasets[0].lower()]
    return Measurement(
        system=draft.system,
        metric=draft.printed_metric,
        dataset=draft.datasets[0],
        setting=", ".join(settings),
        value=number,
        unit="%" if percent or draft.percent else "",
        uncertainty=uncertainty,
        table=view.table.label,
        row=cell.row,
        column=cell.column,
    )


def _span(document: Document, start: int, end: int) -> Span:
    page = next((block.page for block in document.blocks if block.start <= start < block.end), None)
    return Span(document=document.sha256, start=start, end=end, quote=document.text[start:end], page=page)


def _spans(document: Document, table: Table, cell: Cell) -> tuple[Span, ...]:
    text = document.text
    begin = text.rfind("\n", 0, cell.start) + 1
    stop = text.find("\n", cell.end)
    stop = len(text) if stop < 0 else stop
    places = (
        [(cell.start, cell.end)] if (begin, stop) == (cell.start, cell.end) else [(cell.start, cell.end), (begin, stop)]
    )
    return tuple(Span(document=document.sha256, start=a, end=b, quote=text[a:b], page=table.page) for a, b in places)
