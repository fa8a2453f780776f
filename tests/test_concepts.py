"""Concepts found in texts and queries by their labels, in any language."""

from __future__ import annotations

from corpus.model import Concept
from indexer.concepts import Annotator, Mention
from indexer.languages.analysis import analyse

CONCEPTS = {
    concept.id: concept
    for concept in (
        Concept(
            "algorithm-register",
            {"en": "algorithm register", "nl": "algoritmeregister", "es": "registro de algoritmos"},
            "A public list of algorithms.",
            "transparency",
            {"en": ("AI register",)},
        ),
        Concept("parking", {"en": "parking", "es": "aparcamiento"}, "Cars that stand.", "privacy"),
        Concept("libraries", {"en": "libraries"}, "Houses of books.", "access"),
        Concept("open-data", {"en": "open data"}, "Data for all.", "openness"),
        Concept("open-data-portal", {"en": "open data portal"}, "A place for it.", "openness"),
    )
}


def found(text: str, language: str, *languages: str) -> list[Mention]:
    surfaces = [token.surface for token in analyse(text, language)]
    return Annotator.of(CONCEPTS).find(surfaces, languages)


def test_a_label_is_found_by_its_stems() -> None:
    assert found("two algorithms registers", "en", "en") == [Mention("algorithm-register", 1, 3)]


def test_a_label_in_another_language_is_found_by_its_exact_words() -> None:
    assert found("het algoritmeregister", "nl", "en") == [Mention("algorithm-register", 1, 2)]
    assert found("un registro de algoritmos", "es", "en") == [Mention("algorithm-register", 1, 4)]


def test_the_longest_label_wins() -> None:
    assert found("an open data portal", "en", "en") == [Mention("open-data-portal", 1, 4)]


def test_mentions_do_not_overlap() -> None:
    mentions = found("open data open data portal", "en", "en")
    assert [mention.concept for mention in mentions] == ["open-data", "open-data-portal"]


def test_half_a_label_is_no_mention() -> None:
    assert found("the open city has an algorithm", "en", "en") == []


def test_a_label_at_the_end_is_not_read_beyond_it() -> None:
    assert found("open data", "en", "en") == [Mention("open-data", 0, 2)]
    assert found("open", "en", "en") == []


def test_a_label_of_one_word_is_not_found_in_a_word_it_is_derived_from() -> None:
    assert found("a walk in the park", "en", "en") == []
    assert found("where is parking dear", "en", "en") == [Mention("parking", 2, 3)]
    assert found("el aparcamiento", "es", "es") == [Mention("parking", 1, 2)]


def test_a_label_of_one_word_is_found_in_singular_and_plural() -> None:
    assert found("the library", "en", "en") == [Mention("libraries", 1, 2)]
