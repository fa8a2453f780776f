"""When a page was published: what its metadata say, else what htmldate's rules find.

Metadata keep the precision they are written in. htmldate (https://htmldate.readthedocs.io) fills
in the first day of a month or year where it finds no more, so such a day is not believed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, Literal, NamedTuple

from lxml import html

Precision = Literal["year", "month", "day"]

EARLIEST: Final = 1900
_ISO: Final = re.compile(r"(\d{4})(?:[-/.]?(\d{1,2})(?:[-/.]?(\d{1,2}))?)?(?!\d)")


class Published(NamedTuple):
    """An ISO 8601 date cut to its precision, and where it was found."""

    date: str
    precision: Precision
    origin: str


def published_in(
    stated: Sequence[tuple[str, str]], tree: html.HtmlElement, url: str | None
) -> Published | None:
    """The date of publication; `stated` are dates of the metadata with their origin.

    Of what htmldate finds only marked dates are taken (addresses, `<time>`, elements named for
    dates): any date that stands somewhere in a text is too often another one.
    """
    for origin, said in stated:
        if (found := _read(said)) is not None:
            return Published(*found, origin)
    from htmldate import find_date

    logging.getLogger("htmldate").addHandler(logging.NullHandler())

    try:
        said = find_date(tree, extensive_search=False, original_date=True, url=url) or ""
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    found = _read(said)
    if found is None:
        return None
    year, month, day = (*said.split("-"), "", "")[:3]
    if day != "01":
        return Published(*found, "htmldate")
    if month != "01":
        return Published(f"{year}-{month}", "month", "htmldate")
    return Published(year, "year", "htmldate")


def _read(said: str) -> tuple[str, Precision] | None:
    """A date as ISO 8601 writes it at the beginning of a text; None for any other or a future
    one."""
    match = _ISO.match(said.strip())
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if not first.year >= EARLIEST or first > datetime.now(UTC).date():
        return None
    if day:
        return first.isoformat(), "day"
    return (first.isoformat()[:7], "month") if month else (year, "year")
