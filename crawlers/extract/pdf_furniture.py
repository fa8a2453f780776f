"""Running heads and feet, page numbers and line numbers: what stands on pages but is no text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from crawlers.extract.pdf_lines import Run

EDGE: Final = 0.2
"""The share of a page's height at its top and at its bottom in which heads and feet stand."""

ROWS: Final = 4
"""Runs at either edge that may be a head or foot."""


class _Count(NamedTuple):
    """A text without its numbers, which of them is meant, and how far it is from the page's."""

    pattern: str
    place: int
    ahead: int


_DIGITS: Final = re.compile(r"\d{1,5}")


def without_furniture(pages: Sequence[list[Run]], heights: Sequence[float]) -> list[list[Run]]:
    """Pages without what repeats at their edges.

    A run is a head or foot when the same words stand at the edge of three pages (of two, in a
    document of two or three), or words with a number that rises as the pages do. Words that
    are nowhere else in the text are kept where they stand first.
    """
    pages = [_without_line_numbers(page) for page in pages]
    if len(pages) < 2:
        return pages
    needed = 2 if len(pages) <= 3 else 3
    same: dict[str, set[int]] = defaultdict(set)
    counted: dict[_Count, set[int]] = defaultdict(set)
    alike: dict[str, set[int]] = defaultdict(set)
    edges: list[list[tuple[int, str]]] = []
    for number, (page, height) in enumerate(zip(pages, heights, strict=True)):
        edge = [(i, _bare(page[i].text)) for i in _at_edges(page, height)]
        edges.append(edge)
        for _, text in edge:
            same[text].add(number)
            for key in _counting(text, number):
                counted[key].add(number)
                alike[key.pattern].add(number)
    repeated = {text for text, on in same.items() if len(on) >= needed and text}
    dropped: list[set[int]] = []
    for number, edge in enumerate(edges):
        dropped.append(
            {
                i
                for i, text in edge
                if text in repeated
                or any(
                    _counts(len(counted[key]), len(alike[key.pattern]))
                    for key in _counting(text, number)
                )
            }
        )
    _keep_first(pages, edges, dropped, repeated)
    return [
        [run for i, run in enumerate(page) if i not in drop] if drop else page
        for page, drop in zip(pages, dropped, strict=True)
    ]


def _keep_first(
    pages: Sequence[list[Run]],
    edges: Sequence[list[tuple[int, str]]],
    dropped: list[set[int]],
    repeated: set[str],
) -> None:
    if not repeated:
        return
    # Without what parts lines: a title stands on several.
    rest = "".join(
        _bare(run.text)
        for page, drop in zip(pages, dropped, strict=True)
        for i, run in enumerate(page)
        if i not in drop
    )
    missing = {text for text in repeated if not text.isdecimal() and text not in rest}
    for edge, drop in zip(edges, dropped, strict=True):
        for i, text in edge:
            if text in missing:
                drop.discard(i)
                missing.discard(text)


def _at_edges(page: list[Run], height: float) -> list[int]:
    order = sorted(range(len(page)), key=lambda i: page[i].top)
    upper = [i for i in order[:ROWS] if page[i].bottom < EDGE * height]
    lower = [i for i in order[-ROWS:] if page[i].top > (1 - EDGE) * height]
    return upper + [i for i in lower if i not in upper]


def _counting(text: str, page: int) -> list[_Count]:
    """Keys that are the same on two pages when a number in the text counts the pages."""
    if len(text) > 80:
        return []
    pattern = _DIGITS.sub("#", text)
    return [
        _Count(pattern, place, int(found[0]) - page)
        for place, found in enumerate(_DIGITS.finditer(text))
    ]


def _counts(pages: int, alike: int) -> bool:
    """Whether numbers on so many pages count them, of so many pages where such a text stands."""
    return pages >= 3 or (pages == 2 and alike <= 3)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _without_line_numbers(page: list[Run]) -> list[Run]:
    """A transcript or a bill numbers its lines at the margin: 1, 2, 3, one above the other."""
    numbers = [(i, run) for i, run in enumerate(page) if run.text.isdecimal() and len(run.text) < 4]
    best: list[int] = []
    columns: dict[int, list[tuple[int, Run]]] = defaultdict(list)
    for i, run in numbers:
        columns[round(run.right / 8)].append((i, run))
    for column in columns.values():
        column.sort(key=lambda numbered: numbered[1].top)
        values = [int(run.text) for _, run in column]
        steps = [b - a for a, b in pairwise(values)]
        if len(values) >= 8 and len(set(steps)) == 1 and steps[0] in (1, 5):
            best += [i for i, _ in column]
    leave = set(best)
    return [run for i, run in enumerate(page) if i not in leave] if leave else page
