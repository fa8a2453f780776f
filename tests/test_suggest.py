"""Suggestions while typing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.engine import Suggestion
from indexer.suggest import make_index, suggest

INDEX = make_index(
    [
        (Suggestion("Amsterdam algorithm register", "title", "a"), ["Amsterdam algorithm register", "Algoritmeregister"], 0),
        (Suggestion("Amsterdam", "city", "amsterdam"), ["Amsterdam"], 2),
        (Suggestion("algorithm register", "concept", "r"), ["algorithm register", "registro de algoritmos"], 1),
        (Suggestion("Medellín", "city", "medellin"), ["Medellín"], 2),
    ]
)  # fmt: skip


def targets(text: str, size: int = 8) -> list[str]:
    return [suggestion.target for suggestion in suggest(INDEX, text, size)]


def test_whole_beginnings_come_before_inner_words() -> None:
    assert targets("algo") == ["r", "a"]


def test_a_city_comes_before_a_title_that_begins_alike() -> None:
    assert targets("amst") == ["amsterdam", "a"]


def test_accents_and_case_do_not_matter() -> None:
    assert targets("MEDELLIN") == targets("medellín") == ["medellin"]


def test_a_label_in_another_language_leads_to_the_concept() -> None:
    assert targets("registro de al") == ["r"]


def test_nothing_typed_suggests_nothing() -> None:
    assert targets("  ") == []


@given(st.text(max_size=300), st.integers(0, 5))
def test_no_text_is_an_error_and_no_more_than_asked_is_suggested(text: str, size: int) -> None:
    assert len(suggest(INDEX, text, size)) <= size
