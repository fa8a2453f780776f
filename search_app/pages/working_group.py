"""A working group of the coalition, in our own words, and what belongs to it."""

from __future__ import annotations

from flask import Response, abort

from corpus.model import WORKING_GROUPS
from search_app.pages.labels import value_label
from search_app.pages.rendering import page
from search_app.pages.subject import holdings
from search_app.translations import gettext
from search_app.web import engine


def show(id: str) -> Response:
    """The page of a working group; 404 for an unknown one."""
    searched = engine()
    if id not in WORKING_GROUPS:
        abort(404, gettext("There is no working group at this address."))
    statement = next((g for g in searched.coalition.working_groups if g.id == id), None)
    return page(
        "pages/statement.html",
        title=value_label(searched, "working_group", id),
        of=gettext("A working group of the Cities Coalition for Digital Rights"),
        statement=statement,
        others=[
            (other, value_label(searched, "working_group", other))
            for other in WORKING_GROUPS
            if other != id
        ],
        others_heading=gettext("The other working groups"),
        facet="working_group",
        id=id,
        held=holdings(searched, "working_group", id),
    )
