"""The arithmetic of ranking, each piece against its plain definition."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ranking import FoundClause, Matches, Scored, idf, merge, saturate, score_clauses, top
from indexer.weights import Weights

SCORES = st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 7.25]), max_size=3000)


@given(SCORES, st.integers(0, 40))
def test_the_top_is_what_sorting_by_score_and_place_gives(scores: list[float], most: int) -> None:
    expected = sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:most]
    assert top(np.array(scores), most).tolist() == expected


def test_the_top_of_a_long_array_is_exact() -> None:
    scores = np.random.default_rng(7).integers(0, 500, 50_000).astype(np.float64)
    expected = sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:10]
    assert top(scores, 10).tolist() == expected


UNITS = st.lists(st.integers(0, 60), unique=True, max_size=20).map(sorted)


@given(st.lists(st.tuples(st.sampled_from([0.2, 0.8, 1.0]), UNITS), max_size=4))
@pytest.mark.parametrize("units", [61, 100_000])
def test_merging_adds_weighted_frequencies_of_the_same_unit(
    units: int, parts: list[tuple[float, list[int]]]
) -> None:
    merged = merge(
        [(f, np.array(u, np.int32), np.ones(len(u), np.float32)) for f, u in parts], units
    )
    expected: dict[int, float] = {}
    for factor, own in parts:
        for unit in own:
            expected[unit] = expected.get(unit, 0.0) + factor
    assert merged.units.tolist() == sorted(expected)
    assert merged.freqs.tolist() == pytest.approx([expected[u] for u in sorted(expected)])


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_rarer_word_never_weighs_less(a: int, b: int) -> None:
    rare, common = sorted([a, b])
    assert idf(rare, 1000) >= idf(common, 1000) >= 0


def test_saturation_is_the_formula_of_bm25() -> None:
    freqs = np.array([0.5, 1.0, 30.0], np.float32)
    expected = [2.0 * f * 2.2 / (1.2 + f) for f in freqs]
    assert saturate(freqs, 2.0, 1.2).tolist() == pytest.approx(expected)


def test_a_clause_scores_as_its_best_alternative() -> None:
    one = Matches(np.array([1, 2], np.int32), np.array([1, 1], np.float32))
    two = Matches(np.array([2], np.int32), np.array([1], np.float32))
    [scored] = score_clauses([FoundClause([one, two], [1.0, 1.0], "any")], 10, Weights())
    rare = math.log(1 + 9.5 / 1.5)
    common = math.log(1 + 8.5 / 2.5)
    assert scored.units.tolist() == [1, 2]
    assert scored.scores.tolist() == pytest.approx([common, rare])


@given(SCORES, st.integers(2, 12), st.integers(0, 40), st.randoms(use_true_random=False))
def test_the_best_with_their_bonus_are_what_sorting_all_gives(
    scores: list[float], clauses: int, most: int, random: Random
) -> None:
    matched = [random.randint(1, clauses) for _ in scores]
    bonus = 1 + 0.3 * np.arange(-1, clauses) / (clauses - 1)
    found = Scored(
        np.arange(len(scores)), np.array(scores), None, np.array(matched, np.int16), bonus
    )
    final = [score * bonus[count] for score, count in zip(scores, matched, strict=True)]
    expected = sorted(range(len(scores)), key=lambda place: (-final[place], place))[:most]
    assert found.best(most).tolist() == expected
