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
from indexer.understanding import Sought, SoughtClause, clause_text, factor_of
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


class Occurrence(NamedTuple):
    """The places of a term in a unit, rising, each counting `factor`; `number` is -1 for
    places of no one term."""

    factor: float
    number: int
    places: list[int]


FormsIn = Callable[[int, int, int], Mapping[int, str]]
"""What stands at the places of a term within [low, high), as people may be shown it."""


class Occurrences:
    """Where the alternatives of one question stand in the units that are explained.

    Each alternative is looked up once for all units, however often a question repeats it: a
    hundred prefixes of two hundred forms each would take a second, looked up hit by hit.
    """

    def __init__(self, columns: Columns, units: Sequence[int]) -> None:
        self._units = {unit: number for number, unit in enumerate(dict.fromkeys(units))}
        spans = [columns.unit_span(unit) for unit in self._units]
        # Of the positions' own type: another would have every array converted.
        self._lows, self._highs = np.array(spans, np.uint32).reshape(-1, 2).T.copy()
        self._columns = columns
        self._found: dict[Sought, list[list[Occurrence]]] = {}

    def of(self, located: Located, unit: int) -> Sequence[Occurrence]:
        """What an alternative has in a unit, in the order of its terms."""
        found = self._found.get(located.sought)
        if found is None:
            found = self._found[located.sought] = self._look_up(located)
        return found[self._units[unit]]

    def _look_up(self, located: Located) -> list[list[Occurrence]]:
        terms = [(t.factor, t.number, self._columns.places(t.number)) for t in located.terms]
        if located.places is not None:
            terms.append((1.0, -1, located.places))
        found: list[list[Occurrence]] = [[] for _ in self._units]
        for factor, number, places in terms:
            begin, stop = places.searchsorted(self._lows), places.searchsorted(self._highs)
            for unit in np.flatnonzero(stop > begin).tolist():
                inside: list[int] = places[begin[unit] : stop[unit]].tolist()
                found[unit].append(Occurrence(factor, number, inside))
        return found


def clause_parts(
    columns: Columns,
    clause: SoughtClause,
    alternatives: Sequence[Located],
    occurrences: Occurrences,
    unit: int,
    factor: float,
    weights: Weights,
    forms_in: FormsIn,
    passage: int | None,
) -> list[Part]:
    """The share of a clause in a unit's score by field; empty where it is not found."""
    best: tuple[float, Located] | None = None
    for located in alternatives:
        score = factor_of(clause, located.sought, weights) * _score(
            located.matches, unit, len(columns.owner), weights
        )
        if score > 0 and (best is None or score > best[0]):
            best = (score, located)
    if best is None:
        return []
    score, located = best
    if located.sought.kind == "place":
        return [Part(located.sought.text, "place", factor * score)]
    amounts = _amounts(columns, located, occurrences.of(located, unit), unit, forms_in)
    whole = sum(amount for amount, _ in amounts.values())
    term = clause_text(clause) if located.sought.concept is None else located.sought.text
    return [
        Part(
            term=term,
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
    columns: Columns,
    located: Located,
    occurrences: Sequence[Occurrence],
    unit: int,
    forms_in: FormsIn,
) -> dict[int, tuple[float, list[str]]]:
    """Weighted frequency and forms by field.

    Plain loops: a unit has a handful of places, and arrays that short cost more than they save.
    """
    amounts: dict[int, tuple[float, list[str]]] = {}
    low, high = columns.unit_span(unit)
    bases = columns.bases[unit * N_FIELDS : (unit + 1) * N_FIELDS].tolist()
    norms = columns.norms[unit].tolist()
    for factor, number, inside in occurrences:
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
