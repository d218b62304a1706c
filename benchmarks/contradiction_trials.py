"""One pair of statements or tables for the ledger to judge, and how a printed value is changed or rounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from juried.ledger import PlacedTable, Statement
from juried.mutants import choice


@dataclass(frozen=True)
class Trial:
    """Two statements or two tables, whether they contradict each other, and what kind of pair it is."""

    kind: str
    conflict: bool
    statements: tuple[Statement, ...] = ()
    tables: tuple[PlacedTable, ...] = ()


def other_digit(text: str, seed: str) -> str:
    """Change one of the first three digits of the value, never the last printed one alone into a rounding."""
    places = [match.start() for match in re.finditer(r"\d", text.partition("±")[0])][:3]
    at = places[choice(seed + text, len(places))]
    digit = (int(text[at]) + 2 + choice(seed + text + "digit", 7)) % 10
    return text[:at] + str(digit) + text[at + 1 :]


def rounded(text: str) -> str:
    """Print a value with one digit less."""
    found = re.match(r"\d+\.\d+", text)
    if not found:
        return text
    value = Decimal(found.group())
    places = -int(value.as_tuple().exponent)
    return str(round(value, places - 1)) if places > 1 else text
