"""What bytes are, whatever they are called: signatures first, then what a ZIP or OLE file holds.

Signatures are those of the formats' own specifications; those of the web are gathered in
WHATWG MIME Sniffing, section 6, https://mimesniff.spec.whatwg.org/.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from crawlers.extract.document import Reason, Refusal

PDF: Final = "application/pdf"
HTML: Final = "text/html"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT: Final = "application/vnd.oasis.opendocument.text"
GZIP: Final = "application/gzip"
ZIP: Final = "application/zip"
PLAIN: Final = "text/plain"


class Unreadable(NamedTuple):
    """A kind of file that is known and not read; the type is empty where it could be several."""

    media_type: str
    name: str
    advice: str = "Save it as PDF, DOCX, ODT or HTML."


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGE: Final = "Its words need recognising first (OCR), for instance with ocrmypdf."
_SIGNATURES: Final = (
    (b"\x89PNG\r\n", Unreadable("image/png", "a PNG image", _IMAGE)),
    (b"\xff\xd8\xff", Unreadable("image/jpeg", "a JPEG image", _IMAGE)),
    (b"GIF8", Unreadable("image/gif", "a GIF image", _IMAGE)),
    (b"II*\0", Unreadable("image/tiff", "a TIFF image", _IMAGE)),
    (b"MM\0*", Unreadable("image/tiff", "a TIFF image", _IMAGE)),
    (b"BM", Unreadable("image/bmp", "a BMP image", _IMAGE)),
    (b"\0\0\0\x0cjP  ", Unreadable("image/jp2", "a JPEG 2000 image", _IMAGE)),
    (b"AT&TFORM", Unreadable("image/vnd.djvu", "a DjVu file", _IMAGE)),
    (b"{\\rtf", Unreadable("application/rtf", "an RTF file")),
    (b"%!PS", Unreadable("application/postscript", "a PostScript file", "Save it as PDF.")),
    (
        b"7z\xbc\xaf\x27\x1c",
        Unreadable("application/x-7z-compressed", "a 7z archive", "Unpack it."),
    ),
    (b"Rar!\x1a\x07", Unreadable("application/vnd.rar", "a RAR archive", "Unpack it.")),
    (b"BZh", Unreadable("application/x-bzip2", "a bzip2 file", "Unpack it.")),
    (b"\xfd7zXZ\0", Unreadable("application/x-xz", "an xz file", "Unpack it.")),
    (b"\x28\xb5\x2f\xfd", Unreadable("application/zstd", "a Zstandard file", "Unpack it.")),
    (b"OggS", Unreadable("application/ogg", "a sound or film", "")),
    (b"ID3", Unreadable("audio/mpeg", "a sound", "")),
    (b"\x1aE\xdf\xa3", Unreadable("video/webm", "a film", "")),
    (b"\x7fELF", Unreadable("application/x-executable", "a program", "")),
    (b"MZ", Unreadable("application/x-msdownload", "a program", "")),
    (b"SQLite format 3\0", Unreadable("application/vnd.sqlite3", "a database", "")),
)

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_IN_ZIP: Final = {
    _OFFICE + "spreadsheetml.sheet": "an XLSX spreadsheet",
    _OFFICE + "presentationml.presentation": "a PPTX presentation",
    "application/vnd.oasis.opendocument.spreadsheet": "an ODS spreadsheet",
    "application/vnd.oasis.opendocument.presentation": "an ODP presentation",
    "application/epub+zip": "an EPUB book",
}

_TAG: Final = re.compile(
    r"<(?:!doctype\s+html|!--|html|head|title|meta|link|script|style|body|base|h[1-6]|p|div|span|"
    r"table|ul|ol|li|a|br|font|img|b|i|em|strong|center|article|main|section|form|header|footer|"
    r"nav|dl|pre|blockquote|frameset|iframe|noscript)(?=[\s/>])",
    re.IGNORECASE,
)
_SVG: Final = re.compile(r"<svg[\s>]", re.IGNORECASE)
_XML: Final = re.compile(r"<\?xml\b|<[a-zA-Z][\w.:-]*[\s/>]")
_LOOKED_AT: Final = 64 * 1024
_CONTROLS: Final = bytes((*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)))


def media_type_of(data: bytes) -> str:
    """The media type of bytes; raises Refusal where they are of a kind that is not read.

    `ZIP` is answered for every ZIP file: what it is, only its parts can tell
    (`type_in_zip`).
    """
    if not data:
        raise Refusal("empty", "It has no bytes.")
    # ISO 32000-1, annex H, 3.4.1: readers look for the header in the first 1,024 bytes.
    start = data[:1024]
    if b"%PDF-" in start and not start.lstrip(b"\xef\xbb\xbf\t\n\r ").startswith(b"<"):
        return PDF
    if start.startswith(b"\x1f\x8b"):
        return GZIP
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return ZIP
    if start.startswith(_OLE):
        raise _refused_ole(data)
    for signature, kind in _SIGNATURES:
        if start.startswith(signature) and _is_binary(signature, data):
            raise _unsupported(kind)
    if data[4:8] == b"ftyp":
        raise _unsupported(Unreadable("", "a film or an image", ""))
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        raise _unsupported(Unreadable("", "an image, a sound or a film", ""))
    if data[257:262] == b"ustar":
        raise _unsupported(Unreadable("application/x-tar", "a tar archive", "Unpack it."))
    return _type_of_text(data)


def known_type(data: bytes) -> str | None:
    """The media type of bytes, be it one that is not read; None where it can't be told."""
    try:
        return media_type_of(data)
    except Refusal as refusal:
        return refusal.media_type


def type_in_zip(content_type: str) -> str:
    """The media type of a ZIP file from the type its own parts declare; raises Refusal."""
    declared = content_type.strip().removesuffix(".main+xml").removesuffix("-template")
    # Macros are never looked at, let alone run: what is left is an ordinary document.
    if declared in (DOCX, DOCX.replace(".document", ".template")) or declared.startswith(
        "application/vnd.ms-word."
    ):
        return DOCX
    if declared == ODT:
        return ODT
    name = _IN_ZIP.get(declared)
    if name is None and declared.startswith("application/vnd.ms-excel."):
        name = "an Excel spreadsheet"
    if name is None and declared.startswith("application/vnd.ms-powerpoint."):
        name = "a PowerPoint presentation"
    if name is None:
        raise Refusal("unsupported", "It is a ZIP archive, not a document. Unpack it.")
    raise _unsupported(Unreadable(declared, name))


def _is_binary(signature: bytes, data: bytes) -> bool:
    """Two letters prove nothing where text follows ("BM", "MZ")."""
    return len(signature) > 3 or signature[0] > 127 or _controls_in(data[:512]) > 0


def _type_of_text(data: bytes) -> str:
    text = _decoded(data[:_LOOKED_AT])
    if text is None:
        raise Refusal("not_a_document", "Its bytes are neither text nor a kind of file known here.")
    if _SVG.search(text) and not re.search(r"<(?:!doctype\s+)?html[\s>]", text, re.IGNORECASE):
        raise _unsupported(Unreadable("image/svg+xml", "an SVG image", _IMAGE))
    if _TAG.search(text):
        return HTML
    if _XML.match(text.lstrip("\ufeff \t\r\n")):
        raise Refusal("unsupported", "It is XML of a kind not known here, not a page.")
    return PLAIN


def _decoded(start: bytes) -> str | None:
    """Enough of a text to find tags in; None where the bytes are no text."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if start.startswith(mark):
            return start.decode(encoding, "replace")
    for encoding, zero in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(start) > 8 and start[zero::2].count(0) > 0.4 * len(start) / 2:
            return start.decode(encoding, "replace")
    # A few NULs are a fault of a page; many controls are no text at all.
    if _controls_in(start) > 0.02 * len(start):
        return None
    return start.decode("latin-1")


def _controls_in(data: bytes) -> int:
    return len(data) - len(data.translate(None, _CONTROLS))


def _refused_ole(data: bytes) -> Refusal:
    """Word, Excel and PowerPoint up to 2003, and newer ones behind a password ([MS-OFFCRYPTO])."""
    for name, reason, detail in _OLE_STREAMS:
        if name.encode("utf-16-le") in data:
            return Refusal(reason, detail)
    return Refusal("unsupported", "It is an OLE file of a kind not known here.")


_OLE_STREAMS: Final[tuple[tuple[str, Reason, str], ...]] = (
    (
        "EncryptedPackage",
        "encrypted",
        "It is an Office file behind a password. Save it without one.",
    ),
    ("WordDocument", "unsupported", "It is a DOC file. Save it as DOCX, ODT or PDF."),
    ("Workbook", "unsupported", "It is an XLS spreadsheet. Save it as PDF or HTML."),
    ("Book", "unsupported", "It is an XLS spreadsheet. Save it as PDF or HTML."),
    ("PowerPoint Document", "unsupported", "It is a PPT presentation. Save it as PDF."),
    ("__properties_version1.0", "unsupported", "It is an Outlook message. Save it as PDF."),
)


def _unsupported(kind: Unreadable) -> Refusal:
    detail = f"It is {kind.name}. {kind.advice}".rstrip()
    return Refusal("unsupported", detail, media_type=kind.media_type or None)
