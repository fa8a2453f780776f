"""The cities of the catalogue as dots on a map whose land is drawn as a grid of dots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from corpus.model import City

LAND: Final = Path(__file__).resolve().parents[1] / "data" / "land.txt"
"""Written by `tools/land.py`."""
WIDTH: Final = 1000
NORTH: Final = 72.5
SOUTH: Final = -55.0
"""Degrees: from Reykjavik and the north of Siberia to the end of South America."""
STEP: Final = 2.5
"""Degrees between two dots of land."""
UNIT: Final = WIDTH / 360
HEIGHT: Final = round((NORTH - SOUTH) * UNIT)


class Dots(msgspec.Struct, frozen=True):
    """The dots of one size in one country; `path` draws each as a line of no length with
    round ends."""

    size: str
    path: str


class Marked(msgspec.Struct, frozen=True):
    """A country's dots."""

    country: str
    dots: tuple[Dots, ...]


class World(msgspec.Struct, frozen=True):
    """`land` is to be drawn in dashes of no length every `gap` units."""

    width: int
    height: int
    gap: float
    land: str
    countries: tuple[Marked, ...]


def world(cities: Mapping[str, City], counts: Mapping[str, int]) -> World | None:
    """A dot for each city with coordinates, larger where it has more; None for none.

    Degrees are drawn as they are (plate carrée), 360 across the width.
    """
    drawn: dict[str, dict[str, list[str]]] = {}
    for slug, count in sorted(counts.items()):
        city = cities.get(slug)
        if city is None or city.latitude is None or city.longitude is None:
            continue
        x = round((city.longitude + 180) * UNIT)
        y = round((NORTH - city.latitude) * UNIT)
        size = "many" if count >= 5 else "some" if count >= 2 else "few"
        drawn.setdefault(city.country, {}).setdefault(size, []).append(f"M{x} {y}h0")
    if not drawn:
        return None
    countries = tuple(
        Marked(country, tuple(Dots(size, "".join(path)) for size, path in sizes.items()))
        for country, sizes in sorted(drawn.items())
    )
    return World(WIDTH, HEIGHT, round(STEP * UNIT, 2), land(), countries)


@cache
def land() -> str:
    """The path of the land: a line for each run of land in a row."""
    runs = []
    for row, line in enumerate(LAND.read_text(encoding="ascii").splitlines()):
        y = round((row + 0.5) * STEP * UNIT)
        for run in re.finditer("#+", line):
            x = (run.start() + 0.5) * STEP * UNIT
            # A little longer than to the last dot, which rounding could else leave out.
            length = (len(run[0]) - 1) * STEP * UNIT + 1
            runs.append(f"M{x:.1f} {y}h{length:.0f}")
    return "".join(runs)
