"""What the API answers: one struct an answer; the OpenAPI document is made from them."""

from __future__ import annotations

import msgspec

from corpus.documents import Attached, Section
from corpus.model import Source
from indexer.engine import Suggestion, TermReport


class Named(msgspec.Struct, frozen=True):
    """Something with an address of its own and its English name."""

    id: str
    label: str


class QueryAnswer(msgspec.Struct, frozen=True):
    """The query as it was understood.

    `language` is given or detected; `include` and `exclude` are the filters in force, those
    written in the query added.
    """

    text: str
    language: str | None
    mode: str
    sort: str
    terms: tuple[TermReport, ...]
    include: dict[str, tuple[str, ...]]
    exclude: dict[str, tuple[str, ...]]
    date_from: str | None = None
    date_to: str | None = None


class PassageAnswer(msgspec.Struct, frozen=True):
    """Text that shows why something was found; `marks` are [start, end) in code points.

    A passage of a document has the heading it stands under, the page of a PDF, the address
    that leads there, and the id of the document.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    field: str
    language: str | None = None
    heading: str | None = None
    page: int | None = None
    source: str | None = None
    document: str | None = None


class PartAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A summand of a score: `term` as asked, `found` as it stands in `field`.

    The weights of a hit add up to its score.
    """

    term: str
    field: str
    weight: float
    concept: str | None = None
    found: tuple[str, ...] = ()


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """An initiative in short."""

    id: str
    url: str
    title: str
    title_original: str | None
    language: str
    city: Named | None
    country: Named | None
    kind: str
    status: str
    year: int | None
    principles: tuple[str, ...]
    topics: tuple[Named, ...]
    summary: str
    provisional: bool
    doubt: tuple[str, ...]


class HitAnswer(Summary, frozen=True, kw_only=True, omit_defaults=True):
    """`why` is there with `explain=1`."""

    score: float
    passages: tuple[PassageAnswer, ...]
    why: tuple[PartAnswer, ...] | None = None


class FacetAnswer(msgspec.Struct, frozen=True):
    """How many hits there are with a value, the facet's own filter left aside."""

    value: str
    label: str
    count: int
    selected: bool


class ExpansionTerm(msgspec.Struct, frozen=True):
    """A label of a concept that was searched, and its language (ISO 639-1)."""

    term: str
    language: str


class ExpansionAnswer(msgspec.Struct, frozen=True):
    """What was searched beside the words: a concept, or the known word nearest to one that
    nothing has (`kind` spelling).

    `from` is what in the query called it up, `remove` the address of the search without it.
    """

    kind: str
    concept: str | None
    label: str
    source: str = msgspec.field(name="from")
    terms: tuple[ExpansionTerm, ...]
    remove: str


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a search found. `total` counts initiatives, `cities` the cities they belong to.

    `exact` is false where the words were not found and something near them was.
    """

    query: QueryAnswer
    total: int
    cities: int
    page: int
    size: int
    hits: tuple[HitAnswer, ...]
    facets: dict[str, tuple[FacetAnswer, ...]]
    expansions: tuple[ExpansionAnswer, ...]
    notes: tuple[str, ...]
    generation: str
    took_ms: float
    exact: bool
    did_you_mean: str | None = None


class VersionAnswer(msgspec.Struct, frozen=True):
    """A text a document had: days it was seen, SHA-256 of its bytes and of its text."""

    number: int
    first_seen: str
    last_seen: str
    sha256_bytes: str
    sha256_text: str
    extractor: str
    title: str | None
    language: str | None
    published: str | None
    published_origin: str | None


class ChangeAnswer(msgspec.Struct, frozen=True):
    """That the text of a document was seen to be another on `day`.

    `older` and `newer` are numbers of versions, `url` the page that compares them. `added` and
    `removed` count paragraphs only one of the two has; `sections` are the first headings under
    which they differ, "" before the first one, and `further` how many more there are.
    """

    day: str
    older: int
    newer: int
    url: str
    added: int
    removed: int
    sections: tuple[str, ...]
    further: int


class DocumentSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was read by a machine, with its versions, the oldest first.

    `source` is its address; `open` says whether its licence lets anybody publish its text
    again; `attached` why it belongs to its initiative, and `reasons` why one was
    proposed; `gone` holds the days of up to two visits in a row that did not find it: after
    two it is no longer available. `change` is the last one its text was seen to have.
    """

    id: str
    url: str
    title: str
    language: str | None
    media_type: str
    source: str | None
    publisher: str | None
    licence: str | None
    open: bool
    attached: Attached | None
    reasons: tuple[str, ...]
    gone: tuple[str, ...]
    change: ChangeAnswer | None
    versions: tuple[VersionAnswer, ...]


class DocumentsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the documents of an initiative; `total` counts all of them."""

    initiative: Named
    total: int
    page: int
    size: int
    documents: tuple[DocumentSummary, ...]
    generation: str


class DocumentAnswer(DocumentSummary, frozen=True, kw_only=True):
    """A version of a document: its headings with offsets in `text` (code points), what of the
    newest one matches `q`, and the text itself where it is open."""

    initiative: Named
    version: int
    sections: tuple[Section, ...]
    pages: tuple[int, ...]
    passages: tuple[PassageAnswer, ...]
    text: str | None
    generation: str


class InitiativeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An initiative whole.

    `recorded` and `changed` are days of this catalogue, not of the policy; a source's `seen`
    is the day a crawl last read it, null until one has. `provisional` marks what no editor has
    reviewed. `documents` are the first of `document_count`; `documents_url` has them all.
    """

    id: str
    url: str
    title: str
    title_original: str | None
    language: str
    summary: str
    summary_original: str | None
    details: tuple[str, ...]
    outcome: str | None
    kind: str
    level: str
    status: str
    city: Named | None
    country: Named | None
    year: int | None
    year_end: int | None
    date: str | None
    principles: tuple[str, ...]
    working_groups: tuple[str, ...]
    topics: tuple[Named, ...]
    keywords: tuple[str, ...]
    terms_original: tuple[str, ...]
    learned_from: tuple[Named, ...]
    taken_up_by: tuple[Named, ...]
    related: tuple[Named, ...]
    doubt: tuple[str, ...]
    sources: tuple[Source, ...]
    document_count: int
    documents_url: str
    documents: tuple[DocumentSummary, ...]
    aliases: tuple[str, ...]
    recorded: str
    changed: str
    provisional: bool
    licence: str
    generation: str


class SharedTermAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A term two initiatives share; `share` is its part of `score`, 0 to 1."""

    term: str
    share: float
    concept: str | None = None


class NeighbourAnswer(Summary, frozen=True, kw_only=True):
    """`score` is the cosine of the two initiatives, 0 to 1."""

    score: float
    terms: tuple[SharedTermAnswer, ...]


class SimilarAnswer(msgspec.Struct, frozen=True):
    """The initiatives most like one."""

    id: str
    scope: str
    similar: tuple[NeighbourAnswer, ...]
    generation: str


class Membership(msgspec.Struct, frozen=True):
    """A city's place in the Cities Coalition for Digital Rights, and the page that says so."""

    source: str
    joined: int | None


class CitySummary(msgspec.Struct, frozen=True, kw_only=True):
    """A city in short; `latitude` and `longitude` are WGS 84 degrees."""

    id: str
    url: str
    name: str
    country: Named
    continent: str
    latitude: float | None
    longitude: float | None
    population: int | None
    initiatives: int
    membership: Membership | None


class CitiesAnswer(msgspec.Struct, frozen=True):
    """Every city that has an initiative, by name."""

    cities: tuple[CitySummary, ...]
    generation: str


class SimilarCityAnswer(msgspec.Struct, frozen=True):
    """A city like another: `score` sums the likeness of their initiatives, `terms` are what
    they share, `pairs` how many initiatives stand behind it."""

    id: str
    label: str
    score: float
    pairs: int
    terms: tuple[str, ...]


class CityAnswer(CitySummary, frozen=True, kw_only=True):
    """A city with what it has, by principle, kind and year."""

    principles: tuple[FacetAnswer, ...]
    kinds: tuple[FacetAnswer, ...]
    years: tuple[FacetAnswer, ...]
    items: tuple[Summary, ...]
    similar: tuple[SimilarCityAnswer, ...]
    generation: str


class ConceptSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A subject of the field in short."""

    id: str
    url: str
    label: str
    definition: str
    principle: str
    initiatives: int


class ConceptsAnswer(msgspec.Struct, frozen=True):
    """Every concept of the thesaurus, by label."""

    concepts: tuple[ConceptSummary, ...]
    generation: str


class ConceptAnswer(ConceptSummary, frozen=True, kw_only=True):
    """A subject with its labels by language and what stands above, below and beside it."""

    labels: dict[str, str]
    other: dict[str, tuple[str, ...]]
    broader: tuple[Named, ...]
    narrower: tuple[Named, ...]
    related: tuple[Named, ...]
    generation: str


class SuggestionAnswer(Suggestion, frozen=True):
    """`kind` is title, city or concept; `url` its page."""

    url: str


class SuggestAnswer(msgspec.Struct, frozen=True):
    """Titles, cities and concepts that begin with the text or have a word that does."""

    query: str
    suggestions: tuple[SuggestionAnswer, ...]


class StatusAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The index that answers: `built` is ISO 8601 UTC, `age` counts seconds since.

    `fault` says why a newer index could not be opened.
    """

    generation: str
    built: str
    age: int
    counts: dict[str, int]
    versions: dict[str, str]
    fault: str | None = None
