"""Stems: one stemmer a language, loaded when its first word comes.

A stem depends on the folded word and the group alone, so a word typed without accents has the
same stem as the word of the text.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from indexer.languages import light_stemming
from indexer.languages.folding import fold
from indexer.languages.restoration import level, restore

_NLTK: Final = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
}
"""Languages NLTK has a Snowball stemmer for. It is two to six times as fast as the Snowball
project's own Python and makes the same of 98 words of 100 and more; in Arabic it finds more."""

_SNOWBALL: Final = {
    "ca": "catalan",
    "cs": "czech",
    "el": "greek",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "ga": "irish",
    "hi": "hindi",
    "hy": "armenian",
    "id": "indonesian",
    "lt": "lithuanian",
    "ne": "nepali",
    "pl": "polish",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Languages the Snowball project itself has one for and NLTK has not; and Swedish, where the
newer rules know the definite neuter (systemet, avtalet)."""

_NEIGHBOURS: Final = {"nb": "no", "nn": "no", "hr": "sr", "bs": "sr", "ms": "id"}
"""Languages that use another's stemmer; the Serbian one reads both scripts."""

GROUPS: Final = tuple(sorted({*_NLTK, *_SNOWBALL, *light_stemming.STEMMERS}))
"""All stemmer groups; `x`, where words are not stemmed, is not one of them."""

NO_STEMMER: Final = "x"
_KNOWN_GROUPS: Final = frozenset(GROUPS)
_MOST_STEMS: Final = 300_000
"""Stems remembered, over all groups: about 45 MB when full."""


def group(language: str | None) -> str:
    """The stemmer group of a language (BCP 47 tag or ISO 639-1 code), `x` where none is."""
    if not language:
        return NO_STEMMER
    if language not in _KNOWN_GROUPS:
        language = language.replace("_", "-").partition("-")[0].lower()
        language = _NEIGHBOURS.get(language, language)
    return language if language in _KNOWN_GROUPS else NO_STEMMER


# Stemmers keep what they work on in themselves, so one thread at a time asks them.
_lock = threading.RLock()
_stemmers: dict[str, Callable[[str], str]] = {}
_stems: dict[str, dict[str, str]] = {own: {} for own in GROUPS}


def stem(surface: str, group: str) -> str:
    """The folded stem of a folded word in a group; the word itself in group `x`."""
    known = _stems.get(group)
    if known is None:
        return surface
    found = known.get(surface)
    if found is None:
        found = _stem(surface, group)
        if sum(map(len, _stems.values())) >= _MOST_STEMS:
            for stems in _stems.values():
                stems.clear()
        known[surface] = found
    return found


def stems_of(surfaces: Sequence[str], group: str) -> Sequence[str]:
    """The stems of folded words in a group."""
    known = _stems.get(group)
    if known is None:
        return surfaces
    return [known.get(surface) or stem(surface, group) for surface in surfaces]


def _stem(surface: str, group: str) -> str:
    if any(character.isdigit() for character in surface):
        return surface
    with _lock:
        stemmer = _stemmers.get(group)
        if stemmer is None:
            stemmer = _stemmers[group] = _load(group)
        return level(fold(stemmer(restore(surface, group))), group) or surface


def _load(group: str) -> Callable[[str], str]:
    if group in _NLTK:
        nltk: Callable[[str], str] = _nltk_snowball().SnowballStemmer(_NLTK[group]).stem
        return nltk
    if group in _SNOWBALL:
        import snowballstemmer

        snowball: Callable[[str], str] = snowballstemmer.stemmer(_SNOWBALL[group]).stemWord
        return snowball
    return light_stemming.STEMMERS[group]


def _nltk_snowball() -> types.ModuleType:
    """NLTK's Snowball module without the rest of NLTK.

    `import nltk` also loads parsers, classifiers and with them scikit-learn: 3.9 s and 160 MB
    where the stemmers alone take 0.13 s. So the packages above them stand empty meanwhile.
    """
    name = "nltk.stem.snowball"
    if name in sys.modules or "nltk" in sys.modules:
        return importlib.import_module(name)
    spec = importlib.util.find_spec("nltk")
    if spec is None or not spec.submodule_search_locations:
        return importlib.import_module(name)
    root = Path(spec.submodule_search_locations[0])
    before = set(sys.modules)
    for package, folder in (("nltk", root), ("nltk.stem", root / "stem")):
        empty = types.ModuleType(package)
        empty.__path__ = [str(folder)]
        sys.modules[package] = empty
    corpus = types.ModuleType("nltk.corpus")
    corpus.stopwords = None  # type: ignore[attr-defined]  # only asked for with ignore_stopwords
    sys.modules["nltk.corpus"] = corpus
    try:
        return importlib.import_module(name)
    finally:
        # A later `import nltk` must find the real packages.
        for added in set(sys.modules) - before:
            if added == "nltk" or added.startswith("nltk."):
                del sys.modules[added]
