"""The pieces of a query as it is written: words, quoted words, signs before and after them.

Total: every text has pieces. What is odd about one stands in its `faults`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from indexer.languages.folding import INVISIBLE, fold
from indexer.languages.spelling import COLON_SUFFIXES

FIELDS: Final = frozenset(
    "title city country continent topic kind lang year status principle".split()
)
"""Names that may stand before a colon."""

_DOUBLE: Final = '"“”„‟＂'
_CLOSERS: Final = {
    **dict.fromkeys(_DOUBLE, '"“”‟＂'),
    "«": "»",
    "»": "«»",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
}
"""For each mark that opens a quotation those that close it (”so” in Swedish, »so« in German)."""
_QUOTES: Final = frozenset("".join((*_CLOSERS, *_CLOSERS.values())))
_MINUS: Final = frozenset("-−–－")
_SIGNS: Final = _MINUS | {"+"}
_EDGES: Final = "()[]{}<>,;!?…" + "".join(sorted(_QUOTES))
_OPENING: Final = frozenset("([{")
_BRACKETS: Final = frozenset("()[]{}")
_BEFORE: Final = re.compile(f"^[{re.escape(_EDGES + ':：' + ''.join(sorted(_SIGNS)))}{INVISIBLE}]+")
_AFTER: Final = re.compile(f"[{re.escape(_EDGES)}{INVISIBLE}]+$")
_AFTER_COLON: Final = re.compile(f"[{re.escape(_EDGES + ':：')}{INVISIBLE}]+$")
_BLANK: Final = re.compile(f"[\\s{INVISIBLE}]*")
_HEBREW: Final = re.compile("[א-ת]")
_NEAR: Final = re.compile(r"~(\d{1,4})?")
_LUCENE: Final = re.compile(r"(?<=\w)(?:~[\d.]*|\^[\d.]+)$")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7a3]")
_COLON: Final = re.compile(r"([^\W\d_]+)[:：]+(.*)", re.DOTALL)
_SCHEME: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]*://+)+", re.IGNORECASE | re.ASCII)
_SHORTEST_PREFIX: Final = 3


class Lexeme(NamedTuple):
    """A piece of a query.

    `raw` is what was written, `text` what is looked for; `minus` says that it is to be left
    out, `quoted` that it stood in quotation marks, `near` the number after `~`, `prefix` that
    a star ends it. `faults` are kinds of notes (`indexer.query`).
    """

    raw: str
    text: str
    field: str | None = None
    minus: bool = False
    quoted: bool = False
    near: int | None = None
    prefix: bool = False
    faults: tuple[str, ...] = ()


def lexemes(text: str) -> Iterator[Lexeme]:
    """The pieces of a query in order; in time proportional to its length times its quotes."""
    at = _blank(text, 0)
    while at < len(text):
        piece, at = _read(text, at)
        yield piece
        at = _blank(text, at)


def _blank(text: str, at: int) -> int:
    """Where the next sign stands that can be seen."""
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _read(text: str, start: int) -> tuple[Lexeme, int]:
    faults: list[str] = []
    signs = _past(text, start, _OPENING)
    at = _past(text, signs, _SIGNS)
    minus = at - signs == 1 and text[signs] in _MINUS
    if at - signs > 1 or text[signs:at] == "+":
        faults.append("signs" if "+" not in text[signs:at] else "plus")
    if signs > start:
        faults.append("brackets")
    opened = _past(text, at, _OPENING)
    if opened > at:
        faults.append("group" if minus else "brackets")
    field, at = _field(text, opened)
    end = _closing(text, at)
    if end is not None:
        near, after = _distance(text, end + 1)
        words = text[at + 1 : end].strip()
        if after < len(text) and text[after] == "*":
            after += 1
            faults.append("star")
        if near == 0:
            faults.append("near")
        if not has_letters(words):
            faults.append("empty quotes")
        piece = Lexeme(text[start:after], words, field, minus, True, near or None)
        return piece._replace(faults=tuple(faults)), after
    end = _word_end(text, at)
    return _word(text[start:end], text[at:end], field, minus, faults), end


def _past(text: str, at: int, signs: frozenset[str]) -> int:
    """Where the signs that begin here end."""
    while at < len(text) and text[at] in signs:
        at += 1
    return at


def _field(text: str, at: int) -> tuple[str | None, int]:
    """The field before a colon, and where its value begins."""
    end = at
    while end < len(text) and text[end].isalpha() and end - at < 12:
        end += 1
    if end + 1 < len(text) and text[end] in ":：" and not text[end + 1].isspace():
        name = fold(text[at:end])
        if name in FIELDS:
            return name, end + 1
    return None, at


def _closing(text: str, at: int) -> int | None:
    """Where the quotation that opens here closes, None where none opens or it never does."""
    if at >= len(text) or text[at] not in _CLOSERS:
        return None
    found = [end for c in _CLOSERS[text[at]] if (end := text.find(c, at + 1)) >= 0]
    return min(found, default=None)


def _distance(text: str, at: int) -> tuple[int | None, int]:
    """The number after `~`; 0 where there is a `~` and no number."""
    near = _NEAR.match(text, at)
    if near is None:
        return None, at
    return int(near.group(1) or 0), near.end()


def _word_end(text: str, at: int) -> int:
    """The end of a word: space, or a quotation that opens inside it and closes later."""
    for end in range(at, len(text)):
        if text[end].isspace():
            return end
        if end > at and text[end] in _CLOSERS and _closing(text, end) is not None:
            inside_hebrew = _HEBREW.match(text[end - 1]) and _HEBREW.match(text[end + 1 : end + 2])
            if not inside_hebrew:
                return end
    return len(text)


def _word(raw: str, word: str, field: str | None, minus: bool, faults: list[str]) -> Lexeme:
    if any(c in _QUOTES for c in word[:1] + word[-1:]):
        faults.append("lone quote")
    if any(c in _BRACKETS for c in word):
        faults.append("brackets")
    word = _AFTER.sub("", _BEFORE.sub("", word))
    if _SCHEME.match(word):
        word = _SCHEME.sub("", word)
    elif (colon := _COLON.fullmatch(word)) and field is None:
        if not has_letters(colon[2]):
            faults += ["value"] * (fold(colon[1]) in FIELDS)
        elif fold(colon[2]) not in COLON_SUFFIXES:
            faults.append("field")
    word = trimmed(word)
    if _LUCENE.search(word):
        word = _LUCENE.sub("", word)
        faults.append("near")
    prefix = False
    if "*" in word:
        plain = word.replace("*", "")
        prefix = word.endswith("*") and word.count("*") == 1 and _may_begin(plain)
        if not prefix and not _UNSPACED.search(plain):
            faults.append("star")
        word = plain
    word = trimmed(word)  # again, of what the star or a scheme hid
    return Lexeme(raw, word, field, minus, prefix=prefix, faults=tuple(faults))


def _may_begin(word: str) -> bool:
    """Whether a word is one that a prefix search takes: three letters and nothing else."""
    folded = fold(word)
    return (
        sum(c.isalnum() for c in folded) >= _SHORTEST_PREFIX
        and all(c.isalnum() or not c.isascii() for c in folded)
        and not _UNSPACED.search(word)
    )


def trimmed(word: str) -> str:
    """A word without the punctuation and the invisible signs around it."""
    return _AFTER_COLON.sub("", _BEFORE.sub("", word))


def has_letters(text: str) -> bool:
    """Whether there is anything to look for."""
    return any(c.isalnum() or c == "§" for c in text)
