"""A gzip file is read as what it holds, within limits."""

from __future__ import annotations

import zlib
from typing import Final

from crawlers.extract.document import Refusal
from crawlers.extract.limits import MEBIBYTE, MOST_BYTES
from crawlers.extract.media_type import GZIP, media_type_of

DEEPEST: Final = 2
"""A server may compress what was compressed already; three times is a trick."""

_AT_A_TIME: Final = MEBIBYTE


def unpacked(data: bytes) -> tuple[bytes, str]:
    """The bytes under the wrapping of gzip (RFC 1952), and their media type; raises Refusal."""
    for _ in range(DEEPEST + 1):
        media_type = media_type_of(data)
        if media_type != GZIP:
            return data, media_type
        data = _gunzipped(data)
    raise Refusal("too_deep", f"It is packed with gzip more than {DEEPEST} times over.")


def _gunzipped(data: bytes) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = data
    try:
        # A file may have several members; what follows the last one is padding.
        while rest.startswith(b"\x1f\x8b"):
            stream = zlib.decompressobj(wbits=31)
            while not stream.eof:
                part = stream.decompress(rest, _AT_A_TIME)
                rest = stream.unconsumed_tail
                size += len(part)
                if size > MOST_BYTES:
                    raise Refusal(
                        "too_large", f"It unpacks to more than {MOST_BYTES // MEBIBYTE} MiB."
                    )
                parts.append(part)
                if not part and not rest and not stream.eof:
                    raise Refusal("damaged", "Its gzip stream breaks off.")
            rest = stream.unused_data
    except zlib.error:
        raise Refusal("damaged", "Its gzip stream is damaged.") from None
    return b"".join(parts)
