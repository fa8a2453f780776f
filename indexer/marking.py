"""Where in a shown text the parts of a query stand. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from indexer.columns import COMPOUNDING
from indexer.concepts import Annotator, first_forms
from indexer.languages.analysis import Token, analyse, group
from indexer.matching import compound_of
from indexer.passages import Mark
from indexer.understanding import Sought, SoughtClause


class MarkedText(NamedTuple):
    """A text of the index read for marking: its words and the concepts they name."""

    tokens: tuple[Token, ...]
    group: str
    mentions: tuple[tuple[str, int, int], ...]


def read(text: str, language: str | None, annotator: Annotator) -> MarkedText:
    """Analyse a text; mentions are (concept, start, end) in code points."""
    tokens = tuple(analyse(text, language))
    words = first_forms(tokens)
    mentions = annotator.find([word.surface for word in words], (language,))
    return MarkedText(
        tokens,
        group(language),
        tuple((m.concept, words[m.first].start, words[m.last - 1].end) for m in mentions),
    )


class Marker:
    """Marks the parts of one query; numbers are places in `clauses`.

    `stems` maps a surface of the query to its stem by group, `beneath` a concept to those
    under it.
    """

    def __init__(
        self,
        clauses: Sequence[SoughtClause],
        stems: Mapping[str, Mapping[str, str]],
        beneath: Mapping[str, Sequence[str]],
    ) -> None:
        self._compounds: dict[str, list[tuple[str, int]]] = {}
        self._surfaces: dict[str, list[int]] = {}
        self._stems: dict[tuple[str, str], list[int]] = {}
        self._concepts: dict[str, list[int]] = {}
        self._others: dict[Sought, list[int]] = {}
        for number, clause in enumerate(clauses):
            for sought in clause.alternatives:
                if sought.kind == "word":
                    surface = sought.surfaces[0]
                    self._surfaces.setdefault(surface, []).append(number)
                    for own, stem in stems.get(surface, {}).items():
                        self._stems.setdefault((own, stem), []).append(number)
                        self._compounds.setdefault(own, []).append((stem, number))
                elif sought.concept is not None:
                    for id in (sought.concept, *beneath.get(sought.concept, ())):
                        self._concepts.setdefault(id, []).append(number)
                elif sought.surfaces:  # a place has none: its words are clauses beside it
                    self._others.setdefault(sought, []).append(number)

    def marks(self, text: MarkedText) -> list[Mark]:
        """Every place of every part."""
        found: list[Mark] = []
        parts = self._compounds.get(text.group, ()) if text.group in COMPOUNDING else ()
        for token in text.tokens:
            numbers = self._surfaces.get(token.surface) or self._stems.get((text.group, token.stem))
            if numbers:
                found += [Mark(token.start, token.end, number) for number in numbers]
            elif parts:
                found += [
                    Mark(token.start, token.end, number)
                    for stem, number in parts
                    if compound_of(token.stem, stem)
                ]
        for concept, start, end in text.mentions:
            found += [Mark(start, end, number) for number in self._concepts.get(concept, ())]
        for sought, numbers in self._others.items():
            for start, end in _places(sought, text.tokens):
                found += [Mark(start, end, number) for number in numbers]
        return found


def _places(sought: Sought, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where a prefix, a phrase or words near each other stand, [start, end) in code points."""
    if sought.kind == "prefix":
        return [
            (token.start, token.end)
            for token in tokens
            if token.surface.startswith(sought.surfaces[0])
        ]
    return _in_a_row(sought, tokens) if sought.kind == "phrase" else _near(sought, tokens)


def _in_a_row(sought: Sought, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    surfaces = sought.surfaces
    starts = [token for token in tokens if token.surface == surfaces[0]]
    if not starts:
        return []
    at: dict[int, list[Token]] = {}
    for token in tokens:
        at.setdefault(token.position, []).append(token)
    found = []
    for token in starts:
        last: Token | None = token
        for shift, surface in enumerate(surfaces[1:], start=1):
            row = at.get(token.position + shift, ())
            last = next((other for other in row if other.surface == surface), None)
            if last is None:
                break
        if last is not None:
            found.append((token.start, last.end))
    return found


def _near(sought: Sought, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Each first word with all others near it, and those: the first of each, by position.

    A look-up of the few tokens that can be meant, not of every position in between: a text
    of function words and a hundred such parts would take half a second.
    """
    standing: dict[str, list[Token]] = {surface: [] for surface in sought.surfaces}
    for token in sorted(tokens, key=lambda token: token.position):
        if token.surface in standing:
            standing[token.surface].append(token)
    found: list[tuple[int, int]] = []
    for token in standing[sought.surfaces[0]]:
        others = [
            next(
                (
                    other
                    for other in standing[surface]
                    if other is not token
                    and abs(other.position - token.position) <= sought.distance
                ),
                None,
            )
            for surface in sought.surfaces[1:]
        ]
        if all(others):
            found += [(other.start, other.end) for other in (token, *others) if other]
    return found
