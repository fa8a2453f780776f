"""Documents in ZIP files: which one it is, and its reader."""

from __future__ import annotations

from crawlers.extract.document import Document, Refusal


def read_office(data: bytes) -> Document:
    """Read a DOCX or ODT file; raises Refusal."""
    raise Refusal("unsupported", "Not yet.")
