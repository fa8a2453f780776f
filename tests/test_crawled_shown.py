"""From a crawl's store through the index to what pages and the API say of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from clients import BROWSER, client_over
from flask.testing import FlaskClient
from made_crawls import OWNER, PROPOSED, document, make_store
from msgspec.structs import replace

from corpus.catalogue import load_bundled
from corpus.changes import TextChange
from corpus.crawls import Crawls
from corpus.documents import Document
from corpus.made_records import FOUND_BY_CRAWL, Given, made_of
from corpus.pages import Done, Keeping, NewVisit
from corpus.store import Store
from indexer.embedded import EmbeddedEngine
from indexer.engine import IndexedDocument
from indexer.generation import open_current
from search_app.engines import Engines
from search_app.indexing import rebuild
from search_app.news import news_of
from search_app.settings import Settings

MADE = "rules-on-cameras-in-lisbon"
SHARED_SOURCE = "https://algoritmeregister.amsterdam.nl/"
ELSEWHERE = "helsinki-ai-register"


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch_module: pytest.MonkeyPatch
) -> FlaskClient:
    """The site over a few records of the catalogue and what a crawl left in the store."""
    folder: Path = tmp_path_factory.mktemp("crawled")
    settings = Settings(data=folder)
    corpus = load_bundled()
    few = tuple(one for one in corpus.initiatives if one.id in (OWNER, ELSEWHERE))
    monkeypatch_module.setattr(
        "corpus.catalogue.load_bundled", lambda: replace(corpus, initiatives=few)
    )
    crawl = make_store(settings.store)
    with Store.open(settings.store) as store:
        found = document("https://example.pt/cameras", "Cameras need a decision.", None, MADE)
        given = Given(city="lisbon", kind="policy")
        record = made_of(found, MADE, given, corpus.cities, date(2026, 11, 28), found_by="crawl")
        crawls = Crawls(store)
        visit = crawls.enter(
            crawl,
            NewVisit(key="x", url="https://example.pt/cameras", host="example.pt", source="pt"),
        )
        kept = replace(found, attached="confirmed")
        crawls.keep(crawl, [Done(visit=visit.id, result="new", keeping=(Keeping(kept, record),))])
        # A document at an address of one initiative that a person said belongs to another.
        other = document(SHARED_SOURCE, "A register of wombats.", "confirmed", ELSEWHERE)
        store.see(other)
        store.lose(other.id, "2026-12-05")
    rebuild(settings, None, lambda sentence: None)
    engine = open_current(settings.index, lambda path, _: EmbeddedEngine.open(path, digests=False))
    return client_over(Engines.fixed(engine))


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def words(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers={"Accept": BROWSER})
    assert response.status_code == 200
    found = BeautifulSoup(response.text, "lxml")
    assert found.main is not None
    return " ".join(found.main.get_text(" ").split())


def test_p14_a_record_the_crawler_made_says_so_wherever_it_is_shown(client: FlaskClient) -> None:
    whole = client.get(f"/api/v1/initiatives/{MADE}").json
    assert whole is not None
    assert (whole["provisional"], whole["doubt"][0]) == (True, FOUND_BY_CRAWL)
    assert FOUND_BY_CRAWL in words(client, f"/initiatives/{MADE}")
    assert FOUND_BY_CRAWL in words(client, "/search?q=cameras")
    assert FOUND_BY_CRAWL in client.get("/api/v1/export?q=cameras&format=csv").text
    assert FOUND_BY_CRAWL in client.get("/feed.atom?q=cameras").text


def test_a_document_that_gave_its_record_the_title_is_called_the_document_on_the_way_to_it(
    client: FlaskClient,
) -> None:
    whole = client.get(f"/api/v1/initiatives/{MADE}").json
    assert whole is not None
    (own,) = whole["documents"]
    path = own["url"].removeprefix("https://cities.example")
    response = client.get(path, headers={"Accept": BROWSER})
    way = [one.get_text() for one in BeautifulSoup(response.text, "lxml").select(".crumbs li")]
    assert way == ["Home", whole["title"], "The document"]


def test_whom_to_ask_names_a_site_without_a_publisher_once(client: FlaskClient) -> None:
    said = words(client, f"/initiatives/{MADE}")
    assert "those who published the sources: example.pt" in said
    assert "(example.pt" not in said.replace("( ", "(")


def test_p14_a_proposed_document_says_why(client: FlaskClient) -> None:
    whole = client.get(f"/api/v1/initiatives/{OWNER}").json
    assert whole is not None
    (proposed,) = [one for one in whole["documents"] if one["attached"] == "proposed"]
    assert (proposed["source"], proposed["reasons"]) == (PROPOSED, ["Both name Amsterdam."])
    said = words(client, proposed["url"].removeprefix("https://cities.example"))
    assert "Why it was proposed: Both name Amsterdam." in said


def test_p14_a_source_was_seen_though_its_document_belongs_to_another(
    client: FlaskClient,
) -> None:
    whole = client.get(f"/api/v1/initiatives/{OWNER}").json
    assert whole is not None
    seen = {one["url"].rstrip("/"): one.get("seen") for one in whole["sources"]}
    assert seen.pop(SHARED_SOURCE.rstrip("/")) == "2026-11-28"
    assert set(seen.values()) == {None}
    assert "seen on 28 November 2026" in words(client, f"/initiatives/{OWNER}")


def test_p14_a_document_missed_once_is_said_to_be_and_no_more(client: FlaskClient) -> None:
    said = words(client, f"/initiatives/{ELSEWHERE}")
    assert "not found on 5 December 2026" in said
    assert "No longer available" not in said


def test_p14_a_hit_says_what_its_document_is(client: FlaskClient) -> None:
    assert "Document proposed, not confirmed" in words(client, "/search?q=quokkas")
    said = words(client, "/search?q=wombats")
    assert "not found on 5 December 2026" in said
    assert "proposed" not in said


def test_a_record_that_is_new_is_told_beside_a_change_of_its_document() -> None:
    change = TextChange("2026-11-28", 1, 2, 1, 0)
    indexed = IndexedDocument(
        **{
            name: getattr(document(PROPOSED, "A text.", "address", MADE), name)
            for name in Document.__struct_fields__
        },
        change=change,
    )

    class OneDocument:
        def changed_documents(self, initiative: str, most: int) -> tuple[IndexedDocument, ...]:
            return (indexed,)

    record = load_bundled().initiatives[0]

    def told(recorded: str, changed: str, provisional: bool = True) -> list[bool]:
        one = replace(record, recorded=recorded, changed=changed, provisional=provisional)
        return [each.changed is not None for each in news_of(OneDocument(), one, 9)]  # type: ignore[arg-type]

    assert told("2026-11-28", "2026-11-28") == [True, False]
    assert told("2026-11-01", "2026-11-28") == [True]
    assert told("2026-11-01", "2026-11-28", provisional=False) == [True, False]
