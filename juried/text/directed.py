"""Which way a sentence points on what: "higher elevation" is elevation, up; and two sentences that point opposite ways.

Only sentences that use the same words but for directions, negations and numbers are compared, or lists that share most
of their items; what is said in other words is not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from juried.text.conflicts import Conflict
from juried.text.polarity import asks, direction, negations
from juried.text.words import STOPWORDS, Word, content_stems, stem, word_set, words

_REPORTING = frozenset(
    map(
        stem,
        word_set(
            """report reports reported observe observed reveal revealed indicate indicates indicated analysis analyses
            analyzed respectively overall total conclude concluded conclusion summary confirm confirms confirmed note
            noted finding findings"""
        ),
    )
)
_COMPARES = word_set(
    """higher lower greater smaller larger fewer more less longer shorter increased decreased reduced improved better
    worse high low increasing decreasing"""
)
# Of each pair one word denies the other. "Men" and "women" do not: they tell parallel findings apart.
_DENYING = word_set(
    """present:absent presence:absence effective:ineffective significant:insignificant significantly:insignificantly
    possible:impossible sufficient:insufficient consistent:inconsistent dependent:independent beneficial:harmful
    necessary:unnecessary able:unable similar:different related:unrelated stable:unstable common:rare"""
)
_CONTRARY = {
    stem(one): stem(other) for pair in sorted(_DENYING) for one, other in (pair.split(":"), pair.split(":")[::-1])
}
_ITEMS = re.compile(r"[;:]|,(?!\d)|,? \band\b ")
_SHARED_ITEMS = 3
_FEWEST_STEMS = 3


def subject_stems(text: str) -> frozenset[str]:
    """Return the stems that say what a sentence is about: without directions, reporting words and numbers."""
    found = words(text)
    kept = (item for at in range(len(found)) if not sign_at(found, at) for item in content_stems(found[at].folded))
    return frozenset(item for item in kept if item not in _REPORTING and item not in _CONTRARY)


def denying_stems(text: str) -> frozenset[str]:
    """Return the stems of those words of a text that have a word which denies them ("effective", "absent")."""
    return frozenset(found for word in words(text) if (found := stem(word.folded)) in _CONTRARY)


def sign_at(found: tuple[Word, ...], at: int) -> int:
    """Return the direction of one word of a sentence, 0 for none; what a comparative stands before has none.

    "Higher elevation" and "lower growth" point by their first word; elevation and growth are what they point on.
    """
    word = found[at].folded
    compared = at > 0 and found[at - 1].folded in _COMPARES and word not in _COMPARES
    return 0 if compared else direction(word)


@dataclass(frozen=True)
class Pointer:
    """A word that says more or less, and the stem of what it says it of."""

    printed: str
    sign: int
    target: str


def pointers(text: str) -> tuple[Pointer, ...]:
    """Return the directing words of a text with their targets, in order.

    The target is the next word of sense, or the one before where none follows; a negation up to three words before
    turns the sign.
    """
    found = words(text)
    denied = {word.start for word in negations(text)}
    made = []
    for at, word in enumerate(found):
        sign = sign_at(found, at)
        if sign == 0 or word.start in denied:
            continue
        target = _target(found, range(at + 1, len(found))) or _target(found, range(at - 1, -1, -1))
        turned = any(other.start in denied for other in found[max(0, at - 3) : at])
        if target:
            made.append(Pointer(word.printed, -sign if turned else sign, target))
    return tuple(made)


def _target(found: tuple[Word, ...], places: Iterable[int]) -> str:
    for at in places:
        stems = content_stems(found[at].folded)
        if stems and found[at].folded not in STOPWORDS and sign_at(found, at) == 0:
            return stems[0]
    return ""


def opposite_statements(first: str, second: str) -> Conflict | None:
    """Return the words in which two sentences about the same subject point opposite ways, or None.

    Both use the same words of sense; a thing that one calls higher the other calls lower, or one denies what the
    other states. A sentence that only asks states nothing.
    """
    about = subject_stems(first)
    if len(about) < _FEWEST_STEMS or about != subject_stems(second) or asks(first) or asks(second):
        return None
    here, there = pointers(first), pointers(second)
    turned = _turned(here, there)
    mine, theirs = negations(first), negations(second)
    if turned or len(mine) % 2 == len(theirs) % 2:
        return turned or _denying_pair(first, second)
    if [pointer.printed.lower() for pointer in here] != [pointer.printed.lower() for pointer in there]:
        return None
    return Conflict("negation_added", mine[0].printed) if mine else Conflict("negation_lost", "", theirs[0].printed)


def _denying_pair(first: str, second: str) -> Conflict | None:
    """Return the one pair in which two sentences differ, when its words deny each other."""
    mine, theirs = ({stem(word.folded): word.printed for word in words(text)} for text in (first, second))
    put, taken = sorted(denying_stems(first) - theirs.keys()), sorted(denying_stems(second) - mine.keys())
    one = len(put) == len(taken) == 1 and _CONTRARY[put[0]] == taken[0]
    return Conflict("opposite", mine[put[0]], theirs[taken[0]]) if one else None


def _turned(mine: tuple[Pointer, ...], theirs: tuple[Pointer, ...]) -> Conflict | None:
    """Return the one place in which two rows of pointers differ in sign alone; else a target that both point on."""
    if [item.target for item in mine] == [item.target for item in theirs]:
        changed = [(a, b) for a, b in zip(mine, theirs, strict=True) if a.sign != b.sign]
        return Conflict("opposite", changed[0][0].printed, changed[0][1].printed) if len(changed) == 1 else None
    for put in mine:
        for taken in theirs:
            opposed = put.target == taken.target and put.sign == -taken.sign
            if opposed and not _both_ways(put.target, mine) and not _both_ways(put.target, theirs):
                return Conflict("opposite", put.printed, taken.printed)
    return None


def _both_ways(target: str, found: tuple[Pointer, ...]) -> bool:
    return len({pointer.sign for pointer in found if pointer.target == target}) > 1


@dataclass(frozen=True)
class Item:
    """One item of a list: as printed, the stems of what it names, and the directions that it gives."""

    printed: str
    about: frozenset[str]
    signs: frozenset[int]


def items_of(text: str) -> tuple[Item, ...]:
    """Return the parts of a sentence between commas, semicolons and "and", in order."""
    parts = (part.strip() for part in _ITEMS.split(text))
    return tuple(Item(part, subject_stems(part), _signs(part)) for part in parts if part)


def _signs(text: str) -> frozenset[int]:
    found = words(text)
    return frozenset(sign for at in range(len(found)) if (sign := sign_at(found, at)))


def opposite_items(first: str, second: str) -> tuple[Item, Item] | None:
    """Return the item that two lists of mostly the same items give with opposite directions, or None.

    At least three other items are the same in both, directions included, and these are a third of the shorter list or
    more; so the two sentences list the same findings.
    """
    mine, theirs = items_of(first), items_of(second)
    same = sum(any(_same(item, other) for other in theirs) for item in mine)
    if same < _SHARED_ITEMS or 3 * same < min(len(mine), len(theirs)):
        return None
    for put in mine:
        for taken in theirs:
            if put.about and put.about == taken.about and (put.signs, taken.signs) in _OPPOSED:
                return put, taken
    return None


def _same(first: Item, second: Item) -> bool:
    """Whether two items name the same with the same directions: half of their words, or one within the other."""
    shared = len(first.about & second.about)
    smaller = min(len(first.about), len(second.about))
    return (
        first.signs == second.signs
        and shared > 0
        and (shared == smaller or 2 * shared >= len(first.about | second.about))
    )


_OPPOSED = ((frozenset((1,)), frozenset((-1,))), (frozenset((-1,)), frozenset((1,))))
