"""Bodies without the coding of their content (gzip, deflate, br, zstd), within a bound."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Headers, Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager

from crawlers.warc.exchange import Headers as Fields

Decode = Callable[[Fields, bytes], bytes | None]
"""Takes header fields of an answer and its body."""


def decoder(most: int) -> Decode:
    """What takes the codings off a body as a crawl does; None where it is not packed as it says
    or unpacks to more than `most` bytes."""
    # All of a crawler that this part of Scrapy looks at, which otherwise begins with a crawl.
    settings = Settings({"DOWNLOAD_MAXSIZE": most, "DOWNLOAD_WARNSIZE": 0})
    crawler = SimpleNamespace(settings=settings, stats=None, signals=SignalManager())
    middleware = HttpCompressionMiddleware.from_crawler(cast(Crawler, crawler))
    nowhere = "http://localhost/"  # the answer's own makes no difference

    def decoded(fields: Fields, body: bytes) -> bytes | None:
        codings = [value for name, value in fields if name.lower() == b"content-encoding"]
        if not codings or not body:
            return body
        packed = Response(nowhere, headers=Headers({"Content-Encoding": codings}), body=body)
        try:
            found = middleware.process_response(Request(nowhere), packed)
        except Exception:  # too large, or broken: each packing has errors of its own
            return None
        return found.body if isinstance(found, Response) else None

    return decoded
