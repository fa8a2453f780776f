"""Documents on pages and in the API: where passages stand, what may be shown, what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import documented
import pytest
from bs4 import BeautifulSoup
from clients import BROWSER, client_over
from documented import CLOSED, ID, OPEN, RIGHT_TO_LEFT, SOURCE, WITHDRAWN
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.embedded import EmbeddedEngine
from indexer.engine import SearchRequest
from search_app.engines import Engines

ATOM: Final = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def client(documented_engine: EmbeddedEngine) -> FlaskClient:
    return client_over(Engines.fixed(documented_engine))


def path(document: str, more: str = "") -> str:
    return f"/initiatives/{ID}/documents/{document}{more}"


def page(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    response: TestResponse = client.get(address, headers={"Accept": BROWSER})
    assert response.status_code == status, address
    return BeautifulSoup(response.text, "lxml")


def words(page: BeautifulSoup) -> str:
    assert page.main is not None
    return " ".join(page.main.get_text(" ").split())


def answer(client: FlaskClient, address: str) -> Any:
    response = client.get(f"/api/v1{address}")
    assert response.status_code == 200, response.text
    return response.json


# Found


def test_a_hit_leads_to_heading_page_and_source(client: FlaskClient) -> None:
    hit = answer(client, "/search?q=kwokka")["hits"][0]
    (passage,) = hit["passages"]
    assert hit["id"] == ID
    assert passage["page"] == 3
    assert passage["source"] == f"{SOURCE}#page=3"
    assert passage["document"] in (OPEN, CLOSED)
    found = page(client, "/search?q=kwokka")
    assert found.find("a", href=path(passage["document"], "?q=kwokka"))
    assert found.find("a", href=f"{SOURCE}#page=3")


def test_a_source_was_seen_when_its_document_was(client: FlaskClient) -> None:
    sources = {
        source["url"]: source.get("seen")
        for source in answer(client, f"/initiatives/{ID}")["sources"]
    }
    assert sources[SOURCE] == "2025-02-20"


def test_the_page_of_an_initiative_lists_its_documents(client: FlaskClient) -> None:
    found = page(client, f"/initiatives/{ID}")
    for document in (OPEN, CLOSED, RIGHT_TO_LEFT):
        assert found.find("a", href=path(document))
    assert "No longer available since 2 January 2026" in words(found)
    assert "A change was seen on 1 February 2025." in words(found)
    assert "Proposed, not confirmed" in words(found)
    assert found.find("a", href=path(OPEN, "/changes"))
    assert not found.find("a", href=path(RIGHT_TO_LEFT, "/changes"))


def test_an_initiative_in_the_api_has_its_documents_and_versions(client: FlaskClient) -> None:
    listed = answer(client, f"/initiatives/{ID}")["documents"]
    assert [one["id"] for one in listed] == [OPEN, CLOSED, RIGHT_TO_LEFT]
    assert [one["open"] for one in listed] == [True, False, True]
    assert listed[0]["title"] == "Verordening algoritmeregister"
    assert listed[0]["url"] == f"https://cities.example{path(OPEN)}"
    assert listed[1]["gone"] == ["2026-01-02", "2026-01-09"]
    assert [one["number"] for one in listed[0]["versions"]] == [1, 2]
    assert len(listed[0]["versions"][0]["sha256_text"]) == 64


# What a crawl brought


def test_a_document_says_when_it_changed_and_where(client: FlaskClient) -> None:
    said = words(page(client, path(OPEN)))
    assert "A change was seen on 1 February 2025." in said
    assert "2 paragraphs are new or reworded, 1 paragraph is gone or reworded." in said
    assert "It changed under: Doel" in said
    older = words(page(client, path(OPEN, "?version=1")))
    assert "A change was seen" not in older
    assert "A change was seen" not in words(page(client, path(RIGHT_TO_LEFT)))


def test_the_api_says_why_it_was_proposed_and_what_changed(client: FlaskClient) -> None:
    opened, closed, other = answer(client, f"/initiatives/{ID}")["documents"]
    assert closed["reasons"] == ["Both are of Amsterdam.", "Both speak of an algorithm register."]
    assert (opened["reasons"], other["change"]) == ([], None)
    change = opened["change"]
    assert (change["day"], change["older"], change["newer"]) == ("2025-02-01", 1, 2)
    assert change["sections"][0] == "Doel"
    assert client.get(change["url"].removeprefix("https://cities.example")).status_code == 200


def test_a_changed_document_is_an_entry_of_the_feed(client: FlaskClient) -> None:
    feed = ElementTree.fromstring(client.get("/feed.atom?q=algorithm+register").data)  # noqa: S314
    entries = {
        entry.findtext(f"{ATOM}id"): entry
        for entry in feed.findall(f"{ATOM}entry")
        if "/changes" in (entry.findtext(f"{ATOM}id") or "")
    }
    here = f"https://cities.example{path(OPEN, '/changes?from=1&to=2')}"
    assert set(entries) == {here, here.replace(OPEN, CLOSED)}
    entry = entries[here]
    assert entry.findtext(f"{ATOM}title") == "Changed: Verordening algoritmeregister"
    assert entry.findtext(f"{ATOM}updated") == "2025-02-01T00:00:00Z"
    summary = entry.findtext(f"{ATOM}summary") or ""
    assert "A change was seen on 2025-02-01: 2 paragraphs are new or reworded" in summary
    assert here in [link.get("href") for link in entry.findall(f"{ATOM}link")]
    assert client.get(here.removeprefix("https://cities.example")).status_code == 200


def test_documents_are_listed_a_page_at_a_time(client: FlaskClient) -> None:
    first = client.get(f"/api/v1/initiatives/{ID}/documents?size=2")
    assert first.json is not None
    assert (first.json["total"], [one["id"] for one in first.json["documents"]]) == (
        *(3, [OPEN, CLOSED]),
    )
    after = f'https://cities.example/api/v1/initiatives/{ID}/documents?page=2&size=2>; rel="next"'
    assert after in first.headers["Link"]
    rest = answer(client, f"/initiatives/{ID}/documents?size=2&page=2")
    assert [one["id"] for one in rest["documents"]] == [RIGHT_TO_LEFT]
    assert answer(client, f"/initiatives/{ID}/documents?page=9")["documents"] == []
    whole = answer(client, f"/initiatives/{ID}")
    assert whole["document_count"] == 3
    assert whole["documents_url"].endswith(f"/api/v1/initiatives/{ID}/documents")
    assert "passages" not in whole
    listed = page(client, f"/initiatives/{ID}/documents")
    assert "3 in all; page 1 of 1." in words(listed)
    assert listed.find("a", href=path(CLOSED))
    assert "There is no further page" in words(page(client, f"/initiatives/{ID}/documents?page=2"))


def test_a_source_was_seen_when_the_document_there_was(client: FlaskClient) -> None:
    whole = answer(client, f"/initiatives/{ID}")
    seen = {source["url"]: source.get("seen") for source in whole["sources"]}
    assert seen[SOURCE] == "2025-02-20"
    assert set(seen.values()) == {None, "2025-02-20"}
    said = words(page(client, f"/initiatives/{ID}"))
    assert "seen on 20 February 2025" in said
    assert "date not recorded" in said


# One document


def test_a_document_shows_outline_source_and_its_open_text(client: FlaskClient) -> None:
    found = page(client, path(OPEN))
    assert found.h1 is not None
    assert found.h1.text == "Verordening algoritmeregister"
    outline = found.find("ul", class_="outline")
    assert outline is not None
    top = [item.a.text for item in outline.find_all("li", recursive=False)]
    assert top == ["Doel", "Toezicht"]
    assert outline.find_all("ul")
    assert outline.find("a", href=f"{SOURCE}#page=2")
    text = found.find("div", class_="whole")
    assert text is not None
    assert (text["lang"], text["dir"]) == ("nl", "ltr")
    assert "alle algoritmen" in text.text
    assert [item.text for item in text.find_all("li")] == ["eerst", "daarna"]
    assert [cell.text for cell in text.find_all("td")][:2] == ["Jaar", "Euro"]
    for heading in text.find_all("h3"):
        assert found.find("a", href=f"#{heading['id']}")
    assert "Read by a machine on 20 February 2025" in words(found)
    assert found.find("a", href=SOURCE)


def test_p09_a_text_that_is_markup_is_shown_as_text(client: FlaskClient) -> None:
    for address in (
        path(OPEN),
        path(OPEN, "?q=kwokka"),
        path(OPEN, "/changes"),
        f"/initiatives/{ID}",
    ):
        found = page(client, address)
        assert not found.find_all("img")
        assert not [script for script in found.find_all("script") if not script.get("src")]
        assert "\u202e" not in str(found)
    assert "<script>alert(1)</script>" in words(page(client, path(OPEN)))


def test_a_closed_text_is_not_shown_and_that_is_said(client: FlaskClient) -> None:
    found = page(client, path(CLOSED))
    assert not found.find("div", class_="whole")
    assert "welke algoritmen" not in words(found)
    assert "controleert" not in words(found)
    assert "“all rights reserved” is not one of those" in words(found)
    assert "Toezicht" in words(found)
    assert "No longer available since 2 January 2026" in words(found)
    assert "nor on 9 January 2026" in words(found)
    assert "Why it was proposed: Both are of Amsterdam." in words(found)
    assert "nobody has confirmed" in words(found)
    matching = page(client, path(CLOSED, "?q=gemeenteraad"))
    assert "controleert het register" in words(matching)
    whole = answer(client, path(CLOSED))
    assert whole["text"] is None
    assert whole["open"] is False


def test_a_query_shows_what_matches_in_the_order_of_the_text(client: FlaskClient) -> None:
    found = page(client, path(OPEN, "?q=algorithm+register+kwokka"))
    (listed,) = found.find_all("ol", class_="passages")
    assert "kwokka" in [mark.text for mark in listed.find_all("mark")]
    assert listed.find("a", href=f"{SOURCE}#page=1")
    assert listed.find("a", href=lambda to: to and "#s" in to)
    nothing = page(client, path(OPEN, "?q=zebra"))
    assert "Nothing in this document matches." in words(nothing)


def test_passages_of_the_api_are_marked(client: FlaskClient) -> None:
    found = answer(client, path(OPEN, "?q=kwokka"))
    (passage,) = found["passages"]
    assert [passage["text"][a:b] for a, b in passage["marks"]] == ["kwokka"]
    assert (passage["page"], passage["document"]) == (3, OPEN)
    section = found["sections"][1]
    assert found["text"][section["start"] : section["end"]].startswith("Toezicht")


def test_an_older_version_is_shown_as_such(client: FlaskClient) -> None:
    found = page(client, path(OPEN, "?version=1"))
    assert "welke algoritmen" in words(found)
    assert "This is version 1, seen from 1 January 2025 to 20 January 2025." in words(found)
    assert answer(client, path(OPEN, "?version=1"))["version"] == 1
    for base in ("", "/api/v1"):
        assert client.get(base + path(OPEN, "?version=3")).status_code == 404


def test_right_to_left_text_says_so(client: FlaskClient) -> None:
    text = page(client, path(RIGHT_TO_LEFT)).find("div", class_="whole")
    assert text is not None
    assert (text["lang"], text["dir"]) == ("he", "rtl")


# Versions compared


def test_two_versions_are_compared_word_by_word(client: FlaskClient) -> None:
    found = page(client, path(OPEN, "/changes"))
    assert [tag.text for tag in found.find_all("del")] == ["[gone: welke]"]
    added = [tag.text for tag in found.find_all("ins")]
    assert "[new: alle]" in added
    assert any("kwokka" in text for text in added)
    assert "Euro" not in words(found)


def test_versions_of_a_closed_text_are_compared_by_headings_alone(client: FlaskClient) -> None:
    found = page(client, path(CLOSED, "/changes"))
    assert not found.find_all(["ins", "del"])
    assert "algoritmen" not in words(found)
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in found.find_all("tr")]
    assert ["Doel", "2", "1"] in rows
    assert not [row for row in rows if row[0] == "Toezicht"]


def test_the_only_version_compared_with_itself_has_no_change(client: FlaskClient) -> None:
    assert "Their words are the same." in words(page(client, path(RIGHT_TO_LEFT, "/changes")))


# Addresses


def test_a_document_that_is_not_there_or_was_withdrawn_says_so(client: FlaskClient) -> None:
    assert "has no document" in words(page(client, path("nothing"), 404))
    assert "was withdrawn. The reason given: asked" in words(page(client, path(WITHDRAWN), 410))
    assert client.get(f"/api/v1{path(WITHDRAWN)}").status_code == 410
    assert client.get("/initiatives/nobody/documents/x").status_code == 404


def test_a_document_under_another_initiative_is_redirected(client: FlaskClient) -> None:
    for base, more in (("", ""), ("", "/changes"), ("/api/v1", "")):
        moved = client.get(f"{base}/initiatives/barcelona-something/documents/{OPEN}{more}")
        assert moved.status_code == 301
        assert moved.headers["Location"] == base + path(OPEN, more)


@pytest.mark.parametrize("more", ["?version=x", "?part=0", "?words=a", "/changes?from=-1"])
def test_a_fault_of_a_request_is_named(client: FlaskClient, more: str) -> None:
    assert client.get(path(OPEN, more)).status_code == 400


def test_where_a_file_stood_on_a_disk_is_told_to_nobody(
    client: FlaskClient, documented_engine: EmbeddedEngine, tmp_path: Path
) -> None:
    (tmp_path / "index").mkdir()
    documented.make_engine(tmp_path / "index", most=1)
    for file in (tmp_path / "index").rglob("*"):
        assert file.is_dir() or b"secret-folder" not in file.read_bytes()
    assert b"secret-folder" not in documented.encoded(documented_engine)
    for address in (f"/initiatives/{ID}", path(CLOSED)):
        assert "secret-folder" not in client.get(address).text
        assert "secret-folder" not in client.get(f"/api/v1{address}").text


def test_matching_passages_are_of_the_document_alone(documented_engine: EmbeddedEngine) -> None:
    asked = SearchRequest(text="register algoritmen")
    for document in (OPEN, CLOSED):
        found = documented_engine.document_passages(asked, document)
        assert found
        assert {passage.document for passage in found} == {document}
    assert documented_engine.document_passages(asked, "nothing") == ()
    assert documented_engine.document_passages(SearchRequest(), OPEN) == ()
