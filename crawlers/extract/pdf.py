"""PDF (ISO 32000) to a document, with PDFium: page by page to words, then all pages to a text."""

from __future__ import annotations

from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawlers.extract.document import Document, Refusal
from crawlers.extract.media_type import PDF
from crawlers.extract.pdf_contents import with_page_numbers
from crawlers.extract.pdf_furniture import without_furniture
from crawlers.extract.pdf_hyphens import Hyphenation
from crawlers.extract.pdf_layout import blocks_of
from crawlers.extract.pdf_lines import Run, runs_of
from crawlers.extract.pdf_metadata import date_of, language_of, links_of, outline_of, title_of
from crawlers.extract.pdf_structure import bare, write
from crawlers.extract.pdf_title import title_in
from crawlers.extract.pdf_words import TextPage

EXTRACTOR: Final = "cityrights-pdf/1"
MOST_PAGES: Final = 5_000

_NO_TEXT: Final = (
    "It has no text layer, so its words are only pictures: recognise them first (OCR), for "
    "instance with ocrmypdf."
)


def read_pdf(data: bytes, *, password: str | None = None) -> Document:
    """Read a PDF; `password` opens an encrypted one. Raises Refusal."""
    document = _opened(data, password)
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise Refusal("too_large", f"It has more than {MOST_PAGES:,} pages.")
        pages: list[list[Run]] = []
        heights: list[float] = []
        links: list[str] = []
        failed = 0
        for number in range(count):
            try:
                runs, height, found = _page(document, number)
            except pdfium.PdfiumError:
                failed += 1
                runs, height, found = [], 0.0, []
            pages.append(runs)
            heights.append(height)
            links += found
        if failed == count:
            raise Refusal("damaged", "None of its pages can be opened.")
        if not any(pages):
            raise Refusal("no_text", _NO_TEXT)
        outline = {bare(title): level for title, level in outline_of(document).items()}
        hyphens = Hyphenation([run.text for page in pages for run in page])
        kept = without_furniture(pages, heights)
        draft = write([blocks_of(with_page_numbers(page)) for page in kept], outline, hyphens)
        published = date_of(document)
        return Document(
            PDF,
            draft.text(),
            title=title_of(document) or title_in(pages[0]),
            language=language_of(document),
            sections=draft.sections(),
            published=published,
            published_precision="day" if published else None,
            published_origin="/CreationDate" if published else None,
            links=tuple(dict.fromkeys(links)),
            pages=draft.pages(),
            extractor=EXTRACTOR,
        )
    finally:
        document.close()


def _opened(data: bytes, password: str | None) -> Any:
    try:
        return pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD:
            if password is not None:
                raise Refusal("encrypted", "The password given does not open it.") from error
            raise Refusal("encrypted", "It opens only with a password.") from error
        raise Refusal("damaged", "It is not a whole PDF.") from error


def _page(document: Any, number: int) -> tuple[list[Run], float, list[str]]:
    """The runs of a page, its height, and where its links lead."""
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            text = TextPage(page.raw, text_page.raw)
            words = text.words()
            return runs_of(text, words), words.height, links_of(document.raw, page.raw)
        finally:
            text_page.close()
    finally:
        page.close()
