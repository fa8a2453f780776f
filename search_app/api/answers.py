"""From what the engine found to what the API answers; no HTTP here.

The command line prints the same answers, so `origin` (scheme and host) is an argument.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from corpus.documents import Version
from corpus.licences import is_open
from corpus.model import City, Concept, Initiative
from indexer.engine import (
    FacetCount,
    FoundPassage,
    Hit,
    IndexedDocument,
    Part,
    Ranking,
    SearchEngine,
    SearchRequest,
)
from search_app import links
from search_app.api import models
from search_app.membership import membership_of
from search_app.parameter_table import DEEPEST
from search_app.similar_cities import similar_cities
from search_app.vocabulary import vocabulary_of

LICENCE = "CC-BY-4.0"
"""Of the catalogue's own records; imported ones name theirs."""


def search(
    engine: SearchEngine, request: SearchRequest, *, explain: bool = False, origin: str = ""
) -> models.SearchAnswer:
    """A page of hits with everything that is said about them."""
    began = time.perf_counter()
    ranking = engine.search(request)
    ids = [hit.id for hit in ranking.hits]
    passages = engine.passages(request, ids)
    parts = engine.explain(request, ids) if explain else None
    hits = []
    for hit in ranking.hits:
        record = engine.initiative(hit.id)
        if isinstance(record, Initiative):
            hits.append(
                models.HitAnswer(
                    **_summary(engine, record, origin),
                    score=hit.score,
                    passages=tuple(map(_passage, passages.get(hit.id, ()))),
                    why=None if parts is None else tuple(map(_part, parts.get(hit.id, ()))),
                )
            )
    page = links.page_of(request)
    return models.SearchAnswer(
        query=_query(request, ranking),
        total=ranking.total,
        cities=ranking.cities,
        page=page,
        size=request.size,
        hits=tuple(hits),
        facets={
            facet: facet_answers(engine, facet, counts, ranking)
            for facet, counts in ranking.facets.items()
        },
        expansions=tuple(
            models.ExpansionAnswer(
                kind=found.kind,
                concept=found.id if found.kind == "concept" else None,
                label=found.label,
                source=found.source,
                terms=tuple(models.ExpansionTerm(term, code) for code, term in found.terms),
                remove=origin
                + links.search_url(
                    request,
                    to=links.SEARCH_API,
                    expand_off=(*request.expand_off, found.id),
                ),
            )
            for found in ranking.expansions
            if found.id not in request.expand_off
        ),
        notes=(*ranking.notes, *_notes(request, ranking)),
        generation=engine.status.generation,
        took_ms=round((time.perf_counter() - began) * 1000, 2),
        exact=ranking.exact,
        did_you_mean=ranking.did_you_mean,
    )


def facet_answers(
    engine: SearchEngine, facet: str, counts: Sequence[FacetCount], ranking: Ranking
) -> tuple[models.FacetAnswer, ...]:
    """The counts of a facet with labels, those filtered by marked."""
    chosen = ranking.include.get(facet, ())
    label = vocabulary_of(engine).label
    return tuple(
        models.FacetAnswer(c.value, label(engine, facet, c.value), c.count, c.value in chosen)
        for c in counts
    )


def initiative(
    engine: SearchEngine, record: Initiative, origin: str = ""
) -> models.InitiativeAnswer:
    """A record whole."""

    def titled(ids: Iterable[str]) -> tuple[models.Named, ...]:
        found = ((id, engine.initiative(id)) for id in ids)
        return tuple(models.Named(id, r.title) for id, r in found if isinstance(r, Initiative))

    short = _summary(engine, record, origin)
    return models.InitiativeAnswer(
        **short,
        summary_original=record.summary_original,
        details=record.details,
        outcome=record.outcome,
        level=record.level,
        year_end=record.year_end,
        date=record.date,
        working_groups=record.working_groups,
        keywords=record.keywords,
        terms_original=record.terms_original,
        learned_from=titled(record.learned_from),
        taken_up_by=titled(record.taken_up_by),
        related=titled(record.related),
        sources=record.sources,
        document_count=engine.document_count(record.id),
        documents_url=origin + links.api_path(links.documents_path(record.id)),
        documents=_documents(record, engine.documents(record.id), origin),
        aliases=record.aliases,
        recorded=record.recorded,
        changed=record.changed,
        licence=record.licence or (LICENCE if not record.provisional else "not known"),
        generation=engine.status.generation,
    )


def documents(
    engine: SearchEngine, record: Initiative, page: int, size: int, origin: str = ""
) -> models.DocumentsAnswer:
    """A page of the documents of a record."""
    found = engine.documents(record.id, (page - 1) * size, size)
    return models.DocumentsAnswer(
        initiative=models.Named(record.id, record.title),
        total=engine.document_count(record.id),
        page=page,
        size=size,
        documents=_documents(record, found, origin),
        generation=engine.status.generation,
    )


def document(
    engine: SearchEngine,
    record: Initiative,
    found: IndexedDocument,
    version: Version,
    text: str = "",
    origin: str = "",
) -> models.DocumentAnswer:
    """A version of a document whole, its text where it is open."""
    asked = SearchRequest(text=text, size=1, facets=())
    matching = engine.document_passages(asked, found.id) if text.strip() else ()
    return models.DocumentAnswer(
        **_document(record, found, origin),
        initiative=models.Named(record.id, record.title),
        version=version.number,
        sections=version.sections,
        pages=version.pages,
        passages=tuple(map(_passage, matching)),
        text=version.text if is_open(found.licence) else None,
        generation=engine.status.generation,
    )


def similar(
    engine: SearchEngine, id: str, size: int, scope: str, origin: str = ""
) -> models.SimilarAnswer:
    """The neighbours of an initiative with what they share."""
    found = []
    for neighbour in engine.similar(id, size, "anywhere" if scope == "anywhere" else "elsewhere"):
        record = engine.initiative(neighbour.id)
        if isinstance(record, Initiative):
            terms = tuple(
                models.SharedTermAnswer(t.term, t.share, t.concept) for t in neighbour.terms
            )
            found.append(
                models.NeighbourAnswer(
                    **_summary(engine, record, origin), score=neighbour.score, terms=terms
                )
            )
    return models.SimilarAnswer(id, scope, tuple(found), engine.status.generation)


def cities(engine: SearchEngine, origin: str = "") -> models.CitiesAnswer:
    """Every city that has an initiative, by name."""
    counts = _counts(engine, "city")
    found = [
        models.CitySummary(**_city(engine, engine.cities[slug], count, origin))
        for slug, count in counts.items()
        if slug in engine.cities
    ]
    found.sort(key=lambda city: (city.name.casefold(), city.id))
    return models.CitiesAnswer(tuple(found), engine.status.generation)


def city(engine: SearchEngine, place: City, origin: str = "") -> models.CityAnswer:
    """A city with what it has."""
    request = SearchRequest(
        include={"city": (place.slug,)},
        sort="newest",
        size=100,
        facets=("principle", "kind", "year"),
    )
    ranking = engine.search(request)
    by_facet = {
        facet: facet_answers(engine, facet, counts, ranking)
        for facet, counts in ranking.facets.items()
    }
    return models.CityAnswer(
        **_city(engine, place, ranking.total, origin),
        principles=by_facet.get("principle", ()),
        kinds=by_facet.get("kind", ()),
        years=tuple(sorted(by_facet.get("year", ()), key=lambda year: year.value)),
        items=tuple(
            models.Summary(**_summary(engine, record, origin))
            for record in _records(engine, ranking.hits)
        ),
        similar=tuple(
            models.SimilarCityAnswer(
                found.slug, engine.cities[found.slug].name, found.score, found.pairs, found.terms
            )
            for found in similar_cities(engine, place.slug)
        ),
        generation=engine.status.generation,
    )


def concepts(engine: SearchEngine, origin: str = "") -> models.ConceptsAnswer:
    """Every concept of the thesaurus, by label."""
    counts = _counts(engine, "topic")
    found = [
        models.ConceptSummary(**_concept(concept, counts.get(concept.id, 0), origin))
        for concept in engine.concepts.values()
    ]
    found.sort(key=lambda concept: (concept.label.casefold(), concept.id))
    return models.ConceptsAnswer(tuple(found), engine.status.generation)


def concept(engine: SearchEngine, subject: Concept, origin: str = "") -> models.ConceptAnswer:
    """A concept with what stands above, below and beside it."""

    def named(ids: Iterable[str]) -> tuple[models.Named, ...]:
        return tuple(
            models.Named(id, engine.concepts[id].label) for id in ids if id in engine.concepts
        )

    narrower = (c.id for c in engine.concepts.values() if subject.id in c.broader)
    return models.ConceptAnswer(
        **_concept(subject, _counts(engine, "topic").get(subject.id, 0), origin),
        labels=subject.labels,
        other=subject.other,
        broader=named(subject.broader),
        narrower=named(narrower),
        related=named(subject.related),
        generation=engine.status.generation,
    )


def suggest(engine: SearchEngine, text: str, size: int, origin: str = "") -> models.SuggestAnswer:
    """Titles, cities and concepts for the beginning of a query."""
    return models.SuggestAnswer(
        text,
        tuple(
            models.SuggestionAnswer(
                found.text, found.kind, found.target, origin + _TARGETS[found.kind](found.target)
            )
            for found in engine.suggest(text, size)
        ),
    )


def status(engine: SearchEngine, fault: str | None = None) -> models.StatusAnswer:
    """The index that answers, and why a newer one could not be opened."""
    now = engine.status
    built = datetime.datetime.fromisoformat(now.built)
    if built.tzinfo is None:
        built = built.replace(tzinfo=datetime.UTC)
    age = datetime.datetime.now(datetime.UTC) - built
    return models.StatusAnswer(
        now.generation,
        now.built,
        max(0, int(age.total_seconds())),
        dict(now.counts),
        dict(now.versions),
        fault,
    )


_TARGETS: Mapping[str, Callable[[str], str]] = {
    "title": links.initiative_path,
    "city": links.city_path,
    "concept": links.concept_path,
}


def _query(request: SearchRequest, ranking: Ranking) -> models.QueryAnswer:
    return models.QueryAnswer(
        text=request.text,
        language=ranking.language,
        mode=request.mode,
        sort=request.sort,
        terms=ranking.terms,
        include=dict(ranking.include),
        exclude=dict(ranking.exclude),
        date_from=request.date_from,
        date_to=request.date_to,
    )


def _notes(request: SearchRequest, ranking: Ranking) -> list[str]:
    notes = []
    if request.offset and request.offset >= ranking.total:
        last = max(1, -(-ranking.total // request.size))
        notes.append(f"There are {last:,} pages of hits; this is page {links.page_of(request):,}.")
    if ranking.total > DEEPEST:
        notes.append(
            f"The first {DEEPEST:,} of {ranking.total:,} hits can be paged through; "
            f"{links.EXPORT_API} has all of them."
        )
    return notes


def _passage(found: FoundPassage) -> models.PassageAnswer:
    return models.PassageAnswer(*msgspec.structs.astuple(found))


def _part(part: Part) -> models.PartAnswer:
    return models.PartAnswer(part.term, part.field, part.weight, part.concept, part.found)


def _records(engine: SearchEngine, hits: Iterable[Hit]) -> Iterable[Initiative]:
    for hit in hits:
        record = engine.initiative(hit.id)
        if isinstance(record, Initiative):
            yield record


def _counts(engine: SearchEngine, facet: str) -> dict[str, int]:
    ranking = engine.search(SearchRequest(size=1, facets=(facet,)))
    return {count.value: count.count for count in ranking.facets.get(facet, ())}


def _summary(engine: SearchEngine, record: Initiative, origin: str) -> dict[str, Any]:
    place = engine.cities.get(record.city) if record.city else None
    country = engine.countries.get(record.country) if record.country else None
    return {
        "id": record.id,
        "url": origin + links.initiative_path(record.id),
        "title": record.title,
        "title_original": record.title_original,
        "language": record.language,
        "city": models.Named(place.slug, place.name) if place else None,
        "country": models.Named(country.code, country.name) if country else None,
        "kind": record.kind,
        "status": record.status,
        "year": record.year,
        "principles": record.principles,
        "topics": tuple(
            models.Named(id, engine.concepts[id].label)
            for id in record.concepts
            if id in engine.concepts
        ),
        "summary": record.summary,
        "provisional": record.provisional,
        "doubt": record.doubt,
    }


def _documents(
    record: Initiative, found: Iterable[IndexedDocument], origin: str
) -> tuple[models.DocumentSummary, ...]:
    return tuple(models.DocumentSummary(**_document(record, one, origin)) for one in found)


def _document(record: Initiative, found: IndexedDocument, origin: str) -> dict[str, Any]:
    newest = found.newest
    return {
        "id": found.id,
        "url": origin + links.document_path(record.id, found.id),
        "title": newest.title or found.name,
        "language": newest.language,
        "media_type": found.media_type,
        "source": found.url,
        "publisher": found.publisher,
        "licence": found.licence,
        "open": is_open(found.licence),
        "attached": found.attached,
        "reasons": found.reasons,
        "gone": found.gone,
        "change": _change(record, found, origin),
        "versions": tuple(
            models.VersionAnswer(
                **{name: getattr(one, name) for name in models.VersionAnswer.__struct_fields__}
            )
            for one in found.versions
        ),
    }


def _change(record: Initiative, found: IndexedDocument, origin: str) -> models.ChangeAnswer | None:
    if found.change is None:
        return None
    change = found.change
    numbers = {"from": change.older, "to": change.newer}
    return models.ChangeAnswer(
        day=change.day,
        older=change.older,
        newer=change.newer,
        url=origin + links.changes_path(record.id, found.id, **numbers),
        added=change.added,
        removed=change.removed,
        sections=change.sections,
        further=change.further,
    )


def _city(engine: SearchEngine, place: City, count: int, origin: str) -> dict[str, Any]:
    country = engine.countries[place.country]
    member = membership_of(engine, place.slug)
    return {
        "id": place.slug,
        "url": origin + links.city_path(place.slug),
        "name": place.name,
        "country": models.Named(country.code, country.name),
        "continent": country.continent,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "population": place.population,
        "initiatives": count,
        "membership": models.Membership(member.source, member.joined) if member else None,
    }


def _concept(subject: Concept, count: int, origin: str) -> dict[str, Any]:
    return {
        "id": subject.id,
        "url": origin + links.concept_path(subject.id),
        "label": subject.label,
        "definition": subject.definition,
        "principle": subject.principle,
        "initiatives": count,
    }
