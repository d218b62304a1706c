"""What HTML and JATS have in common: rows of a table, citation marks, captions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from juried.documents.mathml import local
from juried.documents.tables import RawCell

_EMPTY_MARKS = re.compile(r"\s*(?:\[[\s,;–—-]*\]|\([\s,;–—-]*\))")
_BEFORE_POINT = re.compile(r"\s+([,.;:!?)\]])(?!\d)")
_DOUBLE_MARKS = re.compile(r"([,;])(?:\s*[,;])+")
_CAPTION = re.compile(
    r"\s*((?:Supplementary |Appendix |Extended Data )?"
    r"(?:Table|Figure|Fig\.?|Box|Algorithm)\s*[A-Z]?\.?\d*[\w.]*?)\s*[.:|—–-]?\s+(?=\S)"
)
_NUMBERS_ONLY = re.compile(r"[\s\d,;\[\]()–—\-*†‡§a-e]*\Z")
_NOTE_MARK = re.compile(r"[a-z*†‡§¶#]{1,2}(?:,[a-z*†‡§¶#]{1,2})*\Z")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(words.split())


def span_of(value: str | None) -> int:
    """Return the number of a rowspan or colspan attribute, 1 when it is absent or no number."""
    return max(1, int(value)) if value and value.strip().isdigit() and len(value.strip()) < 5 else 1


def is_number_mark(text: str) -> bool:
    """Whether the text of a citation is only numbers, so that nothing is lost by leaving it out."""
    return bool(_NUMBERS_ONLY.match(text)) and len(text) < 60


def tidy_marks(text: str) -> str:
    """Return a text without the brackets and blanks that citations leave behind."""
    text = _EMPTY_MARKS.sub("", text)
    text = _DOUBLE_MARKS.sub(r"\1", text)
    return _BEFORE_POINT.sub(r"\1", " ".join(text.split()))


def raised(text: str, before: str) -> str:
    """Return a superscript as text: an exponent keeps its caret, the mark of a note at a number goes away."""
    bare = text.strip()
    if re.fullmatch(r"[-−–+]?\d+(?:[.,]\d+)?[-−+]?|[-−+]", bare) and before[-1:].strip():
        return f"^{bare}"
    if before[-1:].isdigit() and _NOTE_MARK.match(bare) and bare not in ("st", "nd", "rd", "th"):
        return ""
    return text


def split_caption(text: str) -> tuple[str, str]:
    """Split "Table 2. Results" into label and caption; the label is "" when there is none."""
    match = _CAPTION.match(text)
    if match is None or not any(char.isdigit() for char in match[1]):
        return "", text.strip()
    return match[1].strip(" .:"), text[match.end() :].strip()


def rows_of(table: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """Yield the rows of a table that belong to no table inside it, and whether each stands in its head."""
    stack: list[tuple[etree._Element, bool]] = [(child, False) for child in reversed(table)]
    while stack:
        element, inside = stack.pop()
        name, classes = local(element), (element.get("class") or "").split()
        if name == "tr" or "ltx_tr" in classes:
            yield element, inside
        elif name not in ("table", "td", "th", "caption", ""):
            head = inside or name == "thead" or "ltx_thead" in classes
            stack.extend((child, head) for child in reversed(element))


def read_rows(
    table: etree._Element, text_of: Callable[[etree._Element], str]
) -> tuple[tuple[tuple[RawCell, ...], ...], int | None]:
    """Return the cells of a table by row, and how many rows its head holds (None without a head)."""
    rows: list[tuple[RawCell, ...]] = []
    heads = 0
    for row, inside in rows_of(table):
        cells = tuple(_cell(cell, text_of) for cell in row if _is_cell(cell))
        if cells and (any(c.text for c in cells) or any(c.rowspan > 1 for c in rows[-1] if rows)):
            rows.append(cells)
            heads += inside
    return tuple(rows), heads or None


def _is_cell(element: etree._Element) -> bool:
    return local(element) in ("td", "th") or "ltx_td" in (element.get("class") or "").split()


def _cell(element: etree._Element, text_of: Callable[[etree._Element], str]) -> RawCell:
    classes = (element.get("class") or "").split()
    header = local(element) == "th" or any(name.startswith("ltx_th") for name in classes)
    colspan = span_of(element.get("colspan") or _class_number(classes, "ltx_colspan_"))
    return RawCell(text_of(element), header, span_of(element.get("rowspan")), colspan)


def _class_number(classes: list[str], prefix: str) -> str:
    return next((name.removeprefix(prefix) for name in classes if name.startswith(prefix)), "")
