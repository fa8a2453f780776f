"""The addresses of the API, and the HTTP around its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from flask import Blueprint, Response, request

from corpus.model import Concept
from indexer.engine import SearchRequest
from search_app import citations, conditional, exports, links
from search_app.addresses import city_at, concept_at, document_at, initiative_at, version_at
from search_app.api import answers, openapi
from search_app.parameter_table import (
    CONCEPT,
    DEEPEST,
    DOCUMENT,
    DOCUMENTS,
    EXPORT,
    INITIATIVE,
    SIMILAR,
    SUGGEST,
)
from search_app.params import read, read_search
from search_app.translations import SOURCE, speak
from search_app.web import absolute, application, engine, origin

blueprint = Blueprint("api", __name__)

API = "/api/v1"


@blueprint.before_request
def speak_english() -> None:
    """Labels of the API are English, whatever the page before on this thread spoke."""
    speak(SOURCE)


@blueprint.get(f"{API}/search")
def search() -> Response:
    """A page of hits."""
    tag = conditional.entity_tag()
    asked = read_search(request.args, engine())
    explain = asked.extras["explain"] == "1"
    if kept := conditional.unchanged(tag):
        return kept
    answer = answers.search(engine(), asked.request, explain=explain, origin=origin())
    response = conditional.stamp(encoded(answer), tag)
    extras = {"explain": asked.extras["explain"]}
    _link(response, _pages(asked.request, answer.total, extras))
    return response


@blueprint.get(f"{API}/initiatives/<id>")
def initiative(id: str) -> Response:
    """One record, in one of five formats."""
    values = read(request.args, engine(), INITIATIVE)
    record = initiative_at(id, _here(links.initiative_path))
    name = values.get("format") or _negotiated(
        {media: name for name, media in citations.MEDIA_TYPES.items()}
    )
    tag = conditional.entity_tag(name)
    if kept := conditional.unchanged(tag):
        return kept
    if name == "json":
        response = encoded(answers.initiative(engine(), record, origin()))
    else:
        text = citations.written(name, record, engine(), origin())
        response = Response(text, content_type=citations.MEDIA_TYPES[name] + "; charset=utf-8")
    _link(response, {"self": _asked(), "alternate": links.initiative_path(record.id)})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/initiatives/<id>/documents")
def documents(id: str) -> Response:
    """A page of the documents of a record."""
    values = read(request.args, engine(), DOCUMENTS)
    record = initiative_at(id, lambda now: links.api_path(links.documents_path(now)))
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    number, size = values["page"], values["size"]
    answer = answers.documents(engine(), record, number, size, origin())
    response = encoded(answer)

    def at(page: int) -> str:
        return links.api_path(links.documents_path(record.id, page=page, size=size))

    found = {"self": _asked(), "alternate": links.documents_path(record.id)}
    if number * size < answer.total:
        found["next"] = at(number + 1)
    if number > 1:
        found["prev"] = at(number - 1)
    _link(response, found)
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/initiatives/<id>/documents/<document>")
def document(id: str, document: str) -> Response:
    """One document: its headings, what of it matches, its text where that is open."""
    values = read(request.args, engine(), DOCUMENT)
    found = document_at(id, document, lambda *ids: links.api_path(links.document_path(*ids)))
    version = version_at(found.document, values.get("version"))
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    answer = answers.document(
        engine(), found.record, found.document, version, values["q"], origin()
    )
    response = encoded(answer)
    path = links.document_path(found.record.id, found.document.id)
    _link(response, {"self": links.api_path(path), "alternate": path})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/initiatives/<id>/similar")
def similar(id: str) -> Response:
    """The neighbours of a record."""
    values = read(request.args, engine(), SIMILAR)
    record = initiative_at(id, lambda now: f"{links.api_path(links.initiative_path(now))}/similar")
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    answer = answers.similar(engine(), record.id, values["size"], values["scope"], origin())
    response = encoded(answer)
    _link(response, {"self": _asked(), "alternate": links.initiative_path(record.id)})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/cities")
def cities() -> Response:
    """Every city that has an initiative."""
    read(request.args, engine(), ())
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    response = encoded(answers.cities(engine(), origin()))
    _link(response, {"self": _asked(), "alternate": links.CITIES_PAGE})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/cities/<slug>")
def city(slug: str) -> Response:
    """One city with what it has."""
    read(request.args, engine(), ())
    place = city_at(slug, _here(links.city_path))
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    response = encoded(answers.city(engine(), place, origin()))
    _link(response, {"self": _asked(), "alternate": links.city_path(place.slug)})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/concepts")
def concepts() -> Response:
    """The whole thesaurus, as JSON or SKOS."""
    values = read(request.args, engine(), CONCEPT)
    name = values.get("format") or _negotiated(_CONCEPT_TYPES)
    tag = conditional.entity_tag(name)
    if kept := conditional.unchanged(tag):
        return kept
    if name == "ttl":
        response = _turtle(engine().concepts)
    else:
        response = encoded(answers.concepts(engine(), origin()))
    _link(response, {"self": _asked(), "alternate": links.CONCEPTS_PAGE})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/concepts/<id>")
def concept(id: str) -> Response:
    """One concept, as JSON or SKOS."""
    values = read(request.args, engine(), CONCEPT)
    subject = concept_at(id, _here(links.concept_path))
    name = values.get("format") or _negotiated(_CONCEPT_TYPES)
    tag = conditional.entity_tag(name)
    if kept := conditional.unchanged(tag):
        return kept
    if name == "ttl":
        response = _turtle(_around(subject))
    else:
        response = encoded(answers.concept(engine(), subject, origin()))
    _link(response, {"self": _asked(), "alternate": links.concept_path(subject.id)})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/suggest")
def suggest() -> Response:
    """Titles, cities and concepts for the beginning of a query."""
    values = read(request.args, engine(), SUGGEST)
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    answer = answers.suggest(engine(), values["q"], values["size"], origin())
    if values["format"] == "opensearch":
        found = answer.suggestions
        rows = [
            answer.query,
            [s.text for s in found],
            [s.kind for s in found],
            [s.url for s in found],
        ]
        response = Response(
            msgspec.json.encode(rows), content_type="application/x-suggestions+json; charset=utf-8"
        )
    else:
        response = encoded(answer)
    _link(response, {"self": _asked()})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/export")
def export() -> Response:
    """Every hit of a search as a file, streamed."""
    asked = read_search(request.args, engine(), EXPORT)
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    name = asked.extras["format"]
    rows = exports.export(engine(), asked.request, name, origin())
    response = Response(rows, content_type=exports.MEDIA_TYPES[name] + "; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="cityrights.{exports.ENDINGS[name]}"'
    )
    _link(response, {"self": _asked(), "alternate": links.search_url(asked.request)})
    return conditional.stamp(response, tag)


@blueprint.get(f"{API}/status")
def status() -> Response:
    """The index that answers."""
    read(request.args, engine(), ())
    response = encoded(answers.status(engine(), application().engines.fault))
    _link(response, {"self": _asked()})
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/openapi.json")
def openapi_document() -> Response:
    """This API in OpenAPI 3.1."""
    response = encoded(openapi.document(origin()))
    response.headers["Cache-Control"] = conditional.MAX_AGE
    return response


def encoded(answer: Any) -> Response:
    """An answer as JSON."""
    return Response(msgspec.json.encode(answer), content_type="application/json; charset=utf-8")


_CONCEPT_TYPES: Mapping[str, str] = {"application/json": "json", "text/turtle": "ttl"}


def _negotiated(formats: Mapping[str, str]) -> str:
    """The format whose media type the Accept header likes best; JSON where it likes none."""
    best = request.accept_mimetypes.best_match(tuple(formats), default="application/json")
    return formats.get(best or "", "json")


def _here(page_path: Callable[[str], str]) -> Callable[[str], str]:
    return lambda id: links.api_path(page_path(id))


def _turtle(concepts: Mapping[str, Concept]) -> Response:
    # Late: written rarely.
    from corpus.thesaurus import to_turtle

    return Response(to_turtle(concepts, origin()), content_type="text/turtle; charset=utf-8")


def _around(subject: Concept) -> dict[str, Concept]:
    """A concept and those it is tied to, so that its relations have both ends."""
    known = engine().concepts
    ids = (subject.id, *subject.broader, *subject.related)
    below = (c.id for c in known.values() if subject.id in c.broader)
    return {id: known[id] for id in (*ids, *below) if id in known}


def _pages(asked: SearchRequest, total: int, extras: Mapping[str, str]) -> dict[str, str]:
    """The links of a page of hits (RFC 8288)."""
    here = links.page_of(asked)

    def at(page: int) -> str:
        return links.search_url(asked, to=links.SEARCH_API, extras=extras, page=page)

    found = {}
    if asked.offset + asked.size < min(total, DEEPEST):
        found["next"] = at(here + 1)
    if here > 1:
        found["prev"] = at(here - 1)
    return found | {"self": at(here), "alternate": links.search_url(asked, page=here)}


def _asked() -> str:
    """The path that was asked, with what was asked of it."""
    pairs = list(request.args.items(multi=True))
    # Quoted anew: what came may hold any bytes.
    path = quote(request.path, errors="replace")
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path


LONGEST_LINKS: Final = 4_000
"""Bytes of a Link header. Proxies take 4 to 8 KiB of headers in all and answer 502 beyond;
what a long query leaves no room for is left out, `self` and `alternate` first."""


def _link(response: Response, targets: Mapping[str, str]) -> None:
    """Says where else this answer leads (RFC 8288), the most wanted first."""
    media = {"alternate": '; type="text/html"'}
    written: list[str] = []
    for relation, path in targets.items():
        link = f'<{absolute(path)}>; rel="{relation}"{media.get(relation, "")}'
        if sum(map(len, written)) + len(link) <= LONGEST_LINKS:
            written.append(link)
    if written:
        response.headers["Link"] = ", ".join(written)
