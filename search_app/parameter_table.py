"""What may be asked: every parameter, declared once.

This table drives the reading of requests (`search_app.params`), the OpenAPI document, the API
page and the options of the command line, so that they never disagree.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from corpus.model import CONTINENTS, KINDS, LEVELS, PRINCIPLES, STATUSES, WORKING_GROUPS
from indexer.engine import FACETS, MODES, SCOPES, SORTS

Reading = Literal[
    "text",
    "choice",
    "number",
    "date",
    "city",
    "country",
    "topic",
    "year",
    "language",
    "facets",
    "expansion",
]

DEEPEST: Final = 10_000
"""Hits that can be paged through; an export has all of them."""

MOST_VALUES: Final = 100
"""Filter values in one request; the home page's widest form sends under twenty."""

MOST_NUMBERED: Final = 1_000_000
"""Versions and parts of a document that can be asked for by their number."""

LONGEST_VALUE: Final = 200
"""Characters of a filter value; the longest name of a place has under 100."""


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of a request.

    `reading` says how its text becomes a value, `allowed` is the closed list where there is
    one, `least` and `most` bound a number. `excludes`: a minus in front leaves a value out.
    `option` is its name on the command line, None where it has no use there.
    """

    name: str
    reading: Reading
    meaning: str
    allowed: tuple[str, ...] = ()
    default: str | int | None = None
    least: int | None = None
    most: int | None = None
    repeatable: bool = False
    excludes: bool = False
    option: str | None = None
    example: str | None = None

    @property
    def values(self) -> str:
        """What is allowed, in words."""
        match self.reading:
            case "text":
                return "any text"
            case "choice":
                return ", ".join(self.allowed)
            case "number":
                return f"a whole number from {self.least} to {self.most:,}"
            case "date":
                return "YYYY, YYYY-MM or YYYY-MM-DD"
            case "city":
                return "a city's slug or name; /api/v1/cities lists them"
            case "country":
                return "a country's two-letter code (ISO 3166-1) or its name"
            case "topic":
                return "a concept's id or label; /api/v1/concepts lists them"
            case "expansion":
                return "a concept's id or label, or the id of an expansion in an answer"
            case "year":
                return "a year in four digits"
            case "language":
                return "a two-letter language code (ISO 639-1)"
            case "facets":
                return f"none, or some of {', '.join(self.allowed)}, parted by commas"


def _filter(
    name: str,
    meaning: str,
    reading: Reading = "choice",
    allowed: tuple[str, ...] = (),
    example: str = "",
) -> Parameter:
    return Parameter(
        name=name,
        reading=reading,
        meaning=meaning,
        allowed=allowed,
        repeatable=True,
        excludes=True,
        option=name.replace("_", "-"),
        example=example or None,
    )


QUERY: Final = Parameter(
    "q",
    "text",
    'Words, "phrases", -without, title:, city:, topic:, OR, prefix*; a sentence is fine. '
    "What can't be read as an operator is read as words, and `notes` says so.",
    default="",
    example="algorithm register",
)

FILTERS: Final = (
    _filter(
        "principle",
        "One of the coalition's five principles.",
        allowed=PRINCIPLES,
        example="privacy",
    ),
    _filter("kind", "What an initiative is.", allowed=KINDS, example="law"),
    _filter("continent", "The continent of its country.", allowed=CONTINENTS, example="europe"),
    _filter("country", "Its country.", "country", example="FI"),
    _filter("city", "Its city.", "city", example="barcelona"),
    _filter("topic", "A concept it is about.", "topic", example="algorithm-register"),
    _filter(
        "working_group",
        "A working group of the coalition.",
        allowed=WORKING_GROUPS,
        example="data-economy",
    ),
    _filter("status", "How far it has come.", allowed=STATUSES, example="in force"),
    _filter("level", "Whose initiative it is.", allowed=LEVELS, example="city"),
    _filter("lang", "The language of the record's own pages.", "language", example="es"),
    _filter("year", "The year it began.", "year", example="2021"),
)
"""A filter keeps what has one of its values (AND between filters); `-value` drops it."""

DATES: Final = (
    Parameter(
        "date.from",
        "date",
        "Not over before this day, month or year.",
        option="date-from",
        example="2019",
    ),
    Parameter(
        "date.to", "date", "Begun by this day, month or year.", option="date-to", example="2024-06"
    ),
)

READING: Final = (
    Parameter(
        "mode",
        "choice",
        "`best`: any word, records with more of them first; `all`: every word.",
        allowed=MODES,
        default="best",
        option="mode",
    ),
    Parameter(
        "qlang",
        "language",
        "The language of the query; detected if not given.",
        option="qlang",
        example="ca",
    ),
    Parameter(
        "expand",
        "choice",
        "`auto` searches concepts of the query in every language beside its words; `none` does not.",
        allowed=("auto", "none"),
        default="auto",
        option="expand",
    ),
    Parameter(
        "expand.off",
        "expansion",
        "A concept not to search beside the words, a place not to prefer, or a spelling not to read.",
        repeatable=True,
        option="expand-off",
        example="algorithm-register",
    ),
)

SORT: Final = Parameter(
    "sort", "choice", "The order of the hits.", allowed=SORTS, default="relevance", option="sort"
)
PAGE: Final = Parameter(
    "page",
    "number",
    f"The page of hits; the first {DEEPEST:,} hits can be paged through.",
    default=1,
    least=1,
    most=DEEPEST,
    option="page",
)
SIZE: Final = Parameter(
    "size", "number", "Hits on a page.", default=10, least=1, most=100, option="limit"
)
COUNTED: Final = Parameter(
    "facets",
    "facets",
    "The facets to count; all if not given.",
    allowed=FACETS,
    example="country,kind",
)
EXPLAIN: Final = Parameter(
    "explain",
    "choice",
    "`1` adds the parts each score is the sum of, in `why`.",
    allowed=("0", "1"),
    default="0",
)

FOUND_BY: Final = (QUERY, *FILTERS, *DATES, *READING)
"""What decides which initiatives are found, whatever is then done with them."""

SEARCH: Final = (*FOUND_BY, SORT, PAGE, SIZE, COUNTED, EXPLAIN)
FEED: Final = FOUND_BY
EXPORT: Final = (
    *FOUND_BY,
    SORT,
    Parameter(
        "format",
        "choice",
        "The format of the file.",
        allowed=("csv", "jsonl", "bibtex", "ris"),
        default="csv",
    ),
)
INITIATIVE: Final = (
    Parameter(
        "format",
        "choice",
        "The format of the record; without it the Accept header decides.",
        allowed=("json", "jsonld", "bibtex", "ris", "csl"),
    ),
)
DOCUMENTS: Final = (
    Parameter("page", "number", "The page of documents.", default=1, least=1, most=MOST_NUMBERED),
    Parameter("size", "number", "Documents on a page.", default=100, least=1, most=100),
)
DOCUMENTS_PAGE: Final = DOCUMENTS[:1]
DOCUMENT: Final = (
    msgspec.structs.replace(QUERY, meaning="What to find in the document, as in a search."),
    Parameter(
        "version",
        "number",
        "A version of the text; the newest if not given.",
        least=1,
        most=MOST_NUMBERED,
    ),
)
DOCUMENT_PAGE: Final = (
    *DOCUMENT,
    Parameter("part", "number", "A part of a long text.", default=1, least=1, most=MOST_NUMBERED),
)
CHANGES: Final = (
    Parameter("from", "number", "The older version.", least=1, most=MOST_NUMBERED),
    Parameter(
        "to", "number", "The newer one; the newest if not given.", least=1, most=MOST_NUMBERED
    ),
)
SIMILAR: Final = (
    Parameter("size", "number", "Neighbours wanted.", default=5, least=1, most=20, option="limit"),
    Parameter(
        "scope",
        "choice",
        "`elsewhere` leaves out the same city.",
        allowed=SCOPES,
        default="elsewhere",
        option="scope",
    ),
)
CONCEPT: Final = (
    Parameter(
        "format",
        "choice",
        "`ttl` is SKOS in Turtle; without it the Accept header decides.",
        allowed=("json", "ttl"),
    ),
)
SUGGEST: Final = (
    msgspec.structs.replace(QUERY, meaning="The beginning of a title, a city or a concept."),
    Parameter("size", "number", "Suggestions wanted.", default=8, least=1, most=20),
    Parameter(
        "format",
        "choice",
        "`opensearch` is OpenSearch suggestions.",
        allowed=("json", "opensearch"),
        default="json",
    ),
)
