"""The seam: what a search engine is asked and what it answers.

Three engines stand behind it: the embedded one (`indexer.embedded`), the brute-force oracle
of the tests, and later a cluster. They answer alike: same hits, same scores, same facets.
All values are frozen; an engine is an immutable snapshot of one generation of the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, Protocol

import msgspec

from corpus.changes import TextChange
from corpus.documents import Document, Version
from corpus.model import City, Coalition, Concept, Country, Initiative, Region
from indexer.weights import Weights

FACETS: Final = (
    "principle",
    "kind",
    "continent",
    "country",
    "city",
    "topic",
    "working_group",
    "status",
    "level",
    "lang",
    "year",
)
"""What hits can be counted and filtered by. `topic` values are concept ids, `city` values
slugs, `lang` the languages of the record's own pages, `year` four digits as a string."""

SORTS: Final = ("relevance", "newest", "oldest", "city", "title")
"""Orders people choose from. `changed`, the last change of the record first, orders what is
new, the feed and the sitemap."""
MODES: Final = ("best", "all")
SCOPES: Final = ("elsewhere", "anywhere")

Mode = Literal["best", "all"]
Sort = Literal["relevance", "newest", "oldest", "city", "title", "changed"]
Scope = Literal["elsewhere", "anywhere"]
ExpansionKind = Literal["concept", "spelling", "place"]


class SearchRequest(msgspec.Struct, frozen=True):
    """A search as a person or tool asks it, already checked by `search_app.params`.

    `include` and `exclude` map a facet to the values wanted or not: OR inside one facet, AND
    between them. `date_from` and `date_to` are ISO 8601 of year, month or day precision,
    both inclusive. `offset` and `size` count hits. A `plain` text is words alone, whatever
    signs stand in it.
    """

    text: str = ""
    plain: bool = False
    include: Mapping[str, tuple[str, ...]] = {}
    exclude: Mapping[str, tuple[str, ...]] = {}
    date_from: str | None = None
    date_to: str | None = None
    mode: Mode = "best"
    language: str | None = None
    expand: bool = True
    expand_off: tuple[str, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0
    size: int = 10
    facets: tuple[str, ...] = FACETS


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One summand of a score: a word, phrase or concept of the query in one field.

    `term` is the word as asked, `found` the forms it was found as, `weight` its share of the
    score; the weights of a hit add up to its score. `field` is `coverage` where the share comes
    from how many parts of the query were found, `feedback` where it comes from a concept that
    the best hits share, `preference` where it is doubled for standing in a place that the query
    names.
    """

    term: str
    field: str
    weight: float
    concept: str | None = None
    found: tuple[str, ...] = ()
    passage: int | None = None


class Hit(msgspec.Struct, frozen=True):
    """`passage` is the number of the initiative's best passage, None where its record alone
    was found."""

    id: str
    score: float
    passage: int | None = None


class FacetCount(msgspec.Struct, frozen=True):
    value: str
    count: int


class Expansion(msgspec.Struct, frozen=True):
    """What is searched beside the words: `source` is what in the query called it up.

    A concept of the thesaurus, `terms` being its labels by language that occur in the index;
    a place, by any of its names (`id` as in `corpus.place_names`); or, for a word that nothing
    has, the nearest that is known (spelling, `id` `word:` and the word). `id` takes it off
    (`SearchRequest.expand_off`).
    """

    id: str
    label: str
    source: str
    terms: tuple[tuple[str, str], ...] = ()
    kind: ExpansionKind = "concept"


class TermReport(msgspec.Struct, frozen=True):
    """A part of the query as it was understood, and how many initiatives have it.

    `kind` is word, phrase, prefix, near, concept; `operator` is `any`, `must` or `not`.
    `ignored` marks a function word left out because the query has better words.
    """

    text: str
    kind: str
    operator: str
    hits: int
    field: str | None = None
    ignored: bool = False


class Ranking(msgspec.Struct, frozen=True):
    """What a search found.

    `total` counts initiatives, `cities` the cities they belong to. `facets` maps each facet
    asked for to its values, most frequent first; a facet's counts ignore its own filter.
    `language` is the query's, given or detected. `notes` are sentences for people (what could
    not be read as an operator, what was cut). `include` is the filters in force, those
    written in the query (`city:Lisbon`) added.
    """

    total: int
    cities: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    terms: tuple[TermReport, ...] = ()
    language: str | None = None
    expansions: tuple[Expansion, ...] = ()
    notes: tuple[str, ...] = ()
    did_you_mean: str | None = None
    include: Mapping[str, tuple[str, ...]] = {}
    exclude: Mapping[str, tuple[str, ...]] = {}
    exact: bool = True


MOST_DOCUMENTS: Final = 100
"""Documents of an initiative that are listed at a time."""


class IndexedDocument(Document, frozen=True, omit_defaults=True, kw_only=True):
    """A document as an index tells of it; `change` is the last one its text was seen to have."""

    change: TextChange | None = None


class FoundPassage(msgspec.Struct, frozen=True):
    """A piece of text to show under a hit; `marks` are [start, end) in code points.

    `source` leads to where it stands, `document` is the id of the document it is of.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    field: str
    language: str | None = None
    heading: str | None = None
    page: int | None = None
    source: str | None = None
    document: str | None = None


class SharedTerm(msgspec.Struct, frozen=True):
    """A term two initiatives share; `share` is its part of their own likeness, 0 to 1.

    `fact` is None for words and concepts; else `place:` and a key of `corpus.place_names`,
    `kind:` and a kind, or `link:` and the id of an initiative that the records of both name,
    or that is one of them.
    """

    term: str
    share: float
    concept: str | None = None
    fact: str | None = None


class Neighbour(msgspec.Struct, frozen=True):
    id: str
    score: float
    terms: tuple[SharedTerm, ...]


class Suggestion(msgspec.Struct, frozen=True):
    """`kind` is title, city or concept; `target` the initiative id, city slug, concept id."""

    text: str
    kind: str
    target: str


class Gone(msgspec.Struct, frozen=True):
    """An address that was withdrawn."""

    id: str
    reason: str


class Moved(msgspec.Struct, frozen=True):
    """An address that redirects to `id`."""

    id: str


class Status(msgspec.Struct, frozen=True):
    """`built` is ISO 8601 UTC; `counts` has initiatives, cities, countries, concepts,
    documents, units, terms."""

    generation: str
    built: str
    counts: Mapping[str, int]
    versions: Mapping[str, str]


class SearchEngine(Protocol):
    """An open snapshot of one index generation."""

    @property
    def status(self) -> Status: ...

    @property
    def weights(self) -> Weights:
        """The numbers its ranking uses, as they were when the index was built."""
        ...

    @property
    def cities(self) -> Mapping[str, City]: ...

    @property
    def countries(self) -> Mapping[str, Country]: ...

    @property
    def regions(self) -> Mapping[str, Region]: ...

    @property
    def concepts(self) -> Mapping[str, Concept]: ...

    @property
    def coalition(self) -> Coalition: ...

    def search(self, request: SearchRequest) -> Ranking:
        """Rank; cost is bounded whatever the text says, and no text is an error."""
        ...

    def every_hit(self, request: SearchRequest) -> Iterator[str]:
        """Ids of all hits in the order of the request's sort, without paging."""
        ...

    def explain(self, request: SearchRequest, ids: Sequence[str]) -> Mapping[str, tuple[Part, ...]]:
        """The parts of each hit's score; their sum is the score `search` gives."""
        ...

    def passages(
        self, request: SearchRequest, ids: Sequence[str], most: int = 1
    ) -> Mapping[str, tuple[FoundPassage, ...]]:
        """The pieces of text that best show why each initiative was found."""
        ...

    def initiative(self, id: str) -> Initiative | Moved | Gone | None:
        """A record by its permanent id."""
        ...

    def document_count(self, initiative: str) -> int:
        """How many documents an initiative has; 0 for an unknown id."""
        ...

    def documents(
        self, initiative: str, first: int = 0, most: int = MOST_DOCUMENTS
    ) -> tuple[IndexedDocument, ...]:
        """The documents of an initiative from the one at `first` on, their texts and sections
        left out."""
        ...

    def changed_documents(
        self, initiative: str, most: int = MOST_DOCUMENTS
    ) -> tuple[IndexedDocument, ...]:
        """Those whose text was seen to change, the last change first."""
        ...

    def document(self, id: str) -> IndexedDocument | Gone | None:
        """A document by its permanent id, its texts and sections left out."""
        ...

    def version(self, document: str, number: int) -> Version | None:
        """A version of a document whole, None where there is no such one."""
        ...

    def document_passages(
        self, request: SearchRequest, document: str, most: int = 10
    ) -> tuple[FoundPassage, ...]:
        """The best passages of a document for a query, in the order of the text."""
        ...

    def similar(
        self, id: str, size: int = 5, scope: Scope = "elsewhere", *, varied: bool = True
    ) -> tuple[Neighbour, ...]:
        """Neighbours computed at build; empty for an unknown id.

        `elsewhere` leaves out the seed's own city; `varied` spreads over cities (maximal
        marginal relevance), else the plain order of similarity.
        """
        ...

    def suggest(self, text: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Titles, cities and concepts that begin with the text or have a word that does."""
        ...
