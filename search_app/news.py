"""What is new: records that were added or changed, documents whose text changed."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from corpus.changes import TextChange
from corpus.model import Initiative
from indexer.engine import IndexedDocument, SearchEngine, SearchRequest
from search_app.translations import gettext, ngettext


class DocumentChange(NamedTuple):
    """A document whose text was seen to change, and how."""

    document: IndexedDocument
    change: TextChange

    @property
    def title(self) -> str:
        """The title of the document, else what its file is called."""
        return self.document.newest.title or self.document.name


class News(NamedTuple):
    """What happened on a day (ISO 8601): to a record, or to a document of it."""

    day: str
    record: Initiative
    changed: DocumentChange | None = None


def news(engine: SearchEngine, request: SearchRequest, most: int) -> tuple[News, ...]:
    """The last things that happened to the hits of a search, the newest first."""
    # An initiative is as new as the newest thing that happened to it, so the newest things
    # all belong to the newest initiatives.
    last = msgspec.structs.replace(request, sort="changed", offset=0, size=most, facets=())
    found: list[News] = []
    for hit in engine.search(last).hits:
        record = engine.initiative(hit.id)
        if isinstance(record, Initiative):
            found += news_of(engine, record, most)
    return tuple(sorted(found, key=lambda one: one.day, reverse=True)[:most])


def news_of(engine: SearchEngine, record: Initiative, most: int) -> list[News]:
    """What happened last to a record and its documents, each once."""
    changed = document_changes(engine, record, most)
    days = {one.change.day for one in changed}
    found = [News(one.change.day, record, one) for one in changed]
    # The record made of a document changes with it, which is said already.
    told = record.provisional and record.changed in days and record.changed != record.recorded
    if not told:
        found.append(News(record.changed, record))
    return found


def document_changes(engine: SearchEngine, record: Initiative, most: int) -> list[DocumentChange]:
    """The documents of a record whose text was seen to change, the last change first."""
    return [
        DocumentChange(document, document.change)
        for document in engine.changed_documents(record.id, most)
        if document.change is not None
    ]


def amount_of(change: TextChange) -> str:
    """How much of a text changed, in a sentence; empty where its parts only moved."""
    parts = []
    if change.added:
        said = ngettext(
            "%(count)d paragraph is new or reworded",
            "%(count)d paragraphs are new or reworded",
            change.added,
        )
        parts.append(said % {"count": change.added})
    if change.removed:
        said = ngettext(
            "%(count)d paragraph is gone or reworded",
            "%(count)d paragraphs are gone or reworded",
            change.removed,
        )
        parts.append(said % {"count": change.removed})
    return f"{', '.join(parts)}." if parts else ""


def summary_of(change: TextChange) -> str:
    """How much of a text changed and under which headings, in a sentence or two."""
    said = [amount_of(change)] if amount_of(change) else []
    listed = "; ".join(heading for heading in change.sections if heading)
    if listed and change.further:
        under = gettext("It changed under: %(headings)s; and %(count)d more.")
        said.append(under % {"headings": listed, "count": change.further})
    elif listed:
        said.append(gettext("It changed under: %(headings)s.") % {"headings": listed})
    return " ".join(said) or gettext("Its headings or the order of its parts changed.")
