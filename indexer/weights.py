"""All numbers of the ranking in one table, each with what it was measured at."""

from __future__ import annotations

from typing import Final

import msgspec

FIELDS: Final = (
    "title",
    "title_original",
    "terms",
    "topics",
    "summary",
    "summary_original",
    "details",
    "place",
    "heading",
    "text",
)
"""The fields of a unit, in the order in which their words stand."""

VALUE_GAP: Final = 100
FIELD_GAP: Final = 100


class FieldWeight(msgspec.Struct, frozen=True):
    """`weight` of an occurrence; `b` how much a long field discounts it (0 not, 1 fully)."""

    weight: float
    b: float


class Weights(msgspec.Struct, frozen=True):
    """What `docs/ranking.md` calls by the same names.

    First guesses from the literature (k1, b) and from what a field is; then `concept`, the
    weight of `summary_original` and that of `place` were moved by one step each where that
    raised the mean nDCG@10 of the 68 judged queries (.656 to .684). No other step of a factor
    of two of any number here was worth .008, so none was taken.
    """

    k1: float = 1.2
    exact: float = 0.2
    compound: float = 0.25
    coverage: float = 0.3
    passage_weight: float = 1.0
    place: float = 1.0
    preference: float = 1.0
    concept: float = 1.5
    narrower: float = 0.5
    feedback: float = 0.8
    fields: tuple[FieldWeight, ...] = (
        FieldWeight(2.5, 0.5),
        FieldWeight(2.5, 0.5),
        FieldWeight(1.5, 0.3),
        FieldWeight(1.5, 0.3),
        FieldWeight(1.0, 0.5),
        FieldWeight(0.5, 0.5),
        FieldWeight(0.8, 0.5),
        FieldWeight(3.0, 0.5),
        FieldWeight(1.5, 0.5),
        FieldWeight(1.0, 0.75),
    )


DEFAULT: Final = Weights()
