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

    Measured by `make tune` (28 November 2026): beside each number stands what half as much more
    and a third less of it were worth in nDCG@10 of the 68 judged queries, then .768. Moves
    under .01 are within the noise of so few. Cross-validated in five folds, weights tuned on
    the rest gave .765 on the queries left out, these .771, so none was moved.
    """

    k1: float = 1.2  # -.0004, -.0027
    exact: float = 0.2  # +.0007, -.0013
    compound: float = 0.25  # -.0019, +.0007; pays on other collections (docs/analysis.md)
    coverage: float = 0.3  # -.0013, -.0001
    passage_weight: float = 1.0  # of records with texts, which the judged ones have not
    place: float = 1.0  # +.0018, -.0005
    preference: float = 1.0  # +.0024, -.0003
    concept: float = 1.0  # -.0011 at 1.5
    satisfied: float = 0.8  # -.0009 at 1, -.0023 at 0.6, -.0055 at 0
    narrower: float = 0.5  # -.0004, -.0016
    feedback: float = 0.8  # +.0030, -.0056
    fields: tuple[FieldWeight, ...] = (
        FieldWeight(2.5, 0.5),  # title: -.0003, -.0032
        FieldWeight(2.5, 0.5),  # title_original: +.0010, -.0006
        FieldWeight(1.5, 0.3),  # terms: -.0008, +.0006
        FieldWeight(1.5, 0.3),  # topics: -.0006, -.0024
        FieldWeight(1.0, 0.5),  # summary: -.0052, -.0018
        FieldWeight(0.5, 0.5),  # summary_original: -.0039, +.0031
        FieldWeight(0.8, 0.5),  # details: -.0032, -.0029
        FieldWeight(3.0, 0.5),  # place: 0, -.0002
        FieldWeight(1.5, 0.5),  # heading: of passages
        FieldWeight(1.0, 0.75),  # text: of passages; b as in most of the literature
    )


DEFAULT: Final = Weights()
