"""Words of scholarly English as a rule sees them: tokens, stems, and runs of words that stand between borders.

A run is a stretch of words with no function word, verb, or punctuation inside, which in English prose is
nearly always a noun phrase ("typologically distant low-resource languages").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from juried.backends.embedded.lexicon import FUNCTION_WORDS, GENERAL, VERBS
from juried.text.words import Word, stem, word_set, words

_BORDER = re.compile(r"[,;:!?()\[\]\"“”]|\.(?=\s|$)|\s[-–—]+\s|—")
_PREFIXES = word_set(
    """anti auto bi co counter cross de fine hyper hypo inter intra macro meta micro mono multi neuro non over post
    pre pro pseudo re semi sub super trans tri ultra un under uni"""
)


@lru_cache(maxsize=200_000)
def stems_of(word: str) -> tuple[str, ...]:
    """Return the stems of one printed word: hyphens split it, except after a prefix (cross-lingual = crosslingual)."""
    parts = [part for part in re.split(r"[-'’./+&]", word.lower()) if part]
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1] in _PREFIXES:
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(stem(part) for part in joined)


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text in order."""
    found: list[str] = []
    for token in words(text):
        found.extend(stems_of(token.printed))
    return tuple(found)


def is_border(word: str) -> bool:
    """Whether a word ends a phrase: a function word or a common verb."""
    return word in FUNCTION_WORDS or word in VERBS


def is_general(word: str) -> bool:
    """Whether a lower-case word alone names no subject."""
    return word in GENERAL or word in FUNCTION_WORDS or word in VERBS or word.isdigit()


def content_words(text: str) -> list[str]:
    """Return the lower-case words of a text that name a subject, in order, with repeats."""
    return [token.folded for token in words(text) if not is_general(token.folded)]


def runs(text: str) -> list[tuple[Word, ...]]:
    """Return the runs of a text in order; adverbs at a run's end and digits at its start are left out."""
    cuts = [m.start() for m in _BORDER.finditer(text)]
    found: list[tuple[Word, ...]] = []
    open_run: list[Word] = []
    last_end = 0
    for token in words(text):
        if is_border(token.folded) or any(last_end <= cut < token.start for cut in cuts):
            found.append(tuple(open_run))
            open_run = []
        if not is_border(token.folded):
            open_run.append(token)
        last_end = token.end
    found.append(tuple(open_run))
    return [trimmed for run in found if (trimmed := _trim(run))]


def _trim(run: tuple[Word, ...]) -> tuple[Word, ...]:
    kept = list(run)
    while kept and kept[-1].folded.endswith("ly") and len(kept[-1].folded) > 5:
        kept.pop()
    while kept and kept[0].printed.isdigit():
        kept.pop(0)
    return tuple(kept)


def printed(run: Iterable[Word]) -> str:
    """Return the words of a run as printed, one blank between."""
    return " ".join(token.printed for token in run)


def contains(text_stems: Sequence[str], phrase_stems: Sequence[str]) -> bool:
    """Whether the stems of a phrase stand next to each other, in order, in the stems of a text."""
    size = len(phrase_stems)
    wanted = tuple(phrase_stems)
    return size > 0 and any(tuple(text_stems[at : at + size]) == wanted for at in range(len(text_stems) - size + 1))


def listed(names: Sequence[str]) -> str:
    """Return names joined with commas and "and"; "" for none."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
