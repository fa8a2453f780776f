"""Facets and filters as integer columns: counting is `bincount`, filtering a look-up.

Pure functions; I initiatives, V values of a facet, E pairs of initiative and value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.engine import FacetCount

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class FacetColumn(NamedTuple):
    """`values` (V,) sorted. With one value an initiative at most, `owners` is None and `codes`
    (I,) has its value's number plus one, 0 for none. Else `owners` (E,) and `codes` (E,) are
    pairs, codes again counted from one."""

    values: Sequence[str]
    codes: Longs
    owners: Longs | None


def make_column(values_of: Sequence[Sequence[str]]) -> FacetColumn:
    """Values of each initiative -> column."""
    values = sorted({value for values in values_of for value in values})
    kind = np.min_scalar_type(len(values))
    code = {value: number for number, value in enumerate(values, start=1)}
    if all(len(values) <= 1 for values in values_of):
        single = [code[own[0]] if own else 0 for own in values_of]
        return FacetColumn(values, np.array(single, kind), None)
    pairs = [
        (owner, code[value]) for owner, own in enumerate(values_of) for value in dict.fromkeys(own)
    ]
    owners, codes = np.array(pairs, np.int64).reshape(-1, 2).T
    return FacetColumn(values, codes.astype(kind), np.ascontiguousarray(owners))


def having(column: FacetColumn, wanted: Sequence[str], initiatives: int) -> Flags:
    """(I,) whether an initiative has any of the values."""
    lookup = np.zeros(len(column.values) + 1, bool)
    chosen = frozenset(wanted)
    lookup[1:] = [value in chosen for value in column.values]
    if column.owners is None:
        return lookup[column.codes]
    flags = np.zeros(initiatives, bool)
    flags[column.owners[lookup[column.codes]]] = True
    return flags


def count(column: FacetColumn, found: Longs, initiatives: int) -> Longs:
    """(V,) how many of the initiatives found (rising numbers) have each value."""
    if column.owners is None:
        codes = column.codes if len(found) == initiatives else column.codes.take(found)
    elif len(found) == initiatives:
        codes = column.codes
    else:
        flags = np.zeros(initiatives, bool)
        flags[found] = True
        codes = column.codes[flags[column.owners]]
    return np.bincount(codes, minlength=len(column.values) + 1)[1:]


def listed(column: FacetColumn, counts: Longs, selected: Sequence[str]) -> tuple[FacetCount, ...]:
    """Values with hits, and those selected, most frequent first, then by value."""
    # Values are sorted, so a stable order leaves equal counts in the order of values.
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    names = [column.values[number] for number in order.tolist()]
    shown = tuple(map(FacetCount, names, counts[order].tolist()))
    missing = sorted(set(selected).difference(names)) if selected else ()
    return shown + tuple(FacetCount(value, 0) for value in missing)


class Filters(NamedTuple):
    """(I,) flags of each facet's own filter, and of the dates; None where there is none."""

    facets: Mapping[str, Flags]
    dates: Flags | None

    def allowed(self, *, without: str | None = None) -> Flags | None:
        """What passes all filters, one facet's left out; None if nothing is filtered."""
        flags = [own for facet, own in self.facets.items() if facet != without]
        if self.dates is not None:
            flags.append(self.dates)
        return np.logical_and.reduce(flags) if flags else None
