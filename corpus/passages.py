"""Long texts split into passages of about 250 words, each with the heading it stands under.

Pure functions. No word is lost, and none changes place: see `parts`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from corpus.documents import Section, stretches
from corpus.model import Passage, Place

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
    where it is only repeated over the further passages of a section. `places` say where its
    pieces stand."""

    heading: str | None
    begins: bool
    text: str
    places: tuple[_Place, ...] = ()


class _Place(NamedTuple):
    """What begins at `start` of a passage stands under `heading` and about at `at` of the whole
    text, in code points: runs of spaces before it in its line are not counted."""

    start: int
    heading: str | None
    at: int


class _Piece(NamedTuple):
    """A stretch of text that is not split further, what parts it from the one before, where it
    stands, and under which heading if that is not its section's."""

    gap: str
    text: str
    cost: int
    at: int
    heading: str | None = None


class _Line(NamedTuple):
    """A line with single spaces, empty where it has none but them, and where it begins."""

    text: str
    at: int


class _Section(NamedTuple):
    heading: str | None
    pieces: list[_Piece]

    @property
    def cost(self) -> int:
        return sum(piece.cost for piece in self.pieces)


def split(text: str, language: str | None = None, source: str | None = None) -> tuple[Passage, ...]:
    """The passages of a text; none where it holds nothing but space and rules."""
    return tuple(_passage(part, (), language, source, None) for part in parts(text))


def split_document(
    text: str,
    sections: Sequence[Section],
    pages: Sequence[int] = (),
    language: str | None = None,
    source: str | None = None,
    document: str | None = None,
) -> tuple[Passage, ...]:
    """The passages of a document, by its sections where it has any, else as `split` has them.

    Contents pages and reference lists are left out. `pages` are the offsets where the pages of
    a PDF begin; `source` and `document` are the document's address and id.
    """
    found = _parts(_joined(_given_sections(text, sections) if sections else _sections(text)))
    return tuple(_passage(part, pages, language, source, document) for part in found)


def _passage(
    part: Part,
    pages: Sequence[int],
    language: str | None,
    source: str | None,
    document: str | None,
) -> Passage:
    """A part with the page of its first word, and where in it heading or page change."""
    found: list[Place] = []
    for place in part.places:
        page = max(1, bisect_right(pages, place.at)) if pages else None
        if not found or (place.heading, page) != (found[-1].heading, found[-1].page):
            found.append(Place(place.start, place.heading, page))
    first = found[0].page if found else None
    return Passage(
        part.text,
        heading=part.heading,
        language=language,
        page=first,
        source=source,
        document=document,
        further=tuple(found[1:]),
    )


def parts(text: str) -> list[Part]:
    """A text in parts that cost at most BUDGET each, cut at headings, lines, sentences, words.

    The headings where they begin and the texts, one after the other, hold every word of the
    text in its order. Rules (`-----`) and the marks of Markdown headings are left out.
    """
    return list(_parts(_joined(_sections(text))))


def _parts(sections: Iterable[_Section]) -> Iterator[Part]:
    for section in sections:
        begins = section.heading is not None
        for text, places in _packed(section):
            yield Part(section.heading, begins, text, tuple(places))
            begins = False


def _given_sections(text: str, sections: Sequence[Section]) -> Iterator[_Section]:
    """The body of a document under the headings it was read with. Headings without text go
    before the next one; where there is none, or they are too long together, they are text."""
    above: list[_Piece] = []
    for stretch in stretches(text, sections):
        if stretch.role != "body":
            continue
        pieces: list[_Piece] = []
        gap = ""
        for line in _lines(text[stretch.start : stretch.end], stretch.start):
            if not line.text or _RULE.fullmatch(line.text):
                gap = "\n\n"
                continue
            pieces += _pieces(gap if pieces else "", line.text, line.at)
            gap = "\n"
        if title := " ".join(stretch.heading.split()):
            above.append(_Piece("\n\n", title, 0, stretch.start))
        if pieces:
            heading = BETWEEN_HEADINGS.join(piece.text for piece in above)
            if len(heading) > HEADING_JOINED:
                pieces = [*_as_text(above), pieces[0]._replace(gap="\n\n"), *pieces[1:]]
                heading = ""
            yield _Section(heading or None, pieces)
            above = []
    if above:
        yield _Section(None, _as_text(above))


def _as_text(headings: Iterable[_Piece]) -> list[_Piece]:
    return [piece for title in headings for piece in _pieces("\n\n", title.text, title.at)]


def _lines(text: str, at: int = 0) -> Iterator[_Line]:
    for line in text.splitlines(keepends=True):
        words = line.split()
        indent = len(line) - len(line.lstrip()) if words else 0
        yield _Line(" ".join(words), at + indent)
        at += len(line)


def _sections(text: str) -> Iterator[_Section]:
    """Stretches of text under one heading, none without text."""
    lines = list(_lines(text))
    headings = _headings([line.text for line in lines])
    heading: str | None = None
    at = 0
    pieces: list[_Piece] = []
    gap = ""
    for number, line in enumerate(lines):
        if not line.text or _RULE.fullmatch(line.text):
            gap = "\n\n"
            continue
        if number in headings:
            title = headings[number]
            if pieces or heading is None:
                if pieces:
                    yield _Section(heading, pieces)
                heading, at, pieces = title, line.at, []
            elif len(heading) + len(title) <= HEADING_JOINED:
                heading += BETWEEN_HEADINGS + title
            else:
                pieces += _pieces("", title, line.at)
        else:
            pieces += _pieces(gap, line.text, line.at)
        gap = "\n"
    if not pieces and heading is not None:
        pieces = [*_pieces("", heading, at)]
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
            inside = [*_pieces("\n\n", section.heading, section.pieces[0].at), *inside]
            inside = [piece._replace(heading=section.heading) for piece in inside]
        both = _Section(held.heading, [*held.pieces, *inside])
        if held.cost < SHORT and both.cost <= BUDGET:
            held = both
        else:
            yield held
            held = section
    if held is not None:
        yield held


def _packed(section: _Section) -> Iterator[tuple[str, list[_Place]]]:
    """The texts of a section's passages and where their pieces stand, about equally long, none
    over the budget."""
    whole = section.cost
    count = -(-whole // BUDGET)
    text, cost, done, number = "", 0, 0, 1
    places: list[_Place] = []
    for piece in section.pieces:
        # The n-th of them ends where n parts of the whole do, to the nearest piece.
        ends = (done + piece.cost / 2) * count > number * whole
        if text and (ends or cost + piece.cost > BUDGET):
            yield text, places
            text, cost, number, places = "", 0, number + 1, []
        text += piece.gap if text else ""
        places.append(_Place(len(text), piece.heading or section.heading, piece.at))
        text += piece.text
        cost += piece.cost
        done += piece.cost
    if text:
        yield text, places


def _pieces(gap: str, line: str, at: int) -> Iterator[_Piece]:
    """A line whole if it fits well into a passage, else its sentences, clauses, words, signs."""
    if (cost := _cost(line)) <= LARGEST_PIECE:
        yield _Piece(gap, line, cost, at)
        return
    for gap_before, sentence, begins in _cut(_SENTENCE, line, gap):
        if (cost := _cost(sentence)) <= LARGEST_PIECE:
            yield _Piece(gap_before, sentence, cost, at + begins)
            continue
        for gap_inside, clause, inside in _cut(_CLAUSE, sentence, gap_before):
            place = at + begins + inside
            for chunk in _chunks(clause):
                yield _Piece(gap_inside, chunk, _cost(chunk), place)
                gap_inside = ""
                place += len(chunk)


def _cut(at: re.Pattern[str], line: str, gap: str) -> Iterator[tuple[str, str, int]]:
    """A line cut after each match, with the gap before each cut (a space where one stood) and
    where in the line it begins."""
    start = 0
    for match in at.finditer(line):
        end = match.end()
        # What the match has beside space (closing quotes) belongs to the sentence it ends.
        stretch = line[start:end]
        if stretch.strip():
            yield gap, stretch.strip(), start
            gap = " " if stretch[-1:].isspace() else ""
            start = end
    if rest := line[start:].strip():
        yield gap, rest, start


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
