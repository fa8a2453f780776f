"""The first page: a question, five principles, what is new."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
from flask import Response

from corpus.model import PRINCIPLES, Initiative
from indexer.engine import SearchEngine
from search_app.news import News, news_of
from search_app.pages.labels import value_label
from search_app.pages.newest import newest
from search_app.pages.rendering import cities, countries, page, search_address
from search_app.pages.subject import Row, counts_of
from search_app.pages.world import world
from search_app.translations import gettext
from search_app.web import engine

NEW: Final = 6
KINDS: Final = 10


class Example(NamedTuple):
    text: str
    language: str


class Card(msgspec.Struct, frozen=True):
    id: str
    text: str | None
    count: int


EXAMPLES: Final = (
    Example("How do cities show which algorithms they use?", "en"),
    Example("ban on facial recognition", "en"),
    Example("wifi gratuito en plazas y parques", "es"),
)
"""Real questions, each with good answers in the bundled catalogue (a test asks them)."""


def show() -> Response:
    """The home page."""
    searched = engine()
    texts = {principle.id: principle.text for principle in searched.coalition.principles}
    counts = searched.status.counts
    by_principle = counts_of(searched, "principle")
    return page(
        "pages/home.html",
        examples=EXAMPLES,
        principles=[Card(id, texts.get(id), by_principle.get(id, 0)) for id in PRINCIPLES],
        newest=[_latest(searched, record) for record in _spread(searched, newest(searched))],
        counts={"initiatives": counts.get("initiatives", 0)},
        spread=gettext("%(cities)s in %(countries)s")
        % {
            "cities": cities(counts.get("cities", 0)),
            "countries": countries(counts.get("countries", 0)),
        },
        kinds=_rows(searched, "kind")[:KINDS],
        continents=_rows(searched, "continent"),
        by_country=counts_of(searched, "country"),
        world=world(searched.cities, counts_of(searched, "city")),
    )


def _rows(searched: SearchEngine, facet: str) -> list[Row]:
    return [
        Row(value_label(searched, facet, value), search_address(facet=facet, value=value), count)
        for value, count in counts_of(searched, facet).items()
    ]


def _latest(searched: SearchEngine, record: Initiative) -> News:
    """The last thing that happened to a record; of one day what happened to a document."""
    return max(news_of(searched, record, 1), key=lambda one: one.day)


def _spread(searched: SearchEngine, ids: tuple[str, ...]) -> list[Initiative]:
    """The newest records, one a city, so that a day on which one city's were added shows
    others too."""
    chosen: list[Initiative] = []
    seen: set[str] = set()
    for id in ids:
        record = searched.initiative(id)
        if not isinstance(record, Initiative):
            continue
        where = record.city or record.country or ""
        if where in seen:
            continue
        seen.add(where)
        chosen.append(record)
        if len(chosen) == NEW:
            break
    return chosen
