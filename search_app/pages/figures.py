"""Numbers drawn: bars, a histogram of years, and decimals that still add up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

HEIGHT: Final = 40
STEP: Final = 8
MOST_YEARS: Final = 40


class Bar(msgspec.Struct, frozen=True):
    """A year's bar in units of the drawing; `y` counts from above."""

    year: int
    count: int
    x: int
    y: int
    height: int


class Histogram(msgspec.Struct, frozen=True):
    """Counts by year. `earlier` counts what lies before the first bar."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    first: int
    last: int
    peak: int
    peak_count: int
    total: int
    earlier: int


def histogram(counts: Mapping[int, int]) -> Histogram | None:
    """Bars for each year from the first to the last, 40 at most; None for no year.

    A year with any initiative has a bar that can be seen.
    """
    counts = {year: count for year, count in counts.items() if count > 0}
    if not counts:
        return None
    last = max(counts)
    first = max(min(counts), last - MOST_YEARS + 1)
    within = {year: counts.get(year, 0) for year in range(first, last + 1)}
    most = max(within.values())
    bars = []
    for place, (year, count) in enumerate(within.items()):
        height = max(2, round(HEIGHT * count / most)) if count else 0
        bars.append(Bar(year, count, place * STEP, HEIGHT - height, height))
    peak = max(within, key=lambda year: (within[year], year))
    return Histogram(
        bars=tuple(bars),
        width=len(bars) * STEP,
        height=HEIGHT,
        first=first,
        last=last,
        peak=peak,
        peak_count=most,
        total=sum(counts.values()),
        earlier=sum(count for year, count in counts.items() if year < first),
    )


def rounded(parts: Sequence[float], total: float, decimals: int = 2) -> tuple[str, ...]:
    """The parts with so many decimals that their sum is the rounded total.

    Largest remainders get what rounding down left over (Hamilton's method).
    """
    unit = 10**decimals
    floors = [math.floor(part * unit) for part in parts]
    missing = round(total * unit) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda place: floors[place] - parts[place] * unit)
    for place in by_remainder[: max(0, min(missing, len(parts)))]:
        floors[place] += 1
    return tuple(f"{floor / unit:.{decimals}f}" for floor in floors)


def twentieths(share: float) -> int:
    """A share from 0 to 1 in steps of 5 hundredths, one at least if there is any."""
    return 5 * max(1, min(20, round(share * 20))) if share > 0 else 0


def percent(share: float) -> int:
    """A share from 0 to 1 in whole hundredths, never under 0 or above 100."""
    return max(0, min(100, round(share * 100)))
