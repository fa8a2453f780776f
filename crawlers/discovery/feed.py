"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom (RFC 4287), JSON Feed (https://www.jsonfeed.org/version/1.1/).

An entry leads to its page and to what is attached to it, if that is a document. A feed in parts
(RFC 5005) leads to its next part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from corpus.addresses import address_key
from corpus.pages import Link
from crawlers.addresses import canonical
from crawlers.discovery.dates import changed
from crawlers.discovery.documents import is_document
from crawlers.discovery.json_lists import decoded
from crawlers.discovery.listed import Gathering, Listed, NotAListError
from crawlers.discovery.xml_lists import elements, is_whole, local, prepared, text_of, words

MOST_BYTES: Final = 10 * 1024 * 1024
"""Of a feed when unpacked; feeds carry whole articles, and few carry more than a hundred."""

_ENTRIES: Final = ("item", "entry")
_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_WHEN: Final = ("updated", "modified", "pubdate", "published", "issued", "date", "created")
"""Names of dates, the one that tells most of a change first."""
_KEPT: Final = ("link", "enclosure", "origlink", "guid", "id", "content", *_WHEN)


def read_feed(data: bytes, url: str, charset: str | None = None) -> Listed:
    """Where a feed leads; `url` is its address, from which relative ones start.

    Raises NotAListError. Broken XML is read as far as it can be.
    """
    return read_feed_text(text_of(data, charset, MOST_BYTES), url)


def read_feed_text(text: str, url: str) -> Listed:
    """As `read_feed`, of characters."""
    found = Gathering(url)
    if text.lstrip().startswith("{"):
        _read_json(text, found)
    else:
        _read_xml(prepared(text), found)
    return found.listed()


def _read_xml(xml: bytes, found: Gathering) -> None:
    root: Any = None
    cut = False
    for event, element in elements(xml, _KEPT):
        if root is None:
            root = element
            if local(root) not in ("rss", "feed", "rdf", "channel"):
                raise NotAListError(_what_it_is(local(root)))
        if event != "end":
            cut = event == "cut"
            continue
        if local(element) in _ENTRIES:
            _read_entry(element, found)
            if found.full:
                return
        elif local(element) == "link" and _level(element) <= 2:
            _read_paging(element, found)
    if root is None:
        raise NotAListError("It is no feed: its XML can't be read.")
    if cut:
        found.say("It has half a million elements and more; what came before was read.")
    elif not is_whole(xml, root):
        found.say("It breaks off; what came before was read.")


def _level(element: Any) -> int:
    return sum(1 for _ in element.iterancestors())


def _what_it_is(name: str) -> str:
    if name == "html":
        return "It is a web page, not a feed."
    return f"It is no feed: its XML begins with <{name[:40]}>."


def _base(element: Any, url: str) -> str:
    """The address relative ones start from (XML Base, section 4)."""
    base = url
    above = [element, *element.iterancestors()]
    for one in reversed(above):
        said = one.get(_BASE)
        base = (canonical(said, base) or base) if said else base
    return base


def _read_entry(entry: Any, found: Gathering) -> None:
    base = _base(entry, found.url)
    dates: dict[str, str | None] = {}
    for part in entry:
        if local(part) in _WHEN:
            dates.setdefault(local(part), changed(words(part)))
    when = next((date for name in _WHEN if (date := dates.get(name)) is not None), None)
    addresses = list(_addresses(entry, base))
    if not addresses:
        found.leave_out("without an address")
    for written, own_base in addresses:
        _take(written, own_base, when, found)


def _take(written: str, base: str, when: str | None, found: Gathering) -> None:
    address = canonical(written, base)
    if address is None:
        found.leave_out("the address can't be followed")
    else:
        found.add(Link(address, "page", when))


def _addresses(entry: Any, base: str) -> Iterator[tuple[str, str]]:
    """The page of an entry as it is written, with where it starts from, then attachments."""
    pages: list[tuple[int, str, str]] = []
    attached: list[tuple[str, str]] = []
    for part in entry:
        name = local(part)
        own = _base(part, base) if part.get(_BASE) else base
        if name == "link":
            href = part.get("href")
            rel, kind = (part.get("rel") or "alternate").lower(), (part.get("type") or "").lower()
            written = href if href is not None else words(part)
            if rel == "alternate" and written:
                # Of several, the page that people read.
                pages.append((1 if not kind or "html" in kind else 2, written, own))
            elif rel in ("enclosure", "related") and is_document(kind, written):
                attached.append((written, own))
        elif name == "enclosure":
            if is_document(part.get("type") or "", part.get("url") or ""):
                attached.append((part.get("url") or "", own))
        elif name == "origlink" and words(part):
            pages.append((0, words(part), own))  # what a feed service put its own in place of
        elif name == "guid" and (part.get("ispermalink") or part.get("isPermaLink")) != "false":
            if (said := words(part)).startswith(("http://", "https://")):
                pages.append((3, said, own))
        elif name == "id" and words(part).startswith(("http://", "https://")):
            pages.append((4, words(part), own))
        elif name == "content" and part.get("src"):
            pages.append((2, part.get("src"), own))
    if entry.get(_ABOUT):
        pages.append((3, entry.get(_ABOUT), base))
    if pages:
        _, written, own = min(pages, key=lambda page: page[0])
        yield written, own
    yield from attached


def _read_paging(element: Any, found: Gathering) -> None:
    if "next" in (element.get("rel") or "").lower().split():
        _take_next(element.get("href"), _base(element, found.url), found)


def _take_next(written: str | None, base: str, found: Gathering) -> None:
    address = canonical(written or "", base)
    if address is None or not found.is_at_home(address):
        found.leave_out("the next part of the feed is not on its host")
    elif address_key(address) != address_key(found.url):
        found.add(Link(address, "feed"))


def _read_json(text: str, found: Gathering) -> None:
    try:
        feed = decoded(text)
    except ValueError:
        raise NotAListError("It is no feed: neither XML nor whole JSON.") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAListError("It is no feed: its JSON has no list of items.")
    for item in feed["items"]:
        if isinstance(item, dict):
            _read_item(item, found)
        if found.full:
            return
    if isinstance(following := feed.get("next_url"), str):
        _take_next(following, found.url, found)


def _read_item(item: dict[str, Any], found: Gathering) -> None:
    written = _first(item.get(key) for key in ("url", "external_url"))
    when = _first(changed(_first([item.get(key)])) for key in ("date_modified", "date_published"))
    attachments = item.get("attachments")
    attached = [
        address
        for one in (attachments if isinstance(attachments, list) else ())
        if isinstance(one, dict)
        and (address := _first([one.get("url")])) is not None
        and is_document(_first([one.get("mime_type")]) or "", address)
    ]
    if written is None and not attached:
        found.leave_out("without an address")
    for address in (*([written] if written is not None else ()), *attached):
        _take(address, found.url, when, found)


def _first(values: Iterable[object]) -> str | None:
    return next((value for value in values if isinstance(value, str) and value), None)
