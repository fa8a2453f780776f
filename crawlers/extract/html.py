"""Stand-in until HTML is read properly."""

from __future__ import annotations

from lxml import html

from crawlers.extract.document import Document


def read_html(data: bytes, *, charset: str | None = None, url: str | None = None) -> Document:
    """The text of a page."""
    parser = html.HTMLParser(encoding=charset or "utf-8", no_network=True)
    tree = html.document_fromstring(data, parser=parser)
    return Document("text/html", str(tree.text_content()), charset=charset or "utf-8")
