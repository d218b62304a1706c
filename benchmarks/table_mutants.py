"""True claims about table cells of real papers, and their mutants: digit, row, column, unit, sign, direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.table_statements import other_digit
from juried.measurements import BoundMeasurement, measurement_sentence, measurements_of
from juried.mutants import choice
from juried.records.claim import Claim, Measurement
from juried.records.document import Document

MutantKind = Literal["true", "digit", "row", "row index", "column", "column index", "unit", "sign", "direction"]
_PER_TABLE = 3


@dataclass(frozen=True)
class CellClaim:
    """A claim made from a cell, or a mutant of one; `typed` says that it carries its measurement."""

    kind: MutantKind
    typed: bool
    claim: Claim
    document: Document


def cell_claims(documents: Sequence[Document], count: int, seed: str) -> list[CellClaim]:
    """Return `count` true claims with all their mutants, at most three cells of each table, chosen by hash."""
    drawn = []
    for document in documents:
        by_table: dict[str, list[BoundMeasurement]] = {}
        for item in measurements_of(document):
            by_table.setdefault(item.measurement.table, []).append(item)
        for table, items in sorted(by_table.items()):
            key = f"{seed} {document.sha256} {table}"
            places = dict.fromkeys(choice(f"{key} cell {number}", len(items)) for number in range(_PER_TABLE))
            drawn += [(choice(f"{key} {place}", 2**32), document, items[place], items) for place in places]
    drawn.sort(key=lambda entry: entry[0])
    return [made for _, document, item, items in drawn[:count] for made in _made(document, item, items, seed)]


def _made(
    document: Document, item: BoundMeasurement, items: Sequence[BoundMeasurement], seed: str
) -> Iterator[CellClaim]:
    versions: list[tuple[MutantKind, Measurement]] = [
        ("true", item.measurement),
        *_mutants(item.measurement, items, seed),
    ]
    for kind, measurement in versions:
        typed = _claim(document, item, measurement, measurement_sentence(measurement))
        yield CellClaim(kind, True, typed, document)
        if kind not in ("row index", "column index"):
            yield CellClaim(kind, False, typed.model_copy(update={"measurement": None}), document)
    yield from _directions(document, item, items)


def _claim(document: Document, item: BoundMeasurement, measurement: Measurement | None, text: str) -> Claim:
    return Claim(
        id="C", work_id="W", document=document.sha256, kind="measurement", text=text, quote=item.quote,
        spans=item.spans, measurement=measurement,
    )  # fmt: skip


def _mutants(
    own: Measurement, items: Sequence[BoundMeasurement], seed: str
) -> Iterator[tuple[MutantKind, Measurement]]:
    others = [item.measurement for item in items if item.measurement.value != own.value]
    yield "digit", own.model_copy(update={"value": other_digit(own.value, seed)})
    rows = [other for other in others if other.row != own.row]
    systems = [other.system for other in rows if other.system != own.system]
    if systems:
        yield "row", own.model_copy(update={"system": systems[choice(seed + own.value, len(systems))]})
        yield "row index", own.model_copy(update={"row": rows[0].row, "column": rows[0].column})
    columns = [other for other in others if other.column != own.column and other.system == own.system]
    for other in columns[:1]:
        changed = {
            field: getattr(other, field) for field in ("metric", "dataset", "setting")
            if getattr(other, field) != getattr(own, field)
        }  # fmt: skip
        if changed:
            yield "column", own.model_copy(update=changed)
            yield "column index", own.model_copy(update={"row": other.row, "column": other.column})
    yield "unit", own.model_copy(update={"unit": "ms" if own.unit == "%" else "kg"})
    if not own.value.startswith(("-", "−")):
        yield "sign", own.model_copy(update={"value": f"-{own.value}"})


def _directions(document: Document, item: BoundMeasurement, items: Sequence[BoundMeasurement]) -> Iterator[CellClaim]:
    """Yield "A has a higher F1 than B on D" of two cells of one quantity, true and turned round."""
    own = item.measurement
    for other in items:
        rival = other.measurement
        same = (rival.metric, rival.dataset, rival.setting) == (own.metric, own.dataset, own.setting)
        values = [_value(own.value), _value(rival.value)]
        if not same or rival.system == own.system or None in values or values[0] == values[1]:
            continue
        word, opposite = ("higher", "lower") if values[0] > values[1] else ("lower", "higher")  # type: ignore[operator]
        setting = f" ({own.setting})" if own.setting else ""
        text = f"{own.system} has a {{}} {own.metric} than {rival.system} on {own.dataset}{setting}."
        spans = tuple(dict.fromkeys((*item.spans, *other.spans)))
        for kind, chosen in (("true", word), ("direction", opposite)):
            claim = _claim(document, item, None, text.format(chosen)).model_copy(
                update={"spans": spans, "quote": " ".join(span.quote for span in spans)}
            )
            yield CellClaim(kind, False, claim, document)  # type: ignore[arg-type]
        return


def _value(printed: str) -> float | None:
    try:
        return float(printed.replace(",", "").replace("−", "-"))
    except ValueError:
        return None
