"""Which way a sentence points: a change for the better or for the worse, by closed word lists and negation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from juried.backends.embedded.lexicon import COMPARATIVES, DOWN, UNWANTED, UP
from juried.backends.embedded.words import contains, stems
from juried.records.protocol import Facet
from juried.text.polarity import GUESSES, negations
from juried.text.words import Word, stem, word_set, words

_WANTED = re.compile(
    r"\b(?:better|higher|improved|improving|strong\w*|stronger)\b[^.,;]*\b(?:requires?|needs?|calls? for)\b", re.I
)


def direction(text: str, subject: Facet | None) -> tuple[bool, bool]:
    """Return whether a text states a change for the better, and one for the worse; it may state both.

    A negation up to three words before a directing word turns it; less of something unwanted is better.
    A guess ("whether", "hypothesis") states none, and so does a demand ("better models require more data").
    Where the subject of the question is only what others are compared with, better and worse change sides.
    """
    found = words(text)
    if subject is not None and (any(stem(word.folded) in GUESSES for word in found) or _WANTED.search(text)):
        return False, False
    turned = {word.start for word in negations(text)}
    signs = {sign for at in range(len(found)) if (sign := _sign(found, at, turned))}
    if subject is not None and _only_compared_with(found, subject):
        signs = {-sign for sign in signs}
    return 1 in signs, -1 in signs


def _sign(found: Sequence[Word], at: int, turned: set[int]) -> int:
    word = found[at].folded
    sign = (word in UP) - (word in DOWN)
    if sign == 0:
        return 0
    near = [other.folded for other in (*found[max(0, at - 2) : at], *found[at + 1 : at + 4])]
    if any(other in UNWANTED for other in near) and word not in UNWANTED:
        sign = 1 if word in _LESSENS else -1 if word in _RAISES else sign
    return -sign if any(other.start in turned for other in found[max(0, at - 3) : at]) else sign


_LESSENS = word_set(
    """decline declined declines decrease decreased decreases drop dropped drops lower lowered lowers narrowed
    narrows prevent prevents reduce reduced reduces"""
)
_RAISES = word_set("""higher increase increased increases increasing""")


def _only_compared_with(found: Sequence[Word], subject: Facet) -> bool:
    """Whether the subject stands only after "than", "outperforms" and the like."""
    cut = next((at for at, word in enumerate(found) if word.folded in COMPARATIVES), None)
    if cut is None:
        return False
    before = stems(" ".join(word.printed for word in found[:cut]))
    after = stems(" ".join(word.printed for word in found[cut + 1 :]))
    terms = [stems(term) for term in subject.terms]
    return not any(contains(before, term) for term in terms) and any(contains(after, term) for term in terms)
