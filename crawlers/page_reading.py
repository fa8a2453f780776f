"""The slow part of a visit, done in threads: a page is read in a sandbox, then judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec

from corpus.addresses import address_key
from corpus.cleaning import clean_line
from corpus.documents import Document
from corpus.pages import NewVisit, Proposal
from crawlers.addresses import canonical
from crawlers.answer import Answer
from crawlers.discovery.listed import NotAListError
from crawlers.extract import document as extracted
from crawlers.extract.sandbox import Item
from crawlers.files import LONGEST_NAME
from crawlers.judging import Judge, Judgement, Propose, ReadText, threshold
from crawlers.lists import WholeList, read_list
from crawlers.source import CrawlSource
from crawlers.stored import Detect, as_stored

_HEADINGS: Final = 30

ReadItem = Callable[[Item], extracted.Document]
"""Reads a document; raises Refusal, whatever it holds."""


class Tools(NamedTuple):
    """What reading needs from elsewhere: a sandboxed reader, the language of a text, whether
    it is about the subject, which initiative it may belong to. Called from several threads."""

    read: ReadItem
    detect: Detect
    judge: Judge
    propose: Propose


class PageText(NamedTuple):
    """What was read of a page, in a thread of its own: a document or a refusal, and where it
    leads all the same. `judgement` and `proposal` are None where its address already says whose
    it is. Of a list it is `whole`, or why it is none."""

    document: Document | None = None
    refusal: extracted.Refusal | None = None
    links: tuple[str, ...] = ()
    following: str | None = None
    metas: tuple[tuple[str, str], ...] = ()
    judgement: Judgement | None = None
    proposal: Proposal | None = None
    whole: WholeList | NotAListError | None = None


def read_page(
    visit: NewVisit,
    answer: Answer,
    source: CrawlSource,
    day: date,
    tools: Tools,
    owner: Callable[..., str | None],
) -> PageText:
    """Read a list; or a page and, unless `owner` knows an initiative by its addresses, judge it.

    Uses no store, may run in any thread.
    """
    if visit.purpose not in ("page", "listing"):
        try:
            return PageText(whole=read_list(visit.purpose, answer, source, day, tools.detect))
        except NotAListError as error:
            return PageText(whole=error)
    item = Item(answer.body, answer.media_type, answer.charset, visit.url)
    try:
        found = tools.read(item)
    except extracted.Refusal as refusal:
        page = refusal.page
        if page is None:
            return PageText(refusal=refusal)
        return PageText(None, refusal, page.links, page.following, page.robots)
    url = _own_address(visit, found.canonical)
    document = as_stored(
        found,
        key=address_key(url),
        name=_name_of(url),
        url=url,
        digest=answer.digest,
        day=day,
        detect=tools.detect,
    )
    if url != visit.url:
        document = msgspec.structs.replace(document, final_url=visit.url)
    read = PageText(document, None, found.links, found.following, found.robots)
    if visit.purpose != "page" or owner(url, visit.url, visit.start):
        return read
    text = _as_text(document)
    judgement = tools.judge(text)
    proposal = None
    if judgement.score >= threshold(source):
        proposal = tools.propose(text, source)
    return read._replace(judgement=judgement, proposal=proposal)


def _own_address(visit: NewVisit, said: str | None) -> str:
    """The address a document is cited by: where redirects began, or what the page calls its
    own where that is the same path with fewer parameters."""
    url = visit.start or visit.url
    own = canonical(said, visit.url) if said else None
    if own is not None and visit.start is None:
        one, other = urlsplit(own), urlsplit(url)
        if (one.netloc, one.path) == (other.netloc, other.path) and len(own) < len(url):
            return own
    return url


def _as_text(document: Document) -> ReadText:
    version = document.newest
    headings = tuple(s.heading for s in version.sections if s.heading)[:_HEADINGS]
    return ReadText(
        version.title or document.name, version.text, version.language, headings, document.url
    )


def _name_of(url: str) -> str:
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    return clean_line(last or parts.netloc)[:LONGEST_NAME] or "page"
