"""The columns: the same postings as Whoosh's, from the same words."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from indexer.columns import N_FIELDS, PLAIN, AnalysedValue, ColumnBuilder, Columns, stem_term
from indexer.weights import DEFAULT, FIELD_GAP, FIELDS, VALUE_GAP
from indexer.whoosh_index import WhooshWriter, postings

WORDS = st.sampled_from(["open", "data", "city", "public", "ville", "œuvre", "数据"])
GROUPS = st.sampled_from([PLAIN, "en", "fr"])


@st.composite
def analysed_values(draw: st.DrawFn) -> AnalysedValue:
    words = draw(st.lists(WORDS, max_size=6))
    group = draw(GROUPS)
    stems = None if group == PLAIN else [stem_term(group, word[:3]) for word in words]
    concepts = [("#open-data", 0)] if words and draw(st.booleans()) else []
    return AnalysedValue(words, list(range(len(words))), stems, concepts)


Fields = list[list[AnalysedValue]]
UNITS = st.lists(
    st.lists(st.lists(analysed_values(), max_size=2), min_size=N_FIELDS, max_size=N_FIELDS),
    max_size=6,
)


def columns_of(units: list[Fields]) -> Columns:
    builder = ColumnBuilder()
    for number, fields in enumerate(units):
        builder.add(number, fields)
    return builder.finish(DEFAULT)


def places_in_fields(units: list[Fields]) -> dict[str, set[tuple[int, int, int]]]:
    """Every (unit, field, position in the field) of every term, by plain counting."""
    places: dict[str, set[tuple[int, int, int]]] = defaultdict(set)
    for unit, fields in enumerate(units):
        for field, values in enumerate(fields):
            base = 0
            for value in values:
                extent = 0
                for terms in (value.surfaces, value.stems or ()):
                    for term, position in zip(terms, value.positions, strict=False):
                        places[term].add((unit, field, base + position))
                        extent = max(extent, position + 1)
                for term, position in value.concepts:
                    places[term].add((unit, field, base + position))
                    extent = max(extent, position + 1)
                base += extent + VALUE_GAP
    return places


@given(UNITS)
def test_every_place_of_every_term_is_in_the_columns(units: list[Fields]) -> None:
    columns = columns_of(units)
    expected = places_in_fields(units)
    stored = {}
    for number, term in enumerate(columns.terms):
        if term.startswith(stem_term(PLAIN, "")):
            continue
        cells = np.searchsorted(columns.bases, columns.places(number), side="right") - 1
        local = columns.places(number) - columns.bases[cells]
        stored[term] = {
            (int(cell) // N_FIELDS, int(cell) % N_FIELDS, int(place))
            for cell, place in zip(cells, local, strict=True)
        }
    assert stored == expected


@given(UNITS)
@hypothesis_settings(max_examples=25)
def test_whoosh_holds_the_same_postings_as_the_columns(units: list[Fields]) -> None:
    with TemporaryDirectory() as folder:
        writer = WhooshWriter(Path(folder) / "whoosh")
        for fields in units:
            writer.add(fields, None)
        writer.finish()
        held: dict[str, set[tuple[int, int, int]]] = defaultdict(set)
        for field, term, unit, positions in postings(Path(folder) / "whoosh"):
            held[term].update((unit, FIELDS.index(field), position) for position in positions)
    assert held == places_in_fields(units)


@given(UNITS)
def test_units_rise_within_a_term_and_frequencies_are_positive(units: list[Fields]) -> None:
    columns = columns_of(units)
    for number in range(len(columns.terms)):
        own = columns.units[columns.start[number] : columns.end[number]]
        assert (np.diff(own) > 0).all()
        assert (columns.freqs[columns.start[number] : columns.end[number]] > 0).all()


@given(UNITS)
def test_a_word_in_texts_without_stemmer_is_found_among_them_alone(units: list[Fields]) -> None:
    columns = columns_of(units)
    for number, term in enumerate(columns.terms):
        if term[0] in "~#":
            continue
        plain = {
            (unit, field)
            for unit, fields in enumerate(units)
            for field, values in enumerate(fields)
            for value in values
            if value.stems is None and term in value.surfaces
        }
        stemmed = any(
            value.stems is not None and term in value.surfaces
            for fields in units
            for values in fields
            for value in values
        )
        kind = int(columns.plain[number])
        assert kind == (0 if not plain else 2 if stemmed else 1)
        if kind == 2:
            own = columns.places(columns.number(stem_term(PLAIN, term)))
            cells = np.searchsorted(columns.bases, own, side="right") - 1
            assert {(int(c) // N_FIELDS, int(c) % N_FIELDS) for c in cells} == plain


def test_the_forms_of_a_stem_are_the_words_that_share_it() -> None:
    value = AnalysedValue(["city", "cities"], [0, 1], [stem_term("en", "citi")] * 2)
    columns = columns_of([[[value]] + [[]] * (N_FIELDS - 1)])
    number = columns.number(stem_term("en", "citi"))
    forms = columns.forms[columns.form_start[number] : columns.form_start[number + 1]]
    assert sorted(columns.terms[form] for form in forms) == ["cities", "city"]


def test_no_phrase_can_reach_over_a_gap() -> None:
    value = AnalysedValue(["open"], [0], None)
    columns = columns_of([[[value, value], [value]] + [[]] * (N_FIELDS - 2)])
    assert np.diff(columns.places(0)).min() >= min(VALUE_GAP, FIELD_GAP)


def test_a_prefix_is_a_range_of_the_sorted_terms() -> None:
    words = ["data", "database", "datum", "open"]
    columns = columns_of([[[AnalysedValue(words, range(4), None)]] + [[]] * (N_FIELDS - 1)])
    low, high = columns.prefix_range("data")
    assert list(columns.terms[low:high]) == ["data", "database"]


def test_an_index_of_nothing_has_no_terms() -> None:
    columns = columns_of([])
    assert list(columns.terms) == []
    assert columns.number("data") == -1
    assert columns.prefix_range("d") == (0, 0)


@pytest.mark.parametrize("length", [1, 10])
def test_a_field_of_mean_length_has_its_plain_weight(length: int) -> None:
    value = AnalysedValue(["data"] * length, range(length), None)
    columns = columns_of([[[value]] + [[]] * (N_FIELDS - 1)] * 2)
    assert columns.norms[0, 0] == pytest.approx(DEFAULT.fields[0].weight)
