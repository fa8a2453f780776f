"""The engines that are measured, all asked the same.

What is parsed, made into a query object or looked up by name before the clock starts is in
`prepare`; what counts is `ask`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from benchmarks.query_sample import Query
from benchmarks.token_stream import FACET_SIZES
from indexer.weights import Weights

HITS: Final = 10
FACETS: Final = tuple(FACET_SIZES)


class Answer(NamedTuple):
    """`hits` are passage numbers with scores, best first."""

    total: int
    hits: Sequence[tuple[int, float]]


class Contender(Protocol):
    """An open index; `facets` says whether it can count facets over all hits."""

    name: str
    facets: bool

    def prepare(self, query: Query) -> Any:
        """The query as the engine takes it, None where it has no such query."""
        ...

    def ask(self, prepared: Any, facets: bool) -> Any:
        """The measured part: top 10 and how many hits; with `facets` three of them, too."""
        ...

    def answer(self, asked: Any) -> Answer:
        """What `ask` gave, in common terms."""
        ...


class OursCore:
    """Ours from words to ids, scores and facets: what `EmbeddedEngine` does between reading a
    query and putting an answer together, by the same functions."""

    name = "ours, core"
    facets = True

    def __init__(self, generation: Path, weights: Weights | None = None) -> None:
        from indexer.ranking import Layout
        from indexer.snapshot import open_snapshot

        self._snapshot = open_snapshot(generation)
        self._columns = self._snapshot.columns
        self._layout = Layout(self._columns.owner, self._columns.first)
        self._weights = weights or self._snapshot.frame.weights

    def prepare(self, query: Query) -> Query:
        return query

    def ask(self, prepared: Query, facets: bool) -> Any:
        from indexer import facet_columns
        from indexer.ranking import FoundClause, combine, score_clauses

        asked = [FoundClause([found], [1.0], "any") for found in self._located(prepared)]
        clauses = score_clauses(asked, len(self._columns.owner), self._weights)
        found = combine(clauses, self._layout, None, every=False, weights=self._weights)
        best = found.best(HITS)
        ids = [self._snapshot.records.ids[number] for number in found.initiatives[best].tolist()]
        scores = found.final(best).tolist()
        counted = {}
        for facet in FACETS if facets else ():
            column = self._snapshot.facets[facet]
            counts = facet_columns.count(column, found.initiatives, len(self._snapshot.records))
            counted[facet] = facet_columns.listed(column, counts, ())
        return len(found.initiatives), ids, scores, counted

    def _located(self, query: Query) -> list[Any]:
        from indexer.matching import (
            match_surfaces,
            match_terms,
            phrase_places,
            prefix_terms,
            weigh,
            word_terms,
        )

        columns = self._columns
        if query.type == "phrase":
            return [weigh(columns, phrase_places(columns, query.words), None)]
        if query.type == "prefix":
            return [match_surfaces(columns, prefix_terms(columns, query.words[0])[0])]
        return [
            match_terms(columns, word_terms(columns, word, (), self._weights), None)
            for word in query.words
        ]

    def answer(self, asked: Any) -> Answer:
        total, ids, scores, _ = asked
        numbers = [self._snapshot.records.numbers[id] for id in ids]
        return Answer(total, list(zip(numbers, scores, strict=True)))


class OursWhole:
    """`EmbeddedEngine.search`: grammar, language, filters, ranking, facets, reports."""

    name = "ours, whole"
    facets = True

    def __init__(self, generation: Path) -> None:
        from indexer.embedded import EmbeddedEngine

        self._engine = EmbeddedEngine.open(generation, digests=False)

    def prepare(self, query: Query) -> Any:
        from indexer.engine import SearchRequest

        ask = partial(SearchRequest, text=query.text, size=HITS, expand=False)
        return ask(facets=()), ask(facets=FACETS)

    def ask(self, prepared: Any, facets: bool) -> Any:
        return self._engine.search(prepared[facets])

    def answer(self, asked: Any) -> Answer:
        return Answer(asked.total, [(int(hit.id[1:]), hit.score) for hit in asked.hits])


class PlainWhoosh:
    """Whoosh as it comes: a TEXT field, an OR of terms, BM25F, its own groups as facets.

    `exact` reads every posting (`limit=None`); by default Whoosh skips blocks of them.
    """

    name = "Whoosh"
    facets = True

    def __init__(self, folder: Path, *, exact: bool = False, weighting: Any = None) -> None:
        from whoosh import index, scoring

        opened = index.open_dir(str(folder), readonly=True)
        self._searcher = opened.searcher(weighting=weighting or scoring.BM25F())
        self._limit = None if exact else HITS

    def prepare(self, query: Query) -> Any:
        from whoosh import query as queries

        if query.type == "phrase":
            return queries.Phrase("text", list(query.words))
        if query.type == "prefix":
            return queries.Prefix("text", query.words[0])
        terms = [queries.Term("text", word) for word in query.words]
        return terms[0] if len(terms) == 1 else queries.Or(terms)

    def ask(self, prepared: Any, facets: bool) -> Any:
        from whoosh import sorting

        if not facets:
            results = self._searcher.search(prepared, limit=self._limit)
            return results, None, len(results)
        groups = sorting.Facets()
        for facet in FACETS:
            groups.add_field(facet, maptype=sorting.Count)
        results = self._searcher.search(
            prepared, limit=self._limit, groupedby=groups, maptype=sorting.Count
        )
        return results, [results.groups(facet) for facet in FACETS], len(results)

    def answer(self, asked: Any) -> Answer:
        results, _, total = asked
        return Answer(total, [(hit.docnum, hit.score) for hit in results[:HITS]])


def whoosh_with_our_idf() -> Any:
    """Whoosh's BM25F with Lucene's idf, so that what is left to differ is not the formula."""
    from whoosh import scoring

    from indexer.ranking import idf

    class OurIdf(scoring.BM25F):  # type: ignore[misc]  # whoosh has no types
        def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
            parent = searcher.get_parent()
            return idf(parent.doc_frequency(fieldname, text), parent.doc_count_all())

    return OurIdf()


class Bm25s:
    """bm25s with its index read into memory and numpy as its backend (numba is not used)."""

    name = "bm25s"
    facets = False

    def __init__(self, folder: Path) -> None:
        import bm25s

        self._engine = bm25s.BM25.load(str(folder), load_corpus=False)
        self._engine.backend = "numpy"

    def prepare(self, query: Query) -> Any:
        if query.type in ("phrase", "prefix"):
            return None
        return [list(query.words)]

    def ask(self, prepared: Any, facets: bool) -> Any:
        return self._engine.retrieve(
            prepared, k=HITS, show_progress=False, n_threads=0, backend_selection="numpy"
        )

    def answer(self, asked: Any) -> Answer:
        documents, scores = asked
        found = zip(documents[0].tolist(), scores[0].tolist(), strict=True)
        return Answer(-1, list(found))


class Tantivy:
    """tantivy through its Python binding: queries as objects, facets by one aggregation of
    three terms buckets over text fast fields, hits as addresses (no stored field is read).

    Search and aggregation are two calls of the binding, so with facets a query is run twice.
    A prefix is a regular expression over the terms, the quickest the binding has: every form
    counts, hits are not ranked (constant score).
    """

    name = "tantivy"
    facets = True

    def __init__(self, folder: Path) -> None:
        import tantivy

        index = tantivy.Index.open(str(folder))
        register_whitespace(index)
        self._schema = index.schema
        self._searcher = index.searcher()
        self._buckets = {
            facet: {"terms": {"field": facet, "size": size}} for facet, size in FACET_SIZES.items()
        }

    def prepare(self, query: Query) -> Any:
        from tantivy import Occur
        from tantivy import Query as Queries

        if query.type == "phrase":
            return Queries.phrase_query(self._schema, "text", list(query.words))
        if query.type == "prefix":
            return Queries.regex_query(self._schema, "text", query.words[0] + ".*")
        terms = [
            Queries.term_query(self._schema, "text", word, index_option="freq")
            for word in query.words
        ]
        if len(terms) == 1:
            return terms[0]
        return Queries.boolean_query([(Occur.Should, term) for term in terms])

    def ask(self, prepared: Any, facets: bool) -> Any:
        found = self._searcher.search(prepared, HITS)
        return found, self._searcher.aggregate(prepared, self._buckets) if facets else None

    def answer(self, asked: Any) -> Answer:
        found, _ = asked
        addresses = [address for _, address in found.hits]
        numbers = self._searcher.fast_field_values("number", addresses) if addresses else []
        hits = [
            (int(number or 0), score)
            for number, (score, _) in zip(numbers, found.hits, strict=True)
        ]
        return Answer(found.count, hits)


def register_whitespace(index: Any) -> None:
    """Make the tokenizer of the text field known to an index of tantivy."""
    from tantivy import TextAnalyzerBuilder, Tokenizer

    index.register_tokenizer("whitespace", TextAnalyzerBuilder(Tokenizer.whitespace()).build())


def generation(folder: Path) -> Path:
    """The generation in a folder of ours."""
    from indexer.generation import current

    found = current(folder)
    if found is None:
        raise FileNotFoundError(f"no index in {folder}")
    return found


OPENERS: Final[dict[str, Callable[[Path], Contender]]] = {
    "ours, core": lambda folder: OursCore(generation(folder / "ours")),
    "ours, whole": lambda folder: OursWhole(generation(folder / "ours")),
    "tantivy": lambda folder: Tantivy(folder / "tantivy"),
    "bm25s": lambda folder: Bm25s(folder / "bm25s"),
    "Whoosh": lambda folder: PlainWhoosh(folder / "whoosh"),
}


def same_hits(a: Sequence[tuple[int, float]], b: Sequence[tuple[int, float]]) -> float:
    """The share of the hits of `b` that `a` has, whatever their order."""
    wanted = {number for number, _ in b}
    return len(wanted & {number for number, _ in a}) / len(wanted) if wanted else 1.0
