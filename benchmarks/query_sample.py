"""Queries of five types, taken from the passages themselves with a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from benchmarks.token_stream import SEED
from indexer.languages.analysis import analyse

TYPES: Final = ("1 word", "3 words", "sentence of 10", "phrase", "prefix")


class Query(NamedTuple):
    """`words` as they stand in the stream; of a prefix its beginning."""

    type: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The query as a person types it into ours."""
        joined = " ".join(self.words)
        return {"phrase": f'"{joined}"', "prefix": f"{joined}*"}.get(self.type, joined)


def sample(passages: Sequence[list[str]], number: int) -> dict[str, list[Query]]:
    """`number` different queries of each type, no word twice in one.

    Words come with the chance they occur with, so frequent ones are asked more often. Only
    words that the analyser gives back unchanged are asked: a query means the same to all.
    """
    drawn = random.Random(SEED)
    makers: dict[str, Callable[[Iterator[list[str]]], tuple[str, ...]]] = {
        "1 word": lambda some: (drawn.choice(_words(next(some), 4)),),
        "3 words": lambda some: tuple(drawn.sample(sorted(set(_words(next(some), 4))), 3)),
        "sentence of 10": lambda some: _run(drawn, next(some), 10),
        "phrase": lambda some: _run(drawn, next(some), drawn.choice((2, 3))),
        "prefix": lambda some: (drawn.choice(_words(next(some), 6))[: drawn.choice((3, 4, 5))],),
    }

    def passage() -> Iterator[list[str]]:
        while True:
            yield drawn.choice(passages)

    def queries(type: str) -> Iterator[Query]:
        seen: set[tuple[str, ...]] = set()
        while True:
            try:
                words = makers[type](passage())
            except (ValueError, IndexError):  # a passage without enough such words
                continue
            distinct = len(set(words)) == len(words)
            if distinct and words not in seen and all(map(_unchanged, words)):
                seen.add(words)
                yield Query(type, words)

    return {type: list(islice(queries(type), number)) for type in TYPES}


def _words(passage: list[str], letters: int) -> list[str]:
    return [word for word in passage if len(word) >= letters and word.isalpha()]


def _run(drawn: random.Random, passage: list[str], length: int) -> tuple[str, ...]:
    start = drawn.randrange(len(passage) - length + 1)
    return tuple(passage[start : start + length])


def _unchanged(word: str) -> bool:
    return [token.surface for token in analyse(word, None)] == [word]
