"""Splitting a paragraph into sentences, with offsets, for scholarly English.

A full stop ends a sentence unless it follows an abbreviation, an initial or a section number, or
stands inside a number; a sentence begins with a capital, a digit, a quote or a bracket.
"""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    [
        "al",
        "fig",
        "figs",
        "eq",
        "eqs",
        "eqn",
        "sec",
        "sect",
        "tab",
        "ref",
        "refs",
        "no",
        "nos",
        "vol",
        "vs",
        "cf",
        "resp",
        "approx",
        "ca",
        "dr",
        "prof",
        "mr",
        "mrs",
        "ms",
        "st",
        "e.g",
        "i.e",
        "etc",
        "ch",
        "chap",
        "app",
        "appx",
        "ex",
        "def",
        "thm",
        "lem",
        "ed",
        "eds",
        "pp",
        "p",
        "ser",
        "dept",
        "univ",
        "inc",
        "ltd",
        "jr",
        "sr",
        "est",
        "max",
        "min",
        "avg",
        "std",
        "w.r.t",
        "a.k.a",
        "u.s",
        "u.k",
    ]
)
_ENDS_SENTENCE_TOO = frozenset({"etc", "al", "u.s", "u.k"})
_BOUNDARY = re.compile(r"""[.!?]["'\u201d\u2019)\]]*(?=\s)""")
_OPENER = re.compile(r"""["'\u201c\u2018(\[]*[A-Z0-9\u00c0-\u00de]|["'\u201c\u2018(\[]*[a-z]+[A-Z]""")
_LAST_WORD = re.compile(r"([^\s(\[]+)$")
_STARTER = re.compile(
    r"(?:The|This|These|Those|We|Our|In|It|However|Moreover|Furthermore|For|To|As|On|By|At|A|An|Our|They|While|Although)\b"
)


def _ends_here(text: str, stop: int, resume: int) -> bool:
    """Whether the mark at `stop` ends a sentence, given that the next text begins at `resume`."""
    if not _OPENER.match(text, resume):
        return False
    if text[stop] != ".":
        return True
    word = _LAST_WORD.search(text, max(0, stop - 40), stop)
    last = word.group(1).lower().rstrip(".") if word else ""
    if last in _ABBREVIATIONS:
        return last in _ENDS_SENTENCE_TOO and bool(_STARTER.match(text, resume))
    initial = len(last) == 1 and last.isalpha() and word is not None and word.group(1).isupper()
    return not initial or bool(_STARTER.match(text, resume))


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return `(start, end)` of each sentence in order, without the white space between them.

    A blank line always ends a sentence. The empty text has none.
    """
    spans: list[tuple[int, int]] = []
    for block in re.finditer(r"(?:(?!\n\s*\n).)+", text, flags=re.DOTALL):
        spans.extend(_split_block(text, block.start(), block.end()))
    return spans


def _split_block(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for mark in _BOUNDARY.finditer(text, start, end):
        resume = mark.end()
        while resume < end and text[resume].isspace():
            resume += 1
        if resume < end and _ends_here(text, mark.start(), resume):
            spans.append((start, mark.end()))
            start = resume
    spans.append((start, end))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None
