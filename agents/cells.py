"""Measurements against their table cell: value, uncertainty, unit, and the row and column that they are bound to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agents.checking import CheckResult, fault
from juried.measurement_terms import EFFECTS, find_metrics, letter_metric, rouge_metric
from juried.records.claim import Claim, Measurement
from juried.records.document import Cell, Document, Table
from juried.text.conflicts import quoted
from juried.text.normalise import normalise
from juried.text.numbers import Number, find_numbers, read_value, states_value
from juried.text.units import UNIT, canonical_unit
from juried.text.words import stem, words

_UNIT_PLACE = re.compile(r"[(\[]\s*(?:in\s+)?([^()\[\]]{1,24}?)\s*[)\]]|,\s*(?:in\s+)?([^\s,]{1,12})$|\bin\s+(\w+)")


def check_cell(claim: Claim, measurement: Measurement, document: Document) -> CheckResult:
    """Check a measurement against the table cell that it names.

    The cell must print the value and the uncertainty with the same sign and digits; its row, its column,
    the caption or the notes must name the system, metric, dataset and setting; the claim's sentence must
    say what the measurement says.
    """
    placed = _find_cell(claim, measurement, document)
    if placed is None:
        reason = (
            f"The document has no cell in row {measurement.row}, column {measurement.column} of {_name(measurement)}."
        )
        return fault("refutes", 95, reason, "row_or_column_mismatch")
    table, cell = placed
    found = (
        _check_value(measurement, cell, table)
        or _check_unit(measurement, cell, table)
        or _check_headers(claim, measurement, cell, table, document)
        or _check_sentence(claim, measurement, cell, table)
    )
    if found:
        return found
    place = f"row {cell.row}, column {cell.column} of {_name(measurement)}"
    reason = f"The cell in {place} prints {quoted(cell.text)}, as the claim says."
    return CheckResult(label="supports", probability=98, reason=reason)


def _name(measurement: Measurement) -> str:
    return measurement.table or "its table"


def _find_cell(claim: Claim, measurement: Measurement, document: Document) -> tuple[Table, Cell] | None:
    """Return the cell by table label, row and column; of several tables with one label, first the one quoted."""
    tables = [table for table in document.tables if _folded(table.label) == _folded(measurement.table)]
    spans = [(span.start, span.end) for span in claim.spans]
    tables.sort(key=lambda table: not any(table.start <= start < table.end for start, _ in spans))
    for table in tables:
        for cell in table.cells:
            if (cell.row, cell.column) == (measurement.row, measurement.column):
                return table, cell
    return None


def _folded(text: str) -> str:
    """Return a header in the form in which two prints of it are equal."""
    return re.sub(r"[^\w%+±.]+", " ", normalise(text).text.lower()).strip(" .")


def _check_value(measurement: Measurement, cell: Cell, table: Table) -> CheckResult | None:
    wanted = read_value(measurement.value)
    printed = find_numbers(cell.text)
    if wanted is None:
        return fault("refutes", 95, f"The claim's value {quoted(measurement.value)} is no number.", "number_mismatch")
    if not any(_prints(number, wanted) for number in printed):
        return _misplaced(measurement, wanted, cell, table)
    if measurement.uncertainty and not _prints_uncertainty(cell.text, measurement.uncertainty):
        reason = f"The claim gives ± {measurement.uncertainty} where the cell prints {quoted(cell.text)}."
        return fault("refutes", 97, reason, "number_mismatch")
    return None


def _prints(number: Number, wanted: Number) -> bool:
    return number.value == wanted.value or (states_value(number, wanted) and number.quantum == wanted.quantum)


def _prints_uncertainty(cell: str, uncertainty: str) -> bool:
    interval = re.fullmatch(r"\d+% CI (\S+) to (\S+)", uncertainty)
    if interval:
        printed = re.findall(r"\d+(?:\.\d+)?", normalise(cell).text)[1:]
        return all(end.lstrip("-−") in printed for end in interval.groups())
    found = find_numbers(cell)
    wanted = read_value(uncertainty.lstrip("± "))
    given = [number.uncertainty for number in found if number.uncertainty is not None]
    return wanted is not None and (wanted.value in given or any(number.value == wanted.value for number in found[1:]))


def _misplaced(measurement: Measurement, wanted: Number, cell: Cell, table: Table) -> CheckResult:
    elsewhere = any(_prints(number, wanted) for other in table.cells for number in find_numbers(other.text))
    if elsewhere:
        place = f"row {cell.row}, column {cell.column}"
        reason = f"{quoted(measurement.value)} stands in {_name(measurement)}, but {place} prints {quoted(cell.text)}."
        return fault("refutes", 97, reason, "row_or_column_mismatch")
    reason = f"The claim gives {quoted(measurement.value)} where the cell prints {quoted(cell.text)}."
    return fault("refutes", 98, reason, "number_mismatch")


def _check_unit(measurement: Measurement, cell: Cell, table: Table) -> CheckResult | None:
    """Return a fault when the unit is printed nowhere with the cell, or its headers print another."""
    wanted = canonical_unit(measurement.unit) if measurement.unit else ""
    own = {number.unit for number in find_numbers(cell.text) if number.unit}
    headers = _units(*cell.row_path, *cell.column_path, *table.corner)
    near = own or headers
    if not wanted or wanted in near:
        return None
    if not near and wanted in _units(table.caption, *table.footnotes):
        return None
    printed = ", ".join(sorted(near)) or "no such unit"
    reason = f"The claim gives the unit {quoted(measurement.unit)}; the cell and its headers print {printed}."
    return fault("refutes", 95, reason, "number_mismatch")


def _units(*texts: str) -> set[str]:
    """Return the units that headers or captions print: in brackets, after a comma, after a number, or as a symbol."""
    found: set[str] = set()
    for text in texts:
        found.update(number.unit for number in find_numbers(text) if number.unit)
        pieces = (next(part for part in match.groups() if part) for match in _UNIT_PLACE.finditer(text))
        found.update(canonical_unit(piece) for piece in pieces if UNIT.fullmatch(piece))
        found.update("%" for _ in range("%" in text))
    return found


def _check_headers(
    claim: Claim, measurement: Measurement, cell: Cell, table: Table, document: Document
) -> CheckResult | None:
    """Return a fault when system, metric, dataset or setting belongs to another row or column, or is named nowhere.

    What the claim cites beside its cell (the sentence that says what the table shows) may name it too.
    """
    own = _labels((cell.row_path, cell.column_path))
    others = _labels(path for other in table.cells for path in (other.row_path, other.column_path)) - own
    around = (*cell.row_path, *cell.column_path, *table.corner, table.caption, *table.footnotes, document.title)
    told = tuple(span.quote for span in claim.spans)
    share = ("percentage of",) if "%" in " ".join((*around, cell.text)) else ()
    known = _stems((*around, *told, *share)) | _section_stems(table, document)
    for field in ("system", "metric", "dataset", "setting"):
        value = str(getattr(measurement, field))
        if not value:
            continue
        stray = _stray_part(value, cell, table) if field != "metric" else _stray_rouge(value, cell, table)
        if stray:
            reason = f"{quoted(stray)} is another row or column of {_name(measurement)} than the one of this cell."
            return fault("refutes", 97, reason, "row_or_column_mismatch")
        same_metric = _same_metric(value, cell, table) if field == "metric" else None
        within_own = same_metric and _stems([value]) <= _stems(_spelled((*cell.row_path, *cell.column_path)))
        if same_metric is False or (_folded(value) in others and not within_own):
            reason = f"{quoted(value)} is another row or column of {_name(measurement)} than the one of this cell."
            return fault("refutes", 97, reason, "row_or_column_mismatch")
        if same_metric is None and not _stems([value]) <= known:
            reason = f"Neither headers nor caption of {_name(measurement)} name the {field} {quoted(value)}."
            return fault("refutes", 90, reason, "row_or_column_mismatch")
    return None


def _stray_part(value: str, cell: Cell, table: Table) -> str:
    """Return the part of a system, data set or setting that labels another row or column and not the cell's own, or "".

    Only the header of the same place is compared: the innermost one of a row or column beside the cell's.
    """
    own = _stems((*cell.row_path, *cell.column_path, *table.corner))
    across = [other for other in table.cells if (other.row == cell.row) != (other.column == cell.column)]
    paths = [other.column_path if other.row == cell.row else other.row_path for other in across]
    for part in re.split(r", | \(|\)", value):
        wanted = _stems([part])
        named = (
            wanted
            and not wanted & own
            and part.lower() not in table.caption.lower()
            and any(char.isupper() or char.isdigit() for char in part)
        )
        if named and any(wanted <= _stems(path) for path in paths):
            return part
    return ""


def _stray_rouge(value: str, cell: Cell, table: Table) -> str:
    """Return a variant of ROUGE that the cell's headers do not print where they print another one, or ""."""
    printed = {rouge_metric(part) for part in (*cell.row_path, *cell.column_path)} - {""}
    return value if printed and value.upper().startswith("ROUGE-") and value not in printed else ""


def _spelled(labels: Sequence[str]) -> list[str]:
    """Return labels with short names of metrics written out: "R-L" is ROUGE-L as well."""
    return [*labels, *map(rouge_metric, labels)]


def _same_metric(value: str, cell: Cell, table: Table) -> bool | None:
    """Whether a metric is the one that the cell's headers, or else the caption, name in any form ("EM", "exact match").

    None when either side names no metric that is known by name.
    """
    wanted = _metrics(value)
    named = _metrics(*cell.row_path, *cell.column_path, *table.corner)
    # A row such as "Baseline prevalence" is an exposure where the caption speaks of odds ratios.
    if not named or (wanted & EFFECTS and not named & EFFECTS):
        named = _metrics(table.caption, *table.footnotes)
    return bool(wanted & named) if wanted and named else None


def _metrics(*texts: str) -> set[str]:
    letters = {name for text in texts if (name := letter_metric(text) or rouge_metric(text)[:5])}
    return letters | {name for text in texts for name, _, _ in find_metrics(text)}


def _labels(paths: Iterable[Sequence[str]]) -> set[str]:
    """Return every header of the paths, and each path as one label."""
    found: set[str] = set()
    for path in paths:
        found.update(_folded(part) for part in path)
        found.add(_folded(" ".join(path)))
    return found - {""}


def _stems(texts: Iterable[str]) -> set[str]:
    return {
        stem(part)
        for text in texts
        for word in words(normalise(text).text)
        for part in re.split("[-/+]", word.folded)
        if part
    }


def _section_stems(table: Table, document: Document) -> set[str]:
    """Return the stems of the title and the text of the section that the table stands in."""
    held = [s for s in document.sections if s.start <= table.start < s.end]
    innermost = min(held, key=lambda section: section.end - section.start, default=None)
    return _stems([document.text[innermost.start : innermost.end]]) if innermost else _stems([document.title])


def _check_sentence(claim: Claim, measurement: Measurement, cell: Cell, table: Table) -> CheckResult | None:
    """Return a fault when the claim's sentence gives another value, unit or row than its measurement."""
    allowed = find_numbers(" ; ".join((measurement.value, cell.text)))
    context = (*cell.row_path, *cell.column_path, *table.corner, table.caption, *table.footnotes, measurement.table)
    levels = (other.text for other in table.cells if other.column == cell.column and re.search(r"\bCI\b", other.text))
    labels = " ".join(
        (*context, *levels, measurement.system, measurement.metric, measurement.dataset, measurement.setting)
    )
    named = find_numbers(labels)
    for number in find_numbers(claim.text):
        printed = any(_prints(source, number) for source in allowed)
        elsewhere = number.printed.lower() in labels.lower() or any(_prints(source, number) for source in named)
        if not printed and not elsewhere and number.kind != "citation":
            reason = f"The sentence gives {quoted(number.printed)} where the cell prints {quoted(cell.text)}."
            return fault("refutes", 97, reason, "number_mismatch")
    return (
        _wrong_row(claim, measurement, cell, table)
        or _missing_value(claim, measurement)
        or _wrong_unit(claim, measurement)
    )


def _missing_value(claim: Claim, measurement: Measurement) -> CheckResult | None:
    wanted = read_value(measurement.value)
    stated = find_numbers(claim.text)
    if wanted is None or any(_prints(number, wanted) for number in stated):
        return None
    reason = f"The sentence does not give the measured value {quoted(measurement.value)}."
    return fault("refutes", 90, reason, "number_mismatch")


def _wrong_unit(claim: Claim, measurement: Measurement) -> CheckResult | None:
    wanted = read_value(measurement.value)
    unit = canonical_unit(measurement.unit) if measurement.unit else ""
    given = {n.unit for n in find_numbers(claim.text) if wanted is not None and _prints(n, wanted)} - {""}
    if not given or unit in given:
        return None
    if not unit and wanted is not None and wanted.unit in given:
        return None
    reason = (
        f"The sentence gives the unit {quoted(sorted(given)[0])} where the measurement has {quoted(unit or 'none')}."
    )
    return fault("refutes", 95, reason, "number_mismatch")


def _wrong_row(claim: Claim, measurement: Measurement, cell: Cell, table: Table) -> CheckResult | None:
    """Return a fault when the sentence names another row's or column's header and not the cell's own."""
    text = f" {_folded(claim.text)} "
    own = _labels((cell.row_path, cell.column_path)) | {_folded(measurement.system)}
    if not measurement.system or f" {_folded(measurement.system)} " in text:
        return None
    others = _labels(path for other in table.cells for path in (other.row_path, other.column_path)) - own
    wrong = sorted(label for label in others if f" {label} " in text)
    if not wrong:
        return None
    reason = f"The sentence speaks of {quoted(wrong[-1])} where the cell belongs to {quoted(measurement.system)}."
    return fault("refutes", 95, reason, "row_or_column_mismatch")
