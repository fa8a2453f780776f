"""A city: what it has, by principle, kind and year, and who works on the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from flask import Response

from corpus.model import PRINCIPLES
from indexer.engine import SearchEngine, SearchRequest
from search_app import links
from search_app.addresses import city_at
from search_app.membership import membership_of
from search_app.pages.labels import value_label
from search_app.pages.rendering import page
from search_app.pages.subject import Holdings, holdings
from search_app.similar_cities import similar_cities
from search_app.web import engine

LISTED: Final = 30
ALIKE: Final = 4


class ListedCity(NamedTuple):
    """A city with similar initiatives, and what they share."""

    slug: str
    name: str
    country: str
    terms: tuple[str, ...]


class Gap(NamedTuple):
    """A principle on which nothing is recorded, and what cities like this one have on it."""

    principle: str
    elsewhere: int
    path: str


def show(slug: str) -> Response:
    """The page of a city; 301 from another of its names, 404 for one nobody knows."""
    city = city_at(slug, links.city_path)
    searched = engine()
    held = holdings(searched, "city", city.slug, LISTED)
    alike = _alike(searched, city.slug)
    return page(
        "pages/city.html",
        city=city,
        country=searched.countries.get(city.country),
        native=[name for name in city.native if name != city.name],
        membership=membership_of(searched, city.slug),
        held=held,
        alike=alike,
        gaps=_gaps(searched, held, alike) if held.total else [],
    )


def _gaps(searched: SearchEngine, held: Holdings, alike: Sequence[ListedCity]) -> list[Gap]:
    cities = tuple(other.slug for other in alike)
    gaps = []
    for id, row in zip(PRINCIPLES, held.principles, strict=True):
        if row.count:
            continue
        asked = SearchRequest(include={"principle": (id,), "city": cities}, size=1, facets=())
        found = searched.search(asked).total if cities else 0
        gaps.append(Gap(row.name, found, links.search_url(links.changed(asked, size=10))))
    return gaps


def _alike(searched: SearchEngine, slug: str) -> list[ListedCity]:
    found = []
    for other in similar_cities(searched, slug, ALIKE):
        city = searched.cities.get(other.slug)
        if city is not None:
            country = value_label(searched, "country", city.country)
            found.append(ListedCity(city.slug, city.name, country, other.terms))
    return found
