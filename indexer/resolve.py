"""Filters written in a query, by the names people use, joined with those of the request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from corpus.languages import LANGUAGES
from corpus.model import KINDS, LEVELS, PRINCIPLES, STATUSES, WORKING_GROUPS, Corpus
from corpus.places import Gazetteer, fold
from indexer.concepts import labels
from indexer.engine import SearchRequest
from indexer.facets import first_day, last_day
from indexer.query import Clause, Operator, ParsedQuery, Word


class Resolved(msgspec.Struct, frozen=True):
    """Facet values wanted and not wanted, dates, and the clauses that are left to look for."""

    include: Mapping[str, tuple[str, ...]]
    exclude: Mapping[str, tuple[str, ...]]
    date_from: str | None
    date_to: str | None
    clauses: tuple[Clause, ...]
    notes: tuple[str, ...] = ()


Finder = Callable[[str], str | None]


class Resolver:
    """Finds facet values by name in one corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        gazetteer = Gazetteer(corpus.cities, corpus.countries)
        self._topics: dict[str, str] = {}
        for concept in corpus.concepts.values():
            for _, label in labels(concept):
                self._topics.setdefault(fold(label), concept.id)
        continents = {country.continent for country in corpus.countries.values()}
        self._finders: dict[str, Finder] = {
            "city": gazetteer.find,
            "country": gazetteer.find_country,
            "continent": _among(continents),
            "topic": self._topic,
            "kind": _among(KINDS),
            "status": _among(STATUSES),
            "level": _among(LEVELS),
            "principle": _among(PRINCIPLES),
            "working_group": _among(WORKING_GROUPS),
            "lang": _among(LANGUAGES),
            "year": lambda year: year if len(year) == 4 and year.isdigit() else None,
        }

    def _topic(self, name: str) -> str | None:
        if name in self._corpus.concepts:
            return name
        return self._topics.get(fold(name))

    def resolve(self, parsed: ParsedQuery, request: SearchRequest) -> Resolved:
        """Join the filters of the text with the request's: the union within a facet, the
        narrower of two dates. What names nothing is looked for as words, and a note says so.
        """
        notes: list[str] = []
        clauses = list(parsed.clauses)
        include = {facet: list(values) for facet, values in request.include.items()}
        exclude = {facet: list(values) for facet, values in request.exclude.items()}
        for written, into in ((parsed.include, include), (parsed.exclude, exclude)):
            for facet, name in written:
                value = self._finders[facet](name)
                if value is None:
                    notes.append(f"No {facet} is called “{name}” here, so it is read as words.")
                    operator: Operator = "any" if into is include else "not"
                    clauses += [Clause((Word(word),), operator) for word in name.split()]
                elif value not in into.setdefault(facet, []):
                    into[facet].append(value)
        starts = [date for date in (parsed.date_from, request.date_from) if date]
        ends = [date for date in (parsed.date_to, request.date_to) if date]
        return Resolved(
            {facet: tuple(values) for facet, values in include.items()},
            {facet: tuple(values) for facet, values in exclude.items()},
            max(starts, key=first_day, default=None),
            min(ends, key=last_day, default=None),
            tuple(clauses),
            tuple(notes),
        )


def _among(values: Iterable[str]) -> Finder:
    known = {fold(value): value for value in values}
    return lambda name: known.get(fold(name))
