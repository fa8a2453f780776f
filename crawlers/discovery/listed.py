"""What reading a list gives: where it leads, and what was left out of it, in words."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from corpus.addresses import address_key
from corpus.pages import Link
from crawlers.address_patterns import spot

MOST_ENTRIES: Final = 50_000
"""Of one list; what a sitemap may have (https://www.sitemaps.org/protocol.html)."""

MOST_BYTES: Final = 50 * 1024 * 1024
"""Of one list when unpacked; what a sitemap may have."""


class Listed(msgspec.Struct, frozen=True):
    """Where a list leads, each address once in the order of the list; `notes` are sentences on
    what was left out."""

    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()


class NotAListError(ValueError):
    """What was fetched is not the list it should be; the text says what it is, in a sentence."""


class Gathering:
    """Links gathered one by one, each address once, no more than may be; counts what is left
    out."""

    def __init__(self, url: str, most: int = MOST_ENTRIES) -> None:
        self.url = url
        self.full = False
        self._host = _host(url)
        self._most = most
        self._links: dict[str, Link] = {}
        self._left_out: Counter[str] = Counter()
        self._said: list[str] = []

    def add(self, link: Link) -> None:
        """Take a link; one whose address is there already is passed over."""
        if len(self._links) >= self._most:
            if not self.full:
                self.say(f"Only the first {self._most:,} entries were read.")
            self.full = True
            return
        self._links.setdefault(address_key(link.url), link)

    def is_at_home(self, address: str) -> bool:
        """Whether an address is on the host of the list."""
        return self._host is not None and _host(address) == self._host

    def leave_out(self, why: str) -> None:
        """Count an entry that is not taken; `why` follows "3 entries left out: "."""
        self._left_out[why] += 1

    def say(self, sentence: str) -> None:
        """Note a sentence."""
        self._said.append(sentence)

    def listed(self) -> Listed:
        """All that was gathered."""
        left_out = (
            f"{count:,} {'entry' if count == 1 else 'entries'} left out: {why}."
            for why, count in self._left_out.most_common()
        )
        return Listed(tuple(self._links.values()), (*self._said, *left_out))


def _host(url: str) -> str | None:
    place = spot(url)
    return place.host if place is not None else None
