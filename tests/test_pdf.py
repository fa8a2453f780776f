"""PDF: reading order, tables, headings, what is dropped and what is joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_documents import pdf, pdf_objects, show, stream

from crawlers.extract.document import Document, Refusal
from crawlers.extract.garbling import is_garbled
from crawlers.extract.pdf import read_pdf
from crawlers.extract.pdf_claims import check_claims
from crawlers.extract.pdf_hyphens import Hyphenation
from crawlers.extract.pdf_layout import blocks_of
from crawlers.extract.pdf_lines import Run
from crawlers.extract.pdf_repair import with_new_trailer
from crawlers.extract.pdf_words import HYPHEN
from crawlers.extract.titles import title_worth_showing

LEFT = [f"left line {number} runs over the width of it" for number in range(8)]
RIGHT = [f"right line {number} runs over the width of it" for number in range(8)]


def column(lines: list[str], left: float, top: float = 100, step: float = 12) -> list[str]:
    return [show(line, left, top + step * i) for i, line in enumerate(lines)]


def paragraphs(document: Document) -> list[str]:
    return document.text.split("\n\n")


def test_columns_written_one_after_the_other() -> None:
    found = read_pdf(pdf(["".join([*column(LEFT, 50), *column(RIGHT, 320)])]))
    assert found.text.find(LEFT[7]) < found.text.find(RIGHT[0])


def test_columns_written_line_by_line_across() -> None:
    written = [
        line for pair in zip(column(LEFT, 50), column(RIGHT, 320), strict=True) for line in pair
    ]
    found = read_pdf(pdf(["".join(written)]))
    assert 0 <= found.text.find(LEFT[7]) < found.text.find(RIGHT[0])


def test_a_title_above_columns_comes_first_whenever_it_was_written() -> None:
    title = show("A title over both columns", 150, 60, 24)
    found = read_pdf(pdf(["".join([*column(LEFT, 50), *column(RIGHT, 320), title])]))
    assert found.text.startswith("A title over both columns")
    assert found.title == "A title over both columns"
    assert found.text.find(LEFT[7]) < found.text.find(RIGHT[0])


def test_tables_are_rows() -> None:
    rows = [("City", "Country", "Year"), ("Porto", "Portugal", "2021"), ("Graz", "Austria", "2023")]
    written = "".join(
        show(cell, 72 + 150 * i, 100 + 15 * number)
        for number, row in enumerate(rows)
        for i, cell in enumerate(row)
    )
    found = read_pdf(pdf([written]))
    assert found.text == "City | Country | Year\nPorto | Portugal | 2021\nGraz | Austria | 2023"


def test_tables_written_cell_by_cell_are_rows() -> None:
    written = "".join(
        show(line, 72 + 180 * column, 100 + 40 * row + 12 * number)
        for row in range(3)
        for column in range(3)
        for number, line in enumerate((f"cell {row}{column}", "goes on"))
    )
    found = read_pdf(pdf([written]))
    assert found.text == "\n".join(
        " | ".join(f"cell {row}{column} goes on" for column in range(3)) for row in range(3)
    )


def test_lines_set_wide_apart_make_paragraphs() -> None:
    lines = [f"a draft is set wide, and its line {n} goes on in" for n in range(6)]
    found = read_pdf(pdf(["".join(column(lines, 72, step=24))]))
    assert found.text == " ".join(lines)


def test_numbered_lines_are_items() -> None:
    lines = ["1. publish all of it", "2. listen to them all", "3. learn"]
    found = read_pdf(pdf(["".join(column(lines, 72, step=14))]))
    assert found.text == "\n".join(f"- {line}" for line in lines)


def test_lists_are_items() -> None:
    lines = ["The city will:", "\u2022 publish", "\u2022 listen to", "\u2022 and learn"]
    found = read_pdf(pdf(["".join(column(lines, 72, step=14))]))
    assert found.text == "The city will:\n\n- publish\n- listen to\n- and learn"


def test_headings_are_larger_or_bold_and_make_sections_with_pages() -> None:
    body = [f"Body line {number} with a good many words in it." for number in range(12)]
    first = show("One large heading", 72, 60, 18) + "".join(column(body, 72))
    second = show("A bold heading", 72, 60, 10, "F2") + "".join(column(body, 72))
    found = read_pdf(pdf([first, second]))
    assert [(s.heading, s.level, s.page) for s in found.sections] == [
        ("One large heading", 1, 1),
        ("A bold heading", 2, 2),
    ]
    for section in found.sections:
        assert found.text[section.start :].startswith(section.heading)
    assert found.pages == (0, found.sections[1].start)


def test_paragraphs_are_joined_over_lines_columns_and_pages() -> None:
    text = "This sentence begins on one line and goes on in the next one until the very end of it"
    words = text.split()
    lines = [" ".join(words[i : i + 4]) for i in range(0, len(words), 4)]
    found = read_pdf(pdf(["".join(column(lines[:3], 72)), "".join(column(lines[3:], 72))]))
    assert found.text == text
    assert found.text[found.pages[1] :].startswith(lines[3])


def test_running_heads_and_page_numbers_are_dropped() -> None:
    pages = [
        show("Annual report of the city", 72, 30)
        + "".join(column([f"What page {word} says is a sentence of its own."], 72))
        + show(f"Page {number} of 4", 280, 770)
        for number, word in enumerate(("one", "two", "three", "four"), 1)
    ]
    found = read_pdf(pdf(pages))
    assert "Page 1 of 4" not in found.text
    # Its words are nowhere else: they are kept once, so that they can be found.
    assert found.text.count("Annual report of the city") == 1
    assert found.text.count("is a sentence of its own") == 4


def test_numbers_that_do_not_count_the_pages_stay() -> None:
    pages = [show("Article", 72, 30) + show(str(n), 300, 770) for n in (7, 3, 12, 5)]
    found = read_pdf(pdf(pages))
    assert [word for word in found.text.split() if word.isdecimal()] == ["7", "3", "12", "5"]


def test_numbers_of_lines_are_dropped() -> None:
    lines = [f"the witness said sentence {word} slowly" for word in "abcdefghij"]
    numbers = column([str(n) for n in range(1, 11)], 40)
    written = [part for pair in zip(numbers, column(lines, 90), strict=True) for part in pair]
    found = read_pdf(pdf(["".join(written)]))
    assert not [word for word in found.text.split() if word.isdecimal()]


def test_a_contents_page_is_marked() -> None:
    entries = ["Introduction", "Rights of residents", "Registers", "Procurement", "Oversight"]
    lines = [f"{entry} {'.' * 40} {3 + 4 * n}" for n, entry in enumerate(entries)]
    contents = show("Contents", 72, 60, 18) + "".join(column(lines, 72))
    body = show("Introduction", 72, 60, 18) + "".join(column(LEFT, 72))
    found = read_pdf(pdf([contents, body]))
    assert [(s.heading, s.role) for s in found.sections] == [
        ("Contents", "contents"),
        ("Introduction", "body"),
    ]
    assert "Registers 11" in found.text


def test_references_are_marked_with_what_is_below_them() -> None:
    body = [f"Body line {number} with a good many words in it." for number in range(12)]
    pages = [
        show(heading, 72, 60, 18) + show(below, 72, 80, 14) + "".join(column(body, 72))
        for heading, below in (("Findings", "Here"), ("Bibliografía", "Books"), ("Annex", "Forms"))
    ]
    roles = [(s.heading, s.role) for s in read_pdf(pdf(pages)).sections]
    assert roles == [
        ("Findings", "body"),
        ("Here", "body"),
        ("Bibliografía", "references"),
        ("Books", "references"),
        ("Annex", "body"),
        ("Forms", "body"),
    ]


def test_turned_pages_are_read_upright() -> None:
    turned = "".join(
        f"BT /F1 10 Tf 0 1 -1 0 {100 + 14 * i} 72 Tm (turned line number {i} of the page) Tj ET\n"
        for i in range(5)
    )
    found = read_pdf(pdf([turned]))
    assert found.text == " ".join(f"turned line number {i} of the page" for i in range(5))


def hebrew_pdf(contents: str) -> bytes:
    """A PDF whose font shows the letters a to t as the Hebrew ones from alef."""
    letters = "".join(f"<{97 + i:02x}> <{0x5D0 + i:04x}>\n" for i in range(20))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"20 beginbfchar\n{letters}endbfchar endcmap end end"
    )
    return pdf_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
                b"/Resources << /Font << /F1 5 0 R >> >> >>"
            ),
            stream(contents.encode()),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
            stream(cmap.encode()),
        ]
    )


def test_columns_from_right_to_left() -> None:
    # As it is seen: words stand from right to left, and letters in them.
    lines = [f"{last}cba hgfed lkji ponm dcba hgfe lkji pon" for last in "qrst"]
    right, left = column(lines[:2], 330), column(lines[2:], 50)
    for written in ([*right, *left], [*left, *right]):
        text = read_pdf(hebrew_pdf("".join(written))).text
        assert text.startswith("םמן טיךכ הוזח אבגד")
        places = [text.index(f"אבג{last}") for last in "נסעף"]
        assert places == sorted(places)


def test_what_stands_outside_the_page_is_not_there() -> None:
    found = read_pdf(pdf([show("Seen by all", 72, 100) + show("Hidden", 72, -300)]))
    assert found.text == "Seen by all"
    with pytest.raises(Refusal) as refused:
        read_pdf(pdf([show("Hidden", 700, 100)]))
    assert refused.value.reason == "no_text"


def test_metadata() -> None:
    found = read_pdf(
        pdf(
            [show("Some text", 72, 100)],
            info={"Title": "Plano de dados abertos", "CreationDate": "D:20240229120000+01'00'"},
            catalogue=b"/Lang (pt_PT)",
            page=b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] "
            b"/A << /S /URI /URI (https://example.org/a) >> >> "
            b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] "
            b"/A << /S /URI /URI (javascript:alert) >> >>]",
        )
    )
    assert found.title == "Plano de dados abertos"
    assert (found.published, found.published_precision) == ("2024-02-29", "day")
    assert found.published_origin == "/CreationDate"
    assert found.language == "pt-PT"
    assert found.links == ("https://example.org/a",)


@pytest.mark.parametrize(
    "said", ["", "D:", "nonsense", "D:20241399", "D:00010101", "D:19700101", "D:29990101"]
)
def test_dates_that_cant_be_true_are_none(said: str) -> None:
    assert (
        read_pdf(pdf([show("Some text", 72, 100)], info={"CreationDate": said})).published is None
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Microsoft Word - final_v3", None),
        ("Microsoft Word - Open data plan", "Open data plan"),
        ("SPECIAL AGENDA 040616.doc", None),
        ("Untitled", None),
        ("untitled-1", None),
        ("PowerPoint Presentation", None),
        ("905_Precinct_NoOU", None),
        ("C:\\Users\\ana\\plan", None),
        ("<%AcceptAction::Approve%>", None),
        ("2024", None),
        ("", None),
        (None, None),
        ("Plan for evil\u202e cities", "Plan for evil cities"),
        ("Loi 2016-1321", "Loi 2016-1321"),
        ("数字权利", "数字权利"),
        ("Open data: a guide", "Open data: a guide"),
    ],
)
def test_titles_worth_showing(said: str | None, shown: str | None) -> None:
    assert title_worth_showing(said) == shown


def test_a_stamp_on_scanned_pages_is_no_text() -> None:
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /Font << /F1 6 0 R >> /XObject << /X 7 0 R >> >> >>"
    )
    scan = pdf_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            page,
            page,
            stream(b"q 612 0 0 792 0 0 cm /X Do Q " + show("Scanned today", 9, 785).encode()),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            stream(
                b"\0",
                b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 "
                b"/ColorSpace /DeviceGray ",
            ),
        ]
    )
    with pytest.raises(Refusal, match="ocrmypdf") as refused:
        read_pdf(scan)
    assert refused.value.reason == "no_text"


def test_a_broken_trailer_is_replaced() -> None:
    whole = pdf([show("Some text", 72, 100)])
    broken = whole[: whole.index(b"trailer")] + b"trailer\n<< /Root 1 0 R /ID [<00\xff\x80"
    assert read_pdf(broken).text == "Some text"
    assert with_new_trailer(broken + b"/Encrypt") is None
    assert with_new_trailer(b"") is None


def test_claims_of_pictures_and_pages_are_checked() -> None:
    check_claims(pdf([""]))
    for claim in (b"/Count 99999999999", b"/Count -99999999999"):
        with pytest.raises(Refusal):
            check_claims(claim)


def test_hyphens_are_dropped_unless_they_belong() -> None:
    words = Hyphenation(["the data-driven city", "an implementation", "a follow-up"])

    def joined(text: str) -> str:
        return words.joined(text.replace("~", HYPHEN))

    assert joined("imple~ mentation of it") == "implementation of it"
    assert joined("adip~iscing elit") == "adipiscing elit"
    assert joined("data~ driven") == "data-driven"
    assert joined("in 2018~ 23") == "in 2018-23"
    assert joined("non~EU") == "non-EU"
    assert joined("at the end~") == "at the end-"


@given(st.text(alphabet=st.sampled_from("ab- \ufffe\n"), max_size=40))
def test_no_mark_of_a_hyphen_is_left(text: str) -> None:
    assert HYPHEN not in Hyphenation([text]).joined(text)


def test_garbled_text_is_known() -> None:
    shifted = "3HQČåQtSURVWĜHGN\\QD~þWHFK"
    assert is_garbled(shifted, unmapped=1.0)
    assert not is_garbled(shifted, unmapped=0.0)
    assert not is_garbled("Faktura nr FV 1/2021 Sprzedawca NIP 1234567890", unmapped=0.9)
    assert is_garbled("\ue001\ue002\ue003 \ue004\ue005")
    assert is_garbled("£±Ä¿ÂÀËÞÎïØÖÐ³Ø" * 20)
    for text in (
        "Væ þér Íslendingar, þar eð ölið er súrt. " * 9,
        "Tiếng Việt được nói ở đây. " * 9,
    ):
        assert not is_garbled(text, unmapped=1.0)
    assert not is_garbled("")


runs = st.builds(
    lambda text, left, top, width, height, size, bold, row: Run(
        text, left, top, left + width, top + height, size, bold, row
    ),
    st.text(min_size=1, max_size=5),
    *[st.floats(0, 800), st.floats(0, 800), st.floats(0, 300), st.floats(0, 30)],
    st.sampled_from([0.0, 8.0, 10.0, 14.0]),
    st.booleans(),
    st.integers(0, 5),
)


@given(st.lists(runs, max_size=40))
def test_layout_loses_no_run_and_adds_none(page: list[Run]) -> None:
    found: list[str] = []
    for block in blocks_of(page):
        found += [line.text for line in block.lines] + [cell for row in block.rows for cell in row]

    def letters(texts: list[str]) -> list[str]:
        # Bars stand between the cells of a row.
        return sorted("".join("".join(texts).replace("|", "").split()))

    assert letters(found) == letters([run.text for run in page])
