"""Whether a page is one picture, as a scanner leaves it."""

from __future__ import annotations

from ctypes import byref, c_float
from typing import Any, Final

import pypdfium2.raw as pdfium_c

COVERED: Final = 0.6
"""The share of a page that a picture must cover."""

MOST_OBJECTS: Final = 60
"""A page with more on it was composed, not scanned."""


def is_picture(page: Any, area: float) -> bool:
    """Whether one picture covers most of a page of that area, in square points."""
    count = pdfium_c.FPDFPage_CountObjects(page)
    if not 0 < count <= MOST_OBJECTS:
        return False
    for i in range(count):
        drawn = pdfium_c.FPDFPage_GetObject(page, i)
        if pdfium_c.FPDFPageObj_GetType(drawn) != pdfium_c.FPDF_PAGEOBJ_IMAGE:
            continue
        left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
        if pdfium_c.FPDFPageObj_GetBounds(
            drawn, byref(left), byref(bottom), byref(right), byref(top)
        ):
            covered = (right.value - left.value) * (top.value - bottom.value)
            if covered > COVERED * area:
                return True
    return False
