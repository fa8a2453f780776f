"""How to search, with examples that work."""

from __future__ import annotations

from typing import Final

from flask import Response

from search_app.pages.rendering import page
from search_app.translations import N_, gettext

OPERATORS: Final = (
    (
        "algorithm register",
        N_("Any of the words; records with more of them come first."),
    ),
    ('"facial recognition"', N_("These words, one after the other.")),
    ("camera -police", N_("Without a word.")),
    ("wifi OR broadband", N_("One or the other.")),
    ("algorit*", N_("All words that begin like this; three letters at least.")),
    ("title:charter", N_("Only in titles.")),
    ("city:Lisbon budget", N_("Only in a city. Also: country:, topic:, kind:, year:.")),
)
"""A query as written, and what it does; each finds something in the bundled catalogue."""


def show() -> Response:
    """The help page."""
    return page("pages/help.html", operators=[(text, gettext(does)) for text, does in OPERATORS])
