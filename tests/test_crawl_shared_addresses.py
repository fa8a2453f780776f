"""Several sources that lead to one address: it is asked for once, and each has its own of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from replica import lists
from replica.answers import page, redirect, status
from replica.cities import ABOUT, OFF_TOPIC, html, policy, put_policies, source
from replica.crawling import World
from replica.web import Host, Web

from crawlers.source import CrawlSource


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def host(web: Web) -> Host:
    return web.host("a.test").robots("")


def outcomes(world: World) -> set[tuple[str, str, str]]:
    """What came of each address for each source in the newest crawl."""
    newest = "(SELECT max(id) FROM crawl)"
    return set(world.rows(f"SELECT source, url, outcome FROM visit WHERE crawl = {newest}"))  # noqa: S608


@pytest.fixture
def shallow(host: Host) -> CrawlSource:
    """A source that follows no link of the page it shares with `deep`."""
    put_policies(host, "next")
    host.serve({"/p": page(policy(1, "a", links=("/policy/next",)))})
    return source(host, "pages", "/p", id="shallow", depth=0)


@pytest.fixture
def deep(host: Host) -> CrawlSource:
    return source(host, "pages", "/p", id="deep", depth=1)


@pytest.mark.parametrize("deep_first", [False, True])
def test_what_one_source_does_not_follow_another_does_and_the_page_is_asked_for_once(
    web: Web, world: World, host: Host, shallow: CrawlSource, deep: CrawlSource, deep_first: bool
) -> None:
    sources = [deep, shallow] if deep_first else [shallow, deep]
    assert world.crawl(*sources).ended
    assert set(world.texts()) == {host.url("/p"), host.url("/policy/next")}
    web.log.assert_no_repeat()
    assert world.crawl(*sources, days=7).ended
    assert set(world.results().values()) == {"not_modified"}
    assert len(world.rows("SELECT * FROM version")) == 2


def test_a_source_that_comes_later_follows_what_an_earlier_crawl_did_not(
    world: World, host: Host, shallow: CrawlSource, deep: CrawlSource
) -> None:
    """Though the server would say that the page is as it was."""
    world.crawl(shallow)
    world.crawl(deep, days=7)
    assert host.url("/policy/next") in world.texts()


def test_a_source_that_is_to_follow_more_links_does_so_in_the_next_crawl(
    world: World, host: Host, shallow: CrawlSource
) -> None:
    world.crawl(shallow)
    world.crawl(msgspec.structs.replace(shallow, depth=1), days=7)
    assert world.results() == {host.url("/p"): "unchanged", host.url("/policy/next"): "new"}
    world.crawl(msgspec.structs.replace(shallow, depth=1), days=14)
    assert set(world.results().values()) == {"not_modified"}


def test_a_source_that_admits_other_addresses_does_so_in_the_next_crawl(
    world: World, host: Host
) -> None:
    put_policies(host, "1", "2")
    host.serve({"/list": page(lists.listing(["/policy/1", "/policy/2"], None))})
    city = source(host, "listing", "/list", allow=("/policy/1",))
    world.crawl(city)
    world.crawl(msgspec.structs.replace(city, allow=("/policy/",)), days=7)
    assert host.url("/policy/2") in world.texts()


@pytest.mark.parametrize("listing_first", [False, True])
def test_a_page_that_is_the_list_of_another_source_is_kept_and_followed(
    web: Web, world: World, host: Host, listing_first: bool
) -> None:
    put_policies(host, "1", "2")
    text = html("Digital rights", ABOUT, links=("/policy/1", "/policy/2"))
    host.serve({"/list": page(text)})
    both = [
        source(host, "pages", "/list", id="fixed", depth=0),
        source(host, "listing", "/list", id="list", allow=("/policy/",)),
    ]
    both = both[::-1] if listing_first else both
    world.crawl(*both)
    at = {host.url(path) for path in ("/list", "/policy/1", "/policy/2")}
    assert set(world.texts()) == at
    web.log.assert_no_repeat()
    mark = len(web.log)
    world.crawl(*both, days=7)
    assert {outcome for *_, outcome in outcomes(world)} == {"not_modified"}
    web.log.assert_no_repeat(mark)


def test_a_change_of_a_page_is_seen_although_only_its_links_were_read_since(
    world: World, host: Host
) -> None:
    host.serve({"/list": page(html("Digital rights", ABOUT))})
    fixed = source(host, "pages", "/list", id="fixed", depth=0)
    listing = source(host, "listing", "/list", id="list", allow=("/policy/",))
    world.crawl(fixed)
    host.serve({"/list": page(html("Digital rights", f"{ABOUT} Since May also of sensors."))})
    world.crawl(listing, days=7)
    world.crawl(fixed, days=14)
    assert world.results() == {host.url("/list"): "changed"}


@pytest.mark.parametrize("less_first", [False, True])
def test_a_page_is_kept_for_the_source_that_asks_for_less(
    web: Web, world: World, host: Host, less_first: bool
) -> None:
    host.serve({"/pool": page(html("The pool", OFF_TOPIC))})
    more = source(host, "pages", "/pool", id="more", depth=0)
    less = source(host, "pages", "/pool", id="less", depth=0, threshold=0.05)
    sources = [less, more] if less_first else [more, less]
    world.crawl(*sources)
    assert list(world.texts()) == [host.url("/pool")]
    web.log.assert_no_repeat()
    world.crawl(more, days=7)
    assert world.results() == {host.url("/pool"): "not_modified"}


def test_what_two_sources_would_keep_is_one_document_with_one_record(
    world: World, host: Host, shallow: CrawlSource, deep: CrawlSource
) -> None:
    world.crawl(shallow, deep)
    assert outcomes(world) == {
        ("shallow", host.url("/p"), "new"),
        ("deep", host.url("/p"), "unchanged"),
        ("deep", host.url("/policy/next"), "new"),
    }
    assert len(world.rows("SELECT * FROM document")) == 2
    assert len(world.rows("SELECT * FROM record")) == 2
    assert world.pages()[host.url("/p")].source == "shallow"


def test_a_page_another_source_was_at_is_not_asked_for_again_if_nothing_more_is_wanted_of_it(
    web: Web, world: World, host: Host
) -> None:
    paths = put_policies(host, "1", "2")
    host.serve({"/list": page(lists.listing(list(paths), None))})
    fixed = source(host, "pages", "/policy/1", depth=0)
    listing = source(host, "listing", "/list", allow=("/policy/",), depth=1)
    world.crawl(fixed, listing)
    web.log.assert_no_repeat()
    assert len([one for one in outcomes(world) if one[1] == host.url("/policy/1")]) == 1


def test_a_page_that_is_beyond_the_bounds_of_one_source_is_visited_for_another(
    world: World, host: Host
) -> None:
    paths = put_policies(host, "1", "2", "3")
    host.serve({"/list": page(lists.listing(list(paths), None))})
    few = source(host, "listing", "/list", id="few", depth=1, max_pages=2)
    many = source(host, "listing", "/list", id="many", depth=1)
    world.crawl(few, many)
    assert set(world.texts()) == {host.url(path) for path in paths}


def test_a_page_two_sources_ask_for_in_one_crawl_is_not_gone_for_good_at_once(
    world: World, host: Host, shallow: CrawlSource, deep: CrawlSource
) -> None:
    world.crawl(shallow, deep)
    host.serve({"/p": status(404)})
    world.crawl(shallow, deep, days=7)
    assert world.rows("SELECT gone_again FROM document WHERE gone IS NOT NULL") == [(None,)]
    world.crawl(shallow, deep, days=14)
    assert world.rows("SELECT gone_again IS NULL FROM document WHERE gone IS NOT NULL") == [(0,)]


def test_a_failing_address_of_two_sources_is_tried_as_often_as_that_of_one(
    web: Web, world: World, host: Host, shallow: CrawlSource, deep: CrawlSource
) -> None:
    host.serve({"/p": status(500)})
    world.crawl(shallow, deep)
    both = web.log.paths("a.test").count("/p")
    other = web.host("b.test").robots("").serve({"/p": status(500)})
    world.crawl(source(other, "pages", "/p", depth=0))
    assert both == web.log.paths("b.test").count("/p")


def test_a_redirect_two_sources_lead_to_is_followed_once(
    web: Web, world: World, host: Host, shallow: CrawlSource, deep: CrawlSource
) -> None:
    host.serve({"/old": redirect("/p")})
    olds = [msgspec.structs.replace(each, start=(host.url("/old"),)) for each in (shallow, deep)]
    world.crawl(*olds)
    web.log.assert_no_repeat()
    assert set(world.texts()) == {host.url("/old"), host.url("/policy/next")}


def test_what_several_sources_had_of_an_address_is_made_again_from_evidence(
    world: World, host: Host, tmp_path: Path
) -> None:
    text = html("Digital rights", ABOUT, links=("/policy/1",))
    put_policies(host, "1")
    host.serve({"/list": page(text), "/pool": page(html("The pool", OFF_TOPIC))})
    sources = [
        source(host, "listing", "/list", id="list", allow=("/policy/",)),
        source(host, "pages", "/list", "/pool", id="more", depth=0),
        source(host, "pages", "/pool", id="less", depth=0, threshold=0.05),
    ]
    world.crawl(*sources)
    assert len(world.texts()) == 3
    again = World(tmp_path / "again")
    again.replay(world.data / "warc", *sources)
    assert again.texts() == world.texts()
