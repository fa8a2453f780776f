"""Texts split into passages: no word lost, none too long, headings where they stand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.documents import Section, stretches
from corpus.model import Passage, Place
from corpus.passages import BUDGET, Part, _cost, parts, split, split_document


def read_through(found: list[Part]) -> list[str]:
    """Headings where they begin and texts, as they follow one another."""
    return [
        text
        for part in found
        for text in ((part.heading or "") if part.begins else "", part.text)
        if text
    ]


def letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def words(text: str) -> list[str]:
    return [word for word in text.split() if any(sign.isalnum() for sign in word)]


# Any text at all, and texts made of what the splitter looks for.
LINES = st.lists(
    st.sampled_from(
        ["", "", "# Heading", "## 第二章 总则 ##", "Chapter One", "=====", "---", "- a list", "(a)"]
    )
    | st.sampled_from(["A sentence of a few words. " * 9, "no stop at the end of this " * 40])
    | st.sampled_from(["x" * 9000, "a,b" * 2000, "e\u0301" * 4000, "What is open data?"])
    | st.sampled_from(["字句。" * 300, "a字" * 900, "กำหนดให้" * 200])
    | st.text(max_size=40),
    max_size=30,
).map("\n".join)
ANY = st.text() | LINES


@given(ANY)
def test_no_letter_is_lost_and_none_changes_place(text: str) -> None:
    assert letters("".join(read_through(parts(text)))) == letters(text)


@given(
    st.lists(st.text(st.sampled_from("abcÄé .?!\n#§1ж"), max_size=60), max_size=60).map("\n".join)
)
def test_no_word_is_lost_and_none_changes_place(text: str) -> None:
    assert words(" ".join(read_through(parts(text)))) == words(text)


@given(ANY)
def test_no_passage_is_over_the_budget_or_empty(text: str) -> None:
    for part in parts(text):
        assert part.text
        assert part.text == part.text.strip()
        assert _cost(part.text) <= BUDGET
        assert part.heading is None or part.heading.strip()


def test_words_are_counted_to_about_250_a_passage() -> None:
    text = "Every resident may ask which register lists which algorithm today. " * 300
    found = parts(text)
    assert [len(part.text.split()) for part in found] == [250] * 12
    assert all(part.text.endswith(".") for part in found)


def test_scripts_without_spaces_are_counted_to_about_600_signs() -> None:
    text = "住民は誰でもアルゴリズム台帳を見ることができる。" * 100
    found = parts(text)
    assert [len(part.text) for part in found] == [600, 600, 600, 600]
    assert all(part.text.endswith("。") for part in found)


def test_paragraphs_and_lines_stay_apart() -> None:
    assert [part.text for part in parts("One line.\nanother line.\n\n\n  A new\tparagraph. ")] == [
        "One line.\nanother line.\n\nA new paragraph."
    ]


LONG = "This article says at length what a resident may ask of the city and when. " * 9


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        (f"# Purpose\n{LONG}\n## Scope ##\n{LONG}", ["Purpose", "Scope"]),
        (f"Purpose\n=======\n{LONG}\nScope\n-----\n{LONG}", ["Purpose", "Scope"]),
        (f"§ 1. Purpose\n\n{LONG}\n§ 2. Scope\n\n{LONG}", ["§ 1. Purpose", "§ 2. Scope"]),
        (f"Chapter I\nPurpose\n{LONG}", ["Chapter I · Purpose"]),
        (f"What is open data?\n\n{LONG}", ["What is open data?"]),
        (f"総則\n\n{'目的を定める。' * 60}", ["総則"]),
        # No headings: no letters, a list, an end of sentence, a line that was only wrapped.
        (f"(a)\n\n{LONG}", [None]),
        (f"- Purpose\n\n{LONG}", [None]),
        (f"Purpose:\n\n{LONG}", [None]),
        ("The mayor may acquire property for the public\nPurpose of removing blight.", [None]),
        ("Purpose\n\nof the article", [None]),
        ("Only a title", [None]),
        ("", []),
        (" \n-----\n", []),
    ],
)
def test_headings_are_recognised(text: str, headings: list[str | None]) -> None:
    assert [part.heading for part in parts(text)] == headings


def test_a_long_section_repeats_its_heading() -> None:
    found = parts(f"# Purpose\n{LONG * 4}")
    assert [(part.heading, part.begins) for part in found] == [
        ("Purpose", True),
        ("Purpose", False),
        ("Purpose", False),
    ]


def test_short_sections_are_joined_with_their_headings_as_lines() -> None:
    found = parts("# One\nFirst words.\n# Two\nSecond words.")
    assert [part[:3] for part in found] == [("One", True, "First words.\n\nTwo\n\nSecond words.")]


def test_a_short_section_is_not_given_the_name_of_a_long_one() -> None:
    found = parts(f"# Foreword\nThanks.\n# Rules\n{LONG * 4}")
    assert [part.heading for part in found] == ["Foreword", "Rules", "Rules", "Rules"]


def test_passages_carry_language_and_source() -> None:
    assert split("Tekst.", "nl", "https://example.org/") == (
        Passage("Tekst.", language="nl", source="https://example.org/"),
    )


# Documents, whose sections and pages are known

PLACES = st.integers(0, 400)
SECTIONS = st.lists(
    st.builds(
        Section,
        heading=st.sampled_from(["", "Scope", "Chapter One", "第二章", "x" * 300]),
        level=st.integers(1, 4),
        start=PLACES,
        end=PLACES,
        role=st.sampled_from(["body", "body", "contents", "references"]),
    ),
    max_size=8,
)


@given(ANY, SECTIONS)
def test_every_word_of_a_document_is_in_one_section(text: str, sections: list[Section]) -> None:
    found = stretches(text, sections)
    at = 0
    for stretch in found:
        assert at <= stretch.start <= stretch.end <= len(text)
        headings = {section.heading for section in sections}
        left_out = " ".join(text[at : stretch.start].split())
        assert not left_out or left_out in {" ".join(h.split()) for h in headings} | {
            " ".join((a + " " + b).split()) for a in headings for b in headings
        }
        at = stretch.end
    assert not text[at:].strip()


@given(ANY)
def test_a_document_loses_no_letter_of_its_body(text: str) -> None:
    middle = len(text) // 2
    sections = [Section("", 1, 0, middle), Section("", 2, middle, len(text))]
    found = split_document(text, sections)
    body = "".join(letters(passage.text) for passage in found)
    assert body == letters(text)
    assert all(_cost(passage.text) <= BUDGET for passage in found)


def test_headings_and_pages_are_those_of_the_words_inside_a_passage() -> None:
    text = "One\n\nFirst words.\n\nTwo\n\nSecond words."
    second = text.index("Two")
    sections = [Section("One", 1, 0, second), Section("Two", 1, second, len(text))]
    source = "https://example.org/a.pdf#top"
    (passage,) = split_document(text, sections, (0, second), "en", source, "d1")
    assert passage.text == "First words.\n\nTwo\n\nSecond words."
    assert (passage.heading, passage.page, passage.document) == ("One", 1, "d1")
    assert passage.place_at(3) == Place(0, "One", 1)
    at = passage.text.index("Second")
    assert (passage.place_at(at).heading, passage.place_at(at).page) == ("Two", 2)
    assert passage.source_at(2) == "https://example.org/a.pdf#page=2"
    assert passage.source_at(None) == source


def test_pages_count_from_the_first_and_follow_long_paragraphs() -> None:
    text = "word " * 2000
    found = split_document(text, (), (0, 2500, 5000, 7500))
    assert [passage.page for passage in found] == sorted(passage.page or 0 for passage in found)
    for passage in found[1:]:
        assert abs((passage.page or 0) - (1 + 2500 // 2500)) < 4
    assert {1, 4} <= {p.page for passage in found for p in (passage, *passage.further)}


def test_contents_and_references_are_left_out() -> None:
    text = "Contents\n1 Scope ... 2\nScope\nAll data.\nReferences\nSmith 1999."
    scope, references = text.index("Scope\n"), text.index("References")
    sections = [
        Section("Contents", 1, 0, scope, role="contents"),
        Section("Scope", 1, scope, references),
        Section("References", 1, references, len(text), role="references"),
    ]
    (passage,) = split_document(text, sections)
    assert (passage.heading, passage.text) == ("Scope", "All data.")


def test_headings_without_text_stand_before_the_next() -> None:
    text = "Part I\nChapter 1\nText.\nPart II\n"
    at = [text.index(word) for word in ("Part I\n", "Chapter", "Part II")]
    ends = [*at[1:], len(text)]
    names = ("Part I", "Chapter 1", "Part II")
    sections = [Section(n, 1, a, b) for n, a, b in zip(names, at, ends, strict=True)]
    found = split_document(text, sections)
    assert [(p.heading, p.text) for p in found] == [("Part I · Chapter 1", "Text.\n\nPart II")]


def test_headings_are_found_whether_sections_begin_at_them_or_after() -> None:
    text = "Scope\nAll data.\nTerms\nData is data."
    for shift in (0, 6):
        second = text.index("Terms") + shift
        end = text.index("Terms")
        sections = [Section("Scope", 1, shift, end), Section("Terms", 1, second, len(text))]
        own = [text[s.start : s.end].strip() for s in stretches(text, sections)]
        assert own == ["All data.", "Data is data."]


@pytest.mark.shared
def test_real_laws_and_guides_lose_no_letter(shared: Path) -> None:
    passages = 0
    with gzip.open(shared / "data" / "texts" / "docs.jsonl.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % 10:
                continue  # a tenth of them, all languages
            text = json.loads(line)["text"]
            found = parts(text)
            assert letters("".join(read_through(found))) == letters(text)
            assert all(_cost(part.text) <= BUDGET for part in found)
            passages += len(found)
    assert 2_500 < passages < 4_500
