"""Similar initiatives: TF-IDF over words and concepts, neighbours computed once at build.

Rows are initiatives, columns the stems, plain words and concepts of the index; place names
are left out, so that neighbours share a subject rather than a country. Salton and Buckley
1988 for the weighting, Carbonell and Goldstein 1998 for variety.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from indexer import arrays
from indexer.columns import N_FIELDS, X_ALL, Columns, Floats, Ints, Longs, field_cells

MOST_NEIGHBOURS: Final = 50
MOST_VARIED: Final = 20
_BATCH: Final = 256


class SimilarityWeights(msgspec.Struct, frozen=True):
    """`fields` say how much a word counts by the field it stands in, in the order of
    `weights.FIELDS`; `concept` how much a concept counts beside a word; `most_common` leaves
    out what more than this share of initiatives have; `variety` is the weight of likeness to
    what is shown already (1 - lambda of MMR), `same_city` what it adds for a city shown."""

    fields: tuple[float, ...] = (2.0, 1.0, 1.0, 1.5, 1.0, 0.5, 0.7, 0.0, 0.5, 0.5)
    concept: float = 3.0
    most_common: float = 0.5
    variety: float = 0.3
    same_city: float = 0.3


DEFAULT: Final = SimilarityWeights()


class Neighbours(NamedTuple):
    """`near` (I, 50) initiatives by falling `scores` (cosine), -1 where there are no more;
    `varied` (I, 20) those of other cities in the order of maximal marginal relevance.
    `begin` (I + 1,), `terms`, `weights` are the rows of the TF-IDF matrix, of length one."""

    near: Ints
    scores: Floats
    varied: Ints
    begin: Longs
    terms: Ints
    weights: Floats


def matrix(columns: Columns, weights: SimilarityWeights = DEFAULT) -> Any:
    """The TF-IDF matrix (I, T), rows of length one (scipy CSR)."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfTransformer

    initiatives = len(columns.first) - 1
    if not initiatives or not columns.terms:
        return sparse.csr_matrix((0, len(columns.terms)))
    kept = np.array(
        [
            term[0] in "~#" or columns.plain[number] == X_ALL
            for number, term in enumerate(columns.terms)
        ],
        bool,
    )
    concept = np.array([term[0] == "#" for term in columns.terms], bool)
    term_of = np.repeat(np.arange(len(kept)), columns.pend - columns.pstart)
    chosen = kept[term_of]
    term_of, places = term_of[chosen], columns.positions[chosen]
    cells = field_cells(places, columns.bases)
    by_field = np.array(weights.fields)[cells % N_FIELDS]
    by_field = np.where(concept[term_of], 1.0, by_field)
    owner = columns.owner[cells // N_FIELDS]
    shape = (initiatives, len(kept))
    counts = sparse.coo_matrix((by_field, (owner, term_of)), shape=shape).tocsr()
    counts.eliminate_zeros()
    # A carried concept and a mention of it are one fact; more mentions add little.
    counts.data = np.log1p(counts.data)
    having = np.bincount(counts.indices, minlength=len(kept))
    common = having > max(weights.most_common * initiatives, 2)
    scale = np.where(common, 0.0, np.where(concept, weights.concept, 1.0))
    counts = TfidfTransformer(norm=None).fit_transform(counts)
    counts = counts @ sparse.diags(scale)
    counts.eliminate_zeros()
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(lengths, 1e-12)) @ counts


def neighbours(
    columns: Columns, cities: Sequence[str | None], weights: SimilarityWeights = DEFAULT
) -> Neighbours:
    """Neighbours of every initiative; `cities` (I,) are their city slugs."""
    rows = matrix(columns, weights).tocsr()
    rows.sort_indices()
    initiatives = rows.shape[0]
    near = np.full((initiatives, MOST_NEIGHBOURS), -1, np.int32)
    scores = np.zeros((initiatives, MOST_NEIGHBOURS), np.float32)
    varied = np.full((initiatives, MOST_VARIED), -1, np.int32)
    for begin in range(0, initiatives, _BATCH):
        batch = (rows[begin : begin + _BATCH] @ rows.T).toarray()
        for offset, cosines in enumerate(batch):
            seed = begin + offset
            cosines[seed] = -1.0
            order = np.lexsort((np.arange(initiatives), -cosines))[:MOST_NEIGHBOURS]
            order = order[cosines[order] > 0]
            near[seed, : len(order)] = order
            scores[seed, : len(order)] = cosines[order]
            elsewhere = [n for n in order if cities[n] is None or cities[n] != cities[seed]]
            spread = _spread(rows, elsewhere, cosines, cities, weights)
            varied[seed, : len(spread)] = spread
    return Neighbours(
        near,
        scores,
        varied,
        rows.indptr.astype(np.int64),
        rows.indices.astype(np.int32),
        rows.data.astype(np.float32),
    )


def _spread(
    rows: Any,
    candidates: Sequence[int],
    cosines: npt.NDArray[np.float64],
    cities: Sequence[str | None],
    weights: SimilarityWeights,
) -> list[int]:
    """Maximal marginal relevance: near the seed, unlike what is chosen already."""
    if not candidates:
        return []
    numbers = np.array(candidates)
    alike = (rows[numbers] @ rows[numbers].T).toarray()
    relevance = cosines[numbers]
    penalty = np.zeros(len(numbers))
    left = np.ones(len(numbers), bool)
    chosen: list[int] = []
    while left.any() and len(chosen) < MOST_VARIED:
        value = np.where(left, (1 - weights.variety) * relevance - weights.variety * penalty, -9)
        best = int(np.argmax(value))
        left[best] = False
        chosen.append(int(numbers[best]))
        city = cities[numbers[best]]
        same = np.array([city is not None and cities[n] == city for n in numbers])
        penalty = np.maximum(penalty, alike[best] + weights.same_city * same)
    return chosen


def shared_terms(found: Neighbours, a: int, b: int, most: int) -> list[tuple[int, float]]:
    """Terms of both rows with their share of the cosine, greatest first."""
    terms_a, weights_a = _row(found, a)
    terms_b, weights_b = _row(found, b)
    both, at_a, at_b = np.intersect1d(terms_a, terms_b, return_indices=True)
    products = weights_a[at_a] * weights_b[at_b]
    total = float(products.sum())
    order = np.argsort(-products, kind="stable")[:most]
    return [(int(both[i]), float(products[i]) / total) for i in order]


def _row(found: Neighbours, number: int) -> tuple[Ints, Floats]:
    begin, end = int(found.begin[number]), int(found.begin[number + 1])
    return found.terms[begin:end], found.weights[begin:end]


def save(found: Neighbours, folder: Path) -> None:
    """Write the arrays."""
    arrays.save(folder, found._asdict())


def load(folder: Path) -> Neighbours:
    """Map the arrays."""
    return Neighbours(*(arrays.load(folder, name) for name in Neighbours._fields))
