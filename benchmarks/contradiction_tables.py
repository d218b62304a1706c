"""Real tables restated, whole or in part, changed or not; and their rows as lists in prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.contradiction_trials import Trial, other_digit, rounded
from juried.ledger import PlacedTable, sentence
from juried.ledger.tables import cells_by_header
from juried.mutants import choice
from juried.records.document import Cell, Document, Table


def tables(documents: Iterable[Document], kind: str) -> Iterator[Trial]:
    """Restate real tables: whole or with fewer rows, in one paper or in another version, changed or not."""
    conflict, change = TABLE_CHANGES[kind]
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
    return [
        cell.model_copy(update={"text": other_digit(cell.text, seed)}) if n == at else cell
        for n, cell in enumerate(kept)
    ]


def _all_digits(cells: Sequence[Cell], seed: str) -> list[Cell]:
    """Measure everything on something else: every value differs."""
    return [cell.model_copy(update={"text": other_digit(cell.text, seed + str(n))}) for n, cell in enumerate(cells)]


def _one_column(cells: Sequence[Cell], seed: str) -> list[Cell]:
    """Measure one column on something else, as an average over other sets."""
    columns = sorted({cell.column_path for cell in cells})
    column = columns[choice(seed, len(columns))]
    if sum(cell.column_path == column for cell in cells) < 2:
        return []
    return [
        cell.model_copy(update={"text": other_digit(cell.text, seed + str(n))}) if cell.column_path == column else cell
        for n, cell in enumerate(cells)
    ]


def _rounded(cells: Sequence[Cell], seed: str) -> list[Cell]:
    found = [cell.model_copy(update={"text": rounded(cell.text)}) for cell in _fewer(cells, seed)]
    return found if any(new.text != old.text for new, old in zip(found, cells, strict=False)) else []


TABLE_CHANGES: dict[str, tuple[bool, Callable[[Sequence[Cell], str], list[Cell]]]] = {
    "table restated, one digit changed": (True, _one_digit),
    "table restated unchanged": (False, _fewer),
    "table restated, rounded": (False, _rounded),
    "same headers, all values of another setting": (False, _all_digits),
    "same headers, one column of another setting": (False, _one_column),
}


def lists(documents: Iterable[Document], *, changed: bool) -> Iterator[Trial]:
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
        again = [other_digit(value, name) if n == at else value for n, value in enumerate(values)]
        subject = name if changed else other
        if subject != name or changed:
            kind = "list restated, one digit changed" if changed else "list of another system, one digit apart"
            first = sentence(f"{name} achieves {_listed(values)} performance.", "A", "document of A")
            second = sentence(f"The performance of {subject} is {_listed(again)}.", "B", "document of B")
            yield Trial(kind, changed, (first, second))


def _listed(values: Sequence[str]) -> str:
    return f"{', '.join(values[:-1])}, and {values[-1]}"
