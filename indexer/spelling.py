"""The word nearest to one that nothing has: of the index and of the thesaurus's labels."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.columns import PLAIN, Columns, stem_term
from indexer.concepts import Labels
from indexer.languages.analysis import group, stem

SHORTEST: Final = 4
"""Shorter words have too many neighbours to guess."""
ONE_EDIT: Final = 9
"""Words of up to so many letters may be one edit away, longer ones two: at two of eight,
`websight` becomes `weight`."""


class Speller:
    """Knows the words of an index and of its thesaurus; `groups` are the stemmers in use."""

    def __init__(self, columns: Columns, labels: Labels, groups: Iterable[str]) -> None:
        self._columns = columns
        self._labels = labels
        self._groups = tuple(groups)

    @cached_property
    def _label_words(self) -> list[str]:
        """The words of labels, rising."""
        keys = (*self._labels.surfaces, *(key.partition(" ")[2] for key in self._labels.short))
        return sorted({word for key in keys for word in key.split(" ")})

    @cached_property
    def _label_stems(self) -> frozenset[tuple[str, str]]:
        """(group, stem) of the words of labels."""
        split = (key.split(" ") for key in self._labels.stems)
        return frozenset((own, word) for own, *words in split for word in words)

    @cached_property
    def _lengths(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """Letters of each term of the index; 0 of stems and concepts."""
        terms = self._columns.terms
        lengths = (0 if term[0] in "~#" else len(term) for term in terms)
        return np.fromiter(lengths, np.int32, len(terms))

    def knows(self, surface: str, language: str | None = None) -> bool:
        """Whether the word would be found: itself or, by the stem of any group, another form of
        it in the index; or in a label, by the stem of its own language."""
        at = bisect_left(self._label_words, surface)
        if self._columns.number(surface) >= 0 or self._label_words[at : at + 1] == [surface]:
            return True
        own = group(language)
        return (own, stem(surface, own)) in self._label_stems or any(
            self._columns.number(stem_term(other, stem(surface, other))) >= 0
            for other in self._groups
        )

    def _is_of(self, word: str, own: str) -> bool:
        stemmed = stem(word, own)
        known = self._columns.number(stem_term(own, stemmed)) >= 0
        return known or (own, stemmed) in self._label_stems

    def nearest(self, surface: str, language: str | None = None) -> str | None:
        """The word fewest edits away (optimal string alignment), at most one up to nine
        letters, two beyond; of equally near ones the most frequent by units, then the first by
        alphabet. None if there is none.

        Only words that share the first letter are looked at (few people miss that one), and
        where the language has a stemmer only words of that language: another's are no misspelling
        (`pouco`, which no text has, is not Italian `poco`).
        """
        if len(surface) < SHORTEST or any(sign.isdigit() for sign in surface):
            return None
        most = 1 if len(surface) <= ONE_EDIT else 2
        words = self._candidates(surface, most)
        near = process.extract(surface, words, scorer=OSA.distance, score_cutoff=most, limit=None)
        own = group(language)
        found = [
            (distance, -self._frequency(word), word)
            for word, distance, _ in near
            if own == PLAIN or self._is_of(word, own)
        ]
        return min(found)[-1] if found else None

    def _candidates(self, surface: str, most: int) -> list[str]:
        """Words of the first letter and about the length, without figures."""
        terms = self._columns.terms
        low, high = self._columns.prefix_range(surface[0])
        fitting = np.abs(self._lengths[low:high] - len(surface)) <= most
        words = [terms[number] for number in (np.flatnonzero(fitting) + low).tolist()]
        labels = _beginning(self._label_words, surface[0])
        words += [word for word in labels if abs(len(word) - len(surface)) <= most]
        return [word for word in dict.fromkeys(words) if not any(map(str.isdigit, word))]

    def _frequency(self, word: str) -> int:
        number = self._columns.number(word)
        return int(self._columns.end[number] - self._columns.start[number]) if number >= 0 else 0


def _beginning(rising: Sequence[str], letter: str) -> Sequence[str]:
    low = bisect_left(rising, letter)
    return rising[low : bisect_left(rising, letter + "\U0010ffff", lo=low)]
