"""Words of a text with their places: tokens, stems, content words, and names (capitalised words, acronyms, codes)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import local

_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’.·/+][^\W_]+)*\+?", re.UNICODE)


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list that is written with blanks between."""
    return frozenset(text.split())


STOPWORDS = word_set(
    """a an the this that these those it its itself they them their theirs we our ours us i you your he she his her
    of in on at by for from to into onto over under between among through during with within about as than then
    and or but if while although though because so such both either each other another which who whom whose what
    when where how why is are was were be been being am do does did done has have had having will would shall
    should can could may might must there here also too very more most less least much many some any all few not
    no nor only just even still yet however moreover furthermore thus therefore hence one two via per et al etc
    e.g i.e show shows showed shown find finds found demonstrate demonstrates demonstrated suggest suggests
    suggested result results using used use uses based paper study work propose proposes proposed present
    presents"""
)
_NO_NAMES = word_set(
    """the this that these those we our it its they their in on at by for from to with as an and or but if while
    although however moreover furthermore thus therefore hence additionally finally also here there i.e e.g
    table figure section appendix equation results background methods method conclusion conclusions objective
    introduction"""
)


@dataclass(frozen=True)
class Word:
    """One word of a text: `text[start:end] == printed`; `folded` is lower case with plain hyphens."""

    printed: str
    start: int
    end: int
    folded: str


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order; hyphenated words and decimals are one word each."""
    return tuple(Word(m.group(), m.start(), m.end(), _fold(m.group())) for m in _WORD.finditer(text))


def _fold(printed: str) -> str:
    return re.sub("[‐‑]", "-", printed).replace("’", "'").lower()


_stemmers = local()


def _stem_words() -> Callable[[str], str]:
    """Return this thread's stemmer: one holds the word it works on, so threads that share one spoil each other's."""
    if not hasattr(_stemmers, "english"):
        # The package loads the stemmers of thirty languages, so it is imported only when a stem is asked for.
        import snowballstemmer  # type: ignore[import-untyped]

        _stemmers.english = snowballstemmer.stemmer("english").stemWord
    found: Callable[[str], str] = _stemmers.english
    return found


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the Snowball (Porter 2) stem of one word, in lower case."""
    return _stem_words()(word.lower())


@lru_cache(maxsize=20_000)
def content_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words that carry meaning, in order, each time they occur; bare numbers are left out."""
    kept = (word.folded for word in words(text) if word.folded not in STOPWORDS)
    return tuple(stem(word) for word in kept if any(char.isalpha() for char in word) and len(word) > 1)


def is_name(word: Word, opens_sentence: bool) -> bool:
    """Whether a word is printed as a name: an acronym, a code with digits, or a capital inside a sentence."""
    bare = word.printed
    letters = [char for char in bare if char.isalpha()]
    if len(letters) == 0 or word.folded in _NO_NAMES:
        return False
    capitals = sum(char.isupper() for char in letters)
    if capitals >= 2 or (any(char.isdigit() for char in bare) and bare[0].isalpha()):
        return capitals < len(letters) or len(letters) < 9
    return capitals == 1 and len(letters) > 1 and not opens_sentence


@lru_cache(maxsize=20_000)
def names(text: str) -> tuple[Word, ...]:
    """Return the names of a text in order; the first word of a sentence counts only as an acronym or a code."""
    found = []
    for word in words(text):
        before = text[: word.start].rstrip(" \"'“‘([")
        if is_name(word, before == "" or before[-1] in ".?!:"):
            found.append(word)
    return tuple(found)
