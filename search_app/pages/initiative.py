"""One record: its facts, doubts, sources, kin, and how to cite it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from flask import Response

from corpus.addresses import address_key
from corpus.model import City, Initiative
from corpus.places import fold, names_of
from indexer.engine import IndexedDocument, Moved, Neighbour, SearchEngine
from search_app import links
from search_app.addresses import initiative_at
from search_app.citations import citation
from search_app.membership import membership_of
from search_app.pages.documents import listed
from search_app.pages.figures import percent
from search_app.pages.labels import value_label
from search_app.pages.rendering import host, page, web_address
from search_app.translations import gettext
from search_app.web import absolute, engine, origin

SIMILAR: Final = 6
TERMS: Final = 5
DOCUMENTS: Final = 20


class ShownSource(NamedTuple):
    """`address` is None where the recorded one is not of the web."""

    address: str | None
    title: str
    publisher: str | None
    language: str | None
    host: str
    seen: str | None
    gone: tuple[str, ...]


class Publisher(NamedTuple):
    name: str
    address: str | None
    host: str


class ShownTerm(NamedTuple):
    name: str
    percent: int


class ShownNeighbour(NamedTuple):
    record: Initiative
    terms: tuple[ShownTerm, ...]


def show(id: str) -> Response:
    """The page of a record: 301 from an alias, 410 with the reason for a withdrawn one."""
    record = initiative_at(id, links.initiative_path)
    searched = engine()
    city = searched.cities.get(record.city) if record.city else None
    country = searched.countries.get(record.country) if record.country else None
    documents = searched.documents(record.id, most=DOCUMENTS)
    return page(
        "pages/initiative.html",
        record=record,
        city=city,
        country=country,
        city_member=city is not None and membership_of(searched, city.slug) is not None,
        permalink=absolute(links.initiative_path(record.id)),
        sources=_sources(record, documents),
        publishers=_publishers(record, city),
        topics=[searched.concepts[id] for id in record.concepts if id in searched.concepts],
        lineage=_lineage(searched, record),
        documents=listed(record, documents),
        document_count=searched.document_count(record.id),
        documents_path=links.documents_path(record.id),
        neighbours=_neighbours(searched, record),
        citation=_citation(searched, record),
    )


def _citation(searched: SearchEngine, record: Initiative) -> str:
    """A sentence to paste under a text: publisher, year, title, place and both addresses."""
    cited = citation(record, searched, origin())
    year = str(cited.date[0]) if cited.date else gettext("no year recorded")
    begin = f"{cited.author} ({year})" if cited.author else f"({year})"
    here = absolute(links.initiative_path(record.id))
    parts = [begin, cited.title, cited.place]
    sentence = ". ".join(part for part in parts if part) + "."
    if cited.url != here:
        sentence += f" {cited.url}."
    return sentence + " " + gettext("Recorded in Cityrights: %(address)s") % {"address": here}


def _sources(record: Initiative, documents: Sequence[IndexedDocument]) -> list[ShownSource]:
    gone = {address_key(one.url): one.gone for one in documents if one.url}
    return [
        ShownSource(
            address=web_address(source.url),
            title=source.title or host(source.url) or source.url,
            publisher=source.publisher,
            language=source.language,
            host=host(source.url),
            seen=source.seen,
            gone=gone.get(address_key(source.url), ()),
        )
        for source in record.sources
    ]


def _publishers(record: Initiative, city: City | None) -> list[Publisher]:
    """Who published the sources, each once, with the site they did it on; the city itself
    before others."""
    names = [fold(name) for name in names_of(city)] if city else []
    found: dict[str, Publisher] = {}
    for source in record.sources:
        name = source.publisher or host(source.url)
        if name and name not in found:
            site = host(source.url)
            at = web_address(source.url)
            root = "/".join(at.split("/")[:3]) + "/" if at else None
            found[name] = Publisher(name, root, site)

    def is_another(publisher: Publisher) -> bool:
        said = fold(f"{publisher.name} {publisher.host}")
        return not any(name in said for name in names)

    return sorted(found.values(), key=is_another)


def _lineage(searched: SearchEngine, record: Initiative) -> list[tuple[str, list[Initiative]]]:
    groups = (
        (gettext("Learned from"), record.learned_from),
        (gettext("Taken up by"), record.taken_up_by),
        (gettext("Belongs together with"), record.related),
    )
    found = ((heading, _records(searched, ids)) for heading, ids in groups)
    return [(heading, records) for heading, records in found if records]


def _records(searched: SearchEngine, ids: tuple[str, ...]) -> list[Initiative]:
    """The records of some ids, along redirects; what is withdrawn or unknown is left out."""
    found = []
    for id in ids:
        record = searched.initiative(id)
        if isinstance(record, Moved):
            record = searched.initiative(record.id)
        if isinstance(record, Initiative):
            found.append(record)
    return found


def _neighbours(searched: SearchEngine, record: Initiative) -> list[ShownNeighbour]:
    found = []
    for neighbour in searched.similar(record.id, SIMILAR):
        other = searched.initiative(neighbour.id)
        if isinstance(other, Initiative):
            found.append(ShownNeighbour(other, _terms(searched, neighbour)))
    return found


def _terms(searched: SearchEngine, neighbour: Neighbour) -> tuple[ShownTerm, ...]:
    strongest = sorted(neighbour.terms, key=lambda term: -term.share)[:TERMS]
    return tuple(
        ShownTerm(
            value_label(searched, "topic", term.concept) if term.concept else term.term,
            percent(term.share),
        )
        for term in strongest
        if percent(term.share) > 0
    )
