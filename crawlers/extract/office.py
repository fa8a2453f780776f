"""Documents in ZIP files: which kind one is, by what its parts declare, and its reader."""

from __future__ import annotations

from typing import Final

from crawlers.extract.document import Document, Refusal
from crawlers.extract.media_type import DOCX, ODT, type_in_zip
from crawlers.extract.xml_parts import attribute, local, parsed
from crawlers.extract.zip_limits import Archive

CONTENT_TYPES: Final = "[Content_Types].xml"


def read_office(data: bytes) -> Document:
    """Read a DOCX or ODT file; raises Refusal."""
    archive = Archive(data)
    declared, main = _declared(archive)
    media_type = type_in_zip(declared)
    if media_type == DOCX:
        from crawlers.extract.docx import read_docx

        return read_docx(archive, main)
    if media_type == ODT:
        from crawlers.extract.odt import read_odt

        return read_odt(archive)
    raise Refusal("unsupported", "It is a ZIP archive of a kind not known here.")


def _declared(archive: Archive) -> tuple[str, str]:
    """The media type a ZIP file declares, and the name of its main part."""
    mimetype = archive.part("mimetype")
    if mimetype is not None and len(mimetype) < 200:
        return mimetype.decode("ascii", "replace").strip(), "content.xml"
    types = archive.part(CONTENT_TYPES)
    if types is None:
        return "", ""
    for entry in parsed(types, CONTENT_TYPES):
        declared = attribute(entry, "ContentType") or ""
        # ECMA-376 part 1, 11.3.10 and its siblings: main parts end so, or with macros so.
        if local(entry) == "Override" and declared.endswith(".main+xml"):
            return declared, (attribute(entry, "PartName") or "").lstrip("/")
    return "", ""
