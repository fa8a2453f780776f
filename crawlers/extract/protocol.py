"""What is said between the process that asks and the child that reads: frames on two pipes.

A frame is the lengths of a header and a body (network byte order, 4 bytes each), the header
(MessagePack) and the body (raw bytes, so that a file is never copied into a message).
"""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from crawlers.extract.document import Document, Reason

LENGTHS: Final = struct.Struct("!II")


class Request(msgspec.Struct, frozen=True):
    """What to read; the bytes are the body of the frame."""

    media_type: str | None = None
    charset: str | None = None
    url: str | None = None
    password: str | None = None


class Reply(msgspec.Struct, frozen=True):
    """A document, or why there is none; `last` where the child ends after it.

    With a reason, the document is what is known of a page that has no text.
    """

    document: Document | None = None
    reason: Reason | None = None
    detail: str = ""
    last: bool = False


def framed(header: Request | Reply, body: bytes = b"") -> bytes:
    """The head of a frame: all of it but the body."""
    encoded = msgspec.msgpack.encode(header)
    return LENGTHS.pack(len(encoded), len(body)) + encoded
