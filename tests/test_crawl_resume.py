"""A crawl that is killed at any moment goes on: nothing is lost, nothing committed is asked for
again, at most the one thing that was under way at a host."""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from replica.answers import Answer, Request, busy, in_turn, page, redirect
from replica.cities import all_kinds, pages_city, policy, put_policies, source
from replica.crawling import QUICK, Apart, World
from replica.hurried import HurriedClock
from replica.log import Entry
from replica.serving import Phase
from replica.web import Web
from warcio.archiveiterator import ArchiveIterator

from crawlers.bounds import Bounds
from crawlers.crawl import PRODUCT
from crawlers.extract.sandbox import SandboxError
from crawlers.source import CrawlSource

KILLS = 20
PHASES: tuple[Phase, ...] = ("asked", "half", "answered")


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


class KilledAt:
    """Kills a crawl when so many requests have come to a phase, or `later` seconds after: while
    the answer is read, kept, committed."""

    def __init__(self, apart: Apart, count: int, phase: Phase, later: float) -> None:
        self._apart = apart
        self._left = count
        self._phase = phase
        self._later = later

    def __call__(self, entry: Entry, phase: Phase) -> None:
        if phase == self._phase:
            self._left -= 1
            if self._left == 0 and self._later:
                threading.Timer(self._later, self._apart.kill).start()
            elif self._left == 0:
                self._apart.kill()


def whole(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """All that a store holds of a crawl, but for when and how often each thing was tried."""
    visit = "key, url, host, source, purpose, depth, hops, start, outcome, status, reason, bytes"
    page = "key, url, source, title, language, etag, last_modified, sha256_bytes, links, document"
    page += ", score, reasons, proposal, decision, first_seen, last_seen"
    tables = {"document": "*", "version": "*", "record": "*", "page": page, "visit": visit}
    return {
        table: sorted(world.rows(f"SELECT {columns} FROM {table}"), key=repr)  # noqa: S608
        for table, columns in tables.items()
    }


def committed(world: World) -> set[str]:
    """The addresses that need not be asked for again: visited, or a robots.txt that is known."""
    visited = world.rows("SELECT url FROM visit WHERE outcome IS NOT NULL AND status IS NOT NULL")
    known = world.rows("SELECT origin FROM robots")
    return {url for (url,) in visited} | {f"{origin}/robots.txt" for (origin,) in known}


def archived(world: World) -> Counter[str]:
    """How often the WARC files hold an answer of each address."""
    found: Counter[str] = Counter()
    for path in sorted((world.data / "warc").glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type in ("response", "revisit"):
                    found[record.rec_headers.get_header("WARC-Target-URI")] += 1
    return found


def large_web(web: Web) -> list[CrawlSource]:
    """Sources of all kinds, and some hosts with more pages than a crawl gets between kills."""
    return [*all_kinds(web), *(pages_city(web, f"large-{n}.test", 30) for n in range(5))]


def test_a_crawl_killed_at_random_moments_loses_and_repeats_nothing(
    web: Web, tmp_path: Path
) -> None:
    cities = large_web(web)
    uninterrupted, killed = World(tmp_path / "one"), World(tmp_path / "two")
    assert uninterrupted.crawl(*cities).ended
    requests = mark = start = len(web.log)
    chance = random.Random(20261128)
    order = killed.order(*cities)
    kills, before = 0, Counter[tuple[str, str]]()
    done: set[str] = set()
    came = None
    while came is None:
        apart = Apart(order)
        if kills < KILLS:
            count = chance.randint(1, requests // KILLS * 3 // 2)
            later = chance.choice((0.0, chance.uniform(0, 0.05)))
            web.watch(KilledAt(apart, count, chance.choice(PHASES), later))
        came = apart.wait()
        web.watch(None)
        asked = [(entry.host, entry.path) for entry in web.log.entries(since=mark)]
        mark += len(asked)
        urls = {web.host(host).url(path) for host, path in asked}
        assert not done & urls, "what was committed was asked for again"
        assert len(set(asked)) == len(asked)
        again = Counter(host for host, path in asked if before[host, path])
        assert all(times == 1 for times in again.values()), again
        before.update(asked)
        if came is None:
            assert apart.code == -signal.SIGKILL
            kills += 1
            done = committed(killed)
            order = msgspec.structs.replace(order, resume=True)
            with killed.store() as store:
                assert store.check() == []
    assert came.ended
    assert kills == KILLS
    assert whole(killed) == whole(uninterrupted)
    answers, expected = archived(killed), archived(uninterrupted)
    assert answers.keys() == expected.keys()
    # That of a robots.txt is there before what it says is known, and was truly given twice then.
    assert {url for url, times in answers.items() if times > 1} <= {
        url for url in answers if url.endswith("/robots.txt")
    }
    web.log.assert_named(PRODUCT, "crawls@cityrights.test", start)


def test_a_crawl_that_goes_on_keeps_the_quiet_a_host_asked_for(web: Web, tmp_path: Path) -> None:
    speed, quiet = 60.0, 120
    host = web.host("busy.test").robots("")
    paths = put_policies(host, "1", "2", "3")
    host.serve({paths[0]: in_turn(busy(str(quiet)), page(policy("1", "busy.test")))})
    world = World(tmp_path)
    bounds = Bounds(wait=1.0, slower=0.0, pause=1.0)
    city = source(host, "pages", *paths)
    limited = msgspec.structs.replace(bounds, limit=1)
    clock = HurriedClock(speed)
    assert not world.crawl(city, bounds=limited, speed=speed, clock=clock).ended
    assert world.crawl(city, bounds=bounds, speed=speed, clock=clock, resume=True).ended
    entries = [entry for entry in web.log.entries("busy.test") if entry.path != "/robots.txt"]
    assert [entry.status for entry in entries] == [429, 200, 200, 200]
    assert entries[0].ended is not None
    assert entries[1].began - entries[0].ended >= (quiet - 1) / speed


def test_a_crawl_that_goes_on_asks_no_host_before_its_wait_is_over(
    web: Web, tmp_path: Path
) -> None:
    speed = 60.0
    city = pages_city(web, "a.test")
    world = World(tmp_path)
    clock = HurriedClock(speed)
    limited = msgspec.structs.replace(Bounds(), limit=2)
    assert not world.crawl(city, bounds=limited, speed=speed, clock=clock).ended
    mark = len(web.log)
    assert mark == 3
    assert world.crawl(city, bounds=Bounds(), speed=speed, clock=clock, resume=True).ended
    web.log.assert_waits(5.0 / speed)
    web.log.assert_no_repeat()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_crawl_that_is_told_to_stop_finishes_what_is_under_way(
    web: Web, tmp_path: Path, sign: signal.Signals
) -> None:
    cities = large_web(web)
    world = World(tmp_path)
    apart = Apart(world.order(*cities))
    left = [40]

    def told(entry: Entry, phase: Phase) -> None:
        left[0] -= phase == "half"
        if left[0] == 0:
            left[0] -= 1
            apart.tell(sign)

    web.watch(told)
    came = apart.wait()
    web.watch(None)
    assert came is not None and not came.ended and came.problem is None
    mark = len(web.log)
    asked = {web.host(e.host).url(e.path) for e in web.log.entries()}
    assert asked == committed(world)
    assert world.crawl(*cities, resume=True).ended
    web.log.assert_no_repeat()
    assert mark < len(web.log)


def test_a_crawl_that_can_start_no_reader_stops_and_fails_no_page(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For want of memory or of room in /tmp: nothing is wrong with the pages."""
    cities = large_web(web)
    world = World(tmp_path)

    def cant_start(item: object) -> object:
        raise SandboxError("The process that reads documents can't start.")

    with monkeypatch.context() as patch:
        patch.setattr("replica.crawling._read_directly", cant_start)
        with pytest.raises(SandboxError, match="can't start"):
            world.crawl(*cities)
    assert "failed" not in world.results().values()
    assert world.crawl(*cities, resume=True).ended
    assert "failed" not in world.results().values()


def test_a_crawl_with_a_limit_goes_on_where_it_stopped(web: Web, tmp_path: Path) -> None:
    cities = all_kinds(web)
    world = World(tmp_path)
    limited = msgspec.structs.replace(QUICK, limit=7)
    rounds = 0
    came = world.crawl(*cities, bounds=limited)
    while not came.ended:
        rounds += 1
        came = world.crawl(*cities, bounds=limited, resume=True)
    assert rounds >= 5
    web.log.assert_no_repeat()
    assert list(archived(world).values()) == [1] * len(web.log)


def test_what_has_no_end_is_bounded_however_often_a_crawl_goes_on(web: Web, tmp_path: Path) -> None:
    def facets(request: Request) -> Answer:
        more = [f"{request.path}{'&' if '?' in request.path else '?'}f={n}" for n in range(8)]
        return page(policy(request.path, "facets", links=tuple(more)))(request)

    host = web.host("facets.test").robots("").serve({"/find": facets})
    city = source(host, "pages", "/find", depth=50, max_pages=5_000)
    world = World(tmp_path)
    limited = msgspec.structs.replace(QUICK, limit=25)
    came = world.crawl(city, bounds=limited)
    while not came.ended and len(web.log) < 1_000:
        came = world.crawl(city, bounds=limited, resume=True)
    assert came.ended
    assert len(web.log) <= 70


def test_as_many_pages_are_visited_whether_or_not_a_crawl_was_interrupted(
    web: Web, tmp_path: Path
) -> None:
    """A redirect and where it leads count once, and so does what robots.txt forbids later."""
    host = web.host("bounded.test").robots("User-agent: *\nDisallow: /private\n")
    paths = put_policies(host, *map(str, range(8)))
    hub = page(policy("hub", "bounded", links=(*paths[:4], "/moved", *paths[4:])))
    host.serve(
        {
            "/start": redirect("/mid"),
            "/mid": redirect("/hub"),
            "/hub": hub,
            "/moved": redirect("/there"),
        }
    )
    host.serve({"/there": page(policy("there", "bounded", links=paths))})
    city = source(host, "pages", "/private/plan", "/start", depth=2, max_pages=7)
    whole_one = World(tmp_path / "whole")
    assert whole_one.crawl(city).ended
    results = whole_one.results()
    # Seven were found, of which one is forbidden, one leads on twice, another once.
    assert sum(result not in ("skipped", "robots", None) for result in results.values()) == 9
    for limit in (1, 2, 5):
        world = World(tmp_path / f"limited-{limit}")
        limited = msgspec.structs.replace(QUICK, limit=limit)
        assert not world.crawl(city, bounds=limited).ended
        assert world.crawl(city, resume=True).ended
        assert world.results() == results
