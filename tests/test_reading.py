"""A document's text in parts of a page's size, and its outline."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.documents import Section, Version, text_digest
from search_app.pages.reading import MOST_HEADINGS, PART, Block, Heading, read_part


def version(text: str, *sections: Section, pages: tuple[int, ...] = ()) -> Version:
    return Version(
        first_seen="2026-01-01",
        last_seen="2026-01-01",
        sha256_bytes="00",
        sha256_text=text_digest(text),
        extractor="e",
        sections=sections,
        pages=pages,
        text=text,
    )


TEXTS = st.lists(
    st.text(max_size=30)
    | st.sampled_from(["word " * 9000, "x" * 60000, "- item", "a | b", "para\n\ngraph " * 3000]),
    max_size=8,
).map("\n\n".join)


@given(TEXTS, st.lists(st.integers(0, 100_000), max_size=5))
def test_the_parts_together_hold_every_letter_once(text: str, cuts: list[int]) -> None:
    starts = sorted({0, *(cut for cut in cuts if cut < len(text))})
    ends = [*starts[1:], len(text)]
    sections = [Section("", 1, a, b) for a, b in zip(starts, ends, strict=True)]
    whole = version(text, *sections)
    count = read_part(whole).parts
    found = ""
    for number in range(1, count + 1):
        part = read_part(whole, number)
        assert (part.part, part.parts) == (number, count)
        shown = [line for s in part.sections for block in s.blocks for line in block.lines]
        assert sum(map(len, shown)) <= PART
        found += "".join(shown)
    assert [s for s in found if s.isalnum()] == [s for s in text if s.isalnum()]
    assert read_part(whole, count + 7).part == count


def test_lists_tables_and_paragraphs_are_told_apart() -> None:
    (section,) = read_part(version("One\ntwo.\n\n- a\n- b\n\nYear | Cost\n2020 | 10")).sections
    assert section.blocks == (
        Block("paragraph", ("One", "two.")),
        Block("list", ("a", "b")),
        Block("table", ("Year | Cost", "2020 | 10"), (("Year", "Cost"), ("2020", "10"))),
    )


def test_the_outline_is_a_tree_with_pages_and_parts() -> None:
    long = "word " * (PART // 5)
    text = f"A\n\n{long}\n\nB\n\nb\n\nC\n\nc"
    at = [0, text.index("B\n"), text.index("C\n")]
    ends = [*at[1:], len(text)]
    sections = [
        Section(name, level, start, end)
        for name, level, start, end in zip("ABC", (1, 3, 2), at, ends, strict=True)
    ]
    outline = read_part(version(text, *sections, pages=(0, at[1]))).outline
    assert outline == (
        Heading(0, "A", 1, 1, [Heading(1, "B", 2, 2, []), Heading(2, "C", 2, 2, [])]),
    )


def test_an_outline_of_thousands_is_cut_and_counted() -> None:
    text = "".join(f"Heading {number}\ntext\n" for number in range(2000))
    starts = [i for i in range(len(text)) if text.startswith("Heading", i)]
    ends = [*starts[1:], len(text)]
    sections = [
        Section(text[a:b].split("\n")[0], 1, a, b) for a, b in zip(starts, ends, strict=True)
    ]
    reading = read_part(version(text, *sections))
    assert (len(reading.outline), reading.headings) == (MOST_HEADINGS, 2000)
