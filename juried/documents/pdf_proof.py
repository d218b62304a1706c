"""Proof by drawing: text is hidden when the page looks the same without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]

Box = tuple[float, float, float, float]
_SCALE = 2.0
_MAX_PIXELS = 24_000_000
# Grey levels by which a pixel must change for a reader to see a letter.
_SEEN = 24


def shown(page: pdfium.PdfPage, suspects: Mapping[int, tuple[object, Box]]) -> frozenset[int]:
    """Return which suspects a reader sees after all, since the page changes when they are not drawn.

    Args:
        page: An open page; its text objects are as before afterwards.
        suspects: A text object and the box of some of its letters, by any key.

    Returns:
        Keys of visible text; none when the page is too large to be drawn.
    """
    width, height = page.get_size()
    if not suspects or width * height * _SCALE * _SCALE > _MAX_PIXELS:
        return frozenset()
    left, _, _, top = page.get_cropbox()
    before = _draw(page)
    modes = [(item, pdfium_c.FPDFTextObj_GetTextRenderMode(item)) for item, _ in suspects.values()]
    for item, _ in modes:
        pdfium_c.FPDFTextObj_SetTextRenderMode(item, pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
    after = _draw(page)
    for item, mode in reversed(modes):
        pdfium_c.FPDFTextObj_SetTextRenderMode(item, mode)
    changed = np.abs(before.astype(np.int16) - after.astype(np.int16)) >= _SEEN
    if page.get_rotation():
        return frozenset(suspects) if changed.any() else frozenset()
    return frozenset(key for key, (_, box) in suspects.items() if _region(changed, box, left, top).any())


def _draw(page: pdfium.PdfPage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    bitmap = page.render(scale=_SCALE, grayscale=True, may_draw_forms=False)
    image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = bitmap.to_numpy().copy().reshape(bitmap.height, -1)
    bitmap.close()
    return image


def _region(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], box: Sequence[float], left: float, top: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    x0, y0, x1, y1 = box
    rows = slice(max(0, int((top - y1) * _SCALE)), max(0, int((top - y0) * _SCALE) + 1))
    return pixels[rows, max(0, int((x0 - left) * _SCALE)) : max(0, int((x1 - left) * _SCALE) + 1)]
