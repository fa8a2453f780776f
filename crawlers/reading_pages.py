"""An answer becomes what is kept of it: a document, links to follow, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.documents import Document, Version, document_id
from corpus.made_records import Given
from corpus.model import Corpus
from corpus.pages import (
    Done,
    Judgement,
    Keeping,
    Link,
    NewVisit,
    Page,
    Proposal,
    Result,
    Visit,
)
from corpus.store import Store
from crawlers.answer import Answer
from crawlers.belonging import Belonging
from crawlers.bounds import Bounds
from crawlers.discovery.listed import NotAListError
from crawlers.following import Following, links_of, links_reader
from crawlers.judging import threshold
from crawlers.known import Known
from crawlers.lists import WholeList
from crawlers.noting import noted, to_be_read
from crawlers.page_reading import PageText, Tools, read_page
from crawlers.redirecting import REDIRECTS, Redirecting, leads_home, target_of
from crawlers.robots import FORBIDDEN
from crawlers.robots_tags import Tags, tags_of
from crawlers.soft_404 import says_nothing_is_there
from crawlers.source import CrawlSource

GONE: Final = frozenset((404, 410))
_NOT_INDEXED: Final = "The page asks not to be indexed."


class Reading:
    """Turns answers of one crawl into what is kept. Reads the store, writes nothing.

    `known` is what the store knows of addresses, `following` where they lead on.
    """

    def __init__(
        self,
        store: Store,
        corpus: Corpus,
        crawl: int,
        sources: Mapping[str, CrawlSource],
        tools: Tools,
        agent: str,
        bounds: Bounds,
        allowed: Callable[[NewVisit], bool] = lambda visit: True,
    ) -> None:
        self._store = store
        self._crawls = Crawls(store)
        self._sources = sources
        self._tools = tools
        self._agent = agent
        self._allowed = allowed
        self.known = Known(store, sources)
        self.following = Following(self._crawls, crawl, sources, allowed)
        self._redirecting = Redirecting(self._crawls, crawl, bounds)
        self._belonging = Belonging(store, corpus)

    def page_text(self, visit: NewVisit, answer: Answer, day: date) -> PageText:
        """Read and judge a page; slow, uses no store, may run in any thread."""
        source = self._sources[visit.source]
        return read_page(visit, answer, source, day, self._tools, self._belonging.owner)

    def done(
        self,
        visits: Sequence[Visit],
        answer: Answer,
        reads: Sequence[PageText | None],
        now: datetime,
    ) -> list[Done]:
        """All that came of visits of one address that was answered, be it with a refusal;
        `reads` is what was read for each."""
        day = now.astimezone(UTC).date()
        pages = {visit.purpose: self.known.page(visit) for visit in visits}
        dones: list[Done] = []
        for visit, read in zip(visits, reads, strict=True):
            # Of the same answer a source before may have kept the page already.
            kept = [done for done in dones if done.keeping and visit.purpose == "page"]
            page = pages[visit.purpose]
            done = self._done(visit, answer, read, now, page)
            if kept:
                done = _kept_for_another(done, kept[0])
            if done.page is not None:
                pages[visit.purpose] = done.page
            dones.append(
                msgspec.structs.replace(
                    done,
                    status=answer.status,
                    bytes=0 if dones else len(answer.exchange.body),
                    seconds=0.0 if dones else answer.seconds,
                    day=day.isoformat(),
                )
            )
        return dones

    def _done(
        self,
        visit: Visit,
        answer: Answer,
        read: PageText | None,
        now: datetime,
        page: Page | None,
    ) -> Done:
        day = now.astimezone(UTC).date()
        status = answer.status
        if status == 304 and page is not None:
            return self._as_before(visit, page, "not_modified", now, answer)
        if status in REDIRECTS:
            return self._redirected(visit, answer, page)
        if status in GONE:
            return self._gone(visit, answer, page, f"HTTP {status}")
        if status != 200:
            return Done(visit=visit.id, result="failed", reason=f"HTTP {status}")
        if read is None:
            if page is not None:
                return self._as_before(visit, page, "unchanged", now, answer)
            return Done(visit=visit.id, result="failed", reason="It was not read.")
        if read.whole is not None:
            return self._list(visit, answer, page, read.whole, self.tags(answer, read, now), day)
        tags = self.tags(answer, read, now)
        return self._page_read(visit, answer, page, read, tags, day)

    def _as_before(
        self, visit: Visit, page: Page, result: Result, now: datetime, answer: Answer
    ) -> Done:
        """A page or list that is as it was leads where it led, unless its header says otherwise
        now; what is in it was as it is when it was read."""
        source = self._sources[visit.source]
        tags = self.tags(answer, None, now)
        own = page.document
        page = msgspec.structs.replace(
            page,
            last_seen=max(page.last_seen, now.astimezone(UTC).date().isoformat()),
            asked=answer.exchange.time,
            document=own if tags.index else None,
            etag=answer.first("etag") or page.etag,
            last_modified=answer.first("last-modified") or page.last_modified,
        )
        reader = links_reader(visit, source) or ""
        rows = self.known.rows(visit)
        there = rows if own is None else {own: True, **rows}
        links = page.links.get(reader, ()) if tags.follow else ()
        found = tuple(self.following.follow(visit, source, links))
        if there and not tags.index:
            return Done(
                visit=visit.id,
                result="robots",
                reason=_NOT_INDEXED,
                page=page,
                removed=tuple(there),
                found=found,
            )
        return Done(
            visit=visit.id,
            result=result,
            page=page,
            again=tuple(id for id in there if there[id]),
            lost=tuple(id for id in there if not there[id]),
            found=found,
        )

    def _gone(self, visit: Visit, answer: Answer, page: Page | None, reason: str) -> Done:
        """Nothing is there any more: neither the document of an address nor rows of a list."""
        known = self.known.document_at(page)
        lost = list(self.known.rows(visit))
        if visit.purpose == "page":
            lost.append(known.id if known else document_id(address_key(visit.start or visit.url)))
        # What nobody has ever seen is not gone.
        seen = any(self._store.document(id) is not None for id in lost)
        if page is not None:
            # That it is as it was would not say which rows are back.
            page = to_be_read(
                page,
                asked=answer.exchange.time,
                document=known.id if known is not None else None,
            )
        return Done(
            visit=visit.id,
            result="gone" if seen else "failed",
            reason=reason,
            page=page,
            lost=tuple(lost),
        )

    def _redirected(self, visit: Visit, answer: Answer, page: Page | None) -> Done:
        onward = self._redirecting.onward(visit, answer)
        if isinstance(onward, str):
            return Done(visit=visit.id, result="failed", reason=onward)
        if visit.purpose == "page" and leads_home(visit, onward):
            return self._gone(visit, answer, page, "It leads to the front page of its site.")
        if self.known.is_withdrawn(onward.url):
            return Done(
                visit=visit.id, result="withdrawn", reason="It leads to what was withdrawn."
            )
        if not self._allowed(onward):
            onward = msgspec.structs.replace(onward, result="robots", reason=FORBIDDEN)
        return Done(
            visit=visit.id,
            result="redirected",
            reason=target_of(visit, answer),
            # Should it be back as it was, its document may have the text of elsewhere by then.
            page=to_be_read(page) if page is not None and "#" not in onward.key else None,
            attach=self._attachment(visit, onward.url),
            found=(onward,),
        )

    def _attachment(self, visit: Visit, landing: str) -> tuple[str, str] | None:
        """The document of where a source address of the catalogue leads, if it was read before
        and belongs to nothing but itself: it is that of the initiative."""
        owner = self._belonging.owner(visit.start, visit.url)
        page = self._crawls.page(address_key(landing))
        if owner is None or page is None or page.document is None:
            return None
        document = self._store.document(page.document)
        own = self._store.record_of(page.document) is not None
        if document is None or not (own or document.attached == "proposed"):
            return None
        return (document.id, owner) if document.initiative != owner else None

    def _list(
        self,
        visit: Visit,
        answer: Answer,
        page: Page | None,
        listed: WholeList | NotAListError,
        tags: Tags,
        day: date,
    ) -> Done:
        if isinstance(listed, NotAListError):
            return Done(visit=visit.id, result="failed", reason=str(listed))
        source = self._sources[visit.source]
        links = listed.links if tags.follow else ()
        known = noted(visit, answer, page, day, self._sources, links=links)
        found = tuple(self.following.follow(visit, source, links))
        if not tags.index and listed.documents:
            return Done(
                visit=visit.id,
                result="robots",
                reason=_NOT_INDEXED,
                page=known,
                removed=tuple(self.known.rows(visit)),
                found=found,
            )
        given = _given(source)
        keeping = tuple(
            self._belonging.settle(each, given, day, crawled=True) for each in listed.documents
        )
        there = {each.document.id for each in keeping}
        return Done(
            visit=visit.id,
            result="list",
            reason=" ".join(listed.notes) or None,
            page=known,
            keeping=keeping,
            lost=tuple(id for id in self.known.rows(visit) if id not in there),
            found=found,
        )

    def tags(self, answer: Answer, read: PageText | None, now: datetime) -> Tags:
        """What a page says of being kept, followed and archived."""
        metas = read.metas if read is not None else ()
        return tags_of(list(answer.all("x-robots-tag")), metas, self._agent, now.timestamp())

    def _page_read(
        self,
        visit: Visit,
        answer: Answer,
        page: Page | None,
        read: PageText,
        tags: Tags,
        day: date,
    ) -> Done:
        source = self._sources[visit.source]
        read = self._as_known(read, visit, page)
        links: tuple[Link, ...] = ()
        if tags.follow and links_reader(visit, source) is not None:
            links = links_of(visit, source, read.links, read.following)
        found = tuple(self.following.follow(visit, source, links))
        known = noted(visit, answer, page, day, self._sources, links=links, read=read)
        if not tags.lasts:
            known = to_be_read(known)
        if not tags.archive:  # unread, nobody would know that it says so
            known = msgspec.structs.replace(known, sha256_bytes=None)
        before = () if page is None or page.document is None else (page.document,)

        def not_kept(result: Result, reason: str | None) -> Done:
            return Done(visit=visit.id, result=result, reason=reason, page=known, found=found)

        if visit.purpose == "listing":
            return not_kept("list", None)
        if not tags.index:
            known = msgspec.structs.replace(known, document=None)
            done = not_kept("robots", _NOT_INDEXED)
            return msgspec.structs.replace(done, removed=before)
        if read.document is None:
            refusal = read.refusal
            if before:  # should it be as it is next time, that is not what was kept of it
                known = to_be_read(known)
            return not_kept("refused", f"{refusal.reason}: {refusal.detail}" if refusal else None)
        decision = page.decision if page is not None else None
        if decision == "drop":
            return not_kept("off_topic", "A person left it out.")
        notice = _notice(read.document.newest)
        if decision != "keep" and notice is not None:
            return self._gone(visit, answer, page, f"It says that nothing is there: {notice}")
        if decision != "keep" and not before:
            objection = self._objection(visit, source, read.document, read.judgement)
            if objection is not None:
                return not_kept(*objection)
        keeping: Keeping = self._belonging.settle(
            read.document, _given(source), day, proposal=read.proposal, crawled=True
        )
        known = msgspec.structs.replace(
            known,
            document=read.document.id,
            proposal=_proposal(keeping.document, read, page),
        )
        return Done(visit=visit.id, result="new", page=known, keeping=(keeping,), found=found)

    def _objection(
        self,
        visit: Visit,
        source: CrawlSource,
        document: Document,
        judgement: Judgement | None,
    ) -> tuple[Result, str] | None:
        """What speaks against keeping a page that neither a person nor an earlier crawl kept."""
        if judgement is not None and judgement.score < threshold(source):
            least = threshold(source)
            return "off_topic", f"Scored {judgement.score:.2f}; {least:.2f} is kept."
        twin = self._crawls.with_text(document.newest.sha256_text)
        owner = self._belonging.owner(document.url, visit.url)
        if twin is None or twin == document.id or owner is not None:
            return None
        other = self._store.document(twin)
        where = other.url if other is not None else None
        return "duplicate", f"Its text is that of {where or 'an added file'}."

    def _as_known(self, read: PageText, visit: Visit, page: Page | None) -> PageText:
        """What was read of a page has the document it had before, whether a crawl came to it by
        a redirect or a link this time."""
        before = self.known.document_at(page)
        if read.document is None or before is None or before.id == read.document.id:
            return read
        document = msgspec.structs.replace(
            read.document,
            id=before.id,
            key=before.key,
            url=before.url,
            name=before.name,
            final_url=None if before.url == visit.url else visit.url,
        )
        return read._replace(document=document)


def _kept_for_another(done: Done, first: Done) -> Done:
    """A page that was read for a second source, of an answer of which it was kept for the first:
    it is one document, with what the first said of it."""
    if not done.keeping or done.page is None or first.page is None:
        return done
    page = msgspec.structs.replace(
        done.page, document=first.page.document, proposal=first.page.proposal
    )
    reason = "Another source keeps it already."
    return msgspec.structs.replace(done, result="unchanged", reason=reason, keeping=(), page=page)


def _notice(version: Version) -> str | None:
    """What a page says of itself if it is only a notice that nothing is there."""
    headings = (section.heading for section in version.sections if section.heading)
    names = (version.title, next(headings, None))
    return says_nothing_is_there([name for name in names if name], version.text)


def _proposal(document: Document, read: PageText, page: Page | None) -> Proposal | None:
    """Why a document is proposed for the initiative it is: as read now, else as before."""
    if document.attached != "proposed":
        return None
    proposals = (read.proposal, page.proposal if page is not None else None)
    return next((one for one in proposals if one and one.initiative == document.initiative), None)


def _given(source: CrawlSource) -> Given:
    return Given(source.city, source.country, source.document_kind, source.licence)
