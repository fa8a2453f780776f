"""A crawl over what an earlier one knows: unchanged, changed, gone, gone twice, back, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from replica import lists
from replica.answers import Answer, Request, page, redirect, status
from replica.cities import ABOUT, OFF_TOPIC, all_kinds, html, policy, put_policies, source
from replica.crawling import QUICK, World
from replica.web import Host, Web
from small_corpora import make, make_corpus

from corpus.crawls import Crawls
from corpus.documents import Document
from corpus.model import Source
from corpus.pages import Decision
from corpus.store import Store
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


def document(world: World, url: str) -> Document:
    """The document of an address."""
    rows = world.rows("SELECT id FROM document WHERE url = ?", url)
    assert len(rows) == 1
    with world.store() as store:
        found = store.document(rows[0][0])
    assert found is not None
    return found


def days(world: World, url: str) -> list[tuple[str, str]]:
    """When each version of a document was first and last seen."""
    return [(v.first_seen[5:], v.last_seen[5:]) for v in document(world, url).versions]


def test_a_second_crawl_in_which_nothing_changed_moves_only_what_was_last_seen(
    web: Web, world: World
) -> None:
    cities = all_kinds(web)
    world.crawl(*cities)
    documents, records = world.rows("SELECT * FROM document"), world.rows("SELECT * FROM record")
    versions = world.rows("SELECT * FROM version")
    mark = len(web.log)
    assert world.crawl(*cities, days=7).ended
    kept = {seen.result for seen in world.seen().values()}
    assert kept == {"not_modified", "robots"}
    statuses = {entry.status for entry in web.log.entries(since=mark) if "robots" not in entry.path}
    assert statuses == {304}
    web.log.assert_no_repeat(mark)
    assert world.rows("SELECT * FROM document") == documents
    assert world.rows("SELECT * FROM record") == records
    again = world.rows("SELECT * FROM version")
    moved = [
        [a for a, b in zip(*pair, strict=True) if a != b]
        for pair in zip(again, versions, strict=True)
    ]
    (last_seen,) = {one for (one,) in moved}
    assert last_seen > max(world.rows("SELECT max(first_seen) FROM version")[0])


def test_the_same_page_read_again_is_unchanged(world: World, host: Host) -> None:
    host.serve({"/p": page(policy(1, "a"), etag=False)})
    city = source(host, "pages", "/p", depth=0)
    world.crawl(city)
    world.crawl(city, days=7)
    assert world.results() == {host.url("/p"): "unchanged"}
    assert len(days(world, host.url("/p"))) == 1


def test_a_page_that_looks_different_but_says_the_same_has_one_version(
    world: World, host: Host
) -> None:
    host.serve({"/p": page(policy(1, "a"))})
    city = source(host, "pages", "/p", depth=0)
    world.crawl(city)
    with world.store() as store:
        before = store.fingerprint()
    records = world.rows("SELECT * FROM record")
    host.serve({"/p": page(policy(1, "a", head="<style>p { color: red }</style>"))})
    world.crawl(city, days=7)
    assert world.results() == {host.url("/p"): "unchanged"}
    ((first, last),) = days(world, host.url("/p"))
    assert first < last
    # Nor is its record news, or a reason to build the index.
    assert world.rows("SELECT * FROM record") == records
    with world.store() as store:
        assert store.fingerprint() == before


def test_a_changed_text_is_a_new_version(world: World, host: Host) -> None:
    put_policies(host, "1", "2")
    city = source(host, "pages", "/policy/1", "/policy/2", depth=0)
    world.crawl(city)
    host.serve({"/policy/1": page(policy("1 as amended", "a.test"))})
    world.crawl(city, days=7)
    assert list(world.results().values()) == ["changed", "not_modified"]
    (first, _), (second, last) = days(world, host.url("/policy/1"))
    assert first < second == last
    texts = world.texts()[host.url("/policy/1")]
    assert "amended" not in texts[0] and "amended" in texts[1]
    assert len(days(world, host.url("/policy/2"))) == 1


def test_a_page_that_changed_stays_although_it_is_no_longer_about_the_subject(
    world: World, host: Host
) -> None:
    """What was kept is followed; a person decides what to drop."""
    put_policies(host, "1")
    city = source(host, "pages", "/policy/1", depth=0)
    world.crawl(city)
    host.serve({"/policy/1": page(html("Rule 1", OFF_TOPIC))})
    world.crawl(city, days=7)
    assert world.results() == {host.url("/policy/1"): "changed"}
    assert len(days(world, host.url("/policy/1"))) == 2


@pytest.mark.parametrize("code", [404, 410])
def test_gone_once_is_noted_twice_is_said_and_back_heals(
    world: World, host: Host, code: int
) -> None:
    put_policies(host, "1")
    url = host.url("/policy/1")
    there = page(policy("1", "a.test"))
    city = source(host, "pages", "/policy/1", depth=0)
    world.crawl(city)
    assert document(world, url).gone == ()
    host.serve({"/policy/1": status(code)})
    world.crawl(city, days=7)
    assert world.results() == {url: "gone"}
    assert len(document(world, url).gone) == 1
    world.crawl(city, days=14)
    gone = document(world, url)
    assert len(gone.gone) == 2 and gone.gone[0] < gone.gone[1]
    assert gone.newest.text  # its text stays
    world.crawl(city, days=21)
    assert document(world, url).gone == gone.gone
    host.serve({"/policy/1": there})
    world.crawl(city, days=28)
    assert document(world, url).gone == ()
    assert len(days(world, url)) == 1


def test_gone_and_back_with_another_text_is_a_new_version(world: World, host: Host) -> None:
    put_policies(host, "1")
    city = source(host, "pages", "/policy/1", depth=0)
    world.crawl(city)
    host.serve({"/policy/1": status(404)})
    world.crawl(city, days=7)
    host.serve({"/policy/1": page(policy("1 again", "a.test"))})
    world.crawl(city, days=14)
    assert document(world, host.url("/policy/1")).gone == ()
    assert len(days(world, host.url("/policy/1"))) == 2


@pytest.mark.parametrize("front", ["/", "/en/", "/pt-BR", "/index.html", "/de/home"])
def test_a_page_that_leads_to_the_front_page_now_is_gone(
    web: Web, world: World, host: Host, front: str
) -> None:
    """So sites say of many a page that they took away."""
    host.serve({"/p": page(policy(1, "a")), front: page(policy("front", "a"))})
    city = source(host, "pages", "/p", depth=0)
    world.crawl(city)
    host.serve({"/p": redirect(front)})
    for days in (7, 14):
        world.crawl(city, days=days)
        assert world.seen()[host.url("/p")].reason == "It leads to the front page of its site."
    assert len(document(world, host.url("/p")).gone) == 2
    assert list(world.texts()) == [host.url("/p")]
    assert host.name not in {e.host for e in web.log.entries() if e.path == front}


def test_a_page_that_says_now_that_nothing_is_there_is_gone_and_its_text_stays(
    world: World, host: Host
) -> None:
    """With status 200, as many sites do."""
    host.serve({"/p": page(policy(1, "a"))})
    city = source(host, "pages", "/p", depth=0)
    world.crawl(city)
    texts = world.texts()
    host.serve({"/p": page(html("Page not found", "Sorry. Try the search."))})
    world.crawl(city, days=7)
    seen = world.seen()[host.url("/p")]
    assert seen == ("gone", "It says that nothing is there: Page not found", 200)
    assert world.texts() == texts
    assert len(document(world, host.url("/p")).gone) == 1
    host.serve({"/p": page(policy(1, "a"))})
    world.crawl(city, days=14)
    assert (world.results(), document(world, host.url("/p")).gone) == (
        {host.url("/p"): "unchanged"},
        (),
    )


def test_a_notice_that_nothing_is_there_is_never_the_text_of_an_initiative(
    world: World, host: Host
) -> None:
    host.serve({"/register": page(html("404", "Rights and algorithms: try the search."))})
    corpus = make_corpus(make("a-register", sources=(Source(host.url("/register"), "Register"),)))
    world.crawl(source(host, "pages", "/register", depth=0), corpus=corpus)
    assert (world.results(), world.texts()) == ({host.url("/register"): "failed"}, {})


def test_a_page_that_moved_to_a_site_of_its_own_is_kept(web: Web, world: World, host: Host) -> None:
    own = web.host("plan.test").robots("").serve({"/": page(policy("plan", "a"))})
    host.serve(
        {"/plan": redirect(own.url("/")), "/": redirect("/en/"), "/en/": page(policy(2, "a"))}
    )
    world.crawl(source(host, "pages", "/plan", "/", depth=0, private=(host.name, own.name)))
    assert set(world.texts()) == {host.url("/plan"), host.url("/")}


def test_a_failing_server_is_not_a_page_that_is_gone(world: World, host: Host) -> None:
    put_policies(host, "1")
    city = source(host, "pages", "/policy/1", depth=0)
    world.crawl(city)
    for code in (500, 403, 401):
        host.serve({"/policy/1": status(code)})
        world.crawl(city, days=7)
        assert world.results() == {host.url("/policy/1"): "failed"}
    assert document(world, host.url("/policy/1")).gone == ()


def test_a_page_no_list_names_any_more_is_looked_at_all_the_same(world: World, host: Host) -> None:
    paths = put_policies(host, "1", "2")
    host.serve({"/feed": lists.xml(lists.rss([host.url(path) for path in paths]))})
    city = source(host, "feed", "/feed")
    world.crawl(city)
    host.serve({"/feed": lists.xml(lists.rss([host.url(paths[1])]))})
    host.serve({paths[0]: status(404)})
    world.crawl(city, days=7)
    assert world.results()[host.url(paths[0])] == "gone"
    assert len(document(world, host.url(paths[0])).gone) == 1


def test_a_crawl_stopped_before_it_looked_at_what_nothing_leads_to_is_not_at_its_end(
    world: World, host: Host
) -> None:
    paths = put_policies(host, "1", "2")
    city = source(host, "pages", *paths, depth=0)
    world.crawl(city)
    host.serve({paths[1]: status(404)})
    less = msgspec.structs.replace(city, start=city.start[:1])
    limited = msgspec.structs.replace(QUICK, limit=1)
    assert not world.crawl(less, days=7, bounds=limited).ended
    assert world.crawl(less, days=7, resume=True).ended
    assert world.results() == {city.start[0]: "not_modified", city.start[1]: "gone"}


def test_a_page_that_moved_keeps_its_document(world: World, host: Host) -> None:
    put_policies(host, "1")
    city = source(host, "pages", "/policy/1", depth=0)
    world.crawl(city)
    (id,) = world.rows("SELECT id FROM document")
    host.serve({"/new": page(policy("1", "a.test")), "/policy/1": redirect("/new")})
    world.crawl(city, days=7)
    assert world.rows("SELECT id FROM document") == [id]
    assert document(world, host.url("/policy/1")).gone == ()
    assert document(world, host.url("/policy/1")).final_url == host.url("/new")
    assert len(days(world, host.url("/policy/1"))) == 1


def test_a_page_that_is_back_where_it_was_is_read_though_it_is_as_it_was_there(
    world: World, host: Host
) -> None:
    put_policies(host, "1")
    there = page(policy("1", "a.test"))
    city = source(host, "pages", "/policy/1", depth=0)
    world.crawl(city)
    host.serve({"/new": page(policy("1 as amended", "a.test")), "/policy/1": redirect("/new")})
    world.crawl(city, days=7)
    host.serve({"/policy/1": there})
    world.crawl(city, days=14)
    assert world.results()[host.url("/policy/1")] == "changed"
    first, second, third = world.texts()[host.url("/policy/1")]
    assert first == third and "amended" in second


def test_a_page_that_another_spelling_leads_to_is_asked_for_only_if_it_changed(
    world: World, host: Host
) -> None:
    put_policies(host, "1")
    host.serve({"/policy/1/": redirect("/policy/1")})
    city = source(host, "pages", "/policy/1/", depth=0)
    for week, came in ((0, "new"), (7, "not_modified"), (14, "not_modified")):
        world.crawl(city, days=week)
        assert list(world.results().values()) == ["redirected", came]


@pytest.mark.parametrize("linked_first", [True, False])
def test_a_page_has_one_document_whether_a_redirect_or_a_link_leads_to_it(
    world: World, host: Host, linked_first: bool
) -> None:
    put_policies(host, "1")
    host.serve({"/old": redirect("/policy/1")})
    linked, moved = (
        source(host, "pages", path, id=path[1:4], depth=0) for path in ("/policy/1", "/old")
    )
    cities = [linked, moved] if linked_first else [moved, linked]
    world.crawl(cities[0])
    host.serve({"/policy/1": page(policy("1 as amended", "a.test"))})
    world.crawl(cities[1], days=7)
    (texts,) = world.texts().values()
    assert len(texts) == 2
    assert "changed" in world.results().values()


def test_a_document_that_moved_on_is_not_gone_with_the_page_it_was_at(
    world: World, host: Host
) -> None:
    put_policies(host, "1", "2")
    host.serve({"/old": redirect("/policy/1")})
    city = source(host, "pages", "/old", depth=0)
    world.crawl(city)
    host.serve({"/old": redirect("/policy/2"), "/policy/1": status(404)})
    for week in (7, 14):
        world.crawl(city, days=week)
        assert document(world, host.url("/old")).gone == ()
        assert document(world, host.url("/old")).final_url == host.url("/policy/2")


def test_a_copy_is_kept_when_the_first_is_gone_for_good(world: World, host: Host) -> None:
    host.serve(dict.fromkeys(("/1", "/2"), page(policy("1", "a.test"))))
    city = source(host, "pages", "/1", "/2", depth=0)
    world.crawl(city)
    assert world.results()[host.url("/2")] == "duplicate"
    host.serve({"/1": status(404)})
    found = []
    for week in (7, 14, 21):
        world.crawl(city, days=week)
        found.append(world.results()[host.url("/2")])
    assert found == ["not_modified", "new", "not_modified"]


@pytest.mark.parametrize("said", [None, "keep"])
def test_a_copy_is_kept_when_a_person_wants_its_address_kept(
    world: World, host: Host, said: Decision | None
) -> None:
    host.serve(dict.fromkeys(("/1", "/2"), page(policy("1", "a.test"))))
    city = source(host, "pages", "/1", "/2", depth=0)
    world.crawl(city)
    assert world.results()[host.url("/2")] == "duplicate"
    if said is not None:
        with Store.open(world.data / "store.sqlite3") as store:
            Crawls(store).decide(host.url("/2"), said)
    found = []
    for week in (7, 14):
        world.crawl(city, days=week)
        found.append(world.results()[host.url("/2")])
    assert found == (["new", "not_modified"] if said else ["not_modified", "not_modified"])
    assert len(world.texts()) == (2 if said else 1)


def test_a_document_whose_page_can_t_be_read_any_more_was_not_seen_again(
    world: World, host: Host
) -> None:
    put_policies(host, "1")
    city = source(host, "pages", "/policy/1", depth=0)
    world.crawl(city)
    seen = days(world, host.url("/policy/1"))
    host.serve({"/policy/1": page("<!doctype html><title></title>")})
    for week in (7, 14):
        world.crawl(city, days=week)
        assert world.results() == {host.url("/policy/1"): "refused"}
        assert days(world, host.url("/policy/1")) == seen


def test_a_page_under_two_addresses_is_asked_for_by_both_only_if_it_changed(
    world: World, host: Host
) -> None:
    head = f'<link rel="canonical" href="{host.url("/p")}">'
    there = page(policy("1", "a.test", head=head))
    host.serve(dict.fromkeys(("/p?from=a", "/p?from=b"), there))
    city = source(host, "pages", "/p?from=a", "/p?from=b", depth=0)
    world.crawl(city)
    assert len(world.texts()) == 1
    for week in (7, 14):
        world.crawl(city, days=week)
        assert set(world.results().values()) == {"not_modified"}
    host.serve({"/p?from=b": status(404)})
    for week in (21, 28):
        world.crawl(city, days=week)
        assert len(document(world, host.url("/p")).gone) < 2


def test_a_list_that_is_as_it_was_leads_where_it_led(world: World, host: Host) -> None:
    paths = put_policies(host, "1", "2")
    host.serve({"/feed": lists.xml(lists.rss([host.url(path) for path in paths]))})
    city = source(host, "feed", "/feed")
    world.crawl(city)
    host.serve({paths[1]: page(policy("2 as amended", "a.test"))})
    world.crawl(city, days=7)
    assert [s.result for s in world.seen().values()] == ["not_modified", "not_modified", "changed"]


def test_a_row_that_left_its_register_is_gone_and_one_that_changed_is_changed(
    world: World, host: Host
) -> None:
    def register(*rows: tuple[str, str]) -> None:
        found = [{"id": id, "naam": f"Scan {id}", "doel": f"{ABOUT} {doel}"} for id, doel in rows]
        host.serve({"/register.csv": page(lists.csv_register(found), "text/csv")})

    columns = {"id": "id", "title": "naam", "text": ("doel",)}
    city = source(host, "register", "/register.csv", columns=columns)
    register(("1", "one"), ("2", "two"), ("3", "three"))
    world.crawl(city)
    assert len(world.rows("SELECT id FROM document")) == 3
    register(("1", "one"), ("2", "two, changed"))
    world.crawl(city, days=7)
    rows = dict(world.rows("SELECT name, gone IS NOT NULL FROM document"))
    assert rows == {"Scan 1": 0, "Scan 2": 0, "Scan 3": 1}
    numbers = "SELECT name, max(number) FROM document JOIN version ON document = id GROUP BY name"
    assert dict(world.rows(numbers)) == {"Scan 1": 1, "Scan 2": 2, "Scan 3": 1}
    # A register that is as it was still lacks the row, and has the others.
    world.crawl(city, days=14)
    assert list(world.results().values()) == ["not_modified"]
    rows = world.rows(
        "SELECT name, gone_again IS NOT NULL, max(last_seen) FROM document "
        "JOIN version ON document = id GROUP BY name ORDER BY name"
    )
    (_, one, seen), (_, two, changed), (_, three, left) = rows
    assert (one, two, three) == (0, 0, 1)
    assert seen == changed > left


@pytest.mark.parametrize("code", [404, 410])
def test_the_rows_of_a_register_that_is_gone_twice_are_gone_and_heal_when_it_is_back(
    world: World, host: Host, code: int
) -> None:
    def gone() -> list[tuple[bool, bool]]:
        rows = world.rows("SELECT gone, gone_again FROM document ORDER BY name")
        return [(first is not None, again is not None) for first, again in rows]

    rows = [{"id": id, "naam": f"Scan {id}", "doel": f"{ABOUT} {id}"} for id in ("1", "2")]
    there = page(lists.csv_register(rows), "text/csv")
    columns = {"id": "id", "title": "naam", "text": ("doel",)}
    city = source(host, "register", "/register.csv", columns=columns)
    host.serve({"/register.csv": there})
    world.crawl(city)
    host.serve({"/register.csv": status(code)})
    world.crawl(city, days=7)
    assert world.results() == {host.url("/register.csv"): "gone"}
    assert gone() == [(True, False)] * 2
    world.crawl(city, days=14)
    assert gone() == [(True, True)] * 2
    host.serve({"/register.csv": there})
    world.crawl(city, days=21)
    assert world.results() == {host.url("/register.csv"): "list"}
    assert gone() == [(False, False)] * 2


def test_a_register_that_nobody_has_seen_is_not_gone(world: World, host: Host) -> None:
    host.serve({"/register.csv": status(404)})
    columns = {"id": "id", "title": "naam", "text": ("doel",)}
    world.crawl(source(host, "register", "/register.csv", columns=columns))
    assert world.results() == {host.url("/register.csv"): "failed"}


def test_a_row_that_leads_to_what_was_withdrawn_is_left_out_and_the_others_are_kept(
    world: World, host: Host
) -> None:
    put_policies(host, "1")
    world.crawl(source(host, "pages", "/policy/1", depth=0))
    with Store.open(world.data / "store.sqlite3") as store:
        store.withdraw(host.url("/policy/1"), "By order of a court.", {})
    rows = [
        {"id": id, "naam": f"Scan {id}", "doel": f"{ABOUT} {id}", "url": host.url(path)}
        for id, path in (("1", "/policy/1"), ("2", "/policy/2"))
    ]
    host.serve({"/register.csv": page(lists.csv_register(rows), "text/csv")})
    columns = {"id": "id", "title": "naam", "text": ("doel",), "url": "url"}
    came = world.crawl(source(host, "register", "/register.csv", columns=columns), days=7)
    assert (came.ended, came.problem) == (True, None)
    assert world.rows("SELECT name FROM document") == [("Scan 2",)]


def test_what_is_off_topic_is_listed_with_its_score_and_not_kept(world: World, host: Host) -> None:
    host.serve({"/pool": page(html("The pool", OFF_TOPIC))})
    world.crawl(source(host, "pages", "/pool", depth=0))
    assert world.results() == {host.url("/pool"): "off_topic"}
    assert world.texts() == {}
    known = world.pages()[host.url("/pool")]
    assert (known.score, known.document) == (0.1, None)


def test_what_was_left_out_is_kept_when_its_source_asks_for_less(world: World, host: Host) -> None:
    host.serve({"/pool": page(html("The pool", OFF_TOPIC))})
    city = source(host, "pages", "/pool", depth=0)
    world.crawl(city)
    world.crawl(city, days=7)
    assert world.results() == {host.url("/pool"): "not_modified"}
    world.crawl(msgspec.structs.replace(city, threshold=0.05), days=14)
    assert world.results() == {host.url("/pool"): "new"}
    assert list(world.texts()) == [host.url("/pool")]


def test_a_copy_and_what_says_noindex_are_asked_for_only_if_they_changed(
    world: World, host: Host
) -> None:
    text = policy("1", "a.test")
    noindex = policy("2", "a.test", head='<meta name="robots" content="noindex">')
    host.serve({"/1": page(text), "/copy": page(text), "/noindex": page(noindex)})
    city = source(host, "pages", "/1", "/copy", "/noindex", depth=0)
    world.crawl(city)
    assert list(world.results().values()) == ["new", "duplicate", "robots"]
    for week in (7, 14):
        world.crawl(city, days=week)
        assert set(world.results().values()) == {"not_modified"}
    assert list(world.texts()) == [host.url("/1")]


@pytest.mark.parametrize("said", ["keep", "drop"])
def test_what_a_person_says_of_a_page_holds_in_the_next_crawl(
    world: World, host: Host, said: Decision
) -> None:
    about, off = host.url("/policy/1"), host.url("/pool")
    put_policies(host, "1")
    host.serve({"/pool": page(html("The pool", OFF_TOPIC))})
    city = source(host, "pages", "/pool", "/policy/1", depth=0)
    world.crawl(city)
    with Store.open(world.data / "store.sqlite3") as store:
        Crawls(store).decide(off if said == "keep" else about, said)
    for week in (7, 14):
        world.crawl(city, days=week)
        assert set(world.texts()) == ({about, off} if said == "keep" else set())


def test_a_page_a_person_keeps_while_it_is_asked_for_is_kept_by_the_next_crawl(
    world: World, host: Host
) -> None:
    url = host.url("/pool")
    there = page(html("The pool", OFF_TOPIC))
    host.serve({"/pool": there})
    city = source(host, "pages", "/pool", depth=0)
    world.crawl(city)

    def decided_meanwhile(request: Request) -> Answer:
        with Store.open(world.data / "store.sqlite3") as store:
            Crawls(store).decide(url, "keep")
        return there(request)

    host.serve({"/pool": decided_meanwhile})
    world.crawl(city, days=7)
    assert world.results() == {url: "not_modified"}
    host.serve({"/pool": there})
    world.crawl(city, days=14)
    assert world.results() == {url: "new"}


def test_a_page_a_person_left_out_is_not_read_again_while_it_is_as_it_was(
    world: World, host: Host
) -> None:
    put_policies(host, "1")
    city = source(host, "pages", "/policy/1", depth=0)
    world.crawl(city)
    with Store.open(world.data / "store.sqlite3") as store:
        Crawls(store).decide(host.url("/policy/1"), "drop")
    found: list[str | None] = []
    for week in (7, 14):
        world.crawl(city, days=week)
        found.extend(world.results().values())
    assert found == ["off_topic", "not_modified"]


def test_a_source_address_of_the_catalogue_attaches_its_document(world: World, host: Host) -> None:
    paths = put_policies(host, "1", "2")
    corpus = make_corpus(make("lisbon-charter", sources=(Source(host.url(paths[0]), "Carta"),)))
    world.crawl(source(host, "pages", *paths, depth=0), corpus=corpus)
    attached = document(world, host.url(paths[0]))
    assert (attached.initiative, attached.attached) == ("lisbon-charter", "address")
    other = document(world, host.url(paths[1]))
    assert other.initiative != "lisbon-charter"
    with world.store() as store:
        record = store.record_of(other.id)
    assert record is not None and record.provisional


@pytest.mark.parametrize("kind", ["pages", "feed"])
def test_what_was_withdrawn_does_not_come_back(world: World, host: Host, kind: str) -> None:
    paths = put_policies(host, "1", "2")
    host.serve({"/feed": lists.xml(lists.rss([host.url(path) for path in paths]))})
    starts = paths if kind == "pages" else ("/feed",)
    city: CrawlSource = source(host, kind, *starts, depth=1)
    world.crawl(city)
    with Store.open(world.data / "store.sqlite3") as store:
        store.withdraw(host.url(paths[0]), "By order of a court.", {})
    host.serve({paths[0]: page(policy("1 in other words", "a.test"))})
    host.serve({"/copy": page(policy("1", "a.test")), "/turn": redirect(paths[0])})
    more = msgspec.structs.replace(
        city, start=(*city.start, *((host.url("/turn"),) * (kind == "pages")))
    )
    world.crawl(more, days=7)
    assert list(world.texts()) == [host.url(paths[1])]
    assert world.results()[host.url(paths[0])] == "withdrawn"
