"""Numbers of a claim that its source does not print but that follow from what it prints: differences, ratios, means.

A claim must say that it computes ("by 3.2 points", "1.5 times", "on average"). The result must round to what the
claim prints, and a change from one value to another must go the way the claim says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from juried.text.numbers import Number
from juried.text.polarity import direction
from juried.text.words import words

_BEFORE = re.compile(
    r"\b(?:by|(?:gains?|improvements?|increases?|decreases?|reductions?|drops?|differences?|gaps?|margins?|advantages?|rises?|loss|"
    r"losses|declines?)\s+(?:of|is|was))\s+(?:an?\s+|about\s+|roughly\s+|exactly\s+|only\s+|over\s+|absolute\s+|relative\s+)*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:absolute\s+|relative\s+|percentage\s+)*(?:points?\s+)?"
    r"(?:higher|lower|better|worse|more|less|larger|smaller|greater|fewer|faster|slower|difference|gain|improvement)\b",
    re.IGNORECASE,
)
_MEAN = re.compile(r"\b(?:averages?|averaged|mean)\b", re.IGNORECASE)
_SUM = re.compile(r"\b(?:total|sum|altogether|combined)\b", re.IGNORECASE)
_MOST = 12


def recomputed(number: Number, claim: str, source: str, stated: Sequence[Number]) -> str:
    """Return how a number of a claim follows from the quantities of its source, "" when it does not.

    `stated` are the numbers of `source`. Only numbers of one unit are taken together, and none where the source
    prints more than twelve of them, since some pair of many always fits.
    """
    held = [part for n in stated if n.kind == "quantity" for part in _ends(n)]
    if not 2 <= len(held) <= _MOST or number.kind != "quantity":
        return ""
    if _says_amount(number, claim):
        for first, second in combinations(held, 2):
            told = _of_two(first, second, number, claim, source) if first.unit == second.unit else ""
            if told:
                return told
    return next(_pooled(number, claim, held), "")


def _ends(number: Number) -> tuple[Number, ...]:
    """Return a number as it is, a range ("from 70.2 to 73.4") as its two ends."""
    if number.upper is None:
        return (number,)
    first, _, last = number.printed.rpartition(" to ") if " to " in number.printed else (number.printed, "", "")
    return (
        replace(number, upper=None, printed=first, end=number.start + len(first)),
        replace(
            number, value=number.upper, upper=None, printed=last or str(number.upper), start=number.end - len(last)
        ),
    )


def _says_amount(number: Number, claim: str) -> bool:
    if number.unit in ("points", "×"):
        return True
    return bool(_BEFORE.search(claim[max(0, number.start - 48) : number.start]) or _AFTER.match(claim, number.end))


def _of_two(first: Number, second: Number, number: Number, claim: str, source: str) -> str:
    if not _same_way(first, second, claim, source):
        return ""
    wanted, difference = abs(number.value), abs(first.value - second.value)
    ways: list[tuple[str, Decimal]] = []
    if number.unit == "×":
        low, high = sorted((abs(first.value), abs(second.value)))
        ways = [("ratio", high / low)] if low else []
    else:
        if number.unit in ("", "points", first.unit):
            ways.append(("difference", difference))
        if number.unit == "%":
            ways += [("relative change", difference / base.value * 100) for base in (first, second) if base.value > 0]
    found = next((name for name, value in ways if _rounds(value, wanted, number.quantum)), "")
    return f"the {found} of {first.printed} and {second.printed}" if found else ""


def _same_way(first: Number, second: Number, claim: str, source: str) -> bool:
    """Whether "from a to b" in the source goes the way that the claim's comparing words say."""
    between = source[first.end : second.start]
    before = source[max(0, first.start - 8) : first.start]
    signs = {direction(word.folded) for word in words(claim)} - {0}
    if (
        not re.fullmatch(r"\s*(?:[%\w-]+\s+){0,2}to\s+(?:[%\w-]+\s+)?", between)
        or not re.search(r"\bfrom\s+$", before)
        or len(signs) != 1
    ):
        return True
    return (second.value > first.value) == (signs == {1})


def _pooled(number: Number, claim: str, held: Sequence[Number]) -> Iterator[str]:
    alike = [n for n in held if n.unit == held[-1].unit]
    if len(alike) < 2 or number.unit not in (alike[0].unit, ""):
        return
    total = sum((n.value for n in alike), Decimal(0))
    if _MEAN.search(claim) and _rounds(total / len(alike), number.value, number.quantum):
        yield f"the mean of {len(alike)} numbers"
    if _SUM.search(claim) and _rounds(total, number.value, number.quantum):
        yield f"the sum of {len(alike)} numbers"


def _rounds(value: Decimal, stated: Decimal, quantum: Decimal) -> bool:
    return 2 * abs(value - stated) <= quantum
