"""What is known of the Cities Coalition for Digital Rights: read and checked."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Final

from corpus.faults import Fault, did_you_mean, reporter, shown
from corpus.model import PRINCIPLES, WORKING_GROUPS, Coalition, Member, Statement
from corpus.rows import read_rows
from corpus.shapes import check_address, check_once, check_slug, check_text

MEMBERS: Final = "members.jsonl"
FOUNDED: Final = 2018


def read(folder: Path, cities: Set[str], faults: list[Fault]) -> Coalition:
    """The coalition of a catalogue, what is wrong with it added to `faults`.

    `cities` are the slugs that may be named. Principles and working groups stand in the order of the closed lists of `corpus.model`,
    everything else in the order of its file.
    """

    def statements(name: str, ids: tuple[str, ...] | None = None) -> tuple[Statement, ...]:
        found = _read_statements(folder, f"{name}.jsonl", ids, cities, faults)
        return tuple(sorted(found, key=lambda s: ids.index(s.id)) if ids else found)

    return Coalition(
        principles=statements("principles", PRINCIPLES),
        working_groups=statements("working_groups", WORKING_GROUPS),
        missions=statements("missions"),
        goals=statements("goals"),
        members=_read_members(folder, cities, faults),
        facts=statements("facts"),
    )


def _read_statements(
    folder: Path,
    file: str,
    ids: tuple[str, ...] | None,
    cities: Set[str],
    faults: list[Fault],
) -> list[Statement]:
    """The statements of a file; where `ids` is given, exactly those must be there."""
    rows = read_rows(folder, file, Statement, faults)
    seen: dict[str, int] = {}
    kept = []
    for number, statement in rows.values:
        report = reporter(faults, file, number)
        name = statement.id
        check_slug(name, "id", report)
        if (first := seen.setdefault(name, number)) != number:
            report("id", f"{shown(name)} is already in row {first}.", "Use another id.")
        if ids is not None and name not in ids:
            report("id", f"{shown(name)} is not on the list.", did_you_mean(name, ids))
        else:
            kept.append(statement)
        check_text(statement.title, "title", report)
        check_text(statement.text, "text", report)
        if not statement.sources:
            report("sources", "There is no source.", "Add the page where this can be read.")
        for position, url in enumerate(statement.sources):
            check_address(url, f"sources[{position}]", report)
        check_once(statement.sources, "sources", report)
        for position, city in enumerate(statement.cities):
            if city not in cities:
                remedy = did_you_mean(city, cities) or "Add the city to cities.jsonl."
                report(f"cities[{position}]", f"{shown(city)} is not a known city.", remedy)
        check_once(statement.cities, "cities", report)
    for name in sorted(set(ids or ()) - seen.keys() - rows.unread):
        reporter(faults, file, 0)("", f"{shown(name)} is missing.", "Add a row for it.")
    return kept


def _read_members(folder: Path, cities: Set[str], faults: list[Fault]) -> tuple[Member, ...]:
    seen: dict[str, int] = {}
    rows = read_rows(folder, MEMBERS, Member, faults)
    for number, member in rows.values:
        report = reporter(faults, MEMBERS, number)
        if member.city not in cities:
            remedy = did_you_mean(member.city, cities) or "Add the city to cities.jsonl."
            report("city", f"{shown(member.city)} is not a known city.", remedy)
        if (first := seen.setdefault(member.city, number)) != number:
            report("city", f"{shown(member.city)} is already in row {first}.", "Keep one row.")
        check_address(member.source, "source", report)
        if member.joined is not None and member.joined < FOUNDED:
            problem = f"{member.joined} is before the coalition began in {FOUNDED}."
            report("joined", problem, "Correct the year or leave it out.")
    return tuple(member for _, member in rows.values)
