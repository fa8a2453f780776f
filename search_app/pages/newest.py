"""What was added to the catalogue or changed last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from corpus.model import Initiative
from indexer.engine import SearchEngine, SearchRequest

KEPT: Final = 60


def newest(engine: SearchEngine) -> tuple[str, ...]:
    """Ids of the records last added or changed, of one day the most recent initiative first."""
    last = engine.search(SearchRequest(sort="changed", size=KEPT, facets=()))
    return tuple(hit.id for hit in last.hits)


def records(engine: SearchEngine, request: SearchRequest) -> Iterator[Initiative]:
    """The records of all hits of a search."""
    for id in engine.every_hit(request):
        record = engine.initiative(id)
        if isinstance(record, Initiative):
            yield record
