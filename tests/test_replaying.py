"""Archives read as if they were crawled now: what is broken in one costs one answer."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from time import tzset
from types import MappingProxyType

import msgspec
import pytest
from replica.cities import policy
from replica.crawling import judge
from small_corpora import make_corpus

from corpus.crawls import Crawls
from corpus.documents import Document
from corpus.pages import Proposal
from corpus.store import Store
from crawlers.archive import replay
from crawlers.bounds import Bounds
from crawlers.extract import document as extracted
from crawlers.extract.reading import read
from crawlers.extract.sandbox import Item
from crawlers.judging import Propose, ReadText
from crawlers.page_reading import Tools
from crawlers.source import CrawlSource
from crawlers.warc import Exchange

Sources = Mapping[str, CrawlSource]


def answer(path: str, body: bytes, *headers: tuple[bytes, bytes]) -> Exchange:
    return Exchange(
        url=f"https://a.test/{path}",
        time="2026-11-01T12:00:00Z",
        request_headers=(),
        status_line=b"HTTP/1.1 200 OK",
        response_headers=((b"Content-Type", b"text/html"), *headers),
        body=body,
    )


def read_here(item: Item) -> extracted.Document:
    if "faulty" in (item.url or ""):
        raise RuntimeError
    return read(item.data, media_type=item.media_type, charset=item.charset, url=item.url)


def nothing(text: ReadText, source: CrawlSource) -> None:
    return None


def replayed(
    path: Path,
    *exchanges: Exchange,
    propose: Propose = nothing,
    sources: Sources = MappingProxyType({}),
) -> dict[str, str]:
    """What came of each address."""
    tools = Tools(read_here, lambda text, claimed: claimed, judge, propose)
    with Store.open(path / "store.sqlite3") as store:
        crawl = Crawls(store).begin("{}", "2026-11-02T00:00:00Z")
        replay(store, make_corpus(), crawl, exchanges, sources, tools, "cityrights", Bounds())
        rows = store.connection.execute(
            "SELECT url, outcome FROM visit WHERE crawl = ? ORDER BY id", (crawl.id,)
        )
        return dict(rows.fetchall())


def on(day: int, exchange: Exchange, status: int = 200, location: str | None = None) -> Exchange:
    """The same address, answered on a day of November."""
    headers = exchange.response_headers
    if location is not None:
        headers = (*headers, (b"Location", location.encode()))
    return msgspec.structs.replace(
        exchange,
        time=f"2026-11-{day:02}T12:00:00Z",
        status_line=f"HTTP/1.1 {status} X".encode(),
        response_headers=headers,
    )


def documents(path: Path) -> dict[str | None, Document]:
    """What the store holds, by address."""
    with Store.open(path / "store.sqlite3", create=False) as store:
        ids = store.connection.execute("SELECT id FROM document").fetchall()
        found = [store.document(id) for (id,) in ids]
    return {one.url: one for one in found if one is not None}


PAGE = policy(1, "a").encode()


@pytest.mark.parametrize("packing", [b"gzip", b"deflate", b"gzip, deflate", b"gzip, gzip"])
@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe not packed at all",
        gzip.compress(PAGE, mtime=0)[:40] + b"\xff" * 40,
        gzip.compress(gzip.compress(PAGE, mtime=0)[:40] + b"\xff" * 40, mtime=0),
    ],
    ids=["not packed", "broken", "broken inside"],
)
def test_an_answer_that_is_not_packed_as_it_says_costs_only_itself(
    tmp_path: Path, packing: bytes, body: bytes
) -> None:
    broken = answer("broken", body, (b"Content-Encoding", packing))
    assert replayed(tmp_path, broken, answer("good", PAGE))["https://a.test/good"] == "new"


def test_an_answer_that_has_us_fail_costs_only_itself(tmp_path: Path) -> None:
    came = replayed(tmp_path, answer("faulty", PAGE), answer("good", PAGE))
    assert came == {"https://a.test/faulty": "failed", "https://a.test/good": "new"}


@pytest.mark.parametrize("later", [None, Proposal("bilbao-charter", 0.9, ("As one.",))])
def test_why_a_document_is_proposed_for_an_initiative_stays_with_it_when_it_changes(
    tmp_path: Path, later: Proposal | None
) -> None:
    first = Proposal("lisbon-charter", 0.7, ("Both name Lisbon.",))

    def propose(text: ReadText, source: CrawlSource) -> Proposal | None:
        return later if "amended" in text.text else first

    changed = answer("p", policy("1 as amended", "a").encode())
    changed = msgspec.structs.replace(changed, time="2026-11-08T12:00:00Z")
    for one in (answer("p", PAGE), changed):
        replayed(tmp_path, one, propose=propose)
    with Store.open(tmp_path / "store.sqlite3") as store:
        (page,) = Crawls(store).pages()
        document = store.document(page.document or "")
    assert document is not None and len(document.versions) == 2
    assert (document.initiative, document.attached) == ("lisbon-charter", "proposed")
    assert page.proposal == first


A, B, C = (f"https://a.test/{name}" for name in "abc")
OLD = policy("1 as it was", "a").encode()


@pytest.mark.parametrize(
    "older",
    [
        [on(1, answer("a", b""), 404)],
        [on(1, answer("a", OLD))],
        [on(1, answer("a", b""), 301, C), on(1, answer("c", OLD))],
        [
            on(
                1,
                answer(
                    "a?from=list",
                    policy("1 as it was", "a", head=f'<link rel="canonical" href="{A}">').encode(),
                ),
            )
        ],
    ],
    ids=["gone", "a page", "a page it once led to", "a page that calls it its own address"],
)
def test_an_answer_older_than_what_is_known_of_its_document_is_no_news(
    tmp_path: Path, older: list[Exchange]
) -> None:
    replayed(tmp_path, on(5, answer("a", b""), 301, B), on(5, answer("b", PAGE)))
    before = documents(tmp_path)
    assert list(before) == [A]
    assert replayed(tmp_path, *older) == {}
    assert documents(tmp_path) == before


def test_an_answer_newer_than_what_is_known_of_its_document_is_news(tmp_path: Path) -> None:
    replayed(tmp_path, on(5, answer("a", b""), 301, B), on(5, answer("b", PAGE)))
    assert replayed(tmp_path, on(6, answer("a", b""), 404)) == {A: "gone"}
    assert documents(tmp_path)[A].gone == ("2026-11-06",)


def test_an_older_answer_for_a_register_is_no_news_of_its_rows(tmp_path: Path) -> None:
    columns = {"id": "id", "title": "name", "text": ("aim",)}
    register = CrawlSource(id="r", name="R", kind="register", start=(A,), columns=columns)
    rows = msgspec.structs.replace(
        answer("b", b"id,name,aim\n1,Scan,It counts cars.\n"),
        source="r",
        purpose="register",
        response_headers=((b"Content-Type", b"text/csv"),),
    )
    start = msgspec.structs.replace(answer("a", b""), source="r", purpose="register")
    replayed(tmp_path, on(5, start, 301, B), on(5, rows), sources={"r": register})
    before = documents(tmp_path)
    assert len(before) == 1
    assert replayed(tmp_path, on(1, start, 404), sources={"r": register}) == {}
    assert documents(tmp_path) == before


def test_an_address_that_leads_on_in_every_crawl_of_an_archive_never_leads_on_without_end(
    tmp_path: Path,
) -> None:
    plain = msgspec.structs.replace(answer("a", b""), url=A.replace("https:", "http:"))
    pairs = ((on(day, plain, 301, A), on(day, answer("a", PAGE))) for day in range(1, 15))
    came = replayed(tmp_path, *(one for pair in pairs for one in pair))
    assert came == {plain.url: "redirected", A: "unchanged"}
    (document,) = documents(tmp_path).values()
    assert document.newest.last_seen == "2026-11-14"


def test_where_an_address_led_is_a_page_of_its_own_when_that_no_longer_leads_there(
    tmp_path: Path,
) -> None:
    other = policy("2", "a").encode()
    replayed(
        tmp_path,
        *(on(1, answer("a", b""), 301, B), on(1, answer("b", PAGE))),
        *(on(8, answer("a", other)), on(8, answer("b", policy("1 as amended", "a").encode()))),
    )
    found = documents(tmp_path)
    assert {url: len(document.versions) for url, document in found.items()} == {A: 2, B: 1}


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Honolulu"])
@pytest.mark.parametrize("time", ["2026-11-01", "2026-11-01T00:00:00Z", "2026-11-01T23:59:59.9Z"])
def test_the_day_of_an_answer_is_that_of_utc_wherever_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, time: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    tzset()
    try:
        replayed(tmp_path, msgspec.structs.replace(answer("a", PAGE), time=time))
    finally:
        monkeypatch.undo()
        tzset()
    assert documents(tmp_path)[A].newest.first_seen == "2026-11-01"
