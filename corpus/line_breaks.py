"""Lines of a text brought onto one line: what stands where a line ended. Pure functions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

BETWEEN: Final = " · "
"""Between what are no sentences: a heading and what is under it, rows of a table."""
CELLS: Final = " | "
"""Between cells of a row, in texts of documents."""

_BREAK: Final = re.compile(r"\s*\n\s*")
# After these a line needs no other sign to be told from the next.
_END: Final = re.compile(r"[.!?…:;,。！？；：，、।॥။།።؟،؛—–-][\"'»”’)\]」』”’）*_]*$")
_BULLET: Final = re.compile(r"[-–—•*·▪◦‣]\s")
_NUMBERED: Final = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivx]+)[.)](?:\s|$)")
# Shorter lines are not wrapped: widths of mails and consoles are 72 and more.
_WRAPPED: Final = 50


class Break(NamedTuple):
    """[start, end) of a text that parts two lines, and what stands there on one line."""

    start: int
    end: int
    between: str


def breaks(text: str) -> Iterator[Break]:
    """The places where a text has line ends between other signs."""
    at = 0
    for match in _BREAK.finditer(text):
        start, end = match.span()
        if start and end < len(text):
            line, following = text[at:start], text[end:].partition("\n")[0]
            wrapped = match[0].count("\n") == 1 and goes_on(line, following)
            yield Break(start, end, " " if wrapped else between(line, following))
        at = end


def on_one_line(
    text: str, marks: Sequence[tuple[int, int]] = ()
) -> tuple[str, list[tuple[int, int]]]:
    """The text without line ends, a heading and a row parted from what follows them by a dot;
    and where in it marks are, [start, end) of the text in code points, none inside a break."""
    parts: list[str] = []
    moved: list[tuple[int, int]] = []  # where a break ends, and by how much all after it moves
    at = by = 0
    for start, end, sign in breaks(text):
        parts += [text[at:start], sign]
        by += len(sign) - (end - start)
        moved.append((end, by))
        at = end
    parts.append(text[at:])

    def place(offset: int) -> int:
        before = bisect_right(moved, offset, key=lambda each: each[0])
        return offset + (moved[before - 1][1] if before else 0)

    return "".join(parts), [(place(start), place(end)) for start, end in marks]


def between(line: str, following: str) -> str:
    """What stands between two lines that are made one, where neither goes on in the other."""
    if CELLS in line or CELLS in following:
        return BETWEEN
    ended = _END.search(line) or _NUMBERED.fullmatch(line)
    return " " if ended or is_item(following) or following[:1].islower() else BETWEEN


def goes_on(line: str, following: str) -> bool:
    """Whether a line was wrapped: its sentence goes on in the one right under it."""
    if is_item(following) or CELLS in line or CELLS in following:
        return False
    return following[:1].islower() or (len(line) >= _WRAPPED and not _END.search(line))


def is_item(line: str) -> bool:
    """Whether a line is an item of a list."""
    return is_bullet(line) or _NUMBERED.match(line) is not None


def is_bullet(line: str) -> bool:
    """Whether a line is an item of a list without numbers."""
    return _BULLET.match(line) is not None
