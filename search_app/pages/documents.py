"""The documents of an initiative, a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response

from corpus.documents import Document, Version
from corpus.model import Initiative
from indexer.engine import MOST_DOCUMENTS, IndexedDocument
from search_app import links
from search_app.addresses import initiative_at
from search_app.pages.rendering import arguments, host, page
from search_app.parameter_table import DOCUMENTS_PAGE
from search_app.params import read
from search_app.web import engine


class ListedDocument(NamedTuple):
    """A document in the list of its initiative; `changes` leads to what changed last in it,
    `changed` says when that was seen, both None where nothing did."""

    document: Document
    title: str
    path: str
    host: str
    changes: str | None
    changed: str | None


def show(id: str) -> Response:
    """A page of the documents of a record; 301 from an alias, 410 for a withdrawn one."""
    record = initiative_at(id, links.documents_path)
    searched = engine()
    number = read(arguments(), searched, DOCUMENTS_PAGE)["page"]
    total = searched.document_count(record.id)
    found = searched.documents(record.id, (number - 1) * MOST_DOCUMENTS, MOST_DOCUMENTS)
    last = max(1, -(-total // MOST_DOCUMENTS))
    return page(
        "pages/documents.html",
        record=record,
        documents=listed(record, found),
        total=total,
        place=number,
        last=last,
        at=lambda number: links.documents_path(record.id, page=number),
    )


def listed(record: Initiative, documents: Sequence[IndexedDocument]) -> list[ListedDocument]:
    """Documents of an initiative with their addresses."""
    return [_listed(record, document) for document in documents]


def _listed(record: Initiative, document: IndexedDocument) -> ListedDocument:
    change = document.change
    return ListedDocument(
        document,
        title_of_document(document, document.newest),
        links.document_path(record.id, document.id),
        host(document.url or ""),
        links.changes_path(record.id, document.id) if change is not None else None,
        change.day if change is not None else None,
    )


def title_of_document(document: Document, version: Version) -> str:
    """The title a document had in a version, else what its file is called."""
    return version.title or document.name
