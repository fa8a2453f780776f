"""Feeds and the other files of a site, as feed readers, browsers and crawlers read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import msgspec
import pytest
import small_corpora
from clients import ORIGIN, client_over
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from corpus.model import Initiative, Source
from indexer.embedded import EmbeddedEngine
from indexer.engine import SearchRequest
from search_app import feeds
from search_app.citations import line
from search_app.engines import Engines
from search_app.news import news

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(scope="module")
def client(bundled_engine: EmbeddedEngine) -> FlaskClient:
    return client_over(Engines.fixed(bundled_engine))


def tree(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def test_a_search_is_a_feed_with_what_atom_asks_for(client: FlaskClient) -> None:
    response = client.get("/feed.atom?q=register&country=NL")
    assert response.mimetype == "application/atom+xml"
    feed = tree(response.data)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    (own,) = feed.xpath("a:link[@rel='self']/@href", namespaces=ATOM)
    assert own == f"{ORIGIN}/feed.atom?q=register&country=NL"
    assert feed.findtext("a:id", namespaces=ATOM) == own
    (page,) = feed.xpath("a:link[@rel='alternate']/@href", namespaces=ATOM)
    assert page == f"{ORIGIN}/search?q=register&country=NL"
    assert feed.findtext("a:title", namespaces=ATOM) == "cityrights: register; Netherlands"
    assert feed.findtext("a:author/a:name", namespaces=ATOM)
    entries = feed.findall("a:entry", ATOM)
    assert entries
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    assert len(set(ids)) == len(ids)
    for entry in entries:
        for name in ("id", "title", "updated", "summary"):
            assert entry.findtext(f"a:{name}", namespaces=ATOM)
        assert entry.xpath("a:link[@rel='alternate']/@href", namespaces=ATOM)
        for address in entry.xpath("a:link/@href", namespaces=ATOM):
            assert urlsplit(address).scheme in ("http", "https")
    days = [entry.findtext("a:updated", namespaces=ATOM) for entry in entries]
    assert days == sorted(days, reverse=True)
    assert feed.findtext("a:updated", namespaces=ATOM) == days[0]


def test_an_entry_leads_to_a_page(client: FlaskClient) -> None:
    feed = tree(client.get("/feed.atom?q=drones").data)
    (first, *_) = feed.xpath("a:entry/a:link[@type='text/html']/@href", namespaces=ATOM)
    assert client.get(first.removeprefix(ORIGIN)).status_code == 200


def test_a_feed_without_hits_is_a_feed(client: FlaskClient) -> None:
    feed = tree(client.get("/feed.atom?q=xyzzyqq").data)
    assert feed.findall("a:entry", ATOM) == []
    assert feed.findtext("a:updated", namespaces=ATOM)


def test_a_feed_of_everything_is_bounded(client: FlaskClient) -> None:
    assert len(tree(client.get("/feed.atom").data).findall("a:entry", ATOM)) == feeds.MOST_ENTRIES


def test_the_newest_change_stands_first(tmp_path: Path) -> None:
    days = {"a": "2024-05-01", "b": "2026-01-31", "c": "2025-12-31", "d": "2026-01-31"}
    records = [small_corpora.make(id, changed=day) for id, day in days.items()]
    engine = small_corpora.embedded(small_corpora.make_corpus(*records), tmp_path)
    assert [one.record.id for one in news(engine, SearchRequest(), 9)] == ["b", "d", "c", "a"]


class OneRecord:
    """The bundled engine with one record in place of all its own."""

    def __init__(self, engine: EmbeddedEngine, record: Initiative) -> None:
        self._engine = engine
        self._record = record

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def initiative(self, id: str) -> Initiative:
        return self._record


@given(text=st.text(st.characters(codec=None), max_size=30))
def test_p09_no_text_breaks_a_feed(bundled_engine: EmbeddedEngine, text: str) -> None:
    record = bundled_engine.initiative("amsterdam-algorithm-register")
    assert isinstance(record, Initiative)
    hostile = msgspec.structs.replace(
        record, title=text, summary=text, sources=(Source("https://example.org/?a=1&b=<", text),)
    )
    engine: Any = OneRecord(bundled_engine, hostile)
    for searched in ("", text):
        feed = tree(feeds.atom(engine, SearchRequest(text=searched), ORIGIN))
        assert feed.findtext("a:title", namespaces=ATOM)
        for title in feed.xpath("a:entry/a:title/text()", namespaces=ATOM):
            assert title == line(text)
            assert not set(title) & set("\x00\u202e\u200b\x1b")


def test_opensearch_describes_addresses_that_answer(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    templates = tree(response.data).xpath("//@template")
    assert len(templates) == 3
    for template in templates:
        path = template.removeprefix(ORIGIN).replace("{searchTerms}", "privacy")
        assert client.get(path).status_code == 200


def test_the_sitemap_names_every_record_with_the_day_it_changed(
    client: FlaskClient, bundled_engine: EmbeddedEngine
) -> None:
    places = tree(client.get("/sitemap.xml").data)
    addresses = places.xpath("//s:loc/text()", namespaces=SITEMAP)
    assert len(set(addresses)) == len(addresses)
    assert all(address.startswith(ORIGIN) for address in addresses)
    records = {f"{ORIGIN}/initiatives/{id}" for id in bundled_engine.every_hit(SearchRequest())}
    assert records <= set(addresses)
    assert len(places.xpath("//s:lastmod", namespaces=SITEMAP)) == len(records)
    others = [a.removeprefix(ORIGIN) for a in addresses if "/initiatives/" not in a]
    for path in [o for o in others if o.count("/") == 1] + others[-2:]:
        assert client.get(path).status_code == 200, path


def test_crawlers_may_read_records_but_not_every_search(client: FlaskClient) -> None:
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())
    assert rules.can_fetch("any", f"{ORIGIN}/initiatives/amsterdam-algorithm-register")
    assert rules.can_fetch("any", f"{ORIGIN}/cities/barcelona")
    assert not rules.can_fetch("any", f"{ORIGIN}/search?q=x")
    assert not rules.can_fetch("any", f"{ORIGIN}/api/v1/export?q=x")
    assert rules.site_maps() == [f"{ORIGIN}/sitemap.xml"]
