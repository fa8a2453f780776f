"""Which addresses belong to a source, as its file says."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from corpus.addresses import address_key
from crawlers.address_patterns import Pattern, Spot, pattern, spot
from crawlers.source import CrawlSource


class _Bounds(msgspec.Struct, frozen=True):
    starts: frozenset[str]
    hosts: frozenset[str]
    allow: tuple[Pattern, ...]
    deny: tuple[Pattern, ...]


def admits(source: CrawlSource, url: str) -> bool:
    """Whether an address is within the bounds of a source.

    Its own `start` always is. Else the longest pattern that holds decides, by the length of its
    path, and `allow` where two are as long. Where none holds, an address is within without
    `allow`, if its host is one of `start`. An `allow` that is only a path holds on those hosts
    alone, a `deny` that is only a path on every host.
    """
    place = spot(url)
    if place is None:
        return False
    bounds = _bounds(source.start, source.allow, source.deny)
    if address_key(url) in bounds.starts:
        return True
    at_home = place.host in bounds.hosts
    allowed = _longest([one for one in bounds.allow if at_home or one.host is not None], place)
    denied = _longest(bounds.deny, place)
    if allowed is None and denied is None:
        return at_home and not bounds.allow
    return (-1 if allowed is None else allowed) >= (-1 if denied is None else denied)


def denies(source: CrawlSource, url: str) -> bool:
    """Whether an address is kept out by `deny`, no `allow` as long speaking for it."""
    place = spot(url)
    if place is None:
        return True
    return _longest(_bounds(source.start, source.allow, source.deny).deny, place) is not None and (
        not admits(source, url)
    )


def _longest(patterns: tuple[Pattern, ...] | list[Pattern], place: Spot) -> int | None:
    return max((len(one.path) for one in patterns if one.holds(place)), default=None)


@lru_cache(maxsize=256)
def _bounds(start: tuple[str, ...], allow: tuple[str, ...], deny: tuple[str, ...]) -> _Bounds:
    places = [place for place in map(spot, start) if place is not None]
    return _Bounds(
        starts=frozenset(map(address_key, start)),
        hosts=frozenset(place.host for place in places),
        allow=tuple(one for one in map(pattern, allow) if one is not None),
        deny=tuple(one for one in map(pattern, deny) if one is not None),
    )
