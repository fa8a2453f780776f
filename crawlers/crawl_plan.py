"""What a crawl was begun with, as the store keeps it."""

from __future__ import annotations

from datetime import date

import msgspec

from corpus.crawls import Crawls
from corpus.pages import Crawl


class Plan(msgspec.Struct, frozen=True):
    """What a crawl was begun with: ids of its sources, the folder of an archive."""

    sources: tuple[str, ...] = ()
    archive: str | None = None


def encoded(plan: Plan) -> str:
    """A plan as the store keeps it."""
    return msgspec.json.encode(plan).decode()


def plan_of(crawl: Crawl) -> Plan:
    """The plan a crawl was begun with."""
    return msgspec.json.decode(crawl.plan, type=Plan)


def last_begun(crawls: Crawls) -> dict[str, date]:
    """The day each source was last begun to be crawled."""
    return {
        source: date.fromisoformat(each.started[:10])
        for each in crawls.since("")
        for source in plan_of(each).sources
    }
