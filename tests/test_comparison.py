"""Two versions of a text compared: nothing is lost, the words that changed are told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.changes import paragraphs
from corpus.documents import Section
from search_app.comparison import (
    MOST_PARAGRAPHS,
    Change,
    Run,
    SectionChange,
    TooLongError,
    by_section,
    compare,
    with_context,
)

TEXTS = st.lists(
    st.lists(
        st.sampled_from("the city must publish a register of algorithms".split()), min_size=1
    ).map(" ".join)
    | st.text(min_size=1).map(lambda text: " ".join(text.split()) or "x"),
    max_size=12,
)


def side(changes: Sequence[Change], left_out: str) -> list[str]:
    """The paragraphs of one of the two texts, read out of the comparison."""
    found = ["".join(r.text for r in c.runs if r.kind != left_out).strip() for c in changes]
    return [text for text in found if text]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_a_comparison(old: list[str], new: list[str]) -> None:
    changes = compare(old, new)
    assert side(changes, "added") == [text.strip() for text in old]
    assert side(changes, "removed") == [text.strip() for text in new]


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text: list[str]) -> None:
    assert with_context(compare(text, text)) == []


def test_a_changed_word_is_told_in_its_paragraph() -> None:
    (change,) = compare(["The city may publish it."], ["The city must publish it."])
    assert change.kind == "changed"
    assert change.runs == (
        Run("same", "The city "),
        Run("removed", "may "),
        Run("added", "must "),
        Run("same", "publish it. "),
    )


def test_paragraphs_that_have_little_in_common_are_two() -> None:
    changes = compare(["Cameras are banned."], ["Budget for the year to come"])
    assert [change.kind for change in changes] == ["removed", "added"]


def test_changes_are_shown_with_what_stands_around_each_paragraph_once() -> None:
    old = [f"paragraph {number}" for number in range(20)]
    new = [*old[:5], "something else entirely", *old[5:7], *old[8:]]
    groups = with_context(compare(old, new))
    assert [[c.runs[0].text for c in group] for group in groups] == [
        [
            "paragraph 4",
            "something else entirely",
            "paragraph 5",
            "paragraph 6",
            "paragraph 7",
            "paragraph 8",
        ]
    ]
    far = with_context(compare(old, [*old[:2], *old[3:15], *old[16:]]))
    assert [len(group) for group in far] == [3, 3]


def test_what_differs_in_too_much_is_not_compared() -> None:
    old = [f"old {number}" for number in range(MOST_PARAGRAPHS + 1)]
    with pytest.raises(TooLongError):
        compare(old, ["new"])
    assert compare(old, [*old, "new"])[-1].kind == "added"


def test_rows_that_are_all_alike_cost_no_square() -> None:
    rows = ["- yes"] * (MOST_PARAGRAPHS - 2)
    changes = compare(["first", *rows, "a"], ["- no", *rows, "b"])
    assert side(changes, "removed") == ["- no", *rows, "b"]


def test_sections_that_differ_are_named_with_words_new_and_gone() -> None:
    old, new = "Scope\nAll data.\nTerms\nOne.", "Scope\nAll open data.\nTerms\nOne.\nMore\nWords."

    def sections(text: str, *headings: str) -> list[Section]:
        starts = [text.index(heading) for heading in headings]
        ends = [*starts[1:], len(text)]
        return [Section(h, 1, a, b) for h, a, b in zip(headings, starts, ends, strict=True)]

    found = by_section(
        old, sections(old, "Scope", "Terms"), new, sections(new, "Scope", "Terms", "More")
    )
    assert found == [SectionChange("Scope", 1, 0), SectionChange("More", 1, 0)]


def test_rows_and_items_are_paragraphs_of_their_own() -> None:
    assert paragraphs("One  line\n\n- a\n- b\n \nJaar | Euro") == [
        "One line",
        "- a",
        "- b",
        "Jaar | Euro",
    ]
