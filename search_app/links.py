"""Addresses of pages, answers, feeds and exports; pages and API make all links here.

Parameters stand in the order of the table and only where they differ from the default, so
that one search has one address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

from indexer.engine import FACETS, SearchRequest
from search_app.parameter_table import EXPORT, FEED, FILTERS, SEARCH, Parameter

SEARCH_PAGE: Final = "/search"
SEARCH_API: Final = "/api/v1/search"
EXPORT_API: Final = "/api/v1/export"
CITIES_PAGE: Final = "/cities"
CONCEPTS_PAGE: Final = "/concepts"
FEED_ATOM: Final = "/feed.atom"


def search_url(
    request: SearchRequest,
    *,
    to: str = SEARCH_PAGE,
    extras: Mapping[str, Any] | None = None,
    **changes: Any,
) -> str:
    """The address of a search with some of its fields changed, as a path.

    `to` is one of the addresses above; what means nothing there (the page of a feed, say) is
    left out. `changes` are fields of `SearchRequest`; anything but another offset begins again
    at the first page. `page=3` may be said instead of an offset. `extras` are further
    parameters (`format`, `explain`).
    """
    return to + query_string(changed(request, **changes), _PARAMETERS.get(to, SEARCH), extras)


def changed(request: SearchRequest, **changes: Any) -> SearchRequest:
    """The request with fields changed; back on the first page unless a page is named."""
    size = changes.get("size", request.size)
    if "page" in changes:
        changes["offset"] = (changes.pop("page") - 1) * size
    elif changes and "offset" not in changes:
        changes["offset"] = 0
    return msgspec.structs.replace(request, **changes)


def without_value(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """The search without a filter value, wanted or excluded."""
    return changed(
        request,
        include=_dropped(request.include, facet, value),
        exclude=_dropped(request.exclude, facet, value),
    )


def query_string(
    request: SearchRequest,
    parameters: Sequence[Parameter] = SEARCH,
    extras: Mapping[str, Any] | None = None,
) -> str:
    """The request as `?name=value&...`, empty where everything is as by default."""
    pairs = query_pairs(request, parameters, extras)
    return f"?{urlencode(pairs, errors='replace')}" if pairs else ""


def query_pairs(
    request: SearchRequest,
    parameters: Sequence[Parameter] = SEARCH,
    extras: Mapping[str, Any] | None = None,
) -> list[tuple[str, str]]:
    """The request as parameters that differ from their defaults, for links and hidden fields."""
    given = _values(request)
    given.update(
        {name: [str(value)] for name, value in (extras or {}).items() if value is not None}
    )
    return [
        (parameter.name, value)
        for parameter in parameters
        for value in given.get(parameter.name, ())
        if value != str(parameter.default)
    ]


def page_of(request: SearchRequest) -> int:
    """The page, from 1, that a request's offset stands for."""
    return request.offset // request.size + 1 if request.size else 1


def initiative_path(id: str) -> str:
    return f"/initiatives/{quote(id, safe='')}"


def document_path(initiative: str, document: str, **parameters: object) -> str:
    """The page of a document of an initiative."""
    path = f"{initiative_path(initiative)}/documents/{quote(document, safe='')}"
    return path + (f"?{urlencode(parameters, errors='replace')}" if parameters else "")


def changes_path(initiative: str, document: str, **parameters: object) -> str:
    """The page that compares versions of a document."""
    path = f"{document_path(initiative, document)}/changes"
    return path + (f"?{urlencode(parameters, errors='replace')}" if parameters else "")


def documents_path(initiative: str, **parameters: object) -> str:
    """The list of an initiative's documents."""
    path = f"{initiative_path(initiative)}/documents"
    return path + (f"?{urlencode(parameters, errors='replace')}" if parameters else "")


def city_path(slug: str) -> str:
    return f"/cities/{quote(slug, safe='')}"


def concept_path(id: str) -> str:
    return f"/concepts/{quote(id, safe='')}"


def principle_path(id: str) -> str:
    return f"/principles/{quote(id, safe='')}"


def working_group_path(id: str) -> str:
    return f"/working-groups/{quote(id, safe='')}"


def api_path(page_path: str) -> str:
    """The address of the JSON that stands behind a page."""
    return f"/api/v1{page_path}"


_PARAMETERS: Final[Mapping[str, Sequence[Parameter]]] = {
    SEARCH_PAGE: SEARCH,
    SEARCH_API: SEARCH,
    EXPORT_API: EXPORT,
    FEED_ATOM: FEED,
}


def _values(request: SearchRequest) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for parameter in FILTERS:
        name = parameter.name
        given[name] = [
            *request.include.get(name, ()),
            *(f"-{value}" for value in request.exclude.get(name, ())),
        ]
    single = {
        "q": request.text,
        "date.from": request.date_from,
        "date.to": request.date_to,
        "mode": request.mode,
        "qlang": request.language,
        "expand": "auto" if request.expand else "none",
        "sort": request.sort,
        "page": page_of(request),
        "size": request.size,
    }
    given.update({name: [str(value)] for name, value in single.items() if value not in (None, "")})
    given["expand.off"] = list(request.expand_off)
    if request.facets != FACETS:
        given["facets"] = [",".join(request.facets) or "none"]
    return given


def _dropped(
    filters: Mapping[str, tuple[str, ...]], facet: str, value: str
) -> dict[str, tuple[str, ...]]:
    kept = {
        name: tuple(v for v in values if (name, v) != (facet, value))
        for name, values in filters.items()
    }
    return {name: values for name, values in kept.items() if values}
