"""Telling prose, headings and captions of a PDF from the debris of its tables, figures and formulas."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from juried.documents.pdf_layout import CAPTION, Run, line_text
from juried.documents.pdf_words import SOFT_HYPHEN, Line

RunKind = Literal["heading", "caption", "footnote", "list_item", "prose", "debris"]
_KNOWN = re.compile(
    r"(?:abstract|introduction|background|related work|methods?|methodology|"
    r"materials and methods|experiments?|results?|results and discussion|discussion|conclusions?|"
    r"conclusions? and future work|limitations|"
    r"acknowledge?ments?|references|bibliography|appendix|appendices|ethics statement|"
    r"ethical considerations|supplementary materials?)\s*:?\Z",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:(\d{1,2}(?:\.\d{1,2}){0,3})\.?|([A-Z](?:\.\d{1,2}){0,3})\.?|([IVX]{1,5})\.)\s+(?=\S*[A-Za-z])"
)
_LIST = re.compile(r"(?:[•·▪◦‣]|\(?\d{1,2}[.)]|\([a-z]\)|[-–∗*]\s)\s*(?=\S)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"\S+")
_FOOTNOTE = re.compile(r"(?:\d{1,2}|[*∗†‡§¶]{1,2})\s?(?=[A-Z“\"h])")
REFERENCES = re.compile(
    r"(?:\d{1,2}\.?\s+)?(?:references|bibliography|literature cited|works cited)\s*:?\Z", re.IGNORECASE
)


def classify(run: Run, body: float, text: str) -> RunKind:
    """Say what a run of lines is, given the size of body text and the run's own text."""
    if CAPTION.match(text):
        return "caption"
    if _is_heading(run, body, text):
        return "heading"
    if run.size < body - 0.6 and _FOOTNOTE.match(text) and _is_prose(run, body, text):
        return "footnote"
    if not _is_prose(run, body, text):
        return "debris"
    return "list_item" if _LIST.match(text) and len(text) > 20 else "prose"


def _is_heading(run: Run, body: float, text: str) -> bool:
    if len(run.lines) > 3 or len(text) > 140 or run.size < body - 1.2 or not _WORD.search(text):
        return False
    if _KNOWN.match(text):
        return True
    numbered = _NUMBERED.match(text)
    if text.rstrip()[-1:] in ".,;:" and not (numbered and (numbered[1] or len(text.split()) < 4)):
        return False
    stands_out = run.bold or run.size > body + 0.8
    letters = sum(char.isalpha() for char in text)
    wordy = letters > 0.6 * len(text.replace(" ", "")) and not text[:1].islower()
    if not stands_out or not wordy or _gapped(run):
        return False
    return bool(numbered) or run.size > body + 0.8 or len(text.split()) <= 12


def heading_level(text: str, size: float, body: float) -> int:
    """Return the level of a heading: by its number, else by its size."""
    match = _NUMBERED.match(text)
    if match and (match[1] or match[2]):
        return (match[1] or match[2]).count(".") + 1
    return 1 if size > body + 0.3 or _KNOWN.match(text) else 2


def _gapped(run: Run) -> bool:
    """Whether most lines hold gaps as between the columns of a table."""
    return sum(_gaps(line) >= 1 for line in run.lines) * 2 > len(run.lines)


def _gaps(line: Line) -> int:
    pairs = zip(line.words, line.words[1:], strict=False)
    return sum(b.x0 - a.x1 > 1.3 * max(a.size, b.size) for a, b in pairs)


def _is_prose(run: Run, body: float, text: str) -> bool:
    """Whether a run reads as sentences: enough words a line, few numbers, no gaps of a table."""
    tokens = _TOKEN.findall(text)
    words = [token for token in tokens if _WORD.search(token)]
    if len(words) < 4 or len(words) < 0.55 * len(tokens) or _gapped(run):
        return False
    longest = max(len(line.words) for line in run.lines)
    lower = sum(token[:1].islower() for token in words)
    if abs(run.size - body) > 0.4 and len(run.lines) < 3 and text.rstrip()[-1:] not in ".!?:;":
        return False
    if longest < 4 and len(run.lines) > 1:
        return False
    finished = text.rstrip()[-1:] in '.!?:;)”"' or text.rstrip().endswith(SOFT_HYPHEN)
    return lower >= 0.35 * len(words) and (len(words) >= 8 or finished)


def list_text(text: str) -> str:
    """Return the text of a list item without its mark."""
    return _LIST.sub("", text, count=1)


def vocabulary(lines: list[Line]) -> Counter[str]:
    """Count the words of all lines that no line end breaks, in lower case; hyphenated words count whole."""
    words: Counter[str] = Counter()
    after_break = False
    for line in lines:
        for token in line_text(line).split():
            if SOFT_HYPHEN not in token and not after_break:
                words[token.strip(".,;:!?()[]“”\"'’").lower()] += 1
            after_break = token.endswith((SOFT_HYPHEN, "-"))
    return words


def join_lines(lines: list[str], words: Counter[str]) -> str:
    """Join lines into one text; a word broken at its end becomes whole, a compound keeps its hyphen."""
    text = ""
    for line in lines:
        if text.endswith((SOFT_HYPHEN, "-", "\u2010")) and line[:1].isalnum():
            text = _mend(text, line, words)
        else:
            text = f"{text} {line}" if text else line
    return text.replace(SOFT_HYPHEN, "-")


def _mend(text: str, line: str, words: Counter[str]) -> str:
    stem = text[:-1]
    left_match = re.search(r"[\w-]+$", stem)
    right_match = re.match(r"[\w-]+", line)
    left = left_match[0].lower() if left_match else ""
    right = right_match[0].lower() if right_match else ""
    return stem + ("-" if keeps_hyphen(left, right, line[:1], words) else "") + line


def keeps_hyphen(left: str, right: str, first: str, words: Counter[str]) -> bool:
    """Whether the hyphen between two parts of a broken word belongs to the word.

    The rest of the document decides: the form that it uses elsewhere wins; else two parts that are words
    by themselves make a compound.
    """
    if not left or not right or left[-1].isdigit() or first.isdigit():
        return True
    if words[left + right]:
        return False
    if first.isupper():
        return True
    if words[f"{left}-{right}"] or "-" in left:
        return True
    return "-" in right or (words[left] > 0 and words[right] > 0 and len(left) > 2 and len(right) > 2)
