"""What each part of the ranking brings on the judged queries, from plain BM25 upwards."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Final

import msgspec

from benchmarks.reweighing import reweighed
from corpus.catalogue import load_bundled
from corpus.model import Corpus
from indexer.engine import SearchEngine, SearchRequest
from indexer.evaluate import JudgedQuery, ndcg_10, read_judgments, read_queries
from indexer.snapshot import Snapshot
from indexer.units import units
from indexer.weights import DEFAULT, FieldWeight, Weights
from search_app.quality import Ladder, Rung, digest_of_set

K1: Final = 1.2
B: Final = 0.75
FIRST: Final = 10

Ranker = Callable[[str], Sequence[str]]


def climb(sets: Path, snapshot: Snapshot, today: str) -> Ladder:
    """The ladder over `queries-dev` of a folder of judged sets; `snapshot` holds the bundled
    catalogue. English queries and others are told apart, each a mean of nDCG@10."""
    folder = sets / "queries-dev"
    queries, judgments = read_queries(folder), read_judgments(folder)
    rungs = [
        _rung(name, ranker, queries, judgments)
        for name, ranker in (
            ("bm25", _plain_bm25(load_bundled())),
            ("analysis", _asking(reweighed(snapshot, _level(DEFAULT)), expand=False)),
            ("fields", _asking(reweighed(snapshot, DEFAULT), expand=False)),
            ("thesaurus", _asking(reweighed(snapshot, _plain_concepts(DEFAULT)), expand=True)),
            ("places", _asking(reweighed(snapshot, _no_feedback(DEFAULT)), expand=True)),
            ("feedback", _asking(reweighed(snapshot, DEFAULT), expand=True)),
        )
    ]
    return Ladder(today, digest_of_set(folder), tuple(rungs))


def _rung(
    name: str,
    ranker: Ranker,
    queries: Sequence[JudgedQuery],
    judgments: Mapping[str, Mapping[str, int]],
) -> Rung:
    scores = {q.id: ndcg_10(ranker(q.text), judgments.get(q.id, {})) for q in queries}
    english = [scores[query.id] for query in queries if query.language == "en"]
    others = [scores[query.id] for query in queries if query.language != "en"]
    return Rung(name, round(mean(english), 4), round(mean(others), 4))


def _asking(engine: SearchEngine, *, expand: bool) -> Ranker:
    def ranked(text: str) -> list[str]:
        found = engine.search(SearchRequest(text=text, size=FIRST, facets=(), expand=expand))
        return [hit.id for hit in found.hits]

    return ranked


def _level(weights: Weights) -> Weights:
    """All fields alike and no bonus: what reading the words well brings by itself."""
    alike = tuple(FieldWeight(1.0, B) for _ in weights.fields)
    return msgspec.structs.replace(weights, fields=alike, coverage=0.0)


def _no_feedback(weights: Weights) -> Weights:
    return msgspec.structs.replace(weights, feedback=0.0)


def _plain_concepts(weights: Weights) -> Weights:
    """Concepts and spellings, but next to nothing for places."""
    return msgspec.structs.replace(_no_feedback(weights), place=1e-6, preference=0.0)


def _plain_bm25(corpus: Corpus) -> Ranker:
    """BM25 over all fields as one text, words as they stand (Robertson and Zaragoza 2009)."""
    texts = {
        one.id: _words(" ".join(v.text for field in units(one, corpus)[0].fields for v in field))
        for one in corpus.initiatives
    }
    counts = {id: Counter(words) for id, words in texts.items()}
    having = Counter(word for own in counts.values() for word in own)
    length = mean(map(len, texts.values()))

    def ranked(text: str) -> list[str]:
        scores: Counter[str] = Counter()
        for word in _words(text):
            n = having[word]
            rarity = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
            for id, own in counts.items():
                if tf := own[word]:
                    norm = K1 * (1 - B + B * len(texts[id]) / length)
                    scores[id] += rarity * tf * (K1 + 1) / (tf + norm)
        return sorted(scores, key=lambda id: (-scores[id], id))[:FIRST]

    return ranked


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
