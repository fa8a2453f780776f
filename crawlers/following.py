"""Where a crawl goes: links as visits, within the bounds of their source and of good manners."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.pages import Link, Met, NewVisit, Purpose, Result, Visit
from crawlers.addresses import canonical, host_of, is_asset
from crawlers.admission import admits
from crawlers.discovery.listing import read_listing
from crawlers.judging import threshold
from crawlers.robots import FORBIDDEN
from crawlers.source import CrawlSource
from crawlers.traps import Variety, trap

_MOST_BEYOND: Final = 1_000
"""Addresses beyond a source's `max_pages` that are noted of one list; the others are not."""


class Following:
    """Turns links into visits of one crawl. Reads the store, writes nothing.

    `allowed` is False for what a robots.txt that is known already forbids.
    """

    def __init__(
        self,
        crawls: Crawls,
        crawl: int,
        sources: Mapping[str, CrawlSource],
        allowed: Callable[[NewVisit], bool],
    ) -> None:
        self._crawls = crawls
        self._crawl = crawl
        self._sources = sources
        self._allowed = allowed
        self._variety = Variety()
        for url in crawls.addresses(crawl):  # of a crawl that goes on
            self._variety.admits(url)
        self._met: Counter[str] = Counter(crawls.met_by_source(crawl))

    def first_visits(self, source: CrawlSource) -> list[NewVisit]:
        """Where a source begins."""
        purpose: Purpose = "page"
        if source.kind != "pages" and source.kind != "warc":
            purpose = source.kind
        links = [Link(url, purpose) for url in source.start]
        return self._visits(source, links, depth=0, base=None, given=True)

    def known_visits(self, source: CrawlSource) -> list[NewVisit]:
        """The pages that were kept of a source, to be looked at again although no list leads
        there any more."""
        kept = self._crawls.pages(
            "source = ? AND coalesce(decision, 'keep') = 'keep' "
            "AND (document IS NOT NULL OR decision = 'keep')",
            (source.id,),
        )
        # Their links were followed from where they were found, if they were.
        return self._visits(
            source, [Link(page.url) for page in kept], depth=source.depth, base=None, given=True
        )

    def follow(self, visit: Visit, source: CrawlSource, links: Iterable[Link]) -> list[NewVisit]:
        """Where a page or a list leads on."""
        listed = visit.purpose != "page"
        return self._visits(source, links, depth=visit.depth + 1, base=visit.url, listed=listed)

    def _visits(
        self,
        source: CrawlSource,
        links: Iterable[Link],
        *,
        depth: int,
        base: str | None,
        given: bool = False,
        listed: bool = False,
    ) -> list[NewVisit]:
        """Links as visits; those not to be made carry the reason.

        `given` are those a person wrote, which no bound but robots.txt and withdrawal holds
        for; `listed` those of a list, which may differ in their query alone.
        """
        today = datetime.now(UTC).date()
        fresh: dict[tuple[str, str], NewVisit] = {}
        for link in links:
            url = canonical(link.url, base)
            if url is None:
                continue
            is_page = link.purpose == "page"
            bound = is_page and not given
            if bound and (depth > source.depth or is_asset(url) or not admits(source, url)):
                continue
            key = address_key(url)
            visit = NewVisit(
                key=key,
                url=url,
                host=host_of(url),
                source=source.id,
                purpose=link.purpose,
                # Further pages of a list are no deeper than the list.
                depth=depth if is_page else max(0, depth - 1),
            )
            fresh.setdefault((key, link.purpose), visit)
        met = self._crawls.met(self._crawl, [key for key, _ in fresh])
        visits: list[NewVisit] = []
        beyond = 0
        for place, visit in fresh.items():
            others = met.get(place, ())
            if not self._has_more_of(visit, others):
                continue
            if any(other.source == source.id for other in others):  # nearer than it was thought
                visits.append(visit)
                continue
            beyond += not given and self._met[source.id] >= source.max_pages
            if beyond > _MOST_BEYOND:
                break
            visits.append(self._admitted(source, visit, today, given, listed))
        return visits

    def _has_more_of(self, visit: NewVisit, others: Iterable[Met]) -> bool:
        """Whether a source would have more of an address than what is asked for it already:
        another may follow fewer links from there, or want more of it to keep it."""
        source = self._sources[visit.source]
        follows = visit.purpose != "page" or visit.depth < source.depth
        for other in others:
            if other.source == source.id:
                return other.outcome is None and follows and visit.depth < other.depth
            if other.outcome == "skipped":  # a bound of the other's own
                continue
            known = self._sources.get(other.source)
            if not follows and known is not None and threshold(known) <= threshold(source):
                return False
        return True

    def _admitted(
        self, source: CrawlSource, visit: NewVisit, today: date, given: bool, listed: bool
    ) -> NewVisit:
        result: Result | None = None
        reason: str | None = None
        if not given and self._met[source.id] >= source.max_pages:
            result = "skipped"
            reason = f"Beyond the {source.max_pages:,} pages of the source (max_pages)."
        elif self._crawls.is_withdrawn(visit.key):
            result, reason = "withdrawn", "It was withdrawn."
        elif not self._allowed(visit):
            result, reason = "robots", FORBIDDEN
        elif not given and (reason := trap(visit.url, today)) is not None:
            result = "skipped"
        # What a person or a list names counts, too, as it does in a crawl that goes on.
        elif not self._variety.admits(visit.url) and not given and not listed:
            result, reason = "skipped", "Too many addresses that differ only a little."
        if result is None:
            self._met[source.id] += 1
            return visit
        return msgspec.structs.replace(visit, result=result, reason=reason)


def links_reader(visit: NewVisit, source: CrawlSource) -> str | None:
    """By what rules the links of an address are read: the same for all that would find the same
    ones there. None where none are followed."""
    if visit.purpose == "page" and visit.depth >= source.depth:
        return None
    rules = (visit.purpose, source.start, source.allow, source.deny, source.next)
    return hashlib.blake2b(msgspec.json.encode(rules), digest_size=8).hexdigest()


def links_of(
    visit: Visit, source: CrawlSource, links: Iterable[str], following: str | None
) -> tuple[Link, ...]:
    """Where a page or a listing leads, as far as its source goes; `following` is the one it
    calls the next."""
    if visit.purpose == "listing":
        return read_listing(links, visit.url, source, following).links
    found = {}
    for url in links:
        address = canonical(url, visit.url)
        if address is not None and not is_asset(address) and admits(source, address):
            found[address] = Link(address)
    return tuple(found.values())
