"""One spelling of percent-encoded octets, so that addresses can be compared octet by octet."""

from __future__ import annotations

import re
from typing import Final

UNRESERVED: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
"""What means the same whether percent-encoded or not (RFC 3986, section 2.3)."""


class PercentEncoding:
    """How the octets of a part of an address are spelled.

    Unreserved characters stand for themselves, and so do those in `allowed`; every other octet
    is percent-encoded in capitals. An encoded octet that is not unreserved stays encoded, as it
    may mean something else than the bare one (RFC 3986, section 6.2.2). A `%` that begins no
    encoded octet is one itself.
    """

    def __init__(self, allowed: bytes) -> None:
        bare = re.escape(UNRESERVED + allowed)
        self._pattern = re.compile(rb"%[0-9A-Fa-f]{2}|[^" + bare + rb"]")

    def __call__(self, octets: bytes) -> str:
        """The one spelling of some octets; that of a spelling is itself."""
        return self._pattern.sub(_spelled, octets).decode("ascii")


def _spelled(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if len(found) == 1:
        return b"%%%02X" % found[0]
    octet = bytes.fromhex(found[1:].decode("ascii"))
    return octet if octet in UNRESERVED else found.upper()
