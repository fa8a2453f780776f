"""DOCX (ECMA-376) to a document: its main part, notes, and properties.

Comments, tracked deletions, field codes, headers and footers are left out; what a document
links to (pictures, templates, sheets) is never fetched, and macros are not looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any, Final

from crawlers.extract.characters import clean_line
from crawlers.extract.document import Document, Refusal
from crawlers.extract.docx_styles import Styles
from crawlers.extract.drafting import Draft
from crawlers.extract.media_type import DOCX
from crawlers.extract.properties import Properties, core_properties
from crawlers.extract.titles import title_from
from crawlers.extract.xml_parts import attribute, child, local, parsed
from crawlers.extract.zip_limits import Archive

EXTRACTOR: Final = "cityrights-docx/1"
MOST_LINKS: Final = 5_000
LONGEST_HEADING: Final = 120
"""Characters of a heading that is one by its look alone."""

_LEFT_OUT: Final = frozenset(
    "del moveFrom delText instrText delInstrText rPr pPr sectPr tblPr tblGrid trPr tcPr annotationRef"
    " footnoteRef endnoteRef commentReference Fallback softHyphen pict object fldData".split()
)
_BLOCKS: Final = frozenset("p tbl".split())
_SPACES: Final = frozenset("tab ptab br cr".split())
_NOTES: Final = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


def read_docx(archive: Archive, main: str) -> Document:
    """Read a DOCX file whose main part has that name; raises Refusal."""
    body = child(_part(archive, main), "body")
    if body is None:
        raise Refusal("damaged", "Its main part has no body.")
    relations = _relations(archive, main)
    reading = _Reading(archive, main, relations)
    reading.read(body)
    if not reading.draft.text().strip():
        raise Refusal("no_text", "It has no text.")
    properties = core_properties(archive.part("docProps/core.xml"))
    return _document(reading, properties)


def _document(reading: _Reading, properties: Properties) -> Document:
    sections = reading.draft.sections()
    return Document(
        DOCX,
        reading.draft.text(),
        title=title_from(properties.title, reading.title, reading.draft.text(), sections),
        language=reading.language() or properties.language,
        sections=sections,
        published=properties.date,
        published_precision="day" if properties.date else None,
        published_origin=properties.date_origin,
        links=reading.links(),
        extractor=EXTRACTOR,
    )


class _Reading:
    """One pass over a main part; keeps what was found on the way."""

    def __init__(
        self, archive: Archive, main: str, relations: dict[str, tuple[str, str, bool]]
    ) -> None:
        self.draft = Draft()
        self.title: str | None = None
        self._archive = archive
        self._relations = relations
        self._folder = dirname(main)
        self._styles = Styles(self._related("styles"))
        self._notes: dict[str, dict[str, Any]] = {}
        self._waiting: list[Any] = []
        self._languages: Counter[str] = Counter()
        self._in_contents = False
        self._styled = True

    def read(self, body: Any) -> None:
        """Add everything of the body."""
        paragraphs = (p for p in body.iter() if local(p) == "p")
        self._styled = any(self._styles.of(p).level is not None for p in paragraphs)
        self.blocks(body)

    def blocks(self, container: Any) -> None:
        """Add all paragraphs and tables of a container."""
        for block in _blocks_in(container):
            if local(block) == "tbl":
                self._table(block)
            else:
                self._paragraph(block)
            while self._waiting:
                # Notes and text boxes stand behind the paragraph they belong to.
                self.blocks(self._waiting.pop(0))

    def links(self) -> tuple[str, ...]:
        """Web addresses the text links to."""
        found = [
            target
            for kind, target, outside in self._relations.values()
            if outside and kind == "hyperlink" and re.match(r"https?://[^\s/]", target)
        ]
        return tuple(dict.fromkeys(found[:MOST_LINKS]))

    def language(self) -> str | None:
        """The language most of the text is marked with."""
        marked = self._languages.most_common(1)
        return marked[0][0] if marked else None

    def _paragraph(self, paragraph: Any) -> None:
        text = self._text(paragraph)
        if not text:
            return
        style = self._styles.of(paragraph)
        contents = style.contents
        if contents != self._in_contents:
            self._in_contents = contents
            self.draft.begin_section("contents" if contents else None)
        if style.title and self.title is None:
            self.title = text
        level = style.level
        if level is None and not self._styled and _looks_like_heading(paragraph, text):
            # A document without one heading by style has them by look.
            level = 2 if self.draft.begun else 1
        if level is not None:
            self.draft.heading(text, level)
        elif style.item:
            self.draft.item(text)
        else:
            self.draft.paragraph(text)

    def _table(self, table: Any) -> None:
        rows = [list(_cells_in(row)) for row in _rows_in(table)]
        if max(map(len, rows), default=0) <= 1:
            # A frame around text, not a table.
            for row in rows:
                for cell in row:
                    self.blocks(cell)
            return
        for row in rows:
            self.draft.row([self._cell(cell) for cell in row])

    def _cell(self, cell: Any) -> str:
        texts = []
        for block in _blocks_in(cell):
            if local(block) == "tbl":
                texts += [self._cell(inner) for row in _rows_in(block) for inner in _cells_in(row)]
            else:
                texts.append(self._text(block))
        return " ".join(text for text in texts if text)

    def _text(self, paragraph: Any) -> str:
        parts: list[str] = []
        self._collect(paragraph, parts)
        return clean_line("".join(parts))

    def _collect(self, element: Any, parts: list[str]) -> None:
        for inner in element:
            name = local(inner)
            if name == "t":
                parts.append(inner.text or "")
            elif name in _SPACES:
                parts.append(" ")
            elif name == "noBreakHyphen":
                parts.append("-")
            elif name == "txbxContent":
                self._waiting.append(inner)
            elif name in _NOTES:
                note = self._note(_NOTES[name], attribute(inner, "id"))
                if note is not None:
                    self._waiting.append(note)
            elif name == "r":
                before = len(parts)
                self._collect(inner, parts)
                self._mark_language(inner, sum(map(len, parts[before:])))
            elif name not in _LEFT_OUT or (name == "pict" and _holds_text(inner)):
                self._collect(inner, parts)

    def _mark_language(self, run: Any, characters: int) -> None:
        language = self._styles.language(run)
        if language and characters:
            self._languages[language] += characters

    def _note(self, kind: str, number: str | None) -> Any | None:
        if kind not in self._notes:
            root = self._related(kind)
            self._notes[kind] = (
                {attribute(note, "id") or "": note for note in root} if root is not None else {}
            )
        # Each once, however often it is referred to.
        return self._notes[kind].pop(number or "", None)

    def _related(self, kind: str) -> Any | None:
        for found, target, outside in self._relations.values():
            if found == kind and not outside:
                name = target.lstrip("/") if target.startswith("/") else join(self._folder, target)
                part = self._archive.part(normpath(name))
                return parsed(part, normpath(name)) if part is not None else None
        return None


def _looks_like_heading(paragraph: Any, text: str) -> bool:
    """A short paragraph that is bold from end to end."""
    if len(text) > LONGEST_HEADING or text.endswith((".", ";", ",")) or text.isdecimal():
        return False
    runs = [
        run
        for run in paragraph.iter()
        if local(run) == "r"
        and (shown := child(run, "t")) is not None
        and (shown.text or "").strip()
    ]
    return bool(runs) and all(map(_is_bold, runs))


def _is_bold(run: Any) -> bool:
    bold = child(run, "rPr", "b")
    return bold is not None and attribute(bold, "val") not in ("0", "false", "off")


def _part(archive: Archive, name: str) -> Any:
    part = archive.part(name)
    if part is None:
        raise Refusal("damaged", "Its main part is missing.")
    return parsed(part, name)


def _relations(archive: Archive, main: str) -> dict[str, tuple[str, str, bool]]:
    """Relations of a part by their id: kind, target, whether it lies outside of the file."""
    name = join(dirname(main), "_rels", f"{main.rpartition('/')[2]}.rels")
    part = archive.part(name)
    if part is None:
        return {}
    return {
        attribute(entry, "Id") or "": (
            (attribute(entry, "Type") or "").rpartition("/")[2],
            attribute(entry, "Target") or "",
            attribute(entry, "TargetMode") == "External",
        )
        for entry in parsed(part, name)
    }


def _blocks_in(container: Any) -> Iterator[Any]:
    """Paragraphs and tables, whatever wraps them: content controls, insertions, custom XML."""
    for inner in container:
        name = local(inner)
        if name in _BLOCKS:
            yield inner
        elif name not in _LEFT_OUT and name != "sdtPr":
            yield from _blocks_in(inner)


def _rows_in(table: Any) -> Iterator[Any]:
    for inner in table:
        name = local(inner)
        if name == "tr":
            if child(inner, "trPr", "del") is None:
                yield inner
        elif name not in _LEFT_OUT and name != "tbl":
            yield from _rows_in(inner)


def _cells_in(row: Any) -> Iterator[Any]:
    for inner in row:
        name = local(inner)
        if name == "tc":
            yield inner
        elif name not in _LEFT_OUT:
            yield from _cells_in(inner)


def _holds_text(picture: Any) -> bool:
    return any(local(inner) == "txbxContent" for inner in picture.iter())
