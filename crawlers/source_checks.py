"""What must hold of a source beyond the types of its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import Final

import msgspec

from corpus.faults import Fault, Report, did_you_mean, reporter, shown
from corpus.model import KINDS
from corpus.shapes import (
    check_address,
    check_day,
    check_language,
    check_listed,
    check_once,
    check_slug,
    check_text,
)
from crawlers.address_patterns import LONGEST_PATTERN, pattern
from crawlers.discovery.ckan import is_search
from crawlers.source import CrawlSource

PARSERS: Final = ("generic",)
COLUMNS: Final = ("id", "title", "url", "language", "text")

_RANGES: Final = {
    "depth": (0, 10),
    "every": (1, 365),
    "max_pages": (1, 100_000),
    "threshold": (0, 1),
    "wait": (0, 3_600),
}
_MOST: Final = {"start": 10_000, "allow": 200, "deny": 200, "private": 200, "languages": 50}
_ONLY: Final = {"columns": "register", "rows": "register", "next": "listing"}
"""Keys that mean something in one kind of source alone."""

_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*|\[[0-9a-fA-F:.]+\]|[0-9a-fA-F:.]*::[0-9a-fA-F:.]*")
_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class Places(msgspec.Struct, frozen=True):
    """What a source may name: cities with their countries, and the codes of countries."""

    cities: Mapping[str, str]
    countries: Set[str]


def check_source(source: CrawlSource, file: str, places: Places, faults: list[Fault]) -> None:
    """Add what is wrong with a source, as standing in `file`, to `faults`."""
    report = reporter(faults, file, 0)
    _check_id(source, file, report)
    for field in ("name", "licence", "contact", "rows"):
        if (text := getattr(source, field)) is not None:
            check_text(text, field, report)
    for field, most in _MOST.items():
        values = getattr(source, field)
        check_once(values, field, report)
        if len(values) > most:
            report(field, f"It has {len(values):,} entries.", f"Write at most {most:,}.")
    _check_start(source, report)
    _check_place(source, places, report)
    for position, code in enumerate(source.languages):
        check_language(code, f"languages[{position}]", report)
    if source.document_kind is not None:
        check_listed(source.document_kind, "document_kind", KINDS, "kind", report)
    check_listed(source.parser, "parser", PARSERS, "parser", report)
    _check_patterns(source, report)
    _check_numbers(source, report)
    _check_private(source, report)
    _check_contact(source, report)
    _check_kind_only(source, report)
    _check_columns(source, report)
    if source.tried is not None:
        check_day(source.tried, "tried", report)


def _check_id(source: CrawlSource, file: str, report: Report) -> None:
    before = file.replace("\\", "/").rpartition("/")[2].removesuffix(".toml")
    check_slug(source.id, "id", report)
    if source.id != before:
        report(
            "id",
            f"{shown(source.id)} is not the name of the file.",
            f"Write id = {shown(before)}, or rename the file.",
        )


def _check_start(source: CrawlSource, report: Report) -> None:
    if not source.start and source.enabled:
        remedy = "Add where it starts, or write enabled = false until that is known."
        report("start", "The source is enabled and has no start.", remedy)
    for position, one in enumerate(source.start):
        field = f"start[{position}]"
        if source.kind == "warc":
            check_text(one, field, report)
        elif one.startswith("catalogue"):
            _check_catalogue(source, one, field, report)
        else:
            check_address(one, field, report)
            if source.kind == "ckan" and not is_search(one):
                report(
                    field,
                    f"{shown(one)} is not a search of a data portal.",
                    "Write the address of its API, such as "
                    "https://data.example.org/api/3/action/package_search?q=privacy&rows=100",
                )


def _check_catalogue(source: CrawlSource, one: str, field: str, report: Report) -> None:
    if one != "catalogue:":
        report(field, f"{shown(one)} is not an address.", "Write 'catalogue:' for the catalogue.")
    elif source.kind != "pages":
        remedy = "Write kind = 'pages', or addresses of your own."
        report(field, "The addresses of the catalogue are pages.", remedy)


def _check_place(source: CrawlSource, places: Places, report: Report) -> None:
    if source.country is not None and source.country not in places.countries:
        remedy = did_you_mean(source.country, places.countries)
        report(
            "country",
            f"{shown(source.country)} is not a known country.",
            remedy or "Use the two letters of ISO 3166-1.",
        )
    if source.city is None:
        return
    country = places.cities.get(source.city)
    if country is None:
        remedy = did_you_mean(source.city, places.cities)
        problem = f"{shown(source.city)} is not a known city."
        report("city", problem, f"{remedy} Else leave it out, or add it to cities.jsonl.")
    elif source.country is not None and source.country != country:
        problem = f"{shown(source.city)} is in {country}."
        report("country", problem, "Correct the city or the country.")


def _check_patterns(source: CrawlSource, report: Report) -> None:
    written = [
        *((f"allow[{position}]", one) for position, one in enumerate(source.allow)),
        *((f"deny[{position}]", one) for position, one in enumerate(source.deny)),
        *([("next", source.next)] if source.next is not None else []),
    ]
    for field, one in written:
        if pattern(one) is None:
            report(
                field,
                f"{shown(one)} is not a pattern.",
                "Write an address or a path from the slash on, with * for anything and $ for the "
                f"end, such as /news/*, at most {LONGEST_PATTERN} signs.",
            )


def _check_numbers(source: CrawlSource, report: Report) -> None:
    for field, (least, most) in _RANGES.items():
        value = getattr(source, field)
        # Written so that NaN is out of every range.
        if value is not None and not least <= value <= most:
            report(field, f"{value} is out of range.", f"Write {least:,} to {most:,}.")


def _check_private(source: CrawlSource, report: Report) -> None:
    for position, host in enumerate(source.private):
        if not _HOST.fullmatch(host):
            report(
                f"private[{position}]",
                f"{shown(host)} is not the name of a host.",
                "Write it without http:// and port, such as intranet.example.org.",
            )


def _check_contact(source: CrawlSource, report: Report) -> None:
    if source.contact is not None and not _MAIL.fullmatch(source.contact):
        found: list[Fault] = []
        check_address(source.contact, "contact", reporter(found, "", 0))
        if found:
            report(
                "contact",
                f"{shown(source.contact)} is neither a mail address nor a page.",
                "Write who answers for the site, such as data@example.org.",
            )


def _check_kind_only(source: CrawlSource, report: Report) -> None:
    for field, kind in _ONLY.items():
        if getattr(source, field) and source.kind != kind:
            report(field, f"The key is only for the kind '{kind}'.", "Remove it, or change kind.")


def _check_columns(source: CrawlSource, report: Report) -> None:
    if source.kind != "register":
        return
    if len(source.start) > 1:
        # What is not in a register any more is gone, so there must be one that says what is.
        report("start", "A register has one address.", "Write a file for each register.")
    if "title" not in source.columns and source.enabled:
        remedy = 'Write which column names an entry: columns = { title = "..." }.'
        report("columns", "There is no column for the title.", remedy)
    for name, column in source.columns.items():
        field = f"columns.{shown(name)[1:-1]}"
        if name not in COLUMNS:
            report(field, f"{shown(name)} is not known.", did_you_mean(name, COLUMNS))
        elif name != "text" and not isinstance(column, str):
            report(field, "It has several columns.", "Name one; only text may have several.")
        for one in [column] if isinstance(column, str) else column:
            check_text(one, field, report)
