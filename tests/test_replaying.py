"""Archives read as if they were crawled now: what is broken in one costs one answer."""

from __future__ import annotations

import gzip
from pathlib import Path

import msgspec
import pytest
from replica.cities import policy
from replica.crawling import judge
from small_corpora import make_corpus

from corpus.crawls import Crawls
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


def replayed(path: Path, *exchanges: Exchange, propose: Propose = nothing) -> dict[str, str]:
    """What came of each address."""
    tools = Tools(read_here, lambda text, claimed: claimed, judge, propose)
    with Store.open(path / "store.sqlite3") as store:
        crawl = Crawls(store).begin("{}", "2026-11-02T00:00:00Z")
        replay(store, make_corpus(), crawl, exchanges, {}, tools, "cityrights", Bounds())
        return dict(store.connection.execute("SELECT url, outcome FROM visit ORDER BY id"))


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
