"""Summaries made of the beginning of a text, and lines made one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.line_breaks import on_one_line
from corpus.model import Passage
from corpus.summaries import SIGNS, summary

SENTENCE = "The council adopts rules for algorithms."
NEXT = "They hold from the first of May."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short text.", "Short text."),
        ("Charter\nThe text.", "The text."),
        ("A sentence of six words. " * 20, ("A sentence of six words. " * 12).strip()),
        ("Art. 1. " + "word " * 200, "Art. 1. " + ("word " * 58).strip() + " …"),
        ("字" * 400, "字" * 300 + " …"),
        ("一二三四五六七八九。" * 40, "一二三四五六七八九。" * 30),
        ("Charter", "Charter"),
    ],
)
def test_a_summary_is_the_beginning_up_to_the_end_of_a_sentence(text: str, expected: str) -> None:
    assert summary((Passage(text),), "Charter") == expected


@given(st.lists(st.text(min_size=1)), st.text(min_size=1))
def test_a_summary_is_never_long(texts: list[str], title: str) -> None:
    assert len(summary(tuple(map(Passage, texts)), title[:SIGNS])) <= SIGNS + 2


@pytest.mark.parametrize(
    "before",
    [
        "1 Purpose and scope of this",
        "Date | Version\n2021 | 1.0",
        "Members:\n\nAda Lovelace, chair",
        "- Contents\n- 4. Find new data\n- Questions? Write to us",
        "§ 12. Charter.",
        "Charter of the city\n\nCharter",
    ],
)
def test_a_summary_begins_with_a_sentence_where_there_is_one(before: str) -> None:
    found = summary((Passage(f"{before}\n\n{SENTENCE}\n\n2 When\n\n{NEXT}"),), "Charter")
    assert found == f"{SENTENCE} {NEXT}"


def test_a_summary_keeps_what_a_sentence_announces() -> None:
    text = "The rules are for the following:\n\n- cameras\n- sensors\n\nAnnex\n\n" + NEXT
    assert summary((Passage(text),), "Charter") == (
        f"The rules are for the following: - cameras - sensors · {NEXT}"
    )
    text = "In this order are rules of grants for activities in the areas of\n\n1. care\n\n2. work"
    assert summary((Passage(text),), "Charter") == " ".join(text.split())


def test_a_summary_takes_no_clause_of_what_it_passed_over() -> None:
    text = f"{SENTENCE}\n\n2 When\n\nengagement, and learning; and,\n\n{NEXT}"
    assert summary((Passage(text),), "Charter") == f"{SENTENCE} {NEXT}"


def test_a_summary_of_what_has_no_sentences_parts_its_lines() -> None:
    text = "Register\n\nName | Purpose\nCamera | Counting\n\nContact"
    assert summary((Passage(text),), "Charter") == (
        "Register · Name, Purpose · Camera, Counting · Contact"
    )


def test_a_summary_passes_over_the_title_however_it_is_written() -> None:
    text = f"12-3 CHARTER of digital rights\n\n{SENTENCE}"
    assert summary((Passage(text),), "§ 12-3 Charter of digital rights") == SENTENCE


def test_a_summary_does_not_end_with_a_number() -> None:
    text = f"{'The mayor keeps the register up to date. ' * 4}§ 1. {'Word ' * 40}"
    assert summary((Passage(text),), "Charter").endswith("up to date.")


def test_wrapped_lines_are_one_sentence() -> None:
    text = (
        "A law to amend the code of the city, in relation to the review of\n"
        "Data requested for the\nportal."
    )
    assert summary((Passage(text),), "Charter") == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Purpose\n\nThe rules.", "Purpose · The rules."),
        ("Rules.\n\nMore rules.", "Rules. More rules."),
        ("a | b\nc | d\nText.", "a | b · c | d · Text."),
        ("They are:\n- one\n- two", "They are: - one - two"),
        ("of the\ncity", "of the city"),
        ("One\n\n\n  Two  \n", "One · Two  \n"),
    ],
)
def test_lines_are_made_one_with_what_parts_them(text: str, expected: str) -> None:
    assert on_one_line(text)[0] == expected


@given(st.lists(st.text("aB. |\n-", min_size=1), min_size=1), st.data())
def test_marks_stay_on_their_words(words: list[str], data: st.DataObject) -> None:
    text = "".join(words)
    spots = [n for n, sign in enumerate(text) if not sign.isspace()]
    marks = [(n, n + 1) for n in data.draw(st.lists(st.sampled_from(spots or [0]), unique=True))]
    one_line, moved = on_one_line(text, marks if spots else [])
    for (start, end), (at, until) in zip(marks, moved, strict=False):
        assert one_line[at:until] == text[start:end]
    assert "\n" not in one_line.strip()
