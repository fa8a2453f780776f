"""Concepts found in texts and queries by their labels, in any language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Concept
from indexer.concepts import Annotator, Mention, analyse_labels
from indexer.languages.analysis import analyse, group, stem

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


_WORDS = "open data portal portals algorithm algorithms register registro de libraries parking x"


@given(
    st.lists(st.sampled_from(_WORDS.split()), max_size=12),
    st.lists(st.sampled_from(("en", "nl", "es", None)), min_size=1, max_size=2, unique=True),
)
def test_labels_are_the_longest_from_left_to_right(
    words: list[str], languages: list[str | None]
) -> None:
    known = analyse_labels(CONCEPTS)

    def label(run: list[str]) -> str | None:
        stems = (" ".join(stem(word, group(one)) for word in run) for one in languages)
        keys = [f"{group(one)} {own}" for one, own in zip(languages, stems, strict=True)]
        found = [known.surfaces.get(" ".join(run)), *map(known.stems.get, keys)]
        return next(filter(None, found), None)

    expected, at = [], 0
    while at < len(words):
        ends = [end for end in range(len(words), at, -1) if label(words[at:end])]
        if ends:
            expected.append(Mention(str(label(words[at : ends[0]])), at, ends[0]))
        at = ends[0] if ends else at + 1
    assert Annotator(known).find(words, languages) == expected
