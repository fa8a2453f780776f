"""How like a text is to each record of the catalogue: TF-IDF over cut words and concepts.

Salton and Buckley 1988 for the weighting. Unlike `similar`, which compares records with each
other at build, this needs no index and takes any text.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from corpus.model import Corpus, Initiative
from corpus.place_names import spoken_names
from indexer.languages.analysis import words_of
from indexer.languages.function_words import all_function_words
from indexer.languages.unspaced import UNSPACED

_CUT: Final = 6
"""Letters of a word that count in likeness: cutting stands in for stemming in any language, at
no cost, and lets `algorithme` and `algoritmos` come near each other (McNamee, Nicholas and
Mayfield 2009 found 4 to 5 best for retrieval in European languages)."""


_MOST_KNOWN: Final = 100_000
"""Words whose column is remembered: 10 MB."""

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
        self._columns = _Columns(self.cut, {})
        self._likeness: _Rows | None = None
        if len(rows) > 3:  # min_df of more leaves nothing, and scikit-learn objects
            matrix = self._tfidf.fit_transform(rows).T.tocsr()
            self._idf = self._tfidf.idf_
            self._likeness = _Rows(matrix.indptr, matrix.indices, matrix.data)
            self._columns = _Columns(self.cut, self._tfidf.vocabulary_)

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
        if self._likeness is None:
            return np.zeros(0)
        columns = np.fromiter(map(self._columns.__getitem__, words), np.intp, len(words))
        counts = np.bincount(columns[columns >= 0], minlength=len(self._likeness.starts) - 1)
        for id, times in concepts.items():
            if (column := self._tfidf.vocabulary_.get(f"#{id}")) is not None:
                counts[column] += times
        terms = np.flatnonzero(counts)
        weights = (np.log(counts[terms]) + 1) * self._idf[terms]
        weights /= math.sqrt(weights @ weights) or 1.0
        return self._likeness.products(terms, weights, len(self.ids))

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


class _Rows(NamedTuple):
    """The records' weights by term, in the arrays of SciPy's compressed sparse rows.

    A page has few terms of its own: to look them up by hand takes a tenth of what it takes to
    make a matrix of it and have that checked.
    """

    starts: Any
    records: Any
    weights: Any

    def products(self, terms: Any, weights: Any, records: int) -> Any:
        """The sum over terms of a text's weight by a record's, for each record."""
        lengths = self.starts[terms + 1] - self.starts[terms]
        behind = np.cumsum(lengths)
        total = int(behind[-1]) if len(behind) else 0
        at = np.arange(total) + np.repeat(self.starts[terms] - (behind - lengths), lengths)
        shares = self.weights[at] * np.repeat(weights, lengths)
        return np.bincount(self.records[at], shares, minlength=records)


class _Columns(dict[str, int]):
    """The column of each word that was met; -1 where it has none."""

    def __init__(self, cut: Callable[[Iterable[str]], list[str]], vocabulary: dict[str, int]):
        super().__init__()
        self._cut, self._vocabulary = cut, vocabulary

    def __missing__(self, word: str) -> int:
        column = next((self._vocabulary.get(term, -1) for term in self._cut((word,))), -1)
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[word] = column
        return column


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
