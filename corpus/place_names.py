"""The words by which queries speak of places, and the places an initiative stands in.

A place has a key: `city:lisbon` (a slug of `cities.jsonl`), `country:PT` (a code of
`countries.jsonl`), `region:latin-america` (an id of `regions.jsonl`).

Names are meant for whole words. Where words are not parted by spaces, a name may stand inside a
longer word that is none: Thailand's タイ in タイトル (title), Rome's 罗马 in 罗马尼亚 (Romania);
there the longest name is meant, and one in katakana only where it is a whole run of katakana.

Some names are everyday words too: "turkey" is a bird, Dutch "buren" are neighbours, Spanish
"como" is how. They are marked `cased` and count only as `written_as_name` says.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from corpus.model import City, Corpus, Country, Initiative, Region
from corpus.places import fold


class SpokenName(NamedTuple):
    """A name or adjective of a place, as it may stand in a query.

    `language` is ISO 639-1, None where the name belongs to several or no one noted which;
    `cased` says that it counts only where `written_as_name` holds.
    """

    key: str
    language: str | None
    name: str
    cased: bool


def spoken_names(corpus: Corpus) -> Iterator[SpokenName]:
    """Every name and adjective of every place: cities, then countries, then regions.

    A name two cities share is given for the more populous alone; that no two countries and
    no two regions share one is checked when the catalogue is read. A city, a country and a
    region may share a name, as Singapore does. No name is given twice for one place and
    language; a name that a language shares with English stands once, as English.
    """
    owners = _owners(corpus.cities)
    for slug, city in sorted(corpus.cities.items()):
        for spoken in _names(f"city:{slug}", city):
            if owners[fold(spoken.name)] == slug:
                yield spoken
    for code, country in sorted(corpus.countries.items()):
        yield from _names(f"country:{code}", country)
    for id, region in sorted(corpus.regions.items()):
        yield from _names(f"region:{id}", region)


def place_keys(initiative: Initiative, corpus: Corpus) -> tuple[str, ...]:
    """Keys of all places an initiative stands in: its city, its country, that one's regions.

    None of them for what belongs to several countries. Regions come by their ids.
    """
    keys = []
    city = corpus.cities.get(initiative.city or "")
    if city is not None:
        keys.append(f"city:{city.slug}")
    code = initiative.country or (city.country if city else None)
    if code in corpus.countries:
        keys.append(f"country:{code}")
        keys += [
            f"region:{id}"
            for id, region in sorted(corpus.regions.items())
            if code in region.countries
        ]
    return tuple(keys)


def written_as_name(name: str, written: str) -> bool:
    """Whether a word of a query is written as a name marked `cased` must be.

    It has the capitals and accents of `name`, or those accents and capitals throughout:
    Vietnamese "Mỹ" (the United States) is not "My". That a word has a capital only because it
    comes first can't be seen here.
    """
    written = unicodedata.normalize("NFC", written)
    name = unicodedata.normalize("NFC", name)
    return written in (name, name.upper())


def _owners(cities: Mapping[str, City]) -> dict[str, str]:
    """The slug of the most populous city of each folded name; of equals the first slug."""
    owners: dict[str, str] = {}
    largest_first = sorted(cities.values(), key=lambda city: (-(city.population or 0), city.slug))
    for city in largest_first:
        for spoken in _names("", city):
            owners.setdefault(fold(spoken.name), city.slug)
    return owners


def _names(key: str, place: City | Country | Region) -> Iterator[SpokenName]:
    cased = set(place.cased)
    given: set[tuple[str | None, str]] = {("en", place.name)}
    yield SpokenName(key, "en", place.name, place.name in cased)
    found: list[tuple[str | None, tuple[str, ...]]] = []
    if not isinstance(place, Region):
        found += [(None, place.native), (None, place.aliases)]
    found += place.names.items()
    for language, names in found:
        for name in names:
            if (language, name) not in given:
                given.add((language, name))
                yield SpokenName(key, language, name, name in cased)
