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
from juried.text.words import STOPWORDS, content_stems, stem, word_set, words

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
_FROM = re.compile(r"\bfrom\s+(?:about\s+|an?\s+)?$", re.IGNORECASE)
_TO = re.compile(r"[^.;,\d]{0,40}?\bto\s+(?:about\s+|an?\s+)?", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,|and|or|versus|vs\.?|against|to|compared\s+(?:to|with))\s*", re.IGNORECASE)
_NOUN = re.compile(r"\s+([a-z][a-z-]+)")
_NO_NOUN = word_set("before after then later earlier now among during per with without while when respectively")
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
        for first, second in _pairs(held, source):
            told = _of_two(first, second, number, claim, source)
            if told:
                return told
    return next(_pooled(number, claim, held), "") if _measures(number, claim, source) else ""


def _pairs(held: Sequence[Number], source: str) -> list[tuple[Number, Number]]:
    """Return the pairs of one unit that may be compared: where there are any, those of "from a to b" alone."""
    alike = [(first, second) for first, second in combinations(held, 2) if first.unit == second.unit]
    changes = [pair for pair in alike if _from_to(*pair, source)]
    return changes or [pair for pair in alike if _of_one_thing(*pair, source)]


def _from_to(first: Number, second: Number, source: str) -> bool:
    between = source[first.end : second.start]
    return bool(_FROM.search(source[: first.start]) and _TO.fullmatch(between))


def _of_one_thing(first: Number, second: Number, source: str) -> bool:
    """Whether two numbers count one thing: the same noun follows both, or none the second, or they are coordinated."""
    second_noun = _noun(second, source)
    return (
        not second_noun
        or _noun(first, source) == second_noun
        or bool(_JOINED.fullmatch(source[first.end : second.start]))
    )


def _noun(number: Number, source: str) -> str:
    """Return the stem of the word of sense right after a number, "" where none follows."""
    found = _NOUN.match(source, number.end)
    return "" if found is None or found[1] in STOPWORDS | _NO_NOUN else stem(found[1])


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
    """Whether the source goes the way that the claim's comparing words say, as far as both tell one."""
    signs = _signs(claim)
    if len(signs) != 1:
        return True
    if _from_to(first, second, source):
        return (second.value > first.value) == (signs == {1})
    stated = _signs(source)
    return len(stated) != 1 or stated == signs


def _signs(text: str) -> set[int]:
    return {direction(word.folded) for word in words(text)} - {0}


def _pooled(number: Number, claim: str, held: Sequence[Number]) -> Iterator[str]:
    alike = [n for n in held if n.unit == held[-1].unit]
    if len(alike) < 2 or number.unit not in (alike[0].unit, ""):
        return
    total = sum((n.value for n in alike), Decimal(0))
    if _MEAN.search(claim) and _rounds(total / len(alike), number.value, number.quantum):
        yield f"the mean of {len(alike)} numbers"
    if _SUM.search(claim) and _rounds(total, number.value, number.quantum):
        yield f"the sum of {len(alike)} numbers"


def _measures(number: Number, claim: str, source: str) -> bool:
    """Whether the source speaks of what a claim takes the mean or sum of (the words up to the number, else all)."""
    said = [found.end() for pattern in (_MEAN, _SUM) if (found := pattern.search(claim[: number.start]))]
    own = content_stems(claim[max(said) : number.start]) if said else frozenset()
    return bool(frozenset(own or content_stems(_MEAN.sub("", claim))) & frozenset(content_stems(source)))


def _rounds(value: Decimal, stated: Decimal, quantum: Decimal) -> bool:
    return 2 * abs(value - stated) <= quantum
