"""What must hold of an initiative: in itself, and beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Final

import msgspec

from corpus.faults import Fault, Report, did_you_mean, reporter, shown
from corpus.model import (
    KINDS,
    LEVELS,
    PRINCIPLES,
    STATUSES,
    WORKING_GROUPS,
    City,
    Initiative,
)
from corpus.shapes import (
    check_address,
    check_day,
    check_language,
    check_listed,
    check_once,
    check_slug,
    check_text,
    check_texts,
    is_day,
)

EARLIEST_YEAR: Final = 1900
YEARS_AHEAD: Final = 15
"""How far beyond the day a record was changed a plan may reach."""

INTERNATIONAL: Final = "int"
"""Name of the file of initiatives that belong to no country."""

_MIRRORED: Final = (
    ("related", "related"),
    ("learned_from", "taken_up_by"),
    ("taken_up_by", "learned_from"),
)


class Known(msgspec.Struct, frozen=True):
    """What an initiative may name: cities by slug, codes of countries, ids of concepts.

    `unread` holds names of rows that are there but can't be read; naming them is no fault.
    """

    cities: Mapping[str, City]
    countries: Set[str]
    concepts: Set[str]
    unread: Set[str]


class Placed(msgspec.Struct, frozen=True):
    """An initiative with the file and row it stands in."""

    file: str
    row: int
    initiative: Initiative


def check_initiative(placed: Placed, known: Known, report: Report) -> None:
    """What must hold of one initiative by itself."""
    record = placed.initiative
    check_slug(record.id, "id", report)
    for position, alias in enumerate(record.aliases):
        check_slug(alias, f"aliases[{position}]", report)
    _check_texts(record, report)
    _check_sources(record, report)
    check_listed(record.kind, "kind", KINDS, "kind", report)
    check_listed(record.level, "level", LEVELS, "level", report)
    check_listed(record.status, "status", STATUSES, "status", report)
    for field, listed, what in (
        ("principles", PRINCIPLES, "principle"),
        ("working_groups", WORKING_GROUPS, "working group"),
        ("concepts", known.concepts | known.unread, "concept"),
    ):
        values = getattr(record, field)
        for position, value in enumerate(values):
            check_listed(value, f"{field}[{position}]", listed, what, report)
        check_once(values, field, report)
    _check_days(record, report)
    _check_years(record, report)
    _check_place(placed, known, report)


def _check_texts(record: Initiative, report: Report) -> None:
    check_text(record.title, "title", report)
    check_text(record.summary, "summary", report)
    check_language(record.language, "language", report)
    for field in ("title_original", "summary_original", "outcome", "licence"):
        if (text := getattr(record, field)) is not None:
            check_text(text, field, report)
    for field in ("details", "keywords", "terms_original", "doubt"):
        check_texts(getattr(record, field), field, report)
    for position, passage in enumerate(record.passages):
        check_text(passage.text, f"passages[{position}].text", report)


def _check_sources(record: Initiative, report: Report) -> None:
    if not record.sources:
        report("sources", "There is no source.", "Add the page where this can be read.")
    for position, source in enumerate(record.sources):
        at = f"sources[{position}]"
        check_address(source.url, f"{at}.url", report)
        check_text(source.title, f"{at}.title", report)
        if source.publisher is not None:
            check_text(source.publisher, f"{at}.publisher", report)
        if source.language is not None:
            check_language(source.language, f"{at}.language", report)
        if source.seen is not None:
            check_day(source.seen, f"{at}.seen", report)
    check_once([source.url for source in record.sources], "sources", report)


def _check_days(record: Initiative, report: Report) -> None:
    check_day(record.recorded, "recorded", report)
    check_day(record.changed, "changed", report)
    if is_day(record.changed) and is_day(record.recorded) and record.changed < record.recorded:
        report("changed", "The record was changed before it was recorded.", "Correct one day.")
    if record.date is not None:
        check_day(record.date, "date", report)
        if is_day(record.date) and record.year is not None and int(record.date[:4]) != record.year:
            report("date", f"{shown(record.date)} is not in {record.year}.", "Correct one of them.")


def _check_years(record: Initiative, report: Report) -> None:
    latest = int(record.changed[:4]) + YEARS_AHEAD if is_day(record.changed) else None
    for field, year in (("year", record.year), ("year_end", record.year_end)):
        if year is None:
            continue
        if year < EARLIEST_YEAR:
            report(field, f"{year} is before {EARLIEST_YEAR}.", "Write the year in four digits.")
        elif latest is not None and year > latest:
            report(field, f"{year} is after {latest}.", "Check the year against the source.")
    if record.year is not None and record.year_end is not None and record.year_end < record.year:
        report("year_end", f"{record.year_end} is before the year {record.year}.", "Swap the two.")


def _check_place(placed: Placed, known: Known, report: Report) -> None:
    record = placed.initiative
    country = record.country
    if record.level == "international":
        if country is not None:
            problem = "An international initiative has no country."
            report("country", problem, "Remove it, or choose another level.")
    elif country is None:
        report("country", "The field is missing.", "Fill it in, or use level 'international'.")
    if country is not None and country not in known.countries | known.unread:
        remedy = did_you_mean(country, known.countries) or "Use the two letters of ISO 3166-1."
        report("country", f"{shown(country)} is not a known country.", remedy)
    else:
        expected = f"initiatives/{(country or INTERNATIONAL).lower()}.jsonl"
        if placed.file != expected:
            report("country", f"The record belongs in {expected}.", "Move its row there.")
    _check_city(record, known, report)


def _check_city(record: Initiative, known: Known, report: Report) -> None:
    if record.city is None:
        if record.level == "city":
            report("city", "The field is missing.", "Fill it in, or choose another level.")
    elif (city := known.cities.get(record.city)) is not None:
        if city.country != record.country:
            report("city", f"{city.name} is in {city.country}.", "Correct the city or the country.")
    elif record.city not in known.unread:
        remedy = did_you_mean(record.city, known.cities)
        remedy = f"{remedy} Else add the city to cities.jsonl."
        report("city", f"{shown(record.city)} is not a known city.", remedy)


def check_together(records: Iterable[Placed], known: Known, faults: list[Fault]) -> None:
    """What must hold between initiatives: no id twice, no relation to nowhere or one-sided."""
    records = list(records)
    by_id: dict[str, Placed] = {}
    for placed in records:
        first = by_id.setdefault(placed.initiative.id, placed)
        if first is not placed:
            problem = f"{shown(placed.initiative.id)} is already in {first.file}, row {first.row}."
            reporter(faults, placed.file, placed.row)("id", problem, "Use another id.")
    former: dict[str, str] = {}
    for placed in records:
        report = reporter(faults, placed.file, placed.row)
        for position, alias in enumerate(placed.initiative.aliases):
            owner = former.setdefault(alias, placed.initiative.id)
            if alias in by_id or owner != placed.initiative.id:
                report(
                    f"aliases[{position}]",
                    f"{shown(alias)} already leads to {shown(alias if alias in by_id else owner)}.",
                    "Remove it from one of the two.",
                )
        check_once(placed.initiative.aliases, "aliases", report)
    for placed in records:
        report = reporter(faults, placed.file, placed.row)
        _check_relations(placed.initiative, by_id, former, known.unread, report)


def _check_relations(
    record: Initiative,
    by_id: Mapping[str, Placed],
    former: Mapping[str, str],
    unread: Set[str],
    report: Report,
) -> None:
    seen: dict[str, str] = {}
    for field, mirror in _MIRRORED:
        for position, other in enumerate(getattr(record, field)):
            at = f"{field}[{position}]"
            if other == record.id:
                report(at, "The record names itself.", "Remove it.")
            elif other in seen:
                report(at, f"{shown(other)} stands in {seen[other]} too.", "Keep it once.")
            elif other in by_id:
                if record.id not in getattr(by_id[other].initiative, mirror):
                    there = f"{by_id[other].file}, row {by_id[other].row}"
                    problem = f"{shown(other)} does not name this record in its {mirror}."
                    report(at, problem, f"Add {shown(record.id)} to {mirror} in {there}.")
            elif other in former:
                report(at, f"{shown(other)} is a former id.", f"Write {shown(former[other])}.")
            elif other not in unread:
                remedy = did_you_mean(other, by_id) or "Write the id of a record, or remove it."
                report(at, f"{shown(other)} is not the id of a record.", remedy)
            seen.setdefault(other, field)
