"""Words parted at the end of a line are joined, with their hyphen where it is their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from crawlers.extract.pdf_words import HYPHEN

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*$")
_FIRST: Final = re.compile(r"^[^\W\d_]+")


class Hyphenation:
    """Knows the words of a document, which say whether a hyphen belongs to a word."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self._known: frozenset[str] | None = None

    def joint(self, before: str, after: str) -> str:
        """What stands between two halves, of which the first lost its hyphen: "-" or nothing."""
        last, first = _LAST.search(before), _FIRST.match(after)
        if last is None or first is None:
            return "-"
        # "2018-23" and "non-EU" keep their hyphen, which words all in capitals need not.
        if first[0][0].isupper() and not (first[0].isupper() and last[0].isupper()):
            return "-"
        together = (last[0] + first[0]).casefold()
        if together in self._words():
            return ""
        return "-" if f"{last[0]}-{first[0]}".casefold() in self._words() else ""

    def joined(self, text: str) -> str:
        """A text with every mark of a hyphen at a line's end resolved."""
        while HYPHEN in text:
            before, _, after = text.partition(HYPHEN)
            after = after.lstrip()
            text = before + (self.joint(before, after) if after else "-") + after
        return text

    def _words(self) -> frozenset[str]:
        if self._known is None:
            self._known = frozenset(
                word.casefold() for text in self._texts for word in _WORD.findall(text)
            )
        return self._known
