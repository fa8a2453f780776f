"""The main text of a page: trafilatura's choice of elements, with what it leaves out put back.

trafilatura (https://trafilatura.readthedocs.io) in its fast mode, which needs neither its copy of
readability nor jusText and its word lists. Before it, elements around the text are taken out
(`boilerplate.py`); after it the lead is put back and teasers dropped. Where it gives too
little of the page's prose, the run of blocks with the most prose is taken.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from lxml import html

from crawlers.extract.boilerplate import prune
from crawlers.extract.html_flow import Block, blocks_of

# Measured on the 150 pages in halves; half and double of each change F1 by less than .005.
_PROSE: Final = 80
"""Characters of a block from which it is prose, if few of them are links."""
_FEW_LINKS: Final = 0.35
_LEAD: Final = 40
"""Characters of a sentence between heading and text from which it is a lead."""
_SENTENCE_ENDS: Final = ".!?…。！？।؟:"
_NEAR: Final = 25
"""Blocks between heading and text, dates, names and share bars included."""
_TEASER: Final = 0.7
"""Share of links from which a paragraph or heading among prose leads elsewhere."""
_LITTLE: Final = 500
"""Characters under which trafilatura's choice is doubted: what was taken out before may have
been the text, or there is"""
_LONGER: Final = 4
"""times as much prose in one run of the page."""
_NOTICE: Final = 150
"""Characters up to which a line that begins with a copyright sign is a notice."""
_CLOSING: Final = 30
"""Characters of a last line that says nothing more: "Topics", "Share"."""


def main_blocks(tree: html.HtmlElement, title: str | None = None) -> list[Block]:
    """The blocks of the main text, in order; the tree is changed.

    `title` is what the page calls itself: the heading that says it stands before the text.
    """
    whole = copy.copy(tree)
    prune(tree)
    page = _seen(tree)
    found = _chosen(tree)
    if _length(found) < _LITTLE:
        densest = _densest(page)
        if _prose_in(densest) > _LONGER * _length(found) and not _are_teasers(densest):
            found = densest
    if _length(found) < _LITTLE:
        unpruned = _chosen(whole)
        if _length(unpruned) > 2 * _length(found):
            page, found = _seen(whole), unpruned
    if not found:
        found = _seen(whole)
    return _trimmed(_with_lead(found, page, title), page)


def _chosen(tree: html.HtmlElement) -> list[Block]:
    """What trafilatura takes for the main text."""
    from trafilatura import bare_extraction

    found = bare_extraction(tree, fast=True, include_comments=False)
    body = getattr(found, "body", None)
    return [] if body is None else list(blocks_of(body))


def _seen(tree: html.HtmlElement) -> list[Block]:
    body = tree.find("body")
    return list(blocks_of(tree if body is None else body))


def _is_prose(block: Block) -> bool:
    return len(block.text) >= _PROSE and block.linked < _FEW_LINKS * len(block.text)


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _prose_in(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks if _is_prose(block))


def _densest(page: Sequence[Block]) -> list[Block]:
    """The run of blocks with the most prose and the least else: maximum subsequence
    segmentation (Pasternack and Roth, WWW 2009), with prose for their token classifier."""
    weights = [
        len(block.text) if _is_prose(block) else -max(_PROSE, block.linked) for block in page
    ]
    best, start, total, least = (0, 0, 0), 0, 0, 0
    for end, total in enumerate(accumulate(weights), 1):
        if total - least > best[0]:
            best = (total - least, start, end)
        if total < least:
            least, start = total, end
    return list(page[best[1] : best[2]])


def _are_teasers(blocks: Sequence[Block]) -> bool:
    """Whether it is a list of other texts: most of its headings are links."""
    headings = [block for block in blocks if block.kind == "heading"]
    return 2 * sum(map(_leads_elsewhere, headings)) > len(headings)


def _leads_elsewhere(block: Block) -> bool:
    return block.linked >= _TEASER * len(block.text)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _with_lead(found: list[Block], page: Sequence[Block], title: str | None) -> list[Block]:
    """With what stands between the heading of the page and the text, where it is sentences."""
    places = {_bare(block.text): number for number, block in reversed(list(enumerate(page)))}
    texts = {_bare(block.text) for block in found}
    first = next((places[key] for b in found[:3] if (key := _bare(b.text)) in places), None)
    heading = None if first is None else _heading_before(page, first, title)
    if first is None or heading is None or not heading < first <= heading + _NEAR:
        return found
    lead = [
        block._replace(kind="paragraph")
        for block in page[heading + 1 : first]
        if _is_lead(block) and not any(_bare(block.text) in text for text in texts)
    ]
    if _bare(found[0].text) == _bare(page[heading].text):
        return [found[0], *lead, *found[1:]]
    return lead + found


def _is_lead(block: Block) -> bool:
    return (
        block.kind in ("paragraph", "heading")
        and len(block.text) >= _LEAD
        and block.linked < _FEW_LINKS * len(block.text)
        and block.text.rstrip("\"'»”’)")[-1:] in _SENTENCE_ENDS
    )


def _heading_before(page: Sequence[Block], first: int | None, title: str | None) -> int | None:
    """The number of the block that is the heading of the text: it says the title, or is the
    last of the highest level before the text."""
    wanted = _bare(title or "")
    before = [
        number
        for number, block in enumerate(page[: len(page) if first is None else first + 1])
        if block.kind == "heading"
    ]
    for number in before:
        if wanted and _bare(page[number].text) == wanted:
            return number
    return max((n for n in before if page[n].level == 1), default=None)


def _trimmed(blocks: list[Block], page: Sequence[Block]) -> list[Block]:
    """Without teasers among prose and without a close that says nothing more."""
    linked = {_bare(block.text): block.linked for block in page}
    blocks = [block._replace(linked=linked.get(_bare(block.text), block.linked)) for block in blocks]
    if sum(block.linked for block in blocks) < _FEW_LINKS * _length(blocks):
        blocks = [block for block in blocks if not _is_beside(block)]
    while len(blocks) > 1 and _closes(blocks[-1]):
        blocks.pop()
    return blocks


def _is_beside(block: Block) -> bool:
    """Whether a block among prose is none of it: a link to another text, a copyright line."""
    if block.kind in ("paragraph", "heading") and block.level != 1 and _leads_elsewhere(block):
        return True
    return len(block.text) < _NOTICE and block.text.casefold().startswith(("©", "copyright", "(c)"))


def _closes(block: Block) -> bool:
    if block.kind == "heading":
        return True
    return (
        block.kind == "paragraph"
        and len(block.text) < _CLOSING
        and block.text[-1] not in ".!?…。！？»”\"'"
        and not any(character.isdigit() or character == "@" for character in block.text)
    )
