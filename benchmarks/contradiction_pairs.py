"""Pairs of statements made from real tables and sentences: contradictions, and what only looks like one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks.table_sets import latex_folders, papers, scitab_documents, tdms_documents
from juried.labelled import read_lines
from juried.ledger import PlacedTable, Statement, sentence
from juried.ledger.amounts import amount_of, differ
from juried.ledger.tables import cells_by_header
from juried.measurements import BoundMeasurement, measurement_sentence, measurements_of
from juried.mutants import choice, mutants
from juried.records.claim import Measurement, Side
from juried.records.document import Cell, Document, Table
from juried.text.numbers import find_numbers
from juried.text.words import content_stems

PER_KIND = 200
_LEADS = ("We conclude that ", "In summary, ", "Overall, ", "")


@dataclass(frozen=True)
class Trial:
    """Two statements or two tables, whether they contradict each other, and what kind of pair it is."""

    kind: str
    conflict: bool
    statements: tuple[Statement, ...] = ()
    tables: tuple[PlacedTable, ...] = ()


def documents_of(data: Path) -> list[Document]:
    """Return all documents with tables that are at hand, each set in its own order."""
    return [
        *papers(data / "papers", "latex"),
        *latex_folders(data / "papers/docling/latex/sources"),
        *papers(data / "papers", "jats"),
        *scitab_documents(data / "claims/scitab/sci_tab_odd.json"),
        *tdms_documents(data / "tables/tdms").values(),
    ]


def abstracts_of(data: Path, count: int = 3000) -> list[tuple[str, tuple[str, ...]]]:
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
        *(_tables(documents, kind) for kind in _TABLE_CHANGES),
        _two_works(bound),
        _cell_and_prose(bound),
        *(_same_quantity(bound, kind, change) for kind, change in _HARMLESS.items()),
        _real_neighbours(bound),
        _lists(documents, changed=True),
        _lists(documents, changed=False),
        *(_sentences(abstracts, kind, conflict) for kind, conflict in _WORDINGS.items()),
        _real_sentences(abstracts),
    )
    for made in makers:
        found = sorted(made, key=lambda trial: choice(_text_of(trial), 2**32))
        yield from found[:PER_KIND]


def _text_of(trial: Trial) -> str:
    told = [item.side.text + item.side.value for item in trial.statements]
    told += [json.dumps([cell.text for cell in item.table.cells]) + item.table.caption for item in trial.tables]
    return trial.kind + "\n".join(told)


def _tables(documents: Iterable[Document], kind: str) -> Iterator[Trial]:
    """Restate real tables: whole or with fewer rows, in one paper or in another version, changed or not."""
    conflict, change = _TABLE_CHANGES[kind]
    for document in documents:
        for table in document.tables:
            told = [cell for cell in cells_by_header(table).values() if cell.told]
            rows = {item.cell.row_path for item in told}
            columns = {item.cell.column_path for item in told}
            seed = document.sha256 + str(table.start)
            if len(told) < 6 or len(rows) < 2 or len(columns) < 2:
                continue
            cells = change([item.cell for item in told], seed)
            again = table.model_copy(update={"label": "Table 99", "cells": tuple(cells), "start": table.end + 1})
            place = document.sha256 if choice(seed, 2) else "a revised version"
            if cells:
                both = PlacedTable("W", document.sha256, table), PlacedTable("W", place, again)
                yield Trial(kind, conflict, tables=both)


def _fewer(cells: Sequence[Cell], seed: str) -> list[Cell]:
    """Leave out about a third of the rows, never all but one."""
    rows = sorted({cell.row_path for cell in cells})
    kept = [row for row in rows if choice(seed + str(row), 3)] if len(rows) > 3 else rows
    return [cell for cell in cells if cell.row_path in kept] if len(kept) > 1 else list(cells)


def _one_digit(cells: Sequence[Cell], seed: str) -> list[Cell]:
    kept = _fewer(cells, seed)
    at = choice(seed + "cell", len(kept))
    return [cell.model_copy(update={"text": _other_digit(cell.text, seed)}) if n == at else cell for n, cell in enumerate(kept)]


def _all_digits(cells: Sequence[Cell], seed: str) -> list[Cell]:
    """Measure everything on something else: every value differs."""
    return [cell.model_copy(update={"text": _other_digit(cell.text, seed + str(n))}) for n, cell in enumerate(cells)]


def _one_column(cells: Sequence[Cell], seed: str) -> list[Cell]:
    """Measure one column on something else, as an average over other sets."""
    columns = sorted({cell.column_path for cell in cells})
    column = columns[choice(seed, len(columns))]
    if sum(cell.column_path == column for cell in cells) < 2:
        return []
    return [
        cell.model_copy(update={"text": _other_digit(cell.text, seed + str(n))}) if cell.column_path == column else cell
        for n, cell in enumerate(cells)
    ]


def _rounded(cells: Sequence[Cell], seed: str) -> list[Cell]:
    found = [cell.model_copy(update={"text": _round(cell.text)}) for cell in _fewer(cells, seed)]
    return found if any(new.text != old.text for new, old in zip(found, cells, strict=False)) else []


_TABLE_CHANGES: dict[str, tuple[bool, Callable[[Sequence[Cell], str], list[Cell]]]] = {
    "table restated, one digit changed": (True, _one_digit),
    "table restated unchanged": (False, _fewer),
    "table restated, rounded": (False, _rounded),
    "same headers, all values of another setting": (False, _all_digits),
    "same headers, one column of another setting": (False, _one_column),
}


def _other_digit(text: str, seed: str) -> str:
    """Change one of the first three digits of the value, never the last printed one alone into a rounding."""
    places = [match.start() for match in re.finditer(r"\d", text.partition("±")[0])][:3]
    at = places[choice(seed + text, len(places))]
    digit = (int(text[at]) + 2 + choice(seed + text + "digit", 7)) % 10
    return text[:at] + str(digit) + text[at + 1 :]


def _round(text: str) -> str:
    """Print a value with one digit less."""
    found = re.match(r"\d+\.\d+", text)
    if not found:
        return text
    value = Decimal(found.group())
    places = -int(value.as_tuple().exponent)
    return str(round(value, places - 1)) if places > 1 else text


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
    other = item.model_copy(update={"value": _other_digit(item.value, item.model_dump_json())})
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
    value = _round(item.value)
    return item.model_copy(update={"value": value}) if value != item.value else None


def _within_spread(item: Measurement) -> Measurement | None:
    if not item.uncertainty or "CI" in item.uncertainty:
        return None
    return item.model_copy(update={"value": str(Decimal(item.value) + Decimal(item.uncertainty))})


def _as_share(item: Measurement) -> Measurement | None:
    value = Decimal(item.value)
    fit = item.unit == "%" and not item.uncertainty and value > 1
    return item.model_copy(update={"value": str(value / 100), "unit": ""}) if fit else None


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
    "other split": lambda item: _other_split(item),
}


def _other_split(item: Measurement) -> Measurement | None:
    """Return another value on the other split, where the measurement names one."""
    turned = {"test": "dev", "dev": "test", "validation": "test", "development": "test"}
    found = re.search(r"\b(?:test|dev|validation|development)\b", item.setting)
    other = _changed(item)
    if not found or other is None:
        return None
    return other.model_copy(update={"setting": item.setting.replace(found.group(), turned[found.group()])})


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


def _lists(documents: Iterable[Document], *, changed: bool) -> Iterator[Trial]:
    """Yield rows of real tables as lists in two sentences, one value changed or rows of another name beside it."""
    for document in documents:
        for table in document.tables:
            yield from _row_lists(document, table, changed)


def _row_lists(document: Document, table: Table, changed: bool) -> Iterator[Trial]:
    rows: dict[str, list[str]] = {}
    for item in cells_by_header(table).values():
        if item.told and item.cell.row_path and re.match(r"[A-Z][\w+-]*$", item.cell.row_path[-1]):
            rows.setdefault(item.cell.row_path[-1], []).append(item.cell.text)
    fit = [(name, values) for name, values in sorted(rows.items()) if len(values) > 3]
    for (name, values), (other, _) in zip(fit, [*fit[1:], *fit[:1]], strict=True):
        at = choice(document.sha256 + name, len(values))
        again = [_other_digit(value, name) if n == at else value for n, value in enumerate(values)]
        subject = name if changed else other
        if subject != name or changed:
            kind = "list restated, one digit changed" if changed else "list of another system, one digit apart"
            first = sentence(f"{name} achieves {_listed(values)} performance.", "A", "document of A")
            second = sentence(f"The performance of {subject} is {_listed(again)}.", "B", "document of B")
            yield Trial(kind, changed, (first, second))


def _listed(values: Sequence[str]) -> str:
    return f"{', '.join(values[:-1])}, and {values[-1]}"


_WORDINGS = {
    "abstract restated, one number changed": True,
    "abstract restated, direction turned": True,
    "abstract restated, negation added or lost": True,
    "abstract restated unchanged": False,
    "abstract restated, other year": False,
    "abstract restated, other identifier": False,
    "abstract restated, other table number": False,
}


def _sentences(abstracts: Iterable[tuple[str, tuple[str, ...]]], kind: str, conflict: bool) -> Iterator[Trial]:
    for name, sentences in abstracts:
        for said in sentences:
            again = _reworded(said, kind)
            if again is not None:
                yield _restated(kind, conflict, name, said, again)


def _restated(kind: str, conflict: bool, name: str, said: str, again: str) -> Trial:
    lead = _LEADS[choice(said, len(_LEADS))]
    turned = lead + (again[:1].lower() + again[1:] if lead and again[1:2].islower() else again)
    first = sentence(said, name, name, section="Abstract")
    return Trial(kind, conflict, (first, sentence(turned, name, name, section="Discussion")))


def _reworded(said: str, kind: str) -> str | None:
    """Return a sentence restated as its kind wants, None where it cannot be."""
    made = mutants(said)
    if "direction" in kind:
        return made.get("direction")
    if "negation" in kind:
        return made.get("negation_added") or made.get("negation_lost")
    if "number changed" in kind:
        return made.get("digit")
    if "unchanged" in kind:
        return said
    return _other_label(said, kind)


def _other_label(said: str, kind: str) -> str | None:
    """Return a sentence with another year, another name that holds digits, or another number of its table."""
    wanted = "year" if "year" in kind else "identifier" if "identifier" in kind else "label"
    if wanted == "label":
        return None if find_numbers(said) else f"{said.rstrip('.')} (Table {choice(said, 4) + 1})."
    found = [number for number in find_numbers(said) if number.kind == wanted and number.upper is None]
    places = [n.start + m.start() for n in found for m in re.finditer(r"\d", n.printed)][-1:]
    if not places:
        return None
    at = places[0]
    return f"{said[:at]}{(int(said[at]) + 1 + choice(said, 8)) % 10}{said[at + 1 :]}"


def _real_sentences(abstracts: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[Trial]:
    """Yield the two sentences of each abstract that share the most words, as if two sections said them."""
    for name, sentences in abstracts:
        pairs = [(a, b) for n, a in enumerate(sentences) for b in sentences[n + 1 :] if a != b]
        if pairs:
            a, b = max(pairs, key=_overlap)
            first = sentence(a, name, name, section="Abstract")
            yield Trial("real sentences of one abstract", False, (first, sentence(b, name, name, section="Discussion")))


def _overlap(pair: tuple[str, str]) -> tuple[float, str, str]:
    first, second = (set(content_stems(text)) for text in pair)
    return len(first & second) / max(1, len(first | second)), *pair
