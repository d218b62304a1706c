"""A `tabular` with its spans and rules, as raw rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from juried.documents.tables import RawCell, RawTable, is_number_cell
from juried.text.tex import readable_tex
from juried.text.tex_macros import read_group, read_optional

TABULARS = (
    "tabular",
    "tabular*",
    "tabularx",
    "tabulary",
    "longtable",
    "tabu",
    "longtabu",
    "array",
    "xltabular",
    "supertabular",
)
_MARKS = re.compile(
    r"\\begin\s*\{[^{}]*\}|\\end\s*\{[^{}]*\}|\\\\\*?(?:[ \t]*\[[^\]\n]*\])?|\\tabularnewline\b|\\cr\b|\\.|[{}&]",
    re.DOTALL,
)
_RULE = re.compile(
    r"\s*\\(?:(?P<full>hline|toprule|midrule|bottomrule|specialrule|Xhline|heavyrule|thickhline|hhline|tabucline|Cline)"
    r"|(?P<part>cmidrule|cline|cdashline|hdashline|addlinespace|noalign|rowcolor|rowcolors|endhead|endfirsthead|endfoot|endlastfoot|arrayrulecolor))"
    r"(?![A-Za-z])(?P<rest>(?:\s*(?:\([^)]*\)|\[[^\]]*\]|\{[^{}]*\}))*)"
)
_NESTED = re.compile(r"\\(begin|end)\s*\{(?:tabular|array)\*?\}")
_MULTICOLUMN = re.compile(r"\\multicolumn(?![A-Za-z])")
_MULTIROW = re.compile(r"\\multirow(?:cell)?(?![A-Za-z])")


@dataclass
class _Cell:
    text: str
    rowspan: int = 1
    colspan: int = 1


def read_tabular(body: str, convert: Callable[[str], str] = readable_tex) -> RawTable:
    """Return the rows of a tabular's body (behind its column specification).

    Args:
        body: TeX between the column specification and the end of the environment.
        convert: Turns the TeX of one cell into readable text.
    """
    rows, ruled = _split_rows(body)
    cells = [[_read_cell(source, convert) for source in row] for row in rows]
    filled = [(row, rule) for row, rule in zip(cells, ruled, strict=True) if any(c.text for c in row) or len(row) > 1]
    _lift_upward_spans([row for row, _ in filled])
    settled = _settle([row for row, _ in filled])
    raw = tuple(tuple(RawCell(c.text, False, c.rowspan, c.colspan) for c in row) for row in settled)
    return RawTable(raw, header_rows=_header_rows(raw, [rule for _, rule in filled]))


def _split_rows(body: str) -> tuple[list[list[str]], list[bool]]:
    """Return the TeX of all cells by row, and for each row whether a full rule stands above it."""
    rows: list[list[str]] = [[]]
    depth = at = 0
    for mark in _MARKS.finditer(body):
        sign = mark[0]
        if sign == "{" or sign.startswith("\\begin"):
            depth += 1
        elif sign == "}" or sign.startswith("\\end"):
            depth = max(0, depth - 1)
        elif depth == 0 and (sign == "&" or sign.startswith(("\\\\", "\\tabularnewline", "\\cr"))):
            rows[-1].append(body[at : mark.start()])
            at = mark.end()
            if sign != "&":
                rows.append([])
    rows[-1].append(body[at:])
    ruled = []
    for row in rows:
        row[0], rule = _strip_rules(row[0])
        ruled.append(rule)
    return rows, _carry_rules(rows, ruled)


def _carry_rules(rows: list[list[str]], ruled: list[bool]) -> list[bool]:
    """Hand the rule of an empty row on to the next row."""
    for index in range(len(rows) - 1):
        if ruled[index] and not any(cell.strip() for cell in rows[index]) and len(rows[index]) == 1:
            ruled[index + 1] = True
    return ruled


def _strip_rules(source: str) -> tuple[str, bool]:
    full = False
    at = 0
    while match := _RULE.match(source, at):
        full = full or bool(match["full"])
        at = match.end() if match["full"] != "hline" else match.end("full")
    return source[at:], full


def _read_cell(source: str, convert: Callable[[str], str]) -> _Cell:
    colspan = rowspan = 1
    match = _MULTICOLUMN.search(source)
    if match:
        count, at = read_group(source, match.end())
        _, at = read_group(source, at)
        content, at = read_group(source, at)
        source, colspan = source[: match.start()] + content + source[at:], _number(count)
    match = _MULTIROW.search(source)
    if match:
        _, at = read_optional(source, match.end())
        count, at = read_group(source, at)
        _, at = read_optional(source, at)
        _, at = read_group(source, at)
        _, at = read_optional(source, at)
        content, at = read_group(source, at)
        source, rowspan = source[: match.start()] + content + source[at:], _number(count)
    return _Cell(convert(_flatten(source)), rowspan, max(1, colspan))


def _flatten(source: str) -> str:
    """Return a cell without the tabular that an author put into it to break its lines."""
    out: list[str] = []
    at = 0
    while match := _NESTED.search(source, at):
        out.append(source[at : match.start()])
        at = match.end()
        if match[1] == "begin":
            _, at = read_optional(source, at)
            _, at = read_group(source, at)
        out.append(" ")
    return "".join([*out, source[at:]])


def _number(text: str) -> int:
    match = re.fullmatch(r"\s*(-?\d{1,3})(?:\.\d+)?\s*", text)
    return int(match[1]) if match else 1


def _positions(row: list[_Cell]) -> list[int]:
    """Return the column at which each cell of a row begins."""
    at, found = 0, []
    for cell in row:
        found.append(at)
        at += cell.colspan
    return found


def _lift_upward_spans(rows: list[list[_Cell]]) -> None:
    """Move a cell with a negative row span to the row where it begins, when the place there is empty."""
    for index, row in enumerate(rows):
        for cell, column in zip(row, _positions(row), strict=True):
            if cell.rowspan >= 0:
                continue
            top = max(0, index + cell.rowspan + 1)
            for other, place in zip(rows[top], _positions(rows[top]), strict=True):
                if place == column and not other.text:
                    other.text, other.rowspan = cell.text, index - top + 1
                    cell.text = ""
            cell.rowspan = 1


def _settle(rows: list[list[_Cell]]) -> list[list[_Cell]]:
    """Take out the empty cells that LaTeX wants beneath a spanning cell; a filled one there ends the span."""
    active: dict[int, tuple[_Cell, int]] = {}
    settled: list[list[_Cell]] = []
    for index, row in enumerate(rows):
        kept: list[_Cell] = []
        for cell, column in zip(row, _positions(row), strict=True):
            owner = active.get(column)
            inside = owner is not None and index < owner[1] + owner[0].rowspan
            if inside and owner is not None and not cell.text:
                continue
            if inside and owner is not None:
                owner[0].rowspan = index - owner[1]
            kept.append(cell)
            for place in range(column, column + cell.colspan):
                active[place] = (cell, index)
        settled.append(kept)
    return settled


def _header_rows(rows: tuple[tuple[RawCell, ...], ...], ruled: list[bool]) -> int | None:
    """Return how many rows stand above the first inner rule, None when they are no header."""
    breaks = [index for index in range(1, len(rows)) if ruled[index]]
    if not breaks or _states_results(rows[: breaks[0]]):
        return None
    count = breaks[0]
    for stop in breaks[1:]:
        band = rows[count:stop]
        if any(row and row[0].text for row in band) or _has_numbers(band):
            break
        count = stop
    return count if any(len([c for c in row if c.text]) > 1 for row in rows[:count]) else None


def _has_numbers(rows: tuple[tuple[RawCell, ...], ...]) -> bool:
    return any(is_number_cell(cell.text) for row in rows for cell in row)


def _states_results(rows: tuple[tuple[RawCell, ...], ...]) -> bool:
    """Whether most filled cells besides the first of each row are numbers with decimals."""
    texts = [cell.text for row in rows for cell in row[1:] if cell.text]
    return sum(is_number_cell(text) and "." in text for text in texts) * 2 > len(texts)
