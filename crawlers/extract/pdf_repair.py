"""A PDF with a broken trailer gets a plain one: readers then rebuild what it pointed to."""

from __future__ import annotations

import re
from typing import Final

_CATALOGUE: Final = re.compile(rb"/Type\s{0,9}/Catalog\b")
_OBJECT: Final = re.compile(rb"(?<!\d)(\d{1,10})\s{1,9}(\d{1,5})\s{1,9}obj\b")
_LOOKED_BACK: Final = 2_000


def with_new_trailer(data: bytes) -> bytes | None:
    """The same PDF with nothing but its catalogue in the trailer, None where it has none.

    An encrypted one can't be mended so: its key stood in the trailer.
    """
    if b"/Encrypt" in data:
        return None
    at = [found.start() for found in _CATALOGUE.finditer(data)]
    if not at:
        return None
    objects = _OBJECT.findall(data[max(0, at[-1] - _LOOKED_BACK) : at[-1]])
    trailer = data.rfind(b"trailer")
    if not objects or trailer < 0:
        return None
    new = b"trailer\n<< /Root %b %b R >>\nstartxref\n0\n%%%%EOF\n" % objects[-1]
    return data[:trailer] + new
