"""The words of a PDF's page with their places: arrays, the page turned so that text runs right.

Words come in the order of the page's content stream, characters in reading order (PDFium
turns right-to-left text around). Places are in points from the top left of the page, or from
the top right where it is written from right to left.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from crawlers.extract.characters import RIGHT_TO_LEFT
from crawlers.extract.pdfium_calls import (
    address_of,
    font_ascent,
    font_descent,
    font_name,
    font_of,
    font_weight,
    loose_box,
    map_error,
    text_object,
    unicode_of,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

HYPHEN: Final = "\ufffe"
"""What PDFium gives for a hyphen at the end of a line whose word goes on in the next."""

_WORD: Final = re.compile(f"[^\\s{HYPHEN}]*{HYPHEN}|[^\\s{HYPHEN}]+")
_LINE_END: Final = re.compile(f"[\r\n{HYPHEN}]+")
_BOLD: Final = re.compile(rb"bold|black|heavy|demi|semibold", re.IGNORECASE)
_MARGIN: Final = 2.0
"""Points a word's middle may stand outside the page: rounding, not hiding."""


@dataclass(frozen=True)
class Words:
    """Words of a page: `text[start:end]`, a box each, and the number of the line in the stream.

    `aside` are the lines that run in another direction than most, as margins have them.
    """

    text: str
    start: Ints
    end: Ints
    left: Floats
    top: Floats
    right: Floats
    bottom: Floats
    line: Ints
    width: float
    height: float
    aside: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.start)


class TextPage:
    """The open text of one page: what `words` and `style` ask PDFium."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self._page = page
        self._handle = address_of(text_page)
        self._text_page = text_page
        self._fonts: dict[int, tuple[float, bool]] = {}
        self._box = (ctypes.c_float * 4)()
        self._at = ctypes.addressof(self._box)

    def words(self) -> Words:
        """All words that stand on the page."""
        text = self._text()
        spans = [found.span() for found in _WORD.finditer(text)]
        boxes = self._boxes(spans)
        ends = np.array([found.start() for found in _LINE_END.finditer(text)], dtype=np.intp)
        starts = np.array([start for start, _ in spans], dtype=np.intp)
        words = _placed(text, spans, starts, np.searchsorted(ends, starts), boxes, self._bounds())
        return words

    def style(self, character: int, height: float) -> tuple[float, bool]:
        """Size in points and whether bold, of a character whose box has that height."""
        drawn = text_object(self._handle, character)
        if not drawn:
            return round(height, 1), False
        font = font_of(drawn)
        if font not in self._fonts:
            self._fonts[font] = self._font(font)
        extent, bold = self._fonts[font]
        return round(height / extent * 2) / 2, bold

    def unmapped(self, characters: Ints) -> float:
        """The share of characters whose font does not say what they are."""
        if not len(characters):
            return 0.0
        found = [map_error(self._handle, int(character)) > 0 for character in characters]
        return float(sum(found) / len(found))

    def _text(self) -> str:
        count = pdfium_c.FPDFText_CountChars(self._text_page)
        if count <= 0:
            return ""
        buffer = (ctypes.c_ushort * (count + 1))()
        written = pdfium_c.FPDFText_GetText(self._text_page, 0, count, buffer)
        text = bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
        if len(text) == count:
            return text
        # Where characters are missing from it, places would not be theirs: one by one then.
        codes = (unicode_of(self._handle, i) for i in range(count))
        return "".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in codes)

    def _boxes(self, spans: list[tuple[int, int]]) -> Floats:
        """Boxes of the first and last character of each word: (words, 2, 4) in points."""
        found = (ctypes.c_float * (8 * len(spans)))()
        at = ctypes.addressof(found)
        handle = self._handle
        for start, end in spans:
            loose_box(handle, start, at)
            loose_box(handle, end - 1, at + 16)
            at += 32
        return np.array(found, dtype=np.float64).reshape(-1, 2, 4)

    def _bounds(self) -> tuple[float, float, float, float]:
        box = pdfium_c.FS_RECTF()
        if not pdfium_c.FPDF_GetPageBoundingBox(self._page, box):
            return 0.0, 792.0, 612.0, 0.0
        return box.left, box.top, box.right, box.bottom

    def _font(self, font: int) -> tuple[float, bool]:
        """The height of its boxes at 1 point, and whether it is bold."""
        measure = ctypes.c_float()
        at = ctypes.addressof(measure)
        extent = 0.0
        if font_ascent(font, 1.0, at):
            extent += measure.value
        if font_descent(font, 1.0, at):
            extent -= measure.value
        name = ctypes.create_string_buffer(256)
        font_name(font, ctypes.addressof(name), 256)
        bold = bool(_BOLD.search(name.value)) or font_weight(font) >= 700
        return extent if 0.5 < extent < 2.5 else 1.15, bold


def _placed(
    text: str,
    spans: list[tuple[int, int]],
    starts: Ints,
    lines: Ints,
    boxes: Floats,
    bounds: tuple[float, float, float, float],
) -> Words:
    page_left, page_top, page_right, page_bottom = bounds
    ends = np.array([end for _, end in spans], dtype=np.intp)
    left = np.minimum(boxes[:, 0, 0], boxes[:, 1, 0]) - page_left
    right = np.maximum(boxes[:, 0, 2], boxes[:, 1, 2]) - page_left
    top = page_top - np.maximum(boxes[:, 0, 1], boxes[:, 1, 1])
    bottom = page_top - np.minimum(boxes[:, 0, 3], boxes[:, 1, 3])
    width, height = page_right - page_left, page_top - page_bottom
    # Where from first to last character: most words say how the page is to be turned.
    along = boxes[:, 1, 0] + boxes[:, 1, 2] - boxes[:, 0, 0] - boxes[:, 0, 2]
    down = boxes[:, 0, 1] + boxes[:, 0, 3] - boxes[:, 1, 1] - boxes[:, 1, 3]
    upright, sideways = _by_direction(along, down, lines)
    if sideways.sum() > upright.sum():
        upright, sideways = sideways, upright
        if down[upright].sum() >= 0:
            left, right, top, bottom = top, bottom, width - right, width - left
        else:
            left, right, top, bottom = height - bottom, height - top, left, right
        width, height = height, width
    elif along[upright].sum() < 0 and not _is_right_to_left(text):
        left, right, top, bottom = width - right, width - left, height - bottom, height - top
    x, y = (left + right) / 2, (top + bottom) / 2
    seen = (x >= -_MARGIN) & (x <= width + _MARGIN) & (y >= -_MARGIN) & (y <= height + _MARGIN)
    aside: tuple[str, ...] = ()
    if sideways.any():
        aside = _lines(text, starts, ends, lines, np.flatnonzero(sideways & seen))
        seen &= ~sideways
    if _is_right_to_left(text):
        # In a mirror, lines begin and columns follow each other as they do from left to right.
        left, right = width - right, width - left
    places = left[seen], top[seen], right[seen], bottom[seen]
    return Words(text, starts[seen], ends[seen], *places, lines[seen], width, height, aside)


def _by_direction(along: Floats, down: Floats, lines: Ints) -> tuple[Bools, Bools]:
    """Which words run across the page, and which up or down it; short ones go with their line."""
    if not len(lines):
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    votes = np.bincount(lines, np.where(np.abs(down) > 2 * np.abs(along), 1.0, 0.0))
    against = np.bincount(lines, np.where(np.abs(along) > 2 * np.abs(down), 1.0, 0.0))
    sideways = (votes > against)[lines]
    return ~sideways, sideways


def _lines(text: str, starts: Ints, ends: Ints, lines: Ints, chosen: Ints) -> tuple[str, ...]:
    """The chosen words as texts, a line each."""
    found: dict[int, list[str]] = {}
    for i in chosen.tolist():
        found.setdefault(int(lines[i]), []).append(text[starts[i] : ends[i]])
    return tuple(" ".join(words) for words in found.values())


def _is_right_to_left(text: str) -> bool:
    return len(RIGHT_TO_LEFT.findall(text)) > 0.3 * len(text)
