"""The layout of PDF pages: columns, running heads, and runs of lines that belong together."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from juried.documents.pdf_words import SOFT_HYPHEN, Line, Word

_EDGE = 0.09
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—\s]*(?:(?:of|/)\s*\d{1,4})?\Z", re.IGNORECASE
)
_IMPRINT = re.compile(
    r"proceedings of|©|\(c\) ?\d{4}|copyright|arxiv:\d|all rights reserved|\bdoi:|pages? \d+\s*[–-]\s*\d+|"
    r"association for|preprint\.|under review|permission to make",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[•·▪◦‣]\s*\S")
_LIST_NUMBER = re.compile(r"(?:[–∗*-]|\(?\d{1,2}[.)]|\([a-z]\))\s+\S")
CAPTION = re.compile(
    r"((?:Table|Figure|Fig\.?|Algorithm|Listing|Box)\s*[A-Z]?\.?\d+(?:\.\d+)?)\s*[:.|]\s*(?=\S)|(?:Table|Figure|TABLE|FIGURE)\s+\d+\Z"
)
_SENTENCE_END = re.compile(r"[.!?:]['\"”’)\]]*\Z")


@dataclass(frozen=True)
class PageSize:
    """Lower and upper edge of a page, and the x of its middle, in points."""

    bottom: float
    top: float
    middle: float


@dataclass
class Run:
    """Lines of one size and column that follow one another closely: a paragraph, a heading, a caption."""

    lines: list[Line] = field(default_factory=list)
    column: tuple[float, float] = (0.0, 0.0)
    # Whether the run begins only because a page or column does.
    soft: bool = False

    @property
    def page(self) -> int:
        """Page of the first line, counted from 1."""
        return self.lines[0].page

    @property
    def size(self) -> float:
        """Usual size of the letters in points."""
        return self.lines[0].main.size

    @property
    def bold(self) -> bool:
        """Whether every line is bold throughout."""
        return all(word.bold for line in self.lines for word in line.words)


def line_text(line: Line) -> str:
    """Return the text of a line; exponents keep a caret, marks of footnotes at words vanish."""
    main = line.main
    out = ""
    for index, word in enumerate(line.words):
        previous = line.words[index - 1] if index else None
        if previous is not None and _blank_between(previous, word):
            out += " "
        out += _raised(word, main, out)
    return out


def _blank_between(previous: Word, word: Word) -> bool:
    if word.broken:
        return word.x0 - previous.x1 > 0.18 * max(previous.size, word.size)
    return word.spaced


def _raised(word: Word, main: Word, before: str) -> str:
    lifted = word.size < 0.85 * main.size and word.base > main.base + 0.15 * main.size
    if not lifted or not word.text.strip("-−–").isdigit() or not before:
        return word.text
    tail = re.search(r"[^\W\d_]+[.,;:!?)\"”]*$", before)
    if before[-1].isdigit() or (tail and len(tail[0]) < 3):
        return f"^{word.text}"
    return "" if tail or before[-1] in '.,;:!?)"”]' else word.text


def body_size(lines: list[Line]) -> float:
    """Return the size in which most characters are set; 0 without lines."""
    share: Counter[float] = Counter()
    for line in lines:
        for word in line.words:
            share[word.size] += len(word.text)
    return max(share, key=lambda size: (share[size], size), default=0.0)


def drop_furniture(pages: list[list[Line]], sizes: list[PageSize]) -> list[list[Line]]:
    """Return the pages without running heads, page numbers, imprints and margin line numbers."""
    seen: Counter[str] = Counter()
    for lines, size in zip(pages, sizes, strict=True):
        seen.update({_pattern(line) for line in lines if _at_edge(line, size)})
    repeated = {key for key, count in seen.items() if count >= max(2, min(3, len(pages) // 2)) and len(pages) > 1}
    return [
        [line for line in lines if not _is_furniture(line, size, repeated)]
        for lines, size in zip(pages, sizes, strict=True)
    ]


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "#", line_text(line)).strip().lower()


def _at_edge(line: Line, size: PageSize) -> bool:
    height = size.top - size.bottom
    return line.main.base > size.top - _EDGE * height or line.main.base < size.bottom + _EDGE * height


def _is_furniture(line: Line, size: PageSize, repeated: set[str]) -> bool:
    text = line_text(line).strip()
    if not _at_edge(line, size):
        return False
    return _pattern(line) in repeated or bool(_PAGE_NUMBER.match(text)) or bool(_IMPRINT.search(text))


def page_columns(lines: list[Line], size: PageSize) -> list[tuple[float, float]]:
    """Return for each line of a page the left and right edge of its column."""
    sides = [_side(line, size.middle) for line in lines]
    weight: Counter[str] = Counter()
    for line, side in zip(lines, sides, strict=True):
        weight[side] += sum(len(word.text) for word in line.words)
    two = weight["right"] > 0.15 * sum(weight.values()) and weight["full"] < 0.6 * sum(weight.values())
    sides = _with_last_lines(lines, sides) if two else ["full"] * len(lines)
    edges = {side: _edges([ln for ln, s in zip(lines, sides, strict=True) if s == side]) for side in set(sides)}
    return [edges[side] for side in sides]


def _with_last_lines(lines: list[Line], sides: list[str]) -> list[str]:
    """Give a short line right beneath a line across both columns to that line's paragraph."""
    out = sides[:1]
    for above, line, side in zip(lines, lines[1:], sides[1:], strict=False):
        size = above.main.size
        near = 0 < above.main.base - line.main.base < 1.5 * size and abs(size - line.main.size) < 0.3
        out.append("full" if out[-1] == "full" and near else side)
    return out


def _side(line: Line, middle: float) -> str:
    if line.x1 <= middle + 6:
        return "left"
    return "right" if line.x0 >= middle - 6 else "full"


def _edges(lines: list[Line]) -> tuple[float, float]:
    """Return where most lines begin, and where nearly all have ended."""
    lefts = Counter(round(line.x0 / 2) * 2.0 for line in lines for _ in range(max(1, len(line.words) // 4)))
    rights = sorted(line.x1 for line in lines)
    left = min((x for x, count in lefts.items() if count * 4 >= max(lefts.values())), default=0.0)
    return left, rights[min(len(rights) - 1, int(len(rights) * 0.9))] if rights else 0.0


def make_runs(lines: list[Line], columns: list[tuple[float, float]]) -> list[Run]:
    """Group the lines of a page, in order, into runs."""
    leading = _usual_leading(lines)
    runs: list[Run] = []
    for line, column in zip(lines, columns, strict=True):
        last = runs[-1] if runs else None
        if last is not None and not _breaks(last, line, column, leading):
            last.lines.append(line)
        else:
            jumped = last is None or last.column != column or line.main.base > last.lines[-1].main.base
            runs.append(Run([line], column, soft=jumped))
    return runs


def _usual_leading(lines: list[Line]) -> float:
    """Return the usual distance of base lines, in sizes of the letters."""
    gaps = [
        (a.main.base - b.main.base) / a.main.size
        for a, b in pairwise(lines)
        if a.main.size == b.main.size and 0.8 < (a.main.base - b.main.base) / max(a.main.size, 0.1) < 2.6
    ]
    return median(gaps) if gaps else 1.2


def _breaks(run: Run, line: Line, column: tuple[float, float], leading: float) -> bool:
    last = run.lines[-1]
    gap = last.main.base - line.main.base
    if run.column != column or gap < -0.3 * line.main.size or gap > (leading * 1.28 + 0.12) * last.main.size:
        return True
    if abs(last.main.size - line.main.size) > 0.45 or run.bold != all(word.bold for word in line.words):
        return not _is_run_in(run, line)
    return _begins_paragraph(run, last, line)


def _is_run_in(run: Run, line: Line) -> bool:
    """Whether a run began with a bold lead-in or holds bold words, so that weight says nothing."""
    return abs(run.size - line.main.size) <= 0.45 and not run.bold and line.words[0].bold is False


def _begins_paragraph(run: Run, last: Line, line: Line) -> bool:
    size = line.main.size
    text = line_text(line)
    ended = bool(_SENTENCE_END.search(line_text(last)))
    caption = CAPTION.match(text)
    if (caption and (ended or ":" in caption[0])) or _BULLET.match(text) or (ended and _LIST_NUMBER.match(text)):
        return True
    if run.bold:
        return False
    indent = line.x0 - run.column[0]
    stepped_in = 0.7 * size < indent < 4 * size and abs(last.x0 - run.column[0]) < 0.5 * size
    short = last.x1 < run.column[1] - 2.5 * size
    return (stepped_in and (ended or short)) or (short and ended and last.words[-1].text[-1:] != SOFT_HYPHEN)
