"""A document's text in the making: paragraphs, items, rows and headings to text and sections."""

from __future__ import annotations

from typing import Final, Literal

from corpus.documents import Role
from crawlers.extract.document import Refusal, Section
from crawlers.extract.limits import MEBIBYTE, MOST_TEXT
from crawlers.extract.roles import role_of

DEEPEST_LEVEL: Final = 6
_Kind = Literal["paragraph", "item", "row"]


class Draft:
    """Text and sections so far; every part that is added stands behind the ones before."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._bytes = 0
        self._last: _Kind | None = None
        self._open: list[tuple[str, int, int, int | None, Role | None]] = [("", 1, 0, None, None)]
        self._pages: list[int] = []
        self._begun = 0
        self._unnamed = False
        self._role: Role | None = None

    def begin_page(self) -> None:
        """A page of a PDF begins with what is added next."""
        self._begun += 1

    def heading(self, text: str, level: int) -> None:
        """A heading, level 1 for the highest, and with it a section."""
        self._unnamed = False
        self._add(text, "paragraph")
        level = min(max(level, 1), DEEPEST_LEVEL)
        page = self._begun or None
        self._open.append((text, level, self._length - len(text), page, self._role))
        self._role = None

    def begin_section(self, role: Role | None = None) -> None:
        """A section without a heading begins with what is added next; its role, where known."""
        self._unnamed = True
        self._role = role

    def paragraph(self, text: str) -> None:
        """A paragraph."""
        self._add(text, "paragraph")

    def continue_paragraph(self, between: str, text: str) -> None:
        """More of the last paragraph, behind what stands between: a space or nothing."""
        self._put(between)
        self._turn_pages()
        self._put(text)

    def item(self, text: str) -> None:
        """An item of a list."""
        self._add(f"- {text}", "item")

    def row(self, cells: list[str]) -> None:
        """A row of a table; empty cells are left out."""
        text = " | ".join(cell for cell in cells if cell)
        if text:
            self._add(text, "row")

    @property
    def begun(self) -> bool:
        """Whether anything was added."""
        return self._last is not None

    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def sections(self) -> tuple[Section, ...]:
        """Sections in order, from heading to heading, with what each is for.

        What stands under a heading of a contents page or reference list belongs to it until a
        heading comes that is not below it.
        """
        text = self.text()
        first_page = 1 if self._begun else None
        found = []
        above: tuple[int, Role] = (0, "body")
        starts = [start for _, _, start, _, _ in self._open[1:]]
        for (heading, level, start, page, known), end in zip(
            self._open, [*starts, len(text)], strict=True
        ):
            if not heading and not text[start:end].strip():
                continue
            role: Role = known or role_of(heading, text[start + len(heading) : end])
            if role == "body" and above[1] == "references" and level > above[0]:
                role = above[1]
            else:
                above = (level, role)
            found.append(Section(heading, level, start, end, page or first_page, role))
        return tuple(found)

    def pages(self) -> tuple[int, ...]:
        """Where each page begins in the text."""
        return (*self._pages, *[self._length] * (self._begun - len(self._pages)))

    def _add(self, text: str, kind: _Kind) -> None:
        if self._last is not None:
            self._put("\n" if kind == self._last != "paragraph" else "\n\n")
        self._turn_pages()
        if self._unnamed:
            self._open.append(("", 1, self._length, self._begun or None, self._role))
            self._unnamed, self._role = False, None
        self._put(text)
        self._last = kind

    def _turn_pages(self) -> None:
        self._pages += [self._length] * (self._begun - len(self._pages))

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        self._bytes += len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if self._bytes > MOST_TEXT:
            raise Refusal("too_large", f"It has more than {MOST_TEXT // MEBIBYTE} MiB of text.")
