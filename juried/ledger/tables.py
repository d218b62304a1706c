"""Tables that restate one another: cells with the same headers, most of which print the same values.

That most other values agree shows that two tables speak of the same thing; a cell that differs there is then a
contradiction. Two tables that merely share headers (another split, another language) agree in few values and
give none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from juried.ledger.amounts import Amount, around, differ
from juried.measurement_labels import clean_label
from juried.records.document import Cell, Table
from juried.text.normalise import normalise
from juried.text.numbers import read_value, same_value

_FEWEST_EQUAL = 2
_FEWEST_DIGITS = 3
Key = tuple[str, str]


@dataclass(frozen=True)
class Printed:
    """A cell with its value, `told` when its digits are so many that agreement in them is no chance."""

    cell: Cell
    amount: Amount
    told: bool


def cells_by_header(table: Table) -> dict[Key, Printed]:
    """Return the cells with one value by row and column header; headers that head two such cells are left out."""
    found: dict[Key, Printed] = {}
    times: Counter[Key] = Counter()
    for cell in table.cells:
        key = (_folded(cell.row_path), _folded(cell.column_path))
        printed = _printed(cell)
        if printed is not None and all(key):
            found[key] = printed
            times[key] += 1
    return {key: printed for key, printed in found.items() if times[key] == 1}


def restated_cells(first: Mapping[Key, Printed], second: Mapping[Key, Printed]) -> list[tuple[Printed, Printed]]:
    """Return the pairs of cells that contradict each other, in the order of their headers; mostly none.

    At least two other cells agree, two of three or more of all shared ones, and in the row and the column of a
    differing cell more cells agree than differ, unless it is alone there.
    """
    shared = sorted(first.keys() & second.keys())
    equal = {key for key in shared if _agree(first[key], second[key])}
    # A cell whose values overlap within their uncertainty neither agrees nor contradicts.
    different = {key for key in shared if differ(first[key].amount, second[key].amount)}
    if len(equal) < _FEWEST_EQUAL or len(equal) < 2 * len(different):
        return []
    fit = [key for key in shared if key in different and _one_slip(key, equal, different)]
    return [(first[key], second[key]) for key in fit]


def _one_slip(key: Key, equal: set[Key], different: set[Key]) -> bool:
    """Whether the cell differs within a row or a column that agrees, and neither differs as a whole."""
    lines = []
    for axis in (0, 1):
        agreeing = sum(other[axis] == key[axis] for other in equal)
        differing = sum(other[axis] == key[axis] for other in different)
        lines.append((agreeing, differing))
    as_a_whole = any(agreeing <= differing and differing > 1 for agreeing, differing in lines)
    return not as_a_whole and any(agreeing > differing for agreeing, differing in lines)


def _agree(first: Printed, second: Printed) -> bool:
    return first.told and second.told and same_value(first.amount.number, second.amount.number)


def _printed(cell: Cell) -> Printed | None:
    number = read_value(clean_label(cell.text))
    if number is None or number.upper is not None or number.relation:
        return None
    digits = re.sub(r"\D", "", number.printed.partition("±")[0]).lstrip("0")
    return Printed(cell, around(number, number.uncertainty), len(digits) >= _FEWEST_DIGITS)


def _folded(path: Sequence[str]) -> str:
    """Return a header path as one key: marks and blanks apart, each label once."""
    labels = [re.sub(r"[^\w+%#-]+", " ", normalise(clean_label(part)).text.casefold()).strip() for part in path]
    return " / ".join(dict.fromkeys(label for label in labels if label))
