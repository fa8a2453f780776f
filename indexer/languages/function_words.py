"""Closed-class words of each language: what holds a sentence together and names nothing.

Articles, prepositions, conjunctions, pronouns, auxiliaries and question words; never a word
that could be what someone looks for (`city`, `right`, `help`). For scripts read as bigrams,
the bigrams such words are made of.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import msgspec

from indexer.languages.analysis import analyse

_SHARED: Final = {"nb": "no", "nn": "no", "bs": "hr"}


def function_words(language: str | None) -> frozenset[str]:
    """The folded function words of a language (BCP 47 tag); empty where none are known."""
    if not language:
        return frozenset()
    base = language.replace("_", "-").partition("-")[0].lower()
    return all_function_words().get(_SHARED.get(base, base), frozenset())


@cache
def all_function_words() -> dict[str, frozenset[str]]:
    """The folded function words of every language that has a list."""
    file = resources.files("indexer.languages").joinpath("function_words.json")
    lists = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    words = {
        language: frozenset(token.surface for token in analyse(line, None))
        for language, line in lists.items()
    }
    # Serbian is written in both scripts, and its Latin words are the Croatian ones.
    return {**words, "sr": words["sr"] | words["hr"]}
