"""Patterns of paths: `*` for anything, `$` at the end for the end (RFC 9309, section 2.2.3)."""

from __future__ import annotations

import msgspec


class Wildcard(msgspec.Struct, frozen=True):
    """A pattern with `*` taken out: its parts follow one another in a text, the first at its
    start, the last at its end if `anchored`."""

    parts: tuple[str, ...]
    anchored: bool

    def matches(self, text: str) -> bool:
        """Whether a text begins as the pattern says; one pass, nothing is tried twice."""
        first, last = self.parts[0], self.parts[-1]
        if not text.startswith(first):
            return False
        position = len(first)
        if len(self.parts) == 1:
            return not self.anchored or len(text) == position
        # The leftmost place of each part leaves most room for the next.
        for part in self.parts[1:-1]:
            found = text.find(part, position)
            if found < 0:
                return False
            position = found + len(part)
        if self.anchored:
            return len(text) - len(last) >= position and text.endswith(last)
        return text.find(last, position) >= 0


def wildcard(written: str) -> Wildcard:
    """A pattern as it is matched; what stands in it is compared letter by letter."""
    anchored = written.endswith("$")
    first, *others = written.removesuffix("$").split("*")
    if not others:
        return Wildcard((first,), anchored)
    *between, last = others
    return Wildcard((first, *filter(None, between), last), anchored)
