"""Elements to headings, paragraphs, items and rows, in the order they stand."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from lxml.etree import _Element

from crawlers.extract.characters import clean_line

Kind = Literal["heading", "paragraph", "item", "row"]


class Block(NamedTuple):
    """A part of a text: `linked` of its characters are links; `level` of a heading; cells of a
    row."""

    kind: Kind
    text: str
    linked: int = 0
    level: int = 0
    cells: tuple[str, ...] = ()


_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)} | {"head": 0}
_ITEMS: Final = frozenset(("item", "li", "dt", "dd"))
_ROWS: Final = frozenset(("row", "tr"))
_BREAKS: Final = frozenset(("lb", "br"))
_LINKS: Final = frozenset(("a", "ref"))
_INLINE: Final = frozenset(
    """abbr b bdi bdo big cite data del dfn em font hi i ins kbd label mark q s samp small span
    strike strong sub sup time tt u var wbr""".split()
)
_UNSEEN: Final = frozenset(
    """script style template noscript head iframe object svg math select textarea button input
    audio video canvas title meta link figcaption""".split()
)
_LONGEST_HEADING: Final = 400
"""Characters from which a heading is a text whose end tag is missing."""
_LONGEST_CELL: Final = 600
"""Characters of a cell from which a table lays out a page and its cells are read in turn."""

_Running = list[tuple[str, bool]]
"""Text that runs on, in pieces, and whether each is in a link."""


def blocks_of(element: _Element) -> list[Block]:
    """The blocks inside an element, of HTML or of trafilatura's simpler tags."""
    blocks: list[Block] = []
    running: _Running = []
    _flow(element, blocks, running, "paragraph", linked=False)
    _end(blocks, running, "paragraph")
    return blocks


def _flow(
    element: _Element, blocks: list[Block], running: _Running, kind: Kind, linked: bool
) -> None:
    """Add whole blocks; what is left in `running` goes on behind the element."""
    if text := element.text:
        running.append((text, linked))
    for child in element:
        tag = child.tag
        if tag in _INLINE:
            _flow(child, blocks, running, kind, linked)
        elif tag in _LINKS:
            _flow(child, blocks, running, kind, linked=True)
        elif not isinstance(tag, str) or (tag in _UNSEEN and child.get("rend") is None):
            pass
        elif tag in _BREAKS:
            if _is_second_break(running):
                _end(blocks, running, kind)
            else:
                running.append(("\n", False))
        elif tag in _HEADINGS and (heading := _heading(child)) is not None:
            _end(blocks, running, kind)
            blocks.append(heading)
        elif tag in _ROWS and not _lays_out(child):
            _end(blocks, running, kind)
            cells = tuple(clean_line(" ".join(cell.itertext())) for cell in child)
            if text := " | ".join(filter(None, cells)):
                blocks.append(Block("row", text, _linked_in(child), cells=cells))
        elif tag == "code" and "\n" not in (child.text or ""):
            _flow(child, blocks, running, kind, linked)
        else:
            _end(blocks, running, kind)
            inner: Kind = "item" if tag in _ITEMS or kind == "item" else "paragraph"
            _flow(child, blocks, running, inner, linked)
            _end(blocks, running, inner)
        if text := child.tail:
            running.append((text, linked))


def _heading(element: _Element) -> Block | None:
    text = clean_line("".join(element.itertext()))
    if not text or len(text) > _LONGEST_HEADING:
        return None
    rend = element.get("rend") or ""
    level = _HEADINGS[element.tag] or (int(rend[1]) if rend[1:].isdigit() else 2)
    return Block("heading", text, _linked_in(element), level=level)


def _linked_in(element: _Element) -> int:
    return sum(len(clean_line("".join(link.itertext()))) for link in element.iter(*_LINKS))


def _lays_out(row: _Element) -> bool:
    """Whether a row places parts of a page side by side instead of holding values."""
    if next(row.iter("table", "h1", "h2", "h3"), None) is not None:
        return True
    return any(sum(map(len, cell.itertext())) > _LONGEST_CELL for cell in row)


def _is_second_break(running: _Running) -> bool:
    for text, _ in reversed(running):
        if text == "\n":
            return True
        if text.strip():
            return False
    return False


def _end(blocks: list[Block], running: _Running, kind: Kind) -> None:
    """Make a block of what runs, if there is any text in it."""
    if not running:
        return
    text = clean_line("".join([piece for piece, _ in running]))
    if text:
        linked = sum(len(clean_line(piece)) for piece, is_link in running if is_link)
        blocks.append(Block(kind, text, linked))
    running.clear()
