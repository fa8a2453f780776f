"""A disk that is full while a crawl stores: one message, nothing torn, and it goes on later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from replica.answers import page
from replica.cities import html, pages_city, put_policies, source
from replica.crawling import QUICK, Apart, World
from replica.web import Web

PAGES = 25


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


@pytest.mark.parametrize("evidence", [True, False], ids=["with WARC", "without WARC"])
@pytest.mark.parametrize("room", [0, 10_000, 60_000])
def test_a_full_disk_stops_the_crawl_with_one_message_and_it_goes_on_later(
    web: Web, tmp_path: Path, room: int, evidence: bool
) -> None:
    city, other = pages_city(web, "a.test", PAGES), pages_city(web, "b.test", PAGES)
    whole = World(tmp_path / "whole")
    assert whole.crawl(city, other, evidence=evidence).ended
    mark = len(web.log)
    world = World(tmp_path / "full")
    few = msgspec.structs.replace(QUICK, limit=6)
    assert not world.crawl(city, other, bounds=few, evidence=evidence).ended
    largest = (world.data / "store.sqlite3").stat().st_size + room
    order = world.order(city, other, resume=True, evidence=evidence, largest=largest)
    came = Apart(order).wait()
    assert came is not None and not came.ended
    assert came.problem is not None
    assert "Traceback" not in came.problem and len(came.problem.splitlines()) == 1
    assert str(world.data) in came.problem
    with world.store() as store:
        assert store.check() == []
    visited = {url for url, seen in world.seen().items() if seen.result is not None}
    again = len(web.log)
    assert world.crawl(city, other, resume=True, evidence=evidence).ended
    asked = {web.host(e.host).url(e.path) for e in web.log.entries(since=again)}
    assert not asked & visited
    assert all(times <= 1 for times in web.log.repeats(mark).values())
    assert world.results() == whole.results()
    assert world.texts() == whole.texts()


def test_a_disk_too_full_to_begin_is_named(web: Web, tmp_path: Path) -> None:
    world = World(tmp_path / "full")
    first = world.crawl(pages_city(web, "a.test", 1))
    assert first.ended
    mark = len(web.log)
    order = world.order(pages_city(web, "b.test", 3), largest=20_000)
    came = Apart(order).wait()
    assert came is not None and came.problem is not None
    assert len(web.log) - mark <= 2  # robots.txt, and what was to be kept of one page
    with world.store() as store:
        assert store.check() == []


def test_a_disk_that_is_full_before_anything_is_asked_is_named(web: Web, tmp_path: Path) -> None:
    """What robots.txt forbids is noted without a request."""
    host = web.host("a.test").robots("User-agent: *\nDisallow: /no\n")
    paths = [*put_policies(host, "1"), *(f"/no/{number}" for number in range(500))]
    city = source(host, "pages", *paths, depth=0)
    world = World(tmp_path / "full")
    assert not world.crawl(city, bounds=msgspec.structs.replace(QUICK, limit=1)).ended
    mark = len(web.log)
    came = Apart(world.order(city, resume=True, largest=40_000)).wait()
    assert came is not None and not came.ended and len(web.log) == mark
    assert came.problem is not None and str(world.data) in came.problem
    assert world.crawl(city, resume=True).ended
    assert list(world.results().values()) == ["new"] + ["robots"] * 500


def test_a_page_larger_than_all_others_is_kept_whole(web: Web, tmp_path: Path) -> None:
    text = " ".join(f"Every resident has rights, says rule {n}." for n in range(40_000))
    host = web.host("a.test").robots("").serve({"/": page(html("Rules", text))})
    world = World(tmp_path)
    assert world.crawl(source(host, "pages", "/", depth=0)).ended
    (texts,) = world.texts().values()
    assert "rule 39999" in texts[0]
