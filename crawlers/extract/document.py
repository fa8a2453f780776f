"""What reading a document gives: its text with headings, pages, dates and links, or a refusal."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from corpus.documents import Role

Reason = Literal[
    "empty",
    "too_large",
    "encrypted",
    "damaged",
    "no_text",
    "unsupported",
    "garbled",
    "timeout",
    "memory",
    "too_deep",
    "not_a_document",
]
"""Why a document is not read; a closed list, explained in docs/extraction.md."""

REASONS: tuple[str, ...] = get_args(Reason)


class Section(msgspec.Struct, frozen=True):
    """A heading and the text under it: [start, end) in code points of `Document.text`.

    `heading` is empty for what stands before the first one; `level` counts from 1; `page` is
    the page a PDF's section begins on, from 1, None where a document has none.
    """

    heading: str
    level: int
    start: int
    end: int
    page: int | None = None
    role: Role = "body"


class Document(msgspec.Struct, frozen=True):
    """A document that was read.

    `text` has paragraphs parted by blank lines, a line for each row of a table (cells parted
    by " | ") and for each item of a list (beginning with "- "). `published` is an ISO 8601
    date cut to its precision (`year`, `month` or `day`), `published_origin` says where in the
    document it was found. `links` are absolute addresses where `url` was given, without those a
    page does not vouch for; `following` is the one it calls the next. `robots` are names and contents of what a page says to crawlers.
    `pages` are the offsets in `text` at which the pages of a PDF begin.
    """

    media_type: str
    text: str
    title: str | None = None
    language: str | None = None
    charset: str | None = None
    sections: tuple[Section, ...] = ()
    published: str | None = None
    published_precision: Literal["year", "month", "day"] | None = None
    published_origin: str | None = None
    publisher: str | None = None
    licence: str | None = None
    canonical: str | None = None
    links: tuple[str, ...] = ()
    following: str | None = None
    robots: tuple[tuple[str, str], ...] = ()
    pages: tuple[int, ...] = ()
    extractor: str = ""


class Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """A document can't be read; `detail` says what to do about it, in one sentence.

    `page` is what is known of a page all the same: a page without text may lead somewhere.
    `media_type` is there where it was told from the bytes that such a file is not read.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str,
        page: Document | None = None,
        media_type: str | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail
        self.page = page
        self.media_type = media_type
