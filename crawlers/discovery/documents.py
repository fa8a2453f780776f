"""Whether something attached is a document that can be read, by what is said of it."""

from __future__ import annotations

import re
from typing import Final

_TYPES: Final = (
    "application/pdf",
    "text/html",
    "application/xhtml+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
)
_FORMATS: Final = frozenset("pdf html htm xhtml docx odt".split())
_ENDING: Final = re.compile(r"\.([a-z0-9]{1,5})(?:[?#]|$)", re.IGNORECASE)


def is_document(said: str, address: str) -> bool:
    """Whether a media type or the name of a format (`PDF`, `.docx`) is of a document.

    Where nothing is said, the ending of the address tells.
    """
    name = said.partition(";")[0].strip().lower()
    if name and name != "application/octet-stream":
        return name in _TYPES or name.lstrip(".") in _FORMATS
    ending = _ENDING.search(address)
    return ending is not None and ending[1].lower() in _FORMATS
