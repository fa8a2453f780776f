"""Answers read from WARC files instead of the web: an archive that was handed over, or one's own
evidence, from which the crawled part of a store is made again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from typing import Final, cast, get_args

from msgspec import structs

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.model import Corpus, CorpusError
from corpus.pages import Crawl, Done, NewVisit, Purpose
from corpus.store import Store
from crawlers.addresses import canonical, host_of
from crawlers.admission import admits
from crawlers.answer import Answer
from crawlers.bounds import Bounds
from crawlers.content_coding import Decode, decoder
from crawlers.extract.limits import AT_ONCE
from crawlers.extract.sandbox import SandboxError
from crawlers.page_reading import PageText, Tools
from crawlers.reading_pages import Reading
from crawlers.redirecting import REDIRECTS, Redirecting
from crawlers.source import CrawlSource
from crawlers.warc import Exchange

_TOGETHER: Final = 50
"""Answers kept in one transaction; nothing is lost if it is not reached, for they are there."""
_AHEAD: Final = 4

ARCHIVE: Final = CrawlSource(id="archive", name="Archive", kind="warc")
"""The source of what is in an archive and in no source known here."""


def replay(
    store: Store,
    corpus: Corpus,
    crawl: Crawl,
    exchanges: Iterable[Exchange],
    sources: Mapping[str, CrawlSource],
    tools: Tools,
    product: str,
    bounds: Bounds,
    progress: Callable[[int], object] = lambda done: None,
) -> None:
    """Keep what answers hold, in the order they were given.

    An answer belongs to the source it was written with, else to the one that admits its
    address, else to the archive. What was withdrawn is passed over.
    """
    crawls = Crawls(store)
    known = {**sources, ARCHIVE.id: ARCHIVE}
    reading = Reading(store, corpus, crawl.id, known, tools, product, bounds)
    done, more = 0, True
    with ThreadPoolExecutor(AT_ONCE) as threads:
        redirects = _Redirects(Redirecting(crawls, crawl.id, bounds))
        ahead = _read_ahead(exchanges, reading, known, redirects, threads, decoder(bounds.bytes))
        while more:
            more = False
            with crawls.together():
                for new, answer, future in islice(ahead, _TOGETHER):
                    more = True
                    fault = future.exception() if future is not None else None
                    read = future.result() if future is not None and fault is None else None
                    # What it was read to be, and answers before it, may be newer.
                    if reading.known.is_no_news(new, answer.exchange.time, read):
                        continue
                    visit = crawls.enter(crawl.id, new)
                    try:
                        if fault is not None:
                            raise fault
                        (kept,) = reading.done([visit], answer, [read], _moment(answer.exchange))
                    except (CorpusError, SandboxError):
                        raise
                    except Exception as error:  # a fault of ours costs one page
                        reason = f"It can't be taken: {type(error).__name__}."
                        kept = Done(visit=visit.id, result="failed", reason=reason)
                    crawls.keep(crawl.id, [structs.replace(kept, found=())])
                    done += 1
            progress(done)


_Ahead = tuple[NewVisit, Answer, "Future[PageText] | None"]


def _read_ahead(
    exchanges: Iterable[Exchange],
    reading: Reading,
    sources: Mapping[str, CrawlSource],
    redirects: _Redirects,
    threads: ThreadPoolExecutor,
    decoded: Decode,
) -> Iterator[_Ahead]:
    """Answers with what is read of them, a few at a time in threads."""
    waiting: deque[_Ahead] = deque()
    for exchange in exchanges:
        visit = _visit(exchange, sources, redirects)
        body = decoded(exchange.response_headers, exchange.body)
        if visit is None or body is None or reading.known.is_withdrawn(visit.url):
            continue
        answer = Answer(
            url=exchange.url,
            status=exchange.status,
            headers=exchange.response_headers,
            body=body,
            seconds=0.0,
            exchange=exchange,
        )
        # Where it leads is that of the address it came from, be it news or not.
        redirects.answered(visit, answer)
        if reading.known.is_no_news(visit, exchange.time):
            continue
        future = None
        if answer.status == 200:
            future = threads.submit(reading.page_text, visit, answer, _moment(exchange).date())
        waiting.append((visit, answer, future))
        while len(waiting) > _AHEAD:
            yield waiting.popleft()
    yield from waiting


class _Redirects:
    """Where addresses of an archive lead by what each answered last."""

    def __init__(self, redirecting: Redirecting) -> None:
        self._redirecting = redirecting
        self._from: dict[str, str] = {}
        self._to: dict[str, tuple[str, NewVisit]] = {}

    def to(self, url: str) -> NewVisit | None:
        """The visit of an address as the one that leads there has it."""
        return self._to[url][1] if url in self._to else None

    def answered(self, visit: NewVisit, answer: Answer) -> None:
        """A visit was answered, and leads on or not."""
        target = self._from.pop(visit.url, None)
        # Another may have led there since.
        if target is not None and target in self._to and self._to[target][0] == visit.url:
            del self._to[target]
        if answer.status not in REDIRECTS:
            return
        onward = self._redirecting.onward(visit, answer)
        if isinstance(onward, NewVisit):
            self._from[visit.url] = onward.url
            self._to[onward.url] = visit.url, onward


def _visit(
    exchange: Exchange, sources: Mapping[str, CrawlSource], redirects: _Redirects
) -> NewVisit | None:
    """An answer as a visit; None for what is none, such as a robots.txt."""
    purpose = exchange.purpose or "page"
    url = canonical(exchange.url)
    if url is None or purpose not in get_args(Purpose):
        return None
    source = sources.get(exchange.source) or next(
        (each for each in sources.values() if each.start and admits(each, url)), ARCHIVE
    )
    before = redirects.to(url)
    return NewVisit(
        key=before.key if before is not None else address_key(url),
        url=url,
        host=host_of(url),
        source=source.id,
        purpose=cast(Purpose, purpose),
        hops=before.hops if before is not None else 0,
        start=before.start if before is not None else None,
    )


def _moment(exchange: Exchange) -> datetime:
    """When an answer was given; an archive that does not say is taken as of today."""
    try:
        moment = datetime.fromisoformat(exchange.time)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return datetime.now(UTC)
