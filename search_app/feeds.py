"""A search as an Atom feed (RFC 4287), newest change first."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as Xml  # only written here, never parsed

from corpus.model import Initiative
from indexer.engine import SearchEngine, SearchRequest
from search_app import links
from search_app.citations import line
from search_app.news import DocumentChange, news, summary_of
from search_app.pages.labels import value_label

MEDIA_TYPE: Final = "application/atom+xml"
MOST_ENTRIES: Final = 50

_ATOM: Final = "http://www.w3.org/2005/Atom"


def atom(engine: SearchEngine, request: SearchRequest, origin: str) -> bytes:
    """What happened last to the hits, 50 things at most, as the bytes of a feed: records that
    were added or changed, and documents whose text was seen to change.

    `origin` is the scheme and host all its links begin with.
    """
    entries = news(engine, request, MOST_ENTRIES)
    feed = Xml.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _add(feed, "id", origin + links.search_url(request, to=links.FEED_ATOM))
    _add(feed, "title", title_of(engine, request))
    _add(feed, "subtitle", "What cities do for digital rights: changes to this catalogue.")
    changed = entries[0].day if entries else engine.status.built[:10]
    _add(feed, "updated", _moment(changed))
    self_link = origin + links.search_url(request, to=links.FEED_ATOM)
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href=self_link)
    _add(feed, "link", rel="alternate", type="text/html", href=origin + links.search_url(request))
    author = Xml.SubElement(feed, "author")
    _add(author, "name", "cityrights")
    _add(feed, "rights", "Texts of the catalogue: CC BY 4.0")
    for entry in entries:
        if entry.changed is None:
            _entry(feed, engine, entry.record, origin)
        else:
            _change(feed, engine, entry.record, entry.changed, origin)
    content: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


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
    _categories(entry, engine, record)
    doubt = f"In doubt: {' '.join(record.doubt)}" if record.doubt else ""
    parts = (_facts(engine, record), record.summary, doubt)
    _add(entry, "summary", " ".join(part for part in parts if part))


def _change(
    feed: Xml.Element,
    engine: SearchEngine,
    record: Initiative,
    changed: DocumentChange,
    origin: str,
) -> None:
    """A document whose text changed; its entry leads to the comparison."""
    entry = Xml.SubElement(feed, "entry")
    document, change = changed
    here = origin + links.changes_path(
        record.id, document.id, **{"from": change.older, "to": change.newer}
    )
    _add(entry, "id", here)
    _add(entry, "title", f"Changed: {changed.title}")
    _add(entry, "updated", _moment(change.day))
    _add(entry, "link", rel="alternate", type="text/html", href=here)
    _add(entry, "link", rel="related", href=origin + links.document_path(record.id, document.id))
    _add(entry, "link", rel="related", href=origin + links.initiative_path(record.id))
    if document.url:
        _add(entry, "link", rel="via", href=document.url)
    _categories(entry, engine, record)
    parts = (
        f"A document of: {record.title}.",
        _facts(engine, record),
        f"A change was seen on {change.day}: {summary_of(change)}",
    )
    _add(entry, "summary", " ".join(part for part in parts if part))


def _categories(entry: Xml.Element, engine: SearchEngine, record: Initiative) -> None:
    for concept in record.concepts:
        if concept in engine.concepts:
            _add(entry, "category", term=concept, label=engine.concepts[concept].label)


def _facts(engine: SearchEngine, record: Initiative) -> str:
    where = [
        value_label(engine, facet, value)
        for facet, value in (("city", record.city), ("country", record.country))
        if value
    ]
    facts = ", ".join((*where, *([str(record.year)] if record.year else [])))
    return f"{facts}." if facts else ""


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> None:
    element = Xml.SubElement(parent, name, {key: line(v) for key, v in attributes.items()})
    element.text = None if text is None else line(text)


def _moment(day: str) -> str:
    """A day as the instant RFC 3339 asks for; the catalogue records days."""
    return f"{day}T00:00:00Z"
