"""The nearest word of the index to one that is not in it."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.columns import Columns

SHORTEST: Final = 4
"""Shorter words have too many neighbours to guess."""


def nearest_word(columns: Columns, surface: str) -> str | None:
    """The most frequent of the words fewest edits away (optimal string alignment), at most
    one edit up to seven letters, two beyond; None if there is none.

    Only words that share the first letter are looked at: few people miss that one.
    """
    if len(surface) < SHORTEST or any(sign.isdigit() for sign in surface):
        return None
    most = 1 if len(surface) <= 7 else 2
    low = bisect_left(columns.terms, surface[0])
    high = bisect_left(columns.terms, chr(ord(surface[0]) + 1))
    candidates = [
        number
        for number in range(low, high)
        if abs(len(columns.terms[number]) - len(surface)) <= most
    ]
    words = [columns.terms[number] for number in candidates]
    near = process.extract(surface, words, scorer=OSA.distance, score_cutoff=most, limit=20)
    if not near:
        return None
    frequency = np.asarray(columns.end) - np.asarray(columns.start)
    best = min(near, key=lambda found: (found[1], -int(frequency[candidates[found[2]]]), found[0]))
    return best[0]
