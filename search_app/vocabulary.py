"""The names a request may use for cities, countries and concepts, and the nearest of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from weakref import WeakKeyDictionary

from corpus.languages import LANGUAGES
from corpus.places import Gazetteer, fold, names_of
from indexer.engine import SearchEngine
from search_app.pages.labels import value_label

NEAR: Final = 75
"""Of 100 (rapidfuzz's ratio): 'Barcelna' is 94 from Barcelona, 'Bern' 60 from Berlin."""


class Vocabulary:
    """The names of one index generation."""

    def __init__(self, engine: SearchEngine) -> None:
        self._gazetteer = Gazetteer(engine.cities, engine.countries)
        self._cities = engine.cities
        self._countries = engine.countries
        self._concepts = engine.concepts
        self._regions = engine.regions
        self._topics: dict[str, str] = {}
        for concept in engine.concepts.values():
            labels = (
                *concept.labels.values(),
                *(o for some in concept.other.values() for o in some),
            )
            for label in labels:
                self._topics.setdefault(fold(label), concept.id)
        for id in engine.concepts:
            self._topics[fold(id)] = id
        self._labels: dict[tuple[str, str], str] = {}

    def city(self, name: str) -> str | None:
        """The slug of a city by slug or any of its names."""
        return name if name in self._cities else self._gazetteer.find(name)

    def country(self, name: str) -> str | None:
        """The code of a country by code or any of its names."""
        return name if name in self._countries else self._gazetteer.find_country(name)

    def topic(self, name: str) -> str | None:
        """The id of a concept by id or any of its labels."""
        return name if name in self._concepts else self._topics.get(fold(name))

    def expansion(self, name: str) -> str | None:
        """The id of something searched beside the words: a concept by id or label, a word that
        was respelled, a place by its key."""
        kind, colon, own = name.partition(":")
        if colon:
            if kind == "word":
                return name if own else None
            places = {"city": self._cities, "country": self._countries, "region": self._regions}
            return name if own in places.get(kind, ()) else None
        return self.topic(name)

    def label(self, engine: SearchEngine, facet: str, value: str) -> str:
        """What a facet's value is called in English, looked up once."""
        found = self._labels.get((facet, value))
        if found is None:
            found = self._labels[facet, value] = value_label(engine, facet, value)
        return found

    def nearest(self, reading: str, text: str, allowed: Iterable[str] = ()) -> str | None:
        """The value probably meant, None where nothing is near."""
        match reading:
            case "city":
                names = {fold(n): c.slug for c in self._cities.values() for n in names_of(c)}
            case "country":
                names = {fold(n): c.code for c in self._countries.values() for n in names_of(c)}
            case "topic" | "expansion":
                names = self._topics
            case "language":
                names = {code: code for code in LANGUAGES if code == text[:2].lower()}
                return names.get(text[:2].lower()) if text[2:3] in ("-", "_") else None
            case _:
                names = {fold(value): value for value in allowed}
        found = nearest_name(fold(text), names)
        return names[found] if found is not None else None


def nearest_name(text: str, names: Iterable[str]) -> str | None:
    """The name nearest to a text by edits, None where none is near."""
    # Late: needed only once something is wrong.
    from rapidfuzz import fuzz, process

    # A list, because of a mapping the values would be compared.
    found = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else None


_known: WeakKeyDictionary[SearchEngine, Vocabulary] = WeakKeyDictionary()


def vocabulary_of(engine: SearchEngine) -> Vocabulary:
    """The vocabulary of an engine, made once for as long as the engine lives."""
    found = _known.get(engine)
    if found is None:
        found = _known[engine] = Vocabulary(engine)
    return found
