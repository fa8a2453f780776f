"""What is known of an address before it is asked: whether all of it is wanted, and whether an
answer is news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.documents import Document, document_id
from corpus.pages import NewVisit, Page, Visit
from corpus.store import Store
from crawlers.answer import Answer
from crawlers.following import links_reader
from crawlers.judging import threshold
from crawlers.lists import rows_of
from crawlers.page_reading import PageText
from crawlers.source import CrawlSource


class Known:
    """What a store knows of the addresses of sources. Reads the store, writes nothing."""

    def __init__(self, store: Store, sources: Mapping[str, CrawlSource]) -> None:
        self._store = store
        self._crawls = Crawls(store)
        self._sources = sources

    def conditions(self, visits: Sequence[Visit]) -> dict[str, str]:
        """Headers that have a server answer only if something changed (RFC 9110, 13.1); none
        where one of these visits of an address needs the whole answer all the same."""
        pages = [self.page(visit) for visit in visits]
        if any(p is None or self._reads_anew(v, p) for v, p in zip(visits, pages, strict=True)):
            return {}
        validators = {(page.etag, page.last_modified) for page in pages if page is not None}
        if len(validators) != 1:  # as a page and as a list it was last seen on different days
            return {}
        ((etag, last_modified),) = validators
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return headers

    def page(self, visit: NewVisit) -> Page | None:
        """What is known of an address as what it is visited for."""
        return self._crawls.page(address_key(visit.url), visit.purpose)

    def _reads_anew(self, visit: NewVisit, page: Page) -> bool:
        """Whether what stands at an address is to be read although it is as it was."""
        reader = links_reader(visit, self._sources[visit.source])
        if reader is not None and reader not in page.links:
            return True
        return visit.purpose == "page" and self._would_keep_now(page, visit.source)

    def _would_keep_now(self, page: Page, source_id: str) -> bool:
        """Whether a page was left out that a person, or the source's threshold, now lets in."""
        if page.document is not None or page.decision is not None:
            return page.document is None and page.decision == "keep"
        source = self._sources.get(source_id)
        if page.score is None or source is None or page.score < threshold(source):
            return False
        left_out = self._crawls.left_out_as(page.key)
        if left_out == "duplicate":  # perhaps of what is gone for good now
            return self._crawls.lost_since(page.last_seen)
        return left_out != "robots"

    def needs_reading(self, visit: Visit, answer: Answer) -> bool:
        """Whether the body is to be read by `page_text` before `done` is asked."""
        if answer.status != 200:
            return False
        if visit.purpose == "register":  # its columns may be called otherwise now
            return True
        page = self.page(visit)
        return page is None or page.sha256_bytes != answer.digest or self._reads_anew(visit, page)

    def is_no_news(self, visit: NewVisit, time: str, read: PageText | None = None) -> bool:
        """Whether an answer of a time (ISO 8601, UTC) is no news: neither of its address nor of
        a document it is about, by where redirects began, as a register, or by what it was `read`
        to be."""
        key = address_key(visit.url)
        documents = set(self.rows(visit))
        if visit.purpose == "page":
            known = self.document_at(self.page(visit))
            documents.add(document_id(address_key(visit.start or visit.url)))
            documents.update(
                each.id for each in (known, read and read.document) if each is not None
            )
        until = self._crawls.known_until(key, visit.purpose, documents)
        return until is not None and time <= until

    def is_withdrawn(self, url: str) -> bool:
        """Whether what stands at an address was withdrawn."""
        return self._crawls.is_withdrawn(address_key(url))

    def rows(self, visit: NewVisit) -> dict[str, bool]:
        """The documents that were read from a register, and whether they were in it last time."""
        if visit.purpose != "register":
            return {}
        return self._crawls.documents_with(rows_of(self._sources[visit.source]))

    def document_at(self, page: Page | None) -> Document | None:
        """The document that was read from a page, None where it moved on to another."""
        if page is None or page.document is None:
            return None
        found = self._store.document(page.document)
        places = (found.url, found.final_url) if found is not None else ()
        return found if page.key in {address_key(url) for url in places if url} else None
