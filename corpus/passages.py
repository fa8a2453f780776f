"""Long texts split into passages of about 250 words, each with the heading it stands under.

Pure functions. No word is lost, and none changes place: see `parts`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from corpus.model import Passage

# A passage costs at most BUDGET: 250 words, or 600 signs of a script that writes no spaces,
# which say about as much. Sizes are whole numbers, so that no rounding adds up.
WORD: Final = 12
SIGN: Final = 5
BUDGET: Final = 250 * WORD
# Sections shorter than this are joined to the next, or laws of one-sentence articles would
# make passages too short to stand alone.
SHORT: Final = 100 * WORD
# A word of more letters counts as several: an address, a chemical name, a line of base64.
LONG_WORD: Final = 30
LARGEST_PIECE: Final = BUDGET // 2
# The costliest text is a one-letter word after every unspaced sign: 17 for two.
CHUNK: Final = LARGEST_PIECE * 2 // (WORD + SIGN) - 1

HEADING_SIGNS: Final = 100
HEADING_WORDS: Final = 14
HEADING_JOINED: Final = 200
BETWEEN_HEADINGS: Final = " · "

# Thai, Lao, Tibetan, Burmese, Khmer, kana, Han and their punctuation: no spaces between words.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0e7f\u0e80-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
    "\u3000-\u30ff\uff00-\uffef\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_RULE: Final = re.compile(r"[-=~^*_#+|:.> ]{3,}")
_MARKDOWN: Final = re.compile(r"#{1,6} (.*?)(?: #+)?")
_WORD_OF_THREE: Final = re.compile(r"[^\W\d_]{3}")
# A question mark may end a heading, these may not.
_ENDS: Final = ".;:,!…。；：，、！।॥။។།،؛"
_SENTENCE: Final = re.compile(
    r"(?<=[.!?…;])[\"'»”’)\]]*\s+(?![a-zà-öø-ÿ])|(?<=[。！？；।॥။។།])[」』”’）]*\s*"
)
_CLAUSE: Final = re.compile(r"(?<=[,、，：་])\s*|\s+")


class Part(NamedTuple):
    """A passage before it is one: `begins` where its heading stands here in the text, False
    where it is only repeated over the further passages of a section."""

    heading: str | None
    begins: bool
    text: str


class _Piece(NamedTuple):
    """A stretch of text that is not split further, and what parts it from the one before."""

    gap: str
    text: str
    cost: int


class _Section(NamedTuple):
    heading: str | None
    pieces: list[_Piece]

    @property
    def cost(self) -> int:
        return sum(piece.cost for piece in self.pieces)


def split(text: str, language: str | None = None, source: str | None = None) -> tuple[Passage, ...]:
    """The passages of a text; none where it holds nothing but space and rules."""
    return tuple(
        Passage(part.text, heading=part.heading, language=language, source=source)
        for part in parts(text)
    )


def parts(text: str) -> list[Part]:
    """A text in parts that cost at most BUDGET each, cut at headings, lines, sentences, words.

    The headings where they begin and the texts, one after the other, hold every word of the
    text in its order. Rules (`-----`) and the marks of Markdown headings are left out.
    """
    found = []
    for section in _joined(_sections(text)):
        begins = section.heading is not None
        for piece in _packed(section):
            found.append(Part(section.heading, begins, piece))
            begins = False
    return found


def _sections(text: str) -> Iterator[_Section]:
    """Stretches of text under one heading, none without text."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    headings = _headings(lines)
    heading: str | None = None
    pieces: list[_Piece] = []
    gap = ""
    for number, line in enumerate(lines):
        if not line or _RULE.fullmatch(line):
            gap = "\n\n"
            continue
        if number in headings:
            title = headings[number]
            if pieces or heading is None:
                if pieces:
                    yield _Section(heading, pieces)
                heading, pieces = title, []
            elif len(heading) + len(title) <= HEADING_JOINED:
                heading += BETWEEN_HEADINGS + title
            else:
                pieces += _pieces("", title)
        else:
            pieces += _pieces(gap, line)
        gap = "\n"
    if not pieces and heading is not None:
        pieces = [*_pieces("", heading)]
        heading = None
    if pieces:
        yield _Section(heading, pieces)


def _headings(lines: list[str]) -> dict[int, str]:
    """The lines that are headings, by their number, without their marks."""
    found: dict[int, str] = {}
    below = ""  # the next line with text
    below_is_heading = parted = underlined = False
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if not line:
            parted, underlined = True, False
            continue
        if _RULE.fullmatch(line):
            parted = True
            underlined = line[0] in "=-~"
            continue
        marked = _MARKDOWN.fullmatch(line)
        is_heading = False
        if marked and _WORDS_IN.search(marked[1]):
            is_heading = len(line) <= HEADING_JOINED
        elif below and _looks_like_heading(line):
            is_heading = underlined or (
                not below[0].islower()
                and (parted or below_is_heading or len(below) >= 2 * len(line))
            )
        if is_heading:
            found[number] = marked[1] if marked else line
        below, below_is_heading, parted, underlined = line, is_heading, False, False
    return found


_WORDS_IN: Final = re.compile(r"[^\W_]")


def _looks_like_heading(line: str) -> bool:
    return (
        len(line) <= HEADING_SIGNS
        and line[-1] not in _ENDS
        and (line[0].isalnum() or line[0] in "§¿¡\"'«“„「『【")
        and not line[0].islower()
        and line.count(" ") < HEADING_WORDS
        and bool(_WORD_OF_THREE.search(line) or _UNSPACED.search(line))
    )


def _joined(sections: Iterator[_Section]) -> Iterator[_Section]:
    """Short sections joined to the next while both fit into one passage; a heading inside
    becomes a line of the text."""
    held: _Section | None = None
    for section in sections:
        if held is None:
            held = section
            continue
        inside = [section.pieces[0]._replace(gap="\n\n"), *section.pieces[1:]]
        if section.heading is not None:
            inside = [*_pieces("\n\n", section.heading), *inside]
        both = _Section(held.heading, [*held.pieces, *inside])
        if held.cost < SHORT and both.cost <= BUDGET:
            held = both
        else:
            yield held
            held = section
    if held is not None:
        yield held


def _packed(section: _Section) -> Iterator[str]:
    """The texts of a section's passages, about equally long, none over the budget."""
    whole = section.cost
    count = -(-whole // BUDGET)
    text, cost, done, number = "", 0, 0, 1
    for piece in section.pieces:
        # The n-th of them ends where n parts of the whole do, to the nearest piece.
        ends = (done + piece.cost / 2) * count > number * whole
        if text and (ends or cost + piece.cost > BUDGET):
            yield text
            text, cost, number = "", 0, number + 1
        text += piece.gap + piece.text if text else piece.text
        cost += piece.cost
        done += piece.cost
    if text:
        yield text


def _pieces(gap: str, line: str) -> Iterator[_Piece]:
    """A line whole if it fits well into a passage, else its sentences, clauses, words, signs."""
    if (cost := _cost(line)) <= LARGEST_PIECE:
        yield _Piece(gap, line, cost)
        return
    for gap_before, sentence in _cut(_SENTENCE, line, gap):
        if (cost := _cost(sentence)) <= LARGEST_PIECE:
            yield _Piece(gap_before, sentence, cost)
            continue
        for gap_inside, clause in _cut(_CLAUSE, sentence, gap_before):
            for chunk in _chunks(clause):
                yield _Piece(gap_inside, chunk, _cost(chunk))
                gap_inside = ""


def _cut(at: re.Pattern[str], line: str, gap: str) -> Iterator[tuple[str, str]]:
    """A line cut after each match, with the gap before each cut: a space where one stood."""
    start = 0
    for match in at.finditer(line):
        end = match.end()
        # What the match has beside space (closing quotes) belongs to the sentence it ends.
        stretch = line[start:end]
        if stretch.strip():
            yield gap, stretch.strip()
            gap = " " if stretch[-1:].isspace() else ""
            start = end
    if rest := line[start:].strip():
        yield gap, rest


def _chunks(clause: str) -> Iterator[str]:
    """A stretch without a place to cut, in chunks that fit; a sign keeps its marks."""
    while _cost(clause) > LARGEST_PIECE:
        end = CHUNK
        while end > 1 and unicodedata.category(clause[end])[0] == "M":
            end -= 1
        yield clause[:end]
        clause = clause[end:]
    yield clause


def _cost(text: str) -> int:
    unspaced = 0
    if text and max(text) >= "\u0e00":
        text, unspaced = _UNSPACED.subn(" ", text)
    words = text.split()
    count = len(words)
    if max(map(len, words), default=0) > LONG_WORD:
        count += sum((len(word) - 1) // LONG_WORD for word in words)
    return SIGN * unspaced + WORD * count
