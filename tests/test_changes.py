"""What changed in a text, in short."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.changes import MOST_SECTIONS, last_change
from corpus.documents import Section, Version, text_digest
from search_app.news import summary_of


def version(number: int, parts: list[tuple[str, str]]) -> Version:
    text, sections = "", []
    for heading, words in parts:
        start = len(text)
        text += f"{heading}\n{words}\n"
        sections.append(Section(heading, 1, start, len(text)))
    return Version(
        number=number,
        first_seen=f"2026-0{number}-01",
        last_seen=f"2026-0{number}-02",
        sha256_bytes="0" * 64,
        sha256_text=text_digest(text),
        extractor="stand-in 1",
        sections=tuple(sections),
        text=text,
    )


def test_one_version_has_no_change() -> None:
    assert last_change([]) is None
    assert last_change([version(1, [("A", "one")])]) is None


def test_the_last_change_is_between_the_last_two_versions() -> None:
    change = last_change(
        [
            version(1, [("A", "one"), ("B", "two")]),
            version(2, [("A", "one"), ("B", "three")]),
            version(3, [("A", "one"), ("B", "three\nfour"), ("C", "five")]),
        ]
    )
    assert change is not None
    assert (change.day, change.older, change.newer) == ("2026-03-01", 2, 3)
    assert (change.sections, change.further) == (("B", "C"), 0)
    assert (change.added, change.removed) == (2, 0)
    assert summary_of(change) == "2 paragraphs are new or reworded. It changed under: B; C."


def test_what_only_moved_is_neither_new_nor_gone() -> None:
    change = last_change([version(1, [("A", "one"), ("B", "")]), version(2, [("B", "one")])])
    assert change is not None
    assert (change.added, change.removed) == (0, 0)
    assert set(change.sections) == {"A", "B"}


def test_many_sections_are_counted_and_the_first_named() -> None:
    before = version(1, [(f"Part {n}", "old") for n in range(9)])
    after = version(2, [(f"Part {n}", "new") for n in range(9)])
    change = last_change([before, after])
    assert change is not None
    assert (len(change.sections), change.further) == (MOST_SECTIONS, 9 - MOST_SECTIONS)
    assert summary_of(change).endswith("Part 4; and 4 more.")


TEXTS = st.lists(
    st.tuples(st.sampled_from(["A", "B", ""]), st.text(st.sampled_from("ab \n"), max_size=9)),
    max_size=4,
)


@given(TEXTS, TEXTS)
def test_any_two_texts_have_a_change_that_can_be_said(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    change = last_change([version(1, old), version(2, new)])
    assert change is not None
    assert change.added >= 0 and change.removed >= 0
    assert summary_of(change)
    same = last_change([version(1, old), version(2, old)])
    assert same is not None
    assert (same.added, same.removed, same.sections) == (0, 0, ())
