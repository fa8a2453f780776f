"""PDFium's C functions that are called for every word, with as little between as ctypes allows.

pypdfium2's own bindings check and convert each argument; addresses as plain integers halve
the time of a call. Everything else goes through pypdfium2.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import c_double, c_float, c_int, c_ulong, c_void_p
from typing import Any, Final

import pypdfium2.raw as pdfium_c


def _direct(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(function, c_void_p).value
    if address is None:
        raise ImportError("PDFium lacks a function that is needed")
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def address_of(handle: Any) -> int:
    """A PDFium handle of pypdfium2 as an integer."""
    return ctypes.cast(handle, c_void_p).value or 0


loose_box: Final = _direct(pdfium_c.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
"""(text page, character, address of four floats: left, top, right, bottom) -> whether found."""

map_error: Final = _direct(pdfium_c.FPDFText_HasUnicodeMapError, c_int, c_void_p, c_int)
"""(text page, character) -> 1 where the font does not say which character it is."""

text_object: Final = _direct(pdfium_c.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
"""(text page, character) -> address of its text object."""

font_of: Final = _direct(pdfium_c.FPDFTextObj_GetFont, c_void_p, c_void_p)
"""(text object) -> address of its font."""

font_name: Final = _direct(pdfium_c.FPDFFont_GetBaseFontName, c_ulong, c_void_p, c_void_p, c_ulong)
"""(font, address of a buffer, its length) -> bytes of the name with a closing zero."""

font_weight: Final = _direct(pdfium_c.FPDFFont_GetWeight, c_int, c_void_p)
"""(font) -> 400 for normal, 700 for bold, -1 where unknown."""

font_ascent: Final = _direct(pdfium_c.FPDFFont_GetAscent, c_int, c_void_p, c_float, c_void_p)
"""(font, size, address of a float) -> whether found."""

font_descent: Final = _direct(pdfium_c.FPDFFont_GetDescent, c_int, c_void_p, c_float, c_void_p)
"""(font, size, address of a float, below zero) -> whether found."""

unicode_of: Final = _direct(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint, c_void_p, c_int)
"""(text page, character) -> its code point."""

font_size: Final = _direct(pdfium_c.FPDFText_GetFontSize, c_double, c_void_p, c_int)
"""(text page, character) -> the size set by Tf, before any matrix."""
