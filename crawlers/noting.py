"""What is noted of an address that was answered. Values, pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from corpus.addresses import address_key
from corpus.pages import Link, NewVisit, Page
from crawlers.answer import Answer
from crawlers.following import links_reader
from crawlers.page_reading import PageText
from crawlers.source import CrawlSource

_READERS: Final = 8
"""Readers of links for which an address remembers where it leads: sources whose rules differ."""


def noted(
    visit: NewVisit,
    answer: Answer,
    page: Page | None,
    day: date,
    sources: Mapping[str, CrawlSource],
    *,
    links: Sequence[Link] = (),
    read: PageText | None = None,
) -> Page:
    """What is now known of an address, of which `page` was known; `links` are where it leads as
    its source follows them, `read` is what was read of a page."""
    judgement = read.judgement if read is not None else None
    text = read.document.newest if read is not None and read.document is not None else None
    return Page(
        key=address_key(visit.url),
        url=visit.url,
        purpose=visit.purpose,
        source=_owning_source(visit, page, sources),
        title=text.title if text is not None else None,
        language=text.language if text is not None else None,
        etag=_bounded(answer.first("etag")),
        last_modified=_bounded(answer.first("last-modified")),
        sha256_bytes=answer.digest,
        links=_links(visit, answer, page, sources, links),
        document=page.document if page is not None else None,
        score=judgement.score if judgement is not None else None,
        reasons=judgement.reasons if judgement is not None else (),
        first_seen=page.first_seen if page is not None else day.isoformat(),
        last_seen=day.isoformat(),
        asked=answer.exchange.time,
    )


def _owning_source(visit: NewVisit, page: Page | None, sources: Mapping[str, CrawlSource]) -> str:
    """The source that looks at a page again: the one that kept it first, while it is there."""
    if page is not None and page.document is not None and page.source in sources:
        return page.source
    return visit.source


def _links(
    visit: NewVisit,
    answer: Answer,
    page: Page | None,
    sources: Mapping[str, CrawlSource],
    links: Sequence[Link],
) -> dict[str, tuple[Link, ...]]:
    """Where an address leads for each reader of the same bytes, this one included."""
    same = page is not None and page.sha256_bytes == answer.digest
    known = dict(page.links) if page is not None and same else {}
    reader = links_reader(visit, sources[visit.source])
    if reader is not None:
        known.pop(reader, None)
        known = dict(list(known.items())[1 - _READERS :]) | {reader: tuple(links)}
    return known


def to_be_read(page: Page, **changed: Any) -> Page:
    """A page whose whole answer is wanted next time, though it may be as it is."""
    return msgspec.structs.replace(
        page, etag=None, last_modified=None, sha256_bytes=None, **changed
    )


def _bounded(value: str | None) -> str | None:
    """A validator as it can be sent back; an absurdly long one is not kept."""
    return value if value is not None and len(value) <= 500 and value.isprintable() else None
