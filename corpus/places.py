"""Cities, countries and regions: read from their files, checked, found by any of their names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from corpus.faults import Fault, Report, did_you_mean, reporter, shown
from corpus.model import CONTINENTS, City, Country, Region
from corpus.rows import Rows, read_rows
from corpus.shapes import (
    check_language,
    check_listed,
    check_once,
    check_slug,
    check_text,
    check_texts,
)

CITIES = "cities.jsonl"
COUNTRIES = "countries.jsonl"
REGIONS = "regions.jsonl"

# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
)

# Accents of Latin, Greek and Cyrillic, and the vowel points of Arabic and Hebrew; vowel signs
# of other scripts and the voicing marks of Japanese are letters, and stay.
_ACCENTS = frozenset(map(chr, [*range(0x300, 0x370), *range(0x591, 0x5C0), *range(0x64B, 0x660)]))


def fold(name: str) -> str:
    """A name without case, accents and punctuation, its words parted by one space."""
    # Twice, for what decomposes into capitals (Unicode 3.13, NFKC_Casefold).
    for _ in range(2):
        name = unicodedata.normalize("NFKD", name.casefold())
    base = name.translate(_LETTERS)
    kept = "".join(sign if _spells(sign) else " " for sign in base if sign not in _ACCENTS)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _spells(sign: str) -> bool:
    """Whether a sign is part of a word: a letter, a digit, or a vowel sign as in Thai."""
    return unicodedata.category(sign)[0] in "LNM"


class Gazetteer:
    """Finds a place by its English name, its names at home and its other spellings.

    Case and diacritics do not matter: "medellin", "Medellín" and "MEDELLÍN" are one.
    """

    def __init__(self, cities: Mapping[str, City], countries: Mapping[str, Country]) -> None:
        self._cities: dict[str, list[City]] = {}
        self._countries: dict[str, str] = {}
        for city in cities.values():
            for name in {fold(city.slug), *map(fold, names_of(city))}:
                self._cities.setdefault(name, []).append(city)
        for country in countries.values():
            for name in {country.code.casefold(), *map(fold, names_of(country))}:
                self._countries.setdefault(name, country.code)

    def find(self, name: str, country: str | None = None) -> str | None:
        """The slug of the city of that name, None where there is none.

        Of several, the most populous; `country` (a code) leaves only the cities there.
        """
        found = self._cities.get(fold(name), [])
        if country is not None:
            found = [city for city in found if city.country == country.upper()]
        best = max(found, key=lambda city: city.population or 0, default=None)
        return best.slug if best else None

    def find_country(self, name: str) -> str | None:
        """The code of the country of that name or code, None where there is none."""
        return self._countries.get(fold(name))


def names_of(place: City | Country) -> tuple[str, ...]:
    """Every name by which a place is looked up and indexed, the English one first."""
    return (place.name, *place.native, *place.aliases)


def read(folder: Path, faults: list[Fault]) -> tuple[Rows[City], Rows[Country]]:
    """Cities and countries of a catalogue, what is wrong with them added to `faults`."""
    countries = read_rows(folder, COUNTRIES, Country, faults)
    cities = read_rows(folder, CITIES, City, faults)
    _check_countries(countries, faults)
    _check_cities(cities, {c.code for _, c in countries.values} | countries.unread, faults)
    return cities, countries


def _check_countries(rows: Rows[Country], faults: list[Fault]) -> None:
    codes: dict[str, int] = {}
    named: dict[str, str] = {}
    for number, country in rows.values:
        report = reporter(faults, rows.file, number)
        code = country.code
        if not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
            report("code", f"{shown(code)} is not a country code.", "Use two capitals, as in 'NL'.")
        if (first := codes.setdefault(code, number)) != number:
            report("code", f"{shown(code)} is already in row {first}.", "Keep one row a country.")
        check_listed(country.continent, "continent", CONTINENTS, "continent", report)
        _check_names(country, code, named, report)


def _check_cities(rows: Rows[City], countries: set[str], faults: list[Fault]) -> None:
    slugs: dict[str, int] = {}
    named: dict[str, str] = {}
    for number, city in rows.values:
        report = reporter(faults, rows.file, number)
        check_slug(city.slug, "slug", report)
        if (first := slugs.setdefault(city.slug, number)) != number:
            report("slug", f"{shown(city.slug)} is already in row {first}.", "Use another slug.")
        if city.country not in countries:
            remedy = did_you_mean(city.country, countries) or "Use the two letters of ISO 3166-1."
            report("country", f"{shown(city.country)} is not a known country.", remedy)
        if (city.latitude is None) != (city.longitude is None):
            missing = "latitude" if city.latitude is None else "longitude"
            report(missing, "Only one of latitude and longitude is given.", "Give both or neither.")
        # Comparisons so written that NaN fails them.
        if city.latitude is not None and not -90 <= city.latitude <= 90:
            report("latitude", "The latitude is not on the globe.", "Use degrees from -90 to 90.")
        if city.longitude is not None and not -180 <= city.longitude <= 180:
            report(
                "longitude", "The longitude is not on the globe.", "Use degrees from -180 to 180."
            )
        if city.population is not None and city.population < 1:
            report("population", "The population is below one.", "Leave it out if not known.")
        # The same name may stand in two countries: Córdoba, Valencia, Mérida.
        _check_names(city, city.slug, named, report, within=city.country)


def read_regions(folder: Path, countries: Rows[Country], faults: list[Fault]) -> Rows[Region]:
    """Regions of a catalogue, what is wrong with them added to `faults`."""
    rows = read_rows(folder, REGIONS, Region, faults)
    continents = {country.code: country.continent for _, country in countries.values}
    ids: dict[str, int] = {}
    named: dict[str, str] = {}
    for number, region in rows.values:
        report = reporter(faults, rows.file, number)
        check_slug(region.id, "id", report)
        if (first := ids.setdefault(region.id, number)) != number:
            report("id", f"{shown(region.id)} is already in row {first}.", "Use another id.")
        _check_members(region, continents, countries.unread, report)
        _check_names(region, region.id, named, report)
    return rows


def _check_members(
    region: Region, continents: Mapping[str, str], unread: set[str], report: Report
) -> None:
    """A region has countries, all known; a continent those that `countries.jsonl` puts there."""
    if not region.countries:
        report("countries", "The region has no country.", "Name those that lie in it.")
    check_once(region.countries, "countries", report)
    for position, code in enumerate(region.countries):
        if code not in continents and code not in unread:
            remedy = did_you_mean(code, continents) or "Use the two letters of ISO 3166-1."
            report(f"countries[{position}]", f"{shown(code)} is not a known country.", remedy)
    if region.id not in CONTINENTS:
        return
    for code, continent in sorted(continents.items()):
        if (continent == region.id) != (code in region.countries):
            problem = f"{shown(code)} lies in {shown(continent)}, says {COUNTRIES}."
            report("countries", problem, "Let the two files agree.")


def _check_names(
    place: City | Country | Region,
    key: str,
    named: dict[str, str],
    report: Report,
    within: str = "",
) -> None:
    """Every name is a text with a word in it, and none also names another place beside it."""
    check_text(place.name, "name", report)
    names = [("name", place.name)]
    lists: list[tuple[str, tuple[str, ...]]] = []
    if not isinstance(place, Region):
        lists += [("native", place.native), ("aliases", place.aliases)]
    for language, spoken in place.names.items():
        check_language(language, "names", report)
        lists.append((f"names.{language}", spoken))
    for field, texts in lists:
        check_texts(texts, field, report)
        names += [(f"{field}[{position}]", text) for position, text in enumerate(texts)]
    for field, name in names:
        folded = fold(name)
        if name.strip() and not folded:
            report(field, f"{shown(name)} has no letter.", "Write the name, or remove it.")
        other = named.setdefault(f"{within}/{folded}", key)
        if other != key:
            report(
                field, f"{shown(name)} also names {shown(other)}.", "Leave it to one of the two."
            )
    check_once(place.cased, "cased", report)
    known = {name for _, name in names}
    for position, name in enumerate(place.cased):
        if name not in known:
            remedy = did_you_mean(name, known) or "Write it as it stands among its names."
            report(f"cased[{position}]", f"{shown(name)} is not a name of this row.", remedy)
