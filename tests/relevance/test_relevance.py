"""What people search for comes first: one line a case, by kind of question.

`cases.tsv` says which record must be among the first few, `not_cases.tsv` which must not,
because it has a word of the query and another subject; `state` says what is not met yet. They were written from the records,
not from what the search gives; a case that fails is mended in the search or the thesaurus.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from indexer.embedded import EmbeddedEngine
from indexer.engine import SearchRequest
from indexer.evaluate import Evaluation, evaluate_queries, evaluate_similar
from search_app.quality import digest_of_set

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def marks(row: dict[str, str]) -> tuple[pytest.MarkDecorator, ...]:
    """A case the search does not meet yet says so; once it does, the test asks to be told."""
    return (pytest.mark.xfail(reason="not yet", strict=True),) if row["state"] else ()


def first(engine: EmbeddedEngine, query: str, most: int) -> list[str]:
    request = SearchRequest(query, size=most, facets=())
    return [hit.id for hit in engine.search(request).hits]


@pytest.mark.parametrize(
    ("query", "wanted", "within"),
    [
        pytest.param(
            row["query"],
            row["wanted"],
            int(row["within"]),
            id=f"{row['category']}: {row['query']}",
            marks=marks(row),
        )
        for row in rows("cases.tsv")
    ],
)
def test_the_record_meant_is_among_the_first(
    bundled_engine: EmbeddedEngine, query: str, wanted: str, within: int
) -> None:
    assert wanted in first(bundled_engine, query, within)


@pytest.mark.parametrize(
    ("query", "unwanted", "within"),
    [
        pytest.param(
            row["query"], row["unwanted"], int(row["within"]), id=row["query"], marks=marks(row)
        )
        for row in rows("not_cases.tsv")
    ],
)
def test_a_word_alone_does_not_make_the_topic(
    bundled_engine: EmbeddedEngine, query: str, unwanted: str, within: int
) -> None:
    assert unwanted not in first(bundled_engine, query, within)


FLOORS: dict[str, Any] = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))
"""A little under what was measured, for the sets with these digests alone."""


def measured(folder: Path, engine: EmbeddedEngine) -> Evaluation:
    if (folder / "queries.jsonl").exists():
        return evaluate_queries(folder, engine)
    return evaluate_similar(folder, engine)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(FLOORS))
def test_judged_sets_stay_above_their_floors(
    shared: Path, bundled_engine: EmbeddedEngine, name: str
) -> None:
    floor = FLOORS[name]
    folder = shared / "catalogue" / "relevance" / name
    assert digest_of_set(folder) == floor["digest"], "the set is another: measure and pin it anew"
    found = measured(folder, bundled_engine)
    assert found.all.zero_results == 0
    assert found.all.ndcg_10 >= floor["all"]
    if "english" in floor:
        english = found.by_language["en"].ndcg_10
        assert english >= floor["english"]


def test_every_record_of_the_catalogue_has_neighbours(bundled_engine: EmbeddedEngine) -> None:
    ids = bundled_engine.every_hit(SearchRequest(""))
    alone = [id for id in ids if not bundled_engine.similar(id, 5)]
    assert not alone
