"""Where a page leads: its links, absolute, and the page it calls the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import html

from crawlers.extract.characters import clean_line

_MOST_LINKS: Final = 5_000
_NOT_VOUCHED_FOR: Final = frozenset({"nofollow", "ugc", "sponsored"})
"""Link types that say a link is not the page's own recommendation."""

_PATH: Final = r"""[!"$-:<->@-~]*+"""
_BEHIND: Final = r"""(?:\?[!"$-~]++)?+(?:\#[!-~]++)?+"""
_ABSOLUTE: Final = re.compile(rf"https?://[A-Za-z0-9.-]++(?::[0-9]++)?+(?:/{_PATH})?+{_BEHIND}")
_ROOTED: Final = re.compile(rf"/(?!/){_PATH}{_BEHIND}")
"""Addresses that `urljoin` leaves as they are, or only puts behind scheme and host: nearly all.
Without semicolons, and without question marks and hashes that nothing follows, which it drops."""


class Linked(NamedTuple):
    """An element that leads somewhere: its tag (`a`, `area` or `link`), address as it stands
    there, and link types in small letters."""

    tag: str
    address: str | None
    types: Sequence[str]


def linked_in(tree: html.HtmlElement) -> list[Linked]:
    """All such elements of a page, in their order."""
    found = []
    for element in tree.iter("a", "area", "link"):
        rel = element.get("rel")
        types = rel.lower().split() if rel else ()
        found.append(Linked(str(element.tag), element.get("href"), types))
    return found


def links_of(linked: Sequence[Linked], base: str | None) -> tuple[str, ...]:
    """Where the page's links lead, in their order, each once and without fragment.

    Absolute where `base` is given; only addresses of the web. Links that the page does not
    vouch for (`rel` of nofollow, ugc or sponsored) are left out.
    """
    found: dict[str, None] = {}
    for one in linked:
        if one.tag == "link" or (one.types and not _NOT_VOUCHED_FOR.isdisjoint(one.types)):
            continue
        if (address := absolute(one.address, base)) is not None:
            address = address.partition("#")[0]
            if address:
                found[address] = None
        if len(found) >= _MOST_LINKS:
            break
    return tuple(found)


def following_of(linked: Sequence[Linked], base: str | None) -> str | None:
    """The page this one calls the next of its list (`rel="next"`), None where there is none."""
    for one in linked:
        if "next" in one.types:
            return absolute(one.address, base)
    return None


def absolute(address: str | None, base: str | None) -> str | None:
    """An address of the web, absolute where there is a base; None for any other."""
    if not address:
        return None
    if _ABSOLUTE.fullmatch(address):
        return address
    if base is not None and _ROOTED.fullmatch(address) and "/." not in address:
        origin = _origin(base)
        if origin is not None:
            return origin + address
    return _joined(address, base)


@lru_cache(maxsize=64)
def _origin(base: str) -> str | None:
    """Scheme and host of an address, None where it has none of the web."""
    try:
        scheme, host = urlsplit(base)[:2]
    except ValueError:
        return None
    return f"{scheme}://{host}" if scheme in ("http", "https") and host else None


def _joined(address: str, base: str | None) -> str | None:
    address = clean_line(address).replace(" ", "%20")
    if not address or address.startswith("#"):
        return None
    try:
        joined = urljoin(base, address) if base else address
        scheme, host = urlsplit(joined)[:2]
    except ValueError:
        return None
    if base is None and not scheme:
        return joined
    return joined if scheme in ("http", "https") and host else None
