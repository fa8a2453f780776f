"""A city: what it has, by principle, kind and year, and who works on the same."""

from __future__ import annotations

from itertools import islice
from typing import Final, NamedTuple

from flask import Response

from corpus.model import PRINCIPLES
from indexer.engine import SearchEngine, SearchRequest
from search_app import links
from search_app.addresses import city_at
from search_app.pages.figures import histogram
from search_app.pages.labels import value_label
from search_app.pages.overview import Profile, overview, records
from search_app.pages.rendering import page, search_address
from search_app.similar_cities import similar_cities
from search_app.web import engine

LISTED: Final = 30
ALIKE: Final = 4


class Row(NamedTuple):
    """A row of a table of counts; `path` leads to what was counted."""

    name: str
    path: str | None
    count: int


class Named(NamedTuple):
    id: str
    name: str


class ListedCity(NamedTuple):
    """A city with similar initiatives, and what they share."""

    slug: str
    name: str
    country: str
    terms: tuple[str, ...]


def show(slug: str) -> Response:
    """The page of a city; 301 from another of its names, 404 for one nobody knows."""
    city = city_at(slug, links.city_path)
    searched = engine()
    seen = overview(searched)
    profile = seen.cities.get(slug, Profile(0, {}, {}, {}, {}))
    asked = SearchRequest(include={"city": (slug,)}, sort="newest", facets=())
    members = {member.city: member for member in searched.coalition.members}
    return page(
        "pages/city.html",
        city=city,
        country=searched.countries.get(city.country),
        native=[name for name in city.native if name != city.name],
        membership=members.get(slug),
        total=profile.total,
        records=list(islice(records(searched, asked), LISTED)),
        principles=_by_principle(searched, slug, profile),
        gaps=[
            Named(id, value_label(searched, "principle", id))
            for id in PRINCIPLES
            if not profile.principles.get(id)
        ],
        kinds=_by_kind(searched, slug, profile),
        drawing=histogram(profile.years),
        undated=profile.total - sum(profile.years.values()),
        alike=_alike(searched, slug),
    )


def _alike(searched: SearchEngine, slug: str) -> list[ListedCity]:
    found = []
    for other in similar_cities(searched, slug, ALIKE):
        city = searched.cities.get(other.slug)
        if city is not None:
            country = value_label(searched, "country", city.country)
            found.append(ListedCity(city.slug, city.name, country, other.terms))
    return found


def _by_principle(searched: SearchEngine, slug: str, profile: Profile) -> list[Row]:
    return [
        Row(
            value_label(searched, "principle", id),
            search_address(include={"city": (slug,), "principle": (id,)}),
            profile.principles.get(id, 0),
        )
        for id in PRINCIPLES
    ]


def _by_kind(searched: SearchEngine, slug: str, profile: Profile) -> list[Row]:
    ordered = sorted(profile.kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    return [
        Row(
            value_label(searched, "kind", kind),
            search_address(include={"city": (slug,), "kind": (kind,)}),
            count,
        )
        for kind, count in ordered
    ]
