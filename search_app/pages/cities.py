"""All cities of the catalogue, by continent and country."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from flask import Response

from corpus.model import CONTINENTS, City
from corpus.places import fold
from search_app.pages.labels import value_label
from search_app.pages.rendering import page
from search_app.pages.subject import counts_of
from search_app.web import engine


class ListedCity(msgspec.Struct, frozen=True):
    city: City
    count: int
    member: bool


class ListedCountry(NamedTuple):
    name: str
    cities: tuple[ListedCity, ...]


def show() -> Response:
    """The index of cities that have initiatives or belong to the coalition."""
    searched = engine()
    counts = counts_of(searched, "city")
    members = {member.city for member in searched.coalition.members}
    by_country: dict[str, list[ListedCity]] = {}
    for city in searched.cities.values():
        count = counts.get(city.slug, 0)
        if count or city.slug in members:
            listed = ListedCity(city, count, city.slug in members)
            by_country.setdefault(city.country, []).append(listed)
    continents: dict[str, list[ListedCountry]] = {continent: [] for continent in CONTINENTS}
    for code, cities in by_country.items():
        country = searched.countries.get(code)
        cities.sort(key=lambda listed: fold(listed.city.name))
        listed_country = ListedCountry(country.name if country else code, tuple(cities))
        continents[country.continent if country else CONTINENTS[0]].append(listed_country)
    for countries in continents.values():
        countries.sort(key=lambda country: fold(country.name))
    return page(
        "pages/cities.html",
        continents=[
            (id, value_label(searched, "continent", id), countries)
            for id, countries in continents.items()
            if countries
        ],
        total=sum(map(len, by_country.values())),
        members=len(members),
    )
