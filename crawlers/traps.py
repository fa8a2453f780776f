"""Addresses without end: what would have a crawler go round for ever.

Reasons are whole sentences without parts of the address, so that a report can count them.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

DEEPEST: Final = 16
"""Parts of a path; the catalogue's deepest source address has 12."""
MOST_PARAMETERS: Final = 12
MOST_REPEATS: Final = 2
"""How often a part of a path may stand in it."""
FARTHEST: Final = 400
"""Days: a page about next year's budget is no trap, a calendar of the year after is."""

TOO_DEEP: Final = f"Its path has more than {DEEPEST} parts."
CIRCLE: Final = "Its path repeats itself."
TOO_MANY: Final = f"It has more than {MOST_PARAMETERS} parameters."
CALENDAR: Final = f"It is a page of a calendar, more than {FARTHEST} days from today."

_VIEWS: Final = frozenset(
    "month week day list-month month-view week-view mois semaine jour mes semana dia mese "
    "settimana giorno monat woche tag maand kalendermonat".split()
)
_VIEW_PARAMETERS: Final = frozenset(
    "view display tribe-event-display tribe_event_display calview mode ansicht vista vue".split()
)
_DAY: Final = re.compile(r"(1\d{3}|2\d{3})[-/.](0?[1-9]|1[0-2])(?:[-/.](0?[1-9]|[12]\d|3[01]))?")
_YEAR: Final = re.compile(r"[12]\d{3}")
_MONTH: Final = re.compile(r"0?[1-9]|1[0-2]")
_DIGITS: Final = re.compile(r"\d+")


def trap(url: str, today: date) -> str | None:
    """Why an address leads nowhere new, as a sentence; None for an ordinary one.

    `url` is canonical. Paths too deep or going round in a circle, too many parameters, months
    and days that are far ahead, and those of views of a calendar that are far back, too. A year
    alone is no date: strategies are named after years to come.
    """
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    parameters = [one.partition("=")[::2] for one in parts.query.split("&") if one]
    if len(segments) > DEEPEST:
        return TOO_DEEP
    if _goes_round(segments):
        return CIRCLE
    if len(parameters) > MOST_PARAMETERS:
        return TOO_MANY
    is_view = any(segment.lower() in _VIEWS for segment in segments) or any(
        name.lower() in _VIEW_PARAMETERS and value.lower() in _VIEWS for name, value in parameters
    )
    for day in (*_in_path(segments), *_in_query(parameters)):
        distance = (day - today).days
        if distance > FARTHEST or (is_view and distance < -FARTHEST):
            return CALENDAR
    return None


def _goes_round(segments: Sequence[str]) -> bool:
    """Whether a word stands in a path too often, or several parts twice in a row."""
    words = Counter(segment for segment in segments if not segment.isdigit())
    if any(count > MOST_REPEATS for count in words.values()):
        return True
    for length in range(2, len(segments) // 2 + 1):
        for start in range(len(segments) - 2 * length + 1):
            one = segments[start : start + length]
            again = segments[start + length : start + 2 * length]
            if one == again and not all(segment.isdigit() for segment in one):
                return True
    return False


def _in_path(segments: Sequence[str]) -> Iterator[date]:
    """Days that are whole parts of a path: /2031-05-01/ or /2031/05/."""
    for segment, following in pairwise((*segments, "")):
        if match := _DAY.fullmatch(segment):
            yield _date(match[1], match[2], match[3])
        elif _YEAR.fullmatch(segment) and _MONTH.fullmatch(following):
            yield _date(segment, following, None)


def _in_query(parameters: Sequence[tuple[str, str]]) -> Iterator[date]:
    """Days that are values, or a year and a month beside each other."""
    year = month = None
    for name, value in parameters:
        if match := _DAY.match(value.replace("%2F", "/")):
            yield _date(match[1], match[2], match[3])
        elif "year" in name.lower() and _YEAR.fullmatch(value):
            year = value
        elif "month" in name.lower() and _MONTH.fullmatch(value):
            month = value
    if year is not None and month is not None:
        yield _date(year, month, None)


def _date(year: str, month: str, day: str | None) -> date:
    # To the month is enough: February has no 30th here to fall over.
    return date(int(year), int(month), min(int(day or 1), 28))


class Variety:
    """How many addresses of a kind a crawl may visit, in bounded memory.

    `queries` bounds those that differ in their query only, `numbers` those that differ in the
    numbers of their path only, `pages` those of a host. An address that was admitted is so
    again. `remembered` bounds what is kept; beyond it the host asked longest ago is forgotten
    and starts anew (a source's `max_pages` still holds). 200,000 addresses take 20 to 35 MB
    (measured with Python 3.11).
    """

    def __init__(
        self,
        *,
        queries: int = 60,
        numbers: int = 1_000,
        pages: int = 5_000,
        remembered: int = 200_000,
    ) -> None:
        self._queries = queries
        self._numbers = numbers
        self._pages = pages
        self._remembered = remembered
        self._count = 0
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def admits(self, url: str) -> bool:
        """Whether a canonical address may be visited; if so it counts from now on."""
        parts = urlsplit(url)
        host = self._hosts.setdefault(parts.netloc, _Host())
        self._hosts.move_to_end(parts.netloc)
        page = hash(url)
        if page in host.pages:
            return True
        if len(host.pages) >= self._pages:
            return False
        kinds = []
        if parts.query:
            kinds.append((hash(parts.path), self._queries))
        if (shape := _DIGITS.sub("#", parts.path)) != parts.path:
            kinds.append((hash(shape), self._numbers))
        if any(host.kinds[kind] >= most for kind, most in kinds):
            return False
        host.pages.add(page)
        host.kinds.update(kind for kind, _ in kinds)
        self._count += 1
        while self._count > self._remembered and len(self._hosts) > 1:
            _, forgotten = self._hosts.popitem(last=False)
            self._count -= len(forgotten.pages)
        return True


class _Host:
    """Hashes of what was admitted at a host, and how many of each kind."""

    def __init__(self) -> None:
        self.pages: set[int] = set()
        self.kinds: Counter[int] = Counter()
