"""What a PDF claims about itself, looked at before PDFium is asked: claims made to hurt."""

from __future__ import annotations

import re
from typing import Final

from crawlers.extract.document import Refusal

MOST_COUNT: Final = 10_000_000
"""Of pages; PDFium takes such a claim for what fits into its numbers, other readers hang."""

MOST_POINTS: Final = 1 << 32
"""Of a picture: half a GiB in black and white. The largest scan, A0 at 1,200 dpi, has half."""

_COUNT: Final = re.compile(rb"/Count\s{0,9}[-+]?(\d{8,40})")
_JBIG2: Final = re.compile(rb"/JBIG2Decode[^>]{0,400}>>\s{0,9}stream\r?\n")
_PAGE_INFORMATION: Final = 48
"""The type of the segment that says how large a JBIG2 page is (ITU-T T.88, 7.3 and 7.4.8)."""


def check_claims(data: bytes) -> None:
    """Raise Refusal where a PDF claims what only a trap would."""
    for found in _COUNT.finditer(data):
        if int(found[1]) > MOST_COUNT:
            raise Refusal("damaged", f"It claims to have {int(found[1]):,} pages.")
    for found in _JBIG2.finditer(data):
        head = data[found.end() : found.end() + 19]
        if len(head) == 19 and head[4] & 63 == _PAGE_INFORMATION and not head[4] & 64:
            width, height = int.from_bytes(head[11:15]), int.from_bytes(head[15:19])
            # A height that is not known yet is written so.
            if height != 0xFFFFFFFF and width * height > MOST_POINTS:
                raise Refusal("too_large", f"It holds a picture of {width:,} by {height:,} points.")
