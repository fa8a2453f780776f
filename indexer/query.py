"""The grammar: what a person types, read as a query. Total (no text is an error) and bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from indexer.lexemes import Lexeme, has_letters, lexemes, trimmed
from indexer.query_notes import FARTHEST, LONGEST, MOST_ATOMS, NOTES


class Word(msgspec.Struct, frozen=True, tag="word"):
    """A word as typed; the engine makes its forms."""

    text: str
    field: str | None = None


class Phrase(msgspec.Struct, frozen=True, tag="phrase"):
    """Words that stand one after the other."""

    text: str
    field: str | None = None


class Near(msgspec.Struct, frozen=True, tag="near"):
    """Words of which each stands at most `distance` words from the first."""

    text: str
    distance: int
    field: str | None = None


class Prefix(msgspec.Struct, frozen=True, tag="prefix"):
    """The beginning of a word, three letters at least, without its star."""

    text: str
    field: str | None = None


class ConceptTerm(msgspec.Struct, frozen=True, tag="concept"):
    """A concept of the thesaurus, called up by `source` in the query."""

    id: str
    source: str
    field: str | None = None


Atom = Word | Phrase | Near | Prefix | ConceptTerm
Operator = Literal["any", "must", "not"]


class Clause(msgspec.Struct, frozen=True):
    """One or more alternatives (`OR`) with one operator."""

    alternatives: tuple[Atom, ...]
    operator: Operator = "any"


class ParsedQuery(msgspec.Struct, frozen=True):
    """`include` and `exclude` are the filters written in the text (`city:Lisbon`,
    `-kind:law`, `year:2019..2021`), facet to values as typed; `notes` say what could not be
    read as an operator and what was cut."""

    clauses: tuple[Clause, ...] = ()
    include: tuple[tuple[str, str], ...] = ()
    exclude: tuple[tuple[str, str], ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    notes: tuple[str, ...] = ()


_MOST_YEARS: Final = 50

_PLAIN: Final = re.compile(rf"(?=.{{1,{LONGEST}}}\Z)[^\W_]+(?: [^\W_]+)*")
"""Letters and figures alone, parted by single spaces."""
_OPERATORS: Final = frozenset(("OR", "AND", "NOT"))

_UNREADABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_YEARS: Final = re.compile(r"(\d{4})?(\.\.\.?|…|-|–)?(\d{4})?")

_OF_NOTHING: Final = frozenset(("lone quote", "empty quotes", "star", "plus"))
"""Faults that are told although nothing is left of the piece."""
_SILENT: Final = frozenset("-‐‑–—−|/&,.;:!?…()[]{}'’")
"""Punctuation between words, which needs no note."""


def parse(text: str) -> ParsedQuery:
    """Read a query. Every text is one, and the cost is bounded by the limits above."""
    words = text.split(" ")
    if len(words) <= MOST_ATOMS and _PLAIN.fullmatch(text) and _OPERATORS.isdisjoint(words):
        # What nearly everyone types, at a tenth of the cost of reading every sign.
        return ParsedQuery(tuple(Clause((Word(word),)) for word in words))
    reader = _Reader()
    if len(text) > LONGEST:
        reader.note("long")
        text = _cut(text)
    pieces = list(lexemes(_UNREADABLE.sub(" ", text)))
    reader.read(pieces)
    return reader.finish()


def plain(text: str) -> ParsedQuery:
    """Read a text as words alone; bounded as `parse` is."""
    cut = _cut(text) if len(text) > LONGEST else text
    words = [word for word in _UNREADABLE.sub(" ", cut).split() if has_letters(word)]
    notes = [NOTES["long"]] if cut is not text else []
    if len(words) > MOST_ATOMS:
        notes.append(NOTES["many"])
    clauses = tuple(Clause((Word(word),)) for word in words[:MOST_ATOMS])
    return ParsedQuery(clauses, notes=tuple(notes))


def _cut(text: str) -> str:
    """The beginning of a text, up to the last space within the limit if there is one."""
    start = text[: LONGEST + 1]
    at = max((i for i, c in enumerate(start) if c.isspace()), default=0)
    return start[: at or LONGEST]


class _Reader:
    """Clauses and filters as they come."""

    def __init__(self) -> None:
        self._clauses: list[Clause] = []
        self._include: list[tuple[str, str]] = []
        self._exclude: list[tuple[str, str]] = []
        self._span: tuple[str | None, str | None] | None = None
        self._notes: dict[str, str] = {}
        self._read = 0
        self._last = ""  # "atom", "filter" or "not": what an OR finds on its left

    def note(self, kind: str) -> None:
        self._notes.setdefault(kind, NOTES[kind])

    def finish(self) -> ParsedQuery:
        since, until = self._span or (None, None)
        return ParsedQuery(
            tuple(self._clauses),
            tuple(dict.fromkeys(self._include)),
            tuple(dict.fromkeys(self._exclude)),
            since,
            until,
            tuple(self._notes.values()),
        )

    def read(self, pieces: Sequence[Lexeme]) -> None:
        pieces = [piece for piece in pieces if self._says_something(piece)]
        operators = [_operator(piece) for piece in pieces]
        if not any(operators):  # as in "Regulation (EU) 2016/679", brackets are part of words
            pieces = [
                p._replace(faults=tuple(f for f in p.faults if f != "brackets")) for p in pieces
            ]
        at = 0
        while at < len(pieces) and not self._full():
            operator = operators[at]
            if operator is None:
                self._piece(pieces[at])
                at += 1
                continue
            end = at + 1
            while end < len(pieces) and operators[end] == operator:
                end += 1
            if operator == "NOT" and end - at > 1:
                self.note("not twice")
            following = pieces[end] if end < len(pieces) and operators[end] is None else None
            if operator == "AND" and self._last and end < len(pieces):
                self.note("and")
            elif following is not None and self._applied(operator, following):
                end += 1
            else:
                if operator != "AND":
                    self.note(operator.lower())
                self._piece(pieces[at])
            at = end

    def _applied(self, operator: str, following: Lexeme) -> bool:
        """Read a piece under the operator before it; False where it says nothing there."""
        if operator == "NOT":
            self._piece(following._replace(minus=True))
        elif operator == "AND" or not self._last:
            return False
        elif self._last == _kind(following) == "atom":
            self._piece(following, join=True)
        else:
            if not self._same_facet(following):
                self.note("or filter")
            self._piece(following)
        return True

    def _full(self) -> bool:
        if self._read >= MOST_ATOMS:
            self.note("many")
        return self._read >= MOST_ATOMS

    def _same_facet(self, piece: Lexeme) -> bool:
        """Whether values of one facet are joined, where OR is what holds anyway."""
        facets = [facet for facet, _ in self._include[-1:]]
        return self._last == "filter" and not piece.minus and facets == [piece.field]

    def _says_something(self, piece: Lexeme) -> bool:
        if has_letters(piece.text):
            return True
        told = [fault for fault in piece.faults if fault in _OF_NOTHING]
        for fault in told:
            self.note(fault)
        if not told and not all(c in _SILENT for c in piece.raw):
            self.note({None: "letterless", "year": "year"}.get(piece.field, "value"))
        return False

    def _piece(self, piece: Lexeme, *, join: bool = False) -> None:
        for fault in piece.faults:
            self.note(fault)
        if piece.near is not None and piece.near > FARTHEST:
            self.note("far")
        if _kind(piece) == "filter" and self._filter(piece):
            self._last = "filter"
            self._read += 1
            return
        for atom in _atoms(piece):
            if self._full():
                return
            self._read += 1
            if join:
                before = self._clauses.pop()
                # The same again says nothing new, and costs every hit a look.
                self._clauses.append(_clause(tuple(dict.fromkeys((*before.alternatives, atom)))))
            else:
                self._clauses.append(_clause((atom,), barred=piece.minus))
            join = False
        self._last = "not" if piece.minus else "atom"

    def _filter(self, piece: Lexeme) -> bool:
        """Take a filter; False where it is a year that cannot be read."""
        facet = str(piece.field)
        if facet == "year":
            span = _years(piece.text)
            if span is None:
                self.note("year")
                return False
            if not piece.minus:
                self._widen(span)
                return True
            first, last = (int(year) if year else None for year in span)
            if first is None or last is None or last - first > _MOST_YEARS:
                self.note("year")
                return False
            self._exclude.extend((facet, f"{year}") for year in range(first, last + 1))
            return True
        (self._exclude if piece.minus else self._include).append((facet, piece.text))
        return True

    def _widen(self, span: tuple[str | None, str | None]) -> None:
        if self._span is None:
            self._span = span
            return
        self.note("years")
        (first, last), (since, until) = self._span, span
        self._span = (
            min(first, since) if first and since else None,
            max(last, until) if last and until else None,
        )


def _operator(piece: Lexeme) -> str | None:
    """OR, AND or NOT in capitals, standing alone."""
    return piece.raw if piece.raw in ("OR", "AND", "NOT") else None


def _kind(piece: Lexeme) -> str:
    if piece.field not in (None, "title"):
        return "filter"
    return "not" if piece.minus else "atom"


def _clause(alternatives: tuple[Atom, ...], *, barred: bool = False) -> Clause:
    """Quoted words must be there; one of them, where an OR joins nothing else."""
    if barred:
        return Clause(alternatives, "not")
    required = all(isinstance(atom, Phrase | Near) for atom in alternatives)
    return Clause(alternatives, "must" if required else "any")


def _atoms(piece: Lexeme) -> list[Atom]:
    """What a piece looks for; one, but for a word with a colon in it (`a:b`)."""
    field = piece.field if piece.field == "title" else None
    if piece.quoted:
        if piece.near is not None and len(piece.text.split()) > 1:
            return [Near(piece.text, min(piece.near, FARTHEST), field)]
        return [Phrase(piece.text, field)]
    if piece.prefix:
        return [Prefix(piece.text, field)]
    if "field" in piece.faults and not piece.minus:
        parts = map(trimmed, piece.text.replace("：", ":").split(":"))
        return [Word(part, field) for part in parts if has_letters(part)]
    return [Word(piece.text, field)]


def _years(text: str) -> tuple[str | None, str | None] | None:
    """The first and last year of a span as written; None where it is none."""
    found = _YEARS.fullmatch(text)
    if found is None or not (found[1] or found[3]) or (found[1] and found[3] and not found[2]):
        return None
    if found[2] in ("-", "–") and not (found[1] and found[3]):
        return None
    first, last = (str(int(year)) if year else None for year in (found[1], found[3]))
    if not found[2]:
        last = first
    if any(year is not None and len(year) != 4 for year in (first, last)):
        return None
    return (last, first) if first and last and last < first else (first, last)
