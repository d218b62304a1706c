"""Pairs of statements made from real tables and sentences: contradictions, and what only looks like one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from benchmarks.contradiction_sentences import WORDINGS, Abstract, real_sentences, sentences
from benchmarks.contradiction_tables import TABLE_CHANGES, lists, tables
from benchmarks.contradiction_trials import Trial, other_digit, rounded
from benchmarks.table_sets import latex_folders, papers, scitab_documents, tdms_documents
from juried.labelled import read_lines
from juried.ledger import Statement, sentence
from juried.ledger.amounts import amount_of, differ
from juried.measurements import BoundMeasurement, measurement_sentence, measurements_of
from juried.mutants import choice
from juried.records.claim import Measurement, Side
from juried.records.document import Document

PER_KIND = 200


def documents_of(data: Path) -> list[Document]:
    """Return all documents with tables that are at hand, each set in its own order."""
    return [
        *papers(data / "papers", "latex"),
        *latex_folders(data / "papers/docling/latex/sources"),
        *papers(data / "papers", "jats"),
        *scitab_documents(data / "claims/scitab/sci_tab_odd.json"),
        *tdms_documents(data / "tables/tdms").values(),
    ]


def abstracts_of(data: Path, count: int = 3000) -> list[Abstract]:
    """Return id and sentences of abstracts of SciFact's corpus, the first so many by the hash of their ids."""
    rows = [(str(row["doc_id"]), row["abstract"]) for row in read_lines(data / "claims/scifact/corpus.jsonl")]
    kept = sorted(rows, key=lambda row: choice(row[0], 2**32))[:count]
    return [(name, tuple(map(str, text))) for name, text in kept if isinstance(text, list)]


def trials(data: Path) -> Iterator[Trial]:
    """Yield all pairs, at most `PER_KIND` of a kind, chosen by hash."""
    documents = documents_of(data)
    bound = [item for document in documents for item in measurements_of(document)]
    abstracts = abstracts_of(data)
    makers: Sequence[Iterable[Trial]] = (
        *(tables(documents, kind) for kind in TABLE_CHANGES),
        _two_works(bound),
        _cell_and_prose(bound),
        *(_same_quantity(bound, kind, change) for kind, change in _HARMLESS.items()),
        _real_neighbours(bound),
        lists(documents, changed=True),
        lists(documents, changed=False),
        *(sentences(abstracts, kind, conflict) for kind, conflict in WORDINGS.items()),
        real_sentences(abstracts),
    )
    for made in makers:
        found = sorted(made, key=lambda trial: choice(_text_of(trial), 2**32))
        yield from found[:PER_KIND]


def _text_of(trial: Trial) -> str:
    told = [item.side.text + item.side.value for item in trial.statements]
    told += [json.dumps([cell.text for cell in item.table.cells]) + item.table.caption for item in trial.tables]
    return trial.kind + "\n".join(told)


def _stated(measurement: Measurement, work: str) -> Statement:
    side = Side(
        work_id=work,
        document=f"document of {work}",
        text=measurement_sentence(measurement),
        value=measurement.value,
        table=measurement.table,
        setting=measurement.setting,
    )
    return Statement(side, measurement)


def _changed(item: Measurement) -> Measurement | None:
    """Return a measurement with another value that its uncertainty does not allow, or None."""
    other = item.model_copy(update={"value": other_digit(item.value, item.model_dump_json())})
    first, second = (amount_of(m.value, m.uncertainty, m.unit) for m in (item, other))
    return other if first and second and differ(first, second) else None


def _two_works(bound: Iterable[BoundMeasurement]) -> Iterator[Trial]:
    for item in bound:
        other = _changed(item.measurement)
        if other:
            yield Trial("one quantity in two works", True, (_stated(item.measurement, "A"), _stated(other, "B")))


def _cell_and_prose(bound: Iterable[BoundMeasurement]) -> Iterator[Trial]:
    for item in bound:
        other = _changed(item.measurement)
        if other:
            unit = other.unit and (other.unit if other.unit == "%" else f" {other.unit}")
            setting = f" ({other.setting})" if other.setting else ""
            said = f"{other.system} reaches a {other.metric} of {other.value}{unit} on {other.dataset}{setting}."
            prose = sentence(said, "A", "document of A", section="Abstract")
            yield Trial("abstract against a cell", True, (_stated(item.measurement, "A"), prose))


def _same_quantity(
    bound: Iterable[BoundMeasurement], kind: str, change: Callable[[Measurement], Measurement | None]
) -> Iterator[Trial]:
    for item in bound:
        other = change(item.measurement)
        if other:
            yield Trial(kind, False, (_stated(item.measurement, "A"), _stated(other, "B")))


def _with_setting(word: str, instead: str) -> Callable[[Measurement], Measurement | None]:
    """Return what gives one side's measurement another value in another setting."""

    def change(item: Measurement) -> Measurement | None:
        other = _changed(item)
        joined = ", ".join(part for part in (item.setting, instead) if part)
        return other.model_copy(update={"setting": joined}) if other and word not in item.setting else None

    return change


def _field(name: str, value: str) -> Callable[[Measurement], Measurement | None]:
    def change(item: Measurement) -> Measurement | None:
        other = _changed(item)
        return other.model_copy(update={name: value}) if other and getattr(item, name) != value else None

    return change


def _larger(item: Measurement) -> Measurement | None:
    other = _changed(item)
    return other.model_copy(update={"system": f"{item.system}-large"}) if other else None


def _rounded_value(item: Measurement) -> Measurement | None:
    value = rounded(item.value)
    return item.model_copy(update={"value": value}) if value != item.value else None


def _within_spread(item: Measurement) -> Measurement | None:
    if not item.uncertainty or "CI" in item.uncertainty:
        return None
    return item.model_copy(update={"value": str(Decimal(item.value) + Decimal(item.uncertainty))})


def _as_share(item: Measurement) -> Measurement | None:
    value = Decimal(item.value)
    fit = item.unit == "%" and not item.uncertainty and value > 1
    return item.model_copy(update={"value": str(value / 100), "unit": ""}) if fit else None


def _other_split(item: Measurement) -> Measurement | None:
    """Return another value on the other split, where the measurement names one."""
    turned = {"test": "dev", "dev": "test", "validation": "test", "development": "test"}
    found = re.search(r"\b(?:test|dev|validation|development)\b", item.setting)
    other = _changed(item)
    if not found or other is None:
        return None
    return other.model_copy(update={"setting": item.setting.replace(found.group(), turned[found.group()])})


_HARMLESS: dict[str, Callable[[Measurement], Measurement | None]] = {
    "other data set": _field("dataset", "WMT14 En-De"),
    "other metric": _field("metric", "recall"),
    "other language": _with_setting("Swahili", "Swahili"),
    "other model size": _larger,
    "other number of shots": _with_setting("shot", "5-shot"),
    "mean against best": _with_setting("best", "best of 5 runs"),
    "one value, rounded": _rounded_value,
    "within the uncertainty": _within_spread,
    "share against per cent": _as_share,
    "other split": _other_split,
}


def _real_neighbours(bound: Sequence[BoundMeasurement]) -> Iterator[Trial]:
    """Yield real cells that differ in value and in one of system, metric, data set and setting alone."""
    kept: dict[tuple[str, tuple[str, ...]], Measurement] = {}
    for item in bound:
        m = item.measurement
        parts = (m.system, m.metric, m.dataset, m.setting)
        for at, name in enumerate(("system", "metric", "data set", "setting")):
            key = (name, parts[:at] + parts[at + 1 :])
            other = kept.setdefault(key, m)
            if other.value != m.value and (other.system, other.metric, other.dataset, other.setting) != parts:
                kind = f"real cells, other {name}"
                yield Trial(kind, False, (_stated(other, "A"), _stated(m, "B")))
