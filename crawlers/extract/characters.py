"""Characters that a text for people and for search should not have, or should have otherwise."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SHAPES: Final = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdfc\ufe70-\ufefc]+")
"""Ligatures and presentation forms: shapes of letters, which nobody types into a search."""

_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufff9-\uffff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Controls, soft hyphens, invisible spaces, marks of direction, halves of code points.

Joiners (U+200C, U+200D) stay: Persian and Indic spelling needs them.
"""

_HAN: Final = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3001-\u3003\u3008-\u301b\uff01-\uff0f\uff1a-\uff20"
_IN_HAN: Final = re.compile(f" (?<=[{_HAN}] )(?=[{_HAN}])")
"""A space between Chinese or Japanese: the space first, as few places have one."""
HAN: Final = re.compile(f"[{_HAN}]")
"""A character of Chinese or Japanese, or its punctuation."""

_BROKEN: Final = re.compile(r"(?:\d[\u2013-]|\S[A-Z]\u2013|://\S*[/.=&?-]?/|://)$")
RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def clean(text: str) -> str:
    """Text without controls and shapes, composed (NFC); line ends and spaces stay."""
    if text.isascii():
        return _CONTROLS.sub("", text) if not text.isprintable() else text
    return _composed(_CONTROLS.sub("", text))


def _composed(text: str) -> str:
    text = _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """As `clean`, on one line with single spaces; no space stands between Chinese or Japanese."""
    flat = text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\xa0", " ")
    # What can be printed has no controls to look for.
    if not flat.isprintable():
        flat = clean(text)
    elif not flat.isascii():
        flat = _composed(flat)
    line = " ".join(flat.split())
    return line if line.isascii() else _IN_HAN.sub("", line)


def joined(before: str, after: str) -> str:
    """Two parts of a sentence that stood on two lines.

    No space is put between Chinese or Japanese, into a number ("2018\u2013" and "23") or an
    address that was broken ("https://").
    """
    if not before or not after:
        return before + after
    if (after[0].isdigit() or before[-1] == "/") and _BROKEN.search(before[-80:]):
        return before + after
    if not before[-1].isascii() and HAN.match(before[-1]) and HAN.match(after):
        return before + after
    return f"{before} {after}"
