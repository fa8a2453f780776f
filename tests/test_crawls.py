"""Crawls in the store: one visit is one transaction, and what people said stands."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from children import swept
from msgspec.structs import replace
from test_stored_documents import document, record

import corpus.crawls
import corpus.database
import corpus.store
from corpus.addresses import address_key
from corpus.crawls import REPORTED, Crawls
from corpus.database import APPLICATION_ID, migrations
from corpus.pages import Done, Keeping, Link, NewVisit, Page, Proposal, Robots
from corpus.store import Store, StoreError

URL = "https://example.org/a.pdf"
KEY = address_key(URL)
TIME = "2026-11-01T12:00:00Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.sqlite3"


def new_visit(path: str, **more: object) -> NewVisit:
    url = f"https://example.org/{path}"
    return replace(NewVisit(key=address_key(url), url=url, host="example.org", source="s"), **more)


def page(url: str = URL, **more: object) -> Page:
    made = Page(
        key=address_key(url),
        url=url,
        source="s",
        title="Title",
        etag='"1"',
        sha256_bytes="ab" * 32,
        links={"r": (Link("https://example.org/b"),)},
        document=document().id,
        score=0.9,
        reasons=("It says so.",),
        proposal=Proposal("here", 0.7, ("Same city.",)),
        first_seen="2026-11-01",
        last_seen="2026-11-01",
        asked="2026-11-01T12:00:00Z",
    )
    return replace(made, **more)


def begun(store: Store, *visits: NewVisit) -> tuple[Crawls, int]:
    crawls = Crawls(store)
    crawl = crawls.begin("{}", TIME).id
    crawls.add(crawl, visits or [new_visit("a.pdf")])
    return crawls, crawl


def next_id(crawls: Crawls, crawl: int) -> int:
    found = crawls.next_at(crawl, "example.org")
    assert found is not None
    return found[0].id


def kept(path: Path, *pages: Page) -> None:
    """A store in which a crawl kept a document, and pages."""
    with Store.open(path) as store:
        crawls, crawl = begun(store)
        done = Done(
            visit=next_id(crawls, crawl),
            result="new",
            page=pages[0] if pages else page(),
            keeping=(Keeping(document()),),
        )
        crawls.keep(crawl, [done], {"a.warc.gz": 100})
        for other in pages[1:]:
            crawls.add(crawl, [new_visit(other.url)])
            crawls.keep(crawl, [Done(visit=next_id(crawls, crawl), result="new", page=other)])
        crawls.end(crawl, TIME)


# The frontier


def test_what_may_be_asked_first_comes_first_then_what_is_nearer_the_start(path: Path) -> None:
    with Store.open(path) as store:
        deep, near, other = new_visit("deep", depth=2), new_visit("near"), new_visit("x", host="h")
        crawls, crawl = begun(store, deep, near, other)
        assert crawls.add(crawl, [deep, new_visit("near", depth=1)]) == 0
        assert crawls.waiting(crawl) == {"example.org": 2, "h": 1}
        order = []
        while (found := crawls.next_at(crawl, "example.org")) is not None:
            visit, ready = found
            order.append((visit.url[-4:], visit.attempts, ready))
            again = 50.0 if visit.attempts == 0 and visit.url.endswith("near") else None
            crawls.keep(
                crawl, [Done(visit=visit.id, retry=again, result=None if again else "gone")]
            )
        assert order == [("near", 0, 0.0), ("deep", 0, 0.0), ("near", 1, 50.0)]
        assert crawls.waiting(crawl) == {"h": 1}


def test_an_address_that_waits_is_as_near_to_the_start_as_the_nearest_way_to_it(
    path: Path,
) -> None:
    with Store.open(path) as store:
        far, near = new_visit("x", depth=2), new_visit("x", depth=1)
        crawls, crawl = begun(store, far)
        for visit, depth in ((near, 1), (far, 1), (new_visit("x", depth=0), 0)):
            crawls.add(crawl, [visit])
            ((met,),) = crawls.met(crawl, [visit.key]).values()
            assert (met.depth, met.outcome) == (depth, None)
        crawls.keep(crawl, [Done(visit=next_id(crawls, crawl), result="failed")])
        assert crawls.add(crawl, [new_visit("x", depth=-1)]) == 0


def test_visits_of_one_address_for_several_sources_wait_together(path: Path) -> None:
    with Store.open(path) as store:
        page, other = new_visit("x"), new_visit("x", source="other")
        crawls, crawl = begun(store, page, other, new_visit("x", purpose="feed"), new_visit("y"))
        found = crawls.next_at(crawl, "example.org")
        assert found is not None
        also = crawls.also_at(crawl, found[0])
        assert [(v.source, v.purpose) for v in also] == [("other", "page"), ("s", "feed")]
        crawls.keep(crawl, [Done(visit=also[0].id, result="new")])
        assert len(crawls.also_at(crawl, found[0])) == 1


def test_a_new_crawl_forgets_what_an_older_one_left(path: Path) -> None:
    with Store.open(path) as store:
        crawls, first = begun(store)
        crawl = crawls.begin("{}", TIME)
        assert crawls.waiting(first) == crawls.waiting(crawl.id) == {}
        assert crawls.newest() == crawl
        assert crawls.crawl(first) is not None
        assert crawls.crawl(99) is None
        crawls.end(crawl.id, TIME)
        assert crawls.newest() == replace(crawl, ended=TIME)


def test_what_an_origin_said_in_its_robots_txt_is_kept(path: Path) -> None:
    with Store.open(path) as store:
        crawls = Crawls(store)
        assert crawls.robots("https://example.org") is None
        for robots in (Robots(200, b"Disallow: /", 5.0), Robots(None, b"", 9.5)):
            crawls.put_robots("https://example.org", robots)
            assert crawls.robots("https://example.org") == robots


# Keeping


def test_a_visit_is_kept_with_document_page_links_and_evidence(path: Path) -> None:
    with Store.open(path) as store:
        crawls, crawl = begun(store)
        done = Done(
            visit=next_id(crawls, crawl),
            result="new",
            status=200,
            bytes=10,
            page=page(),
            keeping=(Keeping(document(), record()),),
            found=(new_visit("b"),),
        )
        assert crawls.keep(crawl, [done], {"a.warc.gz": 100}) == ["new"]
        assert crawls.page(KEY) == page()
        assert list(crawls.pages()) == [page()]
        assert store.document(document().id) == document()
        assert store.ids() == {"made"}
        assert crawls.waiting(crawl) == {"example.org": 1}
        assert crawls.evidence(crawl) == crawls.evidence_files() == {"a.warc.gz": 100}
        assert [(t.result, t.count, t.bytes) for t in crawls.tallies(crawl)] == [
            ("new", 1, 10),
            ("waiting", 1, 0),
        ]
        assert store.check() == []


def test_the_store_says_whether_what_was_read_is_new_changed_or_as_before(path: Path) -> None:
    kept(path)
    with Store.open(path) as store:
        for text, day, outcome in (
            ("Some words.", "2026-11-02", "unchanged"),
            ("Other words.", "2026-11-03", "changed"),
        ):
            crawls, crawl = begun(store)
            found = Done(
                visit=next_id(crawls, crawl),
                result="new",
                page=page(last_seen=day),
                keeping=(Keeping(document(text, day=day)),),
            )
            assert crawls.keep(crawl, [found]) == [outcome]
            assert [tally.result for tally in crawls.tallies(crawl)] == [outcome]
        stored = crawls.page(KEY)
        assert stored is not None
        assert (stored.first_seen, stored.last_seen) == ("2026-11-01", "2026-11-03")


def test_gone_and_seen_again_move_the_days_of_documents(path: Path) -> None:
    kept(path)
    id = document().id
    with Store.open(path) as store:
        for day, field, gone in ((1, "lost", 1), (1, "lost", 1), (2, "lost", 2), (3, "again", 0)):
            crawls, crawl = begun(store)
            visit = next_id(crawls, crawl)
            done = Done(visit=visit, result="gone", day=f"2026-11-0{day}", **{field: (id,)})
            crawls.keep(crawl, [done])
            found = store.document(id)
            assert found is not None
            assert len(found.gone) == gone
        assert found.newest.last_seen == "2026-11-03"


def test_what_belongs_to_an_initiative_is_no_fault_when_it_was_dropped_meanwhile(
    path: Path,
) -> None:
    with Store.open(path) as store:
        crawls, crawl = begun(store)
        done = Done(visit=next_id(crawls, crawl), result="redirected", attach=("no-such", "i"))
        assert crawls.keep(crawl, [done]) == [None]
        assert crawls.waiting(crawl) == {}


def test_all_visits_of_a_call_are_kept_or_none(path: Path) -> None:
    with Store.open(path) as store:
        crawls, crawl = begun(store)
        good = Done(visit=next_id(crawls, crawl), result="new", keeping=(Keeping(document()),))
        bad = replace(good, keeping=(Keeping(document("\ud800", "example.org/b")),))
        with pytest.raises(StoreError, match="not valid text"):
            crawls.keep(crawl, [good, bad], {"a.warc.gz": 100})
        assert store.counts()["documents"] == 0
        assert crawls.evidence(crawl) == {}
        assert crawls.waiting(crawl) == {"example.org": 1}


def test_p04_killed_before_any_line_a_visit_is_kept_whole_or_not_at_all(path: Path) -> None:
    with Store.open(path) as store:
        crawls, crawl = begun(store)
        visit = next_id(crawls, crawl)
    content = path.read_bytes()
    done = Done(
        visit=visit,
        result="new",
        page=page(),
        keeping=(Keeping(document(), record()),),
        found=(new_visit("b"),),
    )

    def action() -> None:
        with Store.open(path) as store:
            Crawls(store).keep(crawl, [done], {"a.warc.gz": 100})

    states = set()
    files = {corpus.crawls.__file__, corpus.store.__file__, corpus.database.__file__}
    for _ in swept(action, files, step=3):
        with Store.open(path) as store:
            crawls = Crawls(store)
            waiting = crawls.next_at(crawl, "example.org")
            assert waiting is not None
            state = (
                waiting[0].url,
                store.counts()["documents"],
                len(store.ids()),
                crawls.page(KEY) is not None,
                crawls.evidence(crawl),
            )
            assert store.check() == []
        states.add(repr(state))
        for beside in path.parent.glob("store.sqlite3-*"):
            beside.unlink()
        path.write_bytes(content)
    assert states == {
        repr((URL, 0, 0, False, {})),
        repr(("https://example.org/b", 1, 1, True, {"a.warc.gz": 100})),
    }


# What people said


def test_p10_what_was_withdrawn_makes_its_visit_withdrawn_and_is_not_kept(path: Path) -> None:
    kept(path)
    with Store.open(path) as store:
        store.withdraw(URL, "asked", {})
        copy = document(key="elsewhere.org/copy")
        by_address = page(document=None)
        for done in (
            Done(visit=0, result="new", keeping=(Keeping(copy),)),
            Done(visit=0, result="off_topic", page=by_address),
            Done(visit=0, result="new", page=by_address, keeping=(Keeping(document("New.")),)),
        ):
            crawls, crawl = begun(store)
            done = replace(done, visit=next_id(crawls, crawl), found=(new_visit("b"),))
            assert crawls.keep(crawl, [done]) == [None]
            (tally,) = crawls.tallies(crawl)
            assert tally.result == "withdrawn"
            assert "withdrawn" in (tally.reason or "")
        assert crawls.is_withdrawn(KEY)
        assert crawls.page(KEY) is None
        assert store.counts()["documents"] == 0


def test_p10_of_a_list_with_something_withdrawn_the_rest_is_kept(path: Path) -> None:
    with Store.open(path) as store:
        store.withdraw(URL, "asked", {})
        crawls, crawl = begun(store, new_visit("list"))
        keeping = Keeping(document()), Keeping(document("Row.", "example.org/b"))
        done = Done(
            visit=next_id(crawls, crawl), result="list", keeping=keeping, found=(new_visit("c"),)
        )
        assert crawls.keep(crawl, [done]) == ["new"]
        assert [tally.result for tally in crawls.tallies(crawl)] == ["list", "waiting"]
        assert store.counts()["documents"] == 1


def test_a_dropped_page_loses_its_document_and_stays_dropped(path: Path) -> None:
    other = page("https://example.org/copy", title="Copy")
    kept(path, page(), other)
    with Store.open(path) as store:
        crawls = Crawls(store)
        crawls.decide("http://EXAMPLE.org/a.pdf", "drop")
        assert store.counts()["documents"] == 0
        assert crawls.page(other.key) == replace(other, document=None)
        crawls, crawl = begun(store)
        read_again = Done(visit=next_id(crawls, crawl), result="off_topic", page=page())
        crawls.keep(crawl, [read_again])
        found = crawls.page(KEY)
        assert found is not None
        assert (found.decision, found.document) == ("drop", None)
        crawls.decide(URL, "keep")
        found = crawls.page(KEY)
        assert found is not None
        # Nothing that would have the site answer "not modified".
        assert (found.decision, found.etag, found.sha256_bytes) == ("keep", None, None)
        with pytest.raises(StoreError, match=r"No crawl has met 'https://example\.org/x'"):
            crawls.decide("https://example.org/x", "keep")


def test_a_document_a_site_takes_back_leaves_what_people_said_of_its_page(path: Path) -> None:
    kept(path)
    with Store.open(path) as store:
        Crawls(store).decide(URL, "keep")
        crawls, crawl = begun(store)
        done = Done(
            visit=next_id(crawls, crawl),
            result="robots",
            page=page(document=None),
            removed=(document().id,),
        )
        crawls.keep(crawl, [done])
        found = crawls.page(KEY)
        assert found is not None
        assert (found.decision, found.document) == ("keep", None)
        assert store.counts()["documents"] == 0


def test_a_person_confirms_what_a_page_belongs_to(path: Path) -> None:
    kept(path)
    with Store.open(path) as store:
        crawls = Crawls(store)
        crawls.confirm(URL, "there")
        found = store.document(document().id)
        assert found is not None
        assert (found.initiative, found.attached) == ("there", "confirmed")
        assert crawls.page(KEY) == replace(page(), proposal=None)
        with pytest.raises(StoreError, match="No document was kept of"):
            crawls.confirm("https://example.org/x", "there")


# Damage


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE page SET links = '{'", "can't be read: links"),
        ("UPDATE page SET proposal = '[]'", "can't be read: proposal"),
        ("UPDATE page SET document = 'nothing'", "a row of page belongs to no document"),
        ("UPDATE visit SET outcome = 'odd'", "a visit ended as 'odd'"),
        (
            "INSERT INTO withdrawn_address VALUES ('example.org/a.pdf', 'u', 'r', 't', NULL)",
            "page 'https://example.org/a.pdf' is withdrawn and yet there",
        ),
    ],
)
def test_check_names_what_is_wrong_with_pages_and_visits(
    path: Path, damage: str, said: str
) -> None:
    kept(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    with Store.open(path, create=False) as store:
        (fault,) = store.check()
        assert said in fault
        if "can't be read" in said:
            with pytest.raises(StoreError, match="cityrights restore FILE --force"):
                Crawls(store).page(KEY)


def test_the_visits_of_crawls_long_ago_are_forgotten_and_the_crawls_are_not(path: Path) -> None:
    with Store.open(path) as store:
        crawls, first = begun(store)
        crawls.keep(first, [Done(visit=1, result="new")])
        for _ in range(REPORTED):
            assert crawls.tallies(first)
            crawls.begin("{}", TIME)
        crawls.begin("{}", TIME)
        assert crawls.tallies(first) == []
        assert crawls.crawl(first) is not None


def test_p04_pages_and_visits_of_the_third_schema_are_migrated_whole(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for script in migrations()[:3]:
            connection.executescript(script)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 3")
        connection.execute("INSERT INTO crawl VALUES (1, ?, NULL, '{}')", (TIME,))
        connection.execute(
            "INSERT INTO visit (crawl, key, url, host, source, purpose, depth, hops, outcome) "
            "VALUES (1, 'h/a', 'https://h/a', 'h', 's', 'page', 0, 0, 'new'), "
            "(1, 'h/b', 'https://h/b', 'h', 's', 'page', 1, 0, NULL)"
        )
        connection.execute(
            "INSERT INTO page VALUES ('h/a', 'https://h/a', 's', 'T', 'en', '\"e\"', NULL, x'00', "
            "'[{\"url\":\"https://h/b\"}]', NULL, 0.5, '[\"R.\"]', NULL, 'drop', '2026-11-01', "
            "'2026-11-02', ?)",
            (TIME,),
        )
    with Store.open(path) as store:
        crawls = Crawls(store)
        assert store.check() == []
        assert crawls.waiting(1) == {"h": 1}
        assert [tally.result for tally in crawls.tallies(1)] == ["new", "waiting"]
        page = crawls.page("h/a")
    assert page is not None
    assert (page.decision, page.etag, page.score, page.reasons) == ("drop", '"e"', 0.5, ("R.",))
    assert page.links == {}  # whose rules read them is not known: they are read again
