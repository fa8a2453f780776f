"""What servers answer: sound, odd and broken. Values, and functions that make them.

A `Resource` answers requests for one path. Those here are pure but for `in_turn` and
`with_new_session`, which count.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from itertools import count
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

HTML: Final = "text/html; charset=utf-8"
MEBIBYTE: Final = 1024 * 1024

Then = Literal["end", "stall", "trickle", "endless", "hang_up"]
"""What follows the body: its end; nothing, the connection kept; a byte now and then; the same
bytes again without end; an end before all that was said is sent."""


@dataclass(frozen=True)
class Request:
    """What was asked; `path` with its query, names of `headers` in lower case."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]

    @property
    def query(self) -> dict[str, str]:
        """The parameters, the first of each name."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass(frozen=True)
class Answer:
    """What is sent. `length` is what Content-Length says: the truth, nothing (the connection
    then ends with the body), or a lie. `raw` is sent in place of all else."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    then: Then = "end"
    length: int | Literal["true"] | None = "true"
    raw: bytes | None = None

    def having(self, *headers: tuple[str, str]) -> Answer:
        """The same with more headers."""
        return replace(self, headers=(*self.headers, *headers))


Resource = Callable[[Request], Answer]


def always(answer: Answer) -> Resource:
    """The same whatever is asked."""
    return lambda request: answer


def page(
    body: bytes | str,
    media_type: str = HTML,
    *,
    etag: str | bool = True,
    modified: datetime | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> Resource:
    """A page that is not sent again to who has it (RFC 9110, section 13.2.2).

    `etag` is one of its own, or made of the body (True), or none (False).
    """
    content = body.encode() if isinstance(body, str) else body
    if etag is True:
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    validators: list[tuple[str, str]] = []
    if etag:
        validators.append(("ETag", etag))
    if modified is not None:
        validators.append(("Last-Modified", http_date(modified)))
    whole = Answer(200, (("Content-Type", media_type), *validators, *headers), content)
    same = Answer(304, (*validators, *headers))

    def answer(request: Request) -> Answer:
        known = request.headers.get("if-none-match")
        if known is not None:
            tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
            return same if etag and (etag.removeprefix("W/") in tags or "*" in tags) else whole
        since = request.headers.get("if-modified-since")
        if since is not None and modified is not None:
            return same if modified <= parsedate_to_datetime(since) else whole
        return whole

    return answer


def http_date(time: datetime) -> str:
    """A time as headers write it."""
    return format_datetime(time.astimezone(UTC), usegmt=True)


def html(
    title: str,
    *paragraphs: str,
    links: Iterable[str | tuple[str, str]] = (),
    head: str = "",
    language: str = "en",
    body: str = "",
) -> str:
    """A page of a city; `links` are addresses, or pairs of one with further attributes."""
    pairs = [link if isinstance(link, tuple) else (link, "") for link in links]
    menu = "".join(
        f'<li><a href="{escape(url)}" {attributes}>{escape(url)}</a></li>'
        for url, attributes in pairs
    )
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>{head}</head><body><nav><ul>{menu}</ul></nav>"
        f"<main><article><h1>{escape(title)}</h1>{text}{body}</article></main></body></html>"
    )


def redirect(to: str, status: int = 301) -> Resource:
    """Elsewhere."""
    return always(Answer(status, (("Location", to),)))


def status(code: int, body: bytes = b"", *headers: tuple[str, str]) -> Resource:
    """No page but a number."""
    return always(Answer(code, (("Content-Type", HTML), *headers), body))


def busy(retry_after: str | None = None, code: int = 429) -> Resource:
    """Asks to be left alone, for so many seconds or until a date."""
    headers = () if retry_after is None else (("Retry-After", retry_after),)
    return always(Answer(code, headers))


def in_turn(*resources: Resource) -> Resource:
    """Each request gets the next; the last stays."""
    asked = count()
    return lambda request: resources[min(next(asked), len(resources) - 1)](request)


def with_headers(resource: Resource, *headers: tuple[str, str]) -> Resource:
    """The same with more headers."""
    return lambda request: resource(request).having(*headers)


def gzipped(resource: Resource) -> Resource:
    """The same, compressed on its way."""

    def answer(request: Request) -> Answer:
        plain = resource(request)
        if plain.status == 304:
            return plain
        packed = replace(plain, body=gzip.compress(plain.body, mtime=0))
        return packed.having(("Content-Encoding", "gzip"))

    return answer


def endless(
    start: bytes = b"<!doctype html><title>On and on</title>", more: bytes = b""
) -> Resource:
    """A body that goes on until the client has enough."""
    filler = more or b"<p>and on and on</p>" * 500
    return always(Answer(200, (("Content-Type", HTML),), start + filler, "endless", None))


def trickling(start: bytes = b"<!doctype html>") -> Resource:
    """A body of which a byte comes now and then, so that no single wait is long."""
    return always(Answer(200, (("Content-Type", HTML),), start, "trickle", None))


def stalled(start: bytes = b"") -> Resource:
    """A body that stops and is never finished."""
    return always(Answer(200, (("Content-Type", HTML),), start, "stall", 100_000))


def silent() -> Resource:
    """No answer at all, the connection kept."""
    return always(Answer(raw=b"", then="stall"))


def hung_up() -> Resource:
    """The connection ends without an answer."""
    return always(Answer(raw=b"", then="hang_up"))


def garbage(raw: bytes = b"\x00\xff SMTP ready\r\n\r\n") -> Resource:
    """What is no HTTP."""
    return always(Answer(raw=raw, then="hang_up"))


def too_short(body: bytes, says: int | None = None) -> Resource:
    """Fewer bytes than Content-Length says, then the end."""
    length = len(body) * 2 if says is None else says
    return always(Answer(200, (("Content-Type", HTML),), body, "hang_up", length))


def too_long(body: bytes, says: int) -> Resource:
    """More bytes than Content-Length says."""
    return always(Answer(200, (("Content-Type", HTML),), body, "hang_up", says))


def bomb(size: int = 256 * MEBIBYTE, media_type: str = HTML) -> Resource:
    """A small body whose content encoding unpacks to `size` bytes."""
    headers = (("Content-Type", media_type), ("Content-Encoding", "gzip"))
    return always(Answer(200, headers, packed_zeros(size)))


def packed_zeros(size: int) -> bytes:
    """A sound gzip file of `size` zeros, a multiple of a mebibyte, made without packing them:
    one packed mebibyte, repeated."""
    zeros = bytes(MEBIBYTE)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    times = size // MEBIBYTE
    check = 0
    for _ in range(times):
        check = zlib.crc32(zeros, check)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    tail = check.to_bytes(4, "little") + (size % 2**32).to_bytes(4, "little")
    return head + block * times + b"\x03\x00" + tail


def calendar(prefix: str, text: str) -> Resource:
    """A page a month with links to the months around it, in all directions without end."""

    def answer(request: Request) -> Answer:
        last = urlsplit(request.path).path.removeprefix(prefix).strip("/")
        year, _, month = last.partition("/")
        number = (int(year) * 12 + int(month or 1) - 1) if year.isdigit() else 2026 * 12
        around = [number - 1, number + 1]
        links = [f"{prefix}/{each // 12}/{each % 12 + 1}" for each in around]
        return page(html(f"Month {number}", f"{text} {number}.", links=links))(request)

    return answer


def with_new_session(
    title: str, text: str, links: Iterable[str], name: str = "PHPSESSID"
) -> Resource:
    """A page whose links hold another session on every request."""
    wanted, asked = tuple(links), count(1)

    def answer(request: Request) -> Answer:
        session = hashlib.sha256(f"{request.path} {next(asked)}".encode()).hexdigest()[:32]
        signed = [f"{link}{'&' if '?' in link else '?'}{name}={session}" for link in wanted]
        return page(html(title, text, links=signed), etag=False)(request)

    return answer
