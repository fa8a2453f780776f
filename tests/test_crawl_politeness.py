"""P12: the crawler obeys robots.txt and the page, names itself, waits, and leaves private networks
alone. What servers were asked is what is asserted."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from replica import lists
from replica.answers import Answer as Sent
from replica.answers import (
    Request,
    always,
    busy,
    html,
    http_date,
    in_turn,
    page,
    redirect,
    silent,
    status,
    with_headers,
)
from replica.cities import (
    ABOUT,
    REGISTER,
    all_kinds,
    pages_city,
    policy,
    put_policies,
    register_city,
    sitemap_city,
    source,
)
from replica.crawling import CONTACT, QUICK, TEST_NAMES, VERSION, World
from replica.hurried import HurriedClock
from replica.web import Web

from crawlers.bounds import ROBOTS_BYTES, Bounds
from crawlers.crawl import PRODUCT

AGENT = f"{PRODUCT}/{VERSION}"
SPEED = 60.0
"""A minute of waiting takes a second."""


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def robots_of(web: Web, *hosts: str) -> dict[str, str]:
    return {name: web.host(name).text("/robots.txt") for name in hosts}


def test_p12_a_crawl_of_all_kinds_of_sources_is_polite(web: Web, world: World) -> None:
    assert world.crawl(*all_kinds(web)).ended
    log = web.log
    assert len(log.hosts()) == 8
    log.assert_obeys(robots_of(web, *log.hosts()), PRODUCT)
    log.assert_one_at_a_time()
    log.assert_named(AGENT, CONTACT.removeprefix("mailto:"))
    log.assert_no_repeat()
    assert log.most_hosts_at_once() > 1
    results = world.results()
    assert results[web.host("amsterdam.test").url("/private/open")] == "new"
    assert results[web.host("amsterdam.test").url("/private/plan")] == "robots"
    assert "failed" not in results.values()
    made = [url for url, result in results.items() if result == "new"]
    assert (
        len(made) == 5 + 6 + 6 + 4 + 4 + 5 + 5
    )  # policies of each city, data sets with a document each
    assert len(world.texts()) == len(made) + 2  # rows of a register have its address
    assert world.rows("SELECT count(*) FROM document") == [(len(made) + 6,)]


def test_p12_every_request_names_the_crawler_and_whom_to_write_to(web: Web, world: World) -> None:
    world.crawl(pages_city(web, "a.test"))
    for entry in web.log.entries():
        assert entry.headers["user-agent"] == f"cityrights/{VERSION} (+crawls@cityrights.test)"
        assert entry.headers["from"] == "crawls@cityrights.test"


# Waits


def test_p12_a_host_is_left_in_peace_though_the_robots_txt_of_another_is_there(
    web: Web, world: World
) -> None:
    slow = web.host("slow.test").robots("User-agent: *\nCrawl-delay: 60\n")
    other = web.host("other.test").serve({"/robots.txt": redirect(slow.url("/rules"))})
    slow.serve({"/rules": page("User-agent: *\n", "text/plain")})
    paths = put_policies(slow, "1", "2")
    sources = [
        source(slow, "pages", *paths),
        source(other, "pages", *put_policies(other, "1"), private=("slow.test", "other.test")),
    ]
    assert world.crawl(*sources, bounds=Bounds(), speed=SPEED).ended
    web.log.assert_waits(lambda host: 59.0 / SPEED if host == "slow.test" else 0.0)
    assert "/rules" in web.log.paths("slow.test")


def test_p12_waits_between_requests_to_a_host_are_kept(web: Web, world: World) -> None:
    usual, asks, careful = (
        pages_city(web, "usual.test"),
        pages_city(web, "asks.test"),
        pages_city(web, "careful.test"),
    )
    web.host("asks.test").robots("User-agent: *\nCrawl-delay: 12\n")
    careful = msgspec.structs.replace(careful, wait=20.0)
    assert world.crawl(usual, asks, careful, bounds=Bounds(), speed=SPEED).ended
    web.log.assert_waits(5.0 / SPEED)
    web.log.assert_one_at_a_time()
    for host, wait in {"usual.test": 5.0, "asks.test": 12.0, "careful.test": 20.0}.items():
        pages = [entry for entry in web.log.entries(host) if entry.path != "/robots.txt"]
        assert len(pages) > 3
        for before, after in pairwise(pages):
            assert before.ended is not None and after.began - before.ended >= wait / SPEED


def test_p12_the_ports_of_a_host_are_asked_one_after_the_other(web: Web, world: World) -> None:
    with Web() as second:
        hosts = [each.host("a.test").robots("") for each in (web, second)]
        starts = [h.url(path) for h in hosts for path in put_policies(h, "1", "2")]
        assert world.crawl(source(hosts[0], "pages", *starts), bounds=Bounds(), speed=SPEED).ended
        asked = sorted((*web.log.entries(), *second.log.entries()), key=lambda e: e.began)
    assert len(asked) == 6
    for before, after in pairwise(asked):
        assert before.ended is not None
        assert after.began - before.ended >= 0.99 * Bounds().wait / SPEED


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_p12_retry_after_is_honoured(web: Web, world: World, code: int, form: str) -> None:
    host = web.host("busy.test").robots("")
    paths = put_policies(host, "1", "2", "3")
    quiet = 90
    clock = HurriedClock(SPEED)

    def pushed_back(request: Request) -> Sent:
        then = datetime.fromtimestamp(clock() + quiet, UTC)
        return busy(str(quiet) if form == "seconds" else http_date(then), code)(request)

    host.serve({paths[0]: in_turn(pushed_back, page(policy("1", "busy.test")))})
    fast = Bounds(wait=0.0, slower=0.0, pause=1.0)
    city = source(host, "pages", *paths)
    assert world.crawl(city, bounds=fast, speed=SPEED, clock=clock).ended
    entries = [entry for entry in web.log.entries("busy.test") if entry.path != "/robots.txt"]
    assert [entry.status for entry in entries] == [code, 200, 200, 200]
    assert entries[0].ended is not None
    assert entries[1].began - entries[0].ended >= (quiet - 1) / SPEED
    assert list(world.results().values()) == ["new"] * 3


@pytest.mark.parametrize("code", [429, 503])
def test_p12_a_host_that_stays_busy_is_left_alone(web: Web, world: World, code: int) -> None:
    host = web.host("busy.test").robots("")
    paths = put_policies(host, *map(str, range(10)))
    host.serve({path: busy("1", code) for path in paths})
    bounds = Bounds(wait=0.0, slower=0.0, pause=1.0)
    assert world.crawl(
        source(host, "pages", *paths), pages_city(web, "sound.test"), bounds=bounds, speed=SPEED
    ).ended
    assert len(web.log.paths("busy.test")) == bounds.attempts
    seen = world.seen()
    assert {seen[host.url(path)].result for path in paths} == {"failed"}
    assert any(f"answered {code} 3 times in a row" in (s.reason or "") for s in seen.values())
    assert seen[web.host("sound.test").url("/policy/0")].result == "new"


def test_p12_a_host_that_asks_for_a_long_quiet_is_not_asked_again(web: Web, world: World) -> None:
    host = web.host("busy.test").robots("")
    paths = put_policies(host, *map(str, range(5)))
    host.serve({paths[0]: busy("86400", 503)})
    assert world.crawl(source(host, "pages", *paths), pages_city(web, "sound.test")).ended
    assert web.log.paths("busy.test") == [paths[0]]
    reasons = {world.seen()[host.url(path)].reason for path in paths[1:]}
    assert reasons == {"It answered 503 and asked for 86,400 seconds of quiet."}


def test_p12_quiet_asked_for_at_the_last_attempt_holds_in_the_next_crawl(
    web: Web, world: World
) -> None:
    host = web.host("busy.test").robots("")
    (path,) = put_policies(host, "1")
    host.serve({path: in_turn(status(500), status(500), busy("86400", 503))})
    city = source(host, "pages", path)
    assert world.crawl(city).ended
    assert web.log.paths("busy.test") == [path] * QUICK.attempts
    assert world.results() == {host.url(path): "failed"}
    assert world.crawl(city).ended
    assert web.log.paths("busy.test") == [path] * QUICK.attempts
    (seen,) = world.seen().values()
    assert seen.reason == "It asked for quiet before, for longer than this crawl waits."


def test_p12_a_host_that_fails_again_and_again_is_left_alone(web: Web, world: World) -> None:
    host = web.host("broken.test").robots("")
    paths = put_policies(host, *map(str, range(20)))
    host.serve({path: status(500) for path in paths})
    assert world.crawl(source(host, "pages", *paths), pages_city(web, "sound.test")).ended
    assert len(web.log.paths("broken.test")) == QUICK.strikes
    assert {seen.result for url, seen in world.seen().items() if "broken" in url} == {"failed"}


# robots.txt


@pytest.mark.parametrize(
    ("resource", "asked"),
    [
        (status(404), True),
        (status(403), True),
        (status(410), True),
        (status(500), False),
        (status(503), False),
        (status(429), False),
        (silent(), False),
        (always(Sent(raw=b"", then="hang_up")), False),
    ],
    ids=["404", "403", "410", "500", "503", "429", "silent", "hangs up"],
)
def test_p12_without_a_robots_txt_all_is_free_and_with_a_broken_one_nothing(
    web: Web, world: World, resource: object, asked: bool
) -> None:
    host = web.host("a.test")
    paths = put_policies(host, "1", "2")
    host.serve({"/robots.txt": resource})  # type: ignore[dict-item]  # any of them
    bounds = msgspec.structs.replace(QUICK, seconds=0.5)
    assert world.crawl(source(host, "pages", *paths), bounds=bounds).ended
    assert web.log.paths("a.test") == (list(paths) if asked else [])
    results = {seen.result for seen in world.seen().values()}
    assert results == ({"new"} if asked else {"failed"})


def test_p12_a_robots_txt_is_followed_to_another_host(web: Web, world: World) -> None:
    host, other = web.host("a.test"), web.host("b.test")
    host.serve({"/robots.txt": redirect(other.url("/rules"), 302)})
    other.serve({"/rules": page("User-agent: *\nDisallow: /policy/2\n", "text/plain")})
    paths = put_policies(host, "1", "2", "3")
    assert world.crawl(source(host, "pages", *paths, private=("a.test", "b.test"))).ended
    assert web.log.paths("a.test") == [paths[0], paths[2]]
    assert web.log.paths("b.test") == ["/rules"]


def test_p12_a_robots_txt_that_goes_round_in_a_circle_ends(web: Web, world: World) -> None:
    host = web.host("a.test")
    host.serve({"/robots.txt": redirect("/r2"), "/r2": redirect("/robots.txt")})
    paths = put_policies(host, "1")
    assert world.crawl(source(host, "pages", *paths)).ended
    assert len(web.log) < 10
    assert world.results() == {host.url("/policy/1"): "new"}  # RFC 9309, section 2.3.1.2


def test_p12_a_robots_txt_that_is_cut_is_read_to_its_last_whole_line(
    web: Web, world: World
) -> None:
    head, torn = b"User-agent: *\nDisallow: /\n", b"Allow: /"
    filler = b"#" * (ROBOTS_BYTES - len(head) - len(torn) - 1) + b"\n"
    host = web.host("a.test").robots(head + filler + torn + b"public/\n" + b"# more\n" * 9_000)
    paths = put_policies(host, "1", "2")
    assert world.crawl(source(host, "pages", *paths)).ended
    assert web.log.paths("a.test") == []
    assert set(world.results().values()) == {"robots"}


def test_p12_a_robots_txt_is_asked_for_once_a_day(web: Web, world: World) -> None:
    cities = [pages_city(web, "a.test"), sitemap_city(web, "b.test")]
    world.crawl(*cities)
    mark = len(web.log)
    world.crawl(*cities)
    assert not [e for e in web.log.entries(since=mark) if e.path == "/robots.txt"]
    mark = len(web.log)
    world.crawl(*cities, days=2)
    assert [e.host for e in web.log.entries(since=mark) if e.path == "/robots.txt"] == [
        "a.test",
        "b.test",
    ]


def test_p12_rules_that_come_between_crawls_are_obeyed(web: Web, world: World) -> None:
    city = pages_city(web, "a.test")
    world.crawl(city)
    web.host("a.test").robots("User-agent: cityrights\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    mark = len(web.log)
    world.crawl(city, days=2)
    assert web.log.paths("a.test", mark) == []
    assert set(world.results().values()) == {"robots"}


# What a page says


def said(head: str = "", *headers: tuple[str, str]) -> object:
    resource = page(html("Digital rights", ABOUT, links=["/policy/next"], head=head))
    return with_headers(resource, *headers)


@pytest.mark.parametrize(
    ("resource", "kept", "followed"),
    [
        (said(), True, True),
        (said('<meta name="robots" content="noindex">'), False, True),
        (said('<meta name="robots" content="nofollow">'), True, False),
        (said('<META NAME="ROBOTS" CONTENT="NoIndex, NoFollow">'), False, False),
        (said('<meta name="robots" content="none">'), False, False),
        (said('<meta name="cityrights" content="noindex">'), False, True),
        (said('<meta name="otherbot" content="noindex, nofollow">'), True, True),
        (said("", ("X-Robots-Tag", "noindex")), False, True),
        (said("", ("X-Robots-Tag", "nofollow")), True, False),
        (said("", ("X-Robots-Tag", "otherbot: noindex")), True, True),
        (said("", ("X-Robots-Tag", "cityrights: none")), False, False),
        (said("", ("X-Robots-Tag", "unavailable_after: 1 Jan 2020 00:00:00 GMT")), False, True),
        (said("", ("X-Robots-Tag", "all"), ("X-Robots-Tag", "noindex")), False, True),
    ],
    ids=lambda value: "" if callable(value) else str(value),
)
def test_p12_a_page_is_kept_and_followed_as_it_says(
    web: Web, world: World, resource: object, kept: bool, followed: bool
) -> None:
    host = web.host("a.test").robots("")
    host.serve({"/": resource})  # type: ignore[dict-item]
    put_policies(host, "next")
    assert world.crawl(source(host, "pages", "/", depth=1)).ended
    assert (world.results()[host.url("/")] == "new") == kept
    assert (host.url("/") in world.texts()) == kept
    assert web.log.paths("a.test") == ["/", "/policy/next"] if followed else ["/"]
    assert (host.url("/policy/next") in world.results()) == followed


def test_p12_a_page_that_comes_to_ask_not_to_be_kept_is_not(web: Web, world: World) -> None:
    host = web.host("a.test").robots("").serve({"/": said()})  # type: ignore[dict-item]
    city = source(host, "pages", "/", depth=0)
    world.crawl(city)
    assert list(world.texts()) == [host.url("/")]
    host.serve({"/": said('<meta name="robots" content="noindex">')})  # type: ignore[dict-item]
    world.crawl(city, days=7)
    assert world.texts() == {}
    assert world.results() == {host.url("/"): "robots"}


@pytest.mark.parametrize("etag", [True, False])
def test_p12_a_page_that_is_as_it_was_is_not_kept_when_its_server_comes_to_ask_so(
    web: Web, world: World, etag: bool
) -> None:
    host = web.host("a.test").robots("")
    text = html("Digital rights", ABOUT, links=["/policy/next"])
    host.serve({"/": page(text, etag=etag)})
    put_policies(host, "next")
    city = source(host, "pages", "/", depth=1)
    world.crawl(city)
    assert len(world.texts()) == 2
    host.serve({"/": page(text, etag=etag, headers=[("X-Robots-Tag", "none")])})
    mark = len(web.log)
    world.crawl(msgspec.structs.replace(city, id="another"), days=7)
    assert web.log.paths("a.test", mark) == ["/"]
    assert world.results() == {host.url("/"): "robots"}
    assert list(world.texts()) == [host.url("/policy/next")]


@pytest.mark.parametrize("place", ["head", "header"])
def test_p12_a_page_is_not_kept_beyond_the_day_it_says(web: Web, world: World, place: str) -> None:
    end = f"unavailable_after: {datetime.now(UTC) + timedelta(days=3):%d %b %Y %H:%M:%S} GMT"
    head = f'<meta name="robots" content="{end}">' if place == "head" else ""
    headers = [("X-Robots-Tag", end)] if place == "header" else []
    host = web.host("a.test").robots("")
    host.serve({"/": page(html("Digital rights", ABOUT, head=head), headers=headers)})
    city = source(host, "pages", "/", depth=0)
    for day, kept in ((0, 1), (1, 1), (7, 0), (14, 0)):
        world.crawl(city, days=day)
        assert len(world.texts()) == kept


@pytest.mark.parametrize("etag", [True, False])
def test_p12_no_copy_of_what_says_noarchive_is_ever_written(
    web: Web, world: World, etag: bool
) -> None:
    head = '<meta name="robots" content="noarchive">'
    host = web.host("a.test").robots("")
    host.serve({"/": page(html("Digital rights", ABOUT, head=head), etag=etag)})
    for day in (0, 7, 14):
        world.crawl(source(host, "pages", "/", depth=0), days=day)
    assert len(world.texts()) == 1
    for path in (world.data / "warc").glob("*.warc.gz"):
        assert ABOUT.encode() not in gzip.decompress(path.read_bytes())


def test_p12_no_rows_are_kept_of_a_register_that_asks_for_that(web: Web, world: World) -> None:
    city = register_city(web, "helsinki.test")
    host = web.host("helsinki.test")
    world.crawl(city)
    assert len(world.rows("SELECT id FROM document")) == len(REGISTER)
    text = lists.csv_register(REGISTER, ";")
    host.serve({"/register.csv": page(text, "text/csv", headers=[("X-Robots-Tag", "noindex")])})
    for day in (7, 14):
        world.crawl(city, days=day)
        assert world.texts() == {}
    assert world.crawl(city, days=21).ended


# Where a name leads


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1"],
)
def test_p12_a_name_that_leads_into_a_private_network_is_not_followed(
    web: Web, world: World, address: str
) -> None:
    host = web.host("inside.test").robots("")
    paths = put_policies(host, "1", "2")
    sound = pages_city(web, "sound.test")
    names = TEST_NAMES | {"inside.test": (address,)}
    assert world.crawl(source(host, "pages", *paths, private=()), sound, names=names).ended
    assert web.log.hosts() == {"sound.test"}
    for path in paths:
        seen = world.seen()[host.url(path)]
        assert seen.result == "failed"
    reasons = " ".join(seen.reason or "" for seen in world.seen().values())
    assert address in reasons and "private" in reasons
    assert world.results()[web.host("sound.test").url("/policy/0")] == "new"


@pytest.mark.parametrize("literal", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "localhost"])
def test_p12_a_redirect_to_loopback_is_not_followed(web: Web, world: World, literal: str) -> None:
    host = web.host("a.test").robots("")
    paths = put_policies(host, "1", "2")
    target = f"http://{literal}:{web.port}/admin"
    web.host("127.0.0.1").serve({"/admin": page(policy("secret", "localhost"))})
    host.serve({paths[0]: redirect(target)})
    names = TEST_NAMES | {"localhost": ("127.0.0.1",)}
    assert world.crawl(source(host, "pages", *paths), names=names).ended
    assert web.log.hosts() == {"a.test"}
    results = world.results()
    assert (results.pop(host.url(paths[0])), results.pop(host.url(paths[1]))) == (
        "redirected",
        "new",
    )
    assert set(results.values()) == {"failed"}


def test_p12_a_name_that_comes_to_mean_something_else_gains_nothing(
    web: Web, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name leads to a public address first, to a private one next."""
    import crawlers.downloading
    import crawlers.network

    public = crawlers.network.is_public
    # Loopback, where the replica is, stands for the public network here.
    monkeypatch.setattr(
        crawlers.network, "is_public", lambda address: address == "127.0.0.1" or public(address)
    )
    monkeypatch.setattr(crawlers.downloading, "_NAMES_KEPT", 0)
    host = web.host("turns.test").robots("")
    paths = put_policies(host, "1", "2", "3")
    closing = always(
        Sent(200, (("Content-Type", "text/html"),), policy(1, "t").encode(), length=None)
    )
    host.serve({paths[0]: closing})
    names = {"turns.test": ("127.0.0.1", "127.0.0.2")}
    assert world.crawl(source(host, "pages", *paths, private=()), names=names).ended
    assert web.log.paths("turns.test") == [paths[0]]
    seen = world.seen()
    assert seen[host.url(paths[0])].result == "new"
    assert "127.0.0.2" in (seen[host.url(paths[1])].reason or "")


# Redirects


def test_p12_each_step_of_a_redirect_obeys_the_rules_of_its_host(web: Web, world: World) -> None:
    a, b = web.host("a.test").robots(""), web.host("b.test").robots("User-agent: *\nDisallow: /no")
    a.serve({"/1": redirect(b.url("/no/1")), "/2": redirect(b.url("/yes/2"), 308)})
    b.serve({"/no/1": page(policy(1, "b")), "/yes/2": page(policy(2, "b"))})
    assert world.crawl(source(a, "pages", "/1", "/2", private=("a.test", "b.test"))).ended
    assert web.log.paths("b.test") == ["/yes/2"]
    results = world.results()
    assert (results[b.url("/no/1")], results[b.url("/yes/2")]) == ("robots", "new")
    web.log.assert_obeys(robots_of(web, "b.test"), PRODUCT)


def test_p12_a_document_is_cited_by_the_address_where_redirects_began(
    web: Web, world: World
) -> None:
    host = web.host("a.test").robots("")
    host.serve({"/old": redirect("/newer", 301), "/newer": redirect("/newest", 302)})
    host.serve({"/newest": page(policy(1, "a"))})
    assert world.crawl(source(host, "pages", "/old")).ended
    assert list(world.results().values()) == ["redirected", "redirected", "new"]
    assert world.rows("SELECT url, final_url FROM document") == [
        (host.url("/old"), host.url("/newest"))
    ]


@pytest.mark.parametrize(
    "written",
    [b"/pol\xc3\xadtica?a=\xc3\xa7", b"/pol%C3%ADtica?a=%C3%A7", "/política?a=ç".encode("latin-1")],
    ids=["UTF-8", "percent", "Latin-1"],
)
def test_a_redirect_to_an_address_with_accents_is_followed(
    web: Web, world: World, written: bytes
) -> None:
    host = web.host("a.test").robots("")
    answer = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % written
    there = "/pol%C3%ADtica?a=%C3%A7"
    host.serve({"/old": always(Sent(raw=answer, then="hang_up")), there: page(policy(1, "a"))})
    assert world.crawl(source(host, "pages", "/old")).ended
    assert web.log.paths("a.test") == ["/old", there]


# Conditional requests


def test_p12_a_page_is_asked_for_only_if_it_changed(web: Web, world: World) -> None:
    host = web.host("a.test").robots("")
    then = datetime(2026, 11, 1, tzinfo=UTC)
    host.serve(
        {
            "/etag": page(policy(1, "a")),
            "/date": page(policy(2, "a"), etag=False, modified=then),
            "/both": page(policy(3, "a"), etag='W/"weak"', modified=then),
            "/none": page(policy(4, "a"), etag=False),
        }
    )
    paths = ("/etag", "/date", "/both", "/none")
    city = source(host, "pages", *paths, depth=0)
    world.crawl(city)
    for path in paths:
        assert not {"if-none-match", "if-modified-since"} & set(web.log.one("a.test", path).headers)
    mark = len(web.log)
    world.crawl(city, days=1)
    asked = {path: web.log.one("a.test", path, mark) for path in paths}
    assert [entry.status for entry in asked.values()] == [304, 304, 304, 200]
    assert asked["/both"].headers["if-none-match"] == 'W/"weak"'
    assert asked["/both"].headers["if-modified-since"] == http_date(then)
    assert "if-none-match" not in asked["/date"].headers
    assert list(world.results().values()) == ["not_modified"] * 3 + ["unchanged"]
