"""Scripts that put no spaces between words, or hang particles on them: read as bigrams."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from indexer.languages.folding import MARKS, fold
from indexer.languages.spelling import LONGEST

# Insides of character classes.
HAN_AND_KANA: Final = (
    "\u3005-\u3007\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"
)
THAI_AND_KIN: Final = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0eba\u0ec0-\u0ece\u0edc-\u0edf"  # Thai, Lao
    "\u1000-\u103f\u1050-\u108f\u1780-\u17d3"  # Burmese, Khmer
)
HANGUL: Final = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uffa1-\uffdc"
UNSPACED: Final = HAN_AND_KANA + THAI_AND_KIN + HANGUL

_MARKED: Final = re.compile(f".[{MARKS}]*", re.DOTALL)
_PARTICLES: Final = (
    "에서는", "에서도", "으로써", "으로서", "에게서", "이라는", "까지", "부터", "에서", "에게",
    "으로", "처럼", "보다", "마다", "조차", "이나", "이며", "라는", "은", "는", "이", "가", "을",
    "를", "의", "에", "와", "과", "도", "만", "로",
)  # fmt: skip
"""Korean particles, the longer before those they end in."""


def read_run(run: str, *, hangul: bool) -> list[tuple[str, int, int]]:
    """A run of letters without spaces as (bigram, start, end), a lone letter as itself.

    A letter counts with the marks that hang on it. A Korean word loses its particle first,
    where two syllables are left.
    """
    letters = _letters(run)
    if hangul:
        word = "".join(letter for letter, _, _ in letters)
        for particle in _PARTICLES:
            if len(word) - len(particle) >= 2 and word.endswith(particle):
                letters = letters[: len(letters) - len(particle)]
                break
    if len(letters) == 1:
        ((letter, start, end),) = letters
        return [(letter[:LONGEST], start, end)]
    return [
        ((one + two)[:LONGEST], start, end) for (one, start, _), (two, _, end) in pairwise(letters)
    ]


def _letters(run: str) -> list[tuple[str, int, int]]:
    """The folded letters of a run and where each stands; folding may join or split signs."""
    letters: list[tuple[str, int, int]] = []
    at = 0
    for sign in _MARKED.findall(run):
        end = at + len(sign)
        folded = fold(sign)
        if letters and len(joined := fold(run[letters[-1][1] : end])) == 1:
            letters[-1] = (joined, letters[-1][1], end)  # jamo of one syllable, half-width kana
        else:
            letters.extend((part, at, end) for part in _MARKED.findall(folded))
        at = end
    return letters
