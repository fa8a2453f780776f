"""A search and what it found: hits with their reasons, filters with their counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from flask import Response
from markupsafe import Markup

from corpus.line_breaks import on_one_line
from corpus.model import Initiative
from indexer.engine import (
    SORTS,
    FacetCount,
    FoundPassage,
    Gone,
    Ranking,
    SearchEngine,
    SearchRequest,
    TermReport,
)
from search_app import links
from search_app.pages import labels
from search_app.pages.figures import Histogram, histogram
from search_app.pages.rendering import arguments, cities, initiatives, number, page, web_address
from search_app.pages.subject import years
from search_app.pages.text import marked
from search_app.pages.understood import chips, elsewhere, expanded, remedies, respelled, words
from search_app.pages.why import Why, why
from search_app.parameter_table import DEEPEST
from search_app.params import read_search
from search_app.translations import gettext
from search_app.web import engine

SHOWN: Final = 8
"""Values of a facet before "more"."""
MOST: Final = 12
"""Values of an open list without a page of its own; one that has a page ends with a link to
it, and closed lists are shown whole."""

_INDEX: Final = {"city": "/cities", "country": None, "topic": "/concepts", "lang": None}
"""The open lists, and the page that has all of their values."""

_FACETS: Final = (
    "principle",
    "topic",
    "kind",
    "country",
    "city",
    "year",
    "continent",
    "status",
    "working_group",
    "level",
    "lang",
)
_OPEN: Final = frozenset(("principle", "kind", "country", "year"))


class ShownPassage(NamedTuple):
    """A passage with its marks as markup, and where it stands: `document` is the page of its
    document with what else of it matches, `source` leads to its place in the source.
    `gone` are the days that document was not found, `proposed` says that nobody has confirmed
    that it belongs to the initiative."""

    marked: Markup
    language: str | None
    heading: str | None
    page: int | None
    document: str | None
    source: str | None
    gone: tuple[str, ...] = ()
    proposed: bool = False


class ShownHit(NamedTuple):
    record: Initiative
    passages: tuple[ShownPassage, ...]
    why: Why


class Value(msgspec.Struct, frozen=True):
    value: str
    label: str
    count: int
    chosen: bool


class Facet(msgspec.Struct, frozen=True):
    """`more` stands behind a disclosure, `beyond` counts values not shown at all."""

    name: str
    label: str
    open: bool
    values: tuple[Value, ...]
    more: tuple[Value, ...] = ()
    beyond: int = 0
    index: str | None = None
    drawing: Histogram | None = None
    undated: int = 0


class PageLink(NamedTuple):
    """A page of results; neither current nor with an address, it stands for a gap."""

    number: int
    address: str | None
    current: bool


class Pages(NamedTuple):
    numbers: tuple[PageLink, ...]
    previous: str | None
    next: str | None
    bounded: int | None


def show() -> Response:
    """The results page; faults of the request are the problem layer's."""
    searched = engine()
    asked = read_search(arguments(), searched).request
    ranking = searched.search(asked)
    return page(
        "pages/results.html",
        asked=asked,
        ranking=ranking,
        found=_found(ranking),
        hits=_hits(searched, asked, ranking),
        chips=chips(searched, asked, ranking),
        words=words(searched, ranking),
        expansions=expanded(asked, ranking),
        respelled=respelled(asked, ranking),
        inexact=bool(asked.text and ranking.total and not ranking.exact),
        facets=_facets(searched, asked, ranking),
        hidden=_hidden(asked, filters_shown=ranking.total > 0),
        sorts=[(sort, gettext(labels.SORTS[sort])) for sort in SORTS],
        pages=_pages(asked, ranking),
        range=_range(asked, ranking),
        links=_links(asked, ranking),
        missing=[term.text for term in ranking.terms if _is_missing(term)],
        present=elsewhere(ranking),
        drops=[] if ranking.total else remedies(searched, asked),
    )


def _is_missing(term: TermReport) -> bool:
    return term.hits == 0 and term.operator != "not" and not term.ignored


def _found(ranking: Ranking) -> str:
    """ "23 initiatives in 14 cities"; those of nations and networks belong to no city."""
    if ranking.total == 0:
        return gettext("Nothing found")
    if ranking.cities == 0:
        return initiatives(ranking.total)
    return gettext("%(initiatives)s in %(cities)s") % {
        "initiatives": initiatives(ranking.total),
        "cities": cities(ranking.cities),
    }


def _hits(searched: SearchEngine, asked: SearchRequest, ranking: Ranking) -> list[ShownHit]:
    ids = [hit.id for hit in ranking.hits]
    passages = searched.passages(asked, ids)
    parts = searched.explain(asked, ids)
    shown = []
    for hit in ranking.hits:
        record = searched.initiative(hit.id)
        if not isinstance(record, Initiative):
            continue
        reasons = why(
            searched, record, parts.get(hit.id, ()), hit.score, ranking.expansions, ranking.language
        )
        found = tuple(_passage(searched, one, record, asked) for one in passages.get(hit.id, ()))
        shown.append(ShownHit(record, found, reasons))
    return shown


def _passage(
    searched: SearchEngine, passage: FoundPassage, record: Initiative, asked: SearchRequest
) -> ShownPassage:
    shown = ShownPassage(
        marked(*on_one_line(passage.text, passage.marks)),
        passage.language,
        passage.heading,
        passage.page,
        None,
        web_address(passage.source or ""),
    )
    if passage.document is None:
        return shown
    shown = shown._replace(document=links.document_path(record.id, passage.document, q=asked.text))
    document = searched.document(passage.document)
    if document is None or isinstance(document, Gone):
        return shown
    return shown._replace(gone=document.gone, proposed=document.attached == "proposed")


def _facets(searched: SearchEngine, asked: SearchRequest, ranking: Ranking) -> list[Facet]:
    facets = []
    for name in _FACETS:
        counts = ranking.facets.get(name, ())
        chosen = asked.include.get(name, ())
        if not counts and not chosen:
            continue
        if name == "year":
            facets.append(_year_facet(asked, counts, chosen, ranking.total))
            continue
        values = tuple(_values(searched, name, counts, chosen))
        most = max(SHOWN if _INDEX.get(name) else MOST, len(chosen))
        if name not in _INDEX:
            most = len(values)
        facets.append(
            Facet(
                name=name,
                label=labels.facet_label(name),
                open=name in _OPEN or bool(chosen),
                values=values[:SHOWN],
                more=values[SHOWN:most],
                beyond=max(0, len(values) - most),
                index=_INDEX.get(name),
            )
        )
    return facets


def _values(
    searched: SearchEngine, name: str, counts: Sequence[FacetCount], chosen: Sequence[str]
) -> Iterator[Value]:
    """Chosen values first, so that none hides behind "more" and is lost with the form."""
    found = {count.value: count.count for count in counts}
    for value in (*chosen, *(value for value in found if value not in chosen)):
        label = labels.value_label(searched, name, value)
        yield Value(value, label, found.get(value, 0), value in chosen)


def _year_facet(
    asked: SearchRequest, counts: Sequence[FacetCount], chosen: Sequence[str], total: int
) -> Facet:
    by_year = years(counts)
    drawing = histogram(by_year)
    undated = 0 if chosen or asked.date_from or asked.date_to else total - sum(by_year.values())
    return Facet(
        name="year",
        label=labels.facet_label("year"),
        open=True,
        values=tuple(Value(year, year, by_year.get(int(year), 0), True) for year in chosen),
        drawing=drawing,
        undated=max(0, undated),
    )


def _hidden(asked: SearchRequest, *, filters_shown: bool) -> list[tuple[str, str]]:
    """What the form keeps but has no field for: excluded values, the language, the mode; and
    the filters themselves where nothing was found and they are not shown."""
    fields = {"q", "page"}
    if filters_shown:
        fields |= {"sort", "date.from", "date.to"}

    def has_field(name: str, value: str) -> bool:
        return name in fields or (filters_shown and name in _FACETS and not value.startswith("-"))

    pairs = links.query_pairs(asked)
    return [(name, value) for name, value in pairs if not has_field(name, value)]


def _pages(asked: SearchRequest, ranking: Ranking) -> Pages:
    size = max(1, asked.size)
    reachable = min(ranking.total, DEEPEST)
    last = max(1, -(-reachable // size))
    current = links.page_of(asked)

    def address(page: int) -> str:
        return links.search_url(asked, page=page)

    wanted = sorted({1, last, *range(current - 2, current + 3)} & set(range(1, last + 1)))
    numbers: list[PageLink] = []
    for place in wanted:
        if numbers and place > numbers[-1].number + 1:
            numbers.append(PageLink(place - 1, None, False))
        numbers.append(PageLink(place, address(place), place == current))
    return Pages(
        numbers=tuple(numbers),
        previous=address(min(current - 1, last)) if current > 1 else None,
        next=address(current + 1) if current < last else None,
        bounded=DEEPEST if ranking.total > DEEPEST else None,
    )


def _range(asked: SearchRequest, ranking: Ranking) -> str:
    if not ranking.hits:
        return gettext("There is no such page; the results end before it.")
    return gettext("%(first)s to %(last)s of %(total)s") % {
        "first": number(asked.offset + 1),
        "last": number(asked.offset + len(ranking.hits)),
        "total": number(ranking.total),
    }


def _links(asked: SearchRequest, ranking: Ranking) -> Mapping[str, str | None]:
    def export(format: str) -> str:
        return links.search_url(asked, to=links.EXPORT_API, extras={"format": format}, offset=0)

    filtered = asked.include or asked.exclude or asked.date_from or asked.date_to
    bare = msgspec.structs.replace(asked, include={}, exclude={}, date_from=None, date_to=None)
    meant = ranking.did_you_mean
    return {
        "feed": links.search_url(asked, to=links.FEED_ATOM),
        "json": links.search_url(asked, to=links.SEARCH_API),
        "csv": export("csv"),
        "jsonl": export("jsonl"),
        "bibtex": export("bibtex"),
        "ris": export("ris"),
        "unfiltered": links.search_url(bare, offset=0) if filtered else None,
        "did_you_mean": links.search_url(asked, text=meant) if meant else None,
    }
