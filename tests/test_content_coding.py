"""Bodies are unpacked within bounds of size and of work, whatever they are packed with."""

from __future__ import annotations

import gzip
import zlib
from types import SimpleNamespace
from typing import cast

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager

from crawlers.content_coding import CodingError, ContentDecoding, decoder

TEXT = b"Words. " * 100
MOST = 100_000
ZSTD_OF_NOTHING = bytes.fromhex("28b52ffd2000010000")
ZSTD_OF_HI = bytes.fromhex("28b52ffd20021100006869")
ZSTD_PASSED_OVER = bytes.fromhex("502a4d1800000000")


def decoded(coding: bytes, body: bytes) -> bytes | None:
    return decoder(MOST)(((b"Content-Encoding", coding),), body)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", gzip.compress(TEXT)),
        (b"GZip", gzip.compress(TEXT)),
        (b"x-gzip", gzip.compress(TEXT)),
        (b"gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", zlib.compress(TEXT, wbits=-15)),
        (b"deflate, gzip, gzip", gzip.compress(gzip.compress(zlib.compress(TEXT)))),
    ],
)
def test_a_body_is_unpacked(coding: bytes, body: bytes) -> None:
    assert decoded(coding, body) == TEXT


def test_zstd_is_unpacked_in_few_parts() -> None:
    assert decoded(b"zstd", ZSTD_OF_HI + ZSTD_PASSED_OVER + ZSTD_OF_HI) == b"hihi"


def test_what_is_larger_or_broken_is_none() -> None:
    assert decoded(b"gzip", gzip.compress(bytes(MOST + 1))) is None
    assert decoded(b"gzip", b"not packed") is None
    assert decoded(b"klingon", b"hi") == b"hi"


WORK = {
    "members of gzip": (b"gzip", gzip.compress(b"") * 2_000),
    "frames of zstd": (b"zstd", ZSTD_OF_NOTHING * 2_000),
    "frames passed over": (b"zstd", ZSTD_PASSED_OVER * 2_000),
    "parts behind a packing": (b"zstd, gzip", gzip.compress(ZSTD_PASSED_OVER * 2_000)),
    "packings": (b", ".join([b"gzip"] * 4), b"hi"),
}


@pytest.mark.parametrize(("coding", "body"), WORK.values(), ids=WORK)
def test_p13_what_would_take_long_to_unpack_is_refused_before(coding: bytes, body: bytes) -> None:
    assert decoded(coding, body) is None
    middleware = ContentDecoding.from_crawler(_crawler())
    answer = Response("http://a.test/", headers=Headers({"Content-Encoding": coding}), body=body)
    with pytest.raises(CodingError):
        middleware.process_response(Request("http://a.test/"), answer)


def _crawler() -> Crawler:
    settings = Settings({"DOWNLOAD_MAXSIZE": MOST})
    return cast(Crawler, SimpleNamespace(settings=settings, stats=None, signals=SignalManager()))
