"""The figures of the page "How good is this search?": judged sets -> search_app/data/quality.json.

    python -m benchmarks.quality --sets DIR [--out FILE] [--today YYYY-MM-DD]

DIR has the folders `queries-dev` and `similar-dev`. The index is built anew from the bundled
catalogue, so that nobody's imported records are in the figures.
"""

from __future__ import annotations

import argparse
import datetime
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.ladder import climb
from benchmarks.reporting import print_table, tell
from indexer.embedded import EmbeddedEngine
from indexer.engine import SearchEngine, SearchRequest
from indexer.evaluate import (
    DEPTH,
    Figures,
    evaluate_queries,
    evaluate_similar,
    read_judgments,
    summarise,
)
from indexer.generation import open_current
from indexer.snapshot import open_snapshot
from search_app.indexing import rebuild
from search_app.quality import (
    FILE,
    Asked,
    Ladder,
    MeasuredSet,
    Quality,
    Questions,
    digest_of,
    digest_of_set,
)
from search_app.settings import Settings

QUESTIONS: Final = Path(__file__).parent / "questions.jsonl"
FIRST: Final = 100


class Question(msgspec.Struct, frozen=True):
    """A line of `questions.jsonl`: a question of our own with the one record that answers it."""

    text: str
    language: str
    asks: str
    wanted: str


class _AskedQuery(msgspec.Struct, frozen=True):
    """A judged query with the way it asks."""

    id: str
    text: str
    language: str | None = None
    kind: str = "unknown"


def measure(sets: Path, engine: SearchEngine, today: str, ladder: Ladder | None) -> Quality:
    """All figures of the page.

    Args:
        sets: the folder of the judged sets.
        engine: over the bundled catalogue alone.
        today: ISO 8601.
        ladder: what each part of the ranking brings, if it was measured.

    Raises EvaluationError for a judged set that can't be read.
    """
    queries, similar = sets / "queries-dev", sets / "similar-dev"
    return Quality(
        measured=today,
        initiatives=engine.status.counts["initiatives"],
        queries=measure_queries(queries, engine),
        similar=measure_similar(similar, engine),
        questions=Questions(digest_of([QUESTIONS]), ask(engine)),
        ladder=ladder,
    )


def measure_queries(folder: Path, engine: SearchEngine) -> MeasuredSet:
    """Figures over judged queries: all, by language, and by the way they ask."""
    judgments = read_judgments(folder)
    lines = (folder / "queries.jsonl").read_bytes().splitlines()
    queries = [msgspec.json.decode(line, type=_AskedQuery) for line in lines if line.strip()]
    rankings = {query.id: _ranking(engine, query.text, DEPTH) for query in queries}
    kinds = {query.id: query.kind for query in queries}
    return MeasuredSet(
        digest=digest_of_set(folder),
        judged=sum(map(len, judgments.values())),
        figures=evaluate_queries(folder, engine),
        counts=Counter(query.language or "unknown" for query in queries),
        by_asking=summarise(folder.name, rankings, judgments, kinds).by_language,
        asking_counts=Counter(kinds.values()),
    )


def measure_similar(folder: Path, engine: SearchEngine) -> MeasuredSet:
    """Figures over judged neighbours: all, and by the language of the record they are of."""
    judgments = read_judgments(folder)
    seeds = [engine.initiative(seed) for seed in judgments]
    return MeasuredSet(
        digest=digest_of_set(folder),
        judged=sum(map(len, judgments.values())),
        figures=evaluate_similar(folder, engine),
        counts=Counter(getattr(seed, "language", "unknown") for seed in seeds),
    )


def ask(engine: SearchEngine) -> tuple[Asked, ...]:
    """Where the wanted record of each of our own questions comes."""
    asked = []
    for question in read_questions():
        ranking = _ranking(engine, question.text, FIRST)
        place = ranking.index(question.wanted) + 1 if question.wanted in ranking else None
        asked.append(Asked(*msgspec.structs.astuple(question), place))
    return tuple(asked)


def read_questions() -> list[Question]:
    """Our own questions."""
    lines = QUESTIONS.read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Question) for line in lines]


def _ranking(engine: SearchEngine, text: str, size: int) -> list[str]:
    found = engine.search(SearchRequest(text=text, size=size, facets=()))
    return [hit.id for hit in found.hits]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--sets", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=FILE, metavar="FILE")
    parser.add_argument("--today", default=datetime.datetime.now(datetime.UTC).date().isoformat())
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data))
        tell("building the index of the bundled catalogue")
        rebuild(settings, lambda step, done, of: None, lambda sentence: None)
        engine = open_current(settings.index, lambda folder, _: EmbeddedEngine.open(folder))
        tell("climbing the ladder")
        ladder = open_current(
            settings.index, lambda folder, _: climb(asked.sets, open_snapshot(folder), asked.today)
        )
        tell("asking")
        quality = measure(asked.sets, engine, asked.today, ladder)
    written = msgspec.json.format(msgspec.json.encode(quality), indent=1)
    asked.out.write_bytes(written + b"\n")
    tell(f"wrote {asked.out}")
    _print(quality)


def _print(quality: Quality) -> None:
    for measured in (quality.queries, quality.similar):
        rows = {"all": measured.figures.all, **measured.figures.by_language, **measured.by_asking}
        print_table(
            measured.figures.set,
            ("", *Figures.__struct_fields__),
            [(name, *msgspec.structs.astuple(figures)) for name, figures in rows.items()],
        )
    if quality.ladder is not None:
        rungs = [msgspec.structs.astuple(rung) for rung in quality.ladder.rungs]
        print_table("What each part brings, nDCG@10", ("", "English", "others"), rungs)
    failed = [one for one in quality.questions.asked if one.place is None or one.place > 5]
    print_table(
        f"Own questions not answered in the first five: {len(failed)} of "
        f"{len(quality.questions.asked)}",
        ("question", "wanted", "place"),
        [(one.text, one.wanted, one.place) for one in failed],
    )


if __name__ == "__main__":
    main()
