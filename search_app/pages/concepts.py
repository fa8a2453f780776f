"""All concepts of the thesaurus, by principle."""

from __future__ import annotations

import msgspec
from flask import Response

from corpus.model import PRINCIPLES
from corpus.places import fold
from search_app.pages.labels import value_label
from search_app.pages.rendering import page
from search_app.pages.subject import counts_of
from search_app.web import engine


class ListedConcept(msgspec.Struct, frozen=True):
    id: str
    label: str
    count: int


def show() -> Response:
    """The index of concepts with how many initiatives each has."""
    searched = engine()
    counts = counts_of(searched, "topic")
    groups: dict[str, list[ListedConcept]] = {id: [] for id in PRINCIPLES}
    for concept in searched.concepts.values():
        label = value_label(searched, "topic", concept.id)
        listed = ListedConcept(concept.id, label, counts.get(concept.id, 0))
        groups.setdefault(concept.principle, []).append(listed)
    for concepts in groups.values():
        concepts.sort(key=lambda concept: fold(concept.label))
    return page(
        "pages/concepts.html",
        groups=[
            (id, value_label(searched, "principle", id), concepts)
            for id, concepts in groups.items()
            if concepts
        ],
        total=len(searched.concepts),
    )
