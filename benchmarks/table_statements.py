"""Statements computed from cells of real tables, true and made false, with the rows that they cite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from juried.measurement_labels import clean_label
from juried.mutants import choice
from juried.records.claim import Claim
from juried.records.document import Cell, Document, Span, Table
from juried.table_claims.grid import Grid, Line, Value, grid_of, places, pools

StatementKind = Literal["comparison", "difference", "ratio", "gain", "mean", "count", "best"]
_LEAST_LETTERS = 3


@dataclass(frozen=True)
class Statement:
    """A statement with its claim; `false_by` is empty for a true one, else what was changed."""

    kind: StatementKind
    false_by: str
    claim: Claim
    document: Document


@dataclass(frozen=True)
class Place:
    """Two rows of a table with plain names, and a column in which both print a number."""

    grid: Grid
    document: Document
    first: Line
    second: Line
    column: Line

    def value(self, row: Line, column: Line | None = None) -> Value:
        """Return the value of a row in a column, the chosen one by default."""
        found = self.grid.at(row, column or self.column)
        assert found is not None
        return found


def statements_of(documents: Sequence[Document], count: int, seed: str) -> list[Statement]:
    """Return true and false statements of every kind from `count` tables, chosen by the hash of their text."""
    found: list[Statement] = []
    tables = [(choice(f"{seed} {document.sha256} {table.start}", 2**32), number, document, table)
              for number, document in enumerate(documents) for table in document.tables]  # fmt: skip
    used = 0
    for _, _, document, table in sorted(tables, key=lambda item: item[:2]):
        place = _place(document, table, seed)
        if place is not None and used < count:
            used += 1
            found.extend(_made(place, seed))
    return found


def _place(document: Document, table: Table, seed: str) -> Place | None:
    grid = grid_of(table)
    rows = [row for row in grid.rows if _named(row, grid.rows)]
    columns = [column for column in grid.columns if _named(column, grid.columns)]
    fit = [
        (a, b, c) for c in columns for a in rows for b in rows
        if a != b and (x := grid.at(a, c)) and (y := grid.at(b, c)) and x.value > y.value > 0
    ]  # fmt: skip
    if not fit:
        return None
    first, second, column = fit[choice(f"{seed} {document.sha256} {table.start} rows", len(fit))]
    return Place(grid, document, first, second, column)


def _named(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line has a name of its own that prose could print: letters, no average, no other line's name."""
    name = label(line)
    letters = sum(char.isalpha() for char in name)
    alone = sum(label(other) == name for other in lines) == 1
    return alone and letters >= _LEAST_LETTERS and not pools(line) and len(name) < 50 and "\n" not in name


def label(line: Line) -> str:
    """Return the name of a line: its headers, joined."""
    return " ".join(clean_label(part) for part in line.path)


def _made(place: Place, seed: str) -> Iterator[Statement]:
    makers: dict[StatementKind, Callable[[Place, str], Iterator[tuple[str, str]]]] = {
        "comparison": _comparison, "difference": _difference, "ratio": _ratio, "gain": _gain, "mean": _mean,
        "count": _count, "best": _best,
    }  # fmt: skip
    for kind, maker in makers.items():
        for text, false_by in maker(place, seed):
            yield Statement(kind, false_by, _claim(place, text, kind), place.document)


def _claim(place: Place, text: str, kind: StatementKind) -> Claim:
    rows = place.grid.rows if kind == "best" else (place.first, place.second)
    spans = tuple(_span(place.document, place.grid.table, row) for row in rows)
    quote = " ".join(span.quote for span in spans)
    return Claim(
        id="C", work_id="W", document=place.document.sha256, kind="finding", text=text, quote=quote, spans=spans
    )


def _span(document: Document, table: Table, row: Line) -> Span:
    """Return the span of a row, from its first to its last cell."""
    cells: list[Cell] = [cell for cell in table.cells if cell.row == row.at]
    start, end = min(cell.start for cell in cells), max(cell.end for cell in cells)
    return Span(document=document.sha256, start=start, end=end, quote=document.text[start:end])


def _turn(place: Place, seed: str, forms: Sequence[str]) -> str:
    return forms[choice(f"{seed} {label(place.first)} {label(place.column)} form", len(forms))]


def _comparison(place: Place, seed: str) -> Iterator[tuple[str, str]]:
    forms = (
        "{a} has a higher {c} than {b}.",
        "The {c} of {a} is larger than that of {b}.",
        "Compared with {b}, {a} has a higher {c}.",
        "{b} is lower than {a} in {c}.",
    )
    form = _turn(place, seed, forms)
    a, b, c = label(place.first), label(place.second), label(place.column)
    yield form.format(a=a, b=b, c=c), ""
    yield form.format(a=b, b=a, c=c), "rows swapped"
    turned = form.replace("higher", "smaller").replace("larger", "smaller").replace("is lower", "is higher")
    yield turned.format(a=a, b=b, c=c), "direction"


def _difference(place: Place, seed: str) -> Iterator[tuple[str, str]]:
    first, second = place.value(place.first), place.value(place.second)
    digits = max(places(first.quantum), places(second.quantum))
    told = f"{first.value - second.value:.{digits}f}"
    form = _turn(place, seed, ("{a} is {d} points higher than {b} in {c}.", "{a} exceeds {b} by {d} in {c}.",
                               "The difference between {a} and {b} in {c} is {d}.",
                               "In {c}, {a} leads to an increase of {d} over {b}."))  # fmt: skip
    yield from _with(place, form, "d", told, seed)
    if "difference" not in form:
        yield form.format(a=label(place.second), b=label(place.first), c=label(place.column), d=told), "rows swapped"


def _with(place: Place, form: str, key: str, told: str, seed: str) -> Iterator[tuple[str, str]]:
    names = {"a": label(place.first), "b": label(place.second), "c": label(place.column)}
    yield form.format(**names, **{key: told}), ""
    yield form.format(**names, **{key: other_digit(told, seed)}), "digit"


def other_digit(told: str, seed: str) -> str:
    """Return a number with one of its digits changed, chosen by hash."""
    digits = [place for place, char in enumerate(told) if char.isdigit()]
    at = digits[choice(f"{seed} {told} place", len(digits))]
    return f"{told[:at]}{(int(told[at]) + 1 + choice(f'{seed} {told} digit', 9)) % 10}{told[at + 1 :]}"


def _ratio(place: Place, seed: str) -> Iterator[tuple[str, str]]:
    told = f"{place.value(place.first).value / place.value(place.second).value:.2f}"
    if Decimal(told) >= 100:
        return
    form = _turn(place, seed, ("The {c} of {a} is {r} times that of {b}.", "{a} has {r} times the {c} of {b}."))
    yield from _with(place, form, "r", told, seed)


def _gain(place: Place, seed: str) -> Iterator[tuple[str, str]]:
    first, second = place.value(place.first).value, place.value(place.second).value
    told = f"{(first - second) / second * 100:.1f}"
    if Decimal(told) >= 1000 or Decimal(told) == 0:
        return
    form = _turn(place, seed, ("{a} is {g}% higher than {b} in {c}, relatively.",
                               "Relative to {b}, {a} increases the {c} by {g}%."))  # fmt: skip
    yield from _with(place, form, "g", told, seed)


def _mean(place: Place, seed: str) -> Iterator[tuple[str, str]]:
    others = [c for c in place.grid.columns if _named(c, place.grid.columns) and place.grid.at(place.first, c)]
    if len(others) < 3:
        return
    chosen = others[:3]
    values = [place.value(place.first, column) for column in chosen]
    digits = max(places(value.quantum) for value in values) + 1
    told = f"{sum((v.value for v in values), Decimal(0)) / 3:.{digits}f}"
    names = [label(column) for column in chosen]
    text = f"The mean of {label(place.first)} over {names[0]}, {names[1]} and {names[2]} is {{m}}."
    yield text.format(m=told), ""
    yield text.format(m=other_digit(told, seed)), "digit"


def _count(place: Place, seed: str) -> Iterator[tuple[str, str]]:
    columns = place.grid.columns
    couples = [(place.grid.at(place.first, c), place.grid.at(place.second, c)) for c in columns]
    if len(columns) < 3 or any(a is None or b is None for a, b in couples) or any(pools(c) for c in columns):
        return
    hits = sum(a.value > b.value for a, b in couples if a and b)
    text = f"{label(place.first)} is higher than {label(place.second)} in {{k}} of {len(columns)} columns."
    yield text.format(k=hits), ""
    yield text.format(k=hits - 1 if hits > 1 else hits + 1), "count"


def _best(place: Place, seed: str) -> Iterator[tuple[str, str]]:
    column = [(v.value, row) for row in place.grid.rows if (v := place.grid.at(row, place.column))]
    top = max(value for value, _ in column)
    winners = [row for value, row in column if value == top]
    losers = [row for value, row in column if value < top and _named(row, place.grid.rows)]
    if len(winners) != 1 or not losers or not _named(winners[0], place.grid.rows):
        return
    text = "{a} has the highest {c}."
    yield text.format(a=label(winners[0]), c=label(place.column)), ""
    loser = losers[choice(f"{seed} loser", len(losers))]
    yield text.format(a=label(loser), c=label(place.column)), "row"
