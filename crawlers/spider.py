"""The spider: asks Scrapy for what the frontier gives out, hands on what comes back."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings

from crawlers.answer import Answer
from crawlers.bounds import ROBOTS_BYTES, Bounds
from crawlers.downloading import NoAnswer
from crawlers.frontier import Fetch

if TYPE_CHECKING:
    from aiohttp.abc import AbstractResolver
    from twisted.python.failure import Failure


class Fetching(Protocol):
    """What a crawl does with its requests."""

    async def next(self) -> Fetch | None:
        """The next request, as soon as it may be made; None when all is done."""

    def conditions(self, fetch: Fetch) -> Mapping[str, str]:
        """Headers that have a server answer only if something changed."""

    async def answered(self, fetch: Fetch, answer: Answer) -> None:
        """A request was answered."""

    async def unanswered(self, fetch: Fetch, problem: NoAnswer) -> None:
        """A request was not, or not usably."""


class CitySpider(Spider):
    """One spider for all sources: which addresses and when is the frontier's to say."""

    name = "cityrights"

    def __init__(self, fetching: Fetching, **more: Any) -> None:
        super().__init__(**more)
        self._fetching = fetching

    async def start(self) -> AsyncIterator[Request]:
        """Requests, each when it is due."""
        while (fetch := await self._fetching.next()) is not None:
            yield self._request(fetch)

    def _request(self, fetch: Fetch) -> Request:
        meta: dict[str, Any] = {"fetch": fetch, "download_slot": fetch.host}
        if fetch.visit is None:
            meta |= {"most": ROBOTS_BYTES, "cut": True, "purpose": "robots"}
        else:
            meta |= {"purpose": fetch.visit.purpose, "source": fetch.visit.source}
        return Request(
            fetch.url,
            headers=dict(self._fetching.conditions(fetch)),
            meta=meta,
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
        )

    async def parse(self, response: Response, **_: Any) -> None:
        """An answer, without content encoding."""
        request = response.request
        if request is None:
            return
        answer = Answer(
            url=request.url,
            status=response.status,
            headers=request.meta["exchange"].response_headers,
            body=response.body,
            seconds=request.meta["took"],
            exchange=request.meta["exchange"],
        )
        await self._fetching.answered(request.meta["fetch"], answer)

    async def failed(self, failure: Failure) -> None:
        """No answer; what else goes wrong inside Scrapy is one, too."""
        fetch: Fetch = failure.request.meta["fetch"]  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, IgnoreRequest):  # unpacked it is larger than the bound
            error = NoAnswer("Unpacked it is larger than the bound.", at_fault=False)
        elif not isinstance(error, NoAnswer):  # each packing has errors of its own
            name = type(error).__name__
            error = NoAnswer(f"It is not packed as it says ({name}).", at_fault=False)
        await self._fetching.unanswered(fetch, error)


async def run(
    fetching: Fetching,
    *,
    agent: str,
    contact: str | None,
    bounds: Bounds,
    resolver: AbstractResolver,
    private: frozenset[str],
) -> None:
    """Fetch until there is nothing more to fetch."""
    settings = Settings(_settings(agent, contact, bounds))
    settings.set("CITYRIGHTS_RESOLVER", resolver)
    settings.set("CITYRIGHTS_PRIVATE", private)
    # Scrapy tells developers much; what concerns operators is in the report.
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    await AsyncCrawlerRunner(settings).crawl(CitySpider, fetching=fetching)


def _settings(agent: str, contact: str | None, bounds: Bounds) -> dict[str, Any]:
    from scrapy.settings import default_settings

    used = "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware"
    headers = {
        "Accept": "text/html,application/xhtml+xml,application/pdf,application/xml;q=0.9,*/*;q=0.8",
        "User-Agent": agent,
    }
    if contact and "@" in contact:
        headers["From"] = contact.removeprefix("mailto:")
    default = "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware"
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "EXTENSIONS_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        # Robots, redirects, retries, waits and cookies are ours or left out.
        "DOWNLOADER_MIDDLEWARES_BASE": {
            name: order
            for name, order in default_settings.DOWNLOADER_MIDDLEWARES_BASE.items()
            if name in (used, default)
        },
        "DEFAULT_REQUEST_HEADERS": headers,
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawlers.downloading.Downloads"),
        "CONCURRENT_REQUESTS": bounds.at_once + 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # An answer yields no items to Scrapy, which would start so many tasks for each: 100 of
        # them took a third of what Scrapy, HTTP and loop took together.
        "CONCURRENT_ITEMS": 1,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_MAXSIZE": bounds.bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": bounds.seconds,
    }
