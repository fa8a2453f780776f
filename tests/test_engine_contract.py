"""What a search engine promises, by example: `docs/ranking.md` told as a manual.

Every test runs on the embedded engine and on the brute-force one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_corpora import CONCEPTS, Engine, brute_force, embedded, make, make_corpus, passages

from corpus.model import Corpus, Initiative, Passage
from indexer.engine import Gone, Moved, SearchRequest
from indexer.weights import DEFAULT, FieldWeight, Weights

EngineOf = Callable[..., Engine]


@pytest.fixture(params=[brute_force, embedded], ids=["brute force", "embedded"])
def engine_of(request: pytest.FixtureRequest, tmp_path: Path) -> EngineOf:
    """An engine over some initiatives, or over a corpus."""

    def made(
        *initiatives: Initiative, corpus: Corpus | None = None, weights: Weights = DEFAULT
    ) -> Engine:
        engine: Engine = request.param(corpus or make_corpus(*initiatives), tmp_path, weights)
        return engine

    return made


def ask(text: str = "", **more: Any) -> SearchRequest:
    return SearchRequest(text=text, **more)


def found(engine: Engine, text: str = "", **more: Any) -> list[str]:
    return list(engine.every_hit(ask(text, **more)))


def scores(engine: Engine, text: str = "", **more: Any) -> dict[str, float]:
    return {hit.id: hit.score for hit in engine.search(ask(text, **more)).hits}


def counts(engine: Engine, facet: str, text: str = "", **more: Any) -> list[tuple[str, int]]:
    counted = engine.search(ask(text, **more)).facets[facet]
    return [(one.value, one.count) for one in counted]


# Words


@pytest.mark.parametrize(
    "more",
    [
        {"title": "A register of sensors"},
        {"title_original": "Sensorenregister of register"},
        {"terms_original": ("register",)},
        {"keywords": ("sensor register",)},
        {"concepts": ("register",)},
        {"summary": "The city keeps a register."},
        {"summary_original": "De stad houdt een register bij."},
        {"details": ("Begun in 2019.", "A register since then.")},
        {"outcome": "The register is read every day."},
        {"passages": passages("Article 5: a register shall be kept.")},
        {"passages": (Passage("Article 5", heading="Register"),)},
    ],
    ids=lambda more: next(iter(more)),
)
def test_a_word_finds_a_record_wherever_it_stands(
    engine_of: EngineOf, more: dict[str, Any]
) -> None:
    corpus = make_corpus(make("a", **more), make("b", "Something else"), concepts=CONCEPTS)
    assert found(engine_of(corpus=corpus), "register", expand=False) == ["a"]


@pytest.mark.parametrize("name", ["Lisbon", "Lisboa", "olisipo", "Portugal", "europe"])
def test_a_place_is_found_by_all_its_names(engine_of: EngineOf, name: str) -> None:
    engine = engine_of(make("a", city="lisbon"), make("b", city="medellin"), make("c"))
    assert found(engine, name) == ["a"]


@pytest.mark.parametrize("text", ["donnees", "DONNÉES", "Données"])
def test_case_and_accents_do_not_matter(engine_of: EngineOf, text: str) -> None:
    engine = engine_of(make("a", "Données"), make("b", "Donner"))
    assert found(engine, text, expand=False)[0] == "a"


def test_a_word_finds_its_other_forms_and_prefers_its_own(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Registers"), make("b", "Register"), make("c", "Regions"))
    assert found(engine, "register") == ["b", "a"]
    assert found(engine, "registers") == ["a", "b"]


def test_a_text_is_read_in_its_own_language(engine_of: EngineOf) -> None:
    engine = engine_of(
        make("french", language="fr", summary_original="Toutes les citoyennes"),
        make("unstemmed", language="sw", summary_original="Toutes les citoyennes"),
    )
    assert found(engine, "citoyenne") == ["french"]
    assert found(engine, "citoyennes") == ["french", "unstemmed"]


def test_a_word_counts_alike_in_texts_with_and_without_a_stemmer(engine_of: EngineOf) -> None:
    engine = engine_of(
        make("english", "Sensor"),
        make("swahili", "Sensor", language="sw", provisional=True),
    )
    own = scores(engine, "sensor")
    assert own["english"] == pytest.approx(own["swahili"])


def test_an_imported_record_is_all_in_its_own_language(engine_of: EngineOf) -> None:
    record = make("a", "Les citoyennes", language="fr", provisional=True)
    assert found(engine_of(record), "citoyenne") == ["a"]


def test_one_of_the_words_is_enough_and_more_of_them_are_better(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Open streets"), make("b", "Open data"), make("c", "Sensors"))
    assert found(engine, "open data", expand=False) == ["b", "a"]


def test_a_rarer_word_weighs_more(engine_of: EngineOf) -> None:
    records = [make(f"city-{n}", "City") for n in range(5)]
    engine = engine_of(*records, make("sensor", "Sensor"))
    assert found(engine, "city sensor")[0] == "sensor"


def test_a_title_weighs_more_than_a_summary_and_a_short_one_more_than_a_long_one(
    engine_of: EngineOf,
) -> None:
    engine = engine_of(
        make("summary", summary="Sensors"),
        make("long", "Sensors in all the streets and squares of the old town"),
        make("short", "Sensors here"),
    )
    assert found(engine, "sensors") == ["short", "long", "summary"]


def test_the_score_of_a_word_is_the_formula_of_the_page(engine_of: EngineOf) -> None:
    weights = Weights(k1=1.2, exact=0.2, fields=(FieldWeight(2.0, 0.5),) * 10)
    engine = engine_of(make("a", "open data"), make("b", "datum data data sets"), weights=weights)
    # Titles of 2 and 4 words, so 3 on average; the stem of data stands 3 times in b.
    idf = math.log(1 + (2 - 2 + 0.5) / (2 + 0.5))
    norm_a, norm_b = 2 / (0.5 + 0.5 * 2 / 3), 2 / (0.5 + 0.5 * 4 / 3)
    wf_a = norm_a
    wf_b = norm_b * (0.2 * 2 + 0.8 * 2)
    assert scores(engine, "data") == pytest.approx(
        {"a": idf * wf_a * 2.2 / (1.2 + wf_a), "b": idf * wf_b * 2.2 / (1.2 + wf_b)}, rel=1e-6
    )


def test_equal_scores_stand_in_the_order_of_ids(engine_of: EngineOf) -> None:
    engine = engine_of(make("c", "Sensors"), make("a", "Sensors"), make("b", "Sensors"))
    assert found(engine, "sensors") == ["a", "b", "c"]


def test_function_words_are_left_out_beside_better_words(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "The plan"), make("b", "Sensors"))
    request = ask("the sensors", language="en")
    ranking = engine.search(request)
    assert [hit.id for hit in ranking.hits] == ["b"]
    assert [(term.text, term.ignored) for term in ranking.terms] == [
        ("the", True),
        ("sensors", False),
    ]


def test_a_query_of_function_words_alone_looks_for_them(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "The plan"), make("b", "Sensors"))
    assert found(engine, "the", language="en") == ["a"]
    assert found(engine, "the -plan", language="en") == []


@pytest.mark.parametrize("text", ["wi-fi", "Wi-Fi"])
def test_a_hyphened_word_is_found_in_all_its_spellings(engine_of: EngineOf, text: str) -> None:
    engine = engine_of(
        make("hyphen", "Wi-Fi"),
        make("joined", "Wifi"),
        make("parted", "Wi fi"),
        make("turned", "Fi wi"),
    )
    assert sorted(found(engine, text)) == ["hyphen", "joined", "parted"]


def test_a_script_without_spaces_is_found_by_pairs_of_signs(engine_of: EngineOf) -> None:
    engine = engine_of(make("whole", "公共数据"), make("part", "数据"), make("none", "公园"))
    assert found(engine, "公共数据") == ["whole", "part"]
    assert found(engine, '"公共数据"') == ["whole"]


@pytest.mark.parametrize("text", ["%%", "sensors %%"])
def test_signs_without_letters_are_left_out(engine_of: EngineOf, text: str) -> None:
    engine = engine_of(make("a", "Sensors"))
    assert found(engine, text, mode="all") == ["a"]


# Phrases, near, prefixes


def test_a_phrase_is_its_exact_words_in_a_row(engine_of: EngineOf) -> None:
    engine = engine_of(
        make("yes", "The register of open data"),
        make("turned", "Data open"),
        make("apart", "Open city data"),
        make("forms", "Opened data"),
    )
    assert found(engine, '"open data"') == ["yes"]
    assert found(engine, '"register of open"') == ["yes"]


def test_a_quoted_word_is_that_word_alone(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Registers"), make("b", "Register"))
    assert found(engine, '"registers"') == ["a"]


@pytest.mark.parametrize(
    "more",
    [
        {"title": "All is open", "summary": "Data for all"},
        {"details": ("All is open", "Data for all")},
        {"details": ("All is open",), "outcome": "Data for all"},
        {"keywords": ("open", "data")},
        {"passages": passages("All is open", "Data for all")},
        {"passages": (Passage("Data for all", heading="All is open"),)},
    ],
    ids=["fields", "details", "outcome", "keywords", "passages", "heading"],
)
def test_a_phrase_never_runs_across_texts(engine_of: EngineOf, more: dict[str, Any]) -> None:
    engine = engine_of(make("a", **more), make("b", "Open data"))
    assert found(engine, '"open data"') == ["b"]
    assert found(engine, '"open data"~50') == ["b"]


def test_a_phrase_is_required(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Open data"), make("b", "Sensors"), make("c", "Open data sensors"))
    assert sorted(found(engine, 'sensors "open data"')) == ["a", "c"]


def test_two_phrases_may_stand_in_different_texts(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Open data", passages=passages("A public register")))
    assert found(engine, '"open data" "public register"') == ["a"]


def test_near_words_stand_in_any_order_at_most_so_far_apart(engine_of: EngineOf) -> None:
    engine = engine_of(
        make("beside", "Open data"),
        make("before", "Data is open"),
        make("far", "Open streets for bicycles and data"),
    )
    assert found(engine, '"open data"~1') == ["beside"]
    assert sorted(found(engine, '"open data"~2')) == ["before", "beside"]
    assert sorted(found(engine, '"open data"~5')) == ["before", "beside", "far"]
    assert sorted(found(engine, '"open data"~9999')) == ["before", "beside", "far"]


def test_a_word_is_not_near_itself(engine_of: EngineOf) -> None:
    engine = engine_of(make("once", "Data"), make("twice", "Data about data"))
    assert found(engine, '"data data"~3') == ["twice"]


def test_a_prefix_finds_every_word_that_begins_so(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Algorithms"), make("b", "Algebra"), make("c", "Algae"))
    assert sorted(found(engine, "algo*")) == ["a"]
    assert sorted(found(engine, "alg*")) == ["a", "b", "c"]


def test_a_prefix_stands_for_the_200_most_frequent_words(engine_of: EngineOf) -> None:
    words = [f"data{number:03d}" for number in range(201)]
    engine = engine_of(
        make("all", " ".join(words)),
        make("last", "data200"),
        make("left-out", "data199x", summary="data199"),
    )
    assert sorted(found(engine, "data*")) == ["all", "last", "left-out"]
    # data200 and data199 stand in two records, so data199x and what else is late give way.
    assert sorted(found(engine, "title:data199*")) == ["all", "left-out"]
    assert "left-out" not in found(engine, "title:data*")


# Operators


def test_or_takes_either_and_counts_the_better(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Sensors"), make("b", "Cameras"), make("c", "Drones"))
    assert found(engine, "sensors OR cameras") == ["a", "b"]
    assert scores(engine, "sensors OR zzz")["a"] == scores(engine, "sensors")["a"]


def test_a_clause_of_or_is_one_clause(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Sensors plan"), make("b", "Cameras plan"), make("c", "Sensors"))
    assert sorted(found(engine, "sensors OR cameras plan", mode="all")) == ["a", "b"]


def test_a_minus_bars_a_record_that_has_the_word_anywhere(engine_of: EngineOf) -> None:
    engine = engine_of(
        make("clean", "Sensors"),
        make("record", "Sensors and cameras"),
        make("passage", "Sensors", passages=passages("And a camera.")),
    )
    assert found(engine, "sensors -cameras") == ["clean"]
    assert found(engine, '"sensors" -"a camera"') == ["clean", "record"]


def test_minus_alone_browses_the_rest(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Sensors"), make("b", "Cameras"))
    assert scores(engine, "-cameras") == {"a": 0.0}


def test_title_looks_in_both_titles_alone(engine_of: EngineOf) -> None:
    engine = engine_of(
        make("english", "Sensors"),
        make("original", title_original="Sensors"),
        make("summary", summary="Sensors"),
    )
    assert sorted(found(engine, "title:sensors")) == ["english", "original"]
    assert sorted(found(engine, 'title:"sensors"')) == ["english", "original"]
    assert sorted(found(engine, "title:sens*")) == ["english", "original"]


def test_mode_all_wants_every_word_but_in_any_text(engine_of: EngineOf) -> None:
    engine = engine_of(
        make("one", "Open streets"),
        make("both", "Open data"),
        make("spread", "Open", passages=passages("Nothing here", "All the data")),
    )
    assert sorted(found(engine, "open data", mode="all")) == ["both", "spread"]


def test_mode_all_does_not_want_function_words(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Open data"))
    assert found(engine, "the open data", mode="all", language="en") == ["a"]


# Concepts


def test_a_concept_in_the_query_is_found_in_every_language(engine_of: EngineOf) -> None:
    corpus = make_corpus(
        make("english", "Algorithm register"),
        make("dutch", language="nl", summary_original="Het algoritmeregister"),
        make("spanish", language="es", passages=passages("Un registro de algoritmos")),
        make("tagged", concepts=("algorithm-register",)),
        make("else", "Sensors"),
        concepts=CONCEPTS[:1],
    )
    engine = engine_of(corpus=corpus)
    everywhere = ["dutch", "english", "spanish", "tagged"]
    assert sorted(found(engine, "algoritmeregister")) == everywhere
    assert sorted(found(engine, "algorithm registers", language="en")) == everywhere
    ranking = engine.search(ask("algoritmeregister"))
    assert [(one.id, one.source) for one in ranking.expansions] == [
        ("algorithm-register", "algoritmeregister")
    ]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("algoritmeregister", {"expand": False}),
        ("algoritmeregister", {"expand_off": ("algorithm-register",)}),
        ('"algoritmeregister"', {}),
        ("title:algoritmeregister OR zzz", {}),
        ('"algoritmeregister" OR zzz', {}),
    ],
)
def test_a_concept_is_not_looked_for_when_turned_off_quoted_or_in_a_field(
    engine_of: EngineOf, text: str, more: dict[str, Any]
) -> None:
    corpus = make_corpus(
        make("english", "Algorithm register"),
        make("dutch", "Algoritmeregister"),
        concepts=CONCEPTS[:1],
    )
    assert found(engine_of(corpus=corpus), text, **more) == ["dutch"]


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("algorithm register", ["algorithm-register"]),
        ("registers of algorithm", ["algorithm-register"]),
        ("register of algorithm", ["algorithm-register"]),
        ("register for algorithms", ["register"]),
        ("register of open data", ["register", "open-data"]),
        ("register registers", ["register"]),
    ],
)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_labels_are_read_from_left_to_right_the_longest_first(
    engine_of: EngineOf, text: str, concepts: list[str], language: str
) -> None:
    engine = engine_of(corpus=make_corpus(make("a"), concepts=CONCEPTS))
    called = engine.search(ask(text, language=language)).expansions
    assert [one.id for one in called] == concepts


@pytest.mark.parametrize(
    ("text", "language", "ids"),
    [
        ("artificial intelligence", "en", ["english", "french", "tagged"]),
        ("IA", "fr", ["english", "french", "tagged"]),
        ("IA", "es", ["french"]),
    ],
)
def test_a_label_of_three_letters_is_one_in_its_own_language_alone(
    engine_of: EngineOf, text: str, language: str, ids: list[str]
) -> None:
    corpus = make_corpus(
        make("english", "AI"),
        make("french", language="fr", title_original="IA"),
        make("italian", language="it", title_original="Ai cittadini"),
        make("tagged", keywords=("Robots",), concepts=("artificial-intelligence",)),
        concepts=CONCEPTS,
    )
    assert sorted(found(engine_of(corpus=corpus), text, language=language)) == ids


def test_the_name_of_a_place_is_no_concept(engine_of: EngineOf) -> None:
    corpus = make_corpus(
        make("place", city="amsterdam"), make("text", "Open data"), concepts=CONCEPTS
    )
    engine = engine_of(corpus=corpus)
    assert "Open Data Town" in corpus.cities["amsterdam"].aliases
    assert found(engine, "données ouvertes", language="fr") == ["text"]


def test_mode_all_wants_the_words_and_not_the_concepts_they_call_up(engine_of: EngineOf) -> None:
    corpus = make_corpus(
        make("words", "A register for each algorithm"),
        make("label", "Algorithm register"),
        make("tagged", concepts=("algorithm-register",), keywords=("sensors",)),
        concepts=CONCEPTS[:1],
    )
    engine = engine_of(corpus=corpus)
    assert "words" in found(engine, "algorithm register", mode="all", language="en")


# Filters


CITIES = (
    make("a", "Sensors", city="lisbon", kind="law", year=2019, principles=("privacy", "access")),
    make("b", "Sensors", city="zurich", kind="policy", year=2020, principles=("privacy",)),
    make("c", "Sensors", city="zurich", kind="law", year=2021),
    make("d", "Cameras", city="medellin", kind="law", date="2021-06-15", year=2021),
    make("e", "Sensors", kind="report"),
)


def test_values_of_one_facet_add_up_and_facets_narrow(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    assert found(engine, include={"city": ("lisbon", "zurich")}) == ["a", "b", "c"]
    narrowed = {"city": ("lisbon", "zurich"), "kind": ("law",)}
    assert found(engine, include=narrowed) == ["a", "c"]
    assert found(engine, "sensors", include=narrowed) == ["a", "c"]


def test_excluded_values_bar(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    assert found(engine, exclude={"kind": ("law",)}) == ["b", "e"]
    assert found(engine, include={"kind": ("law",)}, exclude={"city": ("zurich",)}) == ["a", "d"]


def test_an_unknown_value_is_had_by_none(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    assert found(engine, include={"city": ("atlantis",)}) == []
    assert found(engine, exclude={"city": ("atlantis",)}) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("city:Lisboa", ["a"]),
        ("city:LISBON", ["a"]),
        ("country:ch", ["b", "c"]),
        ("country:Schweiz", ["b", "c"]),
        ("-city:Zürich", ["a", "d", "e"]),
        ("kind:law -city:zurich", ["a", "d"]),
        ("city:lisbon city:zurich", ["a", "b", "c"]),
        ("year:2019..2020", ["a", "b"]),
        ("year:2021", ["c", "d"]),
        ("sensors kind:law", ["a", "c"]),
    ],
)
def test_filters_may_be_written_in_the_query(
    engine_of: EngineOf, text: str, ids: list[str]
) -> None:
    assert found(engine_of(*CITIES), text) == ids


def test_a_topic_is_named_by_id_or_label_in_any_language(engine_of: EngineOf) -> None:
    records = (make("a", concepts=("open-data",)), make("b", "Open data"))
    engine = engine_of(corpus=make_corpus(*records, concepts=CONCEPTS))
    for text in ("topic:open-data", 'topic:"Open Data"', 'topic:"données ouvertes"'):
        assert found(engine, text) == ["a"]


def test_filters_of_text_and_request_are_joined(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    ranking = engine.search(ask("city:Lisbon", include={"city": ("zurich",)}))
    assert [hit.id for hit in ranking.hits] == ["a", "b", "c"]
    assert sorted(ranking.include["city"]) == ["lisbon", "zurich"]
    assert found(engine, "year:2019..2021", date_to="2020") == ["a", "b"]
    assert found(engine, "year:2021", date_to="2021-03") == ["c"]


def test_a_filter_that_names_nothing_is_read_as_words(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Lost Atlantis"), make("b", "Sensors", city="lisbon"))
    assert found(engine, "city:Atlantis") == ["a"]
    assert found(engine, "-city:Atlantis") == ["b"]


@pytest.mark.parametrize(
    ("dates", "ids"),
    [
        ({"date_from": "2020"}, ["b", "c", "d"]),
        ({"date_to": "2020"}, ["a", "b"]),
        ({"date_from": "2021-06-16"}, ["c"]),
        ({"date_from": "2021-06-15", "date_to": "2021-06-15"}, ["c", "d"]),
        ({"date_to": "2021-05"}, ["a", "b", "c"]),
        ({"date_from": "2022"}, []),
    ],
)
def test_dates_keep_records_whose_span_they_touch(
    engine_of: EngineOf, dates: dict[str, str], ids: list[str]
) -> None:
    assert found(engine_of(*CITIES), **dates) == ids


def test_a_span_runs_to_the_end_of_its_last_year(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", date="2019-06", year=2019, year_end=2021))
    assert found(engine, date_from="2021-12-31") == ["a"]
    assert found(engine, date_from="2022") == []
    assert found(engine, date_to="2019-05") == []


# Facets


def test_facets_count_the_hits_of_each_value_most_frequent_first(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    assert counts(engine, "kind", "sensors") == [("law", 2), ("policy", 1), ("report", 1)]
    assert counts(engine, "country") == [("CH", 2), ("CO", 1), ("PT", 1)]
    assert counts(engine, "continent") == [("europe", 3), ("south-america", 1)]
    assert counts(engine, "year") == [("2021", 2), ("2019", 1), ("2020", 1)]
    assert engine.search(ask("sensors")).cities == 2


def test_a_record_counts_for_each_of_its_values_and_for_none_it_lacks(engine_of: EngineOf) -> None:
    assert counts(engine_of(*CITIES), "principle") == [("privacy", 2), ("access", 1)]


def test_a_record_has_the_languages_of_its_texts(engine_of: EngineOf) -> None:
    record = make("a", language="nl", passages=passages("Open data", "More", language="fr"))
    engine = engine_of(record, make("b", language="nl"))
    assert counts(engine, "lang") == [("nl", 2), ("fr", 1)]


def test_a_facet_ignores_its_own_filter_and_heeds_the_others(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    chosen: dict[str, Any] = {"include": {"kind": ("policy",)}}
    assert counts(engine, "kind", "sensors", **chosen) == [("law", 2), ("policy", 1), ("report", 1)]
    assert counts(engine, "city", "sensors", **chosen) == [("zurich", 1)]
    chosen = {"exclude": {"city": ("zurich",)}}
    assert counts(engine, "city", **chosen) == [("zurich", 2), ("lisbon", 1), ("medellin", 1)]
    assert counts(engine, "kind", **chosen) == [("law", 2), ("report", 1)]
    assert counts(engine, "year", date_to="2019") == [("2019", 1)]


def test_a_chosen_value_is_listed_without_hits(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    assert counts(engine, "kind", "cameras", include={"kind": ("policy",)}) == [
        ("law", 1),
        ("policy", 0),
    ]


def test_only_the_facets_asked_for_are_counted(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    assert set(engine.search(ask(facets=("kind", "city"))).facets) == {"kind", "city"}
    assert engine.search(ask(facets=())).facets == {}


# Passages


def test_a_record_scores_with_its_best_passage_alone(engine_of: EngineOf) -> None:
    one = passages("Sensors count bicycles")
    engine = engine_of(
        make("one", passages=one),
        make("many", passages=one * 5),
    )
    own = scores(engine, "sensors")
    assert own["one"] == pytest.approx(own["many"])


def test_a_hit_names_its_best_passage_the_first_of_equals(engine_of: EngineOf) -> None:
    texts = ("Bicycles", "Sensors and sensors", "Sensors and sensors", "A sensor")
    engine = engine_of(make("a", passages=passages(*texts)), make("b", "Sensors"))
    hits = {hit.id: hit.passage for hit in engine.search(ask("sensors")).hits}
    assert hits == {"a": 1, "b": None}


def test_record_and_passage_add_up(engine_of: EngineOf) -> None:
    engine = engine_of(
        make("both", "Sensors", passages=passages("Sensors")),
        make("record", "Sensors", passages=passages("Bicycles")),
        make("passage", passages=passages("Sensors")),
    )
    own = scores(engine, "sensors")
    assert own["both"] == pytest.approx(own["record"] + own["passage"], rel=1e-6)


# Orders and pages


DATED = (
    make("a", "Égalité", city="zurich", year=2020),
    make("b", "zones", city="amsterdam", date="2020-05-02", year=2020),
    make("c", "Data", changed="2026-03-01"),
    make("d", "Equality", city="amsterdam", year=2018),
)


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("relevance", ["a", "b", "c", "d"]),
        ("newest", ["b", "a", "d", "c"]),
        ("oldest", ["d", "a", "b", "c"]),
        ("city", ["b", "d", "a", "c"]),
        ("title", ["c", "a", "d", "b"]),
        ("changed", ["c", "b", "a", "d"]),
    ],
)
def test_hits_are_ordered_as_asked(engine_of: EngineOf, sort: str, ids: list[str]) -> None:
    assert found(engine_of(*DATED), sort=sort) == ids


def test_pages_are_cut_from_one_order(engine_of: EngineOf) -> None:
    engine = engine_of(*(make(f"r{number:02d}", "Sensors") for number in range(25)))
    whole = found(engine, "sensors")
    for offset in (0, 7, 20, 25, 1000):
        ranking = engine.search(ask("sensors", offset=offset, size=7))
        assert [hit.id for hit in ranking.hits] == whole[offset : offset + 7]
        assert ranking.total == 25
    assert engine.search(ask("sensors", size=0)).hits == ()


def test_no_query_browses_everything(engine_of: EngineOf) -> None:
    engine = engine_of(*CITIES)
    assert scores(engine) == dict.fromkeys("abcde", 0.0)


@pytest.mark.parametrize("mode", ["best", "all"])
def test_a_word_that_stands_nowhere_finds_nothing(engine_of: EngineOf, mode: str) -> None:
    engine = engine_of(*CITIES)
    ranking = engine.search(ask("zeppelin", mode=mode))
    assert (ranking.total, ranking.cities, ranking.hits) == (0, 0, ())


# Explanations


@pytest.mark.parametrize("text", ["open data", '"open data" city', "dat* OR open", "wi-fi data"])
def test_the_parts_of_an_explanation_sum_to_the_score(engine_of: EngineOf, text: str) -> None:
    corpus = make_corpus(
        make("a", "Open data", "Open data for the city", passages=passages("Wi-fi data")),
        make("b", "Open city", concepts=("open-data",)),
        make("c", "Wifi", "Data", passages=passages("Open", "Open data")),
        concepts=CONCEPTS,
    )
    engine = engine_of(corpus=corpus)
    own = scores(engine, text)
    explained = engine.explain(ask(text), list(own))
    assert own
    for id, score in own.items():
        assert sum(part.weight for part in explained[id]) == pytest.approx(score, rel=1e-6)


def test_an_explanation_names_fields_passages_and_coverage(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Open data", passages=passages("Streets", "Data")))
    parts = engine.explain(ask("open data"), ["a"])["a"]
    assert {
        (part.term, part.field, part.passage) for part in parts if part.field != "coverage"
    } == {
        ("open", "title", None),
        ("data", "title", None),
        ("open data", "title", None),
        ("data", "text", 1),
    }
    assert [part.term for part in parts if part.field == "coverage"] == ["3 of 3"]


def test_browsing_has_nothing_to_explain(engine_of: EngineOf) -> None:
    engine = engine_of(make("a", "Open data"))
    assert engine.explain(ask(), ["a"])["a"] == ()


# Records


def test_a_record_is_had_by_its_id_and_an_alias_leads_to_it(engine_of: EngineOf) -> None:
    record = make("a", "Sensors", aliases=("old-a",))
    engine = engine_of(record)
    assert engine.initiative("a") == record
    assert engine.initiative("old-a") == Moved("a")
    assert engine.initiative("unknown") is None


def test_a_withdrawn_record_is_gone_from_everything(engine_of: EngineOf) -> None:
    corpus = make_corpus(
        make("a", "Sensors", city="lisbon"), make("b", "Sensors"), withdrawn={"a": "Asked for."}
    )
    engine = engine_of(corpus=corpus)
    assert engine.initiative("a") == Gone("a", "Asked for.")
    assert found(engine, "sensors") == ["b"]
    assert counts(engine, "city") == []
    assert found(engine, "lisbon") == []


@pytest.mark.parametrize("records", [(), (make("a", "!"), make("b", "?"))])
def test_a_corpus_without_records_or_words_answers(
    engine_of: EngineOf, records: tuple[Initiative, ...]
) -> None:
    engine = engine_of(*records)
    assert engine.search(ask("sensors")).total == 0
    assert found(engine) == [record.id for record in records]
