"""Places named in a query: in any language, preferred but not required, shown and removable."""

from __future__ import annotations

import pytest
from small_corpora import embedded, make, make_corpus

from corpus.catalogue import load_bundled
from corpus.place_names import spoken_names
from indexer.embedded import EmbeddedEngine
from indexer.engine import Ranking, SearchRequest
from indexer.place_names import PlaceNames, analyse_names, find_places

RECORDS = (
    make("lisbon", "Open data", "Portal", city="lisbon"),
    make("zurich", "Open data portal", "The best open data portal", city="zurich"),
    make("swiss", "Sensors", "Open streets", country="CH"),
    make("nowhere", "Open data", "Portal"),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    return embedded(make_corpus(*RECORDS), tmp_path_factory.mktemp("places"))


@pytest.fixture(scope="module")
def names() -> PlaceNames:
    return analyse_names(spoken_names(load_bundled()))


def ask(engine: EmbeddedEngine, text: str, **more: object) -> Ranking:
    return engine.search(SearchRequest(text, facets=(), **more))  # type: ignore[arg-type]


def ids(ranking: Ranking) -> list[str]:
    return [hit.id for hit in ranking.hits]


def test_a_place_named_comes_first_and_hides_no_other(engine: EmbeddedEngine) -> None:
    assert ids(ask(engine, "open data portal"))[0] == "zurich"
    found = ids(ask(engine, "open data portal Lisbon"))
    assert found[0] == "lisbon"
    assert "zurich" in found


def test_a_place_is_found_by_any_of_its_names(engine: EmbeddedEngine) -> None:
    for name in ("Lisbon", "Lisboa", "Olisipo"):
        ranking = ask(engine, f"data {name}")
        assert ids(ranking)[0] == "lisbon"
        assert [(one.id, one.kind) for one in ranking.expansions] == [("city:lisbon", "place")]


def test_a_country_prefers_all_its_cities(engine: EmbeddedEngine) -> None:
    assert set(ids(ask(engine, "Schweiz"))) == {"zurich", "swiss"}


def test_a_preference_can_be_taken_off(engine: EmbeddedEngine) -> None:
    off = ask(engine, "open data portal Lisbon", expand_off=("city:lisbon",))
    assert off.hits[0].score < ask(engine, "open data portal Lisbon").hits[0].score
    assert [one.id for one in off.expansions] == ["city:lisbon"]
    assert not ask(engine, "open data Lisbon", expand=False).expansions


def test_the_explanation_says_what_the_place_brought(engine: EmbeddedEngine) -> None:
    parts = engine.explain(SearchRequest("data Lisbon"), ["lisbon"])["lisbon"]
    fields = {part.field: part.weight for part in parts}
    assert fields["preference"] == pytest.approx(
        sum(w for f, w in fields.items() if f not in ("preference", "coverage"))
        + sum(p.weight for p in parts)
        - sum(fields.values()),
        rel=1e-6,
    )


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("free wifi Latin America", ["region:latin-america"]),
        ("villes brésiliennes", ["country:BR"]),
        ("Nederlandse gemeenten", ["country:NL"]),
        ("Gesichtserkennung in der Schweiz", ["country:CH"]),
        ("open data in African municipalities", ["region:africa"]),
        ("台北 首尔", ["city:taipei", "city:seoul"]),
        ("como participar", []),
        ("Como participar", []),
        ("contre la vidéosurveillance", []),
        ("nice maps for us", []),
    ],
)
def test_names_in_queries_are_read_as_people_write_them(
    names: PlaceNames, text: str, keys: list[str]
) -> None:
    from indexer.concepts import first_forms
    from indexer.languages.analysis import analyse

    tokens = first_forms(analyse(text, None))
    words = [token.surface for token in tokens]
    written = [text[token.start : token.end] for token in tokens]
    found = [key for mention in find_places(names, words, written) for key in mention.keys]
    assert found == keys
