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
        self._others: list[tuple[Sought, int]] = []
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
                else:
                    self._others.append((sought, number))

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
        for sought, number in self._others:
            found += _places(sought, number, text.tokens)
        return found


def _places(sought: Sought, number: int, tokens: Sequence[Token]) -> list[Mark]:
    if sought.kind == "prefix":
        return [
            Mark(token.start, token.end, number)
            for token in tokens
            if token.surface.startswith(sought.surfaces[0])
        ]
    at: dict[int, list[Token]] = {}
    for token in tokens:
        at.setdefault(token.position, []).append(token)
    if sought.kind == "phrase":
        return _in_a_row(sought.surfaces, number, tokens, at)
    return _near(sought, number, tokens, at)


def _in_a_row(
    surfaces: Sequence[str], number: int, tokens: Sequence[Token], at: Mapping[int, list[Token]]
) -> list[Mark]:
    found = []
    for token in tokens:
        if token.surface != surfaces[0]:
            continue
        last: Token | None = token
        for shift, surface in enumerate(surfaces[1:], start=1):
            row = at.get(token.position + shift, ())
            last = next((other for other in row if other.surface == surface), None)
            if last is None:
                break
        if last is not None:
            found.append(Mark(token.start, last.end, number))
    return found


def _near(
    sought: Sought, number: int, tokens: Sequence[Token], at: Mapping[int, list[Token]]
) -> list[Mark]:
    found: list[Mark] = []
    for token in tokens:
        if token.surface != sought.surfaces[0]:
            continue
        span = range(token.position - sought.distance, token.position + sought.distance + 1)
        around = [other for position in span for other in at.get(position, ())]
        others = [
            next((o for o in around if o.surface == surface and o is not token), None)
            for surface in sought.surfaces[1:]
        ]
        if all(others):
            found.extend(
                Mark(other.start, other.end, number) for other in (token, *others) if other
            )
    return found
