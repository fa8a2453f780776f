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
    if not (record.provisional and record.changed in days):
        found.append(News(record.changed, record))
    return found


def document_changes(engine: SearchEngine, record: Initiative, most: int) -> list[DocumentChange]:
    """The documents of a record whose text was seen to change, the last change first."""
    return [
        DocumentChange(document, document.change)
        for document in engine.changed_documents(record.id, most)
        if document.change is not None
    ]


def summary_of(change: TextChange) -> str:
    """Where a text changed and how much, in a sentence or two."""
    headings = [heading for heading in change.sections if heading]
    counts = []
    if change.added:
        counts.append(
            ngettext(
                "%(count)d paragraph is new or reworded",
                "%(count)d paragraphs are new or reworded",
                change.added,
            )
            % {"count": change.added}
        )
    if change.removed:
        counts.append(
            ngettext(
                "%(count)d paragraph stands there no longer as it did",
                "%(count)d paragraphs stand there no longer as they did",
                change.removed,
            )
            % {"count": change.removed}
        )
    said = [f"{', '.join(counts)}."] if counts else []
    if headings:
        listed = "; ".join(headings) + ("; …" if change.further else "")
        said.append(gettext("It changed under: %(headings)s.") % {"headings": listed})
    return " ".join(said) or gettext("Its headings or the order of its parts changed.")
