"""Bytes to a document, by what they are: the one place that knows every format.

This is what a limited child runs (`sandbox.py`); call it directly only on documents of your own.
"""

from __future__ import annotations

from typing import Final

import msgspec

from crawlers.extract.document import Document, Refusal
from crawlers.extract.language import language_of
from crawlers.extract.limits import MEBIBYTE, MOST_BYTES, MOST_TEXT
from crawlers.extract.media_type import HTML, PDF, PLAIN, ZIP
from crawlers.extract.unpacking import unpacked

_DECLARED_HTML: Final = ("text/html", "application/xhtml+xml")


def read(
    data: bytes,
    *,
    media_type: str | None = None,
    charset: str | None = None,
    url: str | None = None,
    password: str | None = None,
) -> Document:
    """Read a document.

    `media_type` and `charset` are what a server or a file's name says: the bytes are believed
    before they are. `url` is where links start from. `password` opens an encrypted PDF.
    Raises Refusal with one reason.
    """
    if len(data) > MOST_BYTES:
        raise Refusal("too_large", f"It has more than {MOST_BYTES // MEBIBYTE} MiB.")
    data, found = unpacked(data)
    document = _read(data, found, media_type, charset, url, password)
    if not document.text.strip():
        raise Refusal("no_text", "It has no text.")
    if len(document.text.encode("utf-8", "replace")) > MOST_TEXT:
        raise Refusal("too_large", f"It has more than {MOST_TEXT // MEBIBYTE} MiB of text.")
    language = language_of(document.text, document.language)
    return msgspec.structs.replace(document, language=language)


def _read(
    data: bytes,
    found: str,
    declared: str | None,
    charset: str | None,
    url: str | None,
    password: str | None,
) -> Document:
    # Each reader is imported when it is needed: a child that reads pages loads no PDF library.
    if found == PDF:
        from crawlers.extract.pdf import read_pdf

        return read_pdf(data, password=password)
    if found == HTML or (found == PLAIN and declared in _DECLARED_HTML):
        from crawlers.extract.html import read_html

        return read_html(data, charset=charset, url=url)
    if found == ZIP:
        from crawlers.extract.office import read_office

        return read_office(data)
    raise Refusal("not_a_document", "It is text without any structure, not a page or a document.")
