"""One request with its answer, and the HTTP/1.1 messages it stands in. Values, pure functions."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import msgspec

Headers = tuple[tuple[bytes, bytes], ...]
"""Names and values of header fields in their order, as they were sent."""

PUT_ASIDE: Final = b"X-Crawler-"
"""What stands before the name `Transfer-Encoding` in a file: the body it speaks of is kept
without that coding, and a reader that believed it would spoil the body. The custom of large
public crawls."""
_STATUS: Final = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})\b")
_NOT_IN_FIELDS: Final = re.compile(rb"[\r\n\x00]")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r\n")


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A request and what came of it.

    `time` is when the answer began, ISO 8601 in UTC. `body` is without the coding of the
    transfer (chunks are joined), still in that of the content (gzip ...); `truncated` where a
    bound of ours cut it. `source` is the id of the source for which `purpose`
    (`corpus.pages.Purpose`, or "robots") was asked; of other crawlers' evidence they are "" and
    "page", or "robots" for a robots.txt.
    """

    url: str
    time: str
    request_headers: Headers = ()
    status_line: bytes
    response_headers: Headers = ()
    body: bytes = b""
    truncated: bool = False
    ip: str | None = None
    source: str = ""
    purpose: str = "page"

    @property
    def status(self) -> int:
        """The status code of the answer, 0 where its first line has none."""
        found = _STATUS.match(self.status_line)
        return int(found[1]) if found else 0

    def header(self, name: bytes) -> bytes | None:
        """The first response header of a name (in lower case)."""
        return first(self.response_headers, name)


def first(headers: Headers, name: bytes) -> bytes | None:
    """The first value of a header field, `name` in lower case."""
    return next((value for own, value in headers if own.lower() == name), None)


def put_aside(headers: Headers) -> Headers:
    """Headers as they stand in a file with a body whose transfer coding was taken off."""
    coding = b"transfer-encoding"
    return tuple((PUT_ASIDE + n if n.lower() == coding else n, value) for n, value in headers)


def brought_back(headers: Headers) -> Headers:
    """What `put_aside` made of headers, undone."""
    coding, start = PUT_ASIDE.lower() + b"transfer-encoding", len(PUT_ASIDE)
    return tuple((n[start:] if n.lower() == coding else n, value) for n, value in headers)


def request_line(url: str) -> bytes:
    """The line that asks for an address (RFC 9112, section 3.2.1)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return b"GET / HTTP/1.1"
    query = f"?{parts.query}" if parts.query else ""
    return _one_line(f"GET {parts.path or '/'}{query} HTTP/1.1".encode("utf-8", "replace"))


def head_of(line: bytes, headers: Headers) -> bytes:
    """First line and header fields as bytes, up to and with the empty line.

    What can't stand in a field becomes a space (RFC 9110, section 5.5).
    """
    fields = (_one_line(name) + b": " + _one_line(value) for name, value in headers)
    return b"\r\n".join([_one_line(line), *fields, b"", b""])


def message(block: bytes) -> tuple[bytes, Headers, bytes]:
    """First line, header fields and the rest of an HTTP message, whatever it holds."""
    line, _, rest = block.partition(b"\n")
    headers: list[tuple[bytes, bytes]] = []
    at = len(block) - len(rest)
    while at < len(block):
        end = block.find(b"\n", at)
        end = len(block) if end < 0 else end
        field, at = block[at:end].rstrip(b"\r"), end + 1
        if not field:
            break
        if field[:1] in b" \t" and headers:  # folded lines of old (RFC 9112, section 5.2)
            name, value = headers[-1]
            headers[-1] = name, b" ".join((value, field.strip(b" \t")))
            continue
        name, colon, value = field.partition(b":")
        if colon:
            headers.append((name.strip(b" \t"), value.strip(b" \t")))
    return line.rstrip(b"\r"), tuple(headers), block[at:]


def joined_chunks(body: bytes) -> bytes:
    """A body in chunks (RFC 9112, section 7.1) joined, as far as it goes.

    A body that is not in chunks stays as it is: some crawlers store it joined and leave the
    header that says otherwise.
    """
    pieces: list[bytes] = []
    at = 0
    while (found := _CHUNK.match(body, at)) is not None:
        size = int(found[1], 16)
        if not size:
            return b"".join(pieces)
        pieces.append(body[found.end() : found.end() + size])
        at = found.end() + size
        if not b"\r\n".startswith(body[at : at + 2]):
            return body
        at += 2
        if at >= len(body):  # the end was cut off
            return b"".join(pieces)
    return body


def _one_line(value: bytes) -> bytes:
    return _NOT_IN_FIELDS.sub(b" ", value)
