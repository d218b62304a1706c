"""The checker on claims about whole tables: comparisons, differences, means and counts decided from the cells."""

from __future__ import annotations

import re
from decimal import Decimal

from agents.checking import CheckResult, fault
from juried.measurement_terms import find_metrics, rouge_metric
from juried.records.claim import Claim
from juried.records.document import Document, Table
from juried.records.verdict import ReasonCode
from juried.table_claims.amounts import Amount, amounts, fits
from juried.table_claims.grid import Grid, Line, grid_of
from juried.table_claims.limits import is_bound
from juried.table_claims.ruling_pairs import Ruling, RulingKind
from juried.table_claims.rulings import rule
from juried.text.numbers import quantities
from juried.text.reported_tests import reported_tests, same_test

_CODES: dict[RulingKind, ReasonCode] = {
    "number": "number_mismatch",
    "place": "row_or_column_mismatch",
    "direction": "contradicting_evidence",
}
_FEW = 4
_POOLED = re.compile(r"\b(?:average|averaged|averages|mean|sum|total)\b", re.IGNORECASE)


def check_tables(claim: Claim, document: Document) -> CheckResult | None:
    """Return what the table that a claim rests on surely says of it; None when it rests on none or no rule decides."""
    for table in _cited(claim, document):
        found = rule(claim.text, grid_of(table), _focus(claim, table), around=f"{document.title} {document.text}")
        if found is not None:
            return _worded(found, table, 97)
    return None


def check_elsewhere(claim: Claim, document: Document) -> CheckResult | None:
    """Return what the tables surely say of a claim that rests on prose; None unless all that bind it agree."""
    cited = _cited(claim, document)
    found = [
        (ruling, table) for table in document.tables
        if table not in cited and (ruling := rule(claim.text, grid_of(table), resting=False)) is not None
    ]  # fmt: skip
    labels = {ruling.label for ruling, _ in found}
    return _worded(*found[0], 90) if len(labels) == 1 else None


def words_of_tables(claim: Claim, document: Document) -> str:
    """Return caption, corner and headers of the cells that a claim cites, joined; "" where it cites none."""
    told: list[str] = []
    for table in _cited(claim, document):
        covered = _covered(claim, table)
        rows, columns = {row for row, _ in covered}, {column for _, column in covered}
        told += [table.caption, *table.corner, *table.footnotes]
        told += [part for cell in table.cells if cell.row in rows for part in cell.row_path]
        told += [part for cell in table.cells if cell.column in columns for part in cell.column_path]
    told += [
        name for part in tuple(told) for name in (rouge_metric(part), *(found for found, _, _ in find_metrics(part)))
    ]
    return " ; ".join(dict.fromkeys(part for part in told if part))


def computed_from_cells(claim: Claim, document: Document) -> bool:
    """Whether every amount of a claim is a cell of the rows that it cites, or may be computed of them."""
    for table in _cited(claim, document):
        grid = grid_of(table)
        found = amounts(claim.text, grid, _lines(claim, table, grid), counts=True)
        heads = words_of_tables(claim, document)
        pooled = _pooled(claim, table, grid) if _POOLED.search(claim.text) else ()
        if found and all(
            _follows(amount, claim.text) or amount.number.printed in heads
            or any(fits(value, amount.number.value, amount.number.quantum) for value in pooled) for amount in found
        ):  # fmt: skip
            return True
    return False


def bounds_a_cell(claim: Claim, document: Document, printed: str) -> bool:
    """Whether a number of a claim that rests on a table is a bound or an estimate ("over 80"), which no cell prints."""
    bounded = any(number.printed == printed and is_bound(number, claim.text) for number in quantities(claim.text))
    return bounded and bool(_cited(claim, document))


def _pooled(claim: Claim, table: Table, grid: Grid) -> tuple[Decimal, ...]:
    """Return means and sums of neighbouring cells of the cited rows, and of each column over those or all rows."""
    cited = _lines(claim, table, grid)
    lines = [[grid.at(row, column) for column in grid.columns] for row in grid.rows if row in cited]
    for rows in (grid.rows, [row for row in grid.rows if row in cited]):
        lines += [[grid.at(row, column) for row in rows] for column in grid.columns]
    runs = [[value.value for value in line[a:b] if value] for line in lines
            for a in range(len(line)) for b in range(a + 2, len(line) + 1)]  # fmt: skip
    return tuple(result for run in runs if run for result in (sum(run, Decimal(0)), sum(run, Decimal(0)) / len(run)))


def _follows(amount: Amount, claim: str) -> bool:
    """Whether a number is a cited cell, computed of cited cells, or a count of columns ("3 of 4")."""
    number = amount.number
    counted = re.search(r"\bof\s+(?:the\s+|all\s+)?$", claim[: number.start]) or re.match(
        r"\s+(?:out\s+)?of\s+(?:the\s+)?\d", claim[number.end :]
    )
    return (amount.named and amount.origin != "none") or (number.quantum == 1 and bool(counted))


def check_tests(claim: Claim) -> CheckResult | None:
    """Return a fault for a test of the claim whose p does not follow from its value and degrees of freedom.

    A test that the cited words print just so is no fault of the claim: it says what its source says.
    """
    printed = reported_tests(" ".join([claim.quote, *(span.quote for span in claim.spans)]))
    wrong = next(
        (
            test for test in reported_tests(claim.text)
            if test.consistent is False and not any(same_test(test, other) for other in printed)
        ), None,
    )  # fmt: skip
    if wrong is None:
        return None
    said = f"p {wrong.relation} {wrong.stated}"
    reason = f"The test value and its degrees of freedom give p = {wrong.computed}, and the claim says {said}."
    return fault("refutes", 92, reason, "number_mismatch")


def _cited(claim: Claim, document: Document) -> tuple[Table, ...]:
    starts = [span.start for span in claim.spans]
    return tuple(table for table in document.tables if any(table.start <= start < table.end for start in starts))


def _covered(claim: Claim, table: Table) -> frozenset[tuple[int, int]]:
    return frozenset(
        (cell.row, cell.column) for cell in table.cells
        if any(span.start <= cell.start and cell.end <= span.end for span in claim.spans)
    )  # fmt: skip


def _focus(claim: Claim, table: Table) -> frozenset[tuple[int, int]]:
    """Return the cells that the claim's shortest spans cover, where they are few; a cited row tells no column."""
    covers = [
        frozenset((cell.row, cell.column) for cell in table.cells if span.start <= cell.start and cell.end <= span.end)
        for span in claim.spans
    ]
    least = min((len(cells) for cells in covers if cells), default=0)
    found = {cell for cells in covers if len(cells) == least for cell in cells}
    return frozenset(found) if least == 1 and len(found) <= _FEW else frozenset()


def _lines(claim: Claim, table: Table, grid: Grid) -> frozenset[Line]:
    rows = {row for row, _ in _covered(claim, table)}
    return frozenset(line for line in grid.rows if line.at in rows)


def _worded(ruling: Ruling, table: Table, probability: int) -> CheckResult:
    name = table.label or "its table"
    places = "; ".join(f"row {row}, column {column}" for row, column in ruling.cells[:2])
    if ruling.label == "supports":
        return CheckResult(
            label="supports",
            probability=probability,
            reason=f"The cells of {name} bear this out ({places}): {ruling.computed}.",
        )
    reason = f"The cells of {name} say otherwise ({places}): {ruling.computed}."
    return fault("refutes", probability, reason, _CODES[ruling.kind])
