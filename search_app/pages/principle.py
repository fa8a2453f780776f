"""A principle of the coalition, in our own words, and what belongs to it."""

from __future__ import annotations

from flask import Response, abort

from corpus.model import PRINCIPLES
from search_app.pages.labels import value_label
from search_app.pages.rendering import page
from search_app.pages.subject import holdings
from search_app.translations import gettext
from search_app.web import engine


def show(id: str) -> Response:
    """The page of a principle; 404 for an unknown one."""
    searched = engine()
    if id not in PRINCIPLES:
        abort(404, gettext("There is no principle at this address."))
    statement = next((p for p in searched.coalition.principles if p.id == id), None)
    return page(
        "pages/statement.html",
        title=value_label(searched, "principle", id),
        of=gettext("A principle of the Cities Coalition for Digital Rights"),
        statement=statement,
        others=[
            (other, value_label(searched, "principle", other))
            for other in PRINCIPLES
            if other != id
        ],
        others_heading=gettext("The other principles"),
        facet="principle",
        id=id,
        held=holdings(searched, "principle", id),
    )
