"""ODT (OpenDocument 1.3) to a document: its content and properties.

Comments, tracked deletions, headers and footers are left out; nothing it links to is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from crawlers.extract.characters import clean_line
from crawlers.extract.document import Document, Refusal
from crawlers.extract.drafting import Draft
from crawlers.extract.media_type import ODT
from crawlers.extract.properties import meta_properties
from crawlers.extract.titles import title_from
from crawlers.extract.xml_parts import attribute, child, local, parsed
from crawlers.extract.zip_limits import Archive

EXTRACTOR: Final = "cityrights-odt/1"
MOST_LINKS: Final = 5_000
MOST_SPACES: Final = 100

_LEFT_OUT: Final = frozenset(
    "tracked-changes annotation annotation-end ruby-text sequence-decls variable-decls"
    " user-field-decls forms note-citation index-title-template table-of-content-source"
    " bibliography-source alphabetical-index-source illustration-index-source scripts"
    " event-listeners shapes desc title".split()
)
_ROWS_IN: Final = frozenset("table-header-rows table-rows table-row-group".split())


def read_odt(archive: Archive) -> Document:
    """Read an ODT file; raises Refusal."""
    manifest = archive.part("META-INF/manifest.xml")
    if manifest is not None and b"encryption-data" in manifest:
        raise Refusal("encrypted", "It is behind a password. Save it without one.")
    content = archive.part("content.xml")
    if content is None:
        raise Refusal("damaged", "Its content is missing.")
    text = child(parsed(content, "content.xml"), "body", "text")
    if text is None:
        raise Refusal("damaged", "Its content has no text body.")
    reading = _Reading()
    reading.blocks(text)
    if not reading.draft.text().strip():
        raise Refusal("no_text", "It has no text.")
    properties = meta_properties(archive.part("meta.xml"))
    sections = reading.draft.sections()
    return Document(
        ODT,
        reading.draft.text(),
        title=title_from(properties.title, reading.title, reading.draft.text(), sections),
        language=properties.language or _language(archive.part("styles.xml")),
        sections=sections,
        published=properties.date,
        published_precision="day" if properties.date else None,
        published_origin=properties.date_origin,
        links=tuple(dict.fromkeys(reading.links)),
        extractor=EXTRACTOR,
    )


class _Reading:
    """One pass over the text body; keeps what was found on the way."""

    def __init__(self) -> None:
        self.draft = Draft()
        self.title: str | None = None
        self.links: list[str] = []
        self._waiting: list[Any] = []

    def blocks(self, container: Any, item: bool = False) -> None:
        """Add everything of a container; `item` where it is an item of a list."""
        for inner in container:
            name = local(inner)
            if name in ("h", "p"):
                self._paragraph(inner, item)
                # The second paragraph of an item belongs to the first.
            elif name == "list":
                for entry in inner:
                    if local(entry) in ("list-item", "list-header"):
                        self.blocks(entry, item=local(entry) == "list-item")
            elif name == "table":
                self._table(inner)
            elif name == "table-of-content":
                self.draft.begin_section("contents")
                self.blocks(inner)
                self.draft.begin_section()
            elif name == "bibliography":
                self.draft.begin_section("references")
                self.blocks(inner)
                self.draft.begin_section()
            elif name not in _LEFT_OUT:
                self.blocks(inner, item)
            while self._waiting:
                # Notes and text boxes stand behind the paragraph they belong to.
                self.blocks(self._waiting.pop(0))

    def _paragraph(self, paragraph: Any, item: bool) -> None:
        text = self._text(paragraph)
        if not text:
            return
        if local(paragraph) == "h":
            level = attribute(paragraph, "outline-level") or "1"
            self.draft.heading(text, int(level) if level.isdecimal() else 1)
        elif item:
            self.draft.item(text)
        else:
            if self.title is None and attribute(paragraph, "style-name") == "Title":
                self.title = text
            self.draft.paragraph(text)

    def _table(self, table: Any) -> None:
        for row in _rows_in(table):
            self.draft.row([self._cell(cell) for cell in row if local(cell) == "table-cell"])

    def _cell(self, cell: Any) -> str:
        texts = [
            self._text(inner)
            for inner in cell.iter()
            if local(inner) in ("p", "h") and not _is_left_out(inner, cell)
        ]
        return " ".join(text for text in texts if text)

    def _text(self, paragraph: Any) -> str:
        parts: list[str] = []
        self._collect(paragraph, parts)
        return clean_line("".join(parts))

    def _collect(self, element: Any, parts: list[str]) -> None:
        parts.append(element.text or "")
        for inner in element:
            name = local(inner)
            if name == "s":
                count = attribute(inner, "c") or "1"
                parts.append(" " * min(int(count) if count.isdecimal() else 1, MOST_SPACES))
            elif name in ("tab", "line-break"):
                parts.append(" ")
            elif name == "note":
                body = child(inner, "note-body")
                if body is not None:
                    self._waiting.append(body)
            elif name == "text-box":
                self._waiting.append(inner)
            elif name not in _LEFT_OUT:
                if name == "a":
                    self._link(attribute(inner, "href"))
                self._collect(inner, parts)
            parts.append(inner.tail or "")

    def _link(self, target: str | None) -> None:
        if target and len(self.links) < MOST_LINKS and re.match(r"https?://[^\s/]", target):
            self.links.append(target)


def _rows_in(table: Any) -> Iterator[Any]:
    for inner in table:
        name = local(inner)
        if name == "table-row":
            yield inner
        elif name in _ROWS_IN:
            yield from _rows_in(inner)


def _is_left_out(element: Any, cell: Any) -> bool:
    """Whether a paragraph in a cell belongs to a comment or a note, not to the cell."""
    above = element.getparent()
    while above is not None and above is not cell:
        if local(above) in _LEFT_OUT or local(above) in ("note", "p", "h"):
            return True
        above = above.getparent()
    return False


def _language(styles: bytes | None) -> str | None:
    """The language of the default style of paragraphs."""
    if styles is None:
        return None
    try:
        root = parsed(styles, "styles.xml")
    except Refusal:
        return None
    for properties in root.iter():
        if (
            local(properties) == "text-properties"
            and local(properties.getparent()) == "default-style"
        ):
            language, country = attribute(properties, "language"), attribute(properties, "country")
            if language and re.match(r"[a-z]{2,3}$", language):
                known = country and re.match(r"[A-Z]{2}$", country)
                return f"{language}-{country}" if known else language
    return None
