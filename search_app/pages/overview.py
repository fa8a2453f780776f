"""What the whole catalogue holds, counted once for each open engine."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from corpus.model import Initiative
from indexer.engine import SearchEngine, SearchRequest

MOST_NEW: Final = 60


class Profile(msgspec.Struct, frozen=True):
    """Counts of the initiatives of a city, or of anything else they are grouped by."""

    total: int
    principles: Mapping[str, int]
    kinds: Mapping[str, int]
    concepts: Mapping[str, int]
    years: Mapping[int, int]


class Overview(msgspec.Struct, frozen=True):
    """`cities` by slug, `concepts` and `principles` count initiatives; `newest` are ids, the
    last added or changed first, of one day the most recent initiative first."""

    cities: Mapping[str, Profile]
    concepts: Mapping[str, int]
    principles: Mapping[str, int]
    newest: tuple[str, ...]


_known: WeakKeyDictionary[SearchEngine, Overview] = WeakKeyDictionary()


def overview(engine: SearchEngine) -> Overview:
    """The overview of an engine, counted at the first call and kept as long as it lives."""
    found = _known.get(engine)
    if found is None:
        found = _known[engine] = _count(engine)
    return found


def records(engine: SearchEngine, request: SearchRequest) -> Iterator[Initiative]:
    """The records of all hits of a search."""
    for id in engine.every_hit(request):
        record = engine.initiative(id)
        if isinstance(record, Initiative):
            yield record


class _Tally:
    def __init__(self) -> None:
        self.total = 0
        self.principles: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.concepts: Counter[str] = Counter()
        self.years: Counter[int] = Counter()

    def add(self, record: Initiative) -> None:
        self.total += 1
        self.principles.update(record.principles)
        self.kinds[record.kind] += 1
        self.concepts.update(record.concepts)
        if record.year is not None:
            self.years[record.year] += 1

    def profile(self) -> Profile:
        return Profile(self.total, self.principles, self.kinds, self.concepts, self.years)


def _count(engine: SearchEngine) -> Overview:
    whole = _Tally()
    cities: dict[str, _Tally] = {}
    new: list[tuple[str, str, str]] = []
    for record in records(engine, SearchRequest(facets=())):
        whole.add(record)
        if record.city is not None:
            cities.setdefault(record.city, _Tally()).add(record)
        when = record.date or (str(record.year) if record.year else "")
        heapq.heappush(new, (record.changed, when, record.id))
        if len(new) > MOST_NEW:
            heapq.heappop(new)
    return Overview(
        cities={slug: tally.profile() for slug, tally in cities.items()},
        concepts=whole.concepts,
        principles=whole.principles,
        newest=tuple(id for _, _, id in sorted(new, reverse=True)),
    )
