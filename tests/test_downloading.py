"""What a server sends instead of an answer: each has a reason in words."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from crawlers.downloading import Downloads, NoAnswer
from crawlers.network import GuardedResolver


class Loopback(AbstractResolver):
    """Every name is on loopback, or nobody answers for it."""

    def __init__(self, error: OSError | None = None) -> None:
        self._error = error

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._error is not None:
            raise self._error
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        pass


def downloads(resolver: AbstractResolver) -> Downloads:
    settings = Settings({"DOWNLOAD_TIMEOUT": 5, "DOWNLOAD_MAXSIZE": 100_000})
    settings.set("CITYRIGHTS_RESOLVER", GuardedResolver({"a.test"}, resolver))
    settings.set("CITYRIGHTS_PRIVATE", frozenset({"a.test"}))
    return Downloads(cast(Crawler, SimpleNamespace(settings=settings)))


def answered(raw: bytes) -> Response:
    """What comes of a server that sends these bytes and hangs up; raises NoAnswer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        writer.close()

    async def ask() -> Response:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        ours = downloads(Loopback())
        try:
            port = server.sockets[0].getsockname()[1]
            return await ours.download_request(Request(f"http://a.test:{port}/"))
        finally:
            await ours.close()
            server.close()

    return asyncio.run(ask())


HEAD = b"HTTP/1.1 200 OK\r\n"
HI = b"Content-Length: 2\r\n\r\nhi"
NO_HTTP = {
    "a header without a colon": HEAD + b"no colon here\r\n" + HI,
    "10,000 headers": HEAD + b"X: a\r\n" * 10_000 + HI,
    "an endless header": HEAD + b"Location: " + b"a" * 200_000 + b"\r\n" + HI,
    "two lengths": HEAD + b"Content-Length: 3\r\n" + HI,
    "a length below nothing": HEAD + b"Content-Length: -5\r\n\r\nhi",
    "no status line": b"<html>hi",
    "NUL in a header": HEAD + b"X: a\x00b\r\n" + HI,
    "a version that is none": b"HTTP/nix 200\r\n\r\nhi",
    "chunks of no number": HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nhi\r\n0\r\n\r\n",
    "chunks cut short": HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhi",
    "shorter than it says": HEAD + b"Content-Length: 20\r\n\r\nhi",
    "nothing at all": b"",
}


@pytest.mark.parametrize("raw", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_whole_answer_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(NoAnswer) as caught:
        answered(raw)
    assert caught.value.at_fault and not caught.value.for_good


ODD = {
    "a cookie of garbage": HEAD + b"Set-Cookie: \xff;;=;a b=c\r\n" + HI,
    "a type of garbage": HEAD + b"Content-Type: \xff\xfe;charset=\xff\r\n" + HI,
    "an unknown packing": HEAD + b"Content-Encoding: gzip, nix\r\n" + HI,
    "a status outside HTTP": b"HTTP/1.1 999 Odd\r\n" + HI,
    "fifty times continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 50 + HEAD + HI,
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_what_is_odd_is_an_answer_all_the_same(raw: bytes) -> None:
    assert answered(raw).body == b"hi"


@pytest.mark.parametrize(
    ("code", "for_good"), [(socket.EAI_AGAIN, False), (socket.EAI_NONAME, True)]
)
def test_a_name_that_can_t_be_looked_up_now_is_asked_for_again(code: int, for_good: bool) -> None:
    async def ask() -> Response:
        ours = downloads(Loopback(socket.gaierror(code, "no such luck")))
        try:
            return await ours.download_request(Request("http://a.test/"))
        finally:
            await ours.close()

    with pytest.raises(NoAnswer) as caught:
        asyncio.run(ask())
    assert caught.value.for_good is for_good
