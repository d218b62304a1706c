"""Reading the claims of a report's text: from blocks (`### C3`), tables (tabs or pipes) or lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from juried.reports.escape import unescape
from juried.reports.lint.parsing import CLAIMS_SECTION, REFERENCES_SECTION, Line, ReportText, plain, table_cells
from juried.reports.lint.words import outside_quotation

_BLOCK = re.compile(r"^#{1,6}\s+(C\d+)\b(.*)$")
_YES = re.compile(r"[✓✔☑✅]|^\s*(?:yes|true|verified|supported)\b", re.IGNORECASE)
_NO = re.compile(r"[×✗✘☒❌]|^\s*(?:no|false|not[ _]\w+|un\w+|contradicted|refuted|x)\b", re.IGNORECASE)
_COLUMNS = {
    "text": re.compile(r"^claims?( text)?$"),
    "verified": re.compile(r"^(verified|verdict|status|outcome)$"),
    "quote": re.compile(r"quot|span|passage"),
    "source": re.compile(r"^(source|reference|work|paper|citation)s?$"),
    "reason": re.compile(r"reason|why|basis|rationale"),
}
_LIST_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?=\S)")
_FACT = re.compile(r"^\s*[-*+]\s+(\w[\w ]*?):\s*(.*)$")


@dataclass(frozen=True)
class ClaimRow:
    """A claim as a report shows it; `verified` is None when the report does not say."""

    name: str
    line: int
    text: str
    verified: bool | None
    quote: str = ""
    source: str = ""
    reason: str = ""
    measured: str = ""


def claim_rows(report: ReportText) -> tuple[ClaimRow, ...]:
    """Return the claims of the section that lists them, in order; none when there is no such section."""
    lines = report.find(CLAIMS_SECTION)
    return _from_blocks(lines) or _from_table(lines) or _from_list(lines)


def own_lines(report: ReportText, rows: Sequence[ClaimRow]) -> tuple[Line, ...]:
    """Return the lines in which a report speaks itself: without claims, references and quotations."""
    others = {row.line for row in rows} | {line.number for line in report.find(REFERENCES_SECTION)}
    own = (line for line in report.lines if line.number not in others)
    return tuple(Line(line.number, " ".join(outside_quotation(line.text))) for line in own)


def _mark(text: str) -> bool | None:
    if _YES.search(text) and not re.match(r"\s*not\b", text, re.IGNORECASE):
        return True
    return False if _NO.search(text) else None


def _from_blocks(lines: tuple[Line, ...]) -> tuple[ClaimRow, ...]:
    starts = [at for at, line in enumerate(lines) if _BLOCK.match(line.text)]
    rows = []
    for start in starts:
        rest = lines[start + 1 :]
        length = next((at for at, line in enumerate(rest) if line.text.startswith("#")), len(rest))
        rows.append(_block(lines[start], rest[:length]))
    return tuple(rows)


def _block(head: Line, body: tuple[Line, ...]) -> ClaimRow:
    name = _BLOCK.sub(r"\1", head.text)
    facts: dict[str, str] = {}
    quote: list[str] = []
    spoken: list[Line] = []
    for line in body:
        fact = _FACT.match(line.text)
        if fact:
            facts.setdefault(fact.group(1).lower(), fact.group(2))
        elif line.text.lstrip().startswith(">"):
            quote.append(unescape(re.sub(r"^\s*>\s?", "", line.text)))
        elif line.text.strip():
            spoken.append(line)
    verdict = next((line.text for line in spoken if line.text.startswith("**")), head.text)
    text = next((line for line in spoken if not line.text.startswith("**")), Line(head.number, ""))
    mark = _mark(verdict.strip("*# ").removeprefix(name))
    source = facts.get("source", "")
    told = facts.get("reason", ""), unescape(facts.get("measured", ""))
    return ClaimRow(name, text.number, plain(text.text), mark, "\n".join(quote), source, *told)


def _from_table(lines: tuple[Line, ...]) -> tuple[ClaimRow, ...]:
    rows: list[ClaimRow] = []
    columns: dict[str, int] = {}
    for line in lines:
        cells = table_cells(line.text)
        if len(cells) < 2:
            continue
        if not columns:
            columns = _columns(cells)
        else:
            rows.append(_row(line.number, cells, columns, len(rows) + 1))
    return tuple(rows)


def _columns(cells: list[str]) -> dict[str, int]:
    """Return which column holds what, by its title; empty when no column holds claims."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        for name, pattern in _COLUMNS.items():
            if pattern.search(cell.lower()):
                found.setdefault(name, at)
    return found if "text" in found else {}


def _row(number: int, cells: list[str], columns: dict[str, int], count: int) -> ClaimRow:
    def cell(name: str) -> str:
        at = columns.get(name, len(cells))
        return cells[at] if at < len(cells) else ""

    verified = _mark(cell("verified"))
    return ClaimRow(f"claim {count}", number, cell("text"), verified, cell("quote"), cell("source"), cell("reason"))


def _from_list(lines: tuple[Line, ...]) -> tuple[ClaimRow, ...]:
    """Read list items; a mark at their end says whether they are verified."""
    items = [line for line in lines if _LIST_MARK.match(line.text)]
    rows = []
    for at, line in enumerate(items, start=1):
        text = unescape(_LIST_MARK.sub("", line.text)).strip()
        mark = re.search(r"\s*[(\[]?([✓✔✅×✗✘❌])[)\]]?\s*$", text)
        kept = text[: mark.start()] if mark else text
        rows.append(ClaimRow(f"claim {at}", line.number, kept, _mark(mark.group(1)) if mark else None))
    return tuple(rows)
