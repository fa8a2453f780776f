"""Documents that were read: their text in versions, where they stand, what they belong to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

Role = Literal["body", "contents", "references"]
"""What a section is for: contents pages and reference lists are shown but not searched."""
Attached = Literal["address", "proposed", "confirmed"]
"""Why a document belongs to its initiative: its address is a source of it, it is like it and
nobody has looked yet, or a person said so."""


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """A heading and the text under it: [start, end) in code points of the text.

    `heading` is empty for what stands before the first one; `level` counts from 1; `page` is
    the page of a PDF it begins on, from 1. Only `body` is searched.
    """

    heading: str
    level: int
    start: int
    end: int
    page: int | None = None
    role: Role = "body"


class Version(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A text a document had; `number` counts from 1.

    `first_seen` and `last_seen` are days (ISO 8601), digests SHA-256 in hexadecimal.
    `published` is an ISO 8601 date of any precision and `published_origin` where in the
    document it was found. `pages` are the offsets in `text` where the pages of a PDF begin.
    """

    number: int = 1
    first_seen: str
    last_seen: str
    sha256_bytes: str
    sha256_text: str
    extractor: str
    title: str | None = None
    language: str | None = None
    published: str | None = None
    published_origin: str | None = None
    sections: tuple[Section, ...] = ()
    pages: tuple[int, ...] = ()
    text: str


class Document(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A document with its versions, the oldest first.

    `key` tells documents apart: `address_key` of `url`, or where a file without address was
    found. `gone` holds the days of up to two visits in a row that did not find it; the second
    makes it "no longer available". `initiative` is None until it is attached to one;
    `reasons` say in sentences why one was proposed.
    """

    id: str
    key: str
    name: str
    media_type: str
    url: str | None = None
    final_url: str | None = None
    licence: str | None = None
    publisher: str | None = None
    initiative: str | None = None
    attached: Attached | None = None
    reasons: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The text as it was last seen."""
        return self.versions[-1]


ID_DIGITS: Final = 16


def document_id(key: str) -> str:
    """The id of a document: tells nothing of the key, which may be a path of somebody's disk.

    16 hexadecimal digits: among a million documents two share one with odds of 1 to 37 million.
    """
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=ID_DIGITS // 2).hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stretches(text: str, sections: Sequence[Section]) -> list[Section]:
    """A text cut into its sections in order, each with its own words alone: after its heading,
    and up to where the next section begins.

    What stands before the first section has the heading "", what stands between two goes to
    the one before, so that no word is lost; a heading that stands there is none.
    """
    ordered = sorted(sections, key=lambda section: (section.start, -section.end))
    ordered = [section for section in ordered if 0 <= section.start < len(text)]
    found: list[Section] = []
    first = ordered[0] if ordered else Section("", 1, len(text), len(text))
    if _holds_more(text[: first.start], first.heading):
        found.append(Section("", 1, 0, first.start))
    for place, section in enumerate(ordered, start=1):
        after = ordered[place] if place < len(ordered) else None
        begins = after.start if after is not None else len(text)
        end = max(section.start, min(section.end, begins))
        if _holds_more(text[end:begins], after.heading if after is not None else ""):
            end = begins
        start = _after_heading(text, section.heading, section.start, end)
        found.append(msgspec.structs.replace(section, start=start, end=end))
    return found


def _holds_more(text: str, heading: str) -> bool:
    """Whether a text has words beside a heading."""
    words = text.split()
    return bool(words) and words != heading.split()


def _after_heading(text: str, heading: str, start: int, end: int) -> int:
    """Where the words under a heading begin, if it stands at the start of its section."""
    words = heading.split()
    at = start
    for word in words:
        while at < end and text[at].isspace():
            at += 1
        if not text.startswith(word, at, end):
            return start
        at += len(word)
    # Else the heading is only how a longer line begins.
    return at if at == end or text[at].isspace() else start
