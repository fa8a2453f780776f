"""A crawl from its beginning, or from where it was interrupted, to its end."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from corpus.crawls import Crawls
from corpus.model import Corpus, CorpusError
from corpus.pages import Crawl, Done, NewVisit
from corpus.store import Store
from crawlers import politeness
from crawlers.answer import Answer
from crawlers.bounds import Bounds
from crawlers.extract.limits import AT_ONCE
from crawlers.extract.sandbox import SandboxError
from crawlers.frontier import Fetch, Frontier
from crawlers.keeper import Keeper
from crawlers.page_reading import PageText, Tools
from crawlers.reading_pages import Reading
from crawlers.retry_after import retry_after
from crawlers.source import CrawlSource
from crawlers.warc import EvidenceWriter, Exchange

if TYPE_CHECKING:
    from aiohttp.abc import AbstractResolver

    from crawlers.downloading import NoAnswer

PRODUCT: Final = "cityrights"
"""The name robots.txt files know the crawler by (RFC 9309, section 2.2.1)."""
_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
_LOOK: Final = 2.0
"""Seconds between two tellings of progress."""

Progress = Callable[[int, int, float], object]
"""Takes how many visits are done, how many wait, and how many are done a second."""


def steady_clock() -> Callable[[], float]:
    """Seconds since 1970 as of now, which go on evenly though the system's clock be set: a host
    is not asked too early, nor a crawl held up for an hour."""
    begun = time.time() - time.monotonic()
    return lambda: begun + time.monotonic()


class Crawling:
    """One crawl as `crawlers.spider` drives it."""

    def __init__(
        self,
        store: Store,
        corpus: Corpus,
        crawl: Crawl,
        sources: Mapping[str, CrawlSource],
        tools: Tools,
        bounds: Bounds,
        evidence: EvidenceWriter | None,
        progress: Progress,
        clock: Callable[[], float],
    ) -> None:
        self._crawls = Crawls(store)
        self._crawl = crawl
        self._bounds = bounds
        self._clock = clock
        self._frontier = Frontier(
            self._crawls, crawl.id, sources, PRODUCT, bounds, clock, self._look_at_the_rest
        )
        self._reading = Reading(
            store, corpus, crawl.id, sources, tools, PRODUCT, bounds, self._frontier.allowed
        )
        self._keeper = Keeper(self._crawls, crawl.id, evidence)
        # Twice as many as read at once: while one page is judged here, another is read there.
        self._threads = ThreadPoolExecutor(2 * AT_ONCE)
        self._progress = progress
        self._sources = sources
        self._begun = time.monotonic()
        self._told = 0.0
        self._done = 0
        self.broken: Exception | None = None
        """Why the crawl had to stop: nothing can be written any more, or a fault of ours."""

    def begin(self) -> None:
        """Have the starts of the sources visited; those a resumed crawl knows are not again."""
        for host in self._add(self._reading.following.first_visits):
            self._frontier.wake(host)

    def _look_at_the_rest(self) -> Iterable[str]:
        """Have what was kept before looked at again where nothing led to it; the hosts."""
        return self._add(self._reading.following.known_visits)

    def _add(self, visits_of: Callable[[CrawlSource], Iterable[NewVisit]]) -> list[str]:
        visits = [visit for source in self._sources.values() for visit in visits_of(source)]
        self._crawls.add(self._crawl.id, visits)
        return list(dict.fromkeys(visit.host for visit in visits if visit.result is None))

    @property
    def exhausted(self) -> bool:
        """Whether nothing was left to ask, not even what was kept before."""
        return self._frontier.exhausted

    def stop(self) -> None:
        """Finish what is being fetched and begin nothing more."""
        self._frontier.stop()

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(cancel_futures=True)

    async def next(self) -> Fetch | None:
        """The next request, as soon as it may be made; None when all is done."""
        try:
            return await self._frontier.next()
        except Exception as error:  # raised to Scrapy, it would end the crawl without a word
            self._break_off(error)
        return await self._frontier.next()

    def conditions(self, fetch: Fetch) -> Mapping[str, str]:
        """Headers that have a server answer only if something changed."""
        try:
            return self._reading.known.conditions(fetch.visits) if fetch.visits else {}
        except Exception as error:
            self._break_off(error)
            return {}

    def _break_off(self, error: Exception) -> None:
        self.broken = self.broken or error
        self._frontier.stop()

    async def answered(self, fetch: Fetch, answer: Answer) -> None:
        """Read what came, keep what is to be kept, then let the host be asked again."""
        with self._whatever_happens(fetch):
            if not fetch.visits:
                await self._keeper.keep((), answer.exchange)
                self._frontier.robots_answered(
                    fetch,
                    answer.status,
                    answer.body,
                    answer.first("location"),
                    answer.seconds,
                    retry_after(answer.first("retry-after"), self._clock()),
                )
            elif answer.status in politeness.PUSHED_BACK:
                wait = retry_after(answer.first("retry-after"), self._clock())
                state = politeness.HostState()
                ready = politeness.pushed_back(
                    state, self._clock(), answer.status, wait, self._bounds
                ).ready
                await self._try_again(fetch, f"HTTP {answer.status}", answer, ready)
                self._frontier.pushed_back(fetch, answer.status, wait)
            elif answer.status >= 500:
                await self._try_again(fetch, f"HTTP {answer.status}", answer)
                self._frontier.failed(fetch, f"HTTP {answer.status}.")
            else:
                await self._visited(fetch, answer)

    async def unanswered(self, fetch: Fetch, problem: NoAnswer) -> None:
        """Note that nothing came, and try again later where that may help."""
        with self._whatever_happens(fetch):
            if not fetch.visits:
                self._frontier.robots_unanswered(fetch, problem.reason, problem.for_good)
            elif problem.at_fault and not problem.for_good:
                await self._try_again(fetch, problem.reason)
                self._frontier.failed(fetch, problem.reason)
            else:
                await self._keep(_failed(fetch, problem.reason), None)
                if problem.for_good:
                    self._frontier.failed(fetch, problem.reason, for_good=True)
                else:
                    self._frontier.answered(fetch, 0.0)

    async def _visited(self, fetch: Fetch, answer: Answer) -> None:
        now = datetime.fromtimestamp(self._clock(), UTC)
        loop = asyncio.get_running_loop()
        reads: list[PageText | None] = []
        for visit in fetch.visits:
            read = None
            if self._reading.known.needs_reading(visit, answer):
                read = await loop.run_in_executor(
                    self._threads, self._reading.page_text, visit, answer, now.date()
                )
            reads.append(read)
        dones = self._reading.done(fetch.visits, answer, reads, now)
        await self._keep(dones, self._evidence_of(fetch, answer, dones, reads, now))
        self._frontier.answered(fetch, answer.seconds)
        found = (found for done in dones for found in done.found if found.result is None)
        for host in dict.fromkeys(visit.host for visit in found):
            self._frontier.wake(host)

    def _evidence_of(
        self,
        fetch: Fetch,
        answer: Answer,
        dones: Sequence[Done],
        reads: Sequence[PageText | None],
        now: datetime,
    ) -> Exchange | None:
        """What is written of an answer: nothing where it was withdrawn or asks for that, else
        with the visit that kept something of it, so that it is kept of the file as well."""
        if any(done.result == "withdrawn" for done in dones):
            return None
        if not all(self._reading.tags(answer, read, now).archive for read in reads):
            return None
        kept = (visit for visit, done in zip(fetch.visits, dones, strict=True) if done.keeping)
        visit = next(kept, fetch.visits[0])
        return msgspec.structs.replace(answer.exchange, source=visit.source, purpose=visit.purpose)

    async def _try_again(
        self,
        fetch: Fetch,
        reason: str,
        answer: Answer | None = None,
        ready: float | None = None,
    ) -> None:
        dones = []
        for visit in fetch.visits:
            again = politeness.retry_at(self._clock(), visit.attempts + 1, self._bounds)
            done = Done(
                visit=visit.id,
                result="failed" if again is None else None,
                status=answer.status if answer is not None else None,
                reason=reason,
                retry=again if again is None or ready is None else max(again, ready),
                quiet=ready or 0.0,
            )
            dones.append(done)
        await self._keep(dones, answer.exchange if answer is not None else None)

    async def _keep(self, dones: Sequence[Done], evidence: Exchange | None) -> None:
        await self._keeper.keep(dones, evidence)
        self._count(sum(done.retry is None for done in dones))

    @contextmanager
    def _whatever_happens(self, fetch: Fetch) -> Iterator[None]:
        """A fault of ours costs one page; where nothing can be written or read, the crawl stops."""
        try:
            yield
        except (CorpusError, SandboxError) as error:
            self._break_off(error)
            self._frontier.put_back(fetch)
        except Exception as error:
            reason = f"It can't be taken: {type(error).__name__}."
            if not fetch.visits:
                self._frontier.robots_unanswered(fetch, reason, for_good=True)
                return
            try:
                self._crawls.keep(self._crawl.id, _failed(fetch, reason))
            except CorpusError as broken:
                self._break_off(broken)
            self._frontier.failed(fetch, reason)

    def _count(self, done: int) -> None:
        self._done += done
        now = time.monotonic()
        if now - self._told >= _LOOK:
            self._told = now
            waiting = sum(self._crawls.waiting(self._crawl.id).values())
            self._progress(self._done, waiting, self._done / max(now - self._begun, 0.001))


def _failed(fetch: Fetch, reason: str) -> list[Done]:
    return [Done(visit=visit.id, result="failed", reason=reason) for visit in fetch.visits]


def _let_go_of_signals(loop: asyncio.AbstractEventLoop) -> None:
    for each in _STOPPING:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(each)


async def crawl(
    store: Store,
    corpus: Corpus,
    crawl: Crawl,
    sources: Sequence[CrawlSource],
    tools: Tools,
    *,
    contact: str,
    version: str,
    bounds: Bounds,
    evidence: EvidenceWriter | None = None,
    resolver: AbstractResolver | None = None,
    progress: Progress = lambda done, waiting, rate: None,
    stopping: Callable[[], object] = lambda: None,
    clock: Callable[[], float] | None = None,
) -> bool:
    """Fetch what the sources lead to; whether all of it is done.

    False where it was stopped (SIGINT, SIGTERM, the limit of `bounds`): the same crawl goes on
    when this is called again with it; `stopping` is called when a signal comes. Raises
    CorpusError where nothing can be written any more, SandboxError where nothing can be read;
    all that was committed is whole. `clock` gives seconds since 1970, `steady_clock` by default.
    """
    from crawlers.network import GuardedResolver
    from crawlers.spider import run

    private = frozenset(host for source in sources for host in source.private)
    crawls = Crawls(store)
    clock = clock or steady_clock()
    crawling = Crawling(
        store, corpus, crawl, {s.id: s for s in sources}, tools, bounds, evidence, progress, clock
    )
    loop = asyncio.get_running_loop()
    # Names are looked up there: one that hangs must not keep those of other hosts waiting.
    loop.set_default_executor(ThreadPoolExecutor(bounds.at_once))

    def stop() -> None:
        """A second signal ends the crawl at once: what is under way may take a minute."""
        crawling.stop()
        _let_go_of_signals(loop)
        # Asyncio would name each task that is left behind then.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        stopping()

    for each in _STOPPING:
        with suppress(NotImplementedError, RuntimeError, ValueError):  # not the main thread
            loop.add_signal_handler(each, stop)
    try:
        crawling.begin()
        await run(
            crawling,
            agent=f"{PRODUCT}/{version} (+{contact.removeprefix('mailto:')})",
            contact=contact,
            bounds=bounds,
            resolver=GuardedResolver(private, resolver),
            private=private,
        )
    finally:
        crawling.close()
        _let_go_of_signals(loop)
    if crawling.broken is not None:
        raise crawling.broken
    ended = crawling.exhausted and not crawls.waiting(crawl.id)
    if ended:
        crawls.end(crawl.id, f"{datetime.fromtimestamp(clock(), UTC):%Y-%m-%dT%H:%M:%SZ}")
    return ended
