"""Crawls over the replica web: in this process, or in one that can be killed.

`World` is a data folder with what its crawls came to. Names that end in `.test` are on
loopback, where the replica listens; no other name is known to anybody.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from small_corpora import make_corpus

from corpus.crawls import Crawls
from corpus.model import Corpus, CorpusError
from corpus.pages import Page, Tally
from corpus.store import Store
from crawlers.archive import replay
from crawlers.bounds import Bounds
from crawlers.crawl import crawl
from crawlers.extract import document as extracted
from crawlers.extract.reading import read
from crawlers.extract.sandbox import Item, Sandbox
from crawlers.judging import Judgement, ReadText
from crawlers.page_reading import ReadItem, Tools
from crawlers.source import CrawlSource
from crawlers.warc import EvidenceWriter, read_evidence
from replica.hurried import HurriedClock, HurriedLoop

CONTACT: Final = "mailto:crawls@cityrights.test"
VERSION: Final = "9.9"
QUICK: Final = Bounds(wait=0.0, slower=0.0, pause=0.0, seconds=5.0)
"""No waits and short patience, for all that is not about waiting."""

TEST_NAMES: Final = {"*.test": ("127.0.0.1",)}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A crawl to make. `days` from now it happens, `speed` is how fast its time passes, `names`
    what resolves to which addresses (in turn, if it is asked again). `reader` is one in a child
    process, or the same without one. In a process of its own, `largest` is how many bytes a file
    may have: the disk is full beyond."""

    data: Path
    sources: tuple[CrawlSource, ...]
    bounds: Bounds = QUICK
    resume: bool = False
    days: int = 0
    speed: float = 1.0
    names: dict[str, tuple[str, ...]] = msgspec.field(default_factory=lambda: dict(TEST_NAMES))
    reader: Literal["direct", "sandbox"] = "direct"
    evidence: bool = True
    largest: int | None = None


class Names(AbstractResolver):
    """Knows the names it was given, `*.test` for all of that ending, and what the C library
    takes for an address (127.1, 2130706433)."""

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        self._names = names
        self._asked: dict[str, int] = {}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        turn = self._asked[host] = self._asked.get(host, -1) + 1
        addresses = self._names.get(host)
        if addresses is None and host.endswith(".test"):
            addresses = self._names.get("*.test")
        if addresses is None:
            try:
                addresses = (socket.inet_ntoa(socket.inet_aton(host)),)
            except OSError:
                raise OSError(None, f"nobody knows {host}") from None
        address = addresses[min(turn, len(addresses) - 1)]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        pass


def judge(text: ReadText) -> Judgement:
    """Is about the subject what speaks of rights."""
    if "rights" in text.text or "rights" in text.title:
        return Judgement(0.9, ("It speaks of rights.",))
    return Judgement(0.1)


def _read_directly(item: Item) -> extracted.Document:
    return read(item.data, media_type=item.media_type, charset=item.charset, url=item.url)


def tools_with(read: ReadItem = _read_directly) -> Tools:
    """What reads and judges pages of the replica."""
    return Tools(
        read=read,
        detect=lambda text, claimed: claimed,
        judge=judge,
        propose=lambda text, source: None,
    )


class Came(NamedTuple):
    """What a crawl came to: whether all was done, else perhaps why not; the most memory its
    process had, in bytes."""

    id: int
    ended: bool
    problem: str | None
    peak: int = 0


def carry_out(
    order: Order, corpus: Corpus | None = None, clock: Callable[[], float] | None = None
) -> Came:
    """Make a crawl in this process, by a clock of its own if none is given."""
    clock = clock or HurriedClock(order.speed, order.days)
    now = f"{datetime.fromtimestamp(clock(), UTC):%Y-%m-%dT%H:%M:%SZ}"
    order.data.mkdir(parents=True, exist_ok=True)
    sandbox = Sandbox() if order.reader == "sandbox" else None
    tools = tools_with(sandbox.read if sandbox is not None else _read_directly)
    try:
        with Store.open(order.data / "store.sqlite3") as store:
            crawls = Crawls(store)
            begun = crawls.newest() if order.resume else None
            if begun is None:
                begun = crawls.begin("{}", now)
            evidence = None
            if order.evidence:
                folder = order.data / "warc"
                folder.mkdir(exist_ok=True)
                evidence = EvidenceWriter.resume(folder, begun.id, crawls.evidence(begun.id))
            with asyncio.Runner(loop_factory=lambda: HurriedLoop(order.speed)) as runner:
                try:
                    ended = runner.run(
                        crawl(
                            store,
                            corpus if corpus is not None else make_corpus(),
                            begun,
                            order.sources,
                            tools,
                            contact=CONTACT,
                            version=VERSION,
                            bounds=order.bounds,
                            evidence=evidence,
                            resolver=Names(order.names),
                            clock=clock,
                        )
                    )
                finally:
                    if evidence is not None:
                        evidence.close()
            return Came(begun.id, ended, None)
    except CorpusError as error:
        return Came(0, False, str(error))
    finally:
        if sandbox is not None:
            sandbox.close()


class Seen(NamedTuple):
    """What came of the visit of an address."""

    result: str | None
    reason: str | None
    status: int | None


class World:
    """A data folder and the crawls in it, over one web."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.newest: Came | None = None

    def order(self, *sources: CrawlSource, **more: Any) -> Order:
        return Order(data=self.data, sources=sources, **more)

    def crawl(
        self,
        *sources: CrawlSource,
        corpus: Corpus | None = None,
        clock: Callable[[], float] | None = None,
        **more: Any,
    ) -> Came:
        """Make a crawl here."""
        self.newest = carry_out(self.order(*sources, **more), corpus, clock)
        return self.newest

    def replay(self, evidence: Path, *sources: CrawlSource) -> None:
        """Read WARC files as a crawl of their own."""
        with Store.open(self.data / "store.sqlite3") as store:
            begun = Crawls(store).begin("{}", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
            known = {source.id: source for source in sources}
            answers = read_evidence(evidence)
            tools = tools_with()
            replay(store, make_corpus(), begun, answers, known, tools, "cityrights", QUICK)

    @contextmanager
    def crawls(self) -> Iterator[Crawls]:
        """The store as crawls see it, to be looked at."""
        with Store.open(self.data / "store.sqlite3", create=False) as store:
            yield Crawls(store)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, to be looked at."""
        with Store.open(self.data / "store.sqlite3", create=False) as store:
            yield store

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the store's tables say."""
        with self.store() as store:
            return store.connection.execute(query, values).fetchall()

    def seen(self) -> dict[str, Seen]:
        """What came of each address in the newest crawl."""
        newest = "(SELECT max(id) FROM crawl)"
        rows = self.rows(
            f"SELECT url, outcome, reason, status FROM visit WHERE crawl = {newest} ORDER BY id"  # noqa: S608
        )
        return {url: Seen(*rest) for url, *rest in rows}

    def results(self) -> dict[str, str | None]:
        """The result of each address in the newest crawl."""
        return {url: seen.result for url, seen in self.seen().items()}

    def tallies(self) -> list[Tally]:
        """The report of the newest crawl in numbers."""
        with self.crawls() as crawls:
            newest = crawls.newest()
            return crawls.tallies(newest.id) if newest is not None else []

    def pages(self) -> dict[str, Page]:
        """What is known of each address."""
        with self.crawls() as crawls:
            return {page.url: page for page in crawls.pages()}

    def texts(self) -> dict[str | None, list[str]]:
        """The texts of all versions of the documents, by address."""
        rows = self.rows("SELECT id FROM document ORDER BY id")
        with self.store() as store:
            found = [store.document(id) for (id,) in rows]
        return {one.url: [v.text for v in one.versions] for one in found if one is not None}


class Apart:
    """A crawl in a process of its own, which can be killed."""

    def __init__(self, order: Order) -> None:
        context = _context()
        self._receive, send = context.Pipe(duplex=False)
        self._process: BaseProcess = context.Process(target=_carry_out_apart, args=(order, send))
        self._process.start()
        send.close()

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self._process.kill()

    def tell(self, sign: signal.Signals) -> None:
        """Send it a signal."""
        if self._process.pid is not None:
            os.kill(self._process.pid, sign)

    def wait(self) -> Came | None:
        """What it came to, None if it died."""
        try:
            return self._receive.recv()
        except EOFError:
            return None
        finally:
            self._process.join()

    @property
    def code(self) -> int | None:
        """The exit code, negative for the signal it died of."""
        return self._process.exitcode


def _carry_out_apart(order: Order, send: Any) -> None:
    if order.largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.largest, order.largest))
    came = carry_out(order)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    send.send(came._replace(peak=peak))
    send.close()


def _context() -> Any:
    """Processes forked from one that has imported all that crawls need and has no threads."""
    here = Path(__file__).resolve().parents[1]
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(here) not in known:
        os.environ["PYTHONPATH"] = os.pathsep.join([str(here), *filter(None, known)])
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["replica.preloaded"])
    return context
