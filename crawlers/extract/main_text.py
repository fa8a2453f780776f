"""The main text of a page: trafilatura chooses, the page itself gives order and headings.

trafilatura (https://trafilatura.readthedocs.io) in its fast mode, which needs neither its copy of
readability nor jusText and its word lists. Before it, elements around the text are taken out
(`boilerplate.py`); after it order, headings and lead of the page are restored and teasers dropped.
Where it finds little, or on huge pages, the run of blocks with the most prose is taken.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Final

from lxml import etree, html

from crawlers.extract.boilerplate import prune
from crawlers.extract.html_flow import Block, blocks_of

# Each page has its own word from us; what trafilatura logs about it must not reach stderr.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

# Measured on the 150 pages in halves; half and double of each change an F1 by .008 at most.
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
_MOST_ELEMENTS: Final = 30_000
"""Elements from which trafilatura takes longer than a reader waits (four seconds on a free core);
none of the 150 pages has a tenth of it."""
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_COUNT: Final = etree.XPath("count(descendant-or-self::*)")
_WINDOW: Final = 4_000
"""Characters behind the last place in which the next one is looked for first."""
_SEARCHED: Final = 500_000
"""Characters of a text that is also searched as a whole."""
_PLACED: Final = 0.8
"""Share of trafilatura's choice that must be found again on the page."""
_NOTICE: Final = 150
"""Characters up to which a line that begins with a copyright sign is a notice."""
_CLOSING: Final = 30
"""Characters of a last line that says nothing more: "Topics", "Share"."""


def main_blocks(
    tree: html.HtmlElement, anew: Callable[[], html.HtmlElement], title: str | None = None
) -> list[Block]:
    """The blocks of the main text, in the order of the page; the tree is changed.

    `anew` gives the tree as it was, for the few pages that need it: to copy it for all takes
    longer. `title` is what the page calls itself: the heading that says it stands before the
    text.
    """
    _drop_programs(tree)
    prune(tree)
    page = _seen(tree)
    if _COUNT(tree) > _MOST_ELEMENTS:
        return _without_asides(_densest(page, other=0) or page)
    found = _chosen(tree)
    if _length(found) < _LITTLE:
        densest = _densest(page)
        if _prose_in(densest) > _LONGER * _length(found) and not _are_teasers(densest):
            return densest
        whole = anew()
        _drop_programs(whole)
        everything, unpruned = _seen(whole), _chosen(whole)
        if _length(unpruned) > 2 * _length(found):
            page, found = everything, unpruned
        if not found:
            return everything
    kept = placed(page, found)
    if _length([block for block, keep in zip(page, kept, strict=True) if keep]) < (
        _PLACED * _length(found)
    ):
        return _without_asides(found)
    _keep_lead(page, kept, title)
    _keep_headings(page, kept)
    return _without_asides([block for block, keep in zip(page, kept, strict=True) if keep])


def _drop_programs(tree: html.HtmlElement) -> None:
    """Take out scripts and styles, which would be copied with the tree again and again; data
    stay."""
    for script in list(tree.iter("script")):
        if "ld+json" not in (script.get("type") or "").lower():
            script.tag = "style"
    etree.strip_elements(tree, "style", with_tail=False)


def _chosen(tree: html.HtmlElement) -> list[Block]:
    """What trafilatura takes for the main text.

    It may come in another order than on the page and without headings, as where each article
    of a law is an `<article>`; so it only says which blocks of the page are wanted.
    """
    from trafilatura import bare_extraction

    found = bare_extraction(tree, fast=True, include_comments=False)
    body = getattr(found, "body", None)
    return [] if body is None else blocks_of(body)


def _seen(tree: html.HtmlElement) -> list[Block]:
    body = tree.find("body")
    return blocks_of(tree if body is None else body)


def _bare(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _is_prose(block: Block) -> bool:
    return len(block.text) >= _PROSE and block.linked < _FEW_LINKS * len(block.text)


def _prose_in(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks if _is_prose(block))


def _densest(page: Sequence[Block], other: int = _PROSE) -> list[Block]:
    """The run of blocks with the most prose and the least else: maximum subsequence
    segmentation (Pasternack and Roth, WWW 2009), with prose for their token classifier.

    `other` is what a block that is not prose weighs against it at least, in characters.
    """
    weights = [len(block.text) if _is_prose(block) else -max(other, block.linked) for block in page]
    best, start, total, least = (0, 0, 0), 0, 0, 0
    for end, total in enumerate(accumulate(weights), 1):
        if total - least > best[0]:
            best = (total - least, start, end)
        if total < least:
            least, start = total, end
    return list(page[best[1] : best[2]])


def _leads_elsewhere(block: Block) -> bool:
    return block.linked >= _TEASER * len(block.text)


def _are_teasers(blocks: Sequence[Block]) -> bool:
    """Whether it is a list of other texts: most of its headings are links."""
    headings = [block for block in blocks if block.kind == "heading"]
    return 2 * sum(map(_leads_elsewhere, headings)) > len(headings)


def placed(page: Sequence[Block], found: Sequence[Block]) -> list[bool]:
    """For each block of a page whether it is among what was found, whole or as a part.

    Parts are looked for near where the last one was, so that time grows with the length. What
    a page has twice (for wide and narrow screens) is kept as often as it was found.
    """
    parts = [_bare(block.text) for block in found]
    left, text = Counter(parts), "".join(parts)
    kept, cursor = [], 0
    for block in page:
        bare = _bare(block.text)
        at = text.find(bare, cursor, cursor + len(bare) + _WINDOW) if bare else -1
        if at < 0 and len(bare) >= _LEAD and len(text) <= _SEARCHED:
            at = text.find(bare)
        whole = bare in left
        is_kept = left[bare] > 0 if whole else at >= 0 and (len(bare) >= _LEAD or at == cursor)
        if is_kept:
            left[bare] -= 1
            cursor = at + len(bare) if at >= 0 else cursor
        kept.append(is_kept)
    return kept


def _keep_lead(page: Sequence[Block], kept: list[bool], title: str | None) -> None:
    """Keep the sentences between the heading of the page and the text."""
    first = next(
        (
            number
            for number, (block, keep) in enumerate(zip(page, kept, strict=True))
            if keep and block.kind != "heading"
        ),
        0,
    )
    heading = _heading_before(page[:first], title)
    if heading is None or first > heading + _NEAR:
        return
    for number in range(heading + 1, first):
        kept[number] = kept[number] or _is_lead(page[number])


def _is_lead(block: Block) -> bool:
    return (
        block.kind in ("paragraph", "heading")
        and len(block.text) >= _LEAD
        and block.linked < _FEW_LINKS * len(block.text)
        and block.text.rstrip("\"'»”’)")[-1:] in _SENTENCE_ENDS
    )


def _heading_before(before: Sequence[Block], title: str | None) -> int | None:
    """The number of the block that is the heading of the page: it says the title, or is the
    last of the highest level."""
    wanted = _bare(title or "")
    headings = [number for number, block in enumerate(before) if block.kind == "heading"]
    for number in headings:
        if wanted and _bare(before[number].text) == wanted:
            return number
    return max((n for n in headings if before[n].level == 1), default=None)


def _keep_headings(page: Sequence[Block], kept: list[bool]) -> None:
    """Keep each heading that stands right above a block that is kept, or above such a heading of
    a lower level."""
    for number in range(len(page) - 2, -1, -1):
        block, below = page[number], page[number + 1]
        if (
            block.kind == "heading"
            and not _leads_elsewhere(block)
            and kept[number + 1]
            and (below.kind != "heading" or below.level > block.level)
        ):
            kept[number] = True


def _without_asides(blocks: list[Block]) -> list[Block]:
    """Without teasers among prose, notices, headings over nothing, and a close that says
    nothing."""
    if sum(block.linked for block in blocks) < _FEW_LINKS * _length(blocks):
        blocks = [block for block in blocks if not _is_aside(block)]
    while len(blocks) > 1 and _closes(blocks[-1]):
        blocks.pop()
    return blocks


def _is_aside(block: Block) -> bool:
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
