"""Which page stands at which address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from flask import Blueprint, Response

from search_app import conditional
from search_app.pages import (
    about,
    api_help,
    cities,
    city,
    concept,
    concepts,
    document,
    documents,
    help,
    home,
    initiative,
    principle,
    promises,
    quality,
    ranking,
    rendering,
    results,
    working_group,
)

blueprint = Blueprint("pages", __name__)
blueprint.record_once(rendering.prepare)

_PAGES: Final[dict[str, Callable[..., Response]]] = {
    "/": home.show,
    "/search": results.show,
    "/initiatives/<id>": initiative.show,
    "/initiatives/<id>/documents": documents.show,
    "/initiatives/<id>/documents/<document>": document.show,
    "/initiatives/<id>/documents/<document>/changes": document.changes,
    "/cities": cities.show,
    "/cities/<slug>": city.show,
    "/concepts": concepts.show,
    "/concepts/<id>": concept.show,
    "/principles/<id>": principle.show,
    "/working-groups/<id>": working_group.show,
    "/about": about.show,
    "/help": help.show,
    "/api": api_help.show,
    "/quality": quality.show,
    "/ranking": ranking.show,
    "/privacy": promises.privacy,
    "/accessibility": promises.accessibility,
}


def _kept(show: Callable[..., Response]) -> Callable[..., Response]:
    """The page with an entity tag, so that a browser that has it need not load it again."""

    @wraps(show)
    def answer(**values: str) -> Response:
        tag = conditional.entity_tag("page", rendering.speak())
        vary = "Accept-Language"
        return conditional.unchanged(tag, vary) or conditional.stamp(show(**values), tag, vary)

    return answer


for address, show in _PAGES.items():
    name = address.strip("/").replace("/", ".").replace("<", "").replace(">", "") or "home"
    blueprint.add_url_rule(address, name.replace(".", "_"), _kept(show))
