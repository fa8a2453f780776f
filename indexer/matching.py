"""From words, phrases and prefixes to the units they stand in. Pure functions on `Columns`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.columns import (
    N_FIELDS,
    PLAIN,
    X_ALL,
    X_NONE,
    Columns,
    Longs,
    Positions,
    concept_term,
    field_cells,
    stem_term,
)
from indexer.ranking import NOTHING, Flags, Matches, add_up, merge
from indexer.weights import VALUE_GAP, Weights

MOST_FORMS: Final = 200
"""Surfaces a prefix may stand for; the design's bound on the cost of a query."""
MOST_COMPOUNDS: Final = 100
"""Compounds a word may stand in."""
SHORTEST_IN_COMPOUND: Final = 5
"""Letters a stem has at least to be looked for within others: `akt` ends many words."""
REST_OF_COMPOUND: Final = 3
"""Letters the rest of a compound has at least; fewer are an ending."""


class WeightedTerm(NamedTuple):
    """A term of the index and how much an occurrence of it counts."""

    number: int
    factor: float


def word_terms(
    columns: Columns, surface: str, stems: Sequence[tuple[str, str]], weights: Weights
) -> list[WeightedTerm]:
    """The terms a word is looked up as: its surface, and its stem in each group.

    `stems` are (group, stem) for the groups of the index, without the plain one.
    """
    terms: dict[int, float] = {}
    number = columns.number(surface)
    if number >= 0:
        kind = columns.plain[number]
        terms[number] = 1.0 if kind == X_ALL else weights.exact
        if kind not in (X_ALL, X_NONE):
            terms[columns.number(stem_term(PLAIN, surface))] = 1 - weights.exact
    for group, stem in stems:
        number = columns.number(stem_term(group, stem))
        if number >= 0:
            terms[number] = 1 - weights.exact
    for number in _compounds(columns, stems):
        terms[number] = weights.compound * (1 - weights.exact)
    return [WeightedTerm(number, factor) for number, factor in terms.items()]


def _compounds(columns: Columns, stems: Sequence[tuple[str, str]]) -> list[int]:
    """Terms of compounds that begin or end with one of the stems, the most frequent by units."""
    found: list[int] = []
    for group, stem in stems:
        if len(stem) >= SHORTEST_IN_COMPOUND and stem.isalpha():
            found += columns.compounds(group, stem, REST_OF_COMPOUND)
    if len(found) > MOST_COMPOUNDS:
        found.sort(key=lambda n: (int(columns.start[n]) - int(columns.end[n]), columns.terms[n]))
    return found[:MOST_COMPOUNDS]


def compound_of(text: str, stem: str) -> bool:
    """Whether the stem of a text's word is a compound that begins or ends with another stem."""
    return (
        len(text) >= len(stem) + REST_OF_COMPOUND
        and len(stem) >= SHORTEST_IN_COMPOUND
        and stem.isalpha()
        and (text.startswith(stem) or text.endswith(stem))
    )


def concept_terms(
    columns: Columns, id: str, narrower: Sequence[str], weights: Weights
) -> list[WeightedTerm]:
    """A concept, and at a discount those under it."""
    factors = {id: 1.0, **{own: weights.narrower for own in narrower if own != id}}
    numbered = ((columns.number(concept_term(own)), factor) for own, factor in factors.items())
    return [WeightedTerm(number, factor) for number, factor in numbered if number >= 0]


def match_terms(
    columns: Columns, terms: Sequence[WeightedTerm], fields: frozenset[int] | None
) -> Matches:
    """Units with any of the terms; `fields` restricts to some fields."""
    if fields is not None:
        parts = []
        for term in terms:
            found = weigh(columns, columns.places(term.number), fields)
            parts.append((term.factor, found.units, found.freqs))
        return merge(parts, len(columns.owner))
    return merge(
        [
            (
                term.factor,
                columns.units[columns.start[term.number] : columns.end[term.number]],
                columns.freqs[columns.start[term.number] : columns.end[term.number]],
            )
            for term in terms
        ],
        len(columns.owner),
    )


def prefix_terms(columns: Columns, prefix: str) -> tuple[Longs, int]:
    """The numbers of the surfaces that begin with `prefix`, rising, and how many there are in
    all. The `MOST_FORMS` most frequent by units, then by alphabet.
    """
    low, high = columns.prefix_range(prefix)
    if high - low <= MOST_FORMS:
        return np.arange(low, high), high - low
    frequency = columns.end[low:high] - columns.start[low:high]
    chosen = np.argsort(-frequency, kind="stable")[:MOST_FORMS]
    return np.sort(chosen) + low, high - low


def match_surfaces(columns: Columns, numbers: Longs) -> Matches:
    """Units with any of the terms; `numbers` rise, and count alike.

    Postings stand in the order of the terms, so those of neighbours are one slice.
    """
    if not len(numbers):
        return NOTHING
    begin, stop = int(columns.start[numbers[0]]), int(columns.end[numbers[-1]])
    found, freqs = columns.units[begin:stop], columns.freqs[begin:stop]
    if len(numbers) == 1:
        return Matches(found, freqs)
    if numbers[-1] - numbers[0] >= len(numbers):
        kept = np.zeros(stop - begin + 1, np.int8)
        kept[columns.start[numbers] - begin] += 1
        kept[columns.end[numbers] - begin] -= 1
        chosen = np.flatnonzero(kept[:-1].cumsum(dtype=np.int8).view(bool))
        found, freqs = found[chosen], freqs[chosen]
    return add_up(found, freqs, len(columns.owner))


def phrase_places(columns: Columns, surfaces: Sequence[str]) -> Positions:
    """Positions of the first word of each place where the surfaces stand in a row."""
    numbers = [columns.number(surface) for surface in surfaces]
    if not numbers or min(numbers) < 0:
        return np.empty(0, np.uint32)
    shifted = sorted(
        ((columns.places(number), shift) for shift, number in enumerate(numbers)),
        key=lambda pair: len(pair[0]),
    )
    rarest, shift = shifted[0]
    starts = rarest[rarest >= shift] - np.uint32(shift)
    for places, shift in shifted[1:]:
        starts = starts[_contains(places, starts + np.uint32(shift))]
        if not len(starts):
            break
    return starts


def near_places(columns: Columns, surfaces: Sequence[str], distance: int) -> Positions:
    """Positions of the first surface where each other one stands within `distance` words.

    Gaps between values are wider than any distance, so no place reaches across one.
    """
    if distance > VALUE_GAP:
        raise ValueError(f"a distance may be at most {VALUE_GAP}, the gap between values")
    numbers = [columns.number(surface) for surface in surfaces]
    if not numbers or min(numbers) < 0:
        return np.empty(0, np.uint32)
    starts = columns.places(numbers[0])
    for number in numbers[1:]:
        places = columns.places(number)
        low = np.searchsorted(places, np.maximum(starts, distance) - np.uint32(distance))
        high = np.searchsorted(places, starts + np.uint32(distance), side="right")
        # A word is not near itself: `"a a"~3` needs two of them.
        same = 1 if number == numbers[0] else 0
        starts = starts[high - low > same]
    return starts


def _contains(rising: Positions, wanted: Positions) -> Flags:
    at = np.searchsorted(rising, wanted)
    at[at == len(rising)] = 0
    found: Flags = rising[at] == wanted
    return found


def weigh(columns: Columns, places: Positions, fields: frozenset[int] | None) -> Matches:
    """Rising places -> units with the sum of the norms of their fields."""
    if not len(places):
        return NOTHING
    cells = field_cells(places, columns.bases)
    if fields is not None:
        cells = cells[np.isin(cells % N_FIELDS, list(fields))]
        if not len(cells):
            return NOTHING
    units = cells // N_FIELDS
    starts = np.flatnonzero(np.concatenate([[True], units[1:] != units[:-1]]))
    freqs = np.add.reduceat(columns.norms.reshape(-1)[cells].astype(np.float64), starts)
    return Matches(units[starts].astype(np.int32), freqs.astype(np.float32))
