"""A concept: what it means, what it is called elsewhere, what belongs to it."""

from __future__ import annotations

from flask import Response

from corpus.places import fold
from search_app import links
from search_app.addresses import concept_at
from search_app.pages.labels import language_name, value_label
from search_app.pages.rendering import page
from search_app.pages.subject import holdings
from search_app.web import engine


def show(id: str) -> Response:
    """The page of a concept; 301 from one of its labels, 404 for an unknown one."""
    concept = concept_at(id, links.concept_path)
    searched = engine()

    def named(ids: tuple[str, ...]) -> list[tuple[str, str]]:
        found = [(id, value_label(searched, "topic", id)) for id in ids if id in searched.concepts]
        return sorted(found, key=lambda concept: fold(concept[1]))

    narrower = tuple(other.id for other in searched.concepts.values() if id in other.broader)
    languages = {*concept.labels, *concept.other}
    return page(
        "pages/concept.html",
        concept=concept,
        title=value_label(searched, "topic", id),
        principle=value_label(searched, "principle", concept.principle),
        labels=[
            (
                language,
                language_name(language),
                concept.labels.get(language),
                concept.other.get(language, ()),
            )
            for language in sorted(languages, key=lambda code: (code != "en", language_name(code)))
        ],
        broader=named(concept.broader),
        narrower=named(narrower),
        related=named(concept.related),
        held=holdings(searched, "topic", id),
    )
