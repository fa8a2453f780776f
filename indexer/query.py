"""The grammar: what a person types, read as a query. Total (no text is an error) and bounded."""

from __future__ import annotations

from typing import Literal

import msgspec


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


def parse(text: str) -> ParsedQuery:
    """Read a query; every text is one."""
    clauses: list[Clause] = []
    for i, part in enumerate(text[:2000].split('"')):
        if i % 2:
            if part.strip():
                clauses.append(Clause((Phrase(part),), "must"))
        else:
            clauses.extend(Clause((Word(word),)) for word in part.split())
    return ParsedQuery(tuple(clauses))
