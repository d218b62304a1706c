"""Numbers that tell the scope of a statement rather than its result: counts of what was studied, bounds of groups.

A document often gives these in another sentence than the one that states the result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from juried.text.numbers import Number, quantities, same_unit
from juried.text.polarity import bound_before
from juried.text.units import canonical_unit
from juried.text.words import STOPWORDS, stem, words

_FEW = 4
_ANOTHER = re.compile(r"^\s*(?:or|and|to|-|–|/)\s*\d[\d.,]*")


def counted_elsewhere(number: Number, claim: str, stated_in: str, whole: str) -> bool:
    """Whether the text around counts the same things to the same number, and the source's own words do not count them.

    What is counted is any of the few words after the number; measured values, which have a unit, are no counts.
    """
    if number.unit or number.uncertainty is not None or number.value != int(number.value) or number.kind != "quantity":
        return False
    things = _after(number, claim)
    counts = [source for source in quantities(whole) if not source.unit and _after(source, whole) & things]
    own = [source for source in quantities(stated_in) if not source.unit and _after(source, stated_in) & things]
    return not own and any(source.value == number.value and source.upper is None for source in counts)


def bounds_a_group(number: Number, claim: str, stated: Sequence[Number], whole: str) -> bool:
    """Whether a number bounds a group ("at least 10 %") as the document bounds one, and the source's words do not."""
    if not (number.relation or bound_before(claim, number.start)) or not number.unit:
        return False
    alike = [source for source in quantities(whole) if source.value == number.value and same_unit(source, number)]
    bounded = [source for source in alike if _is_bound(source, whole)]
    return bool(bounded) and not any(same_unit(source, number) and source.relation for source in stated)


def _is_bound(number: Number, text: str) -> bool:
    before = text[max(0, number.start - 6) : number.start]
    return bool(number.relation or bound_before(text, number.start) or re.search(r"[<>≥≤]\s?=?\s?$", before))


def units_after(number: Number, text: str) -> set[str]:
    """Return the units that the few words after a number name ("3.2 average F1 points")."""
    return {canonical_unit(word.folded) for word in words(text[number.end : number.end + 40])[:_FEW]}


def _after(number: Number, text: str) -> set[str]:
    """Return the stems of the up to four content words that follow a number within its clause, and their initials."""
    following = _ANOTHER.sub("", text[number.end : number.end + 80])
    clause = re.split(r"[.,;:()]|\b(?:and|or|but|which|that)\b", following, maxsplit=1)[0]
    named = [word.folded for word in words(clause)[:_FEW]]
    initials = "".join(name[0] for name in named)
    acronyms = {initials[:length] for length in range(3, len(initials) + 1)}
    return (
        {stem(name) for name in named if name not in STOPWORDS} | {name.removesuffix("s") for name in named} | acronyms
    )
