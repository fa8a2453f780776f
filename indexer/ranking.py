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
    """The units a clause is found in, rising, and its score in each. `called_up` marks what the
    query's words called up: it ranks, but no hit needs it; `place` one of places, whose
    initiatives are preferred."""

    units: Ints
    scores: Scores
    operator: str
    called_up: bool = False
    place: bool = False


class Layout(NamedTuple):
    """How units belong to initiatives: `owner` (N,), `first` (I + 1,)."""

    owner: Ints
    first: Ints

    @property
    def single(self) -> bool:
        """Whether every initiative is one unit."""
        return len(self.owner) == len(self.first) - 1


class Scored(NamedTuple):
    """Initiatives that were found: rising numbers, and scores before the bonus for coverage.

    `passage` is the unit of the best passage, -1 where the record alone was found; None where
    no initiative has passages. `matched` (all initiatives) counts the clauses each has, `bonus`
    says what the score is multiplied by for a count; None where there is one clause.
    """

    initiatives: Longs
    scores: Scores
    passage: Longs | None = None
    matched: npt.NDArray[np.int16] | None = None
    bonus: Scores | None = None

    def final(self, places: Longs) -> Scores:
        """The scores at these places of `initiatives`, coverage counted."""
        scores = self.scores[places]
        if self.bonus is None or self.matched is None:
            return scores
        return scores * self.bonus[self.matched[self.initiatives[places]]]

    def best(self, most: int) -> Longs:
        """Places of the `most` highest final scores, highest first, equal ones in order.

        A bonus is at least 1, so what stays under the k-th score with the greatest of all
        can't be among the first k: few need theirs.
        """
        if self.bonus is None:
            return top(self.scores, most)
        if most <= 0 or len(self.scores) <= _BLOCK * 2:
            return top(self.final(np.arange(len(self.scores))), most)
        # The margin is for the rounding of the product.
        floor = kth_at_least(self.scores, most) / self.bonus[-1] * (1 - 1e-12)
        places = np.flatnonzero(self.scores >= floor)
        best: Longs = places[top(self.final(places), most)]
        return best


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
    found = np.concatenate([found for _, found, _ in parts])
    freqs = np.concatenate(
        [freqs if factor == 1.0 else freqs * np.float32(factor) for factor, _, freqs in parts]
    )
    return add_up(found, freqs, units)


def add_up(found: Ints, freqs: Floats, units: int) -> Matches:
    """Postings of several terms, one after the other, added up by unit, the units rising."""
    # `add.at` with an index of the machine's own size is three times as fast as `dense[i] +=`;
    # sums of doubles do not depend on the order of the terms.
    dense = np.zeros(units)
    np.add.at(dense, found.astype(np.intp), freqs.astype(np.float64))
    union = _distinct(found, dense)
    return Matches(union, dense[union].astype(np.float32))


def _distinct(found: Ints, dense: Scores) -> Ints:
    """The numbers in `found`, rising, each once: those where `dense` is not 0.

    Sorting few costs less than a look at every unit: 10 ns a posting against 0.4 a unit.
    """
    if len(found) * 32 > len(dense):
        return np.flatnonzero(dense > 0).astype(np.int32)
    return _each_once(np.sort(found))


def _each_once(rising: Ints) -> Ints:
    """Rising numbers, each once."""
    fresh = np.empty(len(rising), bool)
    fresh[:1] = True
    np.not_equal(rising[1:], rising[:-1], out=fresh[1:])
    return rising[fresh]


class FoundClause(NamedTuple):
    """A clause as it was found: where its alternatives stand, and what the score of each is
    multiplied by."""

    alternatives: Sequence[Matches]
    factors: Sequence[float]
    operator: str
    called_up: bool = False
    place: bool = False


def score_clauses(asked: Sequence[FoundClause], units: int, weights: Weights) -> list[ScoredClause]:
    """A clause scores as its best alternative in each unit."""
    found = [match for clause in asked for match in clause.alternatives if len(match.units)]
    factors = [
        factor * idf(len(match.units), units)
        for clause in asked
        for match, factor in zip(clause.alternatives, clause.factors, strict=True)
        if len(match.units)
    ]
    scores = iter(_saturated(found, factors, weights.k1))
    scored = []
    for clause in asked:
        own = [(match.units, next(scores)) for match in clause.alternatives if len(match.units)]
        best = _best_of(own, units)
        scored.append(ScoredClause(*best, clause.operator, clause.called_up, clause.place))
    return scored


def _saturated(matches: Sequence[Matches], factors: Sequence[float], k1: float) -> list[Scores]:
    """`saturate` of each; all in one array, as most are so short that calls cost more."""
    if not matches:
        return []
    whole = np.concatenate([match.freqs for match in matches], dtype=np.float64)
    whole /= whole + k1
    scores = []
    begin = 0
    for match, factor in zip(matches, factors, strict=True):
        own = whole[begin : begin + len(match.units)]
        own *= factor * (k1 + 1)
        scores.append(own)
        begin += len(own)
    return scores


def _best_of(scored: Sequence[tuple[Ints, Scores]], units: int) -> tuple[Ints, Scores]:
    if not scored:
        return NOTHING.units, np.empty(0)
    if len(scored) == 1:
        return scored[0]
    dense = np.zeros(units)
    for found, scores in scored:
        dense[found] = np.maximum(dense[found], scores)
    union = np.flatnonzero(dense > 0).astype(np.int32)
    return union, dense[union]


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
    if len(ranking) == 1 and len(clauses) == 1 and layout.single and not ranking[0].place:
        only = ranking[0]
        found, scores = only.units.astype(np.int64), only.scores
        if allowed is not None:
            keep = allowed[found]
            found, scores = found[keep], scores[keep]
        return Scored(found, scores, None)

    units, initiatives = len(layout.owner), len(layout.first) - 1
    dense = np.zeros(units)
    matched = np.zeros(initiatives, np.int16)
    must = [clause for clause in ranking if _needed(clause, every)]
    needed = matched if len(must) == len(ranking) else np.zeros(initiatives, np.int16)
    at = _joined(ranking)
    np.add.at(dense, at, np.concatenate([clause.scores for clause in ranking]))
    np.add.at(matched, _owners(ranking, at, layout), np.int16(1))
    if needed is not matched and must:
        np.add.at(needed, _owners(must, _joined(must), layout), np.int16(1))

    passes = needed == len(must) if must else matched > 0
    for clause in clauses:
        if clause.operator == "not":
            passes[layout.owner[clause.units]] = False
    if allowed is not None:
        passes &= allowed
    found = np.flatnonzero(passes)
    scores, passage = _of_initiatives(dense, found, layout, weights)
    for clause in ranking:
        if clause.place:
            preferred = np.zeros(initiatives, bool)
            preferred[layout.owner[clause.units]] = True
            scores[preferred[found]] *= 1 + weights.preference
    if len(ranking) == 1:
        return Scored(found, scores, passage)
    share = np.arange(-1, len(ranking)) / (len(ranking) - 1)
    return Scored(found, scores, passage, matched, 1 + weights.coverage * share)


def _joined(clauses: Sequence[ScoredClause]) -> npt.NDArray[np.intp]:
    """The units of all clauses, one after the other."""
    return np.concatenate([clause.units for clause in clauses], dtype=np.intp)


def _owners(
    clauses: Sequence[ScoredClause], at: npt.NDArray[np.intp], layout: Layout
) -> npt.NDArray[np.intp]:
    """The initiatives of each clause, each once a clause; `at` are the units."""
    if layout.single:
        return at
    owners = [_each_once(layout.owner[clause.units]) for clause in clauses]
    return np.concatenate(owners, dtype=np.intp)


def _needed(clause: ScoredClause, every: bool) -> bool:
    """Whether a hit must have the clause."""
    return not clause.called_up if every else clause.operator == "must"


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


def kth_at_least(scores: Scores, most: int) -> float:
    """A number that at least `most` of the scores reach; the greatest that blocks show.

    The greatest of each block of 256 gives it, several times faster than a partition of all.
    """
    if len(scores) <= _BLOCK * most * 2:
        if len(scores) <= most:
            return -math.inf
        return float(np.partition(scores, len(scores) - most)[len(scores) - most])
    whole = len(scores) // _BLOCK * _BLOCK
    maxima = scores[:whole].reshape(-1, _BLOCK).max(axis=1)
    return float(np.partition(maxima, len(maxima) - most)[len(maxima) - most])


def top(scores: Scores, most: int) -> Longs:
    """Places of the `most` highest scores, highest first, equal ones in order of place."""
    if most <= 0 or not len(scores):
        return np.empty(0, np.int64)
    places = np.flatnonzero(scores >= kth_at_least(scores, most))
    reached = scores[places]
    order = np.argsort(-reached, kind="stable")[:most]
    best: Longs = places[order]
    return best
