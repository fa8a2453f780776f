"""Bodies without the coding of their content (gzip, deflate, br, zstd), within bounds.

Scrapy bounds what comes out, not the work: 18 MB of empty zstd frames took it 50 s in which no
other answer was read. So the parts of a body are counted before it is unpacked.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Final, cast

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Headers, Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager

from crawlers.warc.exchange import Headers as Fields

_MOST_CODINGS: Final = 3
"""Packed twice by mistake is seen, more often only on purpose."""
_MOST_PARTS: Final = 1_000
"""Members of gzip, frames of zstd. Servers send one; what looks like the beginning of another
stands by chance about once in 16 MB."""
_BEGINNINGS: Final = {
    b"gzip": (b"\x1f\x8b\x08",),  # RFC 1952
    b"x-gzip": (b"\x1f\x8b\x08",),
    b"zstd": (b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18"),  # RFC 8878: frames, those passed over
}

Decode = Callable[[Fields, bytes], bytes | None]
"""Takes header fields of an answer and its body."""


class CodingError(ValueError):
    """A body is packed so that unpacking it would take too long."""


class ContentDecoding(HttpCompressionMiddleware):
    """Scrapy's middleware, which refuses to unpack what is packed in too many parts.

    Raises CodingError, and what Scrapy's raises.
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The answer with its body unpacked."""
        codings = b",".join(response.headers.getlist("Content-Encoding"))
        if codings.count(b",") >= _MOST_CODINGS:
            raise CodingError(f"packed more than {_MOST_CODINGS} times over")
        return super().process_response(request, response)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        # There is no public name for one layer of several; a test unpacks such bodies.
        parts = sum(body.count(beginning) for beginning in _BEGINNINGS.get(encoding, ()))
        if parts > _MOST_PARTS:
            raise CodingError(f"packed in more than {_MOST_PARTS:,} parts")
        return HttpCompressionMiddleware._decode(body, encoding, max_size)


def decoder(most: int) -> Decode:
    """What takes the codings off a body as a crawl does; None where it is not packed as it says
    or unpacks to more than `most` bytes."""
    # All of a crawler that this part of Scrapy looks at, which otherwise begins with a crawl.
    settings = Settings({"DOWNLOAD_MAXSIZE": most, "DOWNLOAD_WARNSIZE": 0})
    crawler = SimpleNamespace(settings=settings, stats=None, signals=SignalManager())
    middleware = ContentDecoding.from_crawler(cast(Crawler, crawler))
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
