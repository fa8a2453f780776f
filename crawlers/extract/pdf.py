"""PDF (ISO 32000-1) to a document, with PDFium."""

from __future__ import annotations

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawlers.extract.document import Document, Refusal
from crawlers.extract.media_type import PDF


def read_pdf(data: bytes, *, password: str | None = None) -> Document:
    """Read a PDF; raises Refusal."""
    try:
        document = pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD:
            raise Refusal("encrypted", "It needs a password.") from error
        raise Refusal("damaged", "It is not a whole PDF.") from error
    parts, pages = [], []
    at = 0
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage().get_text_range().replace("\r\n", "\n") + "\n\n"
        pages.append(at)
        parts.append(text)
        at += len(text)
    return Document(PDF, "".join(parts), pages=tuple(pages), extractor="pdfium")
