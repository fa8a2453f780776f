"""Listings: pages whose links lead to the pages that are wanted, and to more of the list."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.addresses import address_key
from corpus.pages import Link
from crawlers.address_patterns import Pattern, pattern, spot
from crawlers.addresses import canonical
from crawlers.admission import admits, denies
from crawlers.discovery.listed import Gathering, Listed
from crawlers.source import CrawlSource


def read_listing(
    links: Iterable[str], url: str, source: CrawlSource, following: str | None = None
) -> Listed:
    """Where a page of a listing leads: to the pages its source admits, and to more of the list.

    `links` are those of the page at `url`, `following` is what the page itself names as the
    next one (`rel="next"`). More of the list is what the pattern `next` of the source holds of,
    and `following`; both only on the host of the page, unless the source denies it.
    """
    found = Gathering(url)
    more = pattern(source.next) if source.next is not None else None
    if following is not None:
        _take_more(following, source, found)
    lists = {address_key(one) for one in (url, *source.start)}
    for written in links:
        address = canonical(written, url)
        if address is None or address_key(address) in lists:
            continue
        if more is not None and _holds(more, address):
            _take_more(address, source, found)
        elif admits(source, address):
            found.add(Link(address))
        if found.full:
            break
    return found.listed()


def _holds(more: Pattern, address: str) -> bool:
    place = spot(address)
    return place is not None and more.holds(place)


def _take_more(written: str, source: CrawlSource, found: Gathering) -> None:
    address = canonical(written, found.url)
    if address is None or not found.is_at_home(address):
        found.leave_out("the next page of the list is not on its host")
    elif address_key(address) == address_key(found.url):
        return
    elif denies(source, address):
        found.leave_out("the source denies the next page of the list")
    else:
        found.add(Link(address, "listing"))
