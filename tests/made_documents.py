"""Documents made by tests: PDF, DOCX, ODT and ZIP files, whole or with a fault."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT_TYPE = "application/vnd.oasis.opendocument.text"
ODT_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("meta", "meta"),
        ("style", "style"),
    )
)


def pdf_objects(objects: Sequence[bytes], root: int = 1, info: int | None = None) -> bytes:
    """A PDF of these objects, numbered from 1, with a cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    more = b" /Info %d 0 R" % info if info else b""
    out += b"trailer\n<< /Size %d /Root %d 0 R%b >>\n" % (len(objects) + 1, root, more)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % at)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def deflated(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object packed with deflate."""
    return stream(zlib.compress(content, 9), b"/Filter /FlateDecode " + entries)


def show(text: str, left: float, top: float, size: float = 10, font: str = "F1") -> str:
    """Operators that write a text, `top` points below the top of a page of 792."""
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {left} {792 - top} Td ({escaped}) Tj ET\n"


def pdf(
    pages: Sequence[str | bytes],
    *,
    info: Mapping[str, str] | None = None,
    catalogue: bytes = b"",
    page: bytes = b"",
) -> bytes:
    """A PDF whose pages have these content streams; fonts are /F1 and, bold, /F2."""
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + 2 * i) for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalogue,
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for i, content in enumerate(pages):
        raw = content if isinstance(content, bytes) else content.encode("cp1252")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> %b >>" % (first + 2 * i + 1, page)
        )
        objects.append(stream(raw))
    number = None
    if info is not None:
        entries = "".join(f"/{key} <{_hex(value)}> " for key, value in info.items())
        objects.append(f"<< {entries}>>".encode())
        number = len(objects)
    return pdf_objects(objects, info=number)


def _hex(value: str) -> str:
    return (b"\xfe\xff" + value.encode("utf-16-be")).hex()


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP file of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(
    body: str,
    *,
    parts: Mapping[str, str | bytes] | None = None,
    relations: str = "",
    declared: str = WORD,
) -> bytes:
    """A DOCX file with this body."""
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{declared}"/></Types>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f"{relations}</Relationships>",
            "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{R}">'
            f"<w:body>{body}</w:body></w:document>",
            **(parts or {}),
        }
    )


def relation(id: str, kind: str, target: str, outside: bool = False) -> str:
    """An entry of a part's relations."""
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="{id}" Type="{R}/{kind}" Target="{target}"{mode}/>'


def p(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of a DOCX file."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def odt(body: str, *, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """An ODT file with this text."""
    return zipped(
        {
            "mimetype": ODT_TYPE,
            "content.xml": f"<office:document-content {ODT_NAMES}><office:body><office:text>"
            f"{body}</office:text></office:body></office:document-content>",
            **(parts or {}),
        }
    )
