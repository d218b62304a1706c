"""Words and lines of a PDF page with their places, sizes and colours, as PDFium reports them."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import dataclass, field, replace

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]

from juried.documents.pdf_ground import Box, Ground, is_optional
from juried.documents.styles import TINY_POINTS, same_colour
from juried.records.document import HiddenChannel

_BREAKS = frozenset((10, 13))
_HYPHENS = frozenset((0x2, 0xFFFE))
_BOLD = ("bold", "black", "heavy", "cmbx", "-bd", "medi", "semibold", "demi", "sfbx")
SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True)
class Word:
    """Characters without a blank between them; `x` runs rightwards and `base` upwards, in points.

    `spaced` says that a blank stands before the word, `broken` that PDFium saw a line end there.
    """

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    spaced: bool
    broken: bool
    hidden: HiddenChannel | None = None


@dataclass
class Line:
    """Words on one base line, left to right."""

    page: int
    words: list[Word] = field(default_factory=list)
    _main: tuple[int, Word] | None = None

    @property
    def main(self) -> Word:
        """The word of the most usual size: the first of those with the largest share of characters."""
        if self._main is None or self._main[0] != len(self.words):
            self._main = (len(self.words), self._find_main())
        return self._main[1]

    def _find_main(self) -> Word:
        share: dict[float, int] = {}
        for word in self.words:
            share[word.size] = share.get(word.size, 0) + len(word.text)
        size = max(share, key=lambda key: (share[key], key))
        return next(word for word in self.words if word.size == size)

    @property
    def x0(self) -> float:
        """Left edge in points."""
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        """Right edge in points."""
        return max(word.x1 for word in self.words)


class _PageText:
    """Reads the characters of one page."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.page = page
        self.text = page.get_textpage()
        self.raw = self.text.raw
        self.count = pdfium_c.FPDFText_CountChars(self.raw)
        self.box = page.get_cropbox()
        self._ground: Ground | None = None
        self._recognised: bool | None = None
        self.suspects: dict[int, tuple[object, Box]] = {}

    @property
    def ground(self) -> Ground:
        """What lies behind and above the text."""
        if self._ground is None:
            self._ground = Ground(self.page)
        return self._ground

    @property
    def recognised(self) -> bool:
        """Whether the page is a scan whose text was recognised: most of its text is invisible above a picture."""
        if self._recognised is None:
            modes = [self._mode(index) for index in range(0, self.count, max(1, self.count // 200))]
            unseen = sum(mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE for mode in modes)
            self._recognised = self.ground.has_images and unseen * 2 > len(modes)
        return self._recognised

    def _mode(self, index: int) -> int:
        return int(pdfium_c.FPDFTextObj_GetTextRenderMode(pdfium_c.FPDFText_GetTextObject(self.raw, index)))

    def origin(self, index: int) -> tuple[float, float]:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(self.raw, index, x, y)
        return x.value, y.value

    def edges(self, index: int) -> Box:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium_c.FPDFText_GetCharBox(self.raw, index, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value

    def size(self, index: int) -> float:
        """Size as printed: the font's size times the scale of its text matrix."""
        matrix = pdfium_c.FS_MATRIX()
        size = float(pdfium_c.FPDFText_GetFontSize(self.raw, index))
        if pdfium_c.FPDFText_GetMatrix(self.raw, index, matrix):
            # A hand-made matrix may squeeze letters to nothing in one direction alone.
            tall, wide = math.hypot(matrix.c, matrix.d), math.hypot(matrix.a, matrix.b)
            size *= (tall if wide > 0.2 * tall else wide) or 1.0
        return round(abs(size), 1)

    def angle(self, index: int) -> int:
        """Direction of writing in quarter turns, 0 to 3."""
        return round(float(pdfium_c.FPDFText_GetCharAngle(self.raw, index)) / (math.pi / 2)) % 4

    def bold(self, index: int) -> bool:
        buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        pdfium_c.FPDFText_GetFontInfo(self.raw, index, buffer, 128, flags)
        name = buffer.value.decode("utf-8", "replace").lower()
        return any(part in name for part in _BOLD) or int(pdfium_c.FPDFText_GetFontWeight(self.raw, index)) >= 650

    def channel(self, index: int, size: float) -> HiddenChannel | None:
        """Return how a character seems to be hidden, None when a reader surely sees it."""
        x0, y0, x1, y1 = self.edges(index)
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        left, bottom, right, top = self.box
        if x < left - 1 or x > right + 1 or y < bottom - 1 or y > top + 1:
            return "off_page"
        if size < TINY_POINTS:
            return "tiny_text"
        item = pdfium_c.FPDFText_GetTextObject(self.raw, index)
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(item)
        if mode in (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP):
            return None if self.recognised and self.ground.image_at(x, y) else "invisible_mode"
        found = self._suspicion(index, item, x, y)
        if found is not None:
            self.suspects[index] = (item, (x0, y0, x1, y1))
        return found

    def _suspicion(self, index: int, item: object, x: float, y: float) -> HiddenChannel | None:
        """Return how a painted character may be hidden all the same; drawing the page has the last word."""
        order = self.ground.order_of(item)
        if self.ground.is_clipped(item, x, y):
            return "clipped"
        if self.ground.is_covered(x, y, order):
            return "covered"
        if self._is_unseen(index, order, x, y):
            return "white_text"
        return "invisible_mode" if is_optional(item) else None

    def _is_unseen(self, index: int, order: int | None, x: float, y: float) -> bool:
        """Whether a character is transparent, or has the colour of what lies behind it."""
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not pdfium_c.FPDFText_GetFillColor(self.raw, index, red, green, blue, alpha):
            return False
        if alpha.value < 13:
            return True
        behind = self.ground.colour_behind(x, y, order)
        return behind is not None and same_colour((red.value, green.value, blue.value), behind)


def has_image(page: pdfium.PdfPage) -> bool:
    """Whether a page shows a picture."""
    kinds = (pdfium_c.FPDF_PAGEOBJ_IMAGE,)
    return next(iter(page.get_objects(filter=kinds, max_depth=6)), None) is not None


def read_words(page: pdfium.PdfPage) -> list[Word]:
    """Return the words of a page in the order in which the page draws them, hidden ones too.

    Words that do not run in the direction of most are left out (stamps along the margin).
    """
    text = _PageText(page)
    spans = _word_spans(text)
    turns = [text.angle(first) for first, *_ in spans]
    turn = max(range(4), key=lambda t: (sum(s[1] - s[0] for s, u in zip(spans, turns, strict=True) if u == t), -t))
    pairs = [(span[0], _word(text, span, turn)) for span, own in zip(spans, turns, strict=True) if own == turn]
    seen = _proven_seen(page, text.suspects)
    return [replace(word, hidden=None) if first in seen else word for first, word in pairs if word.text]


def _proven_seen(page: pdfium.PdfPage, suspects: dict[int, tuple[object, Box]]) -> frozenset[int]:
    if not suspects:
        return frozenset()
    # Hardly any page needs to be drawn, and numpy takes long to load.
    from juried.documents.pdf_proof import shown

    return shown(page, suspects)


_Span = tuple[int, int, str, bool, bool]


def _word_spans(text: _PageText) -> list[_Span]:
    """Return first and last character, text, and whether a blank or a line end stands before, for each word."""
    spans: list[_Span] = []
    first, chars, spaced, broken = 0, "", True, True
    size = 0.0
    for index in range(text.count):
        code = pdfium_c.FPDFText_GetUnicode(text.raw, index)
        hyphen = code in _HYPHENS and pdfium_c.FPDFText_IsHyphen(text.raw, index) == 1
        blank = code in _BREAKS or code == 0 or chr(code).isspace()
        if blank or hyphen:
            if chars or hyphen:
                spans.append((first if chars else index, index, chars + SOFT_HYPHEN * hyphen, spaced, broken))
                chars, spaced, broken = "", hyphen, hyphen
            spaced, broken = True, broken or code in _BREAKS or hyphen
            continue
        own = float(pdfium_c.FPDFText_GetFontSize(text.raw, index))
        if chars and abs(own - size) > 0.08 * size:
            # A raised or lowered part is a word of its own, so that it can be told from its neighbours.
            spans.append((first, index, chars, spaced, broken))
            chars, spaced, broken = "", False, False
        first = index if not chars else first
        chars, size = chars + chr(code), own
    return [*spans, (first, text.count, chars, spaced, broken)] if chars else spans


def _word(text: _PageText, span: _Span, turn: int) -> Word:
    first, last, chars, spaced, broken = span
    x, y = text.origin(first)
    left, bottom, right, top = text.edges(first)
    end_left, end_bottom, end_right, end_top = text.edges(max(first, last - 1))
    size = text.size(first)
    begin, base, end = {
        0: (left, y, end_right),
        1: (bottom, -x, end_top),
        2: (-right, -y, -end_left),
        3: (-top, x, -end_bottom),
    }[turn]
    return Word(
        unicodedata.normalize("NFC", chars),
        begin,
        max(begin, end),
        base,
        size,
        text.bold(first),
        spaced,
        broken,
        text.channel(first, size),
    )


def join_words(words: list[Word], page: int) -> list[Line]:
    """Group words into lines: same base line, or raised or lowered beside the line's own size."""
    lines: list[Line] = []
    for word in words:
        if lines and _continues(lines[-1], word):
            lines[-1].words.append(word)
        else:
            lines.append(Line(page, [word]))
    return lines


def _continues(line: Line, word: Word) -> bool:
    last = line.words[-1]
    if last.text.endswith(SOFT_HYPHEN):
        return False
    height = max(last.size, word.size, line.words[0].size)
    gap = word.x0 - last.x1
    near = -0.6 * height < gap < (40.0 * height if not word.broken else 3.0 * height)
    level = min(abs(word.base - last.base), abs(word.base - line.main.base))
    same = level < 0.25 * height
    shifted = level < 0.62 * height and min(word.size, last.size) < 0.9 * height and gap < 0.5 * height
    return near and (same or shifted)
