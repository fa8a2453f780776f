"""Weights of the ranking against the judged queries, cross-validated over queries.

    python -m benchmarks.tune --sets DIR [--folds 5] [--rounds 2] [--factor 1.5]

Coordinate ascent: each number of `indexer.weights.Weights` is moved by the factor up and down,
and the move that raises the mean nDCG@10 of the training queries most is kept, until none is
worth `LEAST`. Each fold's weights are judged on the queries left out, which says what tuning
is worth; what the weights in use give on the same queries stands beside it. The last table is
the worth of each single step over all queries. Nothing is written: a person decides.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from statistics import mean, stdev
from typing import Final, NamedTuple

import msgspec

from benchmarks.reporting import print_table, tell
from benchmarks.reweighing import reweighed
from corpus.catalogue import load_bundled
from indexer.build import build_generation
from indexer.engine import SearchRequest
from indexer.evaluate import JudgedQuery, ndcg_10, read_judgments, read_queries
from indexer.snapshot import open_snapshot
from indexer.weights import DEFAULT, FIELDS, FieldWeight, Weights

LEAST: Final = 0.003
"""A step is taken only if it is worth this much nDCG@10 on the training queries: less is noise
of 68 queries, whose mean has a standard error of about .03."""

NUMBERS: Final = tuple(name for name in Weights.__struct_fields__ if name != "fields")
USED: Final = tuple(f for f, name in enumerate(FIELDS) if name not in ("heading", "text"))
"""Fields the bundled records have; passages are measured on collections."""


class Step(NamedTuple):
    """One number moved: its name and the weights with it moved."""

    name: str
    weights: Weights


def steps(weights: Weights, factor: float) -> Iterator[Step]:
    """Every number moved up and down by the factor."""
    for by in (factor, 1 / factor):
        sign = "x" if by > 1 else "/"
        for name in NUMBERS:
            moved = min(getattr(weights, name) * by, 0.95 if name == "exact" else 100.0)
            yield Step(f"{name} {sign}", msgspec.structs.replace(weights, **{name: moved}))
        for f in USED:
            old = weights.fields[f]
            for part, new in (
                ("weight", FieldWeight(old.weight * by, old.b)),
                ("b", FieldWeight(old.weight, min(old.b * by, 1.0))),
            ):
                fields = (*weights.fields[:f], new, *weights.fields[f + 1 :])
                changed = msgspec.structs.replace(weights, fields=fields)
                yield Step(f"{FIELDS[f]} {part} {sign}", changed)


Scorer = Callable[[Weights], tuple[float, ...]]


def ascend(
    start: Weights, score: Callable[[Weights], float], rounds: int, factor: float
) -> Weights:
    """The weights after at most `rounds` best steps."""
    best, value = start, score(start)
    for _ in range(rounds):
        worth, step = max(
            ((score(step.weights), step) for step in steps(best, factor)), key=lambda pair: pair[0]
        )
        if worth < value + LEAST:
            break
        tell(f"  {step.name} -> {worth:.4f}")
        best, value = step.weights, worth
    return best


def scorer(folder: Path, queries: Sequence[JudgedQuery], sets: Path) -> Scorer:
    """nDCG@10 of each query under given weights, over an index in `folder`."""
    snapshot = open_snapshot(folder)
    judgments = read_judgments(sets)

    @cache
    def scored(weights: Weights) -> tuple[float, ...]:
        engine = reweighed(snapshot, weights)
        values = []
        for query in queries:
            found = engine.search(SearchRequest(text=query.text, size=10, facets=()))
            values.append(ndcg_10([hit.id for hit in found.hits], judgments.get(query.id, {})))
        return tuple(values)

    return scored


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tune", description=__doc__)
    parser.add_argument("--sets", type=Path, required=True, metavar="DIR")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--factor", type=float, default=1.5)
    asked = parser.parse_args(arguments)
    sets = asked.sets / "queries-dev"
    queries = read_queries(sets)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        tell("building the index of the bundled catalogue")
        build_generation(load_bundled(), folder)
        score = scorer(folder, queries, sets)
        cross_validate(score, len(queries), asked.folds, asked.rounds, asked.factor)
        _print_single_steps(score, asked.factor)


def cross_validate(score: Scorer, queries: int, folds: int, rounds: int, factor: float) -> None:
    """Tune on all folds but one, judge on that one; print each and the spread."""
    rows = []
    for fold in range(folds):
        tell(f"fold {fold + 1} of {folds}")
        held = [number for number in range(queries) if number % folds == fold]
        rest = [number for number in range(queries) if number % folds != fold]

        def over(weights: Weights, numbers: Sequence[int]) -> float:
            values = score(weights)
            return mean(values[number] for number in numbers)

        tuned = ascend(DEFAULT, lambda weights, rest=rest: over(weights, rest), rounds, factor)  # type: ignore[misc]
        rows.append(
            (
                f"fold {fold + 1}",
                over(DEFAULT, rest),
                over(tuned, rest),
                over(DEFAULT, held),
                over(tuned, held),
            )
        )
    header = ("", "in use, training", "tuned, training", "in use, left out", "tuned, left out")
    columns = list(zip(*(row[1:] for row in rows), strict=True))
    rows.append(("mean", *map(mean, columns)))
    rows.append(("spread", *map(stdev, columns)))
    print_table("Cross-validation over queries, nDCG@10", header, rows)


def _print_single_steps(score: Scorer, factor: float) -> None:
    base = mean(score(DEFAULT))
    worth = [(step.name, mean(score(step.weights)) - base) for step in steps(DEFAULT, factor)]
    worth.sort(key=lambda pair: -pair[1])
    print_table(
        f"What each single step of {factor} is worth over all queries (now {base:.4f})",
        ("step", "nDCG@10"),
        [(name, f"{value:+.4f}") for name, value in worth],
    )


if __name__ == "__main__":
    main()
