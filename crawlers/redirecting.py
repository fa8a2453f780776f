"""Where a redirect has a crawl go on: each hop is a visit of its own."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.languages import LANGUAGES
from corpus.pages import NewVisit
from crawlers.addresses import canonical, host_of
from crawlers.answer import Answer
from crawlers.bounds import Bounds

REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
"""Statuses that lead elsewhere (RFC 9110, section 15.4)."""
_FRONT: Final = re.compile(
    rf"/?(?:(?:{'|'.join(sorted(LANGUAGES))})(?:[-_][a-z]{{2}})?/?)?"
    r"(?:(?:index|default|home)(?:\.[a-z]{2,5})?/?)?",
    re.IGNORECASE,
)
"""The path of the front page of a site, or of that in one of its languages."""


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


def leads_home(visit: NewVisit, onward: NewVisit) -> bool:
    """Whether a redirect leads from within a site to its front page: so sites say of many a page
    that it is not there any more, and the front page is not what it was."""
    came, goes = urlsplit(visit.start or visit.url), urlsplit(onward.url)
    same = _site(came.netloc) == _site(goes.netloc)
    return same and _is_front(goes) and not _is_front(came)


def _is_front(address: SplitResult) -> bool:
    return not address.query and _FRONT.fullmatch(address.path) is not None


def _site(host: str) -> str:
    return host.removeprefix("www.")


def target_of(visit: NewVisit, answer: Answer) -> str | None:
    """The canonical address a redirect names, None where that is none to be visited."""
    location = answer.first("location")
    return canonical(location, visit.url) if location else None
