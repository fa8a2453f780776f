"""Sitemaps: XML, index files, plain text, gzip; with alternates, news and images.

The protocol is https://www.sitemaps.org/protocol.html. Two of its rules are not held to, as
sites don't either: addresses may stand above the folder of the sitemap, and a list may have
another namespace or none.
"""

from __future__ import annotations

import io
from typing import Any, Final

from corpus.addresses import address_key
from corpus.pages import Link
from crawlers.addresses import canonical
from crawlers.discovery.dates import changed
from crawlers.discovery.feed import read_feed_text
from crawlers.discovery.listed import Gathering, Listed, NotAListError
from crawlers.discovery.xml_lists import elements, is_whole, local, prepared, text_of, words

_ROOTS: Final = ("urlset", "sitemapindex")
_LOOKED_AT: Final = 4_096
_KEPT: Final = ("loc", "lastmod", "link", "news", "publication_date")
_FEEDS: Final = ("rss", "feed", "rdf")


def read_sitemap(data: bytes, url: str, charset: str | None = None) -> Listed:
    """Where a sitemap leads: to pages, and to further sitemaps if it is an index.

    `url` is its address; entries on another host are left out, as are relative ones. Raises
    NotAListError.
    """
    text = text_of(data, charset)
    found = Gathering(url)
    if not text.lstrip().startswith("<"):
        _read_lines(text, found)
    elif not _read_xml(prepared(text), found):
        feed = read_feed_text(text, url)
        for link in feed.links:
            _take(link.url, link.changed, "feed" if link.purpose == "feed" else "page", found)
    return found.listed()


def _read_lines(text: str, found: Gathering) -> None:
    if not text[:_LOOKED_AT].lstrip().startswith(("http://", "https://")):
        raise NotAListError("It is no sitemap: neither XML nor a list of addresses.")
    for line in io.StringIO(text):
        if address := line.strip():
            _take(address, None, "page", found)
        if found.full:
            return


def _read_xml(xml: bytes, found: Gathering) -> bool:
    """Read an XML sitemap; False if it is a feed."""
    root: Any = None
    cut = False
    for event, element in elements(xml, _KEPT):
        if root is None:
            root = element
            if local(root) in _FEEDS:
                return False
            if local(root) not in _ROOTS:
                raise NotAListError(_what_it_is(local(root)))
        if event != "end":
            cut = event == "cut"
            continue
        if element.getparent() is root:
            _read_entry(element, found)
            if found.full:
                return True
    if root is None:
        raise NotAListError("It is no sitemap: its XML can't be read.")
    if cut:
        found.say("It has half a million elements and more; what came before was read.")
    elif not is_whole(xml, root):
        found.say("It breaks off; what came before was read.")
    return True


def _what_it_is(name: str) -> str:
    if name == "html":
        return "It is a web page, not a sitemap."
    return f"It is no sitemap: its XML begins with <{name[:40]}>."


def _read_entry(entry: Any, found: Gathering) -> None:
    kind = local(entry)
    if kind not in ("url", "sitemap"):
        return
    address, when, published = None, None, None
    alternates: list[str] = []
    for part in entry:
        name = local(part)
        if name == "loc":
            address = address or words(part)
        elif name == "lastmod":
            when = changed(words(part))
        elif name == "news":
            published = next(
                (changed(words(one)) for one in part if local(one) == "publication_date"), None
            )
        elif name == "link" and "alternate" in (part.get("rel") or "").lower().split():
            alternates.append(part.get("href") or "")
    if not address:
        found.leave_out("without an address")
        return
    _take(address, when or published, "sitemap" if kind == "sitemap" else "page", found)
    for alternate in alternates:
        _take(alternate, None, "page", found)


def _take(written: str, when: str | None, purpose: Any, found: Gathering) -> None:
    if "://" not in written:
        found.leave_out("the address is not whole, as it must be in a sitemap")
        return
    address = canonical(written)
    if address is None:
        found.leave_out("the address can't be followed")
        return
    if not found.is_at_home(address):
        found.leave_out("the address is on another host than the sitemap")
    elif purpose != "page" and address_key(address) == address_key(found.url):
        found.leave_out("the sitemap names itself")
    else:
        found.add(Link(address, purpose, when))
