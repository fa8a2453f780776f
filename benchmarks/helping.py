"""What helping a searcher costs at 20,000 documents: suggestions, near spellings, expansion.

    python -m benchmarks.helping FILE [--documents 20000]

FILE has records as `cityrights import` takes them (`../shared/data/texts/docs.jsonl.gz`). Its
passages become a document each, titled by their heading or first words. Expansion is paired:
each query is asked with and without it, one after the other, facets and all.
"""

from __future__ import annotations

import argparse
import gzip
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec

from benchmarks.reporting import machine, percentile, print_machine, print_table, tell
from corpus.catalogue import load_bundled
from corpus.model import Initiative
from corpus.passages import split
from indexer.build import build_generation
from indexer.embedded import EmbeddedEngine
from indexer.engine import SearchRequest, Status
from indexer.snapshot import open_snapshot

SEED: Final = 7
ASKED: Final = 200
ROUNDS: Final = 3


def documents(file: Path) -> Iterator[Initiative]:
    """A document of each passage of the texts of a file."""
    with gzip.open(file) as lines:
        for number, line in enumerate(lines):
            record = msgspec.json.decode(line)
            for place, passage in enumerate(split(record["text"], record["language"])):
                title = passage.heading or " ".join(passage.text.split()[:8])
                yield Initiative(
                    id=f"text-{number:05}-{place:04}",
                    title=title[:200],
                    language=record["language"],
                    summary=passage.text,
                    kind="report",
                    level="city",
                    sources=(),
                    recorded="2026-01-01",
                    changed="2026-01-01",
                    provisional=True,
                )


def misspelt(word: str, drawn: random.Random) -> str:
    """A word with two letters swapped."""
    at = drawn.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def timed(calls: Sequence[Callable[[], Any]]) -> list[float]:
    """Milliseconds of each call, the best of the rounds."""
    best = [float("inf")] * len(calls)
    for _ in range(ROUNDS):
        for place, call in enumerate(calls):
            began = time.perf_counter()
            call()
            best[place] = min(best[place], (time.perf_counter() - began) * 1000)
    return best


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.helping", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=int, default=20_000)
    asked = parser.parse_args(arguments)
    corpus = load_bundled()
    with tempfile.TemporaryDirectory() as temporary:
        tell(f"building an index of {asked.documents:,} documents")
        added = sorted(islice(documents(asked.file), asked.documents), key=lambda one: one.id)
        built = build_generation(corpus, Path(temporary), added)
        status = Status("helping", "2026-01-01T00:00:00Z", built.counts, built.versions)
        engine = EmbeddedEngine(open_snapshot(Path(temporary)), status)
        print_machine(machine("numpy", "rapidfuzz"))
        measure(engine, added)


def measure(engine: EmbeddedEngine, added: Sequence[Initiative]) -> None:
    drawn = random.Random(SEED)
    words = [w for one in drawn.sample(added, ASKED * 3) for w in one.summary.split()]
    long = [word.lower() for word in words if word.isalpha() and len(word) >= 6]
    chosen = drawn.sample(sorted(set(long)), ASKED)
    begun = [word[: drawn.choice((1, 2, 3, 4))] for word in chosen]
    typos = [misspelt(word, drawn) for word in chosen]
    questions = [" ".join(drawn.sample(long, drawn.choice((2, 4, 8)))) for _ in range(ASKED // 2)]
    named = [one.title for one in drawn.sample(load_bundled().initiatives, ASKED // 2)]
    tell("asking")
    # Speller, annotator and names are made at the first query that needs them.
    engine.search(SearchRequest("algoritm regster in Lisbon"))
    speller = engine._speller
    rows = []
    for name, calls in (
        ("suggestions", [lambda text=text: engine.suggest(text) for text in begun]),
        ("nearest word", [lambda word=word: speller.nearest(word, "en") for word in typos]),
        (
            "search, plain",
            [lambda text=text: ask(engine, text, False) for text in questions + named],
        ),
        (
            "search, expanded",
            [lambda text=text: ask(engine, text, True) for text in questions + named],
        ),
    ):
        times = timed(calls)
        rows.append((name, median(times), percentile(times, 0.95), sum(times) / len(times)))
    print_table("Milliseconds", ("", "p50", "p95", "mean"), rows)
    print(f"\nExpansion multiplies the mean time of a query by {rows[3][3] / rows[2][3]:.2f}.")


def ask(engine: EmbeddedEngine, text: str, expand: bool) -> object:
    return engine.search(SearchRequest(text, expand=expand))


if __name__ == "__main__":
    main()
