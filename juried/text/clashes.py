"""Opposite statements about one thing in two differently worded sentences.

Only a plain clash counts: the two clauses share their subject words, and one says "increases" where the
other says "reduces", or one denies with "not" the very verb that the other asserts.
"""

from __future__ import annotations

from juried.text.conflicts import Conflict
from juried.text.polarity import clauses, direction, negations, opposite, states_nothing
from juried.text.words import Word, content_stems, stem, words

_NEAR = 4
_FEWEST_SHARED = 2


def clash(claim: str, sentence: str) -> Conflict | None:
    """Return the words in which two sentences clash, or None.

    Each is cut into clauses; the pair of clauses with the most shared words is compared. They clash
    when opposite words stand beside the same shared word on both sides, or when one of them negates a
    word that the other states.
    """
    pairs = [(_shared(mine, theirs), mine, theirs) for mine in clauses(claim) for theirs in clauses(sentence)]
    shared, mine, theirs = max(pairs, key=lambda pair: (len(pair[0]), pair[1], pair[2]), default=(frozenset(), "", ""))
    if len(shared) < _FEWEST_SHARED or not _most(shared, mine):
        return None
    found = _opposite_beside(mine, theirs, shared)
    if found:
        return found
    # A denial may stand in another clause of the sentence, which then denies the same thing.
    return None if _deny_alike(claim, sentence) else _denied(mine, theirs)


def _deny_alike(first: str, second: str) -> bool:
    return all(negations(text) or states_nothing(text) for text in (first, second))


def _shared(first: str, second: str) -> frozenset[str]:
    """Return the stems that two clauses share, words of direction apart."""
    there = frozenset(content_stems(second))
    return frozenset(item for item in content_stems(first) if item in there and direction(item) == 0)


def _most(shared: frozenset[str], clause: str) -> bool:
    """Whether the shared stems are most of what a clause speaks of."""
    own = {item for item in content_stems(clause) if direction(item) == 0}
    return len(shared) >= 0.6 * len(own)


def _opposite_beside(mine: str, theirs: str, shared: frozenset[str]) -> Conflict | None:
    """Return opposite words that stand within four words of the same shared word on both sides."""
    if len(negations(mine)) % 2 != len(negations(theirs)) % 2:
        return None
    first, second = words(mine), words(theirs)
    for put_place, put in enumerate(first):
        for taken_place, taken in enumerate(second):
            if (
                opposite(put.folded, taken.folded)
                and _neighbours(first, put_place) & _neighbours(second, taken_place) & shared
            ):
                return Conflict("opposite", put.printed, taken.printed)
    return None


def _neighbours(found: tuple[Word, ...], place: int) -> frozenset[str]:
    near = found[max(0, place - _NEAR) : place + _NEAR + 1]
    return frozenset(item for word in near for item in content_stems(word.folded))


def _denied(mine: str, theirs: str) -> Conflict | None:
    """Return the negation by which one clause denies a word that the other states."""
    for denying, stating, kept in ((theirs, mine, False), (mine, theirs, True)):
        if negations(stating) or len(negations(denying)) != 1:
            continue
        negation = negations(denying)[0]
        target = _next_word(denying, negation)
        if target and target in {stem(word.folded) for word in words(stating)}:
            return (
                Conflict("negation_added", negation.printed)
                if kept
                else Conflict("negation_lost", "", negation.printed)
            )
    return None


def _next_word(clause: str, negation: Word) -> str:
    """Return the stem of the next word of sense after a negation, or ""."""
    after = [word for word in words(clause) if word.start > negation.start]
    return next((found[0] for word in after if (found := content_stems(word.folded))), "")
