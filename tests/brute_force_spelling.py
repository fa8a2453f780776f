"""The oracle's spelling: `docs/ranking.md`, "The query", over all words one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from brute_force_reading import SHORT_LABEL, first_forms, labels_of

from corpus.model import Concept
from indexer.languages.analysis import analyse, group, stem


class Spelling:
    """Known words: (surface, group, stem) of all tokens, `units` counting a surface's units."""

    def __init__(
        self,
        tokens: Iterable[tuple[str, str, str]],
        units: Mapping[str, int],
        concepts: Mapping[str, Concept],
    ) -> None:
        self.units = units
        self.surfaces: set[str] = set()
        self.stems: set[tuple[str, str]] = set()
        self.label_stems: set[tuple[str, str]] = set()
        self.groups: set[str] = set()
        for surface, own, stemmed in tokens:
            self.surfaces.add(surface)
            self.stems.add((own, stemmed))
            self.groups.add(own)
        for concept in concepts.values():
            for language, label in labels_of(concept):
                words = first_forms(analyse(label, language))
                if not 0 < len(words) <= 8:
                    continue
                self.surfaces.update(word.surface for word in words)
                if len(" ".join(word.surface for word in words)) > SHORT_LABEL:
                    self.label_stems.update((group(language), word.stem) for word in words)

    def nearest(self, surface: str, language: str | None) -> str | None:
        own = group(language)
        stems = {(other, stem(surface, other)) for other in self.groups if other != "x"}
        if surface in self.surfaces or stems & self.stems:
            return None
        if (own, stem(surface, own)) in self.label_stems:
            return None
        if len(surface) < 4 or any(sign.isdigit() for sign in surface):
            return None
        near = [
            (edits(surface, word), -self.units.get(word, 0), word)
            for word in self.surfaces
            if word[0] == surface[0]
            and not any(sign.isdigit() for sign in word)
            and (own == "x" or (own, stem(word, own)) in self.stems | self.label_stems)
        ]
        most = 1 if len(surface) <= 9 else 2
        fitting = [found for found in near if found[0] <= most]
        return min(fitting)[-1] if fitting else None


def edits(a: str, b: str) -> int:
    """Optimal string alignment: letters changed, left out, put in, or swapped with the next."""
    row: dict[tuple[int, int], int] = {}
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if not (i and j):
                row[i, j] = i + j
                continue
            same = a[i - 1] == b[j - 1]
            row[i, j] = min(row[i - 1, j] + 1, row[i, j - 1] + 1, row[i - 1, j - 1] + (not same))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                row[i, j] = min(row[i, j], row[i - 2, j - 2] + 1)
    return row[len(a), len(b)]
