"""Our own entry of an algorithm register: purpose, data, logic, people, risks, weights."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final, NamedTuple

import msgspec
from flask import Response

from indexer.weights import FIELDS, Weights
from search_app.pages.labels import field_label
from search_app.pages.rendering import date, page
from search_app.quality import published
from search_app.translations import N_, gettext
from search_app.web import engine

MEANINGS: Final[Mapping[str, str]] = {
    "k1": N_("How soon more of the same word stops adding points; lower is sooner."),
    "exact": N_("Share of a word's points kept for exactly the form that was typed."),
    "compound": N_("What a word counts inside a longer one (register in Algorithmenregister)."),
    "coverage": N_("What is added, as a share, for having every part of the query."),
    "passage_weight": N_("What the best passage of a record's documents counts beside the record."),
    "concept": N_("What a topic called up by the words counts beside the words themselves."),
    "satisfied": N_("What a topic counts for each of the words that called it up."),
    "narrower": N_("What a narrower topic counts for a broader one that was asked for."),
    "place": N_("What the name of a place counts beside the words of the search."),
    "preference": N_(
        "How much a record gains by being in a place that the words name, as a share."
    ),
    "feedback": N_("How much a record gains by sharing topics with the best results."),
}
"""What each number of the ranking does; one without a word here is shown by its name."""


class Number(NamedTuple):
    name: str
    value: float
    meaning: str


class FieldRow(NamedTuple):
    """Where a word may stand, what it counts there and how much a long field discounts it."""

    where: str
    weight: float
    share: float
    b: float


def show() -> Response:
    """The register entry."""
    searched = engine()
    status = searched.status
    return page(
        "pages/ranking.html",
        counts=status.counts,
        built=date(status.built[:10]),
        generation=status.generation,
        version=_version(),
        measured=date(published().measured),
        numbers=numbers(searched.weights),
        fields=fields(searched.weights),
    )


def numbers(weights: Weights) -> list[Number]:
    """The single numbers of the ranking with what each does."""
    return [
        Number(name, value, gettext(MEANINGS.get(name, "")) if name in MEANINGS else "")
        for name, value in msgspec.structs.asdict(weights).items()
        if isinstance(value, (int, float))
    ]


def fields(weights: Weights) -> list[FieldRow]:
    """The fields of a record, heaviest first."""
    heaviest = max(field.weight for field in weights.fields)
    found = [
        FieldRow(field_label(name), field.weight, field.weight / heaviest, field.b)
        for name, field in zip(FIELDS, weights.fields, strict=True)
    ]
    return sorted(found, key=lambda row: -row.weight)


def _version() -> str:
    try:
        return version("cityrights")
    except PackageNotFoundError:
        return gettext("unknown")
