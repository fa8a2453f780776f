"""The values of the corpus: initiatives, their sources, places, concepts; and the closed lists.

Everything here is frozen and free of input and output. Readers and writers stand in
`corpus.catalogue`, `corpus.places`, `corpus.thesaurus` and `corpus.store`.
"""

from __future__ import annotations

from typing import Final

import msgspec

KINDS: Final = (
    "agreement",
    "campaign",
    "decision",
    "governance-body",
    "guideline",
    "impact-assessment",
    "infrastructure",
    "law",
    "pilot",
    "platform",
    "policy",
    "principles",
    "procurement",
    "programme",
    "register",
    "report",
    "service",
    "standard",
    "strategy",
    "toolkit",
    "training",
)
"""What an initiative is; `decision` is a ruling of a court or an authority on a case."""

LEVELS: Final = ("city", "metro", "region", "nation", "international")
STATUSES: Final = (
    "proposed",
    "adopted",
    "in force",
    "pilot",
    "ended",
    "withdrawn",
    "unknown",
)
PRINCIPLES: Final = ("access", "privacy", "transparency", "participation", "openness")
"""The coalition's five principles, in its own order; texts stand in `data/principles.jsonl`."""

WORKING_GROUPS: Final = (
    "new-technologies",
    "open-technologies",
    "data-economy",
    "digital-inclusion",
)
CONTINENTS: Final = ("africa", "asia", "europe", "north-america", "oceania", "south-america")


class CorpusError(Exception):
    """A fault in what is known, said to the person who can mend it."""


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page on which an initiative was seen.

    `seen` is the day a crawl read it (ISO 8601), None until one has.
    """

    url: str
    title: str
    publisher: str | None = None
    language: str | None = None
    seen: str | None = None


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """From `start` of a passage on (code points), another heading or page."""

    start: int
    heading: str | None = None
    page: int | None = None


class Passage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Up to about 250 words of a longer text, with the heading it stands under.

    `page` is of a PDF, from 1; `source` is the address of the text; `document` is the id of the
    document it was read from, None in an imported record. `heading` and `page` are those of its
    beginning, `further` where they change inside it.
    """

    text: str
    heading: str | None = None
    language: str | None = None
    page: int | None = None
    source: str | None = None
    document: str | None = None
    further: tuple[Place, ...] = ()

    def place_at(self, offset: int) -> Place:
        """The heading and page of what stands at an offset."""
        found = Place(0, self.heading, self.page)
        for place in self.further:
            if place.start > offset:
                break
            found = place
        return found

    def source_at(self, page: int | None) -> str | None:
        """The address that leads to a page of a PDF (RFC 8118, section 3), or to the text."""
        if self.source is None or page is None:
            return self.source
        return f"{self.source.partition('#')[0]}#page={page}"


class Initiative(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something a city (or region, nation, network) does or decided for digital rights.

    `city` is a slug of `places`, `country` ISO 3166-1 alpha-2 (and `XK`), both None where
    there is none. `concepts` are ids of the thesaurus, `keywords` loose words that map to
    no concept. `learned_from`, `taken_up_by` and `related` name other initiatives.
    `doubt` says what an editor is not sure of. `recorded` and `changed` are days of this
    catalogue, not of the policy. `provisional` marks what no editor has reviewed.
    """

    id: str
    title: str
    language: str
    summary: str
    kind: str
    level: str
    sources: tuple[Source, ...]
    recorded: str
    changed: str
    title_original: str | None = None
    summary_original: str | None = None
    details: tuple[str, ...] = ()
    outcome: str | None = None
    city: str | None = None
    country: str | None = None
    year: int | None = None
    year_end: int | None = None
    date: str | None = None
    status: str = "unknown"
    principles: tuple[str, ...] = ()
    working_groups: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    terms_original: tuple[str, ...] = ()
    learned_from: tuple[str, ...] = ()
    taken_up_by: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    provisional: bool = False
    licence: str | None = None
    passages: tuple[Passage, ...] = ()


class City(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place initiatives belong to. `latitude` and `longitude` are WGS 84 degrees.

    `name`, `native` and `aliases` are indexed with its initiatives. `names` holds further
    names and adjectives by language (ISO 639-1), by which queries speak of it; `cased` those
    of all its names that are everyday words too, see `corpus.place_names`.
    """

    slug: str
    name: str
    country: str
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    native: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    geonames: int | None = None
    names: dict[str, tuple[str, ...]] = {}
    cased: tuple[str, ...] = ()


class Country(msgspec.Struct, frozen=True, omit_defaults=True):
    """`code` is ISO 3166-1 alpha-2 (and `XK`), `native` its names in its own languages.

    `names` and `cased` as for a city.
    """

    code: str
    name: str
    continent: str
    native: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    names: dict[str, tuple[str, ...]] = {}
    cased: tuple[str, ...] = ()


class Region(msgspec.Struct, frozen=True, omit_defaults=True):
    """Countries that are spoken of together: a continent, a part of one, a union of states.

    `names` and `cased` as for a city; `countries` are codes. The ids of CONTINENTS are regions.
    """

    id: str
    name: str
    countries: tuple[str, ...]
    names: dict[str, tuple[str, ...]] = {}
    cased: tuple[str, ...] = ()


class Concept(msgspec.Struct, frozen=True, omit_defaults=True):
    """A subject of the field (SKOS concept).

    `labels` holds one preferred label a language, `other` further labels, spellings and
    abbreviations; languages are ISO 639-1.
    """

    id: str
    labels: dict[str, str]
    definition: str
    principle: str
    other: dict[str, tuple[str, ...]] = {}
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The English preferred label."""
        return self.labels["en"]


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """A city of the Cities Coalition for Digital Rights, with the page that says so."""

    city: str
    source: str
    joined: int | None = None


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """A principle, working group, mission or goal of the coalition, in our own words."""

    id: str
    title: str
    text: str
    sources: tuple[str, ...]
    cities: tuple[str, ...] = ()


class Coalition(msgspec.Struct, frozen=True):
    """What the corpus knows of the coalition."""

    principles: tuple[Statement, ...]
    working_groups: tuple[Statement, ...]
    missions: tuple[Statement, ...]
    goals: tuple[Statement, ...]
    members: tuple[Member, ...]
    facts: tuple[Statement, ...] = ()


class Corpus(msgspec.Struct, frozen=True):
    """Everything an index is built from, already checked."""

    initiatives: tuple[Initiative, ...]
    cities: dict[str, City]
    countries: dict[str, Country]
    concepts: dict[str, Concept]
    coalition: Coalition
    withdrawn: dict[str, str] = {}
    regions: dict[str, Region] = {}
