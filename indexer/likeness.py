"""How like a text is to each record of the catalogue: TF-IDF over cut words and concepts.

Salton and Buckley 1988 for the weighting. Unlike `similar`, which compares records with each
other at build, this needs no index and takes any text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from corpus.model import Corpus, Initiative
from corpus.place_names import spoken_names
from indexer.languages.analysis import analyse
from indexer.languages.function_words import all_function_words
from indexer.languages.unspaced import UNSPACED

_CUT: Final = 6
"""Letters of a word that count in likeness: cutting stands in for stemming in any language, at
no cost, and lets `algorithme` and `algoritmos` come near each other (McNamee, Nicholas and
Mayfield 2009 found 4 to 5 best for retrieval in European languages)."""


def words_of(text: str) -> list[str]:
    """The folded words of a text of any language, one a position, not stemmed."""
    words: list[str] = []
    position = -1
    for token in analyse(text, None):
        if token.position != position:
            words.append(token.surface)
            position = token.position
    return words


_TELLING: Final = re.compile(rf"[^\W\d_]{{3}}|[{UNSPACED}]{{2}}")
"""Words of three letters, or pairs of signs where words are read as pairs."""


class Likeness:
    """The records of a catalogue as rows of TF-IDF over cut words and concepts (Salton and
    Buckley 1988), to find the one nearest to a text."""

    def __init__(self, corpus: Corpus) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._left_out = _left_out(corpus)
        self.ids = tuple(one.id for one in corpus.initiatives)
        self._number = {id: at for at, id in enumerate(self.ids)}
        self._tfidf = TfidfVectorizer(
            analyzer=_as_is, sublinear_tf=True, min_df=2, max_df=0.5, dtype=np.float64
        )
        rows = [self._terms_of(one) for one in corpus.initiatives]
        self._rows: Any = None
        if len(rows) > 3:  # min_df of more leaves nothing, and scikit-learn objects
            self._rows = self._tfidf.fit_transform(rows).T.tocsr()

    def nearest(
        self, words: Sequence[str], concepts: Counter[str], without: str | None = None
    ) -> tuple[str | None, float]:
        """The nearest record and the cosine."""
        scores = self.scores(words, concepts)
        if without in self._number and len(scores):
            scores[self._number[without]] = 0
        if not len(scores) or not scores.any():
            return None, 0.0
        best = int(np.argmax(scores))
        return self.ids[best], min(float(scores[best]), 1.0)

    def scores(self, words: Sequence[str], concepts: Counter[str]) -> Any:
        """The cosine with each record, in the order of `ids`."""
        if self._rows is None:
            return np.zeros(0)
        row = self._tfidf.transform([self._terms(words, concepts)])
        return (row @ self._rows).toarray().ravel()

    def _terms_of(self, record: Initiative) -> list[str]:
        texts = (
            *(record.title, record.title_original or "", *record.terms_original),
            *(*record.keywords, record.summary, record.summary_original or "", *record.details),
        )
        words = [word for text in texts for word in words_of(text)]
        return self._terms(words, Counter(record.concepts))

    def cut(self, words: Iterable[str]) -> list[str]:
        """The words that tell a subject, cut; without function words and names of places."""
        return [
            word[:_CUT] for word in words if word not in self._left_out and _TELLING.match(word)
        ]

    def _terms(self, words: Iterable[str], concepts: Counter[str]) -> list[str]:
        return self.cut(words) + [f"#{id}" for id, times in concepts.items() for _ in range(times)]


def _as_is(terms: list[str]) -> list[str]:
    return terms


def _left_out(corpus: Corpus) -> frozenset[str]:
    """Function words of all languages, and names of places: they tell no subject."""
    words = set[str]()
    for own in all_function_words().values():
        words |= own
    for spoken in spoken_names(corpus):
        words.update(words_of(spoken.name))
    return frozenset(words)
