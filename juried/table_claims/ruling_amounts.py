"""Numbers in a comparison of two cells: the cells themselves, their difference, ratio or relative change."""

from __future__ import annotations

import re
from decimal import Decimal

from juried.table_claims.amounts import fits, prints, ratios
from juried.table_claims.binding import Bound
from juried.table_claims.grid import Value
from juried.table_claims.ruling_pairs import Ruling
from juried.text.numbers import Number

GAP = re.compile(r"\b(?:difference|gap|margin)\b(?=[^.]*\bbetween\b)", re.IGNORECASE)
_RELATIVE = re.compile(r"\brelative(?:ly)?\b|\bper ?cent of\b", re.IGNORECASE)
_FOLD_MORE = re.compile(r"\btimes (?:higher|more|larger|greater)\b|fold (?:increase|higher)")
_BY = re.compile(
    r"\b(?:by|(?:gain|improvement|margin|reduction|increase|decrease|drop|advantage|lead|gap|difference)s?\s+(?:of|is|was))"
    r"\s+(?:an?\s+|about\s+|exactly\s+|only\s+|roughly\s+|absolute\s+|relative\s+)*$"
)
_FURTHER = re.compile(
    r"\s*(?:absolute\s+|relative\s+|percentage\s+)*(?:points?\s+)?(?:higher|lower|better|worse|more|less|larger|smaller|"
    r"ahead|behind|above|below|gain|improvement|faster|slower|greater|fewer)\b"
)


def rule_numbers(
    bound: Bound, first: Value, second: Value, cells: tuple[tuple[int, int], ...], resting: bool
) -> Ruling | None:
    """Check each number of a comparison: one of the two cells, or what is computed of them."""
    told = f"{first.value} and {second.value}, which differ by {abs(first.value - second.value)}"
    slack = Decimal(0) if resting else (first.quantum + second.quantum) / 2
    single = len(bound.numbers) == 1
    for number in bound.numbers:
        own = [value for value in (first, second) if prints(value, number)]
        ways = computed(first, second, number, bound.claim)
        derived = any(fits(way, abs(number.value), number.quantum) for way in ways)
        near = any(fits(way, abs(number.value), number.quantum, slack) for way in ways)
        if not derived and near:
            return None
        stated = says_amount(number, bound.claim)
        if (stated and not derived) or (not stated and not own and (single or number.unit != "%" or not derived)):
            return Ruling("refutes", "number", told, cells)
    return Ruling("supports", "number", told, cells)


def says_amount(number: Number, claim: str) -> bool:
    """Whether a number says how far two cells are apart ("by 3.2", "3.2 points", "1.5 times", "3.2 higher")."""
    before = claim[max(0, number.start - 48) : number.start]
    if number.unit in ("points", "×") or number.printed[:1] in "+-−–":
        return True
    between = GAP.search(claim) and re.search(r"\b(?:is|of|by)\s+(?:about\s+|exactly\s+)?$", before)
    return bool(between or _BY.search(before) or _FURTHER.match(claim, number.end))


def computed(first: Value, second: Value, number: Number, claim: str) -> list[Decimal]:
    """Return what of two values a number may state, by its unit: differences, relative changes, ratios."""
    if number.unit == "×":
        times = list(ratios(first, second))
        return [*times, *(ratio - 1 for ratio in times)] if _FOLD_MORE.search(claim) else times
    difference = abs(first.value - second.value)
    relative = _RELATIVE.search(claim)
    found: list[Decimal] = []
    if not relative or number.unit != "%":
        found.append(difference)
        # Shares between 0 and 1 are spoken of in per cent and points.
        if number.unit in ("%", "points") and max(abs(first.value), abs(second.value)) <= 1:
            found.append(difference * 100)
    if number.unit == "%" and second.value > 0:
        found.append(difference / second.value * 100)
    if relative and re.search(r"\berror", claim, re.IGNORECASE) and second.value < 100:
        found.append(difference / (100 - second.value) * 100)
    return found
