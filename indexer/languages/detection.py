"""Which language a text or a query is written in.

The script decides first. Where several languages share one, evidence is added up as in naive
Bayes: function words, the words of the field (city, data, rights, ...), and the letter
sequences of py3langid's model, with a prior for the languages most asked in. Short queries
often do not say; then the answer is None rather than a guess.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec

from indexer.languages.analysis import analyse
from indexer.languages.function_words import all_function_words
from indexer.languages.scripts import (
    CANDIDATES,
    HAN,
    SOLE_LANGUAGE,
    is_japanese,
    marked_letters,
    own_letters,
    script_of,
)

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LONGEST: Final = 1000
"""Characters of a text that are read; measured right on all texts of that length."""

# Measured on the questions of 34 languages and on the catalogue's titles and terms; the
# result is the same within .01 for half and double of each (`docs/analysis.md`).
_FUNCTION_WORD: Final = 0.8
_FIELD_WORD: Final = 0.8
_FOREIGN_LETTER: Final = 1.5
_MOST_FOREIGN: Final = 3
_HINT: Final = 3.0
_PRIOR: Final = {
    "en": 2.0,
    **dict.fromkeys(("de", "es", "fr", "it", "nl", "pt"), 0.75),
    **dict.fromkeys(("ar", "hi"), 0.75),
    "af": -1.0,
}
_SURE: Final = 0.45
"""The probability below which a language is not named."""
_DECIDED: Final = 6.0
"""The lead, in nats, from which the words alone decide and the model is not asked."""


def detect(text: str, hint: str | None = None, among: Collection[str] | None = None) -> str | None:
    """The language of a text as ISO 639-1 code, None where the text does not say.

    `hint` is the language a record or page claims: it weighs in, and stands where the text
    does not say. `among` are the languages that come into question.
    """
    text = text[:_LONGEST]
    script = script_of(text)
    hint = _plain(hint)
    if script is None:
        return hint
    if script in SOLE_LANGUAGE:
        return _allowed(SOLE_LANGUAGE[script], hint, among)
    if script == HAN:
        japanese = is_japanese(text) or (hint == "ja")
        return _allowed("ja" if japanese else "zh", hint, among)
    candidates = CANDIDATES[script]
    if among is not None:
        candidates = candidates.intersection(among) or candidates
    return _weigh(text, script, candidates, hint)


def load() -> None:
    """Load the model now (0.9 s, 50 MB) instead of with the first text that needs it."""
    _identifier()


def _plain(tag: str | None) -> str | None:
    if not tag:
        return None
    base = tag.replace("_", "-").partition("-")[0].lower()
    return {"nb": "no", "nn": "no", "bs": "hr"}.get(base, base)


def _allowed(found: str, hint: str | None, among: Collection[str] | None) -> str | None:
    return found if among is None or found in among or found == hint else hint


def _weigh(text: str, script: str, candidates: Collection[str], hint: str | None) -> str | None:
    scores = _priors(script).copy()
    if len(candidates) < len(scores):
        scores = {language: scores[language] for language in scores if language in candidates}
    if hint in scores:
        scores[hint] += _HINT
    letters = marked_letters(text)
    for language, own in own_letters(script).items() if letters else ():
        if language in scores:
            scores[language] -= min(len(letters - own), _MOST_FOREIGN) * _FOREIGN_LETTER
    evidence = _evidence()
    for surface in {token.surface for token in analyse(text, None)}:
        for language, weight in evidence.get(surface, ()):
            if language in scores:
                scores[language] += weight
    best, sure = _best(scores)
    if sure < 1 - math.exp(-_DECIDED):
        _add_letters(scores, text)
        best, sure = _best(scores)
    return best if sure >= _SURE else hint


@cache
def _priors(script: str) -> dict[str, float]:
    """What the languages of a script start from, in the order of their codes; to be copied."""
    return {language: _PRIOR.get(language, 0.0) for language in sorted(CANDIDATES[script])}


def _best(scores: dict[str, float]) -> tuple[str, float]:
    """The likeliest, the first of equals, and its probability."""
    best = max(scores, key=scores.__getitem__)
    top = scores[best]
    return best, 1 / sum([math.exp(score - top) for score in scores.values()])


@cache
def _evidence() -> dict[str, list[tuple[str, float]]]:
    """For each folded word the languages it speaks for; a word of many says less."""
    file = resources.files("indexer.languages").joinpath("field_words.json")
    lists = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    field_words = {
        language: frozenset(token.surface for token in analyse(line, None))
        for language, line in lists.items()
    }
    evidence: dict[str, list[tuple[str, float]]] = {}
    for words, factor in ((all_function_words(), _FUNCTION_WORD), (field_words, _FIELD_WORD)):
        languages: dict[str, list[str]] = {}
        for language, own in words.items():
            for surface in own:
                languages.setdefault(surface, []).append(language)
        for surface, having in languages.items():
            weight = factor * math.log(len(words) / len(having))
            evidence.setdefault(surface, []).extend((language, weight) for language in having)
    return evidence


_lock = threading.Lock()
_loaded: list[LanguageIdentifier] = []


def _identifier() -> LanguageIdentifier:
    """py3langid's model, cut to the languages told apart here (a third of its memory)."""
    with _lock:
        if not _loaded:
            import numpy as np
            from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
            from py3langid.modelio import load_model

            wanted = frozenset[str]().union(*CANDIDATES.values()) | {"bs", "nn"}
            weights, priors, names, moves, rows, output = load_model(MODEL_DIR / MODEL_FILE)
            kept = [i for i, name in enumerate(names) if name in wanted]
            _loaded.append(
                LanguageIdentifier(
                    np.ascontiguousarray(np.asarray(weights)[:, kept]),
                    np.asarray(priors)[kept],
                    [names[i] for i in kept],
                    moves,
                    output,
                    tk_row=rows,
                )
            )
        return _loaded[0]


_VARIANTS: Final = {"nn": "no", "bs": "hr"}


def _add_letters(scores: dict[str, float], text: str) -> None:
    """Add log probabilities by letter sequences, evened out by the root of the length."""
    lowered = text.lower()
    ranked = _identifier().rank(lowered)  # the likeliest first
    top = ranked[0][1]
    scale = math.sqrt(len(lowered.encode("utf-8", "surrogatepass")) or 1)
    # The last of equal keys stays: of a language and its variant the likelier.
    letters = {_VARIANTS.get(label, label): score for label, score in reversed(ranked)}
    for language in scores.keys() & letters.keys():
        scores[language] += (letters[language] - top) / scale
