"""Where in a shown text the parts of a query stand. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from indexer.concepts import Annotator, first_forms
from indexer.languages.analysis import Token, analyse, group
from indexer.passages import Mark
from indexer.understanding import Sought, SoughtClause


@lru_cache(maxsize=4096)
def tokens_of(text: str, language: str | None) -> tuple[Token, ...]:
    """The analysed words of a text of the index; the recently shown are kept."""
    return tuple(analyse(text, language))


def marks(
    text: str,
    language: str | None,
    clauses: Sequence[SoughtClause],
    stems: Mapping[str, Mapping[str, str]],
    annotator: Annotator,
) -> list[Mark]:
    """Marks of the clauses, numbered by their place in `clauses`.

    `stems` maps a surface of the query to its stem by group.
    """
    tokens = tokens_of(text, language)
    own = group(language)
    found: list[Mark] = []
    wanted: dict[str, str] = {}
    for number, clause in enumerate(clauses):
        for sought in clause.alternatives:
            if sought.kind == "concept" and sought.concept is not None:
                wanted[sought.concept] = str(number)
            else:
                found.extend(_places(sought, number, tokens, own, stems))
    if wanted:
        words = first_forms(tokens)
        for mention in annotator.find([word.surface for word in words], (own,)):
            if mention.concept in wanted:
                start, end = words[mention.first].start, words[mention.last - 1].end
                found.append(Mark(start, end, int(wanted[mention.concept])))
    return found


def _places(
    sought: Sought,
    number: int,
    tokens: Sequence[Token],
    own: str,
    stems: Mapping[str, Mapping[str, str]],
) -> list[Mark]:
    if sought.kind == "word":
        surface = sought.surfaces[0]
        stem = stems.get(surface, {}).get(own)
        return [
            Mark(token.start, token.end, number)
            for token in tokens
            if token.surface == surface or (stem is not None and token.stem == stem)
        ]
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
