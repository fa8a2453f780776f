"""What was read of a document, as the store keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from corpus.cleaning import clean_line, storable
from corpus.documents import Document, Section, Version, document_id, text_digest
from corpus.languages import language_code
from crawlers.extract import document as extracted

Detect = Callable[[str, str | None], str | None]
"""The language of a text, helped by the one it claims."""


def as_stored(
    found: extracted.Document,
    *,
    key: str,
    name: str,
    url: str | None,
    digest: str,
    day: date,
    detect: Detect,
) -> Document:
    """The document with the one version that was read on a day; it belongs to nothing yet.

    `key` tells it from others, `digest` is SHA-256 of its bytes in hexadecimal.
    """
    text = storable(found.text)
    claimed = language_code(found.language) if found.language else None
    language = detect(text, claimed) or claimed
    version = Version(
        first_seen=day.isoformat(),
        last_seen=day.isoformat(),
        sha256_bytes=digest,
        sha256_text=text_digest(text),
        extractor=found.extractor,
        title=clean_line(found.title) or None if found.title else None,
        language=language,
        published=found.published,
        published_origin=found.published_origin,
        sections=tuple(
            Section(clean_line(s.heading), max(1, s.level), s.start, s.end, s.page, s.role)
            for s in found.sections
        ),
        pages=found.pages,
        text=text,
    )
    return Document(
        id=document_id(key),
        key=key,
        name=name,
        media_type=found.media_type,
        url=url,
        licence=clean_line(found.licence) or None if found.licence else None,
        publisher=clean_line(found.publisher) or None if found.publisher else None,
        versions=(version,),
    )
