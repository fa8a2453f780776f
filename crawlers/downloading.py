"""Requests over HTTP for Scrapy: one answer within bounds of time and size, or why there is none.

A download handler of our own on aiohttp, since no other of Scrapy's lets the addresses a name
resolves to be checked before they are connected to, keeps what went over the wire as evidence,
and cuts an answer (a robots.txt) instead of refusing it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import aiohttp
import certifi
import yarl
from aiohttp.abc import AbstractResolver
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response

from crawlers.network import PrivateAddress, check_literal
from crawlers.warc import Exchange

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_CHUNK_WAIT: Final = 20.0
"""Seconds a server may say nothing in the middle of an answer."""
_NAMES_KEPT: Final = 60
"""Seconds an address that was checked stands for its name."""


class NoAnswer(Exception):  # noqa: N818 - an outcome, not an error of ours
    """A host gave no usable answer; the reason is a short sentence for the report.

    `for_good`: asking again is of no use. `at_fault` is False where the host answered as it
    should and only this answer is not wanted.
    """

    def __init__(self, reason: str, *, for_good: bool = False, at_fault: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
        self.at_fault = at_fault


class Downloads(BaseDownloadHandler):
    """Fetches what the spider asks for; its settings are those of `crawlers.spider`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        resolver = settings["CITYRIGHTS_RESOLVER"]
        self._private: frozenset[str] = settings["CITYRIGHTS_PRIVATE"]
        self._seconds = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._most = settings.getint("DOWNLOAD_MAXSIZE")
        self._session = _session(resolver)

    async def download_request(self, request: Request) -> Response:
        """The answer to a request; raises NoAnswer.

        `request.meta`: `most` bytes are read, `cut` keeps those of a longer answer, `seconds`
        bound it; `source` and `purpose` go into the evidence, left at `exchange`.
        """
        most = int(request.meta.get("most", self._most))
        begun = datetime.now(UTC)
        clock = time.monotonic()
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in request.headers.items()
            for value in values
        ]
        try:
            check_literal(yarl.URL(request.url).host or "", self._private)
            async with (
                asyncio.timeout(self._seconds),
                self._session.get(
                    yarl.URL(request.url, encoded=True), headers=headers, allow_redirects=False
                ) as answer,
            ):
                body, cut = await _body(answer, most, bool(request.meta.get("cut")))
        except PrivateAddress as error:
            raise NoAnswer(str(error), for_good=True) from error
        except TimeoutError as error:
            raise NoAnswer(f"No whole answer within {self._seconds:g} seconds.") from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise NoAnswer("Its certificate is not valid.", for_good=True) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise _no_name(error) from error
        except aiohttp.ClientConnectorError as error:
            raise NoAnswer("It can't be connected to.") from error
        except aiohttp.ClientError as error:
            raise NoAnswer(_words(error)) from error
        except (ValueError, OSError) as error:  # what the client itself can't take apart
            raise NoAnswer("The answer is no HTTP.") from error
        raw = answer.raw_headers
        sent = answer.request_info.headers
        version = answer.version
        request.meta["exchange"] = Exchange(
            url=request.url,
            time=f"{begun:%Y-%m-%dT%H:%M:%SZ}",
            request_headers=tuple((name.encode(), value.encode()) for name, value in sent.items()),
            status_line=_status_line(answer.status, answer.reason, version),
            response_headers=raw,
            body=body,
            truncated=cut,
            ip=_peer(answer),
            source=request.meta.get("source", ""),
            purpose=request.meta.get("purpose", ""),
        )
        request.meta["took"] = time.monotonic() - clock
        return Response(
            request.url,
            status=answer.status,
            headers=Headers(_joined(raw)),
            body=body,
            flags=["cut"] if cut else [],
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


def _session(resolver: AbstractResolver) -> aiohttp.ClientSession:
    verified = ssl.create_default_context()
    verified.load_verify_locations(certifi.where())
    connector = aiohttp.TCPConnector(
        resolver=resolver,
        ssl=verified,
        limit=0,
        limit_per_host=1,
        ttl_dns_cache=_NAMES_KEPT,
        keepalive_timeout=30.0,
    )
    session = aiohttp.ClientSession(
        connector=connector,
        # Nothing a site wants remembered of us is.
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CHUNK_WAIT, sock_read=_CHUNK_WAIT),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
        trust_env=False,
    )
    # A connection that breaks is not asked again at once: when to ask again is the frontier's
    # to say. There is no public name for it; a test counts the requests.
    session._retry_connection = False
    return session


async def _body(answer: aiohttp.ClientResponse, most: int, cut: bool) -> tuple[bytes, bool]:
    """The bytes of an answer as they come over the wire, and whether there were more."""
    length = answer.content_length
    if length is not None and length > most and not cut:
        raise NoAnswer(_too_large(most), at_fault=False)
    parts: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_any():
        size += len(chunk)
        parts.append(chunk)
        if size > most:
            if not cut:
                answer.close()
                raise NoAnswer(_too_large(most), at_fault=False)
            answer.close()
            return b"".join(parts)[:most], True
    return b"".join(parts), False


def _too_large(most: int) -> str:
    return f"It has more than {most / 1024 / 1024:.0f} MiB."


def _no_name(error: aiohttp.ClientConnectorDNSError) -> NoAnswer:
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, PrivateAddress):
            return NoAnswer(str(inner), for_good=True)
        if isinstance(inner, OSError) and inner.errno == socket.EAI_AGAIN:
            return NoAnswer("Its name can't be looked up now.")
        inner = inner.__cause__ or getattr(inner, "os_error", None)
        if inner is error:
            break
    return NoAnswer("Its name is not known.", for_good=True)


def _words(error: aiohttp.ClientError) -> str:
    if isinstance(error, aiohttp.ClientPayloadError):
        return "The answer broke off, or is not as long as it says."
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "It hung up without an answer."
    if isinstance(error, aiohttp.ClientResponseError):
        return "The answer is no HTTP."
    return "The connection failed."


def _status_line(status: int, reason: str | None, version: object) -> bytes:
    major, minor = (getattr(version, "major", 1), getattr(version, "minor", 1))
    try:
        phrase = reason if reason is not None else HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/{major}.{minor} {status} {phrase}".rstrip().encode("latin-1", "replace")


def _peer(answer: aiohttp.ClientResponse) -> str | None:
    connection = answer.connection
    transport = connection.transport if connection is not None else None
    peer = transport.get_extra_info("peername") if transport is not None else None
    return str(peer[0]) if peer else None


def _joined(raw: tuple[tuple[bytes, bytes], ...]) -> Mapping[str, list[str]]:
    """Headers as Scrapy takes them: values of one name together."""
    headers: dict[str, list[str]] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return headers
