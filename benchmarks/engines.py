"""Ours beside plain Whoosh, bm25s and tantivy: speed of search, cost of building, growth.

All index the same words of one field (`benchmarks.token_stream`) and answer the same queries
(`benchmarks.query_sample`) in one process, in turn query by query, the order changing; each
query is asked several times and its best time counts, since a busy machine only adds. The
times at 1, 2 and 4 times the passages are taken one after the other.

Every search gives the top 10 and the number of hits. Facets are three fields of one value a
passage (21, 79 and 18 values), counted over all hits and named:
- ours: `bincount` on columns, for the core as for the whole search;
- tantivy: a terms aggregation on fast fields, a second call of its binding;
- Whoosh: `groupedby`, slow, so asked with fewer queries;
- bm25s: has none, nor phrases nor prefixes, and does not count hits.

"ours, core" has words and gives ids, scores, facets; "ours, whole" has the text of the query
and does all that `EmbeddedEngine.search` does: grammar, language, function words left out,
reports of terms. The others get a query object made before the clock starts.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.contenders import (
    OPENERS,
    Answer,
    Contender,
    OursCore,
    PlainWhoosh,
    generation,
    same_hits,
    whoosh_with_our_idf,
)
from benchmarks.engine_builds import BUILDERS, BuildCost
from benchmarks.query_sample import TYPES, Query, sample
from benchmarks.reporting import machine, percentile, print_machine, print_table, tell, write_json
from benchmarks.token_stream import write_stream
from indexer.weights import DEFAULT

ROUNDS: Final = 3
WARM_UP: Final = 20

Times = dict[str, list[float]]
"""Milliseconds of each query by contender."""


def measure(
    contenders: Sequence[Contender], queries: Sequence[Query], facets: bool, slow: int
) -> Times:
    """The best of `ROUNDS` times of each query, in milliseconds.

    Whoosh gets `slow` of the queries, spread over all, and one round.
    """
    every = max(1, len(queries) // slow)
    best: dict[str, dict[int, float]] = {}
    for round in range(ROUNDS):
        for number, query in enumerate(queries):
            first = (number + round) % len(contenders)
            for contender in [*contenders[first:], *contenders[:first]]:
                rare = contender.name == "Whoosh"
                if (facets and not contender.facets) or (rare and (round or number % every)):
                    continue
                prepared = contender.prepare(query)
                if prepared is None:
                    continue
                began = time.perf_counter_ns()
                contender.ask(prepared, facets)
                taken = (time.perf_counter_ns() - began) / 1e6
                own = best.setdefault(contender.name, {})
                own[number] = min(taken, own.get(number, taken))
    return {name: list(own.values()) for name, own in best.items()}


def warm_up(contenders: Sequence[Contender], queries: Mapping[str, Sequence[Query]]) -> None:
    """A few queries of every type, so that files are mapped and caches filled."""
    for own in queries.values():
        for contender in contenders:
            some = 2 if contender.name == "Whoosh" else WARM_UP
            for query in own[:some]:
                prepared = contender.prepare(query)
                if prepared is not None:
                    contender.ask(prepared, contender.facets)


def check_hits(
    contenders: Mapping[str, Contender], queries: Mapping[str, Sequence[Query]]
) -> dict[str, dict[str, str]]:
    """How many queries of each type find as many passages in one engine as in another.

    Left out is where they should differ: the whole search leaves function words out, and a
    prefix stands for 200 forms at most in ours, for all in tantivy.
    """
    compared = {
        "core = tantivy": ("ours, core", "tantivy", TYPES[:4]),
        "whole = core": ("ours, whole", "ours, core", ("1 word", "phrase", "prefix")),
    }
    checked: dict[str, dict[str, str]] = {}
    for name, (one, other, types) in compared.items():
        for type in types:
            equal = sum(
                _ask(contenders[one], query).total == _ask(contenders[other], query).total
                for query in queries[type]
            )
            checked.setdefault(type, {})[name] = f"{equal} of {len(queries[type])}"
    return checked


def check_agreement(
    folder: Path, queries: Mapping[str, Sequence[Query]], number: int
) -> dict[str, dict[str, float]]:
    """How far the top 10 agree with Whoosh's exact BM25F, as shares of the 10.

    `as it is`: the formulas differ in idf and in our bonus for coverage. `same formula`:
    Whoosh with our idf, ours without the bonus; what is left are equal scores and Whoosh's
    lengths, kept to the nearest of 256 steps. `Whoosh itself` is its default search against
    its exact one.
    """
    ours_folder, whoosh_folder = generation(folder / "ours"), folder / "whoosh"
    bare = msgspec.structs.replace(DEFAULT, coverage=0.0)
    ours, ours_bare = OursCore(ours_folder), OursCore(ours_folder, bare)
    exact = PlainWhoosh(whoosh_folder, exact=True)
    same = PlainWhoosh(whoosh_folder, exact=True, weighting=whoosh_with_our_idf())
    default = PlainWhoosh(whoosh_folder)
    pairs: dict[str, tuple[Contender, Contender]] = {
        "as it is": (ours, exact),
        "same formula": (ours_bare, same),
        "Whoosh itself": (default, exact),
    }
    return {
        type: {
            name: statistics.fmean(
                same_hits(_ask(a, query).hits, _ask(b, query).hits)
                for query in queries[type][:number]
            )
            for name, (a, b) in pairs.items()
        }
        for type in ("1 word", "3 words", "sentence of 10")
    }


def _ask(contender: Contender, query: Query) -> Answer:
    return contender.answer(contender.ask(contender.prepare(query), False))


def build(engine: str, stream: Path, times: int, folder: Path) -> BuildCost:
    """Build in a process of its own."""
    module = "benchmarks.engine_builds"
    done = subprocess.run(
        [sys.executable, "-m", module, engine, str(stream), str(times), str(folder)],
        stdout=subprocess.PIPE,
        check=True,
    )
    cost = msgspec.json.decode(done.stdout, type=BuildCost)
    tell(f"built {engine} of {cost.passages:,} passages in {cost.seconds:.1f} s")
    return cost


def print_builds(costs: Sequence[BuildCost]) -> None:
    rows = []
    for cost in costs:
        own = {c.engine: c.cpu for c in costs if c.passages == cost.passages}
        rows.append(
            [
                cost.engine,
                cost.passages,
                cost.seconds,
                cost.cpu,
                cost.cpu / own["whoosh"],
                cost.cpu / own["whoosh-alone"] if "whoosh-alone" in own else None,
                cost.cpu / own["tantivy"],
                round((cost.peak - cost.base) / 1e6),
                round(cost.size / 1e6),
            ]
        )
    header = ["build", "passages", "s", "CPU s", "/ whoosh", "/ whoosh-alone", "/ tantivy"]
    print_table("Building", [*header, "MB at peak", "MB on disk"], rows)
    print(
        "\n`whoosh` is a TEXT field given words; `whoosh-alone` the quicker field of ours "
        "without anything beside it.\nRatios are of CPU seconds, which other programs do not add "
        "to. Memory is what the build adds to the process."
    )


def print_times(title: str, measured: Mapping[str, Times]) -> None:
    """p50 and p95 of every engine, and ours as a multiple of tantivy's p50."""
    names = list(OPENERS)
    rows = []
    for type, times in measured.items():
        middle = {name: statistics.median(own) for name, own in times.items()}
        cells = [
            f"{middle[name]:.3f} / {percentile(times[name], 0.95):.3f}" if name in times else None
            for name in names
        ]
        ratios = [
            f"{middle[name] / middle['tantivy']:.2f}" for name in ("ours, core", "ours, whole")
        ]
        rows.append([type, *cells, *ratios])
    header = ["p50 / p95 in ms", *names, "core / tantivy", "whole / tantivy"]
    print_table(title, header, rows)


def print_growth(measured: Mapping[int, Mapping[str, Times]], title: str) -> None:
    """How many times as long the p50 is at the most passages as at the fewest."""
    few, many = min(measured), max(measured)
    rows = []
    for type, own in measured[few].items():
        larger = measured[many][type]
        grown = [
            f"{statistics.median(larger[name]) / statistics.median(own[name]):.2f}"
            if name in own
            else None
            for name in OPENERS
        ]
        rows.append([type, *grown])
    print_table(f"Growth of the p50 from ×{few} to ×{many}, {title}", ["type", *OPENERS], rows)


def print_checks(results: Mapping[str, Any], sampled: int) -> None:
    """What `check_hits` and `check_agreement` found."""
    hits = results["same_hits"]
    names = ("core = tantivy", "whole = core")
    print_table(
        "Queries with equal numbers of hits",
        ["type", *(f"{name}, ×{times}" for times in hits for name in names)],
        [
            [type, *(hits[times][type].get(name) for times in hits for name in names)]
            for type in next(iter(hits.values()))
        ],
    )
    agreement = results["agreement"]
    kinds = list(next(iter(agreement.values())))
    print_table(
        f"Top 10 shared with Whoosh's BM25F without limit (mean of {sampled})",
        ["type", *kinds],
        [[type, *(f"{own[kind]:.3f}" for kind in kinds)] for type, own in agreement.items()],
    )


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Everything; prints as it goes and returns what goes into the JSON file."""
    facts = machine("tantivy", "bm25s", "whoosh3", "numpy")
    print("# Engines\n")
    print_machine(facts)
    stream = write_stream(options.texts, folder / "stream", options.passages)
    passages = list(stream)
    words = sum(map(len, passages))
    print(f"\n{len(stream):,} passages of {words / len(stream):.0f} words on average")
    queries = sample(passages, options.queries)
    del passages
    costs: list[BuildCost] = []
    with_facets: dict[int, dict[str, Times]] = {}
    without: dict[int, dict[str, Times]] = {}
    hits: dict[int, Any] = {}
    agreement: Any = None
    for times in options.times:
        own = folder / f"x{times}"
        own.mkdir()
        costs += [
            build(engine, folder / "stream", times, own / engine)
            for engine in BUILDERS
            if engine != "whoosh-alone" or times == options.times[0]
        ]
        by_name = {name: opener(own) for name, opener in OPENERS.items()}
        contenders = list(by_name.values())
        warm_up(contenders, queries)
        gc.collect()
        gc.freeze()
        for measured, facets in ((with_facets, True), (without, False)):
            measured[times] = {}
            for type in TYPES:
                measured[times][type] = measure(
                    contenders, queries[type], facets, options.slow_queries
                )
                tell(f"×{times} {'with' if facets else 'without'} facets: {type}")
        hits[times] = check_hits(by_name, queries)
        if agreement is None:
            agreement = check_agreement(own, queries, options.slow_queries)
        count = len(stream) * times
        print_times(f"Top 10 and 3 facets of {count:,} passages (×{times})", with_facets[times])
        print_times(f"Top 10 alone of {count:,} passages (×{times})", without[times])
        del contenders, by_name
        gc.unfreeze()
    results = {
        "machine": facts,
        "passages": len(stream),
        "builds": msgspec.to_builtins(costs),
        "milliseconds": {"with_facets": with_facets, "without": without},
        "same_hits": hits,
        "agreement": agreement,
    }
    if len(options.times) > 1:
        print_growth(with_facets, "with facets")
        print_growth(without, "top 10 alone")
    print_builds(costs)
    print_checks(results, options.slow_queries)
    return results


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    texts = Path(__file__).parents[2] / "shared" / "data" / "texts"
    add("--texts", type=Path, default=texts, help="folder with docs.jsonl.gz (%(default)s)")
    add("--passages", type=int, help="take so many passages, spread over the texts (all)")
    add("--times", type=int, nargs="+", choices=(1, 2, 3, 4), default=[1, 2, 4], metavar="N")
    add("--queries", type=int, default=200, help="queries a type (%(default)s)")
    add("--slow-queries", type=int, default=40, help="of them for Whoosh (%(default)s)")
    add("--keep", type=Path, help="keep stream and indexes in this new folder")
    add("--json", type=Path, metavar="FILE", help="write all measurements here, too")
    options = parser.parse_args()
    options.times = sorted(set(options.times))
    if not (options.texts / "docs.jsonl.gz").exists():
        parser.error(f"{options.texts} has no docs.jsonl.gz; say where it is with --texts")
    if options.keep is not None:
        options.keep.mkdir(parents=True)
        write_json(options.json, run(options, options.keep))
        return
    with tempfile.TemporaryDirectory(prefix="cityrights-engines-") as folder:
        write_json(options.json, run(options, Path(folder)))


if __name__ == "__main__":
    main()
