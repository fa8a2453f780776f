"""Concepts in texts and queries: labels found as runs of words, in any language.

A label is found by the stems of its words in its own language, and word for word in any text. The longest label wins where several begin at one word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from corpus.model import Concept
from indexer.languages.analysis import Token, analyse, group
from indexer.languages.stemming import stems_of

LONGEST: Final = 8
"""Words a label may have; longer ones are not looked for."""

SHORT: Final = 3
"""Labels of so few letters are found in texts of their own language alone: `AI` is a word of
Italian, `KI` of Slovene."""


STRIPPED: Final = 2
"""Letters a stemmer may take from a label of one word for it to be found by its stem. Endings of
inflection are short; longer ones derive another word: `accessibility` shares its stem with
`access`, `policing` with `police`, `parking` with `park`. Found by their stems, these three were
seen wrongly 224 times in the 655 records of the catalogue; longer ones are found as written."""


class Mention(NamedTuple):
    """A concept in a run of words, from word `first` up to but not including `last`."""

    concept: str
    first: int
    last: int


class Labels(msgspec.Struct, frozen=True):
    """The labels of a thesaurus analysed, as an `Annotator` looks them up.

    Keys are words joined by spaces: `surfaces` in any text, `short` (language and words) only
    in texts of the label's language, `stems` (group and stems) by stemmer. `lengths` says for
    each first word, or group and first stem, how many words its labels have, longest first.
    """

    surfaces: dict[str, str]
    short: dict[str, str]
    stems: dict[str, str]
    lengths: dict[str, tuple[int, ...]]


def analyse_labels(concepts: Mapping[str, Concept]) -> Labels:
    """Analyse all labels; of two concepts with one label the first has it."""
    surfaces: dict[str, str] = {}
    short: dict[str, str] = {}
    stems: dict[str, str] = {}
    lengths: dict[str, set[int]] = {}
    for concept in concepts.values():
        for language, label in labels(concept):
            words = first_forms(analyse(label, language))
            if not 0 < len(words) <= LONGEST:
                continue
            text = " ".join(word.surface for word in words)
            if len(text) <= SHORT:
                short.setdefault(f"{language} {text}", concept.id)
            else:
                surfaces.setdefault(text, concept.id)
                stemmed = " ".join(word.stem for word in words)
                if len(words) > 1 or len(text) - len(stemmed) <= STRIPPED:
                    stems.setdefault(f"{group(language)} {stemmed}", concept.id)
                    start = f"{group(language)} {words[0].stem}"
                    lengths.setdefault(start, set()).add(len(words))
            lengths.setdefault(words[0].surface, set()).add(len(words))
    ordered = {start: tuple(sorted(own, reverse=True)) for start, own in lengths.items()}
    return Labels(surfaces, short, stems, ordered)


class Annotator:
    """Finds the labels of a thesaurus."""

    def __init__(self, known: Labels) -> None:
        self._known = known

    @classmethod
    def of(cls, concepts: Mapping[str, Concept]) -> Annotator:
        """Analyse the labels first; a second or more for a large thesaurus."""
        return cls(analyse_labels(concepts))

    def find(self, words: Sequence[str], languages: Sequence[str | None]) -> list[Mention]:
        """Labels among folded words, by their stems in each of the languages or word for word.

        Mentions do not overlap; at one place the longest wins, word for word before stems.
        """
        lengths = self._known.lengths
        stems: dict[str, Sequence[str]] = {}
        beginning = {at for at, word in enumerate(words) if word in lengths}
        for own in dict.fromkeys(map(group, languages)):
            stems[own] = stems_of(words, own)
            start = f"{own} "
            beginning.update(at for at, one in enumerate(stems[own]) if start + one in lengths)
        found: list[Mention] = []
        behind = 0
        for at in sorted(beginning):
            if at >= behind and (mention := self._at(at, words, stems, languages)) is not None:
                found.append(mention)
                behind = mention.last
        return found

    def _at(
        self,
        at: int,
        words: Sequence[str],
        stems: Mapping[str, Sequence[str]],
        languages: Sequence[str | None],
    ) -> Mention | None:
        best: Mention | None = None
        for length in self._known.lengths.get(words[at], ()):
            concept = self._word_for_word(" ".join(words[at : at + length]), languages)
            if concept is not None and at + length <= len(words):
                best = Mention(concept, at, at + length)
                break
        for own, stemmed in stems.items():
            for length in self._known.lengths.get(f"{own} {stemmed[at]}", ()):
                if best is not None and at + length <= best.last:
                    break
                concept = self._known.stems.get(f"{own} {' '.join(stemmed[at : at + length])}")
                if concept is not None and at + length <= len(words):
                    best = Mention(concept, at, at + length)
                    break
        return best

    def _word_for_word(self, text: str, languages: Sequence[str | None]) -> str | None:
        if len(text) > SHORT:
            return self._known.surfaces.get(text)
        own = (self._known.short.get(f"{language} {text}") for language in languages)
        return next((concept for concept in own if concept is not None), None)


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
