"""What lies behind and above the text of a PDF page: areas, images, clips, and the order in which they are drawn."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]

from juried.documents.styles import WHITE, Colour, same_colour

Box = tuple[float, float, float, float]
_MAX_OBJECTS = 6000
_MAX_DEPTH = 4
_OPAQUE = 250
_EDGE = 2.0


@dataclass(frozen=True)
class Paint:
    """Something drawn: when, where, and in which colour (None when that is not one colour, as in an image)."""

    order: int
    box: Box
    colour: Colour | None
    image: bool

    def covers(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        left, bottom, right, top = self.box
        return left <= x <= right and bottom <= y <= top


class Ground:
    """The paints of a page in drawing order.

    Args:
        page: An open page.
    """

    def __init__(self, page: pdfium.PdfPage) -> None:
        left, bottom, right, top = page.get_cropbox()
        self._area = max(1.0, (right - left) * (top - bottom))
        self.paints: list[Paint] = []
        self._orders: dict[int, int] = {}
        self._clips: dict[int, Box | None] = {}
        self._count = 0
        self._read(page)
        self.has_images = any(paint.image for paint in self.paints)

    def order_of(self, text: object) -> int | None:
        """Return when a text object is drawn, None when it is not among those that were read."""
        return self._orders.get(_address(text))

    def colour_behind(self, x: float, y: float, order: int | None) -> Colour | None:
        """Return the colour behind a point when a text object is drawn; None when it is not one known colour."""
        before = [p for p in self.paints if (order is None or p.order <= order) and p.covers(x, y)]
        return max(before, key=lambda paint: paint.order).colour if before else WHITE

    def is_covered(self, x: float, y: float, order: int | None) -> bool:
        """Whether something opaque is drawn over a point after a text object.

        An image over most of a page is a scan above the text that was recognised in it, and hides nothing.
        """
        return order is not None and any(
            paint.order > order and paint.covers(x, y) and not self._is_scan(paint) for paint in self.paints
        )

    def image_at(self, x: float, y: float) -> bool:
        """Whether an image lies at a point."""
        return any(paint.image and paint.covers(x, y) for paint in self.paints)

    def is_clipped(self, text: object, x: float, y: float) -> bool:
        """Whether a point of a text object lies outside the area to which the object is clipped."""
        address = _address(text)
        if address not in self._clips:
            self._clips[address] = _clip_box(text)
        box = self._clips[address]
        if box is None:
            return False
        left, bottom, right, top = box
        return not (left - _EDGE <= x <= right + _EDGE and bottom - _EDGE <= y <= top + _EDGE)

    def _is_scan(self, paint: Paint) -> bool:
        left, bottom, right, top = paint.box
        return paint.image and (right - left) * (top - bottom) > 0.5 * self._area

    def _read(self, page: pdfium.PdfPage) -> None:
        for index in range(min(pdfium_c.FPDFPage_CountObjects(page.raw), _MAX_OBJECTS)):
            self._take(pdfium_c.FPDFPage_GetObject(page.raw, index), pdfium.PdfMatrix(), 0)

    def _take(self, item: object, matrix: pdfium.PdfMatrix, depth: int) -> None:
        if self._count >= _MAX_OBJECTS:
            return
        self._count += 1
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            self._orders[_address(item)] = self._count
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _matrix_of(item).multiply(matrix)
            for index in range(max(0, pdfium_c.FPDFFormObj_CountObjects(item))):
                self._take(pdfium_c.FPDFFormObj_GetObject(item, index), inner, depth + 1)
        elif kind in (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING):
            self._add(item, matrix, None, kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            self._take_path(item, matrix)

    def _take_path(self, item: object, matrix: pdfium.PdfMatrix) -> None:
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(item, mode, stroke)
        if mode.value == pdfium_c.FPDF_FILLMODE_NONE:
            return
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        pdfium_c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
        colour = (red.value, green.value, blue.value)
        # A shape that is no rectangle covers its box in part only, so nothing is sure of what lies in it.
        sure = alpha.value >= _OPAQUE and pdfium_c.FPDFPath_CountSegments(item) <= 6
        if sure or not same_colour(colour, WHITE):
            self._add(item, matrix, colour if sure else None, False)

    def _add(self, item: object, matrix: pdfium.PdfMatrix, colour: Colour | None, image: bool) -> None:
        edges = [ctypes.c_float() for _ in range(4)]
        if pdfium_c.FPDFPageObj_GetBounds(item, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            self.paints.append(Paint(self._count, matrix.on_rect(left, bottom, right, top), colour, image))


def is_optional(item: object) -> bool:
    """Whether an object belongs to a layer that a viewer may switch off."""
    name = ctypes.create_string_buffer(32)
    written = ctypes.c_ulong()
    for index in range(max(0, pdfium_c.FPDFPageObj_CountMarks(item))):
        mark = pdfium_c.FPDFPageObj_GetMark(item, index)
        buffer = ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort))
        if pdfium_c.FPDFPageObjMark_GetName(mark, buffer, 32, written) and name.raw[:4] == b"O\0C\0":
            return True
    return False


def _address(item: object) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _matrix_of(item: object) -> pdfium.PdfMatrix:
    raw = pdfium_c.FS_MATRIX()
    return pdfium.PdfMatrix.from_raw(raw) if pdfium_c.FPDFPageObj_GetMatrix(item, raw) else pdfium.PdfMatrix()


def _clip_box(item: object) -> Box | None:
    """Return the box of the area to which an object is clipped, None when it is not."""
    clip = pdfium_c.FPDFPageObj_GetClipPath(item)
    count = pdfium_c.FPDFClipPath_CountPaths(clip) if clip else 0
    box: Box | None = None
    for path in range(max(0, min(count, 16))):
        own = _path_box(clip, path)
        if own is not None and box is not None:
            box = max(box[0], own[0]), max(box[1], own[1]), min(box[2], own[2]), min(box[3], own[3])
        box = box or own
    return box


def _path_box(clip: object, path: int) -> Box | None:
    xs, ys = [], []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium_c.FPDFClipPath_CountPathSegments(clip, path), 200)):
        segment = pdfium_c.FPDFClipPath_GetPathSegment(clip, path, index)
        if segment and pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            xs.append(x.value)
            ys.append(y.value)
    return (min(xs), min(ys), max(xs), max(ys)) if xs else None
