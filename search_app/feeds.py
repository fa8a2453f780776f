"""A search as an Atom feed (RFC 4287), newest change first."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as Xml  # only written here, never parsed

import msgspec

from corpus.model import Initiative
from indexer.engine import SearchEngine, SearchRequest
from search_app import links
from search_app.citations import line
from search_app.pages.labels import value_label

MEDIA_TYPE: Final = "application/atom+xml"
MOST_ENTRIES: Final = 50

_ATOM: Final = "http://www.w3.org/2005/Atom"


def atom(engine: SearchEngine, request: SearchRequest, origin: str) -> bytes:
    """The hits whose records changed last, 50 at most, as the bytes of a feed.

    `origin` is the scheme and host all its links begin with.
    """
    records = newest_changes(engine, request)
    feed = Xml.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _add(feed, "id", origin + links.search_url(request, to=links.FEED_ATOM))
    _add(feed, "title", title_of(engine, request))
    _add(feed, "subtitle", "What cities do for digital rights: changes to this catalogue.")
    changed = max((r.changed for r in records), default=engine.status.built[:10])
    _add(feed, "updated", _moment(changed))
    self_link = origin + links.search_url(request, to=links.FEED_ATOM)
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href=self_link)
    _add(feed, "link", rel="alternate", type="text/html", href=origin + links.search_url(request))
    author = Xml.SubElement(feed, "author")
    _add(author, "name", "cityrights")
    _add(feed, "rights", "Texts of the catalogue: CC BY 4.0")
    for record in records:
        _entry(feed, engine, record, origin)
    content: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def newest_changes(engine: SearchEngine, request: SearchRequest) -> tuple[Initiative, ...]:
    """The hits of a search by the day their records changed, newest first."""
    last = msgspec.structs.replace(request, sort="changed", offset=0, size=MOST_ENTRIES, facets=())
    found = (engine.initiative(hit.id) for hit in engine.search(last).hits)
    return tuple(record for record in found if isinstance(record, Initiative))


def title_of(engine: SearchEngine, request: SearchRequest) -> str:
    """What a feed is called: its query and filters in words."""
    parts = [line(request.text)[:100]] if request.text.strip() else []
    for facet, values in request.include.items():
        parts.append(" or ".join(value_label(engine, facet, value) for value in values))
    for facet, values in request.exclude.items():
        parts += [f"not {value_label(engine, facet, value)}" for value in values]
    if request.date_from or request.date_to:
        parts.append(f"{request.date_from or ''}–{request.date_to or ''}")
    return "cityrights: " + ("; ".join(parts) if parts else "all initiatives")


def _entry(feed: Xml.Element, engine: SearchEngine, record: Initiative, origin: str) -> None:
    entry = Xml.SubElement(feed, "entry")
    here = origin + links.initiative_path(record.id)
    _add(entry, "id", here)
    _add(entry, "title", record.title)
    _add(entry, "updated", _moment(record.changed))
    _add(entry, "published", _moment(record.recorded))
    _add(entry, "link", rel="alternate", type="text/html", href=here)
    json = origin + links.api_path(links.initiative_path(record.id))
    _add(entry, "link", rel="alternate", type="application/json", href=json)
    for source in record.sources:
        _add(entry, "link", rel="via", href=source.url)
    for concept in record.concepts:
        if concept in engine.concepts:
            _add(entry, "category", term=concept, label=engine.concepts[concept].label)
    where = [
        value_label(engine, facet, value)
        for facet, value in (("city", record.city), ("country", record.country))
        if value
    ]
    facts = ", ".join((*where, *([str(record.year)] if record.year else [])))
    _add(entry, "summary", f"{facts}. {record.summary}" if facts else record.summary)


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> None:
    element = Xml.SubElement(parent, name, {key: line(v) for key, v in attributes.items()})
    element.text = None if text is None else line(text)


def _moment(day: str) -> str:
    """A day as the instant RFC 3339 asks for; the catalogue records days."""
    return f"{day}T00:00:00Z"
