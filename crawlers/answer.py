"""What a server answered, or an archive holds, with what of it a crawl looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email.message import Message

import msgspec

from crawlers.warc import Exchange


class Answer(msgspec.Struct, frozen=True):
    """An answer to one request.

    `headers` are as received, `body` is without content encoding, `seconds` is how long it
    took. `exchange` is the evidence: what went over the wire.
    """

    url: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    seconds: float
    exchange: Exchange

    def all(self, name: str) -> Iterator[str]:
        """The values of a header, as text: UTF-8, as sites write addresses of other scripts, or
        Latin-1 where it is none."""
        wanted = name.lower().encode()
        return (_text(value).strip() for key, value in self.headers if key.lower() == wanted)

    def first(self, name: str) -> str | None:
        """The first value of a header, None where there is none or it is empty."""
        return next(self.all(name), None) or None

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def media_type(self) -> str | None:
        """What the server says it is, without parameters, in lower case."""
        return (self.first("content-type") or "").partition(";")[0].strip().lower() or None

    @property
    def charset(self) -> str | None:
        """The encoding the server says it has."""
        said = self.first("content-type")
        if said is None:
            return None
        message = Message()
        message["content-type"] = said
        charset = message.get_param("charset")
        return charset if isinstance(charset, str) and charset else None


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
