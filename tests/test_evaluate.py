"""The measures of search quality, on rankings small enough to check by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.evaluate import (
    EvaluationError,
    average_precision,
    ndcg_10,
    read_judgments,
    read_queries,
    recall_100,
    reciprocal_rank_10,
    success_5,
    summarise,
)

GRADES = {"a": 3, "b": 1, "c": 2}


def test_the_ideal_order_has_an_ndcg_of_one() -> None:
    assert ndcg_10(["a", "c", "b"], GRADES) == pytest.approx(1.0)


def test_gains_are_linear_and_discounted_by_log2_of_the_place_plus_one() -> None:
    ideal = 3 + 2 / math.log2(3) + 1 / 2
    assert ndcg_10(["x", "a"], GRADES) == pytest.approx(3 / math.log2(3) / ideal)


def test_what_stands_beyond_the_tenth_place_gains_nothing() -> None:
    assert ndcg_10(["x"] * 10 + ["a"], GRADES) == 0.0


def test_average_precision_divides_by_all_that_is_relevant() -> None:
    assert average_precision(["a", "x", "b"], GRADES) == pytest.approx((1 + 2 / 3) / 3)


def test_the_other_measures_count_grade_one_as_relevant() -> None:
    assert reciprocal_rank_10(["x", "b"], GRADES) == 0.5
    assert recall_100(["b"], GRADES) == pytest.approx(1 / 3)
    assert success_5(["x"] * 4 + ["b"], GRADES) == 1.0
    assert success_5(["x"] * 5 + ["b"], GRADES) == 0.0


@given(st.permutations(["a", "b", "c", "x", "y"]))
def test_no_order_is_better_than_the_ideal(order: list[str]) -> None:
    assert 0.0 <= ndcg_10(order, GRADES) <= 1.0 + 1e-12


def test_means_are_over_all_queries_and_empty_rankings_are_counted() -> None:
    rankings = {"one": ["a"], "two": []}
    judgments = {"one": {"a": 1}, "two": {"a": 1}}
    found = summarise("set", rankings, judgments, {"one": "en", "two": "pt"})
    assert found.queries == 2
    assert found.all.ndcg_10 == 0.5
    assert found.all.zero_results == 1
    assert found.by_language["en"].ndcg_10 == 1.0


def test_a_bad_line_of_judgments_is_named_with_file_and_row(tmp_path: Path) -> None:
    (tmp_path / "qrels.tsv").write_text("q\td\t3\nq\td\n")
    with pytest.raises(EvaluationError, match=r"qrels\.tsv, row 2"):
        read_judgments(tmp_path)


def test_a_missing_file_of_a_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"queries\.jsonl is missing"):
        read_queries(tmp_path)


def test_only_id_text_and_language_of_a_query_are_read(tmp_path: Path) -> None:
    line = '{"id": "q", "text": "open data", "language": "en", "need": "secret"}\n'
    (tmp_path / "queries.jsonl").write_text(line)
    (query,) = read_queries(tmp_path)
    assert not hasattr(query, "need")
