"""The blocks of all pages to a text: paragraphs, lists, tables, and headings by size and weight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf
from statistics import median
from typing import Final, NamedTuple

from crawlers.extract.characters import HAN, clean_line, joined
from crawlers.extract.drafting import Draft
from crawlers.extract.pdf_hyphens import Hyphenation
from crawlers.extract.pdf_layout import Block
from crawlers.extract.pdf_lines import Run
from crawlers.extract.pdf_words import HYPHEN
from crawlers.extract.roles import LEADER, is_contents, role_of

LARGER: Final = 1.15
"""Times the size of most text, from which a short block is a heading."""

LONGEST_HEADING: Final = 200
"""Characters."""

LONGEST_HAN_HEADING: Final = 60
"""The same in Chinese or Japanese."""

_NO_HEADING: Final = (",", ";", "\u3002", "\uff0c", "\uff1b", HYPHEN)
_Style = tuple[float, bool]

_BULLET: Final = re.compile(
    "^[\u2022\u2023\u25e6\u2043\u2219\u25aa\u25ab\u25cf\u25cb\u25a0\u25a1\u25b6\u25ba\u27a4\u2794"
    "\u2713\u2714\u2192\u00b7\uf0b7\uf0a7\uf0d8\uf076\uf02d]\\s*"
    "|^[\u2013\u2014*o-]\\s+(?=\\S)"
)
_NUMBERED: Final = re.compile(r"^(?:\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]|\(\d{1,2}\))\s+\S")
_NUMBER: Final = re.compile(r"^\(?(\d{1,2}|[a-zA-Z])[.)]\s")
_CHAPTER: Final = re.compile(r"\d{1,2}\.?$")
_OUTLINE_NUMBER: Final = re.compile(r"^\d{1,2}(?:\.\d{1,3})+[.)]?\s+\S")
_ENDS: Final = re.compile("[.!?:;\u3002\uff01\uff1f\u2026]['\"\u201d\u00bb)\\]]*$")
_PAGE_AT_END: Final = re.compile(r"(?:[.…·_]\s?){3,}\s*(?:\d{1,4}|[ivxlc]{1,6})\s*$")


class Paragraph(NamedTuple):
    """Lines that belong together, or the rows of a table; the page counts from 1."""

    text: str
    style: _Style
    page: int
    kind: str = "paragraph"
    rows: tuple[tuple[str, ...], ...] = ()


def write(
    pages: Sequence[Sequence[Block]], outline: Mapping[str, int], hyphens: Hyphenation
) -> Draft:
    """A draft of all pages; `outline` has levels of headings by their bare text."""
    paragraphs = [p for i, page in enumerate(pages, 1) for p in _paragraphs(page, i)]
    by_page: dict[int, list[Paragraph]] = {}
    for paragraph in paragraphs:
        by_page.setdefault(paragraph.page, []).append(paragraph)
    body = _body_style(paragraphs)
    levels = _levels(paragraphs, body)
    deepest = max(outline.values(), default=0)
    contents = {
        number
        for number in range(1, len(pages) + 1)
        if is_contents(p.text for p in by_page.get(number, ()))
    }
    draft = Draft()
    turned = 0
    before: Paragraph | None = None
    for paragraph in _merged_headings(paragraphs, levels):
        while turned < paragraph.page:
            draft.begin_page()
            turned += 1
            if turned in contents or turned - 1 in contents:
                draft.begin_section()
        if paragraph.page in contents:
            _add_entry(draft, paragraph, hyphens)
        elif before is not None and _continues(before, paragraph):
            draft.continue_paragraph(*_continuation(before.text, paragraph.text, hyphens))
        else:
            _add(draft, paragraph, levels, outline, deepest, hyphens)
        before = paragraph
    for _ in range(turned, len(pages)):
        draft.begin_page()
    return draft


def _add_entry(draft: Draft, paragraph: Paragraph, hyphens: Hyphenation) -> None:
    """A line of a contents page: set like the heading it names, but none itself."""
    text = _tidy(paragraph.text, hyphens)
    if text and role_of(text, "") == "contents":
        draft.heading(text, 1)
    elif text:
        draft.paragraph(text)


def _continues(before: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a sentence goes on, over the end of a column or page."""
    return (
        before.kind != "table"
        and paragraph.kind == "paragraph"
        and before.style == paragraph.style
        and len(before.text) > 40
        and paragraph.text[:1].islower()
        and not _ENDS.search(before.text[-12:])
    )


def _continuation(before: str, text: str, hyphens: Hyphenation) -> tuple[str, str]:
    """What stands between two parts of a sentence, and the second."""
    tidy = _tidy(text, hyphens)
    if before.endswith(HYPHEN):
        return hyphens.joint(before[:-1], tidy), tidy
    return joined(before, tidy).removeprefix(before).removesuffix(tidy), tidy


def _add(
    draft: Draft,
    paragraph: Paragraph,
    levels: Mapping[_Style, int],
    outline: Mapping[str, int],
    deepest: int,
    hyphens: Hyphenation,
) -> None:
    if paragraph.kind == "table":
        for row in paragraph.rows:
            draft.row([_tidy(cell, hyphens) for cell in row])
        return
    text = _tidy(paragraph.text, hyphens)
    if not text:
        return
    level = outline.get(bare(text)) if len(text) <= LONGEST_HEADING else None
    if level is None and _may_be_heading(paragraph):
        level = levels.get(paragraph.style)
        if level is not None:
            # What its author left out of the outline stands below what is in it.
            level += deepest
    if level is not None:
        draft.heading(text, level)
    elif paragraph.kind == "item":
        draft.item(_BULLET.sub("", text))
    else:
        draft.paragraph(text)


def _tidy(text: str, hyphens: Hyphenation) -> str:
    if HYPHEN in text:
        # One at the end is resolved when the sentence goes on.
        text = hyphens.joined(text.removesuffix(HYPHEN))
    return clean_line(LEADER.sub(" ", text))


def bare(text: str) -> str:
    """A heading as it is compared: no spaces, no case, no number before it."""
    return "".join(re.sub(r"^[\divxIVX]+(?:\.\d+)*[.)]?\s+", "", text).split()).casefold()


def _paragraphs(page: Sequence[Block], number: int) -> Iterator[Paragraph]:
    for block in page:
        if block.rows:
            rows = tuple(tuple(row) for row in block.rows)
            yield Paragraph("", (0.0, False), number, "table", rows)
        else:
            yield from _split(block, number)


def _split(block: Block, number: int) -> Iterator[Paragraph]:
    """The paragraphs of a block of lines."""
    lines = block.lines
    steps = [b.top - a.top for a, b in pairwise(lines)]
    step = median(steps) if steps else 0.0
    start = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or _begins(block, lines, start, i, step):
            part = lines[start:i]
            text = part[0].text
            for line in part[1:]:
                text = _line_joined(text, line.text)
            kind = "item" if _BULLET.match(text) or _NUMBERED.match(text) else "paragraph"
            style = part[0].size, all(line.bold for line in part)
            yield Paragraph(text, style, number, kind)
            start = i


def _line_joined(text: str, line: str) -> str:
    if text.endswith(HYPHEN):
        return text + line
    if text.endswith(("-", "\u2010", "\u00ad")) and line[:1].islower() and text[-2:-1].isalpha():
        return text[:-1] + HYPHEN + line
    return joined(text, line)


def _begins(block: Block, lines: Sequence[Run], start: int, i: int, step: float) -> bool:
    """Whether a line begins a paragraph; the one before began at `start`."""
    before, line = lines[i - 1], lines[i]
    if before.text.endswith(HYPHEN):
        return False
    if _BULLET.match(line.text) or _PAGE_AT_END.search(before.text[-40:]):
        return True
    if _next_number(lines[start].text, line.text):
        return True
    ended = bool(_ENDS.search(before.text[-12:]))
    if _OUTLINE_NUMBER.match(line.text) and ended_early(before, line, block.right):
        return True
    if _NUMBERED.match(line.text) and (ended or before.right < block.right - 3 * line.size):
        return True
    if line.top - before.top > 1.3 * step:
        return True
    if ended_early(before, line, block.right) and (ended or not line.text[:1].islower()):
        return True
    # A first line that is set in, the next one not.
    indent = line.left - before.left
    after = lines[i + 1].left if i + 1 < len(lines) else before.left
    return ended and indent > 0.7 * line.size and line.left - after > 0.7 * line.size


def _next_number(first: str, second: str) -> bool:
    """Whether two items are numbered one after the other: 1. and 2., a) and b)."""
    one, two = _NUMBER.match(first), _NUMBER.match(second)
    if one is None or two is None:
        return False
    if one[1].isdecimal() and two[1].isdecimal():
        return int(two[1]) == int(one[1]) + 1
    return len(one[1]) == len(two[1]) == 1 and ord(two[1]) == ord(one[1]) + 1


def ended_early(before: Run, line: Run, right: float) -> bool:
    """Whether the first word of a line had room on the one before, which was ended on purpose."""
    word = line.text.split(maxsplit=1)[0] if line.text else ""
    needed = (len(word) + 1) / max(1, len(line.text)) * (line.right - line.left)
    return before.right + needed < right - 0.5 * line.size


def _body_style(paragraphs: Sequence[Paragraph]) -> _Style:
    """The style of most characters."""
    counts: Counter[_Style] = Counter()
    for paragraph in paragraphs:
        counts[paragraph.style] += len(paragraph.text)
    counts.pop((0.0, False), None)
    return counts.most_common(1)[0][0] if counts else (0.0, False)


def _levels(paragraphs: Sequence[Paragraph], body: _Style) -> dict[_Style, int]:
    """The level of each style that headings have: larger ones first, bold before plain."""
    styles = {
        p.style
        for p in paragraphs
        if p.kind != "table" and _may_be_heading(p) and _stands_out(p.style, body)
    }
    return {style: min(i, 6) for i, style in enumerate(sorted(styles, reverse=True), start=1)}


def _stands_out(style: _Style, body: _Style) -> bool:
    if style[0] >= LARGER * body[0]:
        return True
    return style[1] and not body[1] and style[0] >= 0.95 * body[0]


def _may_be_heading(paragraph: Paragraph) -> bool:
    text = paragraph.text
    longest = LONGEST_HEADING if text.isascii() or not HAN.search(text) else LONGEST_HAN_HEADING
    if len(text) > longest or sum(map(str.isalpha, text)) < 2:
        return False
    if _BULLET.match(text) or text.endswith(_NO_HEADING) or text[0].islower() or " | " in text:
        return False
    return not (text.endswith((".", ":")) and len(text) > 80)


def _merged_headings(
    paragraphs: Sequence[Paragraph], levels: Mapping[_Style, int]
) -> Iterator[Paragraph]:
    """Paragraphs, with headings that were set in several blocks in one piece."""
    smallest = min((size for size, _ in levels), default=inf)
    held: Paragraph | None = None
    for paragraph in paragraphs:
        if held is not None:
            if _is_one_heading(held, paragraph, levels):
                held = paragraph._replace(text=_line_joined(held.text, paragraph.text))
                continue
            yield held
            held = None
        chapter = _CHAPTER.match(paragraph.text) and paragraph.style[0] >= smallest
        if chapter or (paragraph.style in levels and _may_be_heading(paragraph)):
            held = paragraph
        else:
            yield paragraph
    if held is not None:
        yield held


def _is_one_heading(held: Paragraph, paragraph: Paragraph, levels: Mapping[_Style, int]) -> bool:
    """Whether a heading goes on in the next block: a sentence does, or its number stood alone."""
    if not held.kind == paragraph.kind == "paragraph" or held.page != paragraph.page:
        return False
    if len(held.text) + len(paragraph.text) > LONGEST_HEADING:
        return False
    if _CHAPTER.match(held.text):
        return paragraph.style in levels and _may_be_heading(paragraph)
    return held.style == paragraph.style and paragraph.text[:1].islower()
