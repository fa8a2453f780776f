"""The piece of a text shown under a hit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.passages import SHOWN, Mark, best_piece, joined

WORDS = st.lists(
    st.sampled_from(["open", "data.", "city", "rights!", "数据。", "\n"]), max_size=300
)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    words = draw(WORDS)
    text, marks = "", []
    for word in words:
        if draw(st.integers(0, 9)) == 0:
            marks.append(Mark(len(text), len(text) + len(word), draw(st.integers(0, 3))))
        text += word + " "
    return text, marks


@given(marked_texts())
def test_a_piece_is_inside_the_text_and_short(drawn: tuple[str, list[Mark]]) -> None:
    text, marks = drawn
    piece = best_piece(text, marks, {0: 1.0, 1: 2.0, 2: 0.5, 3: 0.1})
    assert 0 <= piece.start <= piece.end <= len(text)
    assert piece.end - piece.start <= SHOWN
    for start, end in joined(marks, piece.start, piece.end):
        assert 0 <= start < end <= piece.end - piece.start


@given(marked_texts())
def test_joined_marks_rise_and_do_not_overlap(drawn: tuple[str, list[Mark]]) -> None:
    text, marks = drawn
    last = 0
    for start, end in joined(marks, 0, len(text)):
        assert start >= last
        last = end


def test_a_short_text_is_shown_whole() -> None:
    assert best_piece("Open data.", [], {})[:2] == (0, 10)


def test_the_sentence_with_most_that_was_asked_is_shown() -> None:
    filler = "Nothing of note stands here, and it goes on for quite a while longer. " * 6
    wanted = "The register lists every algorithm."
    text = filler + wanted + " " + filler
    at = len(filler)
    marks = [Mark(0, 7, 0), Mark(at + 4, at + 12, 1), Mark(at + 25, at + 34, 2)]
    piece = best_piece(text, marks, {0: 1.0, 1: 1.0, 2: 1.0})
    assert wanted in text[piece.start : piece.end]


def test_a_sentence_too_long_is_cut_at_words_around_what_was_asked() -> None:
    text = "word " * 200 + "algorithm " + "word " * 200
    piece = best_piece(text, [Mark(1000, 1009, 0)], {0: 1.0})
    shown = text[piece.start : piece.end]
    assert "algorithm" in shown
    assert shown.split()[0] == "word"
