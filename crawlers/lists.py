"""Lists of every kind behind one function: where a list leads, and what it holds itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from corpus.documents import Document, Version, document_id, text_digest
from corpus.pages import Link, Purpose
from crawlers.answer import Answer
from crawlers.discovery.ckan import read_ckan
from crawlers.discovery.feed import read_feed
from crawlers.discovery.listed import Listed
from crawlers.discovery.register import RegisterRow, read_register
from crawlers.discovery.sitemap import read_sitemap
from crawlers.source import CrawlSource
from crawlers.stored import Detect

_EXTRACTOR: Final = "register-1"

_READERS: Final[dict[Purpose, Callable[[bytes, str, str | None], Listed]]] = {
    "sitemap": read_sitemap,
    "feed": read_feed,
    "ckan": read_ckan,
}


class WholeList(msgspec.Struct, frozen=True):
    """Where a list leads, the documents it holds itself, sentences on what was left out."""

    links: tuple[Link, ...] = ()
    documents: tuple[Document, ...] = ()
    notes: tuple[str, ...] = ()


def read_list(
    purpose: Purpose, answer: Answer, source: CrawlSource, day: date, detect: Detect
) -> WholeList:
    """What a list holds that was answered on a day; raises NotAListError."""
    if purpose == "register":
        register = read_register(answer.body, answer.url, source, answer.charset)
        documents = (_of_row(row, answer.url, source, day, detect) for row in register.rows)
        return WholeList((), tuple(documents), register.notes)
    listed = _READERS[purpose](answer.body, answer.url, answer.charset)
    return WholeList(listed.links, (), listed.notes)


def rows_of(source: CrawlSource) -> str:
    """What the keys of the documents of a register begin with."""
    return f"register:{source.id}:"


def _of_row(row: RegisterRow, url: str, source: CrawlSource, day: date, detect: Detect) -> Document:
    """A row of a register as a document; without an address of its own it has the register's."""
    key = f"{rows_of(source)}{row.id}"
    text = f"{row.title}\n\n{row.text}".strip()
    version = Version(
        first_seen=day.isoformat(),
        last_seen=day.isoformat(),
        sha256_bytes=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        sha256_text=text_digest(text),
        extractor=_EXTRACTOR,
        title=row.title,
        language=detect(text, row.language) or row.language,
        text=text,
    )
    return Document(
        id=document_id(key),
        key=key,
        name=row.title[:200],
        media_type="text/plain",
        url=row.url or url,
        versions=(version,),
    )
