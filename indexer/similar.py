"""Similar initiatives: TF-IDF over words, concepts and a few facts, neighbours computed at build.

Rows are initiatives, columns the stems, plain words and concepts of the index and the facts of
`Facts`. Names of places are left out as words, so that neighbours share a subject rather than
a country; a country counts a little, as a fact. Salton and Buckley 1988 for the weighting,
Kurland and Lee 2004 for the likeness of neighbours' neighbours, Carbonell and Goldstein 1998
for variety.
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
_FACTS: Final = "facts.json"


class Facts(NamedTuple):
    """What is known of an initiative beside its words: keys of its places, its kind, and its
    own id with those of the initiatives its record names as related."""

    places: tuple[str, ...]
    kind: str
    links: tuple[str, ...]


class SimilarityWeights(msgspec.Struct, frozen=True):
    """Measured on 32 judged seeds, nDCG@10: .694 with words and concepts alone, .724 with the
    facts, .753 with the neighbours' neighbours; with the thesaurus as it is now .745. Between
    .725 and .745 with any one of `concept`, `smoothing`, `friends`, `circle`, `kind`, `places`
    and `links` at half or double, which is the noise of so few.

    `fields` say how much a word counts by the field it stands in, in the order of
    `weights.FIELDS`; `concept` how much a concept counts beside a word; `most_common` leaves
    out what more than this share of initiatives have; `places`, `kind` and `links` are the
    likeness that the same facts give, where the same words give 1. The nearest `friends` of an
    initiative, among the `circle` nearest, add to what it is like by `smoothing`. `variety` is
    the weight of likeness to what is shown already (1 - lambda of MMR), `same_city` what it
    adds for a city shown."""

    fields: tuple[float, ...] = (2.0, 1.0, 1.0, 1.5, 1.0, 1.0, 0.7, 0.0, 0.5, 0.5)
    concept: float = 2.5
    most_common: float = 0.5
    places: float = 0.03
    kind: float = 0.02
    links: float = 0.04
    circle: int = 20
    friends: int = 5
    smoothing: float = 0.4
    variety: float = 0.3
    same_city: float = 0.3


DEFAULT: Final = SimilarityWeights()


class Neighbours(NamedTuple):
    """`near` (I, 50) initiatives by falling `scores` (0 to 1), -1 where there are no more;
    `varied` (I, 20) those of other cities in the order of maximal marginal relevance.
    `begin` (I + 1,), `terms`, `weights` are rows of length one: terms of the index, and from
    their number on the facts named in `facts`, as `place`, `kind` or `link`, a colon, and the
    key or id."""

    near: Ints
    scores: Floats
    varied: Ints
    begin: Longs
    terms: Ints
    weights: Floats
    facts: Sequence[str]


def matrix(columns: Columns, weights: SimilarityWeights = DEFAULT) -> Any:
    """The TF-IDF matrix (I, T), rows of length one (scipy CSR)."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfTransformer

    initiatives = len(columns.first) - 1
    if not initiatives or not columns.terms:
        return sparse.csr_matrix((initiatives, len(columns.terms)))
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
    return _of_length_one(counts)


def facts_matrix(known: Sequence[Facts], weights: SimilarityWeights) -> tuple[Any, list[str]]:
    """Facts as a matrix (scipy CSR) whose rows' products are the likeness facts give, and the
    names of its columns."""
    from scipy import sparse

    initiatives = len(known)
    groups = (
        (weights.places, "place", [own.places for own in known], True),
        (weights.kind, "kind", [(own.kind,) for own in known], False),
        (weights.links, "link", [own.links for own in known], False),
    )
    blocks, names = [sparse.csr_matrix((initiatives, 0))], []
    for weight, prefix, values, by_rarity in groups:
        keys = sorted({value for own in values for value in own})
        number = {key: at for at, key in enumerate(keys)}
        rows = np.repeat(np.arange(initiatives), [len(own) for own in values])
        columns = np.array([number[value] for own in values for value in own], np.int64)
        block = sparse.csr_matrix(
            (np.ones(len(rows)), (rows, columns)), shape=(initiatives, len(keys))
        )
        if by_rarity:
            having = np.bincount(columns, minlength=len(keys))
            rarity = np.log(1 + (initiatives - having + 0.5) / (having + 0.5))
            block = _of_length_one(block @ sparse.diags(rarity))
        blocks.append(block * np.sqrt(weight))
        names += [f"{prefix}:{key}" for key in keys]
    return sparse.hstack(blocks, format="csr"), names


def _of_length_one(rows: Any) -> Any:
    from scipy import sparse

    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(lengths, 1e-12)) @ rows


def neighbours(
    columns: Columns,
    cities: Sequence[str | None],
    known: Sequence[Facts],
    weights: SimilarityWeights = DEFAULT,
) -> Neighbours:
    """Neighbours of every initiative; `cities` (I,) are their city slugs, `known` (I,) what is
    known beside their words."""
    from scipy import sparse

    extra, names = facts_matrix(known, weights)
    rows = _of_length_one(sparse.hstack([matrix(columns, weights), extra], format="csr")).tocsr()
    rows.sort_indices()
    initiatives = rows.shape[0]
    circle, likeness = _nearest(rows, rows, weights.circle)
    graph, views = _smoothed(circle, likeness, weights)
    lengths = np.sqrt(np.maximum(np.asarray(views.multiply(views @ graph).sum(axis=1)).ravel(), 0))
    scale = sparse.diags(1 / np.maximum(lengths, 1e-12))
    near, scores = _nearest(scale @ views @ graph, scale @ views, MOST_NEIGHBOURS)
    varied = np.full((initiatives, MOST_VARIED), -1, np.int32)
    for seed in range(initiatives):
        own = near[seed]
        away = [
            place
            for place, n in enumerate(own.tolist())
            if n >= 0 and (cities[n] is None or cities[n] != cities[seed])
        ]
        spread = _spread(rows, own[away], scores[seed][away], cities, weights)
        varied[seed, : len(spread)] = spread
    return Neighbours(
        near,
        scores,
        varied,
        rows.indptr.astype(np.int64),
        rows.indices.astype(np.int32),
        rows.data.astype(np.float32),
        names,
    )


def _nearest(left: Any, right: Any, most: int) -> tuple[Ints, Floats]:
    """For each row of `left` the `most` other rows of `right` of the greatest product, equal
    ones in order: numbers (I, most), -1 where no more have any, and the products."""
    initiatives = left.shape[0]
    near = np.full((initiatives, most), -1, np.int32)
    scores = np.zeros((initiatives, most), np.float32)
    other = right.T.tocsr()
    for begin in range(0, initiatives, _BATCH):
        batch = (left[begin : begin + _BATCH] @ other).toarray()
        for offset, products in enumerate(batch):
            seed = begin + offset
            products[seed] = -1.0
            reached = _kth(products, most)
            candidates = np.flatnonzero(products >= max(reached, np.finfo(np.float32).tiny))
            order = candidates[np.argsort(-products[candidates], kind="stable")[:most]]
            near[seed, : len(order)] = order
            scores[seed, : len(order)] = products[order]
    return near, scores


def _kth(values: npt.NDArray[np.float64], k: int) -> float:
    """The k-th greatest value, the least if there are fewer."""
    at = max(len(values) - k, 0)
    return float(np.partition(values, at)[at]) if len(values) else 0.0


def _smoothed(near: Ints, scores: Floats, weights: SimilarityWeights) -> tuple[Any, Any]:
    """The graph of likeness (I, I), both ways, each like itself by 1; and each initiative with
    its friends beside it (I, I). Products of the two are likeness smoothed."""
    from scipy import sparse

    initiatives, most = near.shape
    known = near.ravel() >= 0
    owner = np.repeat(np.arange(initiatives), most)[known]
    shape = (initiatives, initiatives)
    one_way = sparse.csr_matrix((scores.ravel()[known], (owner, near.ravel()[known])), shape=shape)
    itself = sparse.identity(initiatives, format="csr")
    graph = one_way.maximum(one_way.T) + itself
    closest = np.where(near >= 0, scores, 0.0)[:, : weights.friends]
    share = closest / np.maximum(closest.sum(axis=1, keepdims=True), 1e-12)
    numbers = np.maximum(near[:, : weights.friends], 0)
    owner = np.repeat(np.arange(initiatives), numbers.shape[1])
    friends = sparse.csr_matrix((share.ravel(), (owner, numbers.ravel())), shape=shape)
    return graph, (itself + weights.smoothing * friends).tocsr()


def _spread(
    rows: Any,
    candidates: Ints,
    relevance: Floats,
    cities: Sequence[str | None],
    weights: SimilarityWeights,
) -> list[int]:
    """Maximal marginal relevance: near the seed, unlike what is chosen already."""
    numbers = candidates
    alike = (rows[numbers] @ rows[numbers].T).toarray()
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


def shared_terms(found: Neighbours, a: int, b: int) -> list[tuple[int, float]]:
    """Terms of both rows with their share of the cosine, greatest first."""
    terms_a, weights_a = _row(found, a)
    terms_b, weights_b = _row(found, b)
    both, at_a, at_b = np.intersect1d(terms_a, terms_b, return_indices=True)
    products = weights_a[at_a] * weights_b[at_b]
    total = float(products.sum())
    order = np.argsort(-products, kind="stable")
    return [(int(both[i]), float(products[i]) / total) for i in order.tolist()]


def _row(found: Neighbours, number: int) -> tuple[Ints, Floats]:
    begin, end = int(found.begin[number]), int(found.begin[number + 1])
    return found.terms[begin:end], found.weights[begin:end]


def save(found: Neighbours, folder: Path) -> None:
    """Write the arrays."""
    own = found._asdict()
    facts = own.pop("facts")
    arrays.save(folder, own)
    (folder / _FACTS).write_bytes(msgspec.json.encode(facts))


def load(folder: Path) -> Neighbours:
    """Map the arrays."""
    own: dict[str, Any] = {name: arrays.load(folder, name) for name in Neighbours._fields[:-1]}
    own["facts"] = msgspec.json.decode((folder / _FACTS).read_bytes(), type=list[str])
    return Neighbours(**own)
