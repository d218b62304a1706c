"""From the raw cells of a table to body cells that know their row and column headers.

Header rows are those that the markup names; without a name, the leading rows that hold no number.
Row headers are the leading columns that hold no numbers (the first always is one). A row with one
filled cell that spans the table heads the rows beneath it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

MAX_SLOTS = 40_000
_MARKS = re.compile(r"[\s*†‡§¶#↑↓]+")


@dataclass(frozen=True)
class RawCell:
    """A cell as the markup gives it; spans count rows and columns, `header` says that it is marked as one."""

    text: str
    header: bool = False
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True)
class RawTable:
    """A table before its headers are resolved; `header_rows` is None where the markup does not say."""

    rows: tuple[tuple[RawCell, ...], ...]
    label: str = ""
    caption: str = ""
    footnotes: tuple[str, ...] = ()
    header_rows: int | None = None


@dataclass(frozen=True)
class Slot:
    """One place of the grid: the cell that covers it, and where that cell begins."""

    cell: RawCell
    row: int
    column: int

    @property
    def text(self) -> str:
        """The text of the covering cell."""
        return self.cell.text


@dataclass(frozen=True)
class BodyCell:
    """A body cell with its resolved headers, before it has offsets."""

    row: int
    column: int
    text: str
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]


@dataclass
class Grid:
    """A full rectangle of slots: every row has the same number of columns."""

    slots: list[list[Slot]]
    declared: int | None = None
    headers: int = field(init=False)
    stubs: int = field(init=False)

    def __post_init__(self) -> None:
        self.headers = _count_header_rows(self)
        self.stubs = _count_stub_columns(self)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.slots)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.slots[0]) if self.slots else 0

    def begins(self, row: int, column: int) -> bool:
        """Whether the cell that covers a slot begins there."""
        slot = self.slots[row][column]
        return (slot.row, slot.column) == (row, column)


def is_number_cell(text: str) -> bool:
    """Whether a cell states a number (`27.3`, `95.74 ± 0.44`, `1.0·10^20`, `<0.001`, `12 (34%)`) and not words."""
    bare = _MARKS.sub("", text)
    letters = sum(char.isalpha() for char in bare)
    digits = sum(char.isdigit() for char in bare)
    opening = re.match(r"[^\w]*", bare)
    start = bare[opening.end() :] if opening else bare
    return digits > 0 and start[:1].isdigit() and letters <= 3


def lay_out(table: RawTable) -> Grid:
    """Return the grid with all spans resolved; spans are cut at the table's edge, short rows are filled up."""
    height = len(table.rows)
    taken: dict[tuple[int, int], Slot] = {}
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            _cover(taken, cell, row, column, height)
            column += max(1, cell.colspan)
    width = max((column + 1 for _, column in taken), default=0)
    blank = RawCell("")
    slots = [[taken.get((r, c), Slot(blank, r, c)) for c in range(width)] for r in range(height)]
    return Grid(slots, table.header_rows)


def _cover(taken: dict[tuple[int, int], Slot], cell: RawCell, row: int, column: int, height: int) -> None:
    slot = Slot(cell, row, column)
    rows = min(max(1, cell.rowspan), height - row)
    columns = min(max(1, cell.colspan), 1000)
    if len(taken) + rows * columns > MAX_SLOTS:
        raise ValueError(f"a table has more than {MAX_SLOTS} cells")
    for r in range(row, row + rows):
        for c in range(column, column + columns):
            taken.setdefault((r, c), slot)


def _texts(grid: Grid, row: int) -> list[str]:
    """Texts of the cells that begin in a row and are not empty."""
    return [grid.slots[row][c].text for c in range(grid.width) if grid.begins(row, c) and grid.slots[row][c].text]


def _has_number(grid: Grid, row: int) -> bool:
    return any(is_number_cell(slot.text) for slot in grid.slots[row][1:])


def _count_header_rows(grid: Grid) -> int:
    height = grid.height
    count = grid.declared or 0
    if not 0 < count < height:
        count = 0
        while count < height and _all_headers(grid, count):
            count += 1
    if not 0 < count < height:
        count = _leading_rows_without_numbers(grid)
    return _through_spans(grid, count)


def _all_headers(grid: Grid, row: int) -> bool:
    cells = [slot.cell for slot in grid.slots[row] if slot.text]
    return bool(cells) and all(cell.header for cell in cells)


def _leading_rows_without_numbers(grid: Grid) -> int:
    count = 0
    while count < grid.height and not _has_number(grid, count):
        count += 1
    if count < grid.height:
        return _without_trailing_titles(grid, count)
    # A table of words: its first row heads it.
    return 1 if grid.height > 1 else 0


def _without_trailing_titles(grid: Grid, count: int) -> int:
    """Take off rows that title the body beneath them, unless nothing else is left."""
    while count > 1 and group_title(grid, count - 1) is not None:
        count -= 1
    return count


def _through_spans(grid: Grid, count: int) -> int:
    """Extend the header over rows into which one of its cells spans, and over the row that names a group's columns."""
    while 0 < count < grid.height - 1 and (_spans_into(grid, count) or _names_columns(grid, count)):
        count += 1
    return count


def _spans_into(grid: Grid, row: int) -> bool:
    return any(slot.row < row for slot in grid.slots[row])


def _names_columns(grid: Grid, row: int) -> bool:
    """Whether the row above groups columns by a spanning cell, and this one holds words for several of them."""
    groups = any(1 < slot.cell.colspan < grid.width for slot in grid.slots[row - 1])
    return groups and not _has_number(grid, row) and len(_texts(grid, row)) > 2


def _count_stub_columns(grid: Grid) -> int:
    if grid.width < 2:
        return 0
    count = 1
    while count < grid.width - 1 and _is_stub(grid, count):
        count += 1
    return count if _numbers_from(grid, count) else 1


def _body(grid: Grid, column: int) -> list[Slot]:
    rows = range(grid.headers, grid.height)
    return [grid.slots[r][column] for r in rows if grid.slots[r][column].text and group_title(grid, r) is None]


def _is_stub(grid: Grid, column: int) -> bool:
    cells = _body(grid, column)
    if not cells:
        return False
    if all(slot.cell.header for slot in cells):
        return True
    return not any(is_number_cell(slot.text) for slot in cells) and not any(_is_missing(s.text) for s in cells)


def _is_missing(text: str) -> bool:
    return text.strip(" -–—−./") == "" or text.lower() in ("n/a", "na", "n.a.", "nan")


def _numbers_from(grid: Grid, column: int) -> bool:
    return any(is_number_cell(slot.text) for c in range(column, grid.width) for slot in _body(grid, c))


def group_title(grid: Grid, row: int) -> str | None:
    """Return the text of a row that titles the rows beneath it, None for any other row."""
    filled = {(slot.row, slot.column): slot for slot in grid.slots[row] if slot.text}
    if len(filled) != 1 or grid.width < 2:
        return None
    (slot,) = filled.values()
    spans_on = slot.row != row or slot.cell.rowspan > 1
    alone = slot.column == 0 or slot.cell.colspan > grid.width // 2
    return slot.text if alone and not spans_on and not is_number_cell(slot.text) else None


def _column_path(grid: Grid, rows: Sequence[int], column: int) -> tuple[str, ...]:
    path: list[Slot] = []
    for row in rows:
        slot = grid.slots[row][column]
        if slot.text and slot not in path:
            path.append(slot)
    return tuple(slot.text for slot in path)


def _common(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the headers that all paths begin with."""
    first = paths[0]
    keep = 0
    while keep < len(first) and all(len(p) > keep and p[keep] == first[keep] for p in paths):
        keep += 1
    return first[:keep]


def _row_path(grid: Grid, row: int, title: str | None) -> tuple[str, ...]:
    path: list[str] = [title] if title else []
    for column in range(grid.stubs):
        text = grid.slots[row][column].text
        inner = any(grid.slots[row][c].text for c in range(column + 1, grid.stubs))
        if not text and inner:
            text = _above(grid, row, column)
        if text:
            path.append(text)
    return tuple(path)


def _above(grid: Grid, row: int, column: int) -> str:
    """Return the nearest filled cell above in the same group of rows; "" when there is none."""
    for r in range(row - 1, grid.headers - 1, -1):
        if group_title(grid, r) is not None:
            return ""
        if grid.slots[r][column].text:
            return grid.slots[r][column].text
    return ""


def body_cells(grid: Grid) -> tuple[BodyCell, ...]:
    """Return the filled body cells, row by row, each with its headers; a grid without a body has none."""
    cells: list[BodyCell] = []
    header_rows: Sequence[int] = range(grid.headers)
    title: str | None = None
    for row in range(grid.headers, grid.height):
        heading = group_title(grid, row)
        if heading is not None:
            title = heading
        elif _all_headers(grid, row) and len(_texts(grid, row)) > 1:
            header_rows, title = [row], None
        else:
            cells.extend(_cells_of_row(grid, row, header_rows, title))
    return tuple(cells)


def _cells_of_row(grid: Grid, row: int, header_rows: Sequence[int], title: str | None) -> list[BodyCell]:
    cells: list[BodyCell] = []
    for column in range(grid.stubs, grid.width):
        slot = grid.slots[row][column]
        if not slot.text or not grid.begins(row, column):
            continue
        columns = range(column, min(column + max(1, slot.cell.colspan), grid.width))
        rows = range(row, min(row + max(1, slot.cell.rowspan), grid.height))
        column_path = _common([_column_path(grid, header_rows, c) for c in columns])
        row_path = _common([_row_path(grid, r, title) for r in rows])
        cells.append(BodyCell(row, column, slot.text, row_path, column_path))
    return cells


def corner(grid: Grid) -> tuple[str, ...]:
    """Return the header cells above the row headers, from left to right, each once."""
    found: list[str] = []
    for column in range(grid.stubs):
        found.extend(text for text in _column_path(grid, range(grid.headers), column) if text not in found)
    return tuple(found)
