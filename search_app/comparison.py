"""Two versions of a text compared: paragraphs first, then the words of those that changed.

Pure functions. The work is bounded: a request compares at most `MOST_PARAGRAPHS` of each side
once what both begin and end with is left aside, and words of `MOST_WORDS` in all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from corpus.changes import by_heading
from corpus.documents import Section

Kind = Literal["same", "added", "removed"]

MOST_PARAGRAPHS: Final = 4_000
"""A code of laws has about 3,000; comparing so many of each side takes 0.1 s."""
MOST_WORDS: Final = 20_000
"""Words of changed paragraphs that are compared one by one; beyond, paragraphs are shown whole."""
MOST_GROUPS: Final = 100
"""Groups of changes on a page."""
ALIKE: Final = 0.4
"""Share of words two paragraphs must have in common to be one that was changed."""

_WORDS: Final = re.compile(r"\S+\s*")


class Run(NamedTuple):
    """A stretch of words that is in both, only in the newer or only in the older text."""

    kind: Kind
    text: str


class Change(NamedTuple):
    """A paragraph that is the same, new, gone, or changed (then with runs of more kinds)."""

    runs: tuple[Run, ...]

    @property
    def kind(self) -> Literal["same", "added", "removed", "changed"]:
        """What became of the paragraph as a whole."""
        kinds = {run.kind for run in self.runs}
        return self.runs[0].kind if len(kinds) == 1 else "changed"


class TooLongError(Exception):
    """The texts differ in more than one request may compare."""


def compare(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """What became of every paragraph, in order; raises TooLongError."""
    begin = _shared(old, new)
    end = _shared(old[begin:][::-1], new[begin:][::-1])
    before, after = old[begin : len(old) - end], new[begin : len(new) - end]
    if max(len(before), len(after)) > MOST_PARAGRAPHS:
        raise TooLongError
    same = [Change((Run("same", text),)) for text in (*old[:begin], *old[len(old) - end :])]
    return [*same[:begin], *_changes(before, after), *same[begin:]]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many paragraphs both begin with."""
    for count, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return count
    return min(len(one), len(other))


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    words_left = MOST_WORDS
    # Its heuristic for popular elements keeps a table of equal rows from costing a square.
    for step, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if step == "equal":
            yield from (Change((Run("same", text),)) for text in old[a:b])
            continue
        pairs = min(b - a, d - c)
        for before, after in zip(old[a : a + pairs], new[c : c + pairs], strict=True):
            cost = before.count(" ") + after.count(" ") + 2
            words_left -= cost
            changed = _words(before, after) if words_left >= 0 else None
            if changed is not None:
                yield changed
            else:
                yield Change((Run("removed", before),))
                yield Change((Run("added", after),))
        yield from (Change((Run("removed", text),)) for text in old[a + pairs : b])
        yield from (Change((Run("added", text),)) for text in new[c + pairs : d])


def _words(old: str, new: str) -> Change | None:
    """A paragraph with its words that changed; None where the two are not much alike."""
    before, after = _WORDS.findall(old + " "), _WORDS.findall(new + " ")
    matcher = SequenceMatcher(None, before, after)
    if matcher.ratio() < ALIKE:
        return None
    runs = []
    for step, a, b, c, d in matcher.get_opcodes():
        if step == "equal":
            runs.append(Run("same", "".join(before[a:b])))
            continue
        if b > a:
            runs.append(Run("removed", "".join(before[a:b])))
        if d > c:
            runs.append(Run("added", "".join(after[c:d])))
    return Change(tuple(runs))


def with_context(changes: Sequence[Change], around: int = 1) -> list[list[Change]]:
    """The changed paragraphs in groups, each with `around` unchanged ones before and after."""
    near = [place for place, change in enumerate(changes) if change.kind != "same"]
    groups: list[list[Change]] = []
    shown = -1
    for place in near:
        begin = max(0, place - around)
        if begin > shown + 1 or not groups:
            groups.append([])
        end = min(len(changes), place + around + 1)
        groups[-1] += changes[max(begin, shown + 1) : end]
        shown = max(shown, end - 1)
    return groups


class SectionChange(NamedTuple):
    """How many words of a section are new or gone, for texts that can't be shown."""

    heading: str
    added: int
    removed: int


def by_section(
    old: str, old_sections: Sequence[Section], new: str, new_sections: Sequence[Section]
) -> list[SectionChange]:
    """The sections that differ, by their headings, in the order of the newer text."""
    before, after = by_heading(old, old_sections), by_heading(new, new_sections)
    found = []
    for heading in dict.fromkeys([*after, *before]):
        was, now = before.get(heading, []), after.get(heading, [])
        if was != now:
            changes = compare(was, now)
            added, removed = (
                sum(len(run.text.split()) for c in changes for run in c.runs if run.kind == kind)
                for kind in ("added", "removed")
            )
            found.append(SectionChange(heading, added, removed))
    return found
