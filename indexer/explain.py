"""The parts of a hit's score, from the numbers that made it. Pure functions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.columns import N_FIELDS, Columns, Positions
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


FormsIn = Callable[[int, int, int], Mapping[int, str]]
"""What stands at the places of a term within [low, high), as people may be shown it."""


def clause_parts(
    columns: Columns,
    clause: SoughtClause,
    alternatives: Sequence[Located],
    unit: int,
    factor: float,
    weights: Weights,
    forms_in: FormsIn,
    passage: int | None,
) -> list[Part]:
    """The share of a clause in a unit's score by field; empty where it is not found."""
    is_place = clause.alternatives[0].kind == "place"
    weight = 1.0
    if clause.called_up:
        weight = weights.place if is_place else weights.concept
    best: tuple[float, Located] | None = None
    for located in alternatives:
        score = weight * _score(located.matches, unit, len(columns.owner), weights)
        if score > 0 and (best is None or score > best[0]):
            best = (score, located)
    if best is None:
        return []
    score, located = best
    if is_place:
        return [Part(located.sought.text, "place", factor * score)]
    amounts = _amounts(columns, located, unit, forms_in)
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
    columns: Columns, located: Located, unit: int, forms_in: FormsIn
) -> dict[int, tuple[float, list[str]]]:
    """Weighted frequency and forms by field.

    Plain loops: a unit has a handful of places, and arrays that short cost more than they save.
    """
    amounts: dict[int, tuple[float, list[str]]] = {}
    low, high = columns.unit_span(unit)
    bases = columns.bases[unit * N_FIELDS : (unit + 1) * N_FIELDS].tolist()
    norms = columns.norms[unit].tolist()
    terms = [(term.factor, term.number, columns.places(term.number)) for term in located.terms]
    if located.places is not None:
        terms.append((1.0, -1, located.places))
    for factor, number, places in terms:
        inside = between(places, low, high)
        if not inside:
            continue
        forms = forms_in(number, low, high) if number >= 0 else {}
        for place in inside:
            field = bisect_right(bases, place) - 1
            if located.fields is not None and field not in located.fields:
                continue
            amount, known = amounts.setdefault(field, (0.0, []))
            form = forms.get(place)
            if form is not None and form not in known:
                known.append(form)
            amounts[field] = (amount + factor * norms[field], known)
    return amounts


def between(places: Positions, low: int, high: int) -> list[int]:
    """The rising places that lie in [low, high)."""
    # Of the array's own type: another would have the whole array converted.
    first = places.searchsorted(np.uint32(low))
    inside: list[int] = places[
        first : first + places[first:].searchsorted(np.uint32(high))
    ].tolist()
    return inside
