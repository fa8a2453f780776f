"""Faults of the catalogue: where one stands, what is wrong, what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from corpus.model import CorpusError


class Fault(msgspec.Struct, frozen=True, order=True):
    """One thing wrong in a file of the catalogue.

    `file` is relative to the catalogue's folder, `row` its line counted from 1 (0 where the
    whole file is meant), `field` the path inside the record (empty where the whole row is).
    """

    file: str
    row: int
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """The fault on one line, place first."""
        place = self.file
        if self.row:
            place += f", row {self.row}"
        if self.field:
            place += f", {self.field}"
        return " ".join(f"{place}: {self.problem} {self.remedy}".split())


class CatalogueError(CorpusError):
    """The catalogue has faults; `faults` holds every one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


Report = Callable[[str, str, str], None]
"""Takes field, problem and remedy of a fault in one row."""


def reporter(faults: list[Fault], file: str, row: int) -> Report:
    """A function that adds what it is told to `faults`, as standing in that row."""

    def report(field: str, problem: str, remedy: str) -> None:
        faults.append(Fault(file, row, field, problem, remedy))

    return report


def shown(value: object) -> str:
    """A value as a message quotes it: on one line, printable, at most 60 characters."""
    text = value if isinstance(value, str) else repr(value)
    text = text if len(text) <= 60 else f"{text[:59]}…"
    return "'" + "".join(s if s.isprintable() else f"\\u{ord(s):04x}" for s in text) + "'"


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """The remedy for a value that is not on a list: the nearest that is, else a short list."""
    known = sorted(known)
    if len(value) <= 100:
        # Late: difflib is needed only once something is wrong.
        from difflib import get_close_matches

        by_folded = {name.casefold(): name for name in known}
        near = get_close_matches(value.casefold(), by_folded, n=1, cutoff=0.6)
        if near:
            return f"Did you mean '{by_folded[near[0]]}'?"
    return f"Use one of: {', '.join(known)}." if 0 < len(known) <= 30 else ""
