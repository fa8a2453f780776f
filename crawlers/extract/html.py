"""HTML to a document: the order of the steps; each is a file of its own."""

from __future__ import annotations

from crawlers.extract.charset import decode
from crawlers.extract.dates import published_in
from crawlers.extract.document import Document, Refusal
from crawlers.extract.drafting import Draft
from crawlers.extract.html_flow import Block
from crawlers.extract.main_text import main_blocks
from crawlers.extract.markup import parsed
from crawlers.extract.page_links import following_of, linked_in, links_of
from crawlers.extract.page_metadata import metadata_of

EXTRACTOR = "html-1"


def read_html(data: bytes, *, charset: str | None = None, url: str | None = None) -> Document:
    """Read a web page.

    `charset` is the label of its HTTP header, `url` its address, from which links start.
    Raises Refusal: `empty`, `not_a_document`, `no_text`, `too_deep`, `garbled`, `too_large`.
    """
    if not data.strip(b"\x00 \t\r\n\f"):
        raise Refusal("empty", "It has no characters.")
    text, encoding = decode(data, charset)
    try:
        return _read(text, encoding, url)
    except RecursionError as error:
        raise Refusal("too_deep", "Its elements lie too deep inside one another.") from error


def _read(text: str, encoding: str, url: str | None) -> Document:
    tree = parsed(text)
    linked = linked_in(tree)
    metadata = metadata_of(tree, linked, url)
    links = links_of(linked, metadata.base)
    following = following_of(linked, metadata.base)
    published = published_in(metadata.dates, tree, url)
    draft = Draft()
    for block in main_blocks(tree, lambda: parsed(text), metadata.title):
        _add(draft, block)
    page = Document(
        media_type="text/html",
        text=draft.text() if draft.begun else "",
        title=metadata.title,
        language=metadata.language,
        charset=encoding,
        sections=draft.sections() if draft.begun else (),
        published=published.date if published else None,
        published_precision=published.precision if published else None,
        published_origin=published.origin if published else None,
        publisher=metadata.publisher,
        licence=metadata.licence,
        canonical=metadata.canonical,
        links=links,
        following=following,
        robots=metadata.robots,
        extractor=EXTRACTOR,
    )
    if not draft.begun:
        raise Refusal("no_text", "The page has no text of its own.", page)
    return page


def _add(draft: Draft, block: Block) -> None:
    if block.kind == "heading":
        draft.heading(block.text, block.level)
    elif block.kind == "item":
        draft.item(block.text)
    elif block.kind == "row":
        draft.row(list(block.cells))
    else:
        draft.paragraph(block.text)
