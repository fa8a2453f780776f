"""Explaining and marking: the cost does not grow with how often a query repeats itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.concepts import Annotator
from indexer.explain import Located, Occurrence, Occurrences
from indexer.marking import Marker, read
from indexer.matching import WeightedTerm
from indexer.understanding import Sought, SoughtClause

NO_MATCHES: Any = None


class CountedColumns:
    """Two terms over three units of ten positions each."""

    def __init__(self) -> None:
        self.looked_up: list[int] = []

    def places(self, term: int) -> Any:
        self.looked_up.append(term)
        return np.array([[1, 4, 25], [12]][term], np.uint32) if term < 2 else None

    def unit_span(self, unit: int) -> tuple[int, int]:
        return unit * 10, unit * 10 + 10


def test_an_alternative_is_looked_up_once_for_all_units_and_repeats() -> None:
    columns: Any = CountedColumns()
    occurrences = Occurrences(columns, [0, 1, 2, 0])
    terms = [WeightedTerm(0, 1.0), WeightedTerm(1, 0.5)]
    for _ in range(100):
        located = Located(Sought("prefix", "pri*", ("pri",)), NO_MATCHES, terms, None, None)
        assert list(occurrences.of(located, 0)) == [Occurrence(1.0, 0, [1, 4])]
        assert list(occurrences.of(located, 1)) == [Occurrence(0.5, 1, [12])]
        assert list(occurrences.of(located, 2)) == [Occurrence(1.0, 0, [25])]
    assert columns.looked_up == [0, 1]


def test_places_of_a_phrase_are_occurrences_of_no_one_term() -> None:
    columns: Any = CountedColumns()
    places = np.array([3, 13], np.uint32)
    located = Located(Sought("phrase", "a b", ("a", "b")), NO_MATCHES, (), places, None)
    assert list(Occurrences(columns, [1]).of(located, 1)) == [Occurrence(1.0, -1, [13])]


def marked(text: str, *sought: Sought) -> list[tuple[str, int]]:
    marker = Marker([SoughtClause((one,)) for one in sought], {}, {})
    found = marker.marks(read(text, "en", Annotator.of({})))
    return [(text[mark.start : mark.end], mark.clause) for mark in found]


def test_words_near_each_other_are_marked_however_they_stand() -> None:
    def near(distance: int) -> Sought:
        return Sought("near", "", ("city", "rights"), distance=distance)

    text = "Rights in the city, and a city without"
    assert marked(text, near(3)) == [("city", 0), ("Rights", 0)]
    assert marked(text, near(2)) == []
    assert marked("city rights city", near(1)) == [
        ("city", 0),
        ("rights", 0),
        ("city", 0),
        ("rights", 0),
    ]


def test_a_word_alone_is_not_near_itself() -> None:
    assert marked("city", Sought("near", "", ("city", "city"), distance=5)) == []
    assert len(marked("city city", Sought("near", "", ("city", "city"), distance=5))) == 4


def test_what_is_asked_twice_is_marked_for_both() -> None:
    phrase = Sought("phrase", "", ("digital", "rights"))
    assert marked("digital rights", phrase, phrase) == [
        ("digital rights", 0),
        ("digital rights", 1),
    ]


def test_a_place_has_no_words_of_its_own_to_mark() -> None:
    assert marked("Lisbon", Sought("place", "Lisbon")) == []
