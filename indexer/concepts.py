"""Concepts in texts and queries: labels found as runs of words, in any language.

A label is found by the stems of its words in its own language, and by its exact words in any
text. The longest label wins where several begin at one word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from corpus.model import Concept
from indexer.languages.analysis import Token, analyse, group, stem

LONGEST: Final = 8
"""Words a label may have; longer ones are not looked for."""


class Mention(NamedTuple):
    """A concept in a run of words, from word `first` up to but not including `last`."""

    concept: str
    first: int
    last: int


class Annotator:
    """Finds the labels of a thesaurus."""

    def __init__(self, concepts: Mapping[str, Concept]) -> None:
        self._by_stem: dict[tuple[str, tuple[str, ...]], str] = {}
        self._by_surface: dict[tuple[str, ...], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        lengths: dict[str, set[int]] = {}
        for concept in concepts.values():
            for language, label in labels(concept):
                words = first_forms(analyse(label, language))
                if not 0 < len(words) <= LONGEST:
                    continue
                surfaces = tuple(word.surface for word in words)
                self._by_surface.setdefault(surfaces, concept.id)
                lengths.setdefault(surfaces[0], set()).add(len(words))
                key = (group(language), tuple(word.stem for word in words))
                self._by_stem.setdefault(key, concept.id)
                lengths.setdefault(f"~{key[0]}~{key[1][0]}", set()).add(len(words))
        self._lengths = {start: tuple(sorted(own, reverse=True)) for start, own in lengths.items()}

    def find(self, surfaces: Sequence[str], groups: Iterable[str]) -> list[Mention]:
        """Labels among the words, by the stems of each of the groups or by exact words.

        Mentions do not overlap; at one place the longest wins, exact words before stems.
        """
        stems = {own: [stem(surface, own) for surface in surfaces] for own in groups}
        found: list[Mention] = []
        at = 0
        while at < len(surfaces):
            mention = self._at(at, surfaces, stems)
            if mention is None:
                at += 1
            else:
                found.append(mention)
                at = mention.last
        return found

    def _at(
        self, at: int, surfaces: Sequence[str], stems: Mapping[str, Sequence[str]]
    ) -> Mention | None:
        best: Mention | None = None
        lengths = self._lengths.get(surfaces[at], ())
        for length in lengths:
            concept = self._by_surface.get(tuple(surfaces[at : at + length]))
            if concept is not None and at + length <= len(surfaces):
                best = Mention(concept, at, at + length)
                break
        for own, words in stems.items():
            for length in self._lengths.get(f"~{own}~{words[at]}", ()):
                if best is not None and at + length <= best.last:
                    break
                concept = self._by_stem.get((own, tuple(words[at : at + length])))
                if concept is not None and at + length <= len(words):
                    best = Mention(concept, at, at + length)
                    break
        return best


def labels(concept: Concept) -> list[tuple[str, str]]:
    """All (language, label) of a concept, preferred ones first."""
    own = list(concept.labels.items())
    return own + [(language, label) for language, more in concept.other.items() for label in more]


def first_forms(tokens: Sequence[Token]) -> list[Token]:
    """One token a position: the first where a word has several forms."""
    kept: list[Token] = []
    for token in tokens:
        if not kept or kept[-1].position != token.position:
            kept.append(token)
    return kept
