"""What crawls know and do: pages, visits, outcomes. Values."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import msgspec

from corpus.documents import Document
from corpus.model import Initiative

Purpose = Literal["page", "listing", "sitemap", "feed", "ckan", "register"]
"""What is expected at an address: a page to keep, or a list that leads to pages."""

Result = Literal[
    "new",
    "changed",
    "unchanged",
    "not_modified",
    "gone",
    "off_topic",
    "duplicate",
    "redirected",
    "list",
    "robots",
    "withdrawn",
    "refused",
    "failed",
    "skipped",
]
"""What came of a visit. `not_modified` is a 304, `unchanged` the same text read again; `list`
led to others; `robots` was not asked or not kept because the site says so; `refused` can't be
read as a document; `skipped` is beyond a bound of the crawl."""

RESULTS: tuple[str, ...] = get_args(Result)

Decision = Literal["keep", "drop"]


class ReadText(msgspec.Struct, frozen=True):
    """A text with what its reader knows of it: title, main headings, language (ISO 639)."""

    title: str
    text: str
    language: str | None = None
    headings: tuple[str, ...] = ()
    url: str | None = None


class Judgement(msgspec.Struct, frozen=True):
    """How much a text is about the subject, 0 to 1, and why in sentences for people."""

    score: float
    reasons: tuple[str, ...] = ()


class Proposal(msgspec.Struct, frozen=True):
    """The initiative a page may belong to, how likely (0 to 1), and why in sentences."""

    initiative: str
    score: float
    reasons: tuple[str, ...] = ()


class Link(msgspec.Struct, frozen=True):
    """Where a page or a list leads; `changed` is what a list says of it, ISO 8601."""

    url: str
    purpose: Purpose = "page"
    changed: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an address, as a page or as a list, from one crawl to the next.

    `sha256_bytes` is of what was read last, in hexadecimal; `document` the id of the document
    made of it, None where none was kept. `links` are where it leads, for each reader of links
    that looked at those bytes (`crawlers.following.links_reader`). `score` says how much it is about the subject (0 to
    1), `reasons` why. `decision` is what a person said and goes before the score.
    The page was seen on days, and last answered for at the time `asked` (ISO 8601, UTC).
    """

    key: str
    url: str
    purpose: Purpose = "page"
    source: str
    title: str | None = None
    language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256_bytes: str | None = None
    links: dict[str, tuple[Link, ...]] = {}
    document: str | None = None
    score: float | None = None
    reasons: tuple[str, ...] = ()
    proposal: Proposal | None = None
    decision: Decision | None = None
    first_seen: str
    last_seen: str
    asked: str


class NewVisit(msgspec.Struct, frozen=True, kw_only=True):
    """An address for a crawl to visit; `host` is its name, with the port if unusual: what is
    asked one thing at a time. `depth` counts links followed since the start of the source,
    `hops` redirects from `start` to here. One with a `result` is not visited, for `reason`."""

    key: str
    url: str
    host: str
    source: str
    purpose: Purpose = "page"
    depth: int = 0
    hops: int = 0
    start: str | None = None
    result: Result | None = None
    reason: str | None = None


class Visit(NewVisit, frozen=True, kw_only=True):
    """One that waits; `attempts` were made before."""

    id: int
    attempts: int = 0


class Met(NamedTuple):
    """A visit a crawl knows of an address: for which source, how deep, what came of it so far."""

    source: str
    depth: int
    outcome: str | None


class Keeping(msgspec.Struct, frozen=True):
    """A document to keep, with the provisional record made of it if it belongs to no other."""

    document: Document
    made: Initiative | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """All that came of one visit, kept in one transaction.

    `day` is that of the answer, that of the crawl if None. `retry` makes the visit wait again until then (seconds since 1970), `result` is then None.
    `quiet` is until when the host asked to be left alone (likewise), should this be the last attempt.
    `keeping` are documents read now, `again` ids of documents that are as they were, `lost` of
    ones that are not there any more, `removed` of ones whose site no longer wants them kept.
    `attach` is a document with the initiative whose address led to it. `found` are addresses to visit.
    """

    visit: int
    result: Result | None = None
    status: int | None = None
    reason: str | None = None
    bytes: int = 0
    seconds: float = 0.0
    day: str | None = None
    retry: float | None = None
    quiet: float = 0.0
    page: Page | None = None
    keeping: tuple[Keeping, ...] = ()
    again: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    attach: tuple[str, str] | None = None
    found: tuple[NewVisit, ...] = ()


class Crawl(msgspec.Struct, frozen=True):
    """A crawl; times are ISO 8601 in UTC, `ended` None while it runs or was interrupted."""

    id: int
    started: str
    ended: str | None
    plan: str


class Tally(msgspec.Struct, frozen=True):
    """How often a result had a reason in a source, with the bytes and seconds it took."""

    source: str
    result: str
    reason: str | None
    count: int
    bytes: int
    seconds: float


class Robots(msgspec.Struct, frozen=True):
    """What an origin answered to a request for its robots.txt; `status` None for no answer,
    `fetched` seconds since 1970."""

    status: int | None
    body: bytes
    fetched: float
