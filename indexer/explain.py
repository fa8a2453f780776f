"""The parts of a hit's score, from the numbers that made it. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.columns import N_FIELDS, Columns, Positions, field_cells
from indexer.engine import Part
from indexer.matching import WeightedTerm
from indexer.ranking import Matches, idf, saturate
from indexer.understanding import Sought, SoughtClause
from indexer.weights import FIELDS, Weights

MOST_FORMS: Final = 3
"""Forms named for one part; more would not be read."""


class Located(NamedTuple):
    """An alternative looked up: where it stands (`matches`), and its occurrences as terms
    (words, prefixes, concepts) or as positions (phrases, near)."""

    sought: Sought
    matches: Matches
    terms: Sequence[WeightedTerm]
    places: Positions | None
    fields: frozenset[int] | None


FormsOf = Callable[[int, Positions], Iterable[str]]
"""The surfaces a term stands for at some positions, as people may be shown them."""


def clause_parts(
    columns: Columns,
    clause: SoughtClause,
    alternatives: Sequence[Located],
    unit: int,
    factor: float,
    weights: Weights,
    forms_of: FormsOf,
    passage: int | None,
) -> list[Part]:
    """The share of a clause in a unit's score by field; empty where it is not found."""
    best: tuple[float, Located] | None = None
    for located in alternatives:
        score = _score(located.matches, unit, len(columns.owner), weights)
        if score > 0 and (best is None or score > best[0]):
            best = (score, located)
    if best is None:
        return []
    score, located = best
    amounts = _amounts(columns, located, unit, forms_of)
    whole = sum(amount for amount, _ in amounts.values())
    term = " OR ".join(a.sought.text for a in alternatives) if len(alternatives) > 1 else None
    return [
        Part(
            term=located.sought.text if term is None else term,
            field=FIELDS[field],
            weight=factor * score * amount / whole,
            concept=located.sought.concept,
            found=tuple(forms)[:MOST_FORMS],
            passage=passage,
        )
        for field, (amount, forms) in sorted(amounts.items())
    ]


def _score(matches: Matches, unit: int, units: int, weights: Weights) -> float:
    at = int(np.searchsorted(matches.units, unit))
    if at == len(matches.units) or matches.units[at] != unit:
        return 0.0
    return float(
        saturate(matches.freqs[at : at + 1], idf(len(matches.units), units), weights.k1)[0]
    )


def _amounts(
    columns: Columns, located: Located, unit: int, forms_of: FormsOf
) -> dict[int, tuple[float, list[str]]]:
    """Weighted frequency and forms by field."""
    amounts: dict[int, tuple[float, list[str]]] = {}
    low, high = columns.unit_span(unit)
    terms = [(term.factor, term.number, columns.places(term.number)) for term in located.terms]
    if located.places is not None:
        terms.append((1.0, -1, located.places))
    for factor, number, places in terms:
        inside = _between(places, low, high)
        cells = field_cells(inside, columns.bases)
        norms = columns.norms.reshape(-1)[cells].astype(np.float64)
        of_field = cells % N_FIELDS
        for field in np.unique(of_field).tolist():
            if located.fields is not None and field not in located.fields:
                continue
            here = of_field == field
            amount, forms = amounts.get(field, (0.0, []))
            more = forms_of(number, inside[here]) if number >= 0 else ()
            amounts[field] = (
                amount + factor * float(norms[here].sum()),
                list(dict.fromkeys([*forms, *more])),
            )
    return amounts


def _between(places: Positions, low: int, high: int) -> Positions:
    begin, end = np.searchsorted(places, [low, high])
    return places[begin:end]
