"""P11: a hostile document dies alone, with one reason, and the next one is read."""

from __future__ import annotations

import gzip
import os
import re
import socket
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_documents import (
    ODT_NAMES,
    W,
    deflated,
    docx,
    odt,
    p,
    pdf,
    pdf_objects,
    relation,
    show,
    stream,
    zipped,
)

from crawlers.extract.document import REASONS, Document, Refusal
from crawlers.extract.files import read_files
from crawlers.extract.limits import MOST_BYTES
from crawlers.extract.sandbox import Item, Sandbox

HELLO = pdf([show("Hello from a plain page", 72, 100)])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def outcome(sandbox: Sandbox, data: bytes) -> Document | str:
    try:
        return sandbox.read(Item(data))
    except Refusal as refusal:
        assert refusal.reason in REASONS
        assert re.fullmatch(r"[A-Z\[\w].*[.)]", refusal.detail), refusal.detail
        return refusal.reason


def reason(sandbox: Sandbox, data: bytes) -> str:
    found = outcome(sandbox, data)
    assert isinstance(found, str), found
    # Whatever it did, the next document is read.
    assert sandbox.read(Item(HELLO)).text == "Hello from a plain page"
    return found


def one_page(contents: bytes, *more: bytes) -> bytes:
    return pdf_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
                b"/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>"
            ),
            contents,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *more,
        ]
    )


def laughs(inside: str) -> str:
    """A document type whose last entity is a billion words long, and what uses it."""
    entities = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    return f'<!DOCTYPE x [<!ENTITY a "ha">{entities}]>{inside}'


LAUGHING_BODY = (
    f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>'
)
LAUGHING_ODT = (
    f"<office:document-content {ODT_NAMES}><office:body><office:text><text:p>&j;</text:p>"
    "</office:text></office:body></office:document-content>"
)


def test_p11_nothing_and_next_to_nothing_are_named(sandbox: Sandbox) -> None:
    assert reason(sandbox, b"") == "empty"
    for byte in (b"x", b"\0", b"\n", b"%", b"<", b"P", b"\x1f", b"\xff"):
        assert reason(sandbox, byte) in ("not_a_document", "no_text", "unsupported")


def test_p11_what_is_too_large_is_not_even_sent(sandbox: Sandbox) -> None:
    assert reason(sandbox, b"%PDF-" + bytes(MOST_BYTES)) == "too_large"


def test_p11_bytes_are_read_as_what_they_are_not_as_what_they_are_called(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    page = b"<!DOCTYPE html><html><body><p>A page with some words in it.</p></body></html>"
    (tmp_path / "page.pdf").write_bytes(page)
    (tmp_path / "paper.html").write_bytes(HELLO)
    (tmp_path / "packed.docx").write_bytes(gzip.compress(HELLO, mtime=0))
    readings = read_files(sorted(tmp_path.iterdir()), sandbox)
    kinds = {
        Path(reading.file).name: reading.outcome.media_type
        for reading in readings
        if isinstance(reading.outcome, Document)
    }
    assert kinds == {
        "page.pdf": "text/html",
        "paper.html": "application/pdf",
        "packed.docx": "application/pdf",
    }


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_p11_what_breaks_off_is_damaged(sandbox: Sandbox, share: float) -> None:
    whole = [
        docx(p("word " * 500)),
        odt("<text:p>word</text:p>" * 500),
        gzip.compress(HELLO * 9, mtime=0),
    ]
    for data in whole:
        assert reason(sandbox, data[: max(4, int(share * len(data)))]) == "damaged"


def test_p11_trees_of_pages_that_loop_end(sandbox: Sandbox) -> None:
    loop = pdf_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>",
            b"<< /Type /Pages /Kids [2 0 R] /Count 2 /Parent 3 0 R >>",
        ]
    )
    assert reason(sandbox, loop) == "damaged"


def test_p11_a_page_that_cant_be_opened_costs_no_other(sandbox: Sandbox) -> None:
    half = pdf_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [9 0 R 3 0 R] /Count 2 >>",
            (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
                b"/Resources << /Font << /F1 5 0 R >> >> >>"
            ),
            stream(show("Still here", 72, 100).encode()),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )
    found = outcome(sandbox, half)
    assert isinstance(found, Document)
    assert found.text == "Still here"
    assert len(found.pages) == 2


def test_p11_an_outline_that_loops_ends(sandbox: Sandbox) -> None:
    looping = pdf(
        [show("Hello from a page with an outline", 72, 100)], catalogue=b"/Outlines 3 0 R"
    )
    looping = looping.replace(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /First 3 0 R /Last 3 0 R /Next 3 0 R /Title (again) /Count 1 >>",
    )
    assert isinstance(outcome(sandbox, looping), Document)


@pytest.mark.parametrize(("levels", "each"), [(10, 10), (25, 2)])
def test_p11_form_bombs_die_of_memory_or_time(sandbox: Sandbox, levels: int, each: int) -> None:
    forms = [
        stream(
            show("bomb", 72, 100).encode() if level == levels - 1 else b"/X Do " * each,
            b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >>"
            b" /XObject << /X %d 0 R >> >>" % (7 + level),
        )
        for level in range(levels)
    ]
    assert reason(sandbox, one_page(stream(b"/X Do " * each), *forms)) in ("memory", "timeout")


def test_p11_a_form_that_draws_itself_ends(sandbox: Sandbox) -> None:
    form = stream(
        b"/X Do /X Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /X 6 0 R >> >>",
    )
    found = outcome(sandbox, one_page(stream(b"/X Do"), form))
    assert found in ("memory", "timeout", "no_text", "too_deep")


def test_p11_flate_bombs_die_of_memory(sandbox: Sandbox) -> None:
    packed = zlib.compress(zlib.compress(b" " * (1 << 30), 9), 9)
    assert len(packed) < 5_000
    bomb = one_page(stream(packed, b"/Filter [/FlateDecode /FlateDecode] "))
    assert reason(sandbox, bomb) == "memory"
    assert reason(sandbox, gzip.compress(b"<p>" + bytes(MOST_BYTES), mtime=0)) == "too_large"


def test_p11_pictures_made_to_fill_memory_are_named(sandbox: Sandbox) -> None:
    size = (100_000).to_bytes(4)
    page_information = b"\0\0\0\0\x30\0\1\0\0\0\x13" + size + size + bytes(11)
    image = stream(page_information, b"/Type /XObject /Subtype /Image /Filter /JBIG2Decode ")
    assert reason(sandbox, one_page(stream(b"/X Do"), image)) == "too_large"


def test_p11_lies_about_the_number_of_pages_are_named(sandbox: Sandbox) -> None:
    lie = HELLO.replace(b"/Count 1", b"/Count 99999999999")
    assert reason(sandbox, lie) == "damaged"
    assert isinstance(
        outcome(sandbox, HELLO.replace(b"/Count 1", b"/Count 999999")), Document | str
    )


def test_p11_fifty_thousand_pages_are_too_many(sandbox: Sandbox) -> None:
    assert reason(sandbox, pdf([""] * 50_000)) == "too_large"


def test_p11_more_text_than_a_document_may_have_is_refused(sandbox: Sandbox) -> None:
    # 44 MiB of text packed into 60 KiB: what dies first is a matter of the machine.
    many = b"BT /F1 1 Tf 10 700 Td " + (b"(" + b"words " * 18 + b") Tj\n") * 400_000 + b"ET"
    assert reason(sandbox, one_page(deflated(many))) in ("too_large", "memory", "timeout")
    paragraphs = "<text:p>" + "words " * 100_000 + "</text:p>"
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODT_NAMES}><office:body><office:text>{paragraphs * 38}"
            "</office:text></office:body></office:document-content>",
        )
    assert reason(sandbox, stored.getvalue()) == "too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_p11_entities_of_a_billion_laughs_are_never_expanded(
    sandbox: Sandbox, encoding: str
) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding.upper()}"?>'
    for data in (
        docx("", parts={"word/document.xml": (declared + laughs(LAUGHING_BODY)).encode(encoding)}),
        odt("", parts={"content.xml": (declared + laughs(LAUGHING_ODT)).encode(encoding)}),
    ):
        assert reason(sandbox, data) == "damaged"


def test_p11_entities_elsewhere_in_a_document_are_never_expanded(sandbox: Sandbox) -> None:
    bad = laughs("<x>&j;</x>")
    # What only adds to a document is done without.
    for data in (
        docx(p("The text"), parts={"docProps/core.xml": bad}),
        odt("<text:p>The text</text:p>", parts={"meta.xml": bad, "styles.xml": bad}),
    ):
        found = outcome(sandbox, data)
        assert isinstance(found, Document)
        assert found.text == "The text"
    assert reason(sandbox, docx("", parts={"[Content_Types].xml": bad})) == "damaged"
    svg = laughs('<svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>')
    assert reason(sandbox, svg.encode()) == "unsupported"
    xmp = pdf([show("The text", 72, 100)], catalogue=b"/Metadata 5 0 R").replace(
        stream(show("The text", 72, 100).encode()),
        stream(show("The text", 72, 100).encode()) + b"\nendobj\n9 0 obj\n" + stream(bad.encode()),
    )
    assert isinstance(outcome(sandbox, xmp), Document)


def test_p11_an_entity_never_reads_a_file(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("confidential")
    body = (
        f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&s;</w:t></w:r></w:p></w:body>'
        "</w:document>"
    )
    assert reason(sandbox, docx("", parts={"word/document.xml": body})) == "damaged"


def test_p11_parts_nested_without_end_are_too_deep(sandbox: Sandbox) -> None:
    for depth in (300, 3_000):
        nested = docx("<w:sdt><w:sdtContent>" * depth + "</w:sdtContent></w:sdt>" * depth)
        assert reason(sandbox, nested) == "too_deep"
        nested = odt("<text:section>" * depth + "</text:section>" * depth)
        assert reason(sandbox, nested) == "too_deep"


def test_p11_pages_nested_without_end_cost_nobody_else(sandbox: Sandbox) -> None:
    for page in (
        b"<html><body>" + b"<div>" * 100_000 + b"x",
        b"<html><body><p " + b" ".join(b'a%d="x"' % i for i in range(20_000)) + b">words</p>",
    ):
        assert isinstance(outcome(sandbox, page), Document | str)
        assert sandbox.read(Item(HELLO)).text == "Hello from a plain page"


def test_p11_zip_bombs_and_lies_about_sizes_are_named(sandbox: Sandbox) -> None:
    assert reason(sandbox, docx("x" * (40 << 20))) == "too_large"
    assert reason(sandbox, zipped({f"part{i}": b"" for i in range(10_001)})) == "too_large"
    honest = docx(p("words " * 5_000))
    with zipfile.ZipFile(BytesIO(honest)) as archive:
        real = archive.getinfo("word/document.xml").file_size
    for size in (real // 2, 1):
        lie = honest.replace(real.to_bytes(4, "little"), size.to_bytes(4, "little"))
        assert lie != honest
        assert reason(sandbox, lie) == "damaged"


def test_p11_names_that_lead_out_and_links_are_never_followed(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret/>")
    traversing = docx(
        p("The text"), parts={"../../../evil.txt": b"evil", str(tmp_path / "evil.txt"): b"evil"}
    )
    found = outcome(sandbox, traversing)
    assert isinstance(found, Document)
    assert found.text == "The text"
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        link = zipfile.ZipInfo("content.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(secret))
    assert reason(sandbox, out.getvalue()) == "damaged"
    aside = docx(
        p("The text"),
        relations=relation("r1", "styles", f"../../..{secret}") + relation("r2", "styles", "/x"),
    )
    assert isinstance(outcome(sandbox, aside), Document)
    assert list(tmp_path.iterdir()) == [secret]


def test_p11_nothing_that_is_linked_is_fetched(sandbox: Sandbox) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        picture = (
            '<w:p><w:r><w:drawing><a:blip xmlns:a="urn:a" r:link="r1"/></w:drawing>'
            "<w:t>The text</w:t></w:r></w:p>"
        )
        documents = (
            docx(
                picture,
                relations=relation("r1", "image", f"{url}/x.png", outside=True)
                + relation("r2", "attachedTemplate", f"{url}/x.dotm", outside=True)
                + relation("r3", "hyperlink", f"{url}/page", outside=True),
            ),
            odt(
                f'<text:p>The text<draw:frame><draw:image xmlns:x="http://www.w3.org/1999/xlink" '
                f'x:href="{url}/x.png"/></draw:frame></text:p>'
            ),
            f'<!DOCTYPE html><link rel="stylesheet" href="{url}/x.css"><img src="{url}/x.png">'
            "<p>The text</p>".encode(),
            pdf(
                [show("The text", 72, 100)],
                catalogue=f"/OpenAction << /S /URI /URI ({url}) >>".encode(),
            ),
        )
        for document in documents:
            found = outcome(sandbox, document)
            assert isinstance(found, Document)
            assert "The text" in found.text
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_p11_macros_and_scripts_are_left_alone(sandbox: Sandbox) -> None:
    with_macros = docx(
        p("The text"),
        declared="application/vnd.ms-word.document.macroEnabled.main+xml",
        parts={"word/vbaProject.bin": b"Sub AutoOpen()"},
    )
    found = outcome(sandbox, with_macros)
    assert isinstance(found, Document)
    assert found.text == "The text"
    scripted = pdf(
        [show("The text", 72, 100)],
        catalogue=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
    )
    assert isinstance(outcome(sandbox, scripted), Document)


def test_p11_zeros_and_marks_of_direction_leave_titles_and_text(sandbox: Sandbox) -> None:
    title = "Plan\0 for \u202eevil\u202c \u2066cities\u2069 \u200band\ufeff towns"
    made = pdf([show("The text", 72, 100)], info={"Title": title})
    found = outcome(sandbox, made)
    assert isinstance(found, Document)
    assert found.title == "Plan for evil cities and towns"
    core = (
        '<x xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Plan for '
        "\u202eevil\u202c cities</dc:title></x>"
    )
    found = outcome(sandbox, docx(p("Te\u202ext \u2066one"), parts={"docProps/core.xml": core}))
    assert isinstance(found, Document)
    assert (found.title, found.text) == ("Plan for evil cities", "Text one")


def test_p11_many_bad_files_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("home", "temporary", "here", "files"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path / "here")
    bad = [
        b"",
        b"%PDF-1.7",
        b"PK\x03\x04",
        docx("<w:p>")[:-30],
        gzip.compress(b"\0" * 999, mtime=0),
        HELLO,
    ]
    files = []
    for number, data in enumerate(bad * 3):
        files.append(tmp_path / "files" / f"{number:02}.bin")
        files[-1].write_bytes(data)
    before = sorted(os.walk(tmp_path))
    with Sandbox() as own:
        readings = list(read_files(files, own))
    assert [reading.file for reading in readings] == [str(file) for file in files]
    read = [isinstance(reading.outcome, Document) for reading in readings]
    assert read == [False, False, False, False, False, True] * 3
    assert sorted(os.walk(tmp_path)) == before


SEEDS = (
    HELLO,
    docx(p("A word") + f"<w:tbl><w:tr><w:tc>{p('cell')}</w:tc></w:tr></w:tbl>"),
    odt("<text:h>A heading</text:h><text:p>A word</text:p>"),
    gzip.compress(HELLO, mtime=0),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.sampled_from(SEEDS),
    edits=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=8), st.integers(0, 40)),
        max_size=6,
    ),
)
def test_p11_whatever_bytes_there_are_there_is_one_outcome(
    sandbox: Sandbox, seed: bytes, edits: list[tuple[float, bytes, int]]
) -> None:
    data = seed
    for place, new, removed in edits:
        at = int(place * len(data))
        data = data[:at] + new + data[at + removed :]
    outcome(sandbox, data)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\x1f\x8b"]), rest=st.binary())
def test_p11_random_bytes_have_one_outcome(sandbox: Sandbox, start: bytes, rest: bytes) -> None:
    outcome(sandbox, start + rest)
