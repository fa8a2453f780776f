"""What was added to the catalogue or changed last."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Final
from weakref import WeakKeyDictionary

from corpus.model import Initiative
from indexer.engine import SearchEngine, SearchRequest

KEPT: Final = 60

_known: WeakKeyDictionary[SearchEngine, tuple[str, ...]] = WeakKeyDictionary()


def newest(engine: SearchEngine) -> tuple[str, ...]:
    """Ids of the records last added or changed, of one day the most recent initiative first.

    Read once for each open engine.
    """
    found = _known.get(engine)
    if found is None:
        days = ((r.changed, _when(r), r.id) for r in records(engine, SearchRequest(facets=())))
        found = _known[engine] = tuple(id for _, _, id in heapq.nlargest(KEPT, days))
    return found


def records(engine: SearchEngine, request: SearchRequest) -> Iterator[Initiative]:
    """The records of all hits of a search."""
    for id in engine.every_hit(request):
        record = engine.initiative(id)
        if isinstance(record, Initiative):
            yield record


def _when(record: Initiative) -> str:
    return record.date or (str(record.year) if record.year else "")
