"""What belongs to a city, concept, principle or working group, in numbers and as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from corpus.model import PRINCIPLES, Initiative
from indexer.engine import FacetCount, SearchEngine, SearchRequest
from search_app import links
from search_app.pages.figures import Histogram, histogram
from search_app.pages.labels import value_label
from search_app.pages.newest import records

LARGEST: Final = 8
"""Rows of a table of counts."""

_COUNTED: Final = ("principle", "continent", "city", "topic", "kind", "year")


class Row(msgspec.Struct, frozen=True):
    """A row of a table of counts; `path` leads to what was counted."""

    name: str
    path: str
    count: int


class Holdings(msgspec.Struct, frozen=True):
    """`tables` by facet; `principles` has all five, those without a record too. `undated`
    counts what has no year, `all` is the search for everything, `feed` its feed."""

    total: int
    newest: tuple[Initiative, ...]
    tables: Mapping[str, tuple[Row, ...]]
    principles: tuple[Row, ...]
    drawing: Histogram | None
    undated: int
    all: str
    feed: str


def holdings(engine: SearchEngine, facet: str, value: str, listed: int = 10) -> Holdings:
    """What the catalogue has of one value of a facet, the newest `listed` records of it."""
    asked = SearchRequest(include={facet: (value,)}, sort="newest", size=1, facets=_COUNTED)
    ranking = engine.search(asked)
    counts = {name: ranking.facets.get(name, ()) for name in _COUNTED if name != facet}

    def row(counted: str, name: str, count: int) -> Row:
        both = SearchRequest(include={facet: (value,), counted: (name,)})
        return Row(value_label(engine, counted, name), links.search_url(both), count)

    by_principle = {found.value: found.count for found in counts.get("principle", ())}
    by_year = years(counts.get("year", ()))
    everything = SearchRequest(include={facet: (value,)}, sort="newest")
    return Holdings(
        total=ranking.total,
        newest=tuple(islice(records(engine, asked), listed)),
        tables={
            name: tuple(row(name, found.value, found.count) for found in values[:LARGEST])
            for name, values in counts.items()
        },
        principles=tuple(row("principle", id, by_principle.get(id, 0)) for id in PRINCIPLES),
        drawing=histogram(by_year),
        undated=max(0, ranking.total - sum(by_year.values())),
        all=links.search_url(everything),
        feed=links.search_url(everything, to=links.FEED_ATOM),
    )


def counts_of(engine: SearchEngine, facet: str) -> dict[str, int]:
    """How many initiatives of the whole catalogue have each value of a facet."""
    ranking = engine.search(SearchRequest(size=1, facets=(facet,)))
    return {found.value: found.count for found in ranking.facets.get(facet, ())}


def years(counts: Sequence[FacetCount]) -> dict[int, int]:
    """The counts of the year facet by number."""
    return {int(found.value): found.count for found in counts if found.value.isdecimal()}
