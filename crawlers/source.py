"""A source: what is crawled, within which bounds. A value; `source_files` reads it."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

SourceKind = Literal["pages", "sitemap", "listing", "feed", "ckan", "register", "warc"]
"""How a source says what it has: fixed addresses, a sitemap, pages with links, a feed, the API
of an open-data portal, a published register as CSV or JSON, or a folder of WARC files."""

SOURCE_KINDS: Final[tuple[str, ...]] = get_args(SourceKind)


class CrawlSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source, as its file says.

    `start` are addresses (of a `warc` source a folder). `allow` and `deny` are addresses or
    paths with `*` for anything and `$` for the end, the longest match deciding, `allow` where
    both are as long; without `allow`, pages must be on the hosts of `start`. `depth` is how
    many links are followed from a start. `every` is in days. `max_pages` bounds a crawl.
    `threshold` is how much about the subject a page must be (0 to 1), None for the usual.
    `wait` is in seconds between two requests at least. `private` names hosts that may resolve
    to a private network. `columns` says which column of a register holds what: `id`, `title`,
    `url`, `language`, and `text` for those to be read (without it, all others); `rows` is where
    the list stands in JSON (keys with points between). `next` is a pattern of the addresses of
    further pages of a listing, beside the one a page itself calls the next.
    `tried` is the day the source was last seen to work on the live site, None for never.
    """

    id: str
    name: str
    kind: SourceKind
    start: tuple[str, ...] = ()
    city: str | None = None
    country: str | None = None
    document_kind: str | None = None
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    depth: int = 2
    languages: tuple[str, ...] = ()
    licence: str | None = None
    contact: str | None = None
    every: int = 7
    max_pages: int = 500
    parser: str = "generic"
    threshold: float | None = None
    wait: float | None = None
    private: tuple[str, ...] = ()
    columns: dict[str, str | tuple[str, ...]] = {}
    rows: str | None = None
    next: str | None = None
    enabled: bool = True
    tried: str | None = None
