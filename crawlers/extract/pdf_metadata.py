"""What a PDF says about itself: title, date, language, outline, links; and what is worth it."""

from __future__ import annotations

import ctypes
import re
from datetime import UTC, date, datetime
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawlers.extract.characters import clean_line
from crawlers.extract.titles import title_worth_showing

MOST_LINKS: Final = 5_000
MOST_ENTRIES: Final = 5_000
"""Entries of an outline; a loop in it has no end."""

_DATE: Final = re.compile(r"^(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_LANGUAGE: Final = re.compile(r"^[a-zA-Z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")


def title_of(document: Any) -> str | None:
    """The title in the document's information, if it is worth showing."""
    return title_worth_showing(_meta(document, "Title"))


def date_of(document: Any) -> str | None:
    """The day a PDF was made (ISO 32000-1, 7.9.4), None where it can't be true."""
    found = _DATE.match(_meta(document, "CreationDate").strip())
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None
    # PDF is of 1993; a clock that was never set says 1970 or 1980.
    return day.isoformat() if 1993 <= day.year <= datetime.now(UTC).year + 1 else None


def language_of(document: Any) -> str | None:
    """The language of the catalogue's /Lang, as BCP 47 writes it."""
    length = pdfium_c.FPDFCatalog_GetLanguage(document, None, 0)
    if not 2 < length <= 128:
        return None
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    pdfium_c.FPDFCatalog_GetLanguage(document, buffer, length)
    said = bytes(buffer)[: length - 2].decode("utf-16-le", "replace").strip("\0 ")
    return said.replace("_", "-") if _LANGUAGE.match(said) else None


def outline_of(document: Any) -> dict[str, int]:
    """Titles of the outline with their level, from 1."""
    found: dict[str, int] = {}
    try:
        for seen, entry in enumerate(document.get_toc(max_depth=6)):
            if seen >= MOST_ENTRIES:
                break
            title = clean_line(entry.get_title() or "")
            if title:
                found.setdefault(title, entry.level + 1)
    except (pdfium.PdfiumError, ValueError):
        return found
    return found


def links_of(document: Any, page: Any) -> list[str]:
    """The web addresses that a page's links lead to."""
    found: list[str] = []
    place = ctypes.c_int(0)
    link = pdfium_c.FPDF_LINK()
    while len(found) < MOST_LINKS and pdfium_c.FPDFLink_Enumerate(page, place, link):
        action = pdfium_c.FPDFLink_GetAction(link)
        if not action:
            continue
        length = pdfium_c.FPDFAction_GetURIPath(document, action, None, 0)
        if not 1 < length <= 4096:
            continue
        buffer = ctypes.create_string_buffer(length)
        pdfium_c.FPDFAction_GetURIPath(document, action, buffer, length)
        address = buffer.value.decode("utf-8", "replace").strip()
        if re.match(r"https?://[^\s/]", address):
            found.append(address)
    return found


def _meta(document: Any, key: str) -> str:
    length = pdfium_c.FPDF_GetMetaText(document, key.encode(), None, 0)
    if not 2 < length <= 8192:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium_c.FPDF_GetMetaText(document, key.encode(), buffer, length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace").replace("\0", "")
