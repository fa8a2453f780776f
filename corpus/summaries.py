"""A summary made of the beginning of a text, where nobody wrote one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.line_breaks import BETWEEN, CELLS, between, goes_on, is_bullet, is_item
from corpus.model import Passage

SIGNS: Final = 300
"""Longest summary; an editor's have about 500, but say more than a beginning does."""
LOOKED_THROUGH: Final = 4_000
"""Signs of a text in which its first sentence is looked for: two pages."""
PASSED_OVER: Final = 5
"""Lines without a sentence after which what follows is of another part of the text."""
_PROSE: Final = 100
"""Letters from which a paragraph without the end of a sentence is read as one: "Whereas ...,"."""

_BLANK: Final = re.compile(r"\n[^\S\n]*\n")
_CLAUSE_ENDS: Final = (",", ";", "，", "；", "、", "،", "؛")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")
# Kana, Han and Hangul: a sign says as much as a syllable. Thai and its kin: no spaces.
_DENSE: Final = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
)
_SENTENCE_END: Final = re.compile(r"[.!?…؟][\"'»”’)\]]*(?=\s|$)|[。！？।॥။።][」』”’）]*")
# "Art. 1." and "§ 12. " end no sentence, nor do "No." and the dots of "e. g.".
_NUMBER: Final = re.compile(r"(?:^|[\s(§.:])(?:\d{1,3}|[^\W\d_]|[IVXLC]+|[Nn]os?|[Nn]r|[Aa]rt)\.$")


def summary(passages: tuple[Passage, ...], title: str) -> str:
    """The beginning of a text, up to about 300 signs, ending with a sentence if one ends there.

    It begins with the first sentences: headings, rows of tables, lists and lines that repeat
    the title before and between them are passed over. What has no sentences is shown as it is,
    its lines parted by dots.
    """
    lines = list(_lines(passages, title))
    chosen = _sentences(lines) or lines
    text = ""
    for place, line in enumerate(chosen):
        text += between(chosen[place - 1], line) if place else ""
        text += line.replace(CELLS, ", ")
        if len(text) > SIGNS:
            break
    return _cut(" ".join((text or title).split()))


def _sentences(lines: Sequence[str]) -> list[str]:
    """The lines with sentences, and what these announce; none if no line says something."""
    start = next((n for n in range(len(lines)) if _begins(lines, n)), None)
    if start is None:
        return []
    if start and lines[start][:1].islower() and CELLS not in lines[start - 1]:
        start -= 1
    chosen = [lines[start]]
    passed = 0
    for line in lines[start + 1 :]:
        if _is_prose(line) or _goes_with(chosen[-1], line, right_after=not passed):
            chosen.append(line)
            passed = 0
        else:
            passed += 1
            if passed > PASSED_OVER and sum(map(len, chosen)) > SIGNS // 3:
                break
    return chosen


def _lines(passages: tuple[Passage, ...], title: str) -> Iterator[str]:
    """The paragraphs, items and rows a text begins with, without those that repeat the title."""
    seen = 0
    named = _bare(title)
    for passage in passages:
        for block in _BLANK.split(passage.text):
            for line in _unwrapped(block):
                if not _is_title(line, named):
                    seen += len(line)
                    yield line
        if seen > LOOKED_THROUGH:
            return


def _unwrapped(block: str) -> Iterator[str]:
    """The lines of a block, what was wrapped made one."""
    held = ""
    for line in filter(None, map(str.strip, block.split("\n"))):
        if held and goes_on(held, line):
            held += " " + line
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _is_title(line: str, named: str) -> bool:
    """Whether a line only repeats the title, or says it in full."""
    bare = _bare(line)
    whole = len(named) >= _PROSE // 5 and not _ends_sentence(line)
    return bare in (named, "") or (whole and bare.startswith(named))


def _bare(line: str) -> str:
    """The letters and digits of a line: what makes it another than the title."""
    return "".join(filter(str.isalnum, line.casefold()))


def _begins(lines: Sequence[str], place: int) -> bool:
    """Whether a line says something by itself, or is what the items after it begin with."""
    line = lines[place]
    if _is_prose(line):
        return True
    following = lines[place + 1] if place + 1 < len(lines) else ""
    if CELLS in line or is_item(line):
        return False
    if line.endswith((":", "：")):
        return _weight(line) >= _PROSE // 4
    return is_item(following) and _weight(line) >= _PROSE // 2


def _is_prose(line: str) -> bool:
    """Whether a line says something in a sentence."""
    if CELLS in line or is_bullet(line):
        return False
    weight = _weight(line)
    if weight >= _PROSE:
        return BETWEEN not in line
    return weight >= _PROSE // 5 and _ends_sentence(line)


def _weight(line: str) -> int:
    """Letters of a line, of scripts that say more with one as many; 0 for fewer than four words."""
    dense = len(_DENSE.findall(line))
    if dense < 10 and len(_WORDS.findall(line)) < 4:
        return 0
    return len(_LETTERS.findall(line)) + 2 * dense


def _goes_with(last: str, line: str, *, right_after: bool) -> bool:
    """Whether a line goes with the one chosen before it: what that announces, a further item, a
    sentence however short, or right after it a clause."""
    if last.endswith((":", "：")):
        return BETWEEN not in line
    if is_item(line):
        return is_item(last) or not _ends_sentence(last)
    if CELLS in line:
        return False
    return _ends_sentence(line) or (right_after and line.endswith(_CLAUSE_ENDS))


def _ends_sentence(line: str) -> bool:
    return bool(_WORDS.search(line)) and any(end == len(line) for end in _ends(line))


def _ends(text: str) -> Iterator[int]:
    """Where sentences end."""
    for match in _SENTENCE_END.finditer(text):
        if not _NUMBER.search(text, max(0, match.start() - 8), match.start() + 1):
            yield match.end()


def _cut(text: str) -> str:
    if len(text) <= SIGNS:
        return text
    # A sentence that ends early says too little to stand alone.
    good = [end for end in _ends(text[: SIGNS + 1]) if SIGNS // 3 <= end <= SIGNS]
    if good:
        return text[: good[-1]]
    cut = text[:SIGNS]
    space = cut.rfind(" ")
    return (cut[:space] if space > SIGNS // 2 else cut).rstrip(" ,;:–-") + " …"
