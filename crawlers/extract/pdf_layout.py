"""The runs of a page to blocks in reading order: columns, and tables as rows.

The order in which a page was written is mostly the order in which it is read, and where it is
not, white space tells: a page is cut along it, again and again (XY-cut: Nagy and Seth 1984).
Where it could be cut across as well as down, the cut is made that the writing respects, so that
columns of text are read one after the other and tables row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from statistics import median
from typing import Final

from crawlers.extract.pdf_lines import Run
from crawlers.extract.pdf_tables import Gap, Grid, grids_of, joined_lines, shared_gaps
from crawlers.extract.pdf_words import HYPHEN

LEADING: Final = 0.75
"""Heights of a line that may be free between two lines of a block, or more where most of the
page is set wider: drafts and Chinese reports are."""

WIDEST_LEADING: Final = 1.6
_BESIDE_USUAL: Final = 0.35
"""Heights that lines may stand further apart than most of their page."""

LONGEST_CELL: Final = 150
"""Characters in a cell of a table, on the average; what is longer are columns of text."""

_MOST_CUTS: Final = 80
"""Blocks up to which every cut is weighed; beyond, the order of the writing is taken."""


@dataclass
class Block:
    """Lines that stand together, or the rows of a table."""

    lines: list[Run] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    def add(self, run: Run) -> None:
        """Take in a line below the last."""
        if self.lines:
            self.left, self.right = min(self.left, run.left), max(self.right, run.right)
            self.top, self.bottom = min(self.top, run.top), max(self.bottom, run.bottom)
        else:
            self.left, self.top, self.right, self.bottom = run[1:5]
        self.lines.append(run)


def blocks_of(page: list[Run]) -> list[Block]:
    """Blocks in the order in which they are read."""
    blocks: list[Block] = []
    leading = _leading(page)
    for part in grids_of(page):
        if isinstance(part, Grid):
            left, top, right, bottom = part.box
            blocks.append(Block(rows=part.rows, left=left, top=top, right=right, bottom=bottom))
        else:
            blocks += _stacked(part, leading)
    return _in_order(blocks)


def _leading(page: Sequence[Run]) -> float:
    """Heights that may be free between lines of this page."""
    free = [
        (b.top - a.bottom) / a.height
        for a, b in pairwise(page)
        if a.height > 0 and a.size == b.size and min(a.right, b.right) > max(a.left, b.left)
    ]
    usual = median([share for share in free if -0.5 < share < WIDEST_LEADING] or [0.0])
    return max(LEADING, min(usual + _BESIDE_USUAL, WIDEST_LEADING))


def _stacked(lines: Sequence[Run], leading: float) -> list[Block]:
    """Lines that follow each other downwards in one column, in one style."""
    blocks: list[Block] = []
    for run in lines:
        if not (blocks and _goes_on(blocks[-1], run, leading)):
            blocks.append(Block())
        blocks[-1].add(run)
    return blocks


def _goes_on(block: Block, run: Run, leading: float) -> bool:
    last = block.lines[-1]
    height = max(last.height, run.height)
    free = run.top - last.bottom
    beside = min(last.right, run.right) - max(last.left, run.left)
    return (
        -0.5 * height < free < leading * height
        and run.top > last.top
        and beside > 0
        and _alike(last, run)
        # A line that reaches far beyond the column is none of it.
        and run.right - run.left < 2 * (block.right - block.left) + 10 * height
    )


def _alike(a: Run, b: Run) -> bool:
    small, large = sorted((a.size, b.size))
    if large > 1.12 * small + 0.5:
        return False
    # Bold words at both ends of a line in the middle of a sentence make no new block.
    return a.bold == b.bold or a.text.endswith(HYPHEN) or b.text[:1].islower()


def _in_order(blocks: list[Block]) -> list[Block]:
    """Blocks cut apart along white space; `blocks` come in the order of the writing."""
    done: list[Block] = []
    waiting = [list(range(len(blocks)))]
    while waiting:
        part = waiting.pop()
        if len(part) < 2:
            done += (blocks[i] for i in part)
            continue
        pieces = _respectful(blocks, part) or _least_harm(blocks, part)
        if pieces is None:
            done += (blocks[i] for i in part)
            continue
        for rows in reversed(_tables_in(blocks, pieces)):
            if len(rows) == 1:
                waiting.append(rows[0])
            else:
                blocks.append(_table(blocks, rows))
                waiting.append([len(blocks) - 1])
    return done


def _tables_in(blocks: list[Block], pieces: list[list[int]]) -> list[list[list[int]]]:
    """Pieces of a page, those together that are rows of one table written cell by cell."""
    found: list[list[list[int]]] = []
    shared: list[Gap] = []
    for piece in pieces:
        gutters = _gutters(blocks, piece)
        both = shared_gaps(shared, gutters) if found else []
        if both and len(both) >= len(shared) - 1:
            found[-1].append(piece)
            shared = both
        else:
            found.append([piece])
            shared = gutters
    return [part for rows in found for part in _checked(blocks, rows)]


def _checked(blocks: list[Block], rows: list[list[int]]) -> list[list[list[int]]]:
    """The rows as one table, or one by one where they make none."""
    cells = [blocks[i] for row in rows for i in row]
    length = sum(len(line.text) for cell in cells for line in cell.lines) / len(cells)
    columns = max(len(_gutters(blocks, row)) for row in rows) + 1
    if len(rows) + columns >= 5 and length < LONGEST_CELL and not any(c.rows for c in cells):
        return [rows]
    return [[row] for row in rows]


def _table(blocks: list[Block], rows: list[list[int]]) -> Block:
    texts: list[list[str]] = []
    for row in rows:
        cells: list[str] = []
        reach = -inf
        for i in _sorted(blocks, row, across=False):
            low, high = _extent(blocks[i], across=False)
            if low >= reach:
                cells.append("")
            for line in blocks[i].lines:
                cells[-1] = joined_lines(cells[-1], line.text)
            reach = max(reach, high)
        texts.append(cells)
    inside = [blocks[i] for row in rows for i in row]
    return Block(
        rows=texts,
        left=min(block.left for block in inside),
        top=min(block.top for block in inside),
        right=max(block.right for block in inside),
        bottom=max(block.bottom for block in inside),
    )


def _gutters(blocks: list[Block], row: list[int]) -> list[Gap]:
    """White space that goes down through blocks beside each other."""
    found: list[Gap] = []
    reach = inf
    for i in _sorted(blocks, row, across=False):
        low, high = _extent(blocks[i], across=False)
        if low > reach:
            found.append((reach, low))
        reach = high if reach == inf else max(reach, high)
    return found


def _respectful(blocks: list[Block], part: list[int]) -> list[list[int]] | None:
    """Pieces of all cuts, across or else down, that part the writing in its own order."""
    for across in (True, False):
        pieces: list[list[int]] = []
        current: list[int] = []
        reach, highest = -inf, -1
        written = sorted(part)
        for seen, i in enumerate(_sorted(blocks, part, across)):
            low, high = _extent(blocks[i], across)
            # Nothing reaches over the cut, and all that was written so far lies before it.
            if current and low >= reach and highest == written[seen - 1]:
                pieces.append(sorted(current))
                current = []
            current.append(i)
            reach, highest = max(reach, high), max(highest, i)
        if pieces:
            return [*pieces, sorted(current)]
    return None


def _least_harm(blocks: list[Block], part: list[int]) -> list[list[int]] | None:
    """The two pieces of the cut that tears the writing least; None where white space has none."""
    if len(part) > _MOST_CUTS:
        return None
    best: tuple[float, list[list[int]]] | None = None
    written = sorted(part)
    for across in (True, False):
        order = _sorted(blocks, part, across)
        reach = _extent(blocks[order[0]], across)[1]
        first: set[int] = {order[0]}
        for place, i in enumerate(order[1:], start=1):
            low, high = _extent(blocks[i], across)
            if low >= reach:
                sides = [j in first for j in written]
                tears = sum(a != b for a, b in pairwise(sides)) - 1
                # Written the other way round is less bad than torn.
                cost = tears + (0.5 if not sides[0] else 0.0) - min(low - reach, 50.0) / 1000
                if best is None or cost < best[0]:
                    best = cost, [sorted(first), sorted(order[place:])]
            first.add(i)
            reach = max(reach, high)
    return best[1] if best else None


def _sorted(blocks: list[Block], part: list[int], across: bool) -> list[int]:
    return sorted(part, key=lambda i: (_extent(blocks[i], across), i))


def _extent(block: Block, across: bool) -> tuple[float, float]:
    """From where to where a block reaches, less what lines overlap by their boxes alone."""
    if across:
        trim = 0.2 * min(block.bottom - block.top, 12.0)
        return block.top + trim, block.bottom - trim
    trim = min(1.0, 0.1 * (block.right - block.left))
    return block.left + trim, block.right - trim
