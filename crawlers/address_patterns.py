"""Patterns of addresses: `*` for anything, `$` for the end, else what an address begins with.

The signs are those of robots.txt (RFC 9309, section 2.2.3). Matching takes time in proportion
to the address, whatever the pattern: nothing is tried twice.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import msgspec

from crawlers.addresses import LONGEST
from crawlers.percent_encoding import PercentEncoding
from crawlers.wildcards import wildcard

LONGEST_PATTERN: Final = 500
"""Characters."""
_path: Final = PercentEncoding(b"/?:@!$&'()*+,;=")


class Spot(msgspec.Struct, frozen=True):
    """Where an address leads: host without `www.`, with a port that is unusual; path and query."""

    host: str
    path: str


def spot(url: str) -> Spot | None:
    """Host and path of an address; None for one that is no crawler's: not of the web, with a
    user's name in it, too long."""
    if len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        host += f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return Spot(host.removeprefix("www."), normal_path((parts.path or "/") + query))


def normal_path(path: str) -> str:
    """A path, or a pattern of paths, in the one spelling that is compared (RFC 9309, 2.2.2)."""
    return _path(path.encode("utf-8", "replace"))


def matches(pattern: str, text: str) -> bool:
    """Whether a text begins with what a pattern says, in which `*` stands for anything and a
    `$` at the end for the end of the text."""
    return wildcard(pattern).matches(text)


class Pattern(msgspec.Struct, frozen=True):
    """A pattern as it is compared; `host` is None where it names none."""

    host: str | None
    path: str

    def holds(self, place: Spot) -> bool:
        """Whether host and path are as the pattern says."""
        if self.host is not None and not matches(f"{self.host}$", place.host):
            return False
        return matches(self.path, place.path)


def pattern(written: str) -> Pattern | None:
    """The pattern of an address (`https://example.org/news/*`) or a path (`/news/*`).

    None for what is neither. In an address `http` and `https` are one, `www.` makes no
    difference, and `*` may stand in the host, for its subdomains.
    """
    if not written or len(written) > LONGEST_PATTERN or re.search(r"\s", written):
        return None
    if written.startswith(("/", "*")):
        return Pattern(None, normal_path(written))
    scheme, mark, rest = written.partition("://")
    if not mark or scheme.lower() not in ("http", "https"):
        return None
    host, slash, path = rest.partition("/")
    if not re.fullmatch(r"(?:\*\.)?[\w.-]+(?::[0-9]{1,5})?", host) or "*" in host[1:]:
        return None
    host = host.lower().removeprefix("www.")
    usual = {"http": ":80", "https": ":443"}[scheme.lower()]
    return Pattern(host.removesuffix(usual), normal_path(slash + path or "/"))
