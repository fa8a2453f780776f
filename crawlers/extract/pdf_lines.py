"""Words of a page to runs: words of one line without a gap between them."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from crawlers.extract.characters import HAN
from crawlers.extract.pdf_words import Floats, TextPage, Words

GAP: Final = 1.3
"""Heights of a line between two words that belong to different cells or columns.

Measured on the test files: spaces of justified text stay under 1.1, columns of tables and
text stand at least 1.5 apart.
"""


HAN_GAP: Final = 0.45
"""The same between Chinese or Japanese characters; letters of spread titles stay under 0.3."""


class Run(NamedTuple):
    """Words that follow each other on a line; places in points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    row: int
    """The number of the line in the stream: runs of one line stand beside each other."""

    @property
    def height(self) -> float:
        return self.bottom - self.top


def runs_of(page: TextPage, words: Words) -> list[Run]:
    """The runs of a page in the order of its stream; what runs in another direction comes last."""
    return _upright(page, words) + [
        Run(
            text,
            0.0,
            words.height + 20.0 * i,
            words.width,
            words.height + 20.0 * i + 9.0,
            0.0,
            False,
            -1,
        )
        for i, text in enumerate(words.aside)
    ]


def _upright(page: TextPage, words: Words) -> list[Run]:
    if not len(words):
        return []
    left, right = words.left, words.right
    height = words.bottom - words.top
    same = words.line[1:] == words.line[:-1]
    # Whichever way the writing goes, the gap is what no word covers.
    gap = np.maximum(left[1:] - right[:-1], left[:-1] - right[1:])
    line_height = np.maximum(height[1:], height[:-1])
    apart = gap > GAP * np.maximum(line_height, 1.0)
    if HAN.search(words.text):
        # Chinese and Japanese have no spaces: what stands apart at all are cells.
        ends = [bool(HAN.match(words.text[end - 1])) for end in words.end.tolist()]
        starts = [bool(HAN.match(words.text[start])) for start in words.start.tolist()]
        between = np.array(ends[:-1], dtype=bool) & np.array(starts[1:], dtype=bool)
        apart |= between & (gap > HAN_GAP * line_height)
    lower = np.minimum(words.bottom[1:], words.bottom[:-1])
    upper = np.maximum(words.top[1:], words.top[:-1])
    off = lower - upper < 0.3 * np.minimum(height[1:], height[:-1])
    first = np.flatnonzero(np.concatenate(([True], ~same | apart | off)))
    last = np.append(first[1:], len(words)) - 1
    boxes = (
        np.minimum.reduceat(left, first).tolist(),
        _middle_edge(words.top, first, last),
        np.maximum.reduceat(right, first).tolist(),
        _middle_edge(words.bottom, first, last),
    )
    begin, finish = words.start[first].tolist(), words.end[last].tolist()
    rows = words.line[first].tolist()
    heights = height[first].tolist()
    runs = []
    for i, (start, end) in enumerate(zip(begin, finish, strict=True)):
        size, bold = page.style(start, heights[i])
        # A bold word that opens a line makes no bold line.
        bold = bold and page.style(end - 1, heights[i])[1]
        runs.append(
            Run(
                words.text[start:end],
                boxes[0][i],
                boxes[1][i],
                boxes[2][i],
                boxes[3][i],
                size,
                bold,
                rows[i],
            )
        )
    return runs


def _middle_edge(edge: Floats, first: np.ndarray, last: np.ndarray) -> list[float]:
    """The edge of the run's first and last word, between the two: marks and notes stand out."""
    edges: list[float] = ((edge[first] + edge[last]) / 2).tolist()
    return edges
