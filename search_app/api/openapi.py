"""This API in OpenAPI 3.1, made from the models it answers with and the table it reads by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

import msgspec

from search_app import citations, exports, feeds
from search_app.api import models
from search_app.api.problems import MEDIA_TYPE as PROBLEM
from search_app.api.problems import Problem
from search_app.parameter_table import (
    CONCEPT,
    DOCUMENT,
    DOCUMENTS,
    EXPORT,
    FEED,
    INITIATIVE,
    SEARCH,
    SIMILAR,
    SUGGEST,
    Parameter,
)

JSON: Final = "application/json"


class Health(msgspec.Struct, frozen=True):
    """Whether the process lives, or an index is open."""

    status: str


class Readiness(Health, frozen=True, omit_defaults=True):
    """`fault` says why no index, or no newer one, could be opened."""

    generation: str | None = None
    fault: str | None = None


class Endpoint(msgspec.Struct, frozen=True):
    """An address of the API.

    `answers` maps media types to the struct answered, a list or dict where another standard
    defines it, None where it is text; `named` are the
    parts of the path with an example; `problems` the statuses it may refuse with besides 400.
    """

    path: str
    name: str
    summary: str
    answers: Mapping[str, Any]
    parameters: tuple[Parameter, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    problems: tuple[int, ...] = (503,)
    conditional: bool = True


_ID: Final = (("id", "amsterdam-algorithm-register"),)

_RECORD_FORMATS: Final[Mapping[str, Any]] = {
    "json": models.InitiativeAnswer,
    "jsonld": dict[str, Any],
    "csl": list[Any],
}

ENDPOINTS: Final = (
    Endpoint(
        "/api/v1/search",
        "search",
        "Initiatives for a query, with facets and the passages that show why.",
        {JSON: models.SearchAnswer},
        SEARCH,
    ),
    Endpoint(
        "/api/v1/initiatives/{id}",
        "initiative",
        "One initiative with its sources.",
        {media: _RECORD_FORMATS.get(name) for name, media in citations.MEDIA_TYPES.items()},
        INITIATIVE,
        _ID,
        (301, 404, 410, 503),
    ),
    Endpoint(
        "/api/v1/initiatives/{id}/documents/{document}",
        "document",
        "One document: its headings, what of it matches, its text where the licence is open.",
        {JSON: models.DocumentAnswer},
        DOCUMENT,
        (*_ID, ("document", "c40b096d966d0397")),
        (301, 404, 410, 503),
    ),
    Endpoint(
        "/api/v1/initiatives/{id}/documents",
        "documents",
        "The documents of an initiative, a page of them.",
        {JSON: models.DocumentsAnswer},
        DOCUMENTS,
        _ID,
        (301, 404, 410, 503),
    ),
    Endpoint(
        "/api/v1/initiatives/{id}/similar",
        "similar",
        "The initiatives most like one, with the terms they share.",
        {JSON: models.SimilarAnswer},
        SIMILAR,
        _ID,
        (301, 404, 410, 503),
    ),
    Endpoint(
        "/api/v1/cities",
        "cities",
        "Every city that has an initiative.",
        {JSON: models.CitiesAnswer},
    ),
    Endpoint(
        "/api/v1/cities/{slug}",
        "city",
        "One city: what it has by principle, kind and year, and the cities most like it.",
        {JSON: models.CityAnswer},
        (),
        (("slug", "barcelona"),),
        (301, 404, 503),
    ),
    Endpoint(
        "/api/v1/concepts",
        "concepts",
        "The subjects of the field; as SKOS with `format=ttl`.",
        {JSON: models.ConceptsAnswer, "text/turtle": None},
        CONCEPT,
    ),
    Endpoint(
        "/api/v1/concepts/{id}",
        "concept",
        "One subject: labels by language, broader, narrower and related ones.",
        {JSON: models.ConceptAnswer, "text/turtle": None},
        CONCEPT,
        (("id", "algorithm-register"),),
        (301, 404, 503),
    ),
    Endpoint(
        "/api/v1/suggest",
        "suggest",
        "Titles, cities and subjects for the beginning of a query.",
        {JSON: models.SuggestAnswer, "application/x-suggestions+json": list[Any]},
        SUGGEST,
    ),
    Endpoint(
        "/api/v1/export",
        "export",
        "Every hit of a search as a file.",
        dict.fromkeys(exports.MEDIA_TYPES.values()),
        EXPORT,
    ),
    Endpoint(
        "/api/v1/status",
        "status",
        "The index that answers: generation, age, counts, versions.",
        {JSON: models.StatusAnswer},
        conditional=False,
    ),
    Endpoint(
        "/feed.atom",
        "feed",
        "Any search as an Atom feed, newest change first.",
        {feeds.MEDIA_TYPE: None},
        FEED,
    ),
    Endpoint(
        "/healthz",
        "healthz",
        "The process lives.",
        {JSON: Health},
        problems=(),
        conditional=False,
    ),
    Endpoint(
        "/readyz",
        "readyz",
        "An index is open; 503 where none is.",
        {JSON: Readiness},
        problems=(),
        conditional=False,
    ),
)

_REFUSALS: Final = {
    400: "A parameter is not known or has no such value; every fault is named.",
    404: "There is nothing of this id.",
    410: "The record was withdrawn; the reason is given.",
    503: "No index is open, or there is too much to do; Retry-After says when to come back.",
}


@lru_cache(maxsize=8)
def document(origin: str) -> dict[str, Any]:
    """The OpenAPI document of the site at `origin` (scheme and host)."""
    types = [answer for e in ENDPOINTS for answer in e.answers.values() if answer is not None]
    kinds = list(dict.fromkeys((*(t for t in types if t not in _LOOSE), Problem)))
    _, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "cityrights",
            "version": version("cityrights"),
            "summary": "Search what cities do for digital rights",
            "description": (
                "Nothing needs a key. JSON is UTF-8 with snake_case names; dates are ISO 8601 and "
                "keep their precision, languages ISO 639-1, countries ISO 3166-1. Errors are "
                "problem details (RFC 9457)."
            ),
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": origin}],
        "paths": {endpoint.path: {"get": _operation(endpoint)} for endpoint in ENDPOINTS},
        "components": {"schemas": components},
    }


def schema_of(parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of one value of a parameter, or of its list where it is repeatable."""
    minus = "-?" if parameter.excludes else ""
    schema: dict[str, Any] = {"type": "string"}
    match parameter.reading:
        case "choice":
            left_out = [f"-{value}" for value in parameter.allowed] if parameter.excludes else []
            schema["enum"] = [*parameter.allowed, *left_out]
        case "number":
            schema = {
                "type": "integer",
                "minimum": parameter.least,
                "maximum": parameter.most,
            }
        case "date":
            schema["pattern"] = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
        case "year":
            schema["pattern"] = f"^{minus}[0-9]{{4}}$"
        case "language":
            schema["pattern"] = f"^{minus}[a-z]{{2}}$"
        case "facets":
            one = "|".join(parameter.allowed)
            schema["pattern"] = f"^(none|({one})(,({one}))*)$"
        case "city" | "country" | "topic" | "expansion":
            schema |= {"minLength": 1, "maxLength": 200}
        case "text":
            pass
    if parameter.default is not None and parameter.default != "":
        schema["default"] = parameter.default
    if parameter.repeatable:
        return {"type": "array", "items": schema, "maxItems": 100}
    return schema


_LOOSE: Final = (list[Any], dict[str, Any])
"""Answers whose shape another standard defines."""

_REF: Final = "#/components/schemas/{name}"


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
            "example": example,
        }
        for name, example in endpoint.named
    ]
    parameters += [_parameter(parameter) for parameter in endpoint.parameters]
    content = {
        media: {"schema": _schema(answer) if answer is not None else {"type": "string"}}
        for media, answer in endpoint.answers.items()
    }
    responses: dict[str, Any] = {"200": {"description": endpoint.summary, "content": content}}
    if endpoint.conditional:
        responses["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        responses["304"] = {"description": "Unchanged since the ETag of If-None-Match."}
    if endpoint.name == "readyz":
        responses["503"] = {
            "description": "No index is open.",
            "content": {JSON: {"schema": _schema(Readiness)}},
        }
    for status in (400, *endpoint.problems):
        if status == 301:
            responses["301"] = {"description": "The id is an alias; Location has the record."}
        elif not endpoint.name.endswith("z"):
            responses[str(status)] = {
                "description": _REFUSALS[status],
                "content": {PROBLEM: {"schema": _schema(Problem)}},
            }
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": dict(sorted(responses.items())),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    meaning = parameter.meaning
    if parameter.excludes:
        meaning += " A minus in front of a value excludes it."
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": f"{meaning} Allowed: {parameter.values}.",
        "schema": schema_of(parameter),
    }
    if parameter.repeatable:
        described |= {"style": "form", "explode": True}
    if parameter.example:
        described["example"] = [parameter.example] if parameter.repeatable else parameter.example
    return described


def _schema(answer: Any) -> dict[str, Any]:
    if answer in _LOOSE:
        return {"type": "array" if answer == list[Any] else "object"}
    return {"$ref": _REF.format(name=answer.__name__)}
