"""Closed-class words of each language: what holds a sentence together and names nothing."""

from __future__ import annotations

from typing import Final

_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        "a an the of in on at to for from by with and or but is are be was do does how what "
        "which who when where why can we our you your it its this that these those".split()
    ),
}


def function_words(language: str | None) -> frozenset[str]:
    """The folded function words of a language; empty where none are known."""
    return _WORDS.get((language or "").partition("-")[0].lower(), frozenset())
