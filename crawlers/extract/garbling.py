"""Texts that look like words and are none: fonts without a map to characters, wrong charsets."""

from __future__ import annotations

import re
from typing import Final

UNMAPPED: Final = 0.5
"""The share of characters whose font does not say what they are, from which words are weighed.

Many such fonts give the right characters all the same (an invoice among the test files has 88
per cent), so this alone proves nothing.
"""

IMPLAUSIBLE: Final = 0.4
"""The share of words that no language writes so."""

FOREIGN: Final = 0.3
"""The share of characters that are none: controls, private ones, replacements."""

_FOREIGN: Final = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")

_LATIN_1: Final = re.compile("[\u0080-\u00ff]")
MOST_LATIN_1: Final = 0.5
"""The share of accented Latin letters and signs that no language reaches; bytes of other
charsets shown as Latin-1 are little else. Icelandic and Vietnamese stay under a quarter."""

FEWEST: Final = 200
"""Characters that show it: a line of test letters does not."""

_WORD: Final = re.compile(r"\S{4,}")
_FLIP: Final = re.compile(
    r"[a-zß-öø-ÿ][A-ZÀ-ÖØ-Þ]|[^\W\d_][\\~^`<>{}|=+*&%$#@\[\]][^\W\d_]|\d[^\W\d_]{2}"
)


def is_garbled(text: str, unmapped: float = 0.0) -> bool:
    """Whether a text is none that a person could read.

    `unmapped` is the share of its characters whose font does not say what they are.
    """
    sample = text[:20_000]
    shown = len("".join(sample.split()))
    if not shown:
        return False
    if len(_FOREIGN.findall(sample)) > FOREIGN * shown:
        return True
    if shown >= FEWEST and len(_LATIN_1.findall(sample)) > MOST_LATIN_1 * shown:
        return True
    if unmapped < UNMAPPED:
        return False
    words = _WORD.findall(sample)
    implausible = sum(bool(_FLIP.search(word)) for word in words)
    return bool(words) and implausible >= IMPLAUSIBLE * len(words)
