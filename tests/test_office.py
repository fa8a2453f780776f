"""DOCX and ODT: headings, lists, tables, notes; what is left out and what is never expanded."""

from __future__ import annotations

import pytest
from made_documents import PACKAGE, R, W, docx, odt, p, relation, zipped

from crawlers.extract.document import Refusal
from crawlers.extract.office import read_office

STYLES = (
    f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="nl-NL"/></w:rPr>'
    "</w:rPrDefault></w:docDefaults>"
    '<w:style w:styleId="Kop1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Eigen"><w:name w:val="Mine"/><w:basedOn w:val="Kop2"/></w:style>'
    '<w:style w:styleId="Kop2"><w:name w:val="heading 2"/><w:basedOn w:val="Eigen"/></w:style>'
    '<w:style w:styleId="Strich"><w:name w:val="Dash"/><w:pPr><w:numPr><w:numId w:val="3"/>'
    "</w:numPr></w:pPr></w:style>"
    '<w:style w:styleId="Inhalt"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>'
)
WITH_STYLES = {
    "parts": {"word/styles.xml": STYLES},
    "relations": relation("r1", "styles", "styles.xml"),
}


def style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def cells(*texts: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{p(text)}</w:tc>" for text in texts) + "</w:tr>"


def text_of(body: str) -> str:
    return read_office(docx(body)).text


def test_docx_headings_come_from_styles_and_outline_levels() -> None:
    found = read_office(
        docx(
            p("Preface")
            + p("First", style("Kop1"))
            + p("words")
            + p("Second", style("Eigen"))
            + p("Third", '<w:outlineLvl w:val="2"/>')
            + p("No heading", style("Kop1") + '<w:outlineLvl w:val="9"/>'),
            **WITH_STYLES,
        )
    )
    assert [(s.heading, s.level) for s in found.sections] == [
        ("", 1),
        ("First", 1),
        ("Second", 2),
        ("Third", 3),
    ]
    assert found.text == "Preface\n\nFirst\n\nwords\n\nSecond\n\nThird\n\nNo heading"
    assert found.language == "nl-NL"


def test_docx_without_styles_has_headings_by_look() -> None:
    found = read_office(
        docx(p("A bold line", run="<w:b/>") + p("words.") + p("Not bold", run='<w:b w:val="0"/>'))
    )
    assert [section.heading for section in found.sections] == ["A bold line"]
    assert found.title == "A bold line"


def test_docx_lists_and_tables() -> None:
    numbered = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    body = (
        p("one", numbered)
        + p("two", style("Strich"))
        + p("none", style("Strich") + '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + f"<w:tbl>{cells('a', 'b')}{cells('', '')}{cells('c', '')}</w:tbl>"
        + f"<w:tbl>{cells('framed')}</w:tbl>"
    )
    found = read_office(docx(body, **WITH_STYLES))
    assert found.text == "- one\n- two\n\nnone\n\na | b\nc\n\nframed"


def test_docx_contents_pages_are_marked() -> None:
    body = p("Chapter 3", style("Inhalt")) + p("Chapter", style("Kop1")) + p("words")
    found = read_office(docx(body, **WITH_STYLES))
    assert [(s.heading, s.role) for s in found.sections] == [("", "contents"), ("Chapter", "body")]


def test_docx_leaves_out_what_was_deleted_said_aside_or_computed() -> None:
    body = (
        "<w:p><w:r><w:t>Kept</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
        "<w:ins><w:r><w:t> inserted</w:t></w:r></w:ins>"
        '<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>'
        '<w:commentRangeStart w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>'
        "<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent><w:r><w:t> controlled</w:t></w:r>"
        "</w:sdtContent></w:sdt><w:r><w:tab/><w:t>tab</w:t><w:noBreakHyphen/><w:t>hyphen</w:t>"
        "</w:r></w:p><w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>"
        + p("gone")
        + "</w:tc></w:tr></w:tbl>"
    )
    assert text_of(body) == "Kept inserted controlled tab-hyphen"


def test_docx_notes_and_text_boxes_stand_behind_their_paragraph_once() -> None:
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{p("The note.")}</w:footnote></w:footnotes>'
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice><w:txbxContent>'
        + p("Boxed")
        + "</w:txbxContent></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
        + p("Boxed")
        + "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    body = f"<w:p><w:r><w:t>Said</w:t></w:r>{reference}<w:r><w:t>, and more.</w:t></w:r></w:p>"
    found = read_office(
        docx(
            body + f"<w:p><w:r><w:t>Again</w:t></w:r>{reference}{box}</w:p>" + p("After"),
            parts={"word/footnotes.xml": notes},
            relations=relation("r1", "footnotes", "footnotes.xml"),
        )
    )
    assert found.text == "Said, and more.\n\nThe note.\n\nAgain\n\nBoxed\n\nAfter"


def test_docx_properties_and_links() -> None:
    core = (
        '<x xmlns:dc="d" xmlns:dcterms="t"><dc:title>Plan</dc:title><dc:language>fi</dc:language>'
        "<dcterms:created>2019-01-01T00:00:00Z</dcterms:created>"
        "<dcterms:modified>2024-05-06T07:08:09Z</dcterms:modified></x>"
    )
    found = read_office(
        docx(
            p("words"),
            parts={"docProps/core.xml": core},
            relations=relation("r1", "hyperlink", "https://example.org/", outside=True)
            + relation("r2", "hyperlink", "file:///etc/passwd", outside=True),
        )
    )
    assert (found.title, found.language) == ("Plan", "fi")
    assert (found.published, found.published_origin) == ("2024-05-06", "dcterms:modified")
    assert found.links == ("https://example.org/",)


def test_docx_of_the_strict_kind_and_with_another_main_part_is_read() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    made = zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override '
            'PartName="/doc/main.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.document.main+xml"/></Types>',
            "doc/main.xml": f'<w:document xmlns:w="{strict}"><w:body>{p("Strict")}</w:body>'
            "</w:document>",
        }
    )
    assert read_office(made).text == "Strict"
    assert R.startswith("http")


def test_odt_headings_lists_tables_and_notes() -> None:
    found = read_office(
        odt(
            '<text:h text:outline-level="2">A <text:span>heading</text:span></text:h>'
            '<text:p>Some<text:s text:c="2"/>text<text:note><text:note-citation>1'
            "</text:note-citation><text:note-body><text:p>The note.</text:p></text:note-body>"
            "</text:note>, and more.</text:p>"
            "<text:list><text:list-item><text:p>one</text:p><text:list><text:list-item>"
            "<text:p>deeper</text:p></text:list-item></text:list></text:list-item></text:list>"
            "<table:table><table:table-header-rows><table:table-row><table:table-cell>"
            "<text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p>"
            "<text:p>c</text:p></table:table-cell></table:table-row></table:table-header-rows>"
            "</table:table>"
        )
    )
    assert found.text == (
        "A heading\n\nSome text, and more.\n\nThe note.\n\n- one\n- deeper\n\na | b c"
    )
    assert [(s.heading, s.level) for s in found.sections] == [("A heading", 2)]


def test_odt_leaves_out_comments_and_deletions_and_marks_indexes() -> None:
    found = read_office(
        odt(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>deleted</text:p>"
            "</text:deletion></text:changed-region></text:tracked-changes>"
            "<text:table-of-content><text:index-body><text:p>Chapter 1</text:p></text:index-body>"
            "</text:table-of-content><text:p>Kept<office:annotation><text:p>comment</text:p>"
            "</office:annotation></text:p>"
            "<text:bibliography><text:index-body><text:p>Bria 2017</text:p></text:index-body>"
            "</text:bibliography>"
        )
    )
    assert found.text == "Chapter 1\n\nKept\n\nBria 2017"
    assert [section.role for section in found.sections] == ["contents", "body", "references"]


def test_encrypted_odt_is_named() -> None:
    with pytest.raises(Refusal) as refused:
        read_office(odt("", parts={"META-INF/manifest.xml": "<m:encryption-data/>"}))
    assert refused.value.reason == "encrypted"


@pytest.mark.parametrize("data", [docx(""), odt(""), docx(p(" ")), odt("<text:p/>")])
def test_documents_without_words_have_no_text(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_office(data)
    assert refused.value.reason == "no_text"
