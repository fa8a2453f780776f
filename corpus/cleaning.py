"""Text of others without what is no text: controls, direction overrides, lone surrogates."""

from __future__ import annotations

import re
from typing import Final

# No text: control signs, direction overrides and isolates, the soft hyphen, noncharacters.
# A body keeps U+200B, which parts words in Khmer and Thai, and the joiners, which are letters.
_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_UNSEEN: Final = "\u00ad\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
_IN_TEXT: Final = re.compile(f"[{_CONTROLS}{_UNSEEN}]")
_IN_LINE: Final = re.compile(f"[{_CONTROLS}{_UNSEEN}\u200b\u200e\u200f]")
_UNSTORED: Final = re.compile(f"[{_CONTROLS}]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def clean_line(text: str) -> str:
    """A text of one line, single spaces in it."""
    return " ".join(_IN_LINE.sub("", _SURROGATE.sub("\ufffd", text)).split())


def clean_text(text: str) -> str:
    """A text of many lines."""
    return _IN_TEXT.sub("", text)


def storable(text: str) -> str:
    """A text that can be stored, of the same length, so that offsets into it stay right."""
    return _SURROGATE.sub("\ufffd", _UNSTORED.sub(" ", text))
