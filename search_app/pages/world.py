"""The cities of the catalogue as dots on a map without outlines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from corpus.model import City

WIDTH: Final = 1000
NORTH: Final = 72.0
SOUTH: Final = -48.0
"""Degrees: no city of the catalogue lies beyond Reykjavik or Dunedin."""
HEIGHT: Final = 400


class Dots(msgspec.Struct, frozen=True):
    """Dots of one size; `path` draws each as a line of no length with round ends."""

    size: str
    path: str


class World(msgspec.Struct, frozen=True):
    width: int
    height: int
    dots: tuple[Dots, ...]


def world(cities: Mapping[str, City], counts: Mapping[str, int]) -> World | None:
    """A dot for each city with coordinates, larger where it has more; None for none.

    Degrees are drawn as they are (plate carrée), 360 across the width.
    """
    groups: dict[str, list[str]] = {"few": [], "some": [], "many": []}
    for slug, count in sorted(counts.items()):
        city = cities.get(slug)
        if city is None or city.latitude is None or city.longitude is None:
            continue
        x = round((city.longitude + 180) / 360 * WIDTH)
        y = round((NORTH - city.latitude) / (NORTH - SOUTH) * HEIGHT)
        size = "many" if count >= 5 else "some" if count >= 2 else "few"
        groups[size].append(f"M{x} {y}h0")
    if not any(groups.values()):
        return None
    drawn = tuple(Dots(size, "".join(path)) for size, path in groups.items() if path)
    return World(WIDTH, HEIGHT, drawn)
