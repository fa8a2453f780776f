"""PDF (ISO 32000) to a document, with PDFium: page by page to words, then all pages to a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawlers.extract.document import Document, Refusal
from crawlers.extract.garbling import is_garbled
from crawlers.extract.media_type import PDF
from crawlers.extract.pdf_claims import check_claims
from crawlers.extract.pdf_contents import with_page_numbers
from crawlers.extract.pdf_furniture import without_furniture
from crawlers.extract.pdf_hyphens import Hyphenation
from crawlers.extract.pdf_layout import blocks_of
from crawlers.extract.pdf_lines import Run, runs_of
from crawlers.extract.pdf_metadata import date_of, language_of, links_of, outline_of, title_of
from crawlers.extract.pdf_pictures import is_picture
from crawlers.extract.pdf_repair import with_new_trailer
from crawlers.extract.pdf_structure import bare, write
from crawlers.extract.pdf_title import title_in
from crawlers.extract.pdf_words import TextPage

EXTRACTOR: Final = "cityrights-pdf/1"
MOST_PAGES: Final = 5_000

STAMP: Final = 6
"""Words on a page, on the average, that are a stamp on a scan when pictures cover all pages."""

_OCR: Final = "Its words need recognising (OCR), for instance with ocrmypdf."
_NO_TEXT: Final = (
    "It has no text. If its pages are pictures of words, these need recognising (OCR), for "
    "instance with ocrmypdf."
)


class _Page(NamedTuple):
    """What was found on a page; of `unmapped`, the share of characters without a known meaning."""

    runs: list[Run] = []  # noqa: RUF012 - never changed
    height: float = 0.0
    links: tuple[str, ...] = ()
    words: int = 0
    unmapped: float = 0.0
    picture: bool = False
    opened: bool = True


def read_pdf(data: bytes, *, password: str | None = None) -> Document:
    """Read a PDF; `password` opens an encrypted one. Raises Refusal."""
    document = _opened(data, password)
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise Refusal("too_large", f"It has more than {MOST_PAGES:,} pages.")
        read = [_page(document, number) for number in range(count)]
        if not any(page.opened for page in read):
            raise Refusal("damaged", "None of its pages can be opened.")
        _check_text(read)
        pages = [page.runs for page in read]
        outline = {bare(title): level for title, level in outline_of(document).items()}
        hyphens = Hyphenation([run.text for page in pages for run in page])
        kept = without_furniture(pages, [page.height for page in read])
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
            links=tuple(dict.fromkeys(link for page in read for link in page.links)),
            pages=draft.pages(),
            extractor=EXTRACTOR,
        )
    finally:
        document.close()


def _opened(data: bytes, password: str | None) -> Any:
    check_claims(data)
    try:
        return pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD:
            if password is not None:
                raise Refusal("encrypted", "The password given does not open it.") from error
            raise Refusal("encrypted", "It opens only with a password.") from error
        mended = with_new_trailer(data)
        if mended is None:
            raise Refusal("damaged", "It is not a whole PDF.") from error
    try:
        return pdfium.PdfDocument(mended)
    except pdfium.PdfiumError as error:
        raise Refusal("damaged", "It is not a whole PDF.") from error


def _page(document: Any, number: int) -> _Page:
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return _Page(opened=False)
    try:
        text_page = page.get_textpage()
    except pdfium.PdfiumError:
        page.close()
        return _Page(opened=False)
    try:
        text = TextPage(page.raw, text_page.raw)
        words = text.words()
        few = len(words) < 5 * STAMP
        return _Page(
            runs_of(text, words),
            words.height,
            tuple(links_of(document.raw, page.raw)),
            len(words),
            text.unmapped(words.start[:: max(1, len(words) // 8)]),
            few and is_picture(page.raw, words.width * words.height),
        )
    finally:
        text_page.close()
        page.close()


def _check_text(pages: Sequence[_Page]) -> None:
    """Raise Refusal where pages have no text, or none that is one."""
    words = sum(page.words for page in pages)
    if not words:
        raise Refusal("no_text", _NO_TEXT)
    scanned = len(pages) > 1 and all(page.picture for page in pages if page.opened)
    if scanned and words < STAMP * len(pages):
        raise Refusal("no_text", f"Its pages are pictures with {words} words on them. {_OCR}")
    unmapped = sum(page.unmapped * page.words for page in pages) / words
    if is_garbled(" ".join(run.text for page in pages[:20] for run in page.runs), unmapped):
        raise Refusal("garbled", f"Its text layer holds other characters than it shows. {_OCR}")
