"""What this is, where it comes from, and what it does not know."""

from __future__ import annotations

from flask import Response

from corpus.model import WORKING_GROUPS
from search_app.pages.labels import value_label
from search_app.pages.rendering import date, page
from search_app.pages.subject import counts_of
from search_app.web import engine


def show() -> Response:
    """The about page."""
    searched = engine()
    status = searched.status
    continents = counts_of(searched, "continent")
    return page(
        "pages/about.html",
        counts={
            name: status.counts.get(name, 0)
            for name in ("initiatives", "cities", "countries", "concepts")
        },
        built=date(status.built[:10]),
        continents=sorted(
            ((value_label(searched, "continent", id), count) for id, count in continents.items()),
            key=lambda row: -row[1],
        ),
        groups=[(id, value_label(searched, "working_group", id)) for id in WORKING_GROUPS],
        members=len(searched.coalition.members),
        facts=searched.coalition.facts,
    )
