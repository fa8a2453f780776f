"""The replica web answers as servers do, sound and broken, and writes down what it was asked."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from replica import lists
from replica.answers import (
    MEBIBYTE,
    Request,
    bomb,
    busy,
    calendar,
    endless,
    garbage,
    gzipped,
    html,
    hung_up,
    in_turn,
    packed_zeros,
    page,
    redirect,
    silent,
    stalled,
    status,
    too_long,
    too_short,
    trickling,
    with_headers,
    with_new_session,
)
from replica.log import Log
from replica.real import real_files, real_pages, spread
from replica.web import Web

TIMEOUT = 20


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


def connection(web: Web) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", web.port, timeout=TIMEOUT)


def get(
    web: Web, host: str, path: str = "/", headers: dict[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request by a plain client."""
    client = connection(web)
    try:
        client.request("GET", path, headers={"Host": f"{host}:{web.port}", **(headers or {})})
        answer = client.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        client.close()


def test_hosts_are_told_apart_by_their_names(web: Web) -> None:
    for name in ("lisbon.test", "turin.test"):
        web.host(name).serve({"/": page(html(f"City of {name}"))})
    assert b"lisbon.test" in get(web, "lisbon.test")[2]
    assert b"turin.test" in get(web, "TURIN.test")[2]
    assert get(web, "nowhere.test")[0] == 421
    assert get(web, "lisbon.test", "/missing")[0] == 404
    assert web.host("lisbon.test").url("/a") == f"http://lisbon.test:{web.port}/a"


def test_a_query_has_a_resource_of_its_own_or_that_of_its_path(web: Web) -> None:
    web.host("a.test").serve({"/p": page("all"), "/p?x=2": page("two")})
    assert get(web, "a.test", "/p?x=1")[2] == b"all"
    assert get(web, "a.test", "/p?x=2")[2] == b"two"


def test_a_page_is_not_sent_again_to_who_has_it(web: Web) -> None:
    then = datetime(2026, 11, 1, 12, tzinfo=UTC)
    host = web.host("a.test").serve({"/p": page("old", modified=then)})
    _, headers, _ = get(web, "a.test", "/p")
    known = {"If-None-Match": headers["ETag"], "If-Modified-Since": headers["Last-Modified"]}
    code, again, body = get(web, "a.test", "/p", known)
    assert (code, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert get(web, "a.test", "/p", {"If-None-Match": 'W/"x", ' + headers["ETag"]})[0] == 304
    assert get(web, "a.test", "/p", {"If-Modified-Since": headers["Last-Modified"]})[0] == 304
    earlier = {"If-Modified-Since": "Sun, 01 Nov 2026 11:59:59 GMT"}
    assert get(web, "a.test", "/p", earlier)[0] == 200
    host.serve({"/p": page("new", modified=then)})
    assert get(web, "a.test", "/p", known)[2] == b"new"
    host.remove("/p")
    assert get(web, "a.test", "/p", known)[0] == 404


def test_resources_take_turns(web: Web) -> None:
    web.host("a.test").serve({"/": in_turn(busy("3"), status(503), page("well"))})
    answers = [get(web, "a.test") for _ in range(4)]
    assert [code for code, _, _ in answers] == [429, 503, 200, 200]
    assert answers[0][1]["Retry-After"] == "3"


def test_every_answer_sets_a_cookie(web: Web) -> None:
    web.host("a.test").serve({"/": redirect("/x"), "/x": page("x")})
    assert all(
        "seen=before" in get(web, "a.test", path)[1]["Set-Cookie"] for path in "/ /x /y".split()
    )


def test_headers_and_content_encodings_are_added(web: Web) -> None:
    noindex = ("X-Robots-Tag", "noindex")
    web.host("a.test").serve({"/": with_headers(gzipped(page("packed")), noindex)})
    _, headers, body = get(web, "a.test")
    assert (headers["X-Robots-Tag"], gzip.decompress(body)) == ("noindex", b"packed")


def test_a_calendar_has_no_end_and_sessions_change(web: Web) -> None:
    host = web.host("a.test").under("/calendar", calendar("/calendar", "Meetings of month"))
    assert b'href="/calendar/2026/12"' in get(web, "a.test", "/calendar/2027/1")[2]
    assert b'href="/calendar/2027/2"' in get(web, "a.test", "/calendar/2027/1")[2]
    host.serve({"/s": with_new_session("Session", "Words", ["/p?id=3"])})
    first, second = (get(web, "a.test", "/s")[2] for _ in range(2))
    assert b"/p?id=3&amp;PHPSESSID=" in first and first != second


def test_a_bomb_is_small_and_sound(web: Web) -> None:
    packed = packed_zeros(3 * MEBIBYTE)
    assert gzip.decompress(packed) == bytes(3 * MEBIBYTE)
    web.host("a.test").serve({"/": bomb(64 * MEBIBYTE)})
    _, headers, body = get(web, "a.test")
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < MEBIBYTE / 8
    unpacked = zlib.decompressobj(31).decompress(body)
    assert len(unpacked) == 64 * MEBIBYTE


def test_wrong_lengths_are_sent_as_they_are(web: Web) -> None:
    web.host("a.test").serve({"/short": too_short(b"12345"), "/long": too_long(b"12345", 3)})
    with pytest.raises(http.client.IncompleteRead):
        get(web, "a.test", "/short")
    assert get(web, "a.test", "/long")[2] == b"123"


def test_what_is_no_http_is_sent_as_it_is(web: Web) -> None:
    web.host("a.test").serve({"/bad": garbage(), "/none": hung_up()})
    with pytest.raises(http.client.BadStatusLine):
        get(web, "a.test", "/bad")
    with pytest.raises(http.client.RemoteDisconnected):
        get(web, "a.test", "/none")


@pytest.mark.parametrize(
    ("resource", "least"),
    [(endless(), 5_000_000), (trickling(), 20), (stalled(b"abc"), 3), (silent(), 0)],
    ids=["endless", "trickling", "stalled", "silent"],
)
def test_a_body_without_end_lasts_until_the_client_goes(
    web: Web, resource: object, least: int
) -> None:
    web.host("a.test").serve({"/": resource})  # type: ignore[dict-item]  # any of them
    with socket.create_connection(("127.0.0.1", web.port), TIMEOUT) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        received = 0
        while received < least:
            received += len(client.recv(65536))
        if least == 0:
            get(web, "b.test")  # was answered meanwhile
        assert web.log.entries("a.test")[0].ended is None
    while web.log.entries("a.test")[0].ended is None:
        get(web, "b.test")
    assert not web.log.entries("a.test")[0].whole


def test_the_log_says_what_was_asked_when(web: Web) -> None:
    web.host("a.test").serve({"/": page("hello")})
    get(web, "a.test", "/?q=1", {"User-Agent": "me", "X-Twice": "yes"})
    get(web, "b.test", "/robots.txt")
    entry = web.log.one("a.test", "/?q=1")
    assert (entry.headers["user-agent"], entry.headers["x-twice"]) == ("me", "yes")
    assert (entry.request.method, entry.status, entry.sent, entry.whole) == ("GET", 200, 5, True)
    assert entry.ended is not None and entry.began <= entry.ended
    assert web.log.hosts() == {"a.test", "b.test"}
    assert web.log.paths("b.test") == []


def test_a_watcher_is_told_of_each_phase(web: Web) -> None:
    web.host("a.test").serve({"/": page("hello")})
    seen: list[tuple[str, str, int]] = []
    web.watch(lambda entry, phase: seen.append((entry.path, phase, entry.sent)))
    get(web, "a.test")
    assert seen[:2] == [("/", "asked", 0), ("/", "half", 2)]
    web.watch(None)
    get(web, "a.test")
    assert [phase for _, phase, _ in seen] == ["asked", "half", "answered"]


# The assertions of the log find what they are for.


def written(*rows: tuple[str, str, float, float | None], **headers: str) -> Log:
    log = Log()
    for host, path, began, ended in rows:
        entry = log.begin(0, Request("GET", host, path, headers), began)
        entry.ended = ended
    return log


def test_two_requests_at_once_to_a_host_are_noticed() -> None:
    written(("a", "/1", 0, 1), ("b", "/1", 0.5, 2), ("a", "/2", 1, 2)).assert_one_at_a_time()
    with pytest.raises(AssertionError, match="a: /2 was asked for while /1"):
        written(("a", "/1", 0, 1), ("a", "/2", 0.9, 2)).assert_one_at_a_time()
    with pytest.raises(AssertionError, match="a: /2 was asked for while /1"):
        written(("a", "/1", 0, None), ("a", "/2", 0.9, 2)).assert_one_at_a_time()


def test_too_short_a_wait_is_noticed() -> None:
    log = written(("a", "/1", 0, 1), ("b", "/1", 1, 2), ("a", "/2", 3, 4))
    log.assert_waits(2)
    with pytest.raises(AssertionError, match=r"a: /2 came 2\.000 s after /1"):
        log.assert_waits(lambda host: 2.5)


def test_a_disallowed_path_is_noticed() -> None:
    robots = {"a": "User-agent: *\nDisallow: /no"}
    written(("a", "/robots.txt", 0, 1), ("a", "/yes", 2, 3)).assert_obeys(robots, "bot")
    with pytest.raises(AssertionError, match="a: /no/1 is disallowed"):
        written(("a", "/robots.txt", 0, 1), ("a", "/no/1", 2, 3)).assert_obeys(robots, "bot")
    with pytest.raises(AssertionError, match="/yes was asked for first"):
        written(("a", "/yes", 0, 1)).assert_obeys(robots, "bot")


def test_repeats_are_noticed() -> None:
    log = written(*[("a", "/1", 0, 1)] * 3, ("a", "/2", 0, 1), ("b", "/1", 0, 1))
    assert log.repeats() == {"a": 2}
    assert log.repeats(since=2) == {}
    with pytest.raises(AssertionError, match="'a': 2"):
        log.assert_no_repeat()


def test_a_nameless_crawler_and_a_cookie_are_noticed() -> None:
    one = ("a", "/1", 0.0, 1.0)
    named = {"user-agent": "bot/1 (+mailto:me@here.test)"}
    written(one, **named).assert_named("bot", "me@here.test")
    written(one, **{"user-agent": "bot/1", "from": "me@here.test"}).assert_named(
        "bot", "me@here.test"
    )
    for headers in ({}, {"user-agent": "bot/1"}, {**named, "cookie": "seen=before"}):
        with pytest.raises(AssertionError):
            written(one, **headers).assert_named("bot", "me@here.test")


def test_hosts_under_way_at_once_are_counted() -> None:
    log = written(("a", "/", 0, 2), ("b", "/", 1, 3), ("c", "/", 2, 3), ("a", "/2", 3, 4))
    assert log.most_hosts_at_once() == 2


# Lists


def test_sitemaps_feeds_and_registers_are_sound() -> None:
    from lxml import etree

    there = "http://a.test/p?x=1&y=2"
    for text in (
        lists.sitemap([(there, "2026-11-01"), "http://a.test/q"]),
        lists.sitemap_index([there]),
        lists.news_sitemap([(there, "News & more", "2026-11-01")]),
        lists.rss([(there, "Sun, 01 Nov 2026 10:00:00 GMT")]),
        lists.atom([there], next="http://a.test/feed?page=2"),
    ):
        root = etree.fromstring(text.encode())
        assert there in [*(e.text for e in root.iter()), *(e.get("href") for e in root.iter())]
    rows = [{"id": "1", "naam": "Scan, auto"}, {"id": "2", "naam": "Bijstand"}]
    assert lists.csv_register(rows) == b'id,naam\r\n1,"Scan, auto"\r\n2,Bijstand\r\n'
    assert json.loads(lists.json_register(rows, "register")) == {"register": rows}
    assert 'rel="next"' in lists.listing(["/a"], "/?page=2")


def test_a_portal_gives_its_packages_in_parts_and_may_lie(web: Web) -> None:
    packages = [lists.package(f"p-{n}", (f"http://a.test/{n}.pdf", "PDF")) for n in range(5)]
    search = "/api/3/action/package_search"
    web.host("a.test").serve({search: lists.ckan(packages, count=999)})
    result = json.loads(get(web, "a.test", f"{search}?start=3&rows=4")[2])["result"]
    assert (result["count"], [p["name"] for p in result["results"]]) == (999, ["p-3", "p-4"])
    assert json.loads(get(web, "a.test", f"{search}?start=9")[2])["result"]["results"] == []


# Real pages and files


@pytest.mark.shared
def test_real_pages_and_files_are_served_byte_for_byte(web: Web, shared: Path) -> None:
    real = [*real_pages(shared), *real_files(shared)]
    assert len(real) == 251 and len({each.path for each in real}) == 251
    hosts = spread(web, real, 50)
    assert len(hosts) == 50
    for number, host in enumerate(hosts):
        one = real[number]
        code, headers, body = get(web, host.name, one.path)
        assert (code, headers["Content-Type"], body) == (200, one.media_type, one.body)
        assert one.path.encode() in get(web, host.name)[2]
