"""How fast a crawl is when it need not wait, where its time goes, and what it holds.

`.venv/bin/python -m benchmarks.crawl` crawls 50 hosts on loopback that serve the real pages of
`../shared/data/extract`, politeness switched to zero: fetching, reading in the sandbox,
relevance, proposing, store and WARC, all as `cityrights crawl` does it; then again with nothing
changed; then all of it without reading and judging pages. The servers run in a process of
their own. Every page is kept (threshold 0) and an initiative looked for that it may belong to,
which is the most work a page can make. Beside it, the same pages are fetched by a plain client:
what the machine and the servers alone allow.

`--pages 20000 --hosts 100 --index` is the long run: memory sampled every 1,000 pages, sizes on
disk, seconds of the index. `--usual` keeps what a crawl usually keeps. `--unread` leaves out the runs that read. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple
from unittest.mock import patch
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from benchmarks.crawl_web import host_name, paths
from benchmarks.reporting import machine, print_machine, print_table, size_of, tell, write_json
from benchmarks.texts import Step, resident, run
from corpus.catalogue import load_bundled
from corpus.crawls import Crawls
from corpus.store import Store
from crawlers.bounds import Bounds
from crawlers.crawl import crawl
from crawlers.crawl_plan import Plan, encoded
from crawlers.extract.document import Document
from crawlers.extract.sandbox import Item, Sandbox
from crawlers.judging import Judgement, ReadText
from crawlers.page_reading import Tools
from crawlers.reading_pages import Reading
from crawlers.source import CrawlSource
from crawlers.warc import EvidenceWriter
from indexer.languages.detection import detect
from indexer.proposing import make_propose
from indexer.relevance import Relevance

SAMPLE: Final = 1_000
"""Pages between two looks at memory."""
AT_ONCE: Final = 32
UNREAD: Final = "Without reading and judging pages"
_NO_WAITS: Final = Bounds(wait=0.0, slower=0.0, at_once=AT_ONCE)
_PARTS: Final = (
    # What, whose, name of the method: on the main thread, so what they take nothing else gets.
    ("commit to the store", Crawls, "keep"),
    ("WARC: pack and write", EvidenceWriter, "append"),
    ("WARC: bring to the disk", EvidenceWriter, "sync"),
    ("next visit from the store", Crawls, "next_at"),
    ("what is to be kept, where it leads", Reading, "done"),
)


class Memory(NamedTuple):
    """Megabytes resident after so many pages: this process, the children that read."""

    pages: int
    own: float
    children: float


class Part(NamedTuple):
    """Calls of a part with their seconds by the clock and of processor."""

    calls: int
    seconds: float
    cpu: float


class Run(NamedTuple):
    """A crawl: pages visited, requests, seconds by the clock and of processor (this process,
    its children, the servers), results, parts of the time, memory."""

    pages: int
    requests: int
    seconds: float
    own_cpu: float
    children_cpu: float
    servers_cpu: float
    results: dict[str, int]
    parts: dict[str, Part]
    memory: list[Memory]

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


class Plain(NamedTuple):
    """The same fetches by a plain client: requests, seconds by the clock and of processor."""

    requests: int
    seconds: float
    own_cpu: float


class Servers:
    """The process that serves; `told` asks it what it did so far."""

    def __init__(self, hosts: int, pages: int) -> None:
        words = [sys.executable, "-m", "benchmarks.crawl_web", str(hosts), str(pages)]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self.told()["port"])

    def told(self) -> dict[str, float]:
        """Its port, its seconds of processor, and the requests it was asked."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer

    @property
    def process(self) -> int:
        return self._process.pid

    def __enter__(self) -> Servers:
        return self

    def __exit__(self, *raised: object) -> None:
        self._process.communicate()


class Loopback(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        """Nothing to close."""


def sources(hosts: int, pages: int, port: int, threshold: float | None) -> list[CrawlSource]:
    """A source a host: its first page lists what it has."""
    return [
        CrawlSource(
            id=host_name(number).removesuffix(".test"),
            name=host_name(number),
            kind="listing",
            start=(f"http://{host_name(number)}:{port}/",),
            depth=1,
            max_pages=pages,
            threshold=threshold,
            private=(host_name(number),),
        )
        for number in range(hosts)
    ]


class Stopwatch:
    """Adds up the calls of what it times, on whatever threads they are made; holds no more
    after many calls than after one."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}
        self._lock = threading.Lock()

    def timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, timed."""
        self._parts[name] = Part(0, 0.0, 0.0)

        def called(*given: Any, **named: Any) -> Any:
            began, spent = time.perf_counter(), time.thread_time()
            try:
                return call(*given, **named)
            finally:
                took, cpu = time.perf_counter() - began, time.thread_time() - spent
                with self._lock:
                    calls, seconds, before = self._parts[name]
                    self._parts[name] = Part(calls + 1, seconds + took, before + cpu)

        return called

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The parts of `_PARTS` are timed inside."""
        with ExitStack() as stack:
            for name, owner, method in _PARTS:
                stack.enter_context(
                    patch.object(owner, method, self.timed(name, getattr(owner, method)))
                )
            yield

    def parts(self) -> dict[str, Part]:
        """What was timed so far."""
        return dict(self._parts)


class Judging:
    """What judges pages, made once: that is no work of a page."""

    def __init__(self) -> None:
        self.corpus = load_bundled()
        relevance = Relevance(self.corpus)
        self._judge = relevance.judge
        self._propose = make_propose(self.corpus, relevance)

    def tools(self, sandbox: Sandbox, watch: Stopwatch, unread: bool) -> Tools:
        """What the crawl reads with, or what stands in for it; runs on the crawl's threads."""
        if unread:
            return Tools(_unread, lambda text, hint: hint, _anything, lambda text, source: None)
        return Tools(
            read=watch.timed("read in the sandbox (thread)", sandbox.read),
            detect=watch.timed("detect the language (thread)", detect),
            judge=watch.timed("relevance (thread)", self._judge),
            propose=watch.timed("proposing (thread)", self._propose),
        )


def _unread(item: Item) -> Document:
    """A page as if it had been read: its address for a text, its links."""
    found = re.findall(rb'href="([^"]*)"', item.data) if item.url and item.url.endswith("/") else []
    links = tuple(urljoin(item.url or "", each.decode()) for each in found)
    return Document(media_type="text/html", text=f"The page {item.url}.", links=links)


def _anything(text: ReadText) -> Judgement:
    return Judgement(1.0)


def crawled(
    data: Path,
    hosts: int,
    pages: int,
    servers: Servers,
    judging: Judging,
    unread: bool = False,
    threshold: float | None = 0.0,
) -> Run:
    """Crawl all hosts into a data folder, once."""
    of = sources(hosts, pages, servers.port, threshold)
    memory: list[Memory] = []
    watch = Stopwatch()

    def look(done: int, waiting: int, rate: float) -> None:
        if done // SAMPLE > (memory[-1].pages // SAMPLE if memory else 0):
            own = resident(os.getpid())
            memory.append(Memory(done, own, sum(map(resident, readers(servers.process)))))
            tell(f"{done:,} pages, {rate:.1f} a second, {own:.0f} MB")

    before, children, own = servers.told(), _children_seconds(), time.process_time()
    with Store.open(data / "store.sqlite3") as store:
        crawls = Crawls(store)
        began = time.perf_counter()
        begun = crawls.begin(encoded(Plan(tuple(each.id for each in of))), "2026-11-28T10:00:00Z")
        with (
            Sandbox() as sandbox,
            EvidenceWriter.resume(data / "warc", begun.id, {}) as evidence,
            watch.watching(),
        ):
            ended = asyncio.run(
                crawl(
                    store,
                    judging.corpus,
                    begun,
                    of,
                    judging.tools(sandbox, watch, unread),
                    contact="crawl@example.org",
                    version="0",
                    bounds=_NO_WAITS,
                    evidence=evidence,
                    resolver=Loopback(),
                    progress=look,
                )
            )
            seconds = time.perf_counter() - began
        assert ended
        results: Counter[str] = Counter()
        for tally in crawls.tallies(begun.id):
            results[tally.result] += tally.count
    after = servers.told()
    return Run(
        pages=results.total(),
        requests=int(after["requests"] - before["requests"]),
        seconds=seconds,
        own_cpu=time.process_time() - own,
        children_cpu=_children_seconds() - children,
        servers_cpu=after["cpu"] - before["cpu"],
        results=dict(results),
        parts=watch.parts(),
        memory=memory,
    )


async def plainly_fetched(hosts: int, pages: int, port: int) -> Plain:
    """Fetch the same, one thing at a time from a host, and do nothing with it."""
    gate = asyncio.Semaphore(AT_ONCE)
    connector = aiohttp.TCPConnector(resolver=Loopback(), limit=0, limit_per_host=1)
    requests = 0
    began, own = time.perf_counter(), time.process_time()
    async with aiohttp.ClientSession(connector=connector) as session:

        async def fetch_all(host: int) -> None:
            nonlocal requests
            for path in ("/robots.txt", "/", *paths(host, hosts, pages)):
                async with gate, session.get(f"http://{host_name(host)}:{port}{path}") as answer:
                    await answer.read()
                requests += 1

        await asyncio.gather(*map(fetch_all, range(hosts)))
    return Plain(requests, time.perf_counter() - began, time.process_time() - own)


def readers(servers: int) -> list[int]:
    """The processes that read documents: our children but the servers."""
    found = []
    for thread in Path("/proc/self/task").iterdir():
        found += (thread / "children").read_text().split()
    return [child for child in map(int, found) if child != servers]


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def print_run(title: str, run: Run, plain: Plain) -> None:
    """A crawl as tables."""
    cpu = run.own_cpu + run.children_cpu
    print_table(
        title,
        ("", "pages", "requests", "seconds", "pages/s", "CPU s", "of children", "CPU ms a page"),
        [
            (
                "crawl",
                *(run.pages, run.requests, run.seconds, run.rate, cpu),
                *(run.children_cpu, 1000 * cpu / run.pages),
            ),
            (
                "plain client",
                *(run.pages, plain.requests, plain.seconds, run.pages / plain.seconds),
                *(plain.own_cpu, 0.0, 1000 * plain.own_cpu / run.pages),
            ),
        ],
    )
    print(
        f"\nThe crawl takes {run.seconds / plain.seconds:.1f} times as long as the plain client. "
        f"Beside it the servers took {run.servers_cpu:.1f} s of processor. "
        f"Results: {', '.join(f'{name} {count:,}' for name, count in run.results.items())}."
    )
    loop = run.own_cpu - sum(part.cpu for part in run.parts.values())
    rows: list[tuple[object, ...]] = [
        (n, p.calls, p.seconds, p.cpu, _each(p.cpu, run)) for n, p in run.parts.items() if p.calls
    ]
    rows.append(("all else here: HTTP, Scrapy, loop", None, None, loop, _each(loop, run)))
    rows.append(
        ("children: extraction", None, None, run.children_cpu, _each(run.children_cpu, run))
    )
    print_table(
        f"{title}: where the time goes", ("", "calls", "seconds", "CPU s", "CPU ms a page"), rows
    )
    if run.memory:
        print_table(
            f"{title}: megabytes resident",
            ("after pages", "the crawl", "its children together"),
            [(f"{m.pages:,}", m.own, m.children) for m in run.memory],
        )


def _each(seconds: float, run: Run) -> float:
    return 1000 * seconds / run.pages


def print_sizes(data: Path, pages: int) -> dict[str, int]:
    """What stands on the disk, and how much of it a page takes."""
    sizes = {
        "store": sum(each.stat().st_size for each in data.glob("store.sqlite3*")),
        "WARC": size_of(data / "warc"),
    }
    if (data / "index").is_dir():
        sizes["index"] = size_of(data / "index")
    print_table(
        "On disk",
        ("", "MB", "KB a page"),
        [(name, size / 2**20, size / 2**10 / pages) for name, size in sizes.items()],
    )
    return sizes


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=3_000, help="of all hosts together")
    parser.add_argument("--data", type=Path, help="an empty data folder to use and to leave there")
    parser.add_argument("--usual", action="store_true", help="keep only what a crawl usually keeps")
    parser.add_argument("--unread", action="store_true", help="only without reading pages")
    parser.add_argument("--index", action="store_true", help="build the index afterwards, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here, too")
    options = parser.parse_args()
    with ExitStack() as stack:
        data = options.data or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="cityrights-crawl-"))
        )
        data.mkdir(parents=True, exist_ok=True)
        servers = stack.enter_context(Servers(options.hosts, options.pages))
        facts = machine("scrapy", "aiohttp", "warcio", "trafilatura")
        tell("plain client")
        plain = asyncio.run(plainly_fetched(options.hosts, options.pages, servers.port))
        tell("tables of relevance")
        judging = Judging()
        runs = {}
        read = () if options.unread else ("First crawl", "Second crawl, nothing changed")
        for title in (*read, UNREAD):
            tell(title)
            folder = data / "unread" if title == UNREAD else data
            folder.mkdir(exist_ok=True)
            runs[title] = crawled(
                folder,
                options.hosts,
                options.pages,
                servers,
                judging,
                title == UNREAD,
                None if options.usual else 0.0,
            )
        del judging
        index: Step | None = None
        if options.index:
            tell("cityrights index")
            index = run(["index"], data)
        print_machine(facts | {"load at the end": f"{os.getloadavg()[0]:.1f}"})
        for title, each in runs.items():
            print_run(title, each, plain)
        sizes = print_sizes(data / "unread" if options.unread else data, options.pages)
        if index is not None:
            print_table("cityrights index", ("seconds", "CPU s", "peak MB"), [index])
    write_json(
        options.json,
        {
            "machine": facts,
            "plain": plain._asdict(),
            "runs": {title: each._asdict() for title, each in runs.items()},
            "bytes": sizes,
            "index": index._asdict() if index else None,
        },
    )


if __name__ == "__main__":
    main()
