"""Where a redirect has a crawl go on: each hop is a visit of its own."""

from __future__ import annotations

from typing import Final

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.pages import NewVisit
from crawlers.addresses import canonical, host_of
from crawlers.answer import Answer
from crawlers.bounds import Bounds

REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
"""Statuses that lead elsewhere (RFC 9110, section 15.4)."""


class Redirecting:
    """Follows the redirects of one crawl. Reads the store, writes nothing."""

    def __init__(self, crawls: Crawls, crawl: int, bounds: Bounds) -> None:
        self._crawls = crawls
        self._crawl = crawl
        self._bounds = bounds

    def onward(self, visit: NewVisit, answer: Answer) -> NewVisit | str:
        """Where a redirect has a visit go on, or in a sentence why it leads nowhere."""
        target = target_of(visit, answer)
        if target is None:
            return "It redirects to nowhere that can be visited."
        if visit.hops >= self._bounds.hops:
            return "It redirects without end."
        landing = self._landing(target, visit.url)
        if landing is None:
            return "It redirects in a circle."
        key = address_key(landing)
        if key == visit.key.partition("#")[0]:
            # The same page by another spelling (https, a slash at the end) has the same key.
            key = f"{key}#{visit.hops + 1}"
        return NewVisit(
            key=key,
            url=landing,
            host=host_of(landing),
            source=visit.source,
            purpose=visit.purpose,
            depth=visit.depth,
            hops=visit.hops + 1,
            start=visit.start or visit.url,
        )

    def _landing(self, target: str, origin: str) -> str | None:
        """Where redirects that were followed before lead on from an address; None for back to
        `origin`."""
        seen = {origin}
        while target not in seen:
            seen.add(target)
            known = self._crawls.redirected(self._crawl, address_key(target), target)
            if known is None:
                return target
            target = known
        return None


def target_of(visit: NewVisit, answer: Answer) -> str | None:
    """The canonical address a redirect names, None where that is none to be visited."""
    location = answer.first("location")
    return canonical(location, visit.url) if location else None
