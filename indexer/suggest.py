"""Suggestions while typing: titles, cities and concepts by their beginning or an inner word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from indexer.engine import Suggestion
from indexer.languages.analysis import fold

_INNER_WORDS: Final = 12
"""Words of a label that a suggestion may begin at; titles are seldom longer."""
_SCANNED: Final = 2000
"""Keys looked at for one beginning; a bound on cost, reached by one or two letters only."""


class SuggestionIndex(NamedTuple):
    """`keys` sorted: the folded text from a word on; `of` the suggestion each belongs to and
    whether the key is the whole text."""

    keys: Sequence[str]
    of: Sequence[tuple[int, bool]]
    suggestions: Sequence[Suggestion]
    weights: Sequence[int]


def make_index(entries: Iterable[tuple[Suggestion, Sequence[str], int]]) -> SuggestionIndex:
    """(suggestion, texts it is found by, weight) -> index; a greater weight comes first."""
    keys: dict[tuple[str, int], bool] = {}
    suggestions: list[Suggestion] = []
    weights: list[int] = []
    for number, (suggestion, texts, weight) in enumerate(entries):
        suggestions.append(suggestion)
        weights.append(weight)
        for text in texts:
            words = fold(text).split()
            for at in range(min(len(words), _INNER_WORDS)):
                key = (" ".join(words[at:]), number)
                keys[key] = keys.get(key, False) or at == 0
    order = sorted(keys)
    return SuggestionIndex(
        [key for key, _ in order],
        [(number, keys[key, number]) for key, number in order],
        suggestions,
        weights,
    )


def suggest(index: SuggestionIndex, text: str, size: int) -> tuple[Suggestion, ...]:
    """Suggestions for a beginning: whole texts before inner words, then by weight, then short
    before long."""
    beginning = " ".join(fold(text[:200]).split())
    if not beginning:
        return ()
    at = bisect_left(index.keys, beginning)
    best: dict[int, tuple[bool, int, int, str]] = {}
    for place in range(at, min(len(index.keys), at + _SCANNED)):
        if not index.keys[place].startswith(beginning):
            break
        number, whole = index.of[place]
        text = index.suggestions[number].text
        rank = (not whole, -index.weights[number], len(text), text)
        if number not in best or rank < best[number]:
            best[number] = rank
    order = sorted(best, key=best.__getitem__)[:size]
    return tuple(index.suggestions[number] for number in order)


def save(index: SuggestionIndex, file: Path) -> None:
    """Write as JSON."""
    file.write_bytes(msgspec.json.encode(index))


def load(file: Path) -> SuggestionIndex:
    """Read what `save` wrote."""
    return msgspec.json.decode(file.read_bytes(), type=SuggestionIndex)
