"""Bytes are taken for what they are, whatever they are called."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_documents import docx, odt, p, zipped

from crawlers.extract.document import Document, Refusal
from crawlers.extract.media_type import GZIP, HTML, PDF, PLAIN, ZIP, media_type_of
from crawlers.extract.reading import read
from crawlers.extract.unpacking import unpacked

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.4\n", PDF),
        (b"\xef\xbb\xbf%PDF-1.4\n", PDF),
        (b"junk before the header\n%PDF-1.4\n", PDF),
        (b"<!DOCTYPE html><p>Write %PDF-1.4 first</p>", HTML),
        (b"<html><title>x</title>", HTML),
        (b"  \n<!-- a comment --><HTML>", HTML),
        (b"<p class=x>words</p>", HTML),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', HTML),
        ("<html><p>Ψηφιακά".encode("utf-16"), HTML),
        ("<html><p>Digital".encode("utf-16-le"), HTML),
        (b"<html><body><svg><path/></svg>", HTML),
        (b"words and no tag, a < b", PLAIN),
        (b"BMW and MZ are words", PLAIN),
        (gzip.compress(b"x", mtime=0), GZIP),
        (docx(p("x")), ZIP),
    ],
)
def test_signatures(data: bytes, expected: str) -> None:
    assert media_type_of(data) == expected


@pytest.mark.parametrize(
    ("data", "reason", "word"),
    [
        (b"\x89PNG\r\n\x1a\n", "unsupported", "PNG"),
        (b"\xff\xd8\xff\xe0", "unsupported", "JPEG"),
        (b"GIF89a", "unsupported", "GIF"),
        (b"II*\0", "unsupported", "TIFF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><text>x</text></svg>", "unsupported", "SVG"),
        (b"{\\rtf1 words}", "unsupported", "RTF"),
        (b"%!PS-Adobe-3.0", "unsupported", "PostScript"),
        (OLE + "WordDocument".encode("utf-16-le"), "unsupported", "DOC"),
        (OLE + "Workbook".encode("utf-16-le"), "unsupported", "XLS"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "password"),
        (OLE, "unsupported", "OLE"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "unsupported", "XML"),
        (bytes(range(256)) * 9, "not_a_document", "neither"),
        (b"", "empty", "no bytes"),
        (b"\x7fELF\x02", "unsupported", "program"),
    ],
)
def test_what_is_not_read_is_named(data: bytes, reason: str, word: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(data)
    assert refused.value.reason == reason
    assert word in refused.value.detail


@pytest.mark.parametrize(
    ("declared", "word"),
    [
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "XLSX",
        ),
        (
            "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
            "PPTX",
        ),
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "Excel"),
        ("application/octet-stream", "archive"),
    ],
)
def test_other_office_files_are_named(declared: str, word: str) -> None:
    with pytest.raises(Refusal, match=word) as refused:
        read(docx("", declared=declared))
    assert refused.value.reason == "unsupported"


@pytest.mark.parametrize(
    ("mimetype", "word"),
    [
        ("application/vnd.oasis.opendocument.spreadsheet", "ODS"),
        ("application/epub+zip", "EPUB"),
        ("application/x-other", "archive"),
    ],
)
def test_other_files_that_declare_themselves_are_named(mimetype: str, word: str) -> None:
    with pytest.raises(Refusal, match=word):
        read(zipped({"mimetype": mimetype, "content.xml": "<x/>"}))


def test_gzip_is_read_as_what_it_holds() -> None:
    page = gzip.compress(b"<html><p>words</p></html>", mtime=0)
    assert unpacked(page) == (b"<html><p>words</p></html>", HTML)
    assert unpacked(gzip.compress(page, mtime=0))[1] == HTML
    two_members = gzip.compress(b"<html><p>one ", mtime=0) + gzip.compress(b"two</p>")
    assert unpacked(two_members)[0] == b"<html><p>one two</p>"
    found = read(gzip.compress(odt("<text:p>words</text:p>"), mtime=0))
    assert isinstance(found, Document)
    assert found.text == "words"


def test_gzip_in_gzip_in_gzip_is_too_deep() -> None:
    data = b"<p>words</p>"
    for _ in range(3):
        data = gzip.compress(data, mtime=0)
    with pytest.raises(Refusal) as refused:
        unpacked(data)
    assert refused.value.reason == "too_deep"


@given(st.binary(max_size=400))
def test_any_bytes_are_of_one_type_or_refused(data: bytes) -> None:
    try:
        assert media_type_of(data) in (PDF, HTML, PLAIN, GZIP, ZIP)
    except Refusal as refusal:
        assert refusal.detail


@given(st.binary(max_size=200), st.integers(0, 30))
def test_a_gzip_file_gives_back_what_was_packed(data: bytes, cut: int) -> None:
    packed = gzip.compress(b"<p>" + data, mtime=0)
    try:
        found, _ = unpacked(packed[: len(packed) - cut])
    except Refusal as refusal:
        assert refusal.reason in ("damaged", "empty", "not_a_document", "unsupported")
    else:
        assert (b"<p>" + data).startswith(found)
