"""Measurements from tables: a body cell is a claim only when system, metric, data set or task, and value are bound.

What cannot be bound to all of them is no claim; it is counted by what is missing. Cells of a document that
bind to the same quantity with different values bind to nothing, since what tells them apart was not read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from juried.measurement_axes import Label, TableView, read_label
from juried.measurement_context import NOTHING_SAID, context_of, said_of
from juried.measurement_groups import Bound, StudyTable, bind_in_study, study_table
from juried.measurement_labels import Level, clean_system, is_coined, levels_of
from juried.measurement_names import find_datasets
from juried.measurement_terms import corner_kind, find_metrics, looks_like_system, split_of
from juried.measurement_values import is_plausible, read_value
from juried.records.base import Record
from juried.records.claim import Measurement
from juried.records.document import Cell, Document, Span, Table
from juried.text.sentence_faults import fault

Missing = Literal["system", "metric", "dataset", "value", "setting", "ambiguous", "wording"]
_TRANSLATION = frozenset(["BLEU", "TER", "chrF", "METEOR", "COMET", "BLEURT", "NIST"])
_GENERIC_SETTING = re.compile(
    r"(?:our|ours|this|work$|previous|prior|baselines?|existing|proposed|published|others?|state)\b", re.IGNORECASE
)


_OWN = re.compile(
    r"(?:our|proposed|the proposed|full) (?:full |final )?(?:model|method|system|approach|work)(?: \(ours\))?|ours?|"
    r"this (?:work|paper)|proposed",
    re.IGNORECASE,
)


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


@dataclass
class _Draft:
    """What is known of one cell while its labels are read."""

    system: str = ""
    metric: str = ""
    printed_metric: str = ""
    datasets: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    percent: bool = False
    language: str = ""
    said: list[tuple[int, int]] = field(default_factory=list)
    fault: Missing | None = None


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
            made = _bind(document, view, cell) if view.systems else _bind_study(document, study, cell)
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
    unit = "" if not measurement.unit else "%" if measurement.unit == "%" else f" {measurement.unit}"
    return (
        f"The {measurement.metric} of {measurement.system} on {measurement.dataset}{setting} "
        f"is {measurement.value}{uncertainty}{unit}."
    )


def _bind(document: Document, view: TableView, cell: Cell) -> BoundMeasurement | Missing:
    value = read_value(cell.text, view.caption)
    if value is None:
        return "value"
    draft = _Draft()
    other = "column" if view.systems == "row" else "row"
    _read_systems(draft, levels_of(cell, view.systems, view.table.corner), view)
    for level in levels_of(cell, "row" if other == "row" else "column", view.table.corner):
        _read_other(draft, level, view)
    lacking = _lacking(draft, view)
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


def _read_systems(draft: _Draft, levels: list[Level], view: TableView) -> None:
    """Read the system axis: the corner names the system's level, else it is the innermost unnamed one."""
    names: list[str] = []
    titled: str | None = None
    for level in levels:
        kind = corner_kind(level.corner) if level.corner else None
        if kind == "system":
            titled = level.text
            continue
        if kind == "other":
            draft.settings.append(f"{level.corner} {level.text}")
            continue
        label = read_label(level.text, view)
        if kind == "dataset":
            draft.datasets.append(level.text)
        elif kind == "language" or _says_no_name(label):
            _take(draft, label)
        else:
            names.append(level.text)
    if titled is None and view.systems == "column":
        system, names = clean_system(" ".join(names)), []
    else:
        names = [*names, titled] if titled is not None else names
        system = _innermost_system(names)
    draft.system = system or _own_system(draft, levels, view)
    draft.settings.extend(name for name in names if not _GENERIC_SETTING.match(name))


def _innermost_system(names: list[str]) -> str:
    """Take the system out of the unnamed labels: the innermost, or the only name of a model around a variant of it."""
    inner = clean_system(names[-1]) if names else ""
    around = [name for name in names[:-1] if looks_like_system(name) and clean_system(name)]
    if len(around) != 1 or looks_like_system(names[-1]) or is_coined(inner):
        return (names.pop() and inner) if names else ""
    names.remove(around[0])
    return clean_system(around[0])


def _own_system(draft: _Draft, levels: list[Level], view: TableView) -> str:
    """Return the paper's own name for what a row calls "our model", where no other label has that name; else ""."""
    own = view.context.own
    if own is None or sum(bool(_OWN.fullmatch(level.text)) for level in levels) != 1 or own.text in view.labels:
        return ""
    draft.said.append(own.place)
    return own.text


def _says_no_name(label: Label) -> bool:
    """Whether a label on the system axis names a data set, language, metric or split, and so no system."""
    return label.kind in ("dataset", "pair", "setting") or (
        label.kind == "nothing" and bool(label.metric or label.split)
    )


def _read_other(draft: _Draft, level: Level, view: TableView) -> None:
    kind = corner_kind(level.corner) if level.corner else None
    label = read_label(level.text, view)
    if kind == "dataset" and label.kind in ("unknown", "setting"):
        label = Label("dataset", label.text, label.metric, label.printed_metric, label.split, label.percent)
    if kind == "other" and not label.metric:
        draft.settings.append(f"{level.corner} {level.text}")
        return
    _take(draft, label)


def _take(draft: _Draft, label: Label) -> None:
    draft.percent = draft.percent or label.percent
    if label.metric:
        draft.fault = "metric" if draft.metric or label.metric == "ambiguous" else draft.fault
        draft.metric, draft.printed_metric = label.metric, label.printed_metric
    if label.split:
        draft.settings.append(label.split)
    if label.kind == "dataset":
        draft.datasets.append(label.text)
    elif label.kind == "pair":
        draft.pairs.append(label.text)
    elif label.kind == "setting":
        draft.fault = "setting" if draft.language else draft.fault
        draft.language = label.text
        draft.settings.insert(0, label.text)
    elif label.kind == "unknown":
        draft.unknown.append(label.text)
    elif label.kind == "no_score":
        draft.fault = "metric"


def _lacking(draft: _Draft, view: TableView) -> Missing | None:
    """Return the first part that a draft lacks after the caption has filled what it may fill."""
    if not draft.system:
        return "system"
    if draft.fault:
        return draft.fault
    if not draft.metric:
        if not view.metric and not _hear_metric(draft, view):
            return "metric"
        draft.metric = draft.metric or view.metric
        draft.printed_metric = draft.printed_metric or view.metric
    if not _settle_dataset(draft, view):
        return "dataset"
    return None


def _hear_metric(draft: _Draft, view: TableView) -> bool:
    """Take the metric from the sentences that refer to the table, where neither headers nor caption name one."""
    told = view.said.metric
    if told is None or view.named or find_metrics(view.caption):
        return False
    draft.metric, draft.printed_metric = find_metrics(told.text)[0][0], told.text
    draft.said.append(told.place)
    return True


def _hear_dataset(draft: _Draft, view: TableView) -> None:
    """Take the data set from the sentences that refer to the table, where neither headers nor caption name one."""
    told = view.said.dataset
    if told is None or draft.unknown or find_datasets(view.caption):
        return
    draft.datasets.append(told.text)
    known = any(split_of(text)[0] for text in draft.settings)
    draft.settings.extend([view.said.split] if view.said.split and not known else [])
    draft.said.append(told.place)


def _settle_dataset(draft: _Draft, view: TableView) -> bool:
    """Choose the data set: a label's, the caption's, a language pair for translation, or a name under plural sets."""
    if len(draft.datasets) > 1 or (draft.datasets and _is_other_set(draft.datasets[0], view.place)):
        return False
    if draft.datasets and draft.datasets[0].lower() in view.place.lower():
        draft.datasets[0] = view.place
    if not draft.datasets and view.place and not view.place_is_label:
        draft.datasets.append(view.place)
        if view.split and view.split not in draft.settings:
            draft.settings.append(view.split)
    elif not draft.datasets and draft.pairs and draft.metric in _TRANSLATION:
        draft.datasets.append(draft.pairs.pop(0))
    elif not draft.datasets and view.many_places and len(draft.unknown) == 1 and _is_name(draft.unknown[0]):
        draft.datasets.append(draft.unknown.pop())
    elif not draft.datasets:
        _hear_dataset(draft, view)
    draft.settings[:0] = [*draft.pairs, *draft.unknown]
    return bool(draft.datasets)


def _is_other_set(label: str, place: str) -> bool:
    """Whether a header names one listed data set and the caption another: which one the cell belongs to is not sure."""
    named, said = find_datasets(label), find_datasets(place)
    return bool(named and said) and not {n.lower() for n in named} & {n.lower() for n in said} and label not in place


def _is_name(label: str) -> bool:
    return len(label.split()) <= 3 and label[:1].isupper()


def _measurement(draft: _Draft, view: TableView, cell: Cell, value: tuple[str, str, bool]) -> Measurement:
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
