"""Folding: the form in which words are compared, whatever their case, marks and spelling."""

from __future__ import annotations

import unicodedata
from typing import Final

INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
)
"""Characters that show nothing (soft hyphen, zero width, direction, variation selectors,
fillers) and the Arabic elongation stroke, as the inside of a character class."""

FOLDED_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
"""Combining marks of Latin, Greek, Cyrillic, Arabic and Hebrew, which are not compared; in
Indic scripts, Thai and their kin marks are letters and stay."""

_MARK_BLOCKS: Final = (
    (0x300, 0x1E00), (0x20D0, 0x2100), (0x2CEF, 0x2E00), (0x302A, 0x3030), (0x3099, 0x309B),
    (0xA66F, 0xAC00), (0xFB1E, 0xFB1F), (0xFE20, 0xFE30), (0x101FD, 0x10400), (0x10A00, 0x12000),
    (0x16AF0, 0x17000), (0x1D165, 0x1D245), (0x1DA00, 0x1DAB0), (0x1E000, 0x1E950),
)  # fmt: skip
"""The parts of Unicode that have combining marks; looking through all of it takes 0.2 s."""


def _mark_ranges() -> str:
    ranges: list[str] = []
    for first, end in _MARK_BLOCKS:
        start = None
        for point in range(first, end + 1):
            if point < end and unicodedata.category(chr(point))[0] == "M":
                start = point if start is None else start
            elif start is not None:
                ranges.append(f"{chr(start)}-{chr(point - 1)}")
                start = None
    return "".join(ranges)


MARKS: Final = _mark_ranges()
"""All combining marks, as the inside of a character class; Python's `\\w` leaves them out."""

_SPECIAL: Final = {
    "ß": "ss",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ł": "l",
    "ŀ": "l",
    "ı": "i",
    "ŋ": "n",
    "ŧ": "t",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ə": "e",
    "ɖ": "d",
    "ɓ": "b",
    "ɗ": "d",
    "ƙ": "k",
    "ƴ": "y",
    "ɣ": "g",
    "ɛ": "e",
    "ɔ": "o",
    "ĸ": "k",
    "ʼ": "'",
    "ʻ": "'",
    "ĳ": "ij",
    "ς": "σ",
    "й": "й",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ہ": "ه",
    "ە": "ه",
}


def _expand(characters: str) -> frozenset[int]:
    points: set[int] = set()
    i = 0
    while i < len(characters):
        first = ord(characters[i])
        if characters[i + 1 : i + 2] == "-":
            points.update(range(first, ord(characters[i + 2]) + 1))
            i += 3
        else:
            points.add(first)
            i += 1
    return frozenset(points)


MARK_SIGNS: Final = frozenset(map(chr, _expand(MARKS)))
"""The same one by one."""

_DROPPED: Final = _expand(INVISIBLE) | _expand(FOLDED_MARKS)


class _Table(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_character(chr(point))
        return folded


def _fold_character(character: str) -> str:
    if ord(character) in _DROPPED:
        return ""
    out = []
    for lowered in unicodedata.normalize("NFKC", character).casefold():
        if lowered in _SPECIAL:
            out.append(_SPECIAL[lowered])
            continue
        for part in unicodedata.normalize("NFKD", lowered):
            if ord(part) in _DROPPED:
                continue
            if part.isdecimal():
                out.append(str(unicodedata.decimal(part)))
            else:
                out.append(_SPECIAL.get(part, part))
    return unicodedata.normalize("NFC", "".join(out))


_table = _Table()


def fold(text: str) -> str:
    """The compared form of a text: NFKC, case folded, marks and invisible characters gone.

    Decimal digits of all scripts become ASCII digits; letters with a stroke or that are two
    letters in one become plain (ø o, ß ss, œ oe). Spaces and punctuation stay.
    """
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFC", text).translate(_table)
    return unicodedata.normalize("NFC", composed)
