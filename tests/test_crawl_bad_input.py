"""P13: servers that are slow, endless, packed to a bomb, going round in circles or lying cost a
bounded amount, are named in the report, and the rest of the crawl goes on.

All of them are crawled at once, beside sound ones; each test looks at what came of one.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from replica import lists
from replica.answers import (
    HTML,
    MEBIBYTE,
    Answer,
    Request,
    Resource,
    always,
    bomb,
    calendar,
    endless,
    garbage,
    gzipped,
    html,
    hung_up,
    packed_zeros,
    page,
    redirect,
    silent,
    stalled,
    status,
    too_long,
    too_short,
    trickling,
    with_new_session,
)
from replica.cities import (
    ABOUT,
    all_kinds,
    ckan_city,
    policy,
    put_policies,
    source,
)
from replica.crawling import QUICK, Apart, Came, Seen, World
from replica.web import Host, Web

from crawlers.crawl_report import as_text, report_of
from crawlers.source import CrawlSource

BOUNDS = msgspec.structs.replace(QUICK, seconds=1.5, bytes=2 * MEBIBYTE, attempts=2)

HEADER: Answer = Answer(200, (("Content-Type", HTML),), policy("1", "header").encode())


def packed_twice(size: int) -> bytes:
    """Zeros packed twice: small on the wire, small as a file, large when both are unpacked."""
    return gzip.compress(packed_zeros(size), mtime=0)


ONE_PAGE: dict[str, tuple[Resource, str]] = {
    # what a server answers: what is said of it, as a regular expression
    "endless body": (endless(), r"failed: It has more than 2 MiB\."),
    "a byte now and then": (trickling(), r"failed: No whole answer within 1\.5 seconds\."),
    "a body that stops": (stalled(b"<!doctype html><p>Wait"), r"failed: No whole answer within .+"),
    "no answer": (silent(), r"failed: No whole answer within .+"),
    "hung up": (hung_up(), r"failed: It hung up without an answer\."),
    "no HTTP": (garbage(), r"failed: (The answer is no HTTP|The connection failed)\."),
    "half a head": (garbage(b"HTTP/1.1 200 OK\r\nContent-Le"), r"failed: .+"),
    "a head without end": (
        always(Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X-Filler: yes\r\n" * 200_000, then="stall")),
        r"failed: .+",
    ),
    "a header of a mebibyte": (
        always(HEADER.having(("X-Long", "a" * MEBIBYTE))),
        r"failed: .+",
    ),
    "a bomb": (bomb(64 * MEBIBYTE), r"failed: Unpacked it is larger than the bound\."),
    "a bomb in a file": (
        page(packed_zeros(512 * MEBIBYTE), "application/gzip"),
        r"refused: \w+: .+",
    ),
    "said to be packed": (
        always(HEADER.having(("Content-Encoding", "gzip"))),
        r"failed: It is not packed as it says \(BadGzipFile\)\.",
    ),
    "said to be packed by Brotli": (
        always(HEADER.having(("Content-Encoding", "br"))),
        r"failed: It is not packed as it says \(error\)\.",
    ),
    "said to be packed by Zstandard": (
        always(HEADER.having(("Content-Encoding", "zstd"))),
        r"failed: It is not packed as it says \(ZstdError\)\.",
    ),
    "said to be packed twice": (
        always(HEADER.having(("Content-Encoding", "gzip, br, deflate"))),
        r"failed: It is not packed as it says \(error\)\.",
    ),
    "packed in many parts": (
        always(
            replace(HEADER.having(("Content-Encoding", "gzip")), body=gzip.compress(b"") * 2_000)
        ),
        r"failed: It is packed in more than 1,000 parts\.",
    ),
    "an unknown packing": (
        always(HEADER.having(("Content-Encoding", "klingon"))),
        r"(failed|new|refused)(: .+)?",
    ),
    "shorter than it says": (
        too_short(policy("1", "short").encode()),
        r"failed: The answer broke off, or is not as long as it says\.",
    ),
    "longer than it says": (
        too_long(policy("1", "long").encode() + b"<!-- more -->" * 50, len(policy("1", "long"))),
        r"(new|failed: The answer is no HTTP\.)",
    ),
    "said to be larger than the bound": (
        too_short(b"<!doctype html>", 10**12),
        r"failed: It has more than 2 MiB\.",
    ),
    "a negative length": (
        always(Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", then="hang_up")),
        r"failed: .+",
    ),
    "two lengths": (
        always(
            Answer(
                raw=b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
                then="hang_up",
            )
        ),
        r"failed: .+",
    ),
    "an executable said to be a page": (page(b"MZ\x90\x00" + bytes(3_000)), r"refused: \w+: .+"),
    "a picture said to be a page": (
        page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        r"refused: \w+: .+",
    ),
    "a broken PDF": (page(b"%PDF-1.7\n%%EOF", "application/pdf"), r"refused: \w+: .+"),
    "a page said to be a PDF": (page(policy("1", "pdf"), "application/pdf"), r"new"),
    "no type": (page(policy("1", "type"), ""), r"new"),
    "an unknown charset": (page(policy("1", "charset"), "text/html; charset=klingon"), r"new"),
    "UTF-16": (
        page(policy("1", "sixteen").encode("utf-16"), "text/html; charset=utf-8"),
        r"new",
    ),
    "an empty page": (page(b""), r"refused: empty: .+"),
    "a page without words": (page("<!doctype html><body></body>"), r"refused: no_text: .+"),
    "zeros": (page(bytes(100_000)), r"refused: \w+: .+"),
    "a number that is no status": (status(999), r"failed: HTTP 999"),
    "an answer without content": (always(Answer(204)), r"failed: HTTP 204"),
    "not for us": (status(403), r"failed: HTTP 403"),
    "broken inside": (status(500), r"failed: HTTP 500"),
    "a deep page": (page("<!doctype html>" + "<div>" * 50_000 + ABOUT), r"(new|refused: \w+: .+)"),
    "a redirect to nowhere": (
        always(Answer(302)),
        r"failed: It redirects to nowhere that can be visited\.",
    ),
    "a redirect to a script": (
        redirect("javascript:alert(1)"),
        r"failed: It redirects to nowhere that can be visited\.",
    ),
    "a redirect to a file": (
        redirect("file:///etc/passwd"),
        r"failed: It redirects to nowhere that can be visited\.",
    ),
    "a redirect to a mail server": (
        redirect("http://mail.test:25/"),
        r"failed: It redirects to nowhere that can be visited\.",
    ),
    "a redirect to itself": (redirect("/"), r"failed: It redirects in a circle\."),
}


def host_name(what: str) -> str:
    return re.sub(r"\W+", "-", what.lower()).strip("-") + ".test"


def with_policies(host: Host, count: int = 3) -> CrawlSource:
    """A source of a few pages."""
    return source(host, "pages", *put_policies(host, *map(str, range(count))), depth=0)


def odd_robots(web: Web) -> list[CrawlSource]:
    """Hosts whose robots.txt are odd; /policy/1 is forbidden where anything can be."""
    rules = b"User-agent: *\nDisallow: /policy/1\n"
    filler = b"# " + b"x" * 97 + b"\n"
    late = filler * 110_000 + b"User-agent: *\nDisallow: /policy/2\n"
    web.host("robots-huge.test").robots(rules + late)
    web.host("robots-zeros.test").robots(bytes(1_000_000))
    web.host("robots-zeros-and-rules.test").robots(b"\x00\x00\n" + rules)
    web.host("robots-page.test").robots(html("Welcome", "User-agent: * Disallow: /"))
    web.host("robots-bom.test").robots(b"\xef\xbb\xbf" + rules)
    web.host("robots-packed.test").serve({"/robots.txt": gzipped(page(rules, "text/plain"))})
    web.host("robots-bomb.test").serve({"/robots.txt": bomb(64 * MEBIBYTE, "text/plain")})
    web.host("robots-endless.test").serve({"/robots.txt": endless(rules, b"# and on\n" * 1_000)})
    web.host("robots-one-line.test").robots(b"Disallow: /" + b"a" * 3_000_000)
    web.host("robots-latin.test").robots(b"User-agent: *\nDisallow: /caf\xe9\nDisallow: /policy/1")
    names = "huge zeros zeros-and-rules page bom packed bomb endless one-line latin".split()
    return [with_policies(web.host(f"robots-{name}.test")) for name in names]


def odd_lists(web: Web) -> list[CrawlSource]:
    """Lists that are none, lie, or mean no good; each leads to /policy/0 if it can be read."""
    made = []

    def put(what: str, kind: str, resource: Resource, **more: object) -> None:
        host = web.host(host_name(what)).robots("").serve({"/list": resource})
        put_policies(host, "0")
        made.append(source(host, kind, "/list", **more))

    def there(what: str, path: str = "/policy/0") -> str:
        return web.host(host_name(what)).url(path)

    name = "sitemap that names itself"
    put(name, "sitemap", lists.xml(lists.sitemap_index([there(name, "/list"), there(name, "/b")])))
    web.host(host_name(name)).serve(
        {"/b": lists.xml(lists.sitemap_index([there(name, "/list"), there(name, "/c")]))}
    )
    web.host(host_name(name)).serve({"/c": lists.xml(lists.sitemap([there(name)]))})
    put("sitemap that is a page", "sitemap", page(html("Not found", "Sorry.")))
    put("sitemap that is a bomb", "sitemap", page(packed_zeros(512 * MEBIBYTE), "application/gzip"))
    put(
        "sitemap packed twice",
        "sitemap",
        page(packed_twice(512 * MEBIBYTE), "application/gzip"),
    )
    name = "sitemap that breaks off"
    text = lists.sitemap([there(name), there(name, "/policy/9")])
    put(name, "sitemap", lists.xml(text[: text.index("/policy/9")]))
    name = "sitemap of others"
    put(name, "sitemap", lists.xml(lists.sitemap(["http://elsewhere.test/x", there(name)])))
    name = "feed with entities"
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
    )
    feed = lists.rss([there(name)]).partition("?>")[2]
    put(
        name,
        "feed",
        lists.xml(f"<?xml version='1.0'?><!DOCTYPE rss [{laughs}]>" + feed.replace("News", "&l9;")),
    )
    name = "feed that asks for files"
    outside = (
        '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">'
        f'<!ENTITY % p SYSTEM "{there(name, "/dtd")}"> %p;]>'
    )
    feed = lists.rss([there(name)]).partition("?>")[2].replace("News", "&f;")
    put(name, "feed", lists.xml(f"<?xml version='1.0'?>{outside}{feed}"))
    put("feed that is JSON", "feed", page('{"items": [{"url": 5}, {"url"', "application/json"))
    put("portal that is a page", "ckan", page(html("Portal", "Welcome.")))
    put("portal that refuses", "ckan", page('{"success": false, "error": {"message": "No."}}'))
    put("portal of numbers", "ckan", page('{"success": true, "result": {"results": [1, null]}}'))
    put(
        "register with other columns",
        "register",
        page("id;name\n1;Scan\n", "text/csv"),
        columns={"id": "nummer", "title": "naam", "text": ("doel",)},
    )
    put(
        "register that is a page",
        "register",
        page(html("Register", "Soon.")),
        columns={"id": "nummer", "title": "naam"},
    )
    put(
        "register of zeros",
        "register",
        page(bytes(10_000), "text/csv"),
        columns={"id": "nummer", "title": "naam"},
    )
    put(
        "register of another shape",
        "register",
        page('{"rows": {"a": 1}}', "application/json"),
        columns={"id": "nummer", "title": "naam"},
        rows="rows",
    )
    made.append(ckan_city(web, "portal-that-lies.test", says=10**9))
    endless_portal = lists.ckan([lists.package("same")] * 2)
    host = web.host("portal-without-end.test").robots("")
    host.serve({"/dataset/same": page(policy("same", "portal"))})

    def again_and_again(request: Request) -> Answer:
        return endless_portal(Request("GET", host.name, "/?rows=2", {}))

    host.serve({"/api/3/action/package_search": again_and_again})
    made.append(source(host, "ckan", "/api/3/action/package_search?rows=2", max_pages=20))
    name = "list that goes round"
    host = web.host(host_name(name)).robots("")
    put_policies(host, "0")
    host.serve({"/list": page(lists.listing(["/policy/0"], "/list?page=2"))})
    host.serve({"/list?page=2": page(lists.listing(["/policy/0"], "/list"))})
    made.append(source(host, "listing", "/list"))
    name = "list without end"
    host = web.host(host_name(name)).robots("")
    put_policies(host, "0")

    def next_one(request: Request) -> Answer:
        number = int(request.query.get("page", 0)) + 1
        return page(lists.listing(["/policy/0"], f"/list?page={number}"))(request)

    host.serve({"/list": next_one})
    made.append(source(host, "listing", "/list", max_pages=25))
    return made


def odd_sites(web: Web) -> list[CrawlSource]:
    """Sites in which a crawler could go round for ever."""
    made = []
    host = web.host("calendar.test").robots("").under("/calendar", calendar("/calendar", ABOUT))
    made.append(source(host, "pages", "/calendar/2026/11", depth=1_000, max_pages=500))
    host = web.host("sessions.test").robots("")
    links = ["/", "/a", "/b"]
    host.serve(
        {
            path: with_new_session(f"Page {path}", f"{ABOUT} Page {path}.", links, name)
            for path, name in zip(links, ("PHPSESSID", "jsessionid", "sid"), strict=True)
        }
    )
    made.append(source(host, "pages", "/", depth=50))
    host = web.host("facets.test").robots("")

    def facets(request: Request) -> Answer:
        chosen = list(request.query.items())
        more = [[*chosen, (f"f{len(chosen)}", str(value))] for value in range(8)]
        asked = ["/find?" + "&".join(f"{k}={v}" for k, v in each) for each in more]
        return page(html("Find", f"{ABOUT} {request.path}", links=asked))(request)

    host.serve({"/find": facets})
    made.append(source(host, "pages", "/find", depth=50, max_pages=100_000))
    host = web.host("circle.test").robots("")

    def deeper(request: Request) -> Answer:
        text = html("Deeper", f"{ABOUT} {request.path}", links=["more/news/"])
        return page(text)(request)

    host.under("/", deeper)
    made.append(source(host, "pages", "/", depth=1_000, max_pages=1_000))
    host = web.host("redirects.test").robots("")
    steps = {f"/{n}": redirect(f"/{n + 1}", 302) for n in range(40)}
    circle = {"/x": redirect("/y"), "/y": redirect("/z"), "/z": redirect("/x")}
    host.serve({**steps, **circle})
    made.append(source(host, "pages", "/0", "/x"))
    host = web.host("copies.test").robots("")
    host.serve({f"/copy/{n}": page(policy("1", "copies")) for n in range(4)})
    made.append(source(host, "pages", *(f"/copy/{n}" for n in range(4)), depth=0))
    host = web.host("canonical.test").robots("")
    own = f'<link rel="canonical" href="{host.url("/page")}">'
    host.serve({"/page": page(policy("1", "canonical", head=own))})
    made.append(source(host, "pages", "/page?print=1&from=menu", depth=0))
    return made


class Crawled(NamedTuple):
    """What came of the crawl of all of them."""

    web: Web
    world: World
    came: Came
    seen: dict[str, Seen]
    report: str

    def of(self, host: str, path: str = "/") -> str:
        """What is said of an address."""
        seen = self.seen[self.web.host(host).url(path)]
        return f"{seen.result}: {seen.reason}" if seen.reason else str(seen.result)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with Web() as web:
        sources = [*odd_robots(web), *odd_lists(web), *odd_sites(web), *all_kinds(web)]
        for what, (resource, _) in ONE_PAGE.items():
            host = web.host(host_name(what)).robots("").serve({"/": resource})
            sources.append(source(host, "pages", "/", *put_policies(host, "0"), depth=0))
        world = World(tmp_path_factory.mktemp("bad"))
        came = world.crawl(*sources, bounds=BOUNDS, reader="sandbox")
        with world.crawls() as crawls:
            crawl = crawls.newest()
            assert crawl is not None
            report = as_text(report_of(crawl, crawls.tallies(crawl.id)), width=1_000)
        yield Crawled(web, world, came, world.seen(), report)


def test_p13_the_crawl_comes_to_its_end(crawled: Crawled) -> None:
    assert crawled.came.ended and crawled.came.problem is None
    assert crawled.world.rows("SELECT count(*) FROM visit WHERE outcome IS NULL") == [(0,)]
    with crawled.world.store() as store:
        assert store.check() == []


def test_p13_no_fault_of_ours_is_among_what_failed(crawled: Crawled) -> None:
    ours = {
        url: s.reason for url, s in crawled.seen.items() if "can't be taken" in (s.reason or "")
    }
    assert ours == {}


def test_p13_sound_sources_are_crawled_to_their_end(crawled: Crawled) -> None:
    sound = "amsterdam barcelona lisbon milan nantes zurich helsinki antibes".split()
    results = [
        seen.result
        for url, seen in crawled.seen.items()
        if re.match(rf"http://({'|'.join(sound)})\.test", url)
    ]
    assert results.count("new") == 35
    assert set(results) == {"new", "list", "robots"}


@pytest.mark.parametrize("what", ONE_PAGE)
def test_p13_what_a_server_does_wrong_is_named(crawled: Crawled, what: str) -> None:
    said = crawled.of(host_name(what))
    assert re.fullmatch(ONE_PAGE[what][1], said), said
    if ":" in said:
        assert said.partition(": ")[2].rstrip(".") in crawled.report


@pytest.mark.parametrize("what", ONE_PAGE)
def test_p13_the_next_page_of_the_same_server_is_read(crawled: Crawled, what: str) -> None:
    assert crawled.of(host_name(what), "/policy/0") == "new"


@pytest.mark.parametrize("what", ONE_PAGE)
def test_p13_a_server_is_tried_so_often_at_most(crawled: Crawled, what: str) -> None:
    asked = [path for path in crawled.web.log.paths(host_name(what)) if path == "/"]
    assert 1 <= len(asked) <= BOUNDS.attempts


def test_p13_no_more_is_taken_of_a_body_than_the_bound(crawled: Crawled) -> None:
    # What the sockets of both sides hold is beyond anybody's bound.
    held = 16 * MEBIBYTE
    for entry in crawled.web.log.entries():
        assert entry.sent < BOUNDS.bytes + held, f"{entry.host}{entry.path}: {entry.sent:,} bytes"


def test_p13_hosts_are_treated_politely_all_the_while(crawled: Crawled) -> None:
    crawled.web.log.assert_one_at_a_time()
    crawled.web.log.assert_named("cityrights/", "crawls@cityrights.test")


# robots.txt


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("huge", "02"),  # what stands beyond 500 KiB is not read
        ("zeros", "012"),
        ("zeros-and-rules", "02"),
        ("page", "012"),
        ("bom", "02"),
        ("packed", "02"),
        ("endless", "02"),
        ("one-line", "012"),
        ("latin", "02"),
    ],
)
def test_p13_an_odd_robots_txt_is_read_as_far_as_it_can_be(
    crawled: Crawled, host: str, asked: str
) -> None:
    paths = crawled.web.log.paths(f"robots-{host}.test")
    assert "".join(path[-1] for path in paths) == asked


def test_p13_a_robots_txt_that_is_a_bomb_keeps_its_host_from_being_asked(crawled: Crawled) -> None:
    assert crawled.web.log.paths("robots-bomb.test") == []
    assert "robots.txt" in crawled.of("robots-bomb.test", "/policy/0")


# Lists


def test_p13_a_sitemap_that_names_itself_is_read_once(crawled: Crawled) -> None:
    host = host_name("sitemap that names itself")
    assert sorted(crawled.web.log.paths(host)) == ["/b", "/c", "/list", "/policy/0"]
    assert crawled.of(host, "/policy/0") == "new"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("sitemap that is a page", "failed: It is a web page, not a sitemap."),
        ("sitemap that is a bomb", r"failed: .+"),
        ("sitemap packed twice", r"failed: .+"),
        ("sitemap that breaks off", "list: It breaks off; what came before was read."),
        ("sitemap of others", r"list: 1 entry left out: .+another host.*"),
        ("feed with entities", r"(list|failed)(: .+)?"),
        ("feed that asks for files", r"(list|failed)(: .+)?"),
        ("feed that is JSON", r"failed: .+"),
        ("portal that is a page", r"failed: It is no answer of a data portal: .+"),
        ("portal that refuses", r"failed: The portal refused: No\."),
        ("portal of numbers", r"list: 2 entries left out: .+"),
        (
            "register with other columns",
            "failed: The register has no columns 'nummer', 'naam', 'doel'; it has 'id', 'name'.*",
        ),
        ("register that is a page", "failed: It is no register: it is a web page.+"),
        ("register of zeros", r"failed: .+"),
        ("register of another shape", r"failed: There is no list of rows under 'rows'\. .+"),
    ],
)
def test_p13_a_list_that_is_none_is_named(crawled: Crawled, what: str, said: str) -> None:
    found = crawled.of(host_name(what), "/list")
    assert re.fullmatch(said, found), found
    if found.startswith("list") and "numbers" not in what:
        assert crawled.of(host_name(what), "/policy/0") == "new"
    if found.startswith("failed"):
        assert found.removeprefix("failed: ").rstrip(".") in crawled.report


def test_p13_entities_bring_no_files_in_and_ask_nobody(crawled: Crawled) -> None:
    host = host_name("feed that asks for files")
    assert "/dtd" not in crawled.web.log.paths(host)
    stored = " ".join(text for texts in crawled.world.texts().values() for text in texts)
    assert "root:" not in stored and "hahaha" not in stored


def test_p13_a_portal_that_lies_about_its_count_is_read_to_its_end(crawled: Crawled) -> None:
    asked = [path for path in crawled.web.log.paths("portal-that-lies.test") if "api" in path]
    assert len(asked) == 4  # 2, 2, 1 data sets and none
    read = [url for url in crawled.world.texts() if url and "portal-that-lies" in url]
    assert len(read) == 10  # with a document each


@pytest.mark.parametrize(
    ("host", "most"),
    [("portal-without-end.test", 20), ("list-without-end.test", 25)],
)
def test_p13_a_list_without_end_is_bounded_by_its_source(
    crawled: Crawled, host: str, most: int
) -> None:
    assert len(crawled.web.log.paths(host)) <= most + 1
    assert "max_pages" in crawled.report


def test_p13_a_list_that_goes_round_is_read_once(crawled: Crawled) -> None:
    asked = crawled.web.log.paths("list-that-goes-round.test")
    assert sorted(asked) == ["/list", "/list?page=2", "/policy/0"]


# Sites without end


def test_p13_a_calendar_is_left_after_a_year(crawled: Crawled) -> None:
    asked = crawled.web.log.paths("calendar.test")
    this = datetime.now(UTC)
    months = [int(p.split("/")[2]) * 12 + int(p.split("/")[3]) for p in asked]
    assert max(months) - (this.year * 12 + this.month) <= 15
    assert "calendar" in crawled.report


def test_p13_sessions_in_addresses_make_no_page_twice(crawled: Crawled) -> None:
    assert sorted(crawled.web.log.paths("sessions.test")) == ["/", "/a", "/b"]


def test_p13_facets_without_end_are_bounded(crawled: Crawled) -> None:
    assert len(crawled.web.log.paths("facets.test")) <= 100
    assert "differ only a little" in crawled.report


def test_p13_a_path_that_grows_without_end_is_bounded(crawled: Crawled) -> None:
    assert len(crawled.web.log.paths("circle.test")) <= 10
    assert "repeats itself" in crawled.report


def test_p13_redirects_without_end_and_in_circles_are_bounded(crawled: Crawled) -> None:
    asked = crawled.web.log.paths("redirects.test")
    assert len(asked) == BOUNDS.hops + 1 + 3
    assert len(set(asked)) == len(asked)
    assert crawled.of("redirects.test", f"/{BOUNDS.hops}") == "failed: It redirects without end."
    said = [crawled.of("redirects.test", path) for path in ("/x", "/y", "/z")]
    assert "failed: It redirects in a circle." in said


def test_p13_copies_are_recognised(crawled: Crawled) -> None:
    said = [crawled.of("copies.test", f"/copy/{n}") for n in range(4)]
    assert said[0] == "new"
    first = crawled.web.host("copies.test").url("/copy/0")
    assert said[1:] == [f"duplicate: Its text is that of {first}."] * 3


def test_p13_a_page_is_kept_under_the_address_it_calls_its_own(crawled: Crawled) -> None:
    host = crawled.web.host("canonical.test")
    urls = [url for url in crawled.world.texts() if url and "canonical.test" in url]
    assert urls == [host.url("/page")]


def test_p13_bombs_and_endless_bodies_cost_little_memory(tmp_path: Path) -> None:
    with Web() as web:
        sources = []
        for number, what in enumerate(("a bomb", "a bomb in a file", "endless body") * 4):
            host = web.host(f"host-{number}.test").robots("").serve({"/": ONE_PAGE[what][0]})
            sources.append(source(host, "pages", "/", depth=0))
        quiet = web.host("quiet.test").robots("")
        sound = with_policies(quiet)
        world = World(tmp_path)
        small = Apart(world.order(sound, bounds=BOUNDS, reader="sandbox")).wait()
        large = Apart(world.order(*sources, bounds=BOUNDS, reader="sandbox")).wait()
    assert small is not None and large is not None and large.ended
    assert large.peak - small.peak < 100 * MEBIBYTE
