"""Lists of values in prose ("VA reaches 91.38, 92.70 and 84.82"): one list stated twice with a value changed.

Nothing binds each value of such a list. But where two lists of one subject agree in most places, a place in which they
differ is a contradiction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from juried.ledger.amounts import around, differ
from juried.text.numbers import Number, quantities, same_value
from juried.text.words import STOPWORDS, names, words

_BETWEEN = re.compile(r"[\s$]*(?:,|;|,?\s*(?:and|&))[\s$]*")
_FEWEST = 4
_FEWEST_EQUAL = 3


@dataclass(frozen=True)
class Series:
    """The values of one list in order, and what the sentence calls by name around them, in lower case."""

    values: tuple[Number, ...]
    named: frozenset[str]


def series_in(text: str) -> Series | None:
    """Return the one list of four or more values in a sentence that names what they are of; None when there is none."""
    found = quantities(text)
    runs: list[list[Number]] = []
    for number in found:
        joined = bool(runs) and _BETWEEN.fullmatch(text[runs[-1][-1].end : number.start])
        runs[-1].append(number) if joined else runs.append([number])
    run = max(runs, key=len, default=[])
    if len(run) < _FEWEST or sum(len(other) == len(run) for other in runs) > 1:
        return None
    outside = text[: run[0].start] + " " + text[run[-1].end :]
    named = _named(outside)
    return Series(tuple(run), named) if named else None


def _named(text: str) -> frozenset[str]:
    """Return the names of a text, also the word that opens it: a list's subject mostly does."""
    opening = [word for word in words(text)[:1] if word.folded not in STOPWORDS and word.printed[:1].isupper()]
    spelled = {word.folded for word in (*names(text), *opening)}
    return frozenset(name for name in spelled if any(char.isalpha() for char in name) and name != "pm")


def differing_values(first: Series, second: Series) -> list[tuple[Number, Number]]:
    """Return the values in which two lists of one subject contradict each other, in order; mostly none.

    Lists are compared place by place as far as both go; at least three values agree, more than differ.
    """
    if first.named != second.named:
        return []
    # A list may be cut, so its last value counts only where both lists go on.
    pairs = list(zip(first.values, second.values, strict=False))
    equal = sum(same_value(a, b) for a, b in pairs)
    different = [(a, b) for a, b in pairs if differ(around(a, a.uncertainty), around(b, b.uncertainty))]
    return different if equal >= _FEWEST_EQUAL and equal > len(different) else []
