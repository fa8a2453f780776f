"""The pages as a browser gets them: what they say, and what they never carry."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import small_corpora
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpus.model import Concept, Corpus, Initiative, Passage, Source
from indexer.embedded import EmbeddedEngine
from indexer.engine import (
    FoundPassage,
    Neighbour,
    Part,
    Ranking,
    SearchEngine,
    SearchRequest,
    Status,
    Suggestion,
    TermReport,
)
from indexer.weights import DEFAULT
from search_app import parameter_table
from search_app.api.problems import problem
from search_app.app import create_app
from search_app.engines import Engines, NoEngine
from search_app.pages.help import OPERATORS
from search_app.pages.home import EXAMPLES
from search_app.settings import Settings

EVERY_TYPE: Final = (
    "/",
    "/search",
    "/search?q=algorithm+register",
    "/search?q=facial+recognition&country=US&principle=privacy&sort=newest&page=2",
    "/search?q=xyzzyqq+drones&country=FI&kind=law",
    "/initiatives/amsterdam-algorithm-register",
    "/cities",
    "/cities/barcelona",
    "/concepts",
    "/concepts/algorithm-register",
    "/principles/privacy",
    "/working-groups/data-economy",
    "/about",
    "/help",
    "/api",
    "/quality",
    "/ranking",
    "/privacy",
    "/accessibility",
)
WRONG: Final = (
    ("/nothing/here", 404),
    ("/initiatives/no-such-record", 404),
    ("/cities/atlantis", 404),
    ("/concepts/no-such-topic", 404),
    ("/principles/greed", 404),
    ("/working-groups/lunch", 404),
    ("/search?kond=law&date.from=abc", 400),
)
STATIC: Final = Path(__file__).parents[1] / "search_app" / "static"
WEIGHT: Final = 60_000
"""Bytes of a page with its style sheet and script, as they are, before any compression."""


def flat(elements: Sequence[Tag]) -> str:
    """The words of some elements, with single spaces and none inside quotation marks."""
    text = " ".join(" ".join(element.get_text(" ").split()) for element in elements)
    return text.replace("“ ", "“").replace(" ”", "”").replace("( ", "(").replace(" )", ")")


HOSTILE: Final = "<script>alert(1)</script>\u202e\"'><img src=x onerror=alert(2)>\u200b\x00"


class EmptyEngine:
    """An engine over no initiatives at all."""

    status = Status("empty", "2026-01-01T00:00:00Z", {}, {})
    weights = DEFAULT

    def __init__(self, corpus: Corpus) -> None:
        self.cities, self.countries = corpus.cities, corpus.countries
        self.regions = corpus.regions
        self.concepts, self.coalition = corpus.concepts, corpus.coalition
        self.regions = corpus.regions

    def search(self, request: SearchRequest) -> Ranking:
        word = TermReport(request.text, "word", "any", 0)
        return Ranking(0, 0, (), dict.fromkeys(request.facets, ()), (word,))

    def every_hit(self, request: SearchRequest) -> Iterator[str]:
        return iter(())

    def explain(self, request: SearchRequest, ids: Sequence[str]) -> dict[str, tuple[Part, ...]]:
        return {}

    def passages(
        self, request: SearchRequest, ids: Sequence[str], most: int = 1
    ) -> dict[str, tuple[FoundPassage, ...]]:
        return {}

    def initiative(self, id: str) -> None:
        return None

    def similar(
        self, id: str, size: int = 5, scope: str = "elsewhere", *, varied: bool = True
    ) -> tuple[Neighbour, ...]:
        return ()

    def suggest(self, text: str, size: int = 8) -> tuple[Suggestion, ...]:
        return ()


class Reader(FlaskClient):
    """A client that reads each answer to its end, as a browser does: only then is its place
    free for the next (`search_app.overload`)."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        return super().open(*args, buffered=True, **more)


def client_over(engine: SearchEngine, folder: Path) -> FlaskClient:
    app = create_app(Settings(data=folder), Engines.fixed(engine))
    app.test_client_class = Reader
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,application/xhtml+xml,*/*;q=0.8"
    return client


@pytest.fixture(scope="module")
def client(bundled_engine: EmbeddedEngine, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return client_over(bundled_engine, tmp_path_factory.mktemp("data"))


@pytest.fixture
def over(tmp_path: Path) -> Callable[..., FlaskClient]:
    """A client over a corpus of the records given."""

    def made(*records: Initiative, **more: Any) -> FlaskClient:
        folder = tmp_path / "index"
        folder.mkdir()
        corpus = small_corpora.make_corpus(*records, **more)
        return client_over(small_corpora.embedded(corpus, folder), tmp_path)

    return made


def soup(response: TestResponse) -> BeautifulSoup:
    assert response.mimetype == "text/html"
    return BeautifulSoup(response.text, "lxml")


def words(page: BeautifulSoup) -> str:
    """What a page says, spaces made even."""
    return " ".join((page.body or page).get_text(" ").split())


# Every page


@pytest.mark.parametrize("address", EVERY_TYPE)
def test_a_page_has_one_heading_landmarks_a_title_and_a_language(
    client: FlaskClient, address: str
) -> None:
    response = client.get(address)
    assert response.status_code == 200
    page = soup(response)
    assert len(page.find_all("h1")) == 1
    assert len(page.find_all("main")) == 1
    assert page.find("header") and page.find("footer") and page.find("nav")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert page.html["dir"] == "ltr"
    assert page.title is not None
    assert page.title.text.endswith(" · Cityrights")
    assert len(page.title.text) > len(" · Cityrights")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in page.find_all("a", href=re.compile("^#")):
        assert link["href"][1:] in ids


@pytest.mark.parametrize("address", [*EVERY_TYPE, *(wrong for wrong, _ in WRONG)])
def test_p07_a_page_has_no_inline_code_and_loads_nothing_from_elsewhere(
    client: FlaskClient, address: str
) -> None:
    response = client.get(address)
    page = soup(response)
    for tag in page.find_all(True):
        assert "style" not in tag.attrs
        assert not any(name.startswith("on") for name in tag.attrs)
    assert not page.find_all("style")
    for script in page.find_all("script"):
        assert not script.string
        assert script["src"].startswith("/static/")
    for loaded in page.find_all(["img", "iframe", "source", "object", "embed", "video", "audio"]):
        assert loaded.get("src", "").startswith("/"), loaded
    for link in page.find_all("link"):
        if not {"canonical", "alternate", "prev", "next"} & set(link["rel"]):
            assert link["href"].startswith("/"), link
    assert "Set-Cookie" not in response.headers
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_p07_the_style_sheet_and_the_script_load_nothing_from_elsewhere() -> None:
    for file in STATIC.iterdir():
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text, file
        assert "url(" not in text, file
        assert "@import" not in text, file


@pytest.mark.parametrize("address", EVERY_TYPE)
def test_a_page_with_style_and_script_weighs_under_60_kb(client: FlaskClient, address: str) -> None:
    kept = [client.get(f"/static/{name}").data for name in ("style.css", "suggest.js")]
    assert len(client.get(address).data) + sum(map(len, kept)) < WEIGHT


def test_a_style_sheet_is_served_without_what_only_its_readers_need(client: FlaskClient) -> None:
    response = client.get("/static/style.css")
    served = response.get_data(as_text=True)
    assert "/*" not in served and "\n" not in served
    written = re.sub(r"/\*.*?\*/", "", (STATIC / "style.css").read_text(), flags=re.DOTALL)
    assert re.sub(r"[\s;]", "", served) == re.sub(r"[\s;]", "", written)
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert client.head("/static/style.css").status_code == 200


@pytest.mark.parametrize("address", EVERY_TYPE)
def test_every_link_of_a_page_within_this_site_leads_somewhere(
    client: FlaskClient, address: str
) -> None:
    paths = {
        link["href"]
        for link in soup(client.get(address)).find_all(["a", "link"], href=re.compile("^/"))
        if not link["href"].startswith("/static/")
    }
    for path in sorted(paths)[:: max(1, len(paths) // 25)]:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("address", EVERY_TYPE)
def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient, address: str) -> None:
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert not again.data


def test_an_unknown_interface_language_is_answered_in_english(client: FlaskClient) -> None:
    for address in ("/?ui=xx", "/search?q=privacy&ui=xx"):
        response = client.get(address, headers={"Accept-Language": "tlh, *;q=0.1"})
        assert response.status_code == 200
        assert 'lang="en"' in response.text


@pytest.mark.parametrize(("address", "status"), WRONG)
def test_an_error_is_a_page_of_the_same_design_with_a_way_on(
    client: FlaskClient, address: str, status: int
) -> None:
    response = client.get(address)
    assert response.status_code == status
    page = soup(response)
    assert page.find("input", attrs={"name": "q"})
    assert page.find("a", href="/help")
    assert f"Error {status}" in words(page)
    assert "Traceback" not in response.text


def test_every_fault_of_a_request_is_named_with_what_was_probably_meant(
    client: FlaskClient,
) -> None:
    said = words(soup(client.get("/search?kond=law&date.from=abc")))
    assert "kond" in said
    assert "Did you mean “kind”?" in said
    assert "YYYY-MM-DD" in said


def test_without_an_index_the_error_page_still_stands(tmp_path: Path) -> None:
    def closed() -> SearchEngine:
        raise NoEngine("There is no index yet. Run: cityrights index")

    client = create_app(
        Settings(data=tmp_path), Engines(tmp_path / "current", closed)
    ).test_client()
    response = client.get("/", headers={"Accept": "text/html"})
    assert response.status_code == 503
    assert "cityrights index" in words(soup(response))


# Home


def test_the_home_page_asks_and_shows_the_five_principles_with_counts(client: FlaskClient) -> None:
    page = soup(client.get("/"))
    cards = page.select(".cards > li")
    assert len(cards) == 5
    assert all(re.search(r"[1-9]\d* initiatives", card.get_text()) for card in cards)
    assert page.select_one("form[role=search] input[name=q]")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.text)
def test_each_example_of_the_home_page_finds_something(
    bundled_engine: EmbeddedEngine, example: Any
) -> None:
    assert bundled_engine.search(SearchRequest(text=example.text)).total > 3


@pytest.mark.parametrize("text", [text for text, _ in OPERATORS])
def test_each_example_of_the_help_page_finds_something_and_is_understood(
    bundled_engine: EmbeddedEngine, text: str
) -> None:
    found = bundled_engine.search(SearchRequest(text=text))
    assert found.total
    assert not found.notes


# Results


def test_the_results_page_and_the_api_never_disagree(client: FlaskClient) -> None:
    for query in ("?q=algorithm+register", "?q=wifi&continent=europe", "?sort=city", "?q=zzzz"):
        page = soup(client.get(f"/search{query}"))
        answer = client.get(f"/api/v1/search{query}&explain=1").get_json()
        links = [link["href"] for link in page.select(".hits h2 a")]
        assert links == [f"/initiatives/{hit['id']}" for hit in answer["hits"]]
        heading = page.h1.get_text() if page.h1 else ""
        if answer["total"]:
            assert f"{answer['total']} initiatives" in heading
            assert f"in {answer['cities']} cities" in heading
        for hit, row in zip(answer["hits"], page.select(".hits > li"), strict=True):
            if hit["score"]:
                shown = row.select_one(".why tfoot td")
                assert shown
                assert float(shown.get_text()) == pytest.approx(hit["score"], abs=0.006)


def test_p15_the_points_of_a_result_add_up_to_its_total(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=how+do+cities+explain+algorithms+to+residents"))
    sums = page.select(".why table")
    assert len(sums) == 10
    for table in sums:
        points = [float(row.get_text()) for row in table.select("tbody tr td:last-child")]
        total = table.select_one("tfoot td")
        assert total
        assert round(sum(points), 2) == float(total.get_text())


def test_words_are_marked_and_the_form_found_is_named(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=registers"))
    assert page.select(".hits mark")
    assert "register (English) for your “registers”" in flat(page.select(".why td"))


def test_the_words_found_in_another_language_are_said_before_any_number(
    client: FlaskClient,
) -> None:
    page = soup(client.get("/search?q=registo+de+algoritmos"))
    hit = next(
        hit
        for hit in page.select(".hits > li")
        if hit.select_one("h2 a[href='/initiatives/amsterdam-algorithm-register']")
    )
    said = flat(hit.select(".glance"))
    assert "Found algoritmeregister (Dutch)" in said
    assert "for your “registo de algoritmos”" in said
    found = hit.select_one(".glance [lang=nl]")
    assert found is not None and found.get_text() == "algoritmeregister"


def test_a_topic_says_in_which_languages_it_was_found(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=registo+de+algoritmos&country=NL"))
    chip = next(chip for chip in page.select("a.chip") if "Also the topic" in chip.get_text())
    assert flat([chip]).endswith("algorithm register in Dutch, English")


def test_a_word_nobody_has_is_said_before_what_was_searched_instead(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=facail+recognition"))
    assert "No record has “facail”; it was read as “facial”." in flat(page.select(".note"))
    before = words(soup(client.get("/search?q=facial+recognition")))
    assert "No record has" not in before and "No exact hit" not in before


def test_words_that_stand_nowhere_as_typed_are_said_to_be_no_exact_hit(
    client: FlaskClient,
) -> None:
    said = words(soup(client.get("/search?q=participations&expand=none")))
    assert "No exact hit" in said


def test_a_filter_is_a_chip_that_can_be_taken_off_and_a_checked_box(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=camera&country=US&country=-CA&kind=law&date.from=2019"))
    chips = {" ".join(chip.get_text(" ").split()): chip for chip in page.select("a.chip")}
    assert {"Remove: Kind: Law", "Remove: Country: United States", "Remove: From: 2019"} <= set(
        chips
    )
    without = soup(client.get(str(chips["Remove: Kind: Law"]["href"])))
    assert "Kind: Law" not in words(without)
    assert "Country: United States" in words(without)
    assert page.select_one("input[name=kind][value=law]").has_attr("checked")  # type: ignore[union-attr]  # the selector finds it or the test fails
    kept = page.select_one("input[type=hidden][name=country]")
    assert kept is not None
    assert kept["value"] == "-CA"
    begins = page.select_one('input[name="date.from"]')
    assert begins is not None
    assert begins["value"] == "2019"


def test_the_form_as_it_stands_asks_for_the_same_search_again(client: FlaskClient) -> None:
    asked = (
        "/search?q=camera&country=US&country=-CA&city=boston&mode=all&qlang=en&expand=none&size=5"
    )
    page = soup(client.get(asked))
    fields = [
        (field["name"], field.get("value", ""))
        for field in page.select("form input[name]")
        if field.get("type") != "checkbox" or field.has_attr("checked")
    ]
    again = soup(client.get("/search", query_string=fields))
    assert again.h1 and page.h1
    assert again.h1.get_text() == page.h1.get_text()
    assert [a["href"] for a in again.select(".hits h2 a")] == [
        a["href"] for a in page.select(".hits h2 a")
    ]


def test_a_facet_says_how_many_results_each_choice_would_give(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=open+data"))
    box = page.select_one("input[name=country]")
    assert box is not None and box.parent is not None and box.parent.small is not None
    narrowed = soup(client.get(f"/search?q=open+data&country={box['value']}"))
    assert narrowed.h1
    assert narrowed.h1.get_text().startswith(f"{box.parent.small.get_text()} initiative")


def test_a_topic_searched_beside_the_words_can_be_taken_off(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=algorithm+register"))
    chip = next(chip for chip in page.select("a.chip") if "Also the topic" in chip.get_text())
    without = soup(client.get(str(chip["href"])))
    assert "Also the topic" not in words(without)
    assert "Without the topic:" in words(without)


def test_nothing_found_says_which_word_and_which_filter_with_the_count_it_would_give(
    client: FlaskClient,
) -> None:
    page = soup(client.get("/search?q=xyzzyqq+drones&country=FI&kind=law"))
    said = words(page)
    assert "Nothing found" in said
    assert "xyzzyqq" in said
    assert "What the catalogue does have" in said and re.search(r"drones \(\d+ initiative", said)
    drop = next(a for a in page.select("main a") if a.get_text() == "Without Country: Finland")
    assert drop.parent is not None
    count = re.search(r"\((\d+) initiative", drop.parent.get_text())
    assert count is not None
    followed = soup(client.get(str(drop["href"])))
    assert followed.h1
    assert followed.h1.get_text().startswith(f"{count[1]} initiative")


def test_nothing_found_with_every_word_and_filters_says_what_any_word_would_give(
    client: FlaskClient,
) -> None:
    page = soup(client.get("/search?q=xyzzyqq+drones&country=FI&kind=law&mode=all"))
    link = page.find("a", string="With any of the words, without any filter")
    assert isinstance(link, Tag) and isinstance(link.parent, Tag)
    followed = soup(client.get(str(link["href"])))
    assert followed.h1
    count = re.search(r"\((\d+) initiative", link.parent.get_text())
    assert count and followed.h1.get_text().startswith(f"{count[1]} initiative")


def test_a_misspelt_word_is_answered_with_what_was_probably_meant(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=algoritm+regsiter"))
    link = page.find("a", string=re.compile("register"))
    assert link is not None
    assert "Did you mean" in words(page)


def test_results_can_be_paged_kept_and_subscribed_to(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=data&page=2"))
    hits = [a["href"] for a in page.select(".hits h2 a")]
    first = [a["href"] for a in soup(client.get("/search?q=data")).select(".hits h2 a")]
    assert not set(hits) & set(first)
    assert page.select_one(".hits")["start"] == "11"  # type: ignore[index]  # the selector finds it or the test fails
    for rel in ("prev", "next"):
        assert page.select_one(f".pages a[rel={rel}]")
    kept = {a.get_text(): str(a["href"]) for a in page.select(".keep a")}
    assert len(kept) == 6
    assert kept["Subscribe (Atom)"] == "/feed.atom?q=data"
    for address in kept.values():
        assert client.get(address).status_code == 200


def test_a_page_beyond_the_last_says_so(client: FlaskClient) -> None:
    said = words(soup(client.get("/search?q=privacy&page=900")))
    assert "There is no such page" in said


def test_a_result_can_be_printed_with_its_lasting_address(client: FlaskClient) -> None:
    page = soup(client.get("/search?q=algorithm+register"))
    printed = [p.get_text() for p in page.select(".hits .print-only")]
    assert "http://localhost/initiatives/amsterdam-algorithm-register" in printed
    assert len(printed) == len(page.select(".hits > li"))


# One initiative


def test_a_record_shows_facts_sources_kin_and_how_to_cite_it(client: FlaskClient) -> None:
    response = client.get("/initiatives/amsterdam-algorithm-register")
    page = soup(response)
    said = words(page)
    assert "Algoritmeregister" in said
    assert "date not recorded" in said
    assert "The catalogue names no contact person." in said
    assert "Both speak of" in said
    assert (
        "Recorded in Cityrights: http://localhost/initiatives/amsterdam-algorithm-register" in said
    )
    own = page.find(string=re.compile("^Algoritmeregister$"))
    assert own is not None and own.parent is not None
    assert own.parent["lang"] == "nl"
    for kind in ("application/json", "application/ld+json"):
        link = page.find("link", rel="alternate", type=kind)
        assert link is not None
        assert client.get(str(link["href"])).status_code == 200  # type: ignore[index]  # a tag, not a string
    for name in ("BibTeX", "RIS", "CSL JSON", "JSON-LD"):
        link = page.find("a", string=name)
        assert link is not None
        assert client.get(str(link["href"])).status_code == 200  # type: ignore[index]  # a tag, not a string


def test_p14_every_record_shows_its_sources_and_its_doubts(
    client: FlaskClient, bundled_engine: EmbeddedEngine
) -> None:
    ids = list(bundled_engine.every_hit(SearchRequest()))
    for id in ids[::40]:
        record = bundled_engine.initiative(id)
        assert isinstance(record, Initiative)
        page = soup(client.get(f"/initiatives/{id}"))
        links = {a["href"] for a in page.select(".sources a")}
        assert links == {source.url for source in record.sources}
        for doubt in record.doubt:
            assert " ".join(doubt.split()) in words(page)


def test_p10_a_withdrawn_record_is_gone_with_its_reason_and_an_alias_redirects(
    over: Callable[..., FlaskClient],
) -> None:
    client = over(
        small_corpora.make("kept", "Kept", aliases=("old",)),
        withdrawn={"lost": "The city asked for it."},
    )
    gone = client.get("/initiatives/lost")
    assert gone.status_code == 410
    assert "The city asked for it." in words(soup(gone))
    moved = client.get("/initiatives/old")
    assert moved.status_code == 301
    assert urlsplit(moved.headers["Location"]).path == "/initiatives/kept"


def test_p09_a_hostile_record_is_text_and_nothing_else(over: Callable[..., FlaskClient]) -> None:
    record = small_corpora.make(
        "bad",
        f"Title {HOSTILE}",
        f"Summary of rights {HOSTILE}",
        language="ar",
        title_original=HOSTILE,
        summary_original=HOSTILE,
        details=(HOSTILE,),
        outcome=HOSTILE,
        city="lisbon",
        doubt=(HOSTILE,),
        keywords=(HOSTILE,),
        terms_original=(HOSTILE,),
        sources=(
            Source("javascript:alert(3)", HOSTILE, HOSTILE, "en"),
            Source('https://example.org/"onmouseover="alert(4)', "Fine", HOSTILE),
        ),
        passages=(Passage(HOSTILE, heading=HOSTILE, language='"><script>'),),
    )
    client = over(record)
    for address in ("/", "/search?q=rights", "/initiatives/bad", "/cities/lisbon", "/concepts"):
        response = client.get(address)
        assert response.status_code == 200
        page = soup(response)
        assert all(not script.string for script in page.find_all("script"))
        assert not page.find_all("img")
        assert not re.search("[\u202e\u200b\x00]", response.text)
        for tag in page.find_all(True):
            assert not any(name.startswith("on") for name in tag.attrs)
            assert not str(tag.get("href", "")).lower().startswith("javascript")


@pytest.mark.parametrize(
    "text", [HOSTILE, '"><svg onload=alert(1)>', "{{ 7*7 }}", "%s%(x)s", "x" * 9_000]
)
def test_p09_what_is_searched_for_is_shown_as_text(client: FlaskClient, text: str) -> None:
    response = client.get("/search", query_string={"q": text})
    assert response.status_code == 200
    page = soup(response)
    assert all(not script.string for script in page.find_all("script"))
    assert not page.find_all("img")
    field = page.select_one("input[name=q]")
    assert field is not None
    assert html.unescape(str(field["value"])).startswith(text[:8])
    assert not page.find_all(attrs={"onload": True})


def test_p17_text_of_another_language_carries_its_language_and_direction(
    over: Callable[..., FlaskClient],
) -> None:
    record = small_corpora.make(
        "amman",
        "Digital rights charter",
        "A charter.",
        language="ar",
        title_original="ميثاق الحقوق الرقمية",
        summary_original="ميثاق المدينة للحقوق الرقمية.",
        terms_original=("الحقوق الرقمية",),
        sources=(Source("https://example.org/a", "ميثاق", "أمانة عمان", "ar"),),
    )
    page = soup(over(record).get("/initiatives/amman"))
    arabic = [text for text in page.find_all(string=re.compile("[\u0600-\u06ff]")) if text.parent]
    assert len(arabic) >= 5
    for text in arabic:
        tag = text.parent
        assert tag is not None
        assert tag.get("dir") in ("auto", "rtl"), tag
    assert sum(tag.parent.get("lang") == "ar" for tag in arabic if tag.parent) >= 4


def test_an_imported_record_is_shown_in_its_language_and_as_not_reviewed(
    over: Callable[..., FlaskClient],
) -> None:
    record = small_corpora.make(
        "imported",
        "Carta de direitos",
        "Direitos digitais na cidade.",
        language="pt",
        provisional=True,
        passages=small_corpora.passages(
            *(f"Artigo {n} da carta." for n in range(9)), language="pt"
        ),
    )
    client = over(record)
    for address in ("/initiatives/imported", "/search?q=carta"):
        page = soup(client.get(address))
        assert "Not yet reviewed" in words(page)
        title = page.find("span", string="Carta de direitos")
        assert title is not None
        assert title["lang"] == "pt"  # type: ignore[index]  # a tag, not a string
    assert "the source has the whole" in words(soup(client.get("/initiatives/imported")))


def test_a_record_of_which_little_is_known_says_so_and_never_none(
    over: Callable[..., FlaskClient],
) -> None:
    bare = small_corpora.make("bare", "\u202e", "", sources=(), country=None, level="international")
    placed = small_corpora.make("placed", "Placed", "", city="zurich", status="unknown")
    client = over(bare, placed)
    for address in (
        "/",
        "/search",
        "/initiatives/bare",
        "/initiatives/placed",
        "/cities/zurich",
        "/cities/lisbon",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        said = words(soup(response))
        assert "None" not in said
        assert "Undefined" not in said
    said = words(soup(client.get("/initiatives/bare")))
    assert "No source is recorded." in said
    assert "No year recorded" in said
    assert "International" in said
    assert soup(client.get("/initiatives/bare")).h1.get_text().strip() == "bare"  # type: ignore[union-attr]  # there is one


def test_an_empty_catalogue_has_pages_too(tmp_path: Path) -> None:
    concept = Concept("wi-fi", {"en": "wi-fi"}, "A net.", "access")
    corpus = small_corpora.make_corpus(concepts=(concept,))
    client = client_over(EmptyEngine(corpus), tmp_path)
    for address in EVERY_TYPE:
        if address.startswith(
            ("/initiatives/", "/cities/b", "/concepts/", "/search?q=f", "/search?q=x")
        ):
            continue
        response = client.get(address)
        assert response.status_code == 200, address
        assert "None" not in words(soup(response))
    assert "Nothing found" in words(soup(client.get("/search?q=rights")))
    assert client.get("/concepts/wi-fi").status_code == 200
    assert "Nothing is recorded for this city yet." in words(soup(client.get("/cities/lisbon")))


# Cities, concepts, about, API


def test_a_city_shows_what_it_has_its_membership_and_its_gaps(client: FlaskClient) -> None:
    said = words(soup(client.get("/cities/barcelona")))
    assert "in the coalition since 2018" in said
    assert "GeoNames" in said
    assert "Cities with similar initiatives" in said
    gaps = words(soup(client.get("/cities/aarhus")))
    assert "Nothing recorded on" in gaps
    assert "may be a gap in the catalogue, not in the city" in gaps


def test_every_city_and_every_topic_with_a_record_is_on_its_index(
    client: FlaskClient, bundled_engine: EmbeddedEngine
) -> None:
    facets = bundled_engine.search(SearchRequest(facets=("city", "topic"))).facets
    listed = {a["href"] for a in soup(client.get("/cities")).select("main a")}
    assert {f"/cities/{count.value}" for count in facets["city"]} <= listed
    listed = {a["href"] for a in soup(client.get("/concepts")).select("main a")}
    assert {f"/concepts/{count.value}" for count in facets["topic"]} <= listed


def test_the_api_page_names_every_parameter_of_a_search_and_every_problem(
    client: FlaskClient,
) -> None:
    page = soup(client.get("/api"))
    names = {code.get_text() for code in page.select(".parameters dt code")}
    assert {parameter.name for parameter in parameter_table.SEARCH} <= names
    for status in (404, 405, 410):
        assert page.find(id=problem(status).type.removeprefix("/api#")), status
    for example in page.find_all("a", string=re.compile("^Example")):
        assert client.get(str(example["href"])).status_code == 200
