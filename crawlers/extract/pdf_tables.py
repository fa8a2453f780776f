"""Rows that were written across: tables, columns of text, and lines with a wide gap.

A gutter is white space that goes down through several rows. Rows that share one are a table,
unless what stands between gutters are lines of prose: then they are columns.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from crawlers.extract.characters import joined
from crawlers.extract.pdf_lines import Run
from crawlers.extract.pdf_words import HYPHEN

Gap = tuple[float, float]
"""White space from left to right, in points."""

GUTTER: Final = 3.0
"""Points of white space that all rows must share."""

PROSE: Final = 24
"""Characters in a cell, on the average, from which columns hold prose."""


@dataclass
class Grid:
    """The rows of a table, and where it stands: left, top, right, bottom."""

    rows: list[list[str]]
    box: tuple[float, float, float, float]


def grids_of(page: list[Run]) -> list[Grid | list[Run]]:
    """A page's runs in the order of the writing: tables, and what stands between them."""
    found: list[Grid | list[Run]] = []
    rows = _rows(page)
    i = 0
    while i < len(rows):
        if len(rows[i]) > 1:
            end, gutters = _same_gutters(rows, i)
            table = rows[i:end]
            wide = [row for row in table if len(row) > 1]
            if len(wide) >= 2 and len(wide) + len(wide[0]) >= 5:
                if _is_prose(wide):
                    found += _columns(table, gutters)
                else:
                    found.append(_grid(table, gutters))
                i = end
                continue
        if not found or isinstance(found[-1], Grid):
            found.append([])
        last = found[-1]
        if isinstance(last, list):
            last.append(_one_line(rows[i]))
        i += 1
    return found


def _rows(page: list[Run]) -> list[list[Run]]:
    """Runs beside each other that were written one after the other."""
    rows: list[list[Run]] = []
    for run in page:
        if rows and _beside(rows[-1][-1], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return rows


def _beside(before: Run, run: Run) -> bool:
    overlap = min(before.bottom, run.bottom) - max(before.top, run.top)
    apart = run.left >= before.right - 1 or run.right <= before.left + 1
    return apart and overlap > 0.6 * min(before.height, run.height)


def _same_gutters(rows: Sequence[list[Run]], start: int) -> tuple[int, list[Gap]]:
    """The end of the rows that share a gutter with the first, and the gutters they share."""
    gutters = _gaps(rows[start])
    end = start + 1
    above = rows[start]
    for row in rows[start + 1 :]:
        height = max(run.height for run in row)
        free = min(run.top for run in row) - max(run.bottom for run in above)
        if not -0.6 * height < free < 3 * height:
            break
        if len(row) == 1:
            # A cell that goes on, or a row with one cell: it crosses no gutter.
            if any(low + 1 < row[0].right and row[0].left < high - 1 for low, high in gutters):
                break
        else:
            shared = shared_gaps(gutters, _gaps(row))
            if not shared:
                break
            gutters = shared
        above = row
        end += 1
    # What ends it with one cell is more likely what follows the table.
    while end > start + 1 and len(rows[end - 1]) == 1:
        end -= 1
    return end, gutters


def _gaps(row: Sequence[Run]) -> list[Gap]:
    order = sorted(row, key=lambda run: run.left)
    return [
        (before.right, after.left)
        for before, after in pairwise(order)
        if after.left - before.right >= GUTTER
    ]


def shared_gaps(gutters: Sequence[Gap], gaps: Sequence[Gap]) -> list[Gap]:
    """What both leave free, from left to right; both come so."""
    shared = []
    i = j = 0
    while i < len(gutters) and j < len(gaps):
        low, high = max(gutters[i][0], gaps[j][0]), min(gutters[i][1], gaps[j][1])
        if high - low >= GUTTER:
            shared.append((low, high))
        if gutters[i][1] < gaps[j][1]:
            i += 1
        else:
            j += 1
    return shared


def _column(run: Run, middles: Sequence[float]) -> int:
    """Which column a run stands in, between gutters with these middles."""
    return bisect_left(middles, (run.left + run.right) / 2)


def _is_prose(rows: Sequence[list[Run]]) -> bool:
    cells = [run for row in rows for run in row]
    length = sum(len(run.text) for run in cells) / len(cells)
    return len(rows) >= 4 and max(map(len, rows)) <= 3 and length >= PROSE


def _columns(rows: Sequence[list[Run]], gutters: Sequence[Gap]) -> list[list[Run]]:
    middles = [(low + high) / 2 for low, high in gutters]
    columns: list[list[Run]] = [[] for _ in range(len(gutters) + 1)]
    for row in rows:
        for run in row:
            columns[_column(run, middles)].append(run)
    return [column for column in columns if column]


def _grid(rows: Sequence[list[Run]], gutters: Sequence[Gap]) -> Grid:
    middles = [(low + high) / 2 for low, high in gutters]
    cells: list[list[str]] = []
    above: list[Run] = []
    for row in rows:
        columns = {_column(run, middles) for run in row}
        free = min(run.top for run in row) - max((run.bottom for run in above), default=0.0)
        height = max(run.height for run in row)
        goes_on = bool(cells) and 0 not in columns and free < 0.35 * height
        if not goes_on:
            cells.append([""] * (len(gutters) + 1))
        filled: set[int] = set()
        for run in row:
            column = _column(run, middles)
            if column in filled:
                # Cells of their own, though other rows leave no gutter between them.
                cells[-1][column] += f" | {run.text}"
            else:
                cells[-1][column] = joined_lines(cells[-1][column], run.text)
            filled.add(column)
        above = row
    runs = [run for row in rows for run in row]
    box = (
        min(run.left for run in runs),
        min(run.top for run in runs),
        max(run.right for run in runs),
        max(run.bottom for run in runs),
    )
    return Grid(cells, box)


def joined_lines(before: str, after: str) -> str:
    """Two lines of a cell; a hyphen at the end stays for who knows the document's words."""
    return before + after if before.endswith(HYPHEN) else joined(before, after)


def _one_line(row: Sequence[Run]) -> Run:
    """A row of its own with a wide gap is a line; with several, it is likely a table's."""
    if len(row) == 1:
        return row[0]
    return Run(
        (" " if len(row) == 2 else " | ").join(run.text for run in row),
        min(run.left for run in row),
        min(run.top for run in row),
        max(run.right for run in row),
        max(run.bottom for run in row),
        row[0].size,
        all(run.bold for run in row),
        row[0].row,
    )
