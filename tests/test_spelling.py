"""Words that nothing has are read as the nearest known word of their language, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_corpora import CONCEPTS, embedded, make, make_corpus

from indexer.embedded import EmbeddedEngine
from indexer.engine import Ranking, SearchRequest

RECORDS = (
    make("accessibility", "Accessibility of websites", "Guidelines for every language"),
    make("sensors", "Sensors in squares", "Where sensors stand"),
    make("plein", "Sensoren", "", language="nl", summary_original="sensoren op pleinen"),
    make("poco", "Poco", "", language="it", summary_original="internet con poco denaro"),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    corpus = make_corpus(*RECORDS, concepts=CONCEPTS)
    return embedded(corpus, tmp_path_factory.mktemp("spelling"))


def ask(engine: EmbeddedEngine, text: str, **more: object) -> Ranking:
    return engine.search(SearchRequest(text, facets=(), **more))  # type: ignore[arg-type]


def read_as(ranking: Ranking) -> dict[str, str]:
    return {one.source: one.label for one in ranking.expansions if one.kind == "spelling"}


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("accesibility", "accessibility"),
        ("langauge", "language"),
        ("guidlines", "guidelines"),
        ("sensros", "sensors"),
        ("algoritm", "algorithm"),
        ("artificail", "artificial"),
    ],
)
def test_a_misspelt_word_finds_what_the_right_one_would(
    engine: EmbeddedEngine, typed: str, known: str
) -> None:
    ranking = ask(engine, f"{typed} for everyone", language="en")
    assert read_as(ranking) == {typed: known}
    assert not ranking.exact
    right = ask(engine, f"{known} for everyone", language="en")
    assert [hit.id for hit in ranking.hits] == [hit.id for hit in right.hits]


def test_a_known_word_is_left_alone_in_all_its_forms(engine: EmbeddedEngine) -> None:
    for known in ("sensor", "sensors", "websites", "guideline", "intelligence", "sensoren"):
        assert not read_as(ask(engine, known)), known


def test_a_word_of_another_language_is_no_misspelling(engine: EmbeddedEngine) -> None:
    assert not read_as(ask(engine, "internet com pouco dinheiro", language="pt"))


def test_short_words_numbers_and_quoted_words_are_left_alone(engine: EmbeddedEngine) -> None:
    for text in ("fro", "2016/678", '"accesibility"', "-accesibility", "title:accesibility"):
        assert not read_as(ask(engine, text, language="en")), text


def test_a_reading_can_be_taken_off_and_is_off_without_expansion(engine: EmbeddedEngine) -> None:
    off = ask(engine, "accesibility", language="en", expand_off=("word:accesibility",))
    assert off.total == 0
    assert ask(engine, "accesibility", language="en", expand=False).total == 0
    assert ask(engine, "accesibility", language="en").total == 1


def test_what_was_probably_meant_is_given_as_a_query(engine: EmbeddedEngine) -> None:
    assert ask(engine, "accesibility langauge", language="en").did_you_mean == (
        "accessibility language"
    )


def test_the_explanation_names_the_word_as_typed_and_as_found(engine: EmbeddedEngine) -> None:
    request = SearchRequest("accesibility", language="en")
    parts = engine.explain(request, ["accessibility"])["accessibility"]
    assert {(part.term, part.found) for part in parts} == {("accesibility", ("accessibility",))}


def test_nothing_near_is_nothing_found(tmp_path: Path) -> None:
    empty = embedded(make_corpus(), tmp_path)
    assert ask(empty, "accessibility").total == 0


def test_a_language_that_is_not_known_is_searched_plainly_and_said(engine: EmbeddedEngine) -> None:
    ranking = ask(engine, "llaqtakunapi intirnit hayñi")
    assert ranking.language is None
    assert any("language" in note for note in ranking.notes)
    assert not ask(engine, "where do the sensors stand").notes
    assert not ask(engine, "QuarkID miBA").notes


def test_small_words_alone_are_searched_and_said(engine: EmbeddedEngine) -> None:
    ranking = ask(engine, "the of and", language="en")
    assert any("small words" in note for note in ranking.notes)
    assert not ask(engine, "the sensors", language="en").notes
