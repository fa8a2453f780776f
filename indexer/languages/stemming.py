"""Stems: one Snowball stemmer a language, loaded when its first word comes."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import Final

from indexer.languages.folding import fold

_NLTK: Final = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "nl": "dutch",
    "de": "german",
    "fi": "finnish",
    "sv": "swedish",
    "da": "danish",
    "no": "norwegian",
    "pt": "portuguese",
    "it": "italian",
    "ro": "romanian",
    "hu": "hungarian",
    "ru": "russian",
    "ar": "arabic",
}
"""Languages NLTK has a Snowball stemmer for."""

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
    "pl": "polish",
    "sr": "serbian",
    "ta": "tamil",
    "tr": "turkish",
}
"""Languages the Snowball project itself has one for, and NLTK has not."""

_SHARED: Final = {"nb": "no", "nn": "no", "hr": "sr", "bs": "sr", "gl": "pt"}
"""Languages that use a neighbour's stemmer."""

GROUPS: Final[tuple[str, ...]] = tuple(sorted({*_NLTK, *_SNOWBALL}))
"""All stemmer groups; `x`, where words are not stemmed, is not one of them."""

NO_STEMMER: Final = "x"
_MOST_STEMS: Final = 200_000


def group(language: str | None) -> str:
    """The stemmer group of a language (BCP 47 tag or ISO 639-1 code), `x` where none is."""
    if not language:
        return NO_STEMMER
    if language in _NLTK or language in _SNOWBALL:
        return language
    base = language.replace("_", "-").partition("-")[0].lower()
    base = _SHARED.get(base, base)
    return base if base in _NLTK or base in _SNOWBALL else NO_STEMMER


_lock = threading.Lock()
_stemmers: dict[str, Callable[[str], str]] = {}
_stems: dict[str, dict[str, str]] = {}


def stem(surface: str, group: str) -> str:
    """The folded stem of a folded word in a group; the word itself in group `x`."""
    known = _stems.get(group)
    if known is None:
        if group not in GROUPS:
            return surface
        known = _stems.setdefault(group, {})
    found = known.get(surface)
    if found is None:
        if len(known) >= _MOST_STEMS:
            known.clear()
        found = known[surface] = _stem(surface, group)
    return found


def _stem(surface: str, group: str) -> str:
    stemmer = _stemmers.get(group)
    if stemmer is None:
        with _lock:
            stemmer = _stemmers[group] = _load(group)
    return fold(stemmer(surface)) or surface


def _load(group: str) -> Callable[[str], str]:
    if group in _NLTK:
        made: Callable[[str], str] = _nltk_snowball().SnowballStemmer(_NLTK[group]).stem
        return made
    import snowballstemmer

    other: Callable[[str], str] = snowballstemmer.stemmer(_SNOWBALL[group]).stemWord
    return other


def _nltk_snowball() -> types.ModuleType:
    """NLTK's Snowball module without the rest of NLTK.

    `import nltk` runs parsers, classifiers and scikit-learn: 3.9 s and 160 MB here, against
    0.13 s for the stemmers alone. So the packages above them stand empty while they load.
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
