"""Elements to headings, paragraphs, items and rows, in the order they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from lxml.etree import _Element

from crawlers.extract.characters import clean_line

Kind = Literal["heading", "paragraph", "item", "row"]


class Block(NamedTuple):
    """A part of a text: `level` of a heading, cells of a row."""

    kind: Kind
    text: str
    level: int = 0
    cells: tuple[str, ...] = ()


_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)} | {"head": 0}
_ITEMS: Final = frozenset(("item", "li", "dt", "dd"))
_ROWS: Final = frozenset(("row", "tr"))
_BREAKS: Final = frozenset(("lb", "br"))
_INLINE: Final = frozenset(
    """a abbr b bdi bdo big cite code data del dfn em font hi i ins kbd label mark q ref s samp
    small span strike strong sub sup time tt u var wbr""".split()
)
_UNSEEN: Final = frozenset(
    """script style template noscript head-x iframe object svg math select textarea button input
    audio video canvas graphic title meta link""".split()
)
_PARTED: Final = re.compile(r"\n\s*\n")


def blocks_of(element: _Element) -> Iterator[Block]:
    """The blocks of an element, of HTML or of trafilatura's simpler tags."""
    pending: list[str] = []
    yield from _flow(element, pending, "paragraph")
    yield from _flushed(pending, "paragraph")


def _flow(element: _Element, pending: list[str], kind: Kind) -> Iterator[Block]:
    """The blocks inside an element; running text gathers in `pending` until one ends it."""
    pending.append(element.text or "")
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in _UNSEEN:
            pass
        elif tag in _BREAKS:
            pending.append("\n")
        elif tag in _HEADINGS:
            yield from _flushed(pending, kind)
            if text := clean_line("".join(child.itertext())):
                yield Block("heading", text, _HEADINGS[tag] or _level(child))
        elif tag in _ROWS:
            yield from _flushed(pending, kind)
            cells = tuple(clean_line(" ".join(cell.itertext())) for cell in child)
            if any(cells):
                yield Block("row", " | ".join(filter(None, cells)), cells=cells)
        elif tag in _INLINE and (tag != "code" or "\n" not in (child.text or "")):
            yield from _flow(child, pending, kind)
        else:
            yield from _flushed(pending, kind)
            inner: Kind = "item" if tag in _ITEMS else kind if kind == "item" else "paragraph"
            yield from _flow(child, pending, inner)
            yield from _flushed(pending, inner)
        pending.append(child.tail or "")


def _level(head: _Element) -> int:
    rend = head.get("rend") or ""
    return int(rend[1]) if len(rend) == 2 and rend[1].isdigit() else 2


def _flushed(pending: list[str], kind: Kind) -> Iterator[Block]:
    text = "".join(pending)
    pending.clear()
    for part in _PARTED.split(text):
        if line := clean_line(part):
            yield Block(kind, line)
