"""Measured quality of the search, as `python -m benchmarks.quality` last wrote it.

The figures come with the program, so that a page can show them without the judged sets, which
are kept beside the project. Digests say which sets and which questions they were measured on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from indexer.evaluate import Evaluation, Figures

FILE: Final = Path(__file__).parent / "data" / "quality.json"


class MeasuredSet(msgspec.Struct, frozen=True):
    """Figures over one judged set; `digest` is that of its files, `judged` counts grades.

    `counts` says how many were asked in each language. `by_asking` and `asking_counts` are
    the same by the way people ask (keywords, question, place, ...), where the set says.
    """

    digest: str
    judged: int
    figures: Evaluation
    counts: dict[str, int]
    by_asking: dict[str, Figures] = {}
    asking_counts: dict[str, int] = {}


class Asked(msgspec.Struct, frozen=True):
    """One of our own questions: the record that should come first, and where it came.

    `asks` says what makes it hard, `place` counts from 1 and is None beyond the first hundred.
    """

    text: str
    language: str
    asks: str
    wanted: str
    place: int | None


class Questions(msgspec.Struct, frozen=True):
    digest: str
    asked: tuple[Asked, ...]


class Rung(msgspec.Struct, frozen=True):
    """nDCG@10 over the judged queries with a part of the ranking only.

    `name` is bm25, analysis, fields, thesaurus, places or feedback, each with all before it.
    """

    name: str
    english: float
    others: float


class Ladder(msgspec.Struct, frozen=True):
    """What each part of the ranking brings; `digest` is that of the queries measured on."""

    measured: str
    digest: str
    rungs: tuple[Rung, ...]


class Quality(msgspec.Struct, frozen=True, omit_defaults=True):
    """`measured` is the day (ISO 8601), `initiatives` what the index held on it."""

    measured: str
    initiatives: int
    queries: MeasuredSet
    similar: MeasuredSet
    questions: Questions
    ladder: Ladder | None = None


@cache
def published() -> Quality:
    """The figures that come with the program.

    Raises OSError or msgspec.MsgspecError for an installation that is not whole.
    """
    return read(FILE)


def read(file: Path) -> Quality:
    """The figures of a file; OSError or msgspec.MsgspecError where there are none."""
    return msgspec.json.decode(file.read_bytes(), type=Quality)


def digest_of(files: Iterable[Path]) -> str:
    """SHA-256 over the names and bytes of some files, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def digest_of_set(folder: Path) -> str:
    """The digest of a judged set: its queries, where it has any, and its judgments."""
    return digest_of(
        file for file in (folder / "queries.jsonl", folder / "qrels.tsv") if file.is_file()
    )
