"""The files a site is expected to have: feed, OpenSearch description, sitemap, robots, health."""

from __future__ import annotations

from typing import Any, Final
from xml.etree import ElementTree as Xml  # only written here, never parsed

import msgspec
from flask import Blueprint, Response, request

from corpus.model import PRINCIPLES, WORKING_GROUPS, Initiative
from indexer.engine import SearchRequest
from search_app import conditional, feeds, links
from search_app.engines import NoEngine
from search_app.parameter_table import FEED
from search_app.params import read_search
from search_app.translations import SOURCE, speak
from search_app.web import absolute, application, engine, origin

blueprint = Blueprint("site", __name__)

MOST_URLS: Final = 50_000
"""Of one sitemap file (sitemaps.org)."""

PAGES: Final = (
    "/",
    "/cities",
    "/concepts",
    "/about",
    "/help",
    "/api",
    "/accessibility",
    "/quality",
    "/ranking",
    "/privacy",
)
"""Pages that are there whatever the index holds."""

_XML: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'


@blueprint.get("/feed.atom")
def feed() -> Response:
    """Any search as an Atom feed."""
    speak(SOURCE)
    asked = read_search(request.args, engine(), FEED)
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    content = feeds.atom(engine(), asked.request, origin())
    return conditional.stamp(
        Response(content, content_type=f"{feeds.MEDIA_TYPE}; charset=utf-8"), tag
    )


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser searches here (OpenSearch 1.1)."""
    root = Xml.Element("OpenSearchDescription", xmlns="http://a9.com/-/spec/opensearch/1.1/")
    for name, text in (
        ("ShortName", "cityrights"),
        ("Description", "Search what cities do for digital rights"),
        ("InputEncoding", "UTF-8"),
    ):
        Xml.SubElement(root, name).text = text
    for media, template in (
        ("text/html", f"{links.SEARCH_PAGE}?q={{searchTerms}}"),
        ("application/atom+xml", f"{links.FEED_ATOM}?q={{searchTerms}}"),
        (
            "application/x-suggestions+json",
            "/api/v1/suggest?q={searchTerms}&format=opensearch",
        ),
    ):
        Xml.SubElement(root, "Url", type=media, template=absolute(template))
    return _kept(
        _XML + Xml.tostring(root, encoding="utf-8"), "application/opensearchdescription+xml"
    )


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page worth finding, records with the day they changed."""
    tag = conditional.entity_tag()
    if kept := conditional.unchanged(tag):
        return kept
    now = engine()
    records = [
        record
        for id in now.every_hit(SearchRequest())
        if isinstance(record := now.initiative(id), Initiative)
    ]
    cities = sorted({record.city for record in records if record.city})
    rows: list[tuple[str, str | None]] = [(path, None) for path in PAGES]
    rows += [(links.principle_path(id), None) for id in PRINCIPLES]
    rows += [(links.working_group_path(id), None) for id in WORKING_GROUPS]
    rows += [(links.city_path(slug), None) for slug in cities]
    rows += [(links.concept_path(id), None) for id in sorted(now.concepts)]
    records.sort(key=lambda record: record.changed, reverse=True)
    rows += [(links.initiative_path(record.id), record.changed) for record in records]
    root = Xml.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for path, changed in rows[:MOST_URLS]:
        url = Xml.SubElement(root, "url")
        Xml.SubElement(url, "loc").text = absolute(path)
        if changed:
            Xml.SubElement(url, "lastmod").text = changed
    return conditional.stamp(_xml(_XML + Xml.tostring(root, encoding="utf-8")), tag)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers may read (RFC 9309): all records, but not every search there could be."""
    lines = (
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /initiatives/*/documents/*?",
        "Disallow: /initiatives/*/documents/*/changes",
        "Disallow: /feed.atom",
        "Disallow: /api/v1/search",
        "Disallow: /api/v1/export",
        "Disallow: /api/v1/suggest",
        "",
        f"Sitemap: {absolute('/sitemap.xml')}",
        "",
    )
    return _kept("\n".join(lines).encode(), "text/plain; charset=utf-8")


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return _now({"status": "alive"}, 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    """An index is open; says so too where a newer one could not be opened."""
    engines = application().engines
    try:
        now = engines.current()
    except NoEngine as error:
        return _now({"status": "no index", "fault": str(error)}, 503)
    answer = {"status": "ready", "generation": now.status.generation}
    return _now({**answer, "fault": engines.fault} if engines.fault else answer, 200)


def _now(answer: dict[str, Any], status: int) -> Response:
    response = Response(msgspec.json.encode(answer), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _xml(content: bytes) -> Response:
    return Response(content, content_type="application/xml; charset=utf-8")


def _kept(content: bytes, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Cache-Control"] = conditional.MAX_AGE
    return response
