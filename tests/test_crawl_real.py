"""Real pages and files, spread over fifty hosts, are found by their links, read and kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from replica.cities import source
from replica.crawling import QUICK, Apart, Came, World
from replica.real import Real, real_files, real_pages, spread
from replica.web import Web

from crawlers.crawl import PRODUCT

pytestmark = pytest.mark.shared
HOSTS = 50


class Crawled(NamedTuple):
    """What came of it: which page stands at which address."""

    web: Web
    world: World
    came: Came
    at: dict[str, Real]


@pytest.fixture(scope="module")
def crawled(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with Web() as web:
        real = [*real_pages(shared), *real_files(shared)]
        hosts = spread(web, real, HOSTS)
        at = {hosts[number % HOSTS].url(each.path): each for number, each in enumerate(real)}
        # Whatever the subject is.
        sources = [source(host, "pages", "/", depth=1, threshold=0.0) for host in hosts]
        world = World(tmp_path_factory.mktemp("real"))
        bounds = msgspec.structs.replace(QUICK, seconds=60.0)
        came = Apart(world.order(*sources, reader="sandbox", bounds=bounds)).wait()
        assert came is not None
        yield Crawled(web, world, came, at)


def squeezed(text: str) -> str:
    """A text to be compared as the sets beside the project say: without blanks and marks of
    direction, in NFKC."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return "".join("".join(kept).split())


def test_all_of_it_is_visited_once_and_politely(crawled: Crawled) -> None:
    assert crawled.came.ended
    log = crawled.web.log
    assert len(log) == len(crawled.at) + 2 * HOSTS  # robots.txt and the first page of each host
    log.assert_no_repeat()
    log.assert_one_at_a_time()
    log.assert_named(PRODUCT, "crawls@cityrights.test")
    robots = {host: crawled.web.host(host).text("/robots.txt") for host in log.hosts()}
    log.assert_obeys(robots, PRODUCT)
    assert log.most_hosts_at_once() > 1  # how many at most is chance


def test_what_can_be_read_is_kept_and_the_rest_is_refused_with_a_reason(crawled: Crawled) -> None:
    seen = crawled.world.seen()
    unreadable = [url for url, real in crawled.at.items() if not real.readable]
    refused = [url for url in unreadable if seen[url].result == "refused" and seen[url].reason]
    # A PDF whose fonts map signs to other signs can't be told from one that is sound.
    assert len(unreadable) - len(refused) <= 1
    kept = [url for url in crawled.at if seen[url].result in ("new", "duplicate")]
    asks_not = [url for url in crawled.at if seen[url].result == "robots"]
    readable = [url for url, real in crawled.at.items() if real.readable]
    assert len(kept) + len(asks_not) >= len(readable) - 5
    assert all(b"noindex" in crawled.at[url].body.lower() for url in asks_not)
    assert "failed" not in {one.result for one in seen.values()}


def test_the_texts_hold_what_they_must(crawled: Crawled) -> None:
    texts = crawled.world.texts()
    held = wanted = 0
    for url, real in crawled.at.items():
        text = squeezed(texts[url][-1]) if url in texts else ""
        wanted += len(real.contains)
        held += sum(squeezed(phrase) in text for phrase in real.contains)
    assert wanted > 400
    assert held / wanted > 0.9


def test_a_second_crawl_asks_for_all_and_is_sent_nothing(crawled: Crawled) -> None:
    mark = len(crawled.web.log)
    hosts = [crawled.web.host(f"city-{number:02}.test") for number in range(HOSTS)]
    sources = [source(host, "pages", "/", depth=1, threshold=0.0) for host in hosts]
    versions = crawled.world.rows("SELECT count(*) FROM version")
    assert crawled.world.crawl(*sources).ended
    seen = crawled.world.seen()
    kept = [url for url in crawled.at if url in crawled.world.texts()]
    assert {seen[url].result for url in kept} == {"not_modified"}
    assert crawled.world.rows("SELECT count(*) FROM version") == versions
    sent = sum(entry.sent for entry in crawled.web.log.entries(since=mark) if entry.status == 304)
    assert sent == 0
