"""Text of others made safe to show, and cut where its marks are.

Escaping is Jinja's; here is what escaping does not touch: characters that are not seen and
change how their neighbours are read (UAX 9, UTS 39 section 3.1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup, escape

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls but tab and line ends
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e"  # soft hyphen, bidi controls
    "\u2060-\u206f\ufeff\ufff9-\ufffb"  # word joiner, isolates, deprecated, annotations
    "\ud800-\udfff"  # lone surrogates
    "\U000e0000-\U000e0fff]"  # tags
)
# Joiners shape letters in Arabic, Indic and neighbouring scripts, and join emoji; elsewhere
# they only make two words look like one.
_JOINER: Final = re.compile(
    "(?<![\u0600-\u08ff\u0900-\u109f\u1780-\u18af\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)


class Segment(NamedTuple):
    """A stretch of a passage, marked or not."""

    text: str
    marked: bool


def shown(value: object) -> object:
    """A value as a page may show it: text without characters that are not seen.

    The `finalize` of the templates, so that nothing reaches a page without it.
    """
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isprintable():
        return value
    clean = _JOINER.sub("", _UNSEEN.sub("", value))
    return Markup(clean) if isinstance(value, Markup) else clean  # noqa: S704 - was safe before


def segments(text: str, marks: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    """The text cut at its marks, [start, end) in code points; bad marks are left out."""
    cut: list[Segment] = []
    at = 0
    for start, end in sorted(marks):
        if start < at or end <= start or end > len(text):
            continue
        if start > at:
            cut.append(Segment(text[at:start], False))
        cut.append(Segment(text[start:end], True))
        at = end
    if at < len(text):
        cut.append(Segment(text[at:], False))
    return tuple(cut)


def marked(text: str, marks: Sequence[tuple[int, int]]) -> Markup:
    """The text as markup, escaped, what is marked in `mark`."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(segment.text) if segment.marked else escape(segment.text)
        for segment in segments(text, marks)
    )


def shorten(text: str, most: int) -> str:
    """The text, or its beginning up to a word's end with an ellipsis, `most` characters."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most // 2 else cut).rstrip(" ,;:.–-") + "…"
