"""What belongs to a concept, a principle or a working group, in numbers and as a list."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from corpus.model import CONTINENTS
from indexer.engine import SearchEngine, SearchRequest
from search_app import links
from search_app.pages.city import Row
from search_app.pages.figures import histogram
from search_app.pages.labels import value_label
from search_app.pages.overview import records
from search_app.pages.rendering import search_address

NEWEST: Final = 10
LARGEST: Final = 8


def holdings(searched: SearchEngine, facet: str, value: str) -> dict[str, Any]:
    """Total, newest records, and counts by continent, year, city, topic and kind."""
    asked = SearchRequest(
        include={facet: (value,)},
        sort="newest",
        size=1,
        facets=("continent", "country", "city", "topic", "kind", "year"),
    )
    ranking = searched.search(asked)

    def rows(counted: str, most: int = LARGEST) -> list[Row]:
        counts = [c for c in ranking.facets.get(counted, ()) if (counted, c.value) != (facet, value)]
        return [
            Row(
                value_label(searched, counted, count.value),
                search_address(include={facet: (value,), counted: (count.value,)}),
                count.count,
            )
            for count in counts[:most]
        ]

    years = ranking.facets.get("year", ())
    by_year = {int(count.value): count.count for count in years if count.value.isdecimal()}
    return {
        "total": ranking.total,
        "newest": list(islice(records(searched, asked), NEWEST)),
        "continents": rows("continent", len(CONTINENTS)),
        "cities_most": rows("city"),
        "kinds": rows("kind"),
        "topics_most": rows("topic"),
        "drawing": histogram(by_year),
        "undated": ranking.total - sum(by_year.values()),
        "all_of_it": search_address(facet=facet, value=value, sort="newest"),
        "feed": links.search_url(SearchRequest(include={facet: (value,)}), to=links.FEED_ATOM),
    }
