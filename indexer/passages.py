"""The piece of a text that best shows why it was found. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

SHOWN: Final = 320
"""Characters of a piece; about four lines on a page, two sentences of the catalogue."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[»”\"')\]]*\s+|(?<=[。！？])|\n+")


class Mark(NamedTuple):
    """A word or run of words found: [start, end) in code points, for which clause."""

    start: int
    end: int
    clause: int


class Piece(NamedTuple):
    """[start, end) of a text and what finding it is worth."""

    start: int
    end: int
    worth: float


def best_piece(text: str, marks: Sequence[Mark], worth: Mapping[int, float]) -> Piece:
    """The run of sentences of up to `SHOWN` characters whose marks are worth most.

    Each clause counts its worth once and a hundredth for each repeat, so that variety wins
    and the fuller of equals is shown; the earliest of equals is taken. A sentence longer than
    that is cut at words around its marks.
    """
    if len(text) <= SHOWN:
        return Piece(0, len(text), _worth(marks, worth))
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    bounds = [0, *(end for end in ends if 0 < end < len(text)), len(text)]
    best: Piece | None = None
    for first, begin in enumerate(bounds[:-1]):
        end = begin
        for bound in bounds[first + 1 :]:
            if bound - begin > SHOWN and end > begin:
                break
            end = bound
        for piece_start, piece_end in _cut(text, begin, end, marks):
            inside = [m for m in marks if piece_start <= m.start and m.end <= piece_end]
            piece = Piece(piece_start, piece_end, _worth(inside, worth))
            if best is None or piece.worth > best.worth + 1e-9:
                best = piece
    assert best is not None  # noqa: S101 - bounds always has two ends
    return best


def _worth(marks: Sequence[Mark], worth: Mapping[int, float]) -> float:
    seen = {mark.clause for mark in marks}
    once = sum(worth.get(clause, 0.0) for clause in seen)
    again = sum(worth.get(mark.clause, 0.0) for mark in marks) - once
    return once + 0.01 * again


def _cut(text: str, begin: int, end: int, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """A run that fits as it is; else windows at words, each beginning near a mark."""
    if end - begin <= SHOWN:
        return [(begin, end)]
    starts = [begin] + [m.start for m in marks if begin <= m.start and m.end <= end]
    windows = []
    for start in dict.fromkeys(starts):
        low = max(begin, start - SHOWN // 4)
        if low > begin:
            space = text.find(" ", low, start)
            low = space + 1 if space >= 0 else low
        high = min(end, low + SHOWN)
        if high < end:
            space = text.rfind(" ", low + SHOWN // 2, high)
            high = space if space >= 0 else high
        windows.append((low, high))
    return windows


def joined(marks: Sequence[Mark], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Marks inside [start, end) as offsets from `start`, overlapping ones made one."""
    inside = sorted((m.start, m.end) for m in marks if start <= m.start and m.end <= end)
    merged: list[tuple[int, int]] = []
    for mark in inside:
        if merged and mark[0] < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], mark[1]))
        else:
            merged.append(mark)
    return tuple((a - start, b - start) for a, b in merged)
