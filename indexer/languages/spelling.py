"""A spelling, as it stands between spaces and punctuation, read as the words it is made of."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from indexer.languages.folding import MARKS, fold

LONGEST: Final = 64
"""Longer words are cut to this many characters."""

APOSTROPHES: Final = "'’ʼʻʹ`´＇"
HYPHENS: Final = "-‐‑－"
HEBREW_MARKS: Final = '׳״"'

_SEPARATOR: Final = re.compile(f"[{HYPHENS}{APOSTROPHES}{HEBREW_MARKS}:]")
_GOES_ON: Final = re.compile(f"[^{HYPHENS}{APOSTROPHES}{HEBREW_MARKS}:]{{2}}")
_NOT_LETTERS: Final = re.compile(rf"(?:[^\w{MARKS}]|_)+")
_JOINED_SCRIPTS: Final = re.compile("[\u0400-\u052f\u0530-\u05ff]")
_ELIDED: Final = frozenset(
    "l d j m t s n c qu jusqu lorsqu puisqu quoiqu presqu "
    "dell nell sull dall all coll un quest quell gl dagl degl negl sugl".split()
)
"""French, Italian, Catalan and Occitan words that lose their end before a vowel; articles,
prepositions and pronouns, so nothing is lost by leaving them out."""
_CLITICS: Final = frozenset("s re ve ll d m".split())
"""What English hangs on a word (city's, we're, they'll); Dutch plurals end so too (foto's)."""

_SUFFIXES: Final = frozenset(
    "a e i u in un nin nun ya ye yi yu na ne da de ta te dan den tan ten nda nde ndan nden "
    "daki deki taki teki la le yla yle".split()
)
"""Turkish case endings, which an apostrophe parts from a name (İstanbul'un), folded."""
COLON_SUFFIXES: Final = (
    "n", "s", "t", "a", "ä", "ta", "tä", "een", "iin", "hin", "ssa", "ssä", "sta", "stä", "lla",
    "llä", "lta", "ltä", "lle", "ksi", "ar", "er", "en", "et", "arna", "erna",
)  # fmt: skip
"""Finnish and Swedish endings, which a colon parts from an abbreviation (EU:n, AI:s)."""

_THOUSANDS: Final = re.compile(
    r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LONGEST_JOINED: Final = 40


class Piece(NamedTuple):
    """A folded word, where it stands in the spelling, and the steps to the next position."""

    surface: str
    start: int
    end: int
    step: int


class _Part(NamedTuple):
    surface: str
    start: int
    end: int
    joint: str  # the sign before it


def read_spelling(raw: str) -> list[Piece]:
    """The words of a spelling. Two pieces at one position are forms of one word."""
    if raw.isalnum():
        surface = _surface(raw)
        return [Piece(surface, 0, len(raw), 1)] if surface else []
    if raw[0] == "§":
        return [Piece("§", 0, len(raw), 1)]
    parts = _parts(raw)
    pieces: list[Piece] = []
    for part in parts:
        if part.surface[0].isdigit() and not part.surface.isalnum():
            pieces.extend(_numbers(part))
        else:
            pieces.append(Piece(part.surface, part.start, part.end, 1))
    if len(parts) == 2 and parts[1].joint in HYPHENS:
        one, two = parts
        joined = one.surface + two.surface
        if len(joined) <= _LONGEST_JOINED and not any(map(str.isdigit, joined)):
            pieces[0] = pieces[0]._replace(step=0)
            pieces.insert(1, Piece(joined, one.start, two.end, 1))
    return pieces


def _surface(raw: str) -> str:
    """The folded word; compatibility characters may fold to signs, which are left out."""
    folded = fold(raw)
    if not folded.isalnum():
        folded = _NOT_LETTERS.sub("", folded)
    return folded[:LONGEST]


def _parts(raw: str) -> list[_Part]:
    """The words between hyphens and apostrophes, without what is elided or hung on."""
    parts: list[_Part] = []
    start, joint = 0, ""
    ends = [(m.start(), m.group()) for m in _SEPARATOR.finditer(raw)] + [(len(raw), "")]
    for end, sign in ends:
        text = raw[start:end]
        if any(c in text for c in "./,") and text[0].isdecimal():
            surface = fold(text)
        else:
            surface = _surface(text)
        last = parts[-1] if parts else None
        if not surface:
            pass
        elif joint and joint not in HYPHENS and last is not None and last.end == start - 1:
            if (
                joint in HEBREW_MARKS
                or _JOINED_SCRIPTS.match(surface)
                or (surface == "t" and last.surface.endswith("n"))
            ):  # a letter of the word, as in об'єкт; or don't
                joined = (last.surface + surface)[:LONGEST]
                parts[-1] = _Part(joined, last.start, end, last.joint)
            elif joint != ":" and surface not in _CLITICS and surface not in _SUFFIXES:
                parts.append(_Part(surface, start, end, joint))
        elif not (
            sign and sign in APOSTROPHES and surface in _ELIDED and _GOES_ON.match(raw, end + 1)
        ):
            parts.append(_Part(surface, start, end, joint))
        start, joint = end + 1, sign
    return parts


def _numbers(part: _Part) -> list[Piece]:
    """`1.000` as 1000, `3,5` as 3.5; `2016/679` as itself and 679; `5,6,7` one by one."""
    sides = [side if side.isdigit() else _number(side) for side in part.surface.split("/")]
    years = [bool(_YEAR.fullmatch(side)) for side in sides]
    if len(sides) == 1 and "," in sides[0]:
        return _one_by_one(part, ",")
    if years == [True, True]:
        return _one_by_one(part, "/")
    whole = Piece("/".join(sides)[:LONGEST], part.start, part.end, 1)
    if len(sides) == 2 and any(years):
        span = years[0] and sides[1] == f"{(int(sides[0]) + 1) % 100:02d}"  # 2021/22
        second = sides[0] if years[1] or span else sides[1]
        return [whole._replace(step=0), whole._replace(surface=second[:LONGEST])]
    return [whole]


def _one_by_one(part: _Part, separator: str) -> list[Piece]:
    pieces = []
    start = part.start
    for number in part.surface.split(separator):
        end = start + len(number)
        pieces.append(Piece(number[:LONGEST], start, end, 1))
        start = end + 1
    return pieces


def _number(digits: str) -> str:
    if _THOUSANDS.fullmatch(digits):
        decimal = max(digits.rfind("."), digits.rfind(","))
        if digits.count(digits[decimal]) > 1 or len(digits) - decimal == 4:
            decimal = len(digits)
        whole, rest = digits[:decimal], digits[decimal + 1 :]
        whole = whole.replace(".", "").replace(",", "")
        return f"{whole}.{rest}" if rest else whole
    return digits if digits.count(",") > 1 else digits.replace(",", ".")
