"""The analyser: a text of any language and script as the words it is found by.

Where words begin and end depends on the script alone, not on the language, so that a query in
one language meets a text in another; only stems differ. `docs/analysis.md` has the rules.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import chain
from typing import Final, NamedTuple

from indexer.languages.folding import INVISIBLE, MARK_SIGNS, MARKS, fold
from indexer.languages.spelling import APOSTROPHES, COLON_SUFFIXES, HYPHENS, LONGEST, read_spelling
from indexer.languages.stemming import GROUPS, group, stem
from indexer.languages.unspaced import HAN_AND_KANA, HANGUL, THAI_AND_KIN, UNSPACED, read_run

__all__ = ["GROUPS", "Token", "analyse", "fold", "group", "stem", "words_of"]

_MOST_KNOWN: Final = 100_000
"""Spellings remembered, over all groups: about 45 MB when full."""


class Token(NamedTuple):
    """A word as it stands in a text.

    `surface` is the folded word, `stem` its stem in the text's language; `start` and `end`
    are code points of the original text, `position` counts words. A token at the position of
    the one before it is a second form of that word (`wi-fi`: wi 0, wifi 0, fi 1).
    """

    surface: str
    stem: str
    start: int
    end: int
    position: int


_token = partial(tuple.__new__, Token)  # half the cost of Token(...), and millions are made


def _spelling(character: str, letter: str, digit: str, marks: str, signs: bool = True) -> str:
    """A pattern of words, numbers and dotted initials, joined by hyphens and apostrophes;
    `signs` where these may be other than those of ASCII."""
    endings = "|".join(COLON_SUFFIXES)
    word, after = f"{character}+", character
    if marks:
        word = f"{character}+(?:[{marks}]+{character}*)*"
        after = f"{character}|[{marks}]"
        letter = f"{letter}[{marks}]*"
    joint = f"(?:[-'`]|:(?=(?:{endings})(?!{after})))"
    if signs:
        # Hebrew writes abbreviations with a quotation mark before the last letter.
        joint = f'(?:[{HYPHENS}{APOSTROPHES}׳״]|(?<=[א-ת])"(?=[א-ת])|:(?=(?:{endings})(?!{after})))'
    initials = rf"{letter}(?:\.{letter}(?!{after}))+"
    number = rf"{digit}+(?:[.,/]{digit}+)+"
    atom = f"(?:{initials}|{number}|{word})"
    return f"{atom}(?:{joint}{atom})*"


# Four patterns, as a class of many ranges is slow and most texts do without.
_ASCII = re.compile(_spelling("[A-Za-z0-9]", "[A-Za-z]", "[0-9]", marks="", signs=False))
_IN_WORDS = (rf"[^\W_{APOSTROPHES}]", rf"[^\W\d_{APOSTROPHES}]", r"\d")
_SPACED = re.compile("§+|" + _spelling(*_IN_WORDS, marks=""))
_MARKED = re.compile("§+|" + _spelling(*_IN_WORDS, MARKS))
_MIXED = re.compile(
    f"([{HANGUL}]+)|([{HAN_AND_KANA}{THAI_AND_KIN}]+)|§+|"
    + _spelling(
        rf"[^\W_{APOSTROPHES}{UNSPACED}]", rf"[^\W\d_{APOSTROPHES}{UNSPACED}]", r"\d", MARKS
    )
)
_ANY_UNSPACED = re.compile(f"[{UNSPACED}]")
_ANY_INVISIBLE = re.compile(f"[{INVISIBLE}]")


def analyse(text: str, language: str | None) -> list[Token]:
    """The tokens of a text, in order; never an error, whatever the text."""
    own = group(language)
    if text.isascii():
        return _spaced(text, own, _ASCII)
    if _ANY_INVISIBLE.search(text):
        kept = [i for i, c in enumerate(text) if not _ANY_INVISIBLE.match(c)]
        tokens = _visible("".join([text[i] for i in kept]), own)
        return [t._replace(start=kept[t.start], end=kept[t.end - 1] + 1) for t in tokens]
    return _visible(text, own)


def _visible(text: str, own: str) -> list[Token]:
    return _mixed(text, own) if _ANY_UNSPACED.search(text) else _spaced(text, own, _pattern(text))


def _pattern(text: str) -> re.Pattern[str]:
    """What finds the words of a text whose words are parted by spaces."""
    return _SPACED if MARK_SIGNS.isdisjoint(set(text)) else _MARKED


_Piece = tuple[str, str, int, int, int]
_known: dict[str, dict[str, tuple[_Piece, ...]]] = {own: {} for own in (*GROUPS, "x")}


def _pieces(raw: str, own: str) -> tuple[_Piece, ...]:
    """The tokens of a spelling: surface, stem, start, end, and steps to the next position."""
    return tuple(
        (surface, stem(surface, own), start, end, step)
        for surface, start, end, step in read_spelling(raw)
    )


def _remember(known: dict[str, tuple[_Piece, ...]], raw: str, pieces: tuple[_Piece, ...]) -> None:
    if sum(map(len, _known.values())) >= _MOST_KNOWN:
        for spellings in _known.values():
            spellings.clear()
    known[raw] = pieces


def _spaced(text: str, own: str, pattern: re.Pattern[str]) -> list[Token]:
    tokens: list[Token] = []
    append = tokens.append
    known = _known[own]
    position = 0
    for match in pattern.finditer(text):
        raw = match.group()
        pieces = known.get(raw)
        if pieces is None:
            pieces = _pieces(raw, own)
            if len(raw) <= LONGEST:
                _remember(known, raw, pieces)
        at = match.start()
        for surface, stemmed, start, end, step in pieces:
            append(_token((surface, stemmed, at + start, at + end, position)))
            position += step
    return tokens


def _mixed(text: str, own: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    for match in _MIXED.finditer(text):
        raw, at = match.group(), match.start()
        if match.lastindex is None:
            for surface, stemmed, start, end, step in _pieces(raw, own):
                tokens.append(_token((surface, stemmed, at + start, at + end, position)))
                position += step
        else:
            for pair, start, end in read_run(raw, hangul=match.lastindex == 1):
                tokens.append(_token((pair, pair, at + start, at + end, position)))
                position += 1
    return tokens


class _FirstForms(dict[str, tuple[str, ...]]):
    """The folded words of each spelling that was met, one a position."""

    def __missing__(self, raw: str) -> tuple[str, ...]:
        pieces = read_spelling(raw)
        # A piece without a step stands where the next one does, and is the first form.
        steps = [1, *(piece.step for piece in pieces)]
        words = tuple(piece.surface for piece, step in zip(pieces, steps, strict=False) if step)
        if len(raw) <= LONGEST:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[raw] = words
        return words


_first_forms = _FirstForms()


def words_of(text: str) -> list[str]:
    """The folded words of a text of any language, one a position, not stemmed: the surfaces of
    its tokens without second forms, in a third of the time."""
    pattern = _ASCII
    if not text.isascii():
        if _ANY_INVISIBLE.search(text):
            text = _ANY_INVISIBLE.sub("", text)
        if _ANY_UNSPACED.search(text):
            return _mixed_words(text)
        pattern = _pattern(text)
    return list(chain.from_iterable(map(_first_forms.__getitem__, pattern.findall(text))))


def _mixed_words(text: str) -> list[str]:
    words: list[str] = []
    for match in _MIXED.finditer(text):
        if match.lastindex is None:
            words += _first_forms[match.group()]
        else:
            words += [pair for pair, _, _ in read_run(match.group(), hangul=match.lastindex == 1)]
    return words
