"""The JSON API as a tool uses it."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from clients import BROWSER, client_over
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.model import Initiative
from indexer.embedded import EmbeddedEngine
from indexer.engine import FACETS, Gone, Moved
from search_app.engines import Engines

RECORD = "/api/v1/initiatives/amsterdam-algorithm-register"


@pytest.fixture(scope="module")
def client(bundled_engine: EmbeddedEngine) -> FlaskClient:
    return client_over(Engines.fixed(bundled_engine))


def answer(client: FlaskClient, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    return response.json


def refusal(client: FlaskClient, path: str, status: int) -> Any:
    response = client.get(path, headers={"Accept": BROWSER})
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem = json.loads(response.text)
    assert problem["status"] == status
    assert problem["title"] and problem["detail"] and problem["type"].startswith("/api#")
    return problem


def links_of(response: Any) -> dict[str, str]:
    return {
        relation: address
        for address, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers["Link"])
    }


def test_a_search_answers_with_everything_the_page_shows(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/search?q=algorithm+register&size=5")
    assert found["query"]["text"] == "algorithm register"
    assert found["total"] > 5
    assert found["cities"] > 1
    assert len(found["hits"]) == 5
    assert set(found["facets"]) == set(FACETS)
    assert found["took_ms"] > 0
    hit = next(hit for hit in found["hits"] if hit["id"] == "amsterdam-algorithm-register")
    assert hit["url"] == "https://cities.example/initiatives/amsterdam-algorithm-register"
    assert hit["city"] == {"id": "amsterdam", "label": "Amsterdam"}
    assert hit["country"] == {"id": "NL", "label": "Netherlands"}
    assert hit["passages"]
    assert "why" not in hit


def test_marks_are_offsets_of_what_was_found(client: FlaskClient) -> None:
    for hit in answer(client, "/api/v1/search?q=%22facial+recognition%22")["hits"]:
        for passage in hit["passages"]:
            marked = {passage["text"][start:end].casefold() for start, end in passage["marks"]}
            assert marked <= {"facial recognition", "facial", "recognition"}


@pytest.mark.parametrize("query", ["algorithm register", '"open source" privacy', "particip*"])
def test_p15_the_parts_of_why_add_up_to_the_score(client: FlaskClient, query: str) -> None:
    found = answer(client, f"/api/v1/search?q={quote(query)}&explain=1&facets=none")
    assert found["hits"]
    for hit in found["hits"]:
        assert sum(part["weight"] for part in hit["why"]) == pytest.approx(hit["score"])


said = st.sampled_from(
    'register algoritmos privacy "facial recognition" "city data"~8 drones OR cameras '
    "Lisbon México -law title:open particip* 人工智能 дані the of Kamera digitale "
    "public-code wifi".split(" ")
)


@given(words=st.lists(said, min_size=1, max_size=12))
def test_p15_the_parts_add_up_for_any_query(client: FlaskClient, words: list[str]) -> None:
    asked = {"q": " ".join(words), "explain": "1", "facets": "none", "size": 20}
    response = client.get("/api/v1/search", query_string=asked)
    for hit in response.json["hits"]:
        assert sum(part["weight"] for part in hit["why"]) == pytest.approx(hit["score"], rel=1e-6)
        assert all(part["weight"] > 0 for part in hit["why"])


def test_a_facet_counts_as_if_its_own_filter_were_not_there(client: FlaskClient) -> None:
    free = answer(client, "/api/v1/search?q=privacy&facets=kind")
    bound = answer(client, "/api/v1/search?q=privacy&facets=kind&kind=law")
    counts = {value["value"]: value["count"] for value in free["facets"]["kind"]}
    assert {v["value"]: v["count"] for v in bound["facets"]["kind"]} == counts
    assert [v["value"] for v in bound["facets"]["kind"] if v["selected"]] == ["law"]
    assert bound["total"] == counts["law"]


def test_filters_are_or_inside_and_between_and_a_minus_excludes(client: FlaskClient) -> None:
    def total(parameters: str) -> int:
        return int(answer(client, f"/api/v1/search?facets=none&{parameters}")["total"])

    assert total("kind=law&kind=policy") == total("kind=law") + total("kind=policy")
    assert total("kind=law&country=US") < total("kind=law")
    assert total("kind=-law") == total("") - total("kind=law")


def test_pages_of_hits_are_linked_and_do_not_overlap(client: FlaskClient) -> None:
    first = client.get("/api/v1/search?q=privacy&size=5")
    assert set(links_of(first)) == {"self", "alternate", "next"}
    assert links_of(first)["alternate"] == "https://cities.example/search?q=privacy&size=5"
    second = client.get(links_of(first)["next"].removeprefix("https://cities.example"))
    assert set(links_of(second)) == {"self", "alternate", "prev", "next"}
    assert links_of(second)["prev"] == links_of(first)["self"]
    ids = [{hit["id"] for hit in response.json["hits"]} for response in (first, second)]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        (RECORD, "/initiatives/amsterdam-algorithm-register"),
        (f"{RECORD}?format=ris", "/initiatives/amsterdam-algorithm-register"),
        (f"{RECORD}/similar?size=2", "/initiatives/amsterdam-algorithm-register"),
        ("/api/v1/cities", "/cities"),
        ("/api/v1/cities/barcelona", "/cities/barcelona"),
        ("/api/v1/concepts?format=ttl", "/concepts"),
        ("/api/v1/concepts/drones", "/concepts/drones"),
        ("/api/v1/suggest?q=%22%3E", None),
        ("/api/v1/export?q=drones&format=jsonl", "/search?q=drones"),
        ("/api/v1/status", None),
    ],
)
def test_an_answer_names_itself_and_its_page(
    client: FlaskClient, path: str, page: str | None
) -> None:
    here = "https://cities.example"
    found = links_of(client.get(path))
    assert found.pop("self") == here + path
    assert found == ({"alternate": here + page} if page else {})


def test_a_long_query_does_not_make_headers_no_proxy_takes(client: FlaskClient) -> None:
    """nginx takes 4 or 8 KiB of them by default."""
    for query in ("a" * 60_000, "公共数据" * 500, "право " * 150):
        response = client.get("/api/v1/search", query_string={"q": query, "page": 2})
        assert response.status_code == 200
        assert len(str(response.headers)) < 6_000
    short = client.get(
        "/api/v1/search", query_string={"q": "privacy " + "право на город " * 20, "size": 1}
    )
    assert "next" in links_of(short)


def test_a_page_behind_the_last_is_empty_and_says_so(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/search?q=zeppelin+algorithm&page=900")
    assert found["hits"] == []
    assert any("page 900" in note for note in found["notes"])


def test_an_expansion_says_how_to_take_it_off(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/search?q=algorithm+register")
    (expansion,) = [e for e in found["expansions"] if e["concept"] == "algorithm-register"]
    assert {"term": "algoritmeregister", "language": "nl"} in expansion["terms"]
    assert expansion["from"] == "algorithm register"
    without = answer(client, expansion["remove"].removeprefix("https://cities.example"))
    assert "algorithm-register" not in {e["concept"] for e in without["expansions"]}


def test_every_fault_of_a_request_is_named(client: FlaskClient) -> None:
    problem = refusal(client, "/api/v1/search?kind=lawx&page=0&cuontry=FI", 400)
    assert {fault["parameter"]: fault.get("meant") for fault in problem["faults"]} == {
        "kind": "law",
        "page": None,
        "cuontry": "country",
    }


def test_a_record_stands_in_full(client: FlaskClient, bundled_engine: EmbeddedEngine) -> None:
    found = answer(client, RECORD)
    record = bundled_engine.initiative("amsterdam-algorithm-register")
    assert isinstance(record, Initiative)
    assert found["summary"] == record.summary
    assert [source["url"] for source in found["sources"]] == [s.url for s in record.sources]
    assert found["licence"] == "CC-BY-4.0"
    assert {"id": "helsinki-ai-register", "label": "Artificial intelligence register"} in found[
        "related"
    ]


@pytest.mark.parametrize(
    ("accept", "name", "media_type"),
    [
        ("application/json", "json", "application/json"),
        ("application/ld+json", "jsonld", "application/ld+json"),
        ("application/x-bibtex", "bibtex", "application/x-bibtex"),
        ("application/x-research-info-systems", "ris", "application/x-research-info-systems"),
        (
            "application/vnd.citationstyles.csl+json",
            "csl",
            "application/vnd.citationstyles.csl+json",
        ),
        ("image/png", "json", "application/json"),
        (BROWSER, "json", "application/json"),
    ],
)
def test_a_record_comes_as_asked_by_name_or_by_accept(
    client: FlaskClient, accept: str, name: str, media_type: str
) -> None:
    by_accept = client.get(RECORD, headers={"Accept": accept})
    by_name = client.get(f"{RECORD}?format={name}")
    assert by_accept.mimetype == by_name.mimetype == media_type
    assert by_accept.data == by_name.data
    assert by_accept.headers["Vary"] == "Accept"


def test_an_unknown_record_is_404(client: FlaskClient) -> None:
    assert "no-such-record" in refusal(client, "/api/v1/initiatives/no-such-record", 404)["detail"]
    refusal(client, "/api/v1/initiatives/no-such-record/similar", 404)


def test_a_mistyped_record_is_answered_with_the_one_probably_meant(client: FlaskClient) -> None:
    for path in ("amsterdam-algoritm-register", "amsterdam-algoritm-register/similar"):
        problem = refusal(client, f"/api/v1/initiatives/{path}", 404)
        assert "Did you mean 'amsterdam-algorithm-register'?" in problem["detail"]
        assert problem["see"] == f"/api/v1/initiatives/{path.replace('algoritm', 'algorithm')}"
    page = client.get("/initiatives/amsterdam-algoritm-register", headers={"Accept": BROWSER})
    assert 'href="/initiatives/amsterdam-algorithm-register"' in page.text
    assert "see" not in refusal(client, f"/api/v1/initiatives/{'x' * 5000}", 404)


class Rewritten:
    """The bundled engine with one record moved and one withdrawn."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def initiative(self, id: str) -> Any:
        match id:
            case "old-name":
                return Moved("amsterdam-algorithm-register")
            case "taken-down":
                return Gone("taken-down", "a court order")
        return self._engine.initiative(id)


@pytest.fixture(scope="module")
def rewritten(bundled_engine: EmbeddedEngine) -> FlaskClient:
    engine: Any = Rewritten(bundled_engine)
    return client_over(Engines.fixed(engine))


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_an_alias_is_redirected_to_the_record(rewritten: FlaskClient, prefix: str) -> None:
    response = rewritten.get(f"{prefix}/initiatives/old-name")
    assert response.status_code == 301
    assert response.location == f"{prefix}/initiatives/amsterdam-algorithm-register"


def test_p10_a_withdrawn_record_answers_410_with_the_reason(rewritten: FlaskClient) -> None:
    assert "a court order" in refusal(rewritten, "/api/v1/initiatives/taken-down", 410)["detail"]
    refusal(rewritten, "/api/v1/initiatives/taken-down/similar", 410)
    page = rewritten.get("/initiatives/taken-down", headers={"Accept": BROWSER})
    assert page.status_code == 410
    assert page.mimetype == "text/html"
    assert "a court order" in page.text


def test_similar_initiatives_say_what_they_share(client: FlaskClient) -> None:
    found = answer(client, f"{RECORD}/similar?size=3")
    assert len(found["similar"]) == 3
    for neighbour in found["similar"]:
        assert (neighbour["city"] or {}).get("id") != "amsterdam"
        assert neighbour["terms"]
        assert 0 < sum(term["share"] for term in neighbour["terms"]) <= 1 + 1e-9
    manifesto = "/api/v1/initiatives/amsterdam-tada-manifesto/similar"
    elsewhere, anywhere = answer(client, manifesto), answer(client, f"{manifesto}?scope=anywhere")
    assert "amsterdam" not in {(n["city"] or {}).get("id") for n in elsewhere["similar"]}
    assert "amsterdam" in {(n["city"] or {}).get("id") for n in anywhere["similar"]}


def test_cities_are_counted_and_a_city_shows_what_it_has(client: FlaskClient) -> None:
    cities = {city["id"]: city for city in answer(client, "/api/v1/cities")["cities"]}
    barcelona = answer(client, "/api/v1/cities/barcelona")
    assert barcelona["initiatives"] == cities["barcelona"]["initiatives"] == len(barcelona["items"])
    assert barcelona["membership"]["source"].startswith("https://")
    assert sum(year["count"] for year in barcelona["years"]) <= barcelona["initiatives"]
    assert barcelona["similar"][0]["id"] != "barcelona"
    assert barcelona["similar"][0]["terms"]


def test_a_place_by_another_name_is_redirected(client: FlaskClient) -> None:
    assert client.get("/api/v1/cities/Zürich").location == "/api/v1/cities/zurich"
    assert client.get("/api/v1/concepts/algoritmeregister").status_code == 301
    problem = refusal(client, "/api/v1/cities/barcelna", 404)
    assert problem["see"] == "/api/v1/cities/barcelona"


def test_concepts_stand_as_json_and_as_skos(client: FlaskClient) -> None:
    listed = {c["id"]: c for c in answer(client, "/api/v1/concepts")["concepts"]}
    one = answer(client, "/api/v1/concepts/algorithm-register")
    assert one["labels"]["nl"] == "algoritmeregister"
    assert one["initiatives"] == listed["algorithm-register"]["initiatives"] > 5
    assert {"id": "algorithmic-transparency", "label": "algorithmic transparency"} in one["broader"]
    above = answer(client, "/api/v1/concepts/algorithmic-transparency")
    assert "algorithm-register" in {narrower["id"] for narrower in above["narrower"]}
    turtle = client.get("/api/v1/concepts", headers={"Accept": "text/turtle"})
    assert turtle.mimetype == "text/turtle"
    assert turtle.text.count(" a skos:Concept ") == len(listed)
    single = client.get("/api/v1/concepts/algorithm-register?format=ttl").text
    assert "https://cities.example/concepts/algorithm-register" in single


def test_suggestions_lead_somewhere(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/suggest?q=barc")["suggestions"]
    assert {"text": "Barcelona", "kind": "city", "target": "barcelona"}.items() <= found[0].items()
    for suggestion in found:
        path = suggestion["url"].removeprefix("https://cities.example")
        assert client.get(path).status_code == 200
    response = client.get("/api/v1/suggest?q=barc&format=opensearch")
    assert response.mimetype == "application/x-suggestions+json"
    query, texts, kinds, urls = json.loads(response.text)
    assert query == "barc"
    assert len(texts) == len(kinds) == len(urls) == len(found)


@pytest.mark.parametrize("name", ["csv", "jsonl", "bibtex", "ris"])
def test_an_export_has_every_hit_in_order(client: FlaskClient, name: str) -> None:
    search = "q=privacy&country=US"
    total = answer(client, f"/api/v1/search?{search}&facets=none")["total"]
    response = client.get(f"/api/v1/export?{search}&format={name}")
    assert response.headers["Content-Disposition"].startswith("attachment")
    match name:
        case "csv":
            rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
            ids = [row["id"] for row in rows]
            assert all(row["country_code"] == "US" for row in rows)
        case "jsonl":
            ids = [json.loads(line)["id"] for line in response.text.splitlines()]
        case "bibtex":
            ids = re.findall(r"^@misc\{([^,]+),", response.text, re.M)
        case _:
            ids = re.findall(r"^ID  - (.*)\r$", response.text, re.M)
    assert len(ids) == total
    hits = answer(client, f"/api/v1/search?{search}&facets=none&size=100")["hits"]
    assert ids[:100] == [hit["id"] for hit in hits]


def test_status_says_what_answers(client: FlaskClient, bundled_engine: EmbeddedEngine) -> None:
    found = answer(client, "/api/v1/status")
    assert found["generation"] == bundled_engine.status.generation
    assert found["counts"]["initiatives"] == 655
    assert found["age"] >= 0
    assert "fault" not in found


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/search?q=drones",
        RECORD,
        f"{RECORD}/similar",
        "/api/v1/cities",
        "/api/v1/cities/barcelona",
        "/api/v1/concepts",
        "/api/v1/concepts/drones",
        "/api/v1/suggest?q=dro",
        "/api/v1/export?q=drones",
        "/feed.atom?q=drones",
        "/sitemap.xml",
    ],
)
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    other = client.get(path, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200
    head = client.head(path)
    assert head.status_code == 200 and head.data == b"" and head.headers["ETag"] == tag


def test_the_tag_of_a_record_depends_on_its_format(client: FlaskClient) -> None:
    tags = {
        client.get(RECORD, headers={"Accept": accept}).headers["ETag"]
        for accept in ("application/json", "application/ld+json")
    }
    assert len(tags) == 2


def test_any_site_may_read_the_api(client: FlaskClient) -> None:
    for path in ("/api/v1/search", "/api/v1/search?page=0", "/openapi.json", "/feed.atom"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options("/api/v1/search", headers={"Origin": "https://other.example"})
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


def test_a_wrong_method_is_405_and_says_which_are_right(client: FlaskClient) -> None:
    response = client.post("/api/v1/search", data={"q": "x"})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.mimetype == "application/problem+json"


def test_a_browser_reads_a_fault_as_a_page_and_a_tool_as_json(client: FlaskClient) -> None:
    page = client.get("/search?page=0", headers={"Accept": BROWSER})
    assert page.status_code == 400
    assert page.mimetype == "text/html"
    problem = client.get("/search?page=0", headers={"Accept": "application/json"})
    assert problem.mimetype == "application/problem+json"
    (fault,) = json.loads(problem.text)["faults"]
    assert fault["problem"] in page.text.replace("&#39;", "'")


@pytest.mark.parametrize(
    "query",
    [
        b"q=\xff\xfe",
        b"q=%ff%fe&kind=%ff",
        b"q=%00",
        b"q=%ED%A0%80",
        b"%00=%00",
        b"&&&===",
        b"q=" + b"x" * 10_000,
        b"q=" + b"%22" * 999,
        b"q=" + b"(" * 2_000,
        b"q=**&q=",
        b"q=NOT+NOT+a",
        b"q=a:b:c",
        b"page=" + b"9" * 21,
        b"&".join([b"country=FI"] * 1000),
        b"size=1000",
    ],
)
@pytest.mark.parametrize(
    "path", ["/api/v1/search", "/api/v1/export", "/api/v1/suggest", "/feed.atom", "/search"]
)
def test_p19_no_bytes_in_an_address_make_a_500(
    client: FlaskClient, path: str, query: bytes
) -> None:
    response = client.get(path, query_string=query.decode("latin-1"))
    assert response.status_code in (200, 400)


paths = st.sampled_from(
    [
        "/api/v1/search",
        "/api/v1/export",
        "/api/v1/suggest",
        "/api/v1/cities/{}",
        "/api/v1/concepts/{}",
        "/api/v1/initiatives/{}",
        "/api/v1/initiatives/{}/similar",
        "/feed.atom",
        "/{}",
        "/search",
        "/initiatives/{}",
        "/cities",
        "/cities/{}",
        "/concepts",
        "/concepts/{}",
        "/principles/{}",
        "/working-groups/{}",
        "/about",
        "/help",
        "/api",
        "/sitemap.xml",
        "/static/{}",
    ]
)
texts = st.text(st.characters(codec=None), max_size=30)


@given(path=paths, part=texts, query=st.dictionaries(texts, texts, max_size=4))
@example(path="/api/v1/cities/{}", part="..", query={})
@example(path="/api/v1/search", part="", query={"q": '"a b"~99999999999999999999'})
@example(path="/api/v1/search", part="", query={"q": "year:9999999999..1"})
def test_p19_no_request_makes_a_500(
    client: FlaskClient, path: str, part: str, query: dict[str, str]
) -> None:
    safe = quote(part, safe="", errors="replace")
    pairs = {
        name.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode()
        for name, value in query.items()
    }
    response = client.get(path.format(safe), query_string=pairs)
    assert response.status_code < 500


@given(query=texts)
def test_p19_no_query_is_an_error(client: FlaskClient, query: str) -> None:
    text = query.encode("utf-8", "replace").decode()
    assert client.get("/api/v1/search", query_string={"q": text}).status_code == 200
