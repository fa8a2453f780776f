"""Fill in what countries and regions are called in many languages, from CLDR.

    .venv/bin/python tools/place_names.py

Takes the names of territories from the package `babel` (Unicode CLDR; Unicode License v3) into
`names` of `corpus/data/countries.jsonl` and `corpus/data/regions.jsonl`, first in each
language; what an editor added there (adjectives, other names, `cased`) stays behind it. A name
is left out where it differs from the English one by nothing but accents, where another country
or region of the file bears it already, and where it is one of `WORDS`. Run twice, it changes nothing the second time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import babel
import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.model import Country, Region
from corpus.places import fold, names_of

DATA = Path(__file__).resolve().parents[1] / "corpus" / "data"

LOCALES = {
    "ar": ("ar",), "bg": ("bg",), "bn": ("bn",), "ca": ("ca",), "cs": ("cs",), "da": ("da",),
    "de": ("de",), "el": ("el",), "es": ("es",), "et": ("et",), "eu": ("eu",), "fa": ("fa",),
    "fi": ("fi",), "fr": ("fr",), "gl": ("gl",), "he": ("he",), "hi": ("hi",), "hr": ("hr",),
    "hu": ("hu",), "hy": ("hy",), "id": ("id",), "is": ("is",), "it": ("it",), "ja": ("ja",),
    "ka": ("ka",), "ko": ("ko",), "lt": ("lt",), "lv": ("lv",), "mk": ("mk",), "ms": ("ms",),
    "nl": ("nl",), "no": ("nb",), "pl": ("pl",), "pt": ("pt", "pt_PT"), "ro": ("ro",),
    "ru": ("ru",), "sk": ("sk",), "sl": ("sl",), "sq": ("sq",), "sr": ("sr_Cyrl", "sr_Latn"),
    "sv": ("sv",), "sw": ("sw",), "ta": ("ta",), "th": ("th",), "tr": ("tr",), "uk": ("uk",),
    "ur": ("ur",), "vi": ("vi",), "zh": ("zh_Hans", "zh_Hant"),
}  # fmt: skip
"""The languages of the catalogue and those most spoken where its cities are, as CLDR's locales."""

LONG = {"HK", "MO"}
"""Countries whose name in CLDR is a title that nobody types ("Hong Kong SAR China")."""

TWO_NAMES = {"CI", "MM", "TL"}
"""Countries where CLDR gives a second name in brackets ("Myanmar (Burma)")."""

WORDS = {
    "ar": {"مالي"},
    "bn": {"মালি"},
    "fa": {"غنا", "مالی"},
    "hi": {"माली"},
    "ko": {"가나", "말리", "수단", "오만", "이란", "인도"},
    "ro": {"Columbia"},
    "ur": {"مالی", "چین"},
}
"""Names left out: everyday words without a capital to tell (Arabic "financial" is Mali), and
what is better known as the name of another place."""

REGIONS = {
    "africa": "002",
    "americas": "019",
    "asia": "142",
    "australasia": "053",
    "caribbean": "029",
    "central-africa": "017",
    "central-america": "013",
    "central-asia": "143",
    "east-africa": "014",
    "east-asia": "030",
    "eastern-europe": "151",
    "europe": "150",
    "european-union": "EU",
    "latin-america": "419",
    "melanesia": "054",
    "north-africa": "015",
    "north-america": "003",
    "northern-europe": "154",
    "oceania": "009",
    "polynesia": "061",
    "south-america": "005",
    "south-asia": "034",
    "southeast-asia": "035",
    "southern-africa": "018",
    "southern-europe": "039",
    "sub-saharan-africa": "202",
    "west-africa": "011",
    "western-asia": "145",
    "western-europe": "155",
}
"""Codes of UN M49 under which CLDR names a region."""

Place = TypeVar("Place", Country, Region)


def main() -> int:
    """Fill in both files."""
    countries = read(DATA / "countries.jsonl", Country)
    codes = {c.code: c.code for c in countries if c.code not in LONG}
    write(DATA / "countries.jsonl", named(countries, codes))
    regions = sorted(read(DATA / "regions.jsonl", Region), key=lambda region: region.id)
    write(DATA / "regions.jsonl", named(regions, REGIONS))
    return 0


def read(path: Path, kind: type[Place]) -> list[Place]:
    """The rows of a file of the catalogue."""
    return [msgspec.json.decode(row, type=kind) for row in path.read_bytes().splitlines() if row]


def named(places: Iterable[Place], codes: Mapping[str, str]) -> list[Place]:
    """The places with CLDR's names before those they have; `codes` by code or id."""
    rows = list(places)
    taken: dict[str, str] = {}
    for place in rows:
        for name in written(place):
            taken.setdefault(fold(name), key(place))
    filled = []
    for place in rows:
        names: dict[str, tuple[str, ...]] = {}
        for language, locales in LOCALES.items():
            found = cldr(codes[key(place)], locales) if key(place) in codes else []
            found = [name for name in found if name not in WORDS.get(language, ())]
            kept: dict[str, str] = {}
            for name in (*found, *place.names.get(language, ())):
                folded = fold(name)
                if folded != fold(place.name) and taken.setdefault(folded, key(place)) == key(
                    place
                ):
                    kept.setdefault(folded, name)
            if kept:
                names[language] = tuple(kept.values())
        for language in place.names.keys() - LOCALES.keys():
            names[language] = place.names[language]
        filled.append(msgspec.structs.replace(place, names=dict(sorted(names.items()))))
    return filled


def key(place: Country | Region) -> str:
    """What identifies a place in its file."""
    return place.code if isinstance(place, Country) else place.id


def written(place: Country | Region) -> list[str]:
    """Every name a place has in its row."""
    looked_up = names_of(place) if isinstance(place, Country) else (place.name,)
    return [*looked_up, *(name for names in place.names.values() for name in names)]


def cldr(code: str, locales: Iterable[str]) -> list[str]:
    """A territory's names in these locales, what stands in brackets as a name of its own."""
    found = []
    for locale in locales:
        name = babel.Locale.parse(locale).territories.get(code)
        if name:
            before, _, bracketed = name.partition(" (")
            found += [before, bracketed.removesuffix(")")] if code in TWO_NAMES else [name]
    return [name for name in found if name]


def write(path: Path, rows: Iterable[Country | Region]) -> None:
    """One row a line, in the order given."""
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
