"""Ranking as arithmetic on arrays: BM25F, coverage, the best of each initiative, the top k.

Pure functions; `docs/ranking.md` is their definition. N units, I initiatives.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.weights import Weights

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Matches(NamedTuple):
    """Where something was found: rising unit numbers and their weighted frequencies."""

    units: Ints
    freqs: Floats


class ScoredClause(NamedTuple):
    """The units a clause is found in, rising, and its score in each. `called_up` marks a
    concept the query's words called up: it ranks, but no hit needs it."""

    units: Ints
    scores: Scores
    operator: str
    called_up: bool = False


class Layout(NamedTuple):
    """How units belong to initiatives: `owner` (N,), `first` (I + 1,)."""

    owner: Ints
    first: Ints

    @property
    def single(self) -> bool:
        """Whether every initiative is one unit."""
        return len(self.owner) == len(self.first) - 1


class Scored(NamedTuple):
    """Initiatives that were found: rising numbers, scores, and how many clauses each has.

    `passage` is the unit of the best passage, -1 where the record alone was found; None where
    no initiative has passages.
    """

    initiatives: Longs
    scores: Scores
    passage: Longs | None


NOTHING = Matches(np.empty(0, np.int32), np.empty(0, np.float32))


def idf(found: int, units: int) -> float:
    """Inverse document frequency that is never negative (Lucene's form of Robertson's)."""
    return math.log(1 + (units - found + 0.5) / (found + 0.5))


def saturate(freqs: Floats, idf: float, k1: float) -> Scores:
    """BM25 of weighted frequencies (Robertson and Zaragoza 2009, section 3.6)."""
    score = freqs.astype(np.float64)
    score /= score + k1
    score *= idf * (k1 + 1)
    return score


def merge(parts: Sequence[tuple[float, Ints, Floats]], units: int) -> Matches:
    """Add up weighted postings: sum of factor * frequencies, over the union of units."""
    parts = [part for part in parts if len(part[1])]
    if not parts:
        return NOTHING
    if len(parts) == 1:
        factor, found, freqs = parts[0]
        return Matches(found, freqs if factor == 1.0 else freqs * np.float32(factor))
    total = sum(len(found) for _, found, _ in parts)
    if total * 8 > units:
        dense = np.zeros(units, np.float32)
        for factor, found, freqs in parts:
            dense[found] += freqs * np.float32(factor)
        union = np.flatnonzero(dense).astype(np.int32)
        return Matches(union, dense[union])
    found = np.concatenate([found for _, found, _ in parts])
    freqs = np.concatenate([freqs * np.float32(factor) for factor, _, freqs in parts])
    order = np.argsort(found, kind="stable")
    found, freqs = found[order], freqs[order]
    starts = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]]))
    return Matches(found[starts], np.add.reduceat(freqs, starts))


def score_clause(
    alternatives: Sequence[Matches],
    operator: str,
    units: int,
    weights: Weights,
    *,
    called_up: bool = False,
) -> ScoredClause:
    """A clause scores as its best alternative in each unit."""
    factor = weights.concept if called_up else 1.0
    scored = [
        (match.units, saturate(match.freqs, factor * idf(len(match.units), units), weights.k1))
        for match in alternatives
        if len(match.units)
    ]
    if not scored:
        return ScoredClause(NOTHING.units, np.empty(0), operator, called_up)
    if len(scored) == 1:
        return ScoredClause(scored[0][0], scored[0][1], operator, called_up)
    dense = np.zeros(units)
    for found, scores in scored:
        dense[found] = np.maximum(dense[found], scores)
    union = np.flatnonzero(dense).astype(np.int32)
    return ScoredClause(union, dense[union], operator, called_up)


def combine(
    clauses: Sequence[ScoredClause],
    layout: Layout,
    allowed: Flags | None,
    *,
    every: bool,
    weights: Weights,
) -> Scored:
    """Scores of the initiatives that pass: see "Score" in docs/ranking.md.

    `allowed` (I,) are the filters, None where there are none; `every` is mode `all`.
    """
    ranking = [clause for clause in clauses if clause.operator != "not"]
    if len(ranking) == 1 and len(clauses) == 1 and layout.single:
        only = ranking[0]
        found, scores = only.units.astype(np.int64), only.scores
        if allowed is not None:
            keep = allowed[found]
            found, scores = found[keep], scores[keep]
        return Scored(found, scores, None)

    units, initiatives = len(layout.owner), len(layout.first) - 1
    dense = np.zeros(units)
    matched = np.zeros(initiatives, np.int16)
    needed = np.zeros(initiatives, np.int16)
    barred = np.zeros(initiatives, bool)
    must = [clause for clause in ranking if _needed(clause, every)]
    for clause in clauses:
        owners = clause.units if layout.single else layout.owner[clause.units]
        if clause.operator == "not":
            barred[owners] = True
            continue
        dense[clause.units] += clause.scores
        has = _owned(owners, initiatives, layout.single)
        matched[has] += 1
        if _needed(clause, every):
            needed[has] += 1

    passes = needed == len(must) if must else matched > 0
    if any(clause.operator == "not" for clause in clauses):
        passes &= ~barred
    if allowed is not None:
        passes &= allowed
    found = np.flatnonzero(passes)
    scores, passage = _of_initiatives(dense, found, layout, weights)
    if len(ranking) > 1:
        share = (matched[found] - 1) / (len(ranking) - 1)
        scores = scores * (1 + weights.coverage * share)
    return Scored(found, scores, passage)


def _needed(clause: ScoredClause, every: bool) -> bool:
    """Whether a hit must have the clause."""
    return not clause.called_up if every else clause.operator == "must"


def _owned(owners: Ints, initiatives: int, single: bool) -> Ints | Flags:
    """Each owner once, as an index."""
    if single:
        return owners
    flags = np.zeros(initiatives, bool)
    flags[owners] = True
    return flags


def _of_initiatives(
    dense: Scores, found: Longs, layout: Layout, weights: Weights
) -> tuple[Scores, Longs | None]:
    """The record's score and the best passage's, for each initiative found."""
    if layout.single:
        return dense[found], None
    record = dense[layout.first[found]]
    begin, end = layout.first[found] + 1, layout.first[found + 1]
    has = np.flatnonzero(end > begin)
    passage = np.full(len(found), -1, np.int64)
    best = np.zeros(len(found))
    if len(has):
        lengths = (end - begin)[has]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        flat = np.repeat(begin[has] - offsets[:-1], lengths) + np.arange(offsets[-1])
        scores = dense[flat]
        top = np.maximum.reduceat(scores, offsets[:-1])
        # The first of equals: the least place among those that reach the top.
        at_top = scores == np.repeat(top, lengths)
        place = np.where(at_top, flat, np.iinfo(np.int64).max)
        first = np.minimum.reduceat(place, offsets[:-1])
        best[has] = top
        passage[has] = np.where(top > 0, first, -1)
    return record + weights.passage_weight * best, passage


_BLOCK = 256


def top(scores: Scores, most: int) -> Longs:
    """Places of the `most` highest scores, highest first, equal ones in order of place.

    On long arrays the greatest of each block of 256 gives a floor under the k-th score, and
    only what reaches it is sorted: exact, and several times faster than a partition.
    """
    if most <= 0 or not len(scores):
        return np.empty(0, np.int64)
    if len(scores) > _BLOCK * most * 2:
        whole = len(scores) // _BLOCK * _BLOCK
        maxima = scores[:whole].reshape(-1, _BLOCK).max(axis=1)
        floor = np.partition(maxima, len(maxima) - most)[len(maxima) - most]
        places = np.flatnonzero(scores >= floor)
    else:
        places = np.arange(len(scores))
    reached = scores[places]
    if len(reached) > most:
        kth = np.partition(reached, len(reached) - most)[len(reached) - most]
        above = np.flatnonzero(reached > kth)
        level = np.flatnonzero(reached == kth)[: most - len(above)]
        chosen = np.concatenate([above, level])
    else:
        chosen = np.arange(len(reached))
    order = np.lexsort((places[chosen], -reached[chosen]))
    best: Longs = places[chosen[order]]
    return best
