"""Sentences bound by cells of their own document: those that name a cell's system, metric, data set and setting."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from juried.ledger.quantities import key_of
from juried.ledger.statements import Statement
from juried.measurement_terms import find_metrics
from juried.records.claim import Measurement
from juried.text.normalise import normalise
from juried.text.numbers import Number, quantities

_COMPARES = re.compile(
    r"\b(?:improv\w+|gains?|increas\w+|decreas\w+|drop\w*|reduc\w+|higher|lower|better|worse|more|less|fewer|than|"
    r"points?|up to|about|around|almost|nearly|between|from|relative|absolute|margin|by|over|respectively)\b",
    re.IGNORECASE,
)


def bound_by_cells(statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements in order, sentences that speak of one cell's quantity with the measurement that they state.

    A sentence is bound when it has one value and one metric, compares nothing, and of all measured cells of its
    document exactly one quantity has its system, metric, data set and every part of its setting named in it; what the
    sentence was taken to measure by itself gives way to that.
    """
    held = list(statements)
    cells: dict[str, list[Measurement]] = defaultdict(list)
    for item in held:
        if item.measurement is not None and item.side.table:
            cells[item.side.document].append(item.measurement)
    return [_bound(item, cells[item.side.document]) for item in held]


def _bound(item: Statement, cells: Sequence[Measurement]) -> Statement:
    if item.side.table or not cells or _COMPARES.search(item.side.text):
        return item
    metrics = find_metrics(item.side.text)
    if len(metrics) != 1:
        return item
    named = _most_named([cell for cell in cells if _names(item.side.text, cell)])
    numbers = _values(item.side.text, named[0]) if named else []
    if len({key_of(cell) for cell in named}) != 1 or len(numbers) != 1:
        return item
    value = _printed(numbers[0])
    bound = {"value": value[0], "uncertainty": value[1], "unit": numbers[0].unit, "setting": named[0].setting}
    measurement = named[0].model_copy(update={**bound, "table": "", "row": None, "column": None})
    return replace(item, side=item.side.model_copy(update=bound), measurement=measurement)


def _parts(cell: Measurement) -> list[str]:
    return [cell.system, cell.dataset, *(part.strip() for part in cell.setting.split(",") if part.strip())]


def _names(text: str, cell: Measurement) -> bool:
    """Whether a text names a cell's metric and every other part of what the cell is of."""
    said = _spaced(text)
    metric = {name for name, _, _ in find_metrics(cell.metric)} & {name for name, _, _ in find_metrics(text)}
    return bool(metric) and all(_spaced(part) in said for part in _parts(cell))


def _most_named(cells: Sequence[Measurement]) -> list[Measurement]:
    """Return the cells with the longest names: a sentence on "BERT large" names "BERT" too."""
    longest = max((sum(map(len, _parts(cell))) for cell in cells), default=0)
    best = [cell for cell in cells if sum(map(len, _parts(cell))) == longest]
    whole = " ".join(map(_spaced, _parts(best[0]))) if best else ""
    # A second system, or another part, that is no piece of the first is one too many.
    return best if all(_spaced(part) in whole for cell in cells for part in _parts(cell)) else []


def _values(text: str, cell: Measurement) -> list[Number]:
    """Return the amounts of a text that are no part of the cell's names."""
    blank = text
    for part in sorted((*_parts(cell), cell.metric), key=len, reverse=True):
        blank = re.sub(re.escape(part), lambda found: " " * len(found.group()), blank, flags=re.IGNORECASE)
    return [number for number in quantities(blank) if number.upper is None and not number.relation]


def _printed(number: Number) -> tuple[str, str]:
    found = re.match(r"[-−]?[\d.,]+", number.printed)
    return (found.group() if found else str(number.value)), str(number.uncertainty or "")


def _spaced(text: str) -> str:
    found = re.findall(r"[^\W_]+|[+]", normalise(text).text.casefold())
    return f" {' '.join(found)} "
