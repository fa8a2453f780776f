"""Cities like a city, by what their initiatives share; for the city's page and the API."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import msgspec

from corpus.model import Initiative
from indexer.engine import SearchEngine, SearchRequest

MOST_OWN: Final = 100
"""Initiatives of a city that are compared; the bundled catalogue has no city with half of it."""

NEIGHBOURS: Final = 20


class SimilarCity(msgspec.Struct, frozen=True):
    """`score` is the mean, over the initiatives of the one city, of the likeness (cosine, 0 to
    1) of its nearest in the other; `pairs` counts initiatives that have such a neighbour;
    `terms` are what they share, the most telling first."""

    slug: str
    score: float
    pairs: int
    terms: tuple[str, ...]


def similar_cities(engine: SearchEngine, slug: str, size: int = 5) -> tuple[SimilarCity, ...]:
    """The cities most like one, best first; a city without initiatives has none."""
    request = SearchRequest(include={"city": (slug,)}, size=MOST_OWN, facets=())
    own = [hit.id for hit in engine.search(request).hits]
    likeness: dict[str, float] = defaultdict(float)
    pairs: dict[str, int] = defaultdict(int)
    shared: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for id in own:
        seen: set[str] = set()
        for neighbour in engine.similar(id, NEIGHBOURS, "elsewhere", varied=False):
            record = engine.initiative(neighbour.id)
            # Neighbours come by falling likeness, so the first of a city is its nearest.
            if not isinstance(record, Initiative) or not record.city or record.city in seen:
                continue
            seen.add(record.city)
            likeness[record.city] += neighbour.score
            pairs[record.city] += 1
            for term in neighbour.terms:
                shared[record.city][term.term] += term.share
    likeness.pop(slug, None)
    best = sorted(likeness, key=lambda city: (-likeness[city], city))[:size]
    return tuple(
        SimilarCity(
            city,
            likeness[city] / len(own),
            pairs[city],
            tuple(sorted(shared[city], key=lambda term: (-shared[city][term], term))[:5]),
        )
        for city in best
    )
