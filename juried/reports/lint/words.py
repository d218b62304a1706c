"""Words for comparing texts: tokens, stems, initials, and runs of words outside quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from juried.text.normalise import normalise
from juried.text.words import word_set

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


# Longest first; a light stem serves here, for loading a full stemmer costs more time than the whole lint.
_SUFFIXES = tuple(
    sorted(
        word_set(
            """isations izations isation ization izing ising ations ation ements ement ments ment ings ing
            ities ity ness ances ance ences ence ives ive ions ion ised ized ises izes ise ize ally als al
            ers er ors or ies ied ily ed es ly e s y"""
        ),
        key=lambda suffix: (-len(suffix), suffix),
    )
)


def stem(word: str) -> str:
    """Return a word in lower case without its longest ending that leaves four letters; stems are for comparing only."""
    low = word.lower()
    ending = next((end for end in _SUFFIXES if low.endswith(end) and len(low) - len(end) >= 4), "")
    return low[: len(low) - len(ending)]


def tokens(text: str) -> list[str]:
    """Return the words of a text in order, in lower case and plain characters; hyphens separate words."""
    return _TOKEN.findall(normalise(text).text.lower())


def stems(texts: Iterable[str]) -> frozenset[str]:
    """Return the stems of all words, and of words written with a hyphen also as one (`multi-lingual`)."""
    found: set[str] = set()
    for text in texts:
        found.update(map(stem, tokens(text)))
        joined = re.findall(r"\w+(?:[-‐‑–]\w+)+", text)
        found.update(stem("".join(tokens(word))) for word in joined)
    return frozenset(found)


def initials(texts: Iterable[str], longest: int = 5) -> frozenset[str]:
    """Return the initials of every two to five neighbouring words, in lower case (`ner`)."""
    found: set[str] = set()
    for text in texts:
        letters = "".join(word[0] for word in tokens(text))
        for size in range(2, longest + 1):
            found.update(letters[at : at + size] for at in range(len(letters) - size + 1))
    return frozenset(found)


def word_runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return every run of `length` words of a text."""
    words = tokens(text)
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def outside_quotation(text: str) -> list[str]:
    """Return the pieces of a text that stand outside double quotation marks.

    A straight mark that is never closed opens nothing.
    """
    closed = re.sub(r"“[^“”]*”|„[^“”„]*[“”]|«[^«»]*»", "\x00", text)
    return re.split(r'\x00|"[^"]*"', closed)
