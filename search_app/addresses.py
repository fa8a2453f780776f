"""What stands at an address: found, moved, withdrawn or never there.

Pages and API look records, cities and concepts up here, so that they redirect and refuse alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from flask import abort, redirect

from corpus.documents import Document, Version
from corpus.model import City, Concept, Initiative
from indexer.engine import Gone, IndexedDocument, Moved, SearchRequest
from search_app.api.problems import Refused, problem
from search_app.links import initiative_path
from search_app.parameter_table import LONGEST_VALUE
from search_app.params import quoted
from search_app.vocabulary import nearest_name, vocabulary_of
from search_app.web import engine

T = TypeVar("T")


def initiative_at(id: str, path: Callable[[str], str]) -> Initiative:
    """The record of an id; `path` makes the address of another id.

    An alias is redirected (301), a withdrawn record refused with its reason (410), an unknown
    id refused (404).
    """
    found = engine().initiative(id)
    if isinstance(found, Moved):
        abort(redirect(path(found.id), 301))
    if isinstance(found, Gone):
        raise Refused(problem(410, f"This record was withdrawn. The reason given: {found.reason}"))
    if found is None:
        near = nearest_initiative(id)
        meant = (
            f"Did you mean '{near}'?"
            if near
            else "Ids are permanent, so the address is probably mistyped; a search for its "
            "title will find it."
        )
        detail = f"There is no initiative '{quoted(id)}'. {meant}"
        raise Refused(problem(404, detail, see=path(near) if near else None))
    return found


def nearest_initiative(id: str) -> str | None:
    """The id probably meant, None where none is near."""
    if len(id) > LONGEST_VALUE:
        return None
    return nearest_name(id, engine().every_hit(SearchRequest()))


class FoundDocument(NamedTuple):
    """A document (its texts left out) and the initiative it belongs to."""

    record: Initiative
    document: IndexedDocument


def document_at(id: str, document: str, path: Callable[[str, str], str]) -> FoundDocument:
    """A document of an initiative; `path` makes the address of the two ids.

    Under an alias of the initiative, or another initiative it belonged to once, it is
    redirected (301); what was withdrawn is refused with the reason (410), what is not there
    refused (404).
    """
    now = engine()
    found = now.document(document)
    if isinstance(found, Gone):
        raise Refused(
            problem(410, f"This document was withdrawn. The reason given: {found.reason}")
        )
    if found is not None and found.initiative is not None and found.initiative != id:
        abort(redirect(path(found.initiative, document), 301))
    record = initiative_at(id, lambda other: path(other, document))
    if found is None:
        raise Refused(
            problem(
                404,
                f"'{quoted(id)}' has no document '{quoted(document)}'. Its page lists those it has.",
                see=initiative_path(record.id),
            )
        )
    return FoundDocument(record, found)


def version_at(document: Document, number: int | None) -> Version:
    """A version of a document whole, the newest where no number is given; 404 if there is none."""
    found = engine().version(document.id, number or document.newest.number)
    if found is None:
        known = ", ".join(str(version.number) for version in document.versions[-20:])
        detail = f"The document has no version {number}. Versions that are kept: {known}."
        raise Refused(problem(404, detail))
    return found


def city_at(slug: str, path: Callable[[str], str]) -> City:
    """The city of a slug; another of its names is redirected to it (301)."""
    vocabulary = vocabulary_of(engine())
    return _place(slug, engine().cities, vocabulary.city, vocabulary.nearest, "city", path)


def concept_at(id: str, path: Callable[[str], str]) -> Concept:
    """The concept of an id; one of its labels is redirected to it (301)."""
    vocabulary = vocabulary_of(engine())
    return _place(id, engine().concepts, vocabulary.topic, vocabulary.nearest, "topic", path)


def _place(
    name: str,
    known: Mapping[str, T],
    find: Callable[[str], str | None],
    nearest: Callable[[str, str], str | None],
    reading: str,
    path: Callable[[str], str],
) -> T:
    if name in known:
        return known[name]
    found = find(name)
    if found is not None:
        abort(redirect(path(found), 301))
    what = {"city": "city", "topic": "concept"}[reading]
    near = nearest(reading, name) if len(name) <= LONGEST_VALUE else None
    meant = f" Did you mean '{near}'?" if near else ""
    see = path(near) if near else None
    raise Refused(problem(404, f"There is no {what} '{quoted(name)}' here.{meant}", see=see))
