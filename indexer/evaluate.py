"""Judged sets -> figures of search quality.

Measures: nDCG@10 with linear gains, log2 discount and the ideal from all judgments (Järvelin
and Kekäläinen 2002); mean average precision; reciprocal rank in the first 10; recall in the
first 100; success in the first 5. Grade 1 and above is relevant; what is not judged counts 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from indexer.engine import SearchEngine, SearchRequest

DEPTH: Final = 1000
"""Hits looked at for average precision."""

Judgments = Mapping[str, Mapping[str, int]]


class EvaluationError(Exception):
    """A judged set that can't be read: which file, which line, what is wrong."""


class JudgedQuery(msgspec.Struct, frozen=True):
    """A query of a judged set; what else its line holds is not read."""

    id: str
    text: str
    language: str | None = None


class Figures(msgspec.Struct, frozen=True):
    """Means over queries; `zero_results` is a count."""

    ndcg_10: float
    map: float
    mrr_10: float
    recall_100: float
    success_5: float
    zero_results: int


class Evaluation(msgspec.Struct, frozen=True):
    """`set` is the folder's name."""

    set: str
    queries: int
    all: Figures
    by_language: dict[str, Figures]


def read_queries(folder: Path) -> list[JudgedQuery]:
    """`queries.jsonl` of a judged set."""
    file = folder / "queries.jsonl"
    decoder = msgspec.json.Decoder(JudgedQuery)
    queries = []
    for row, line in enumerate(_lines(file), start=1):
        try:
            queries.append(decoder.decode(line))
        except msgspec.MsgspecError as error:
            raise EvaluationError(f"{file}, row {row}: {error}") from None
    return queries


def read_judgments(folder: Path) -> dict[str, dict[str, int]]:
    """`qrels.tsv` of a judged set: query, document, grade, parted by tabs, no header."""
    file = folder / "qrels.tsv"
    judgments: dict[str, dict[str, int]] = {}
    for row, line in enumerate(_lines(file), start=1):
        parts = line.split("\t")
        if len(parts) != 3 or not parts[2].strip().isdigit():
            raise EvaluationError(
                f"{file}, row {row}: expected query, document and grade parted by tabs"
            )
        judgments.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    return judgments


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise EvaluationError(f"{file} is missing; a judged set has it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{file} can't be read: {error}") from None
    return [line for line in text.splitlines() if line.strip()]


def evaluate_queries(
    folder: Path,
    engine: SearchEngine,
    *,
    use_language: bool = False,
    plain: bool = False,
    expand: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Run the queries of a set through the default search; only their text is read, and
    with `use_language` their language. `plain` texts have no operators."""
    queries, judgments = read_queries(folder), read_judgments(folder)
    rankings = {}
    for number, query in enumerate(queries, start=1):
        request = SearchRequest(
            text=query.text,
            plain=plain,
            language=query.language if use_language else None,
            expand=expand,
            size=DEPTH,
            facets=(),
        )
        rankings[query.id] = [hit.id for hit in engine.search(request).hits]
        if progress:
            progress(number, len(queries))
    languages = {query.id: query.language or "unknown" for query in queries}
    return summarise(folder.name, rankings, judgments, languages)


def evaluate_similar(folder: Path, engine: SearchEngine) -> Evaluation:
    """Score the stored neighbours (any city, before variety) against `qrels.tsv`."""
    judgments = read_judgments(folder)
    rankings, languages = {}, {}
    for seed in judgments:
        found = engine.similar(seed, size=100, scope="anywhere", varied=False)
        rankings[seed] = [neighbour.id for neighbour in found]
        languages[seed] = getattr(engine.initiative(seed), "language", "unknown")
    return summarise(folder.name, rankings, judgments, languages)


def summarise(
    name: str,
    rankings: Mapping[str, Sequence[str]],
    judgments: Judgments,
    languages: Mapping[str, str],
) -> Evaluation:
    """Figures over all queries and by language."""
    by_language: dict[str, list[str]] = {}
    for query in rankings:
        by_language.setdefault(languages[query], []).append(query)

    def mean_of(queries: Sequence[str]) -> Figures:
        own = [(rankings[query], judgments.get(query, {})) for query in queries]

        def mean(measure: Callable[[Sequence[str], Mapping[str, int]], float]) -> float:
            values = [measure(ranking, grades) for ranking, grades in own]
            return round(sum(values) / len(values), 4) if values else 0.0

        return Figures(
            mean(ndcg_10),
            mean(average_precision),
            mean(reciprocal_rank_10),
            mean(recall_100),
            mean(success_5),
            sum(not ranking for ranking, _ in own),
        )

    return Evaluation(
        name,
        len(rankings),
        mean_of(list(rankings)),
        {language: mean_of(own) for language, own in sorted(by_language.items())},
    )


def ndcg_10(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain of the first ten, linear gains."""

    def gain(values: Sequence[int]) -> float:
        return sum(value / math.log2(place + 1) for place, value in enumerate(values, start=1))

    ideal = gain(sorted(grades.values(), reverse=True)[:10])
    return gain([grades.get(id, 0) for id in ranking[:10]]) / ideal if ideal else 0.0


def _relevant(grades: Mapping[str, int]) -> set[str]:
    return {id for id, grade in grades.items() if grade >= 1}


def average_precision(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Mean of the precision at each relevant hit, over all that are relevant."""
    relevant = _relevant(grades)
    found, total = 0, 0.0
    for place, id in enumerate(ranking, start=1):
        if id in relevant:
            found += 1
            total += found / place
    return total / len(relevant) if relevant else 0.0


def reciprocal_rank_10(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """One over the place of the first relevant hit, 0 beyond the tenth."""
    relevant = _relevant(grades)
    return next((1 / place for place, id in enumerate(ranking[:10], 1) if id in relevant), 0.0)


def recall_100(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Share of the relevant in the first hundred."""
    relevant = _relevant(grades)
    return len(relevant.intersection(ranking[:100])) / len(relevant) if relevant else 0.0


def success_5(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Whether any of the first five is relevant."""
    return float(bool(_relevant(grades).intersection(ranking[:5])))
