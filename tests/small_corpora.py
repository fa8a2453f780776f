"""Small corpora of a few records, and the engines that hold to `docs/ranking.md`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from brute_force import BruteForceEngine

from corpus.model import City, Coalition, Concept, Corpus, Country, Initiative, Passage, Source
from indexer.build import build_generation
from indexer.embedded import EmbeddedEngine
from indexer.engine import Status
from indexer.snapshot import open_snapshot
from indexer.weights import DEFAULT, Weights

Engine = BruteForceEngine | EmbeddedEngine

CITIES: Final = (
    City("lisbon", "Lisbon", "PT", population=545_000, native=("Lisboa",), aliases=("Olisipo",)),
    City("zurich", "Zurich", "CH", population=421_000, native=("Zürich",)),
    City("medellin", "Medellín", "CO", population=2_400_000),
    City("amsterdam", "Amsterdam", "NL", population=872_000, aliases=("Open Data Town",)),
)
COUNTRIES: Final = (
    Country("PT", "Portugal", "europe"),
    Country("CH", "Switzerland", "europe", native=("Schweiz", "Suisse")),
    Country("CO", "Colombia", "south-america"),
    Country("NL", "Netherlands", "europe", native=("Nederland",), aliases=("Holland",)),
)
CONCEPTS: Final = (
    Concept(
        "algorithm-register",
        {"en": "algorithm register", "nl": "algoritmeregister", "fr": "registre des algorithmes"},
        "A public list of the algorithms a city uses.",
        "transparency",
        other={"en": ("register of algorithms",), "es": ("registro de algoritmos",)},
        broader=("register",),
    ),
    Concept(
        "open-data",
        {"en": "open data", "fr": "données ouvertes", "zh": "公共数据"},
        "Data anyone may use.",
        "openness",
    ),
    Concept("register", {"en": "register"}, "A list that is kept.", "transparency"),
    Concept(
        "artificial-intelligence",
        {"en": "artificial intelligence", "fr": "intelligence artificielle"},
        "Machines that decide.",
        "transparency",
        other={"en": ("AI",), "fr": ("IA",)},
    ),
    Concept("wi-fi", {"en": "public wi-fi", "nl": "openbare wifi"}, "A net for all.", "access"),
)


def make_corpus(
    *initiatives: Initiative,
    concepts: tuple[Concept, ...] = (),
    withdrawn: Mapping[str, str] | None = None,
) -> Corpus:
    """A corpus of these initiatives, with the cities and countries above."""
    return Corpus(
        initiatives,
        {city.slug: city for city in CITIES},
        {country.code: country for country in COUNTRIES},
        {concept.id: concept for concept in concepts},
        Coalition((), (), (), (), ()),
        dict(withdrawn or {}),
    )


def make(id: str, title: str = "Untitled", summary: str = "", **more: Any) -> Initiative:
    """An initiative with what matters to a test; a city brings its country."""
    city = next((city for city in CITIES if city.slug == more.get("city")), None)
    defaults: dict[str, Any] = {
        "language": "en",
        "kind": "policy",
        "level": "city",
        "sources": (Source("https://example.org/", "Example"),),
        "recorded": "2026-01-01",
        "changed": "2026-01-01",
        "country": city.country if city else None,
    }
    return Initiative(id=id, title=title, summary=summary, **(defaults | more))


def passages(*texts: str, language: str | None = None) -> tuple[Passage, ...]:
    """Passages of these texts."""
    return tuple(Passage(text, language=language) for text in texts)


def brute_force(corpus: Corpus, folder: Path, weights: Weights = DEFAULT) -> Engine:
    """The oracle; it needs no folder."""
    return BruteForceEngine(corpus, weights)


def embedded(corpus: Corpus, folder: Path, weights: Weights = DEFAULT) -> EmbeddedEngine:
    """The embedded engine over an index built into `folder`, which must be empty."""
    built = build_generation(corpus, folder, weights=weights)
    status = Status(folder.name, "2026-01-01T00:00:00Z", built.counts, built.versions)
    return EmbeddedEngine(open_snapshot(folder), status)
