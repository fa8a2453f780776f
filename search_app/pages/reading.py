"""The text of a document as a page shows it: sections in parts of a page's size, an outline.

Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from corpus.documents import Section, Version, stretches

PART: Final = 25_000
"""Code points of a part; with its outline a page of it stays under 60 KB in most scripts."""
MOST_HEADINGS: Final = 300
"""Headings of an outline; a code of laws has thousands, which are read in its parts."""
DEEPEST: Final = 6

_PARAGRAPH: Final = re.compile(r"\n[^\S\n]*\n")


class Block(NamedTuple):
    """A paragraph (its lines), a list (its items) or a table (its rows of cells)."""

    kind: Literal["paragraph", "list", "table"]
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()


class ShownSection(NamedTuple):
    """A section or, where it is long, a stretch of it; `begins` where its heading stands."""

    number: int
    heading: str
    begins: bool
    level: int
    page: int | None
    role: str
    blocks: tuple[Block, ...]


class Heading(NamedTuple):
    """A line of the outline, and the part (from 1) its section begins in."""

    number: int
    text: str
    page: int | None
    part: int
    children: list[Heading]


class Reading(NamedTuple):
    """One part of a text: `parts` are there; `headings` counts those of the whole outline."""

    sections: tuple[ShownSection, ...]
    part: int
    parts: int
    outline: tuple[Heading, ...]
    headings: int


class _Stretch(NamedTuple):
    number: int
    section: Section
    start: int
    end: int


def read_part(version: Version, part: int = 1) -> Reading:
    """A part of a text (the last one for a number beyond it), and the outline of the whole."""
    found = stretches(version.text, version.sections)
    parts = _parts(version.text, found)
    part = min(max(part, 1), len(parts))
    begins_in: dict[int, int] = {}
    for number, own in enumerate(parts, start=1):
        for stretch in own:
            begins_in.setdefault(stretch.number, number)
    named = [(number, section) for number, section in enumerate(found) if section.heading.strip()]
    return Reading(
        tuple(_shown(version, stretch) for stretch in parts[part - 1]),
        part,
        len(parts),
        _outline(version, named[:MOST_HEADINGS], begins_in),
        len(named),
    )


def page_at(version: Version, section: Section) -> int | None:
    """The page of a PDF a section begins on."""
    if section.page is not None or not version.pages:
        return section.page
    return max(1, sum(1 for start in version.pages if start <= section.start))


def _parts(text: str, found: Sequence[Section]) -> list[list[_Stretch]]:
    """Stretches of about PART code points together; a section that is longer is cut between
    paragraphs, a paragraph that is longer where its words end."""
    parts: list[list[_Stretch]] = [[]]
    room = PART
    for number, section in enumerate(found):
        start = section.start
        while True:
            if section.end - start <= room:
                end = section.end
            elif room < PART and section.end - start <= PART:
                parts.append([])
                room, end = PART, section.end
            else:
                end = _cut(text, start, start + room)
            parts[-1].append(_Stretch(number, section, start, end))
            room -= end - start
            if end >= section.end:
                break
            start, room = end, PART
            parts.append([])
    return parts


def _cut(text: str, start: int, end: int) -> int:
    """The last good place to cut in the second half of [start, end)."""
    middle = (start + end) // 2
    for sign in ("\n\n", "\n", " "):
        place = text.rfind(sign, middle, end)
        if place > start:
            return place
    return end


def _shown(version: Version, stretch: _Stretch) -> ShownSection:
    section = stretch.section
    return ShownSection(
        stretch.number,
        section.heading,
        stretch.start == section.start,
        min(section.level, DEEPEST),
        page_at(version, section),
        section.role,
        tuple(_blocks(version.text[stretch.start : stretch.end])),
    )


def _blocks(text: str) -> list[Block]:
    blocks = []
    for paragraph in _PARAGRAPH.split(text):
        lines = tuple(line.strip() for line in paragraph.split("\n") if line.strip())
        if not lines:
            continue
        if all(line.startswith("- ") for line in lines):
            blocks.append(Block("list", tuple(line[2:] for line in lines)))
        elif all(" | " in line for line in lines):
            rows = tuple(tuple(cell.strip() for cell in line.split(" | ")) for line in lines)
            blocks.append(Block("table", lines, rows))
        else:
            blocks.append(Block("paragraph", lines))
    return blocks


def _outline(
    version: Version, named: Sequence[tuple[int, Section]], begins_in: dict[int, int]
) -> tuple[Heading, ...]:
    """The headings as a tree, by their levels; a level that is left out is passed over."""
    roots: list[Heading] = []
    open_: list[tuple[int, Heading]] = []
    for number, section in named:
        heading = Heading(
            number,
            " ".join(section.heading.split()),
            page_at(version, section),
            begins_in.get(number, 1),
            [],
        )
        level = min(section.level, DEEPEST)
        while open_ and open_[-1][0] >= level:
            open_.pop()
        (open_[-1][1].children if open_ else roots).append(heading)
        open_.append((level, heading))
    return tuple(roots)
