"""The API for people who write tools: addresses, parameters and an example."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import Response

from search_app import parameter_table
from search_app.pages.rendering import page
from search_app.parameter_table import Parameter
from search_app.translations import N_, gettext


class Endpoint(NamedTuple):
    """An address, what it gives, an example that works, and its parameters."""

    address: str
    meaning: str
    example: str
    parameters: tuple[Parameter, ...] = ()


_ENDPOINTS: Final = (
    Endpoint(
        "/api/v1/search",
        N_("Search. Hits, counts by facet, and with explain=1 the sum behind each score."),
        "/api/v1/search?q=algorithm+register&country=FI",
        parameter_table.SEARCH,
    ),
    Endpoint(
        "/api/v1/initiatives/{id}",
        N_("One record with its sources."),
        "/api/v1/initiatives/amsterdam-algorithm-register",
        parameter_table.INITIATIVE,
    ),
    Endpoint(
        "/api/v1/initiatives/{id}/documents/{document}",
        N_("One document: its headings, what of it matches, its text where its licence is open."),
        "/api/v1/initiatives/amsterdam-algorithm-register",
        parameter_table.DOCUMENT,
    ),
    Endpoint(
        "/api/v1/initiatives/{id}/similar",
        N_("Similar initiatives, with the terms they share."),
        "/api/v1/initiatives/amsterdam-algorithm-register/similar",
        parameter_table.SIMILAR,
    ),
    Endpoint("/api/v1/cities", N_("All cities with their counts."), "/api/v1/cities"),
    Endpoint(
        "/api/v1/cities/{slug}",
        N_("One city: what it has, and similar cities."),
        "/api/v1/cities/barcelona",
    ),
    Endpoint("/api/v1/concepts", N_("All topics."), "/api/v1/concepts"),
    Endpoint(
        "/api/v1/concepts/{id}",
        N_("One topic: labels in all languages, broader, narrower, related."),
        "/api/v1/concepts/algorithm-register",
        parameter_table.CONCEPT,
    ),
    Endpoint(
        "/api/v1/suggest",
        N_("Titles, cities and topics that begin like a text."),
        "/api/v1/suggest?q=alg",
        parameter_table.SUGGEST,
    ),
    Endpoint(
        "/api/v1/export",
        N_("Every hit of a search as one file."),
        "/api/v1/export?topic=algorithm-register&format=csv",
        parameter_table.EXPORT,
    ),
    Endpoint(
        "/feed.atom",
        N_("Any search as an Atom feed, the newest change first."),
        "/feed.atom?topic=algorithm-register",
        parameter_table.FEED,
    ),
    Endpoint(
        "/api/v1/status",
        N_("The index that answers: its age, counts and versions."),
        "/api/v1/status",
    ),
)

_PROBLEMS: Final = (
    (
        "bad-parameters",
        400,
        N_("A parameter is unknown or its value can't be used. Every fault is named."),
    ),
    ("not-found", 404, N_("There is nothing at this address.")),
    ("method-not-allowed", 405, N_("The address can't be asked in this way.")),
    ("gone", 410, N_("The record was withdrawn; the reason is given.")),
    (
        "overloaded",
        503,
        N_("Too many people are searching. Ask again after the seconds in Retry-After."),
    ),
    (
        "no-index",
        503,
        N_("The index can't be opened. The people who run this site have to mend it."),
    ),
)
"""The `type` of a problem points at its row here."""


def show() -> Response:
    """The readable API page, from the same table that reads requests."""
    return page(
        "pages/api.html",
        endpoints=[endpoint._replace(meaning=gettext(endpoint.meaning)) for endpoint in _ENDPOINTS],
        problems=[(id, status, gettext(meaning)) for id, status, meaning in _PROBLEMS],
    )
