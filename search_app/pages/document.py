"""A document of an initiative: its headings, what of it matches, its text where that is open."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import Response
from markupsafe import Markup

from corpus.changes import paragraphs
from corpus.documents import Document
from corpus.licences import is_open
from indexer.engine import FoundPassage, SearchRequest
from search_app import comparison, links
from search_app.addresses import FoundDocument, document_at, version_at
from search_app.news import amount_of
from search_app.pages.documents import title_of_document
from search_app.pages.labels import media_type
from search_app.pages.reading import Heading, Reading, read_part
from search_app.pages.rendering import arguments, host, page, web_address
from search_app.pages.text import marked
from search_app.parameter_table import CHANGES, DOCUMENT_PAGE
from search_app.params import read
from search_app.web import absolute, engine

PASSAGES: Final = 10


class ShownPassage(NamedTuple):
    """A passage with its marks as markup; `anchor` leads to its section on this page or
    another part of the text, `source` to its place in the source."""

    marked: Markup
    language: str | None
    heading: str | None
    page: int | None
    anchor: str | None
    source: str | None


def show(id: str, document: str) -> Response:
    """The page of a document: 301 from an alias of its initiative, 410 for a withdrawn one."""
    found = document_at(id, document, links.document_path)
    values = read(arguments(), engine(), DOCUMENT_PAGE)
    version = version_at(found.document, values.get("version"))
    newest = version.number == found.document.newest.number
    can_be_shown = is_open(found.document.licence)
    reading = read_part(version, values["part"])
    text = values["q"].strip()
    change = found.document.change
    return page(
        "pages/document.html",
        record=found.record,
        document=found.document,
        version=version,
        newest=newest,
        title=title_of_document(found.document, version),
        media=media_type(found.document.media_type),
        address=web_address(found.document.url or ""),
        host=host(found.document.url or ""),
        open=can_be_shown,
        reading=reading,
        query=text,
        passages=_passages(found, reading, text, can_be_shown) if text and newest else [],
        path=links.document_path(found.record.id, found.document.id),
        permalink=absolute(links.document_path(found.record.id, found.document.id)),
        change=change if newest else None,
        amount=amount_of(change) if change is not None else "",
        source_at=lambda page: _source_at(found.document, page),
        at=lambda **changes: _address(found, values, changes),
    )


def changes(id: str, document: str) -> Response:
    """Two versions of a document compared; by headings alone where the text is not open."""
    found = document_at(id, document, links.changes_path)
    values = read(arguments(), engine(), CHANGES)
    numbers = [version.number for version in found.document.versions]
    last = numbers[-1]
    new = version_at(found.document, values.get("to"))
    before = [number for number in numbers if number < new.number]
    old = version_at(found.document, values.get("from") or (before[-1] if before else last))
    can_be_shown = is_open(found.document.licence)
    groups: list[list[comparison.Change]] | None = None
    sections: list[comparison.SectionChange] | None = None
    too_long = False
    try:
        if can_be_shown:
            compared = comparison.compare(paragraphs(old.text), paragraphs(new.text))
            groups = comparison.with_context(compared)
        else:
            sections = comparison.by_section(old.text, old.sections, new.text, new.sections)
    except comparison.TooLongError:
        too_long = True
    return page(
        "pages/document_changes.html",
        record=found.record,
        document=found.document,
        old=old,
        new=new,
        title=title_of_document(found.document, new),
        groups=groups[: comparison.MOST_GROUPS] if groups is not None else None,
        left_out=max(0, len(groups or ()) - comparison.MOST_GROUPS),
        sections=sections,
        too_long=too_long,
        path=links.document_path(found.record.id, found.document.id),
        changes_path=links.changes_path(found.record.id, found.document.id),
    )


def _passages(
    found: FoundDocument, reading: Reading, text: str, can_be_shown: bool
) -> list[ShownPassage]:
    """What matches, in the order of the text."""
    asked = SearchRequest(text=text, size=1, facets=())
    sections = dict(_headings(reading.outline)) if can_be_shown else {}

    def shown(passage: FoundPassage) -> ShownPassage:
        # A heading without text of its own stands before the next one, after a dot.
        own = (passage.heading or "").rpartition(" · ")[2]
        heading = sections.get(own)
        anchor = None
        if heading is not None:
            part = {} if heading.part == 1 else {"part": heading.part}
            path = links.document_path(found.record.id, found.document.id, q=text, **part)
            anchor = f"{path}#s{heading.number}"
        return ShownPassage(
            marked(passage.text.rstrip(), passage.marks),
            passage.language,
            passage.heading,
            passage.page,
            anchor,
            web_address(passage.source or ""),
        )

    return [shown(p) for p in engine().document_passages(asked, found.document.id, PASSAGES)]


def _headings(outline: tuple[Heading, ...] | list[Heading]) -> list[tuple[str, Heading]]:
    """Every heading by its text; of equal ones the first is kept by being last here."""
    found: list[tuple[str, Heading]] = []
    for heading in outline:
        found += [(heading.text, heading), *_headings(heading.children)]
    return found[::-1]


def _source_at(document: Document, page: int | None) -> str | None:
    address = web_address(document.url or "")
    if address is None or page is None:
        return None
    return f"{address.partition('#')[0]}#page={page}"


def _address(found: FoundDocument, values: dict[str, object], changes: dict[str, object]) -> str:
    """This page with other values; what is as by default is left out."""
    kept = {name: value for name, value in values.items() if value not in ("", None, 1)}
    given = {**kept, **changes}
    return links.document_path(
        found.record.id,
        found.document.id,
        **{name: value for name, value in given.items() if value not in ("", None)},
    )
