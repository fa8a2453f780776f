"""What changed from one version of a text to the next, in short. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from corpus.documents import Section, Version, stretches

MOST_SECTIONS: Final = 5
"""Headings a short account of a change names."""


class TextChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a text was seen to be another on a day (ISO 8601), and where.

    `older` and `newer` are numbers of versions, `sections` the first headings under which they
    differ ("" before the first heading), `further` how many more there are. `added` and
    `removed` count paragraphs that only one of the two has: one that was reworded counts in both.
    """

    day: str
    older: int
    newer: int
    added: int
    removed: int
    sections: tuple[str, ...] = ()
    further: int = 0


def last_change(versions: Sequence[Version]) -> TextChange | None:
    """How the newest of versions, the oldest first, differs from the one before it."""
    if len(versions) < 2:
        return None
    old, new = versions[-2:]
    before = by_heading(old.text, old.sections)
    after = by_heading(new.text, new.sections)
    differ = [
        heading
        for heading in dict.fromkeys([*after, *before])
        if before.get(heading) != after.get(heading)
    ]
    # Over the whole text: what only moved to another heading is neither new nor gone.
    was = Counter(line for lines in before.values() for line in lines)
    now = Counter(line for lines in after.values() for line in lines)
    return TextChange(
        day=new.first_seen,
        older=old.number,
        newer=new.number,
        added=(now - was).total(),
        removed=(was - now).total(),
        sections=tuple(differ[:MOST_SECTIONS]),
        further=max(0, len(differ) - MOST_SECTIONS),
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; a row of a table and an item of a list are one each."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def by_heading(text: str, sections: Sequence[Section]) -> dict[str, list[str]]:
    """The paragraphs under each heading, in order; those under equal headings together."""
    found: dict[str, list[str]] = {}
    for stretch in stretches(text, sections):
        heading = " ".join(stretch.heading.split())
        found.setdefault(heading, []).extend(paragraphs(text[stretch.start : stretch.end]))
    return found
