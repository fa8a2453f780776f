"""What a crawl may cost itself and others: seconds, bytes, attempts. Values."""

from __future__ import annotations

from typing import Final

import msgspec

from crawlers.extract.limits import MOST_BYTES

ROBOTS_BYTES: Final = 500 * 1024
"""Of a robots.txt, as RFC 9309 (section 2.5) asks at least; what follows is not read."""
ROBOTS_HOPS: Final = 5
"""Redirects of a robots.txt followed (RFC 9309, section 2.3.1.2)."""
ROBOTS_SECONDS: Final = 86_400.0
"""How long a robots.txt is taken as known (RFC 9309, section 2.4)."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of a crawl; times in seconds.

    `at_once` counts hosts asked at the same time, each with one request. Between the end of a
    request to a host and the next one lie at least `wait`, and `slower` times what the host
    took to answer, but no more than `longest_wait` on that account. A visit is tried
    `attempts` times, `pause` after the first failure and twice as long after each further one.
    A host that asks for more than `patience` of quiet, or fails `strikes` times in a row, is
    left alone for the rest of the crawl. `seconds` and `bytes` are of one answer, `hops`
    redirects in a row, `limit` answers of the whole crawl.
    """

    at_once: int = 32
    wait: float = 5.0
    slower: float = 2.0
    longest_wait: float = 60.0
    attempts: int = 3
    pause: float = 30.0
    patience: float = 600.0
    strikes: int = 5
    seconds: float = 60.0
    bytes: int = MOST_BYTES
    hops: int = 10
    limit: int | None = None
