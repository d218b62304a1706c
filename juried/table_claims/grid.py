"""A table as lines and values: rows and columns with their headers, the number of each cell, and what is better."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from juried.measurement_labels import clean_label
from juried.records.document import Cell, Table

Axis = Literal["row", "column"]
AXES: tuple[Axis, Axis] = ("row", "column")
_NUMBER = re.compile(r"(?P<sign>[-−–+]?)\s?(?P<core>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)")
_BESIDE = re.compile(
    r"^(?:\s*%?\s*(?:±|\+/-|\+-)\s*[\d.]+|\s*\([^()]*\)|\s*\[[^\[\]]*\]|[\s%*†‡§¶↑↓∗x×]|\s*[a-zA-Z]{1,3}\b)*$"
)
_LOWER = re.compile(
    r"↓|(?<![\w-])(?:perplexit(?:y|ies)|ppl|wer|cer|ter|eer|[a-z]*errors?|err|loss(?:es)?|time|times|latency|runtime|"
    r"seconds|secs?|ms|minutes|hours|bpc|bpb|rmse|mse|mae|nll|ser|der|mr|mean rank|median rank|"
    r"med\.? ?r|params?|parameters|flops|memory|"
    r"fpr|false (?:positives?|negatives?)|edit distance|kl|fid|violations?|cost|missed|missing|"
    r"leakage|repetitions?|bits per)(?![\w-])",
    re.IGNORECASE,
)
_HIGHER = re.compile(
    r"↑|(?<![\w-])(?:reduction|accuracy|acc|f1|f-?measure|f-?score|precision|recall|bleu|rouge)(?![\w-])", re.IGNORECASE
)
_POOLED = re.compile(r"(?<![\w-])(?:avg|average|averaged|mean|overall|total|all|sum|macro|micro)\b\.?", re.IGNORECASE)
_BOUND = re.compile(
    (
        r"(?<![\w-])(?:human|humans|oracle|gold|upper[- ]?bound|ceiling|ground[- ]truth|inter-?annotator|"
        r"supervised upper)(?![\w-])"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Value:
    """The number that a cell prints: `quantum` is what one unit of its last digit is worth."""

    value: Decimal
    quantum: Decimal
    percent: bool = False


@dataclass(frozen=True)
class Line:
    """A row or a column: its place, and its headers from the outermost to the innermost."""

    axis: Axis
    at: int
    path: tuple[str, ...]


def read_cell(text: str) -> Value | None:
    """Return the one number of a cell, uncertainty and marks apart; None for words, dashes and several numbers."""
    bare = clean_label(text)
    found = _NUMBER.search(bare)
    if found is None or re.search(r"\w", bare[: found.start()]) or not _BESIDE.match(bare[found.end() :]):
        return None
    core = Decimal(found["core"].replace(",", ""))
    quantum = Decimal(1).scaleb(int(core.as_tuple().exponent))
    signed = -core if found["sign"] in ("-", "−", "–") and found["sign"] else core
    return Value(signed, quantum, "%" in bare)


def places(quantum: Decimal) -> int:
    """Return how many digits after the point a quantum stands for."""
    return max(0, -int(quantum.as_tuple().exponent))


@dataclass(frozen=True)
class Grid:
    """The numbers of a table by row and column, and its lines in the order of the page."""

    table: Table
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    values: dict[tuple[Line, Line], Value] = field(repr=False)

    def lines(self, axis: Axis) -> tuple[Line, ...]:
        """Return the lines of one axis."""
        return self.rows if axis == "row" else self.columns

    def at(self, line: Line, cross: Line) -> Value | None:
        """Return the value where two lines of different axes meet, None when that cell prints no one number."""
        return self.values.get((line, cross) if line.axis == "row" else (cross, line))

    def lower_is_better(self, row: Line, column: Line) -> bool:
        """Whether a smaller value is the better one in a cell, as its headers say, or else the caption."""
        own = " ".join((*row.path, *column.path))
        if _LOWER.search(own) or _HIGHER.search(own):
            return bool(_LOWER.search(own))
        told = self._told(row, column)
        caption = told or self.table.caption.split(". ")[0]
        return bool(_LOWER.search(caption)) and not _HIGHER.search(caption)

    def _told(self, row: Line, column: Line) -> str:
        """Return what the caption says just before it names a line ("perplexity on PTB"), "" when nothing."""
        for label in (part for line in (column, row) for part in line.path):
            name = re.escape(clean_label(label))
            found = re.search(rf"(?:[\w-]+\s+){{1,4}}(?:on|of|for)\s+(?:the\s+)?{name}(?!\w)", self.table.caption)
            if found and (_LOWER.search(found.group()) or _HIGHER.search(found.group())):
                return found.group()
        return ""

    @cached_property
    def units(self) -> str:
        """All headers and the caption, joined, for what is printed beside no single cell."""
        return " ".join((self.table.caption, *(part for line in (*self.rows, *self.columns) for part in line.path)))


def pools(line: Line) -> bool:
    """Whether a line sums up others (an average or a total)."""
    return bool(line.path and _POOLED.match(clean_label(line.path[-1])))


def bounds(line: Line) -> bool:
    """Whether a line is no competitor: people, an oracle, an upper bound."""
    return bool(_BOUND.search(" ".join(line.path)))


def grid_of(table: Table) -> Grid:
    """Return the grid of a table; a row that repeats one text in all its cells titles the rows beneath it."""
    values: dict[tuple[Line, Line], Value] = {}
    title: tuple[str, ...] = ()
    for cells in _by_row(table.cells):
        first = cells[0]
        texts = {clean_label(cell.text) for cell in cells} | {clean_label(part) for part in first.row_path}
        if len(texts) == 1 and read_cell(first.text) is None and len(cells) > 1:
            title = (first.text,)
            continue
        for cell in cells:
            row = Line("row", cell.row, tuple(dict.fromkeys((*title, *cell.row_path))))
            for path, text in _parts(cell):
                value = read_cell(text)
                if value is not None:
                    values[row, Line("column", cell.column, path)] = value
    rows = tuple(dict.fromkeys(row for row, _ in values))
    columns = tuple(sorted(dict.fromkeys(column for _, column in values), key=lambda line: (line.at, line.path)))
    return Grid(table, rows, columns, values)


def _parts(cell: Cell) -> list[tuple[tuple[str, ...], str]]:
    """Return a cell under its column; "54.8/55.5/53.2" under "Macro P/R/F" is three cells."""
    texts = [part.strip() for part in re.split(r"\s*/\s*", cell.text)]
    last = cell.column_path[-1] if cell.column_path else ""
    heads = [part.strip(" ()") for part in re.split(r"\s*/\s*", last)]
    if len(texts) < 2 or len(texts) != len(heads):
        return [(cell.column_path, cell.text)]
    lead, _, first = heads[0].rpartition(" ")
    names = [first.strip(" ()"), *heads[1:]]
    group = (lead.strip(" ()"),) if lead else ()
    return [((*cell.column_path[:-1], *group, name), text) for name, text in zip(names, texts, strict=True)]


def _by_row(cells: Iterable[Cell]) -> list[list[Cell]]:
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell.row].append(cell)
    return [found[row] for row in sorted(found)]
