"""The embedded engine against the brute-force one, on random corpora and queries."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from brute_force import BruteForceEngine
from hypothesis import given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from small_corpora import CITIES, CONCEPTS, embedded, make, make_corpus

from corpus.model import Corpus, Initiative, Passage
from indexer.embedded import EmbeddedEngine
from indexer.engine import FACETS, MODES, SORTS, Part, SearchRequest
from indexer.weights import DEFAULT, FieldWeight, Weights

# Few words at a time, so that queries find something and texts share much.
VOCABULARIES = (
    [*"register registers registered algorithm algorithms the of".split(), "register of algorithm"],
    [*"données donnée ouvertes des open data l'accès".split(), "open data", "données ouvertes"],
    [*"wifi wi-fi wi fi openbare AI IA van".split(), "intelligence artificielle"],
    "公共数据 公共 数 공공데이터 данные данных São sao 2016/679".split(),
    [*"data register Zürich Lisbon algoritmes algoritmeregister".split(), "algorithm registers"],
)
LANGUAGES = ("en", "nl", "fr", "es", "zh", "ru", "sw")
YEARS = st.integers(2018, 2023)

WORD = st.shared(st.sampled_from(VOCABULARIES), key="words").flatmap(st.sampled_from)
TEXTS = st.lists(WORD, max_size=8).map(" ".join)
SHORT_TEXTS = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
FEW_TEXTS = st.lists(SHORT_TEXTS, max_size=2).map(tuple)
THESAURI = st.sampled_from([CONCEPTS, CONCEPTS[:2], ()])


def some(values: tuple[str, ...], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


@st.composite
def passage_values(draw: st.DrawFn) -> Passage:
    return Passage(
        draw(TEXTS),
        draw(st.none() | SHORT_TEXTS),
        draw(st.none() | st.sampled_from(LANGUAGES)),
    )


@st.composite
def initiatives(draw: st.DrawFn, id: str, *, with_passages: bool) -> Initiative:
    year = draw(st.none() | YEARS)
    dated = year is not None and draw(st.booleans())
    return make(
        id,
        draw(SHORT_TEXTS),
        draw(TEXTS),
        language=draw(st.sampled_from(LANGUAGES)),
        kind=draw(st.sampled_from(["law", "policy", "register"])),
        status=draw(st.sampled_from(["in force", "unknown"])),
        changed=draw(st.sampled_from(["2026-01-01", "2026-02-01"])),
        title_original=draw(st.none() | SHORT_TEXTS),
        summary_original=draw(st.none() | TEXTS),
        details=draw(FEW_TEXTS),
        outcome=draw(st.none() | SHORT_TEXTS),
        city=draw(st.none() | st.sampled_from([city.slug for city in CITIES])),
        year=year,
        year_end=year + 2 if year is not None and draw(st.booleans()) else None,
        date=f"{year}-0{draw(st.integers(1, 9))}" if dated else None,
        principles=draw(some(("access", "privacy"))),
        concepts=draw(some((*(concept.id for concept in CONCEPTS), "unknown"))),
        keywords=draw(FEW_TEXTS),
        terms_original=draw(FEW_TEXTS),
        provisional=draw(st.booleans()),
        passages=tuple(draw(st.lists(passage_values(), max_size=3))) if with_passages else (),
    )


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    with_passages = draw(st.sampled_from([True, True, False]))
    size = draw(st.integers(1, 12))
    own = [
        draw(initiatives(f"record-{number:02d}", with_passages=with_passages))
        for number in range(size)
    ]
    withdrawn = {"record-03": "asked for"} if draw(st.booleans()) else {}
    return make_corpus(*own, concepts=draw(THESAURI), withdrawn=withdrawn)


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    share = st.sampled_from([0.1, 0.5, 0.75, 1.0])
    return Weights(
        k1=draw(st.sampled_from([0.5, 1.2, 2.0])),
        exact=draw(st.sampled_from([0.1, 0.2, 0.5])),
        coverage=draw(st.sampled_from([0.0, 0.3, 1.0])),
        passage_weight=draw(st.sampled_from([0.5, 1.0])),
        concept=draw(st.sampled_from([0.5, 1.5])),
        compound=draw(st.sampled_from([0.25, 1.0])),
        place=draw(st.sampled_from([0.5, 1.0])),
        preference=draw(st.sampled_from([0.0, 1.0])),
        satisfied=draw(st.sampled_from([0.3, 1.0])),
        narrower=draw(st.sampled_from([0.0, 0.5])),
        feedback=draw(st.sampled_from([0.0, 0.8])),
        fields=tuple(FieldWeight(draw(share) * 2, draw(share) - 0.1) for _ in DEFAULT.fields),
    )


FILTERS = (
    "city:Lisboa city:Atlantis -city:zurich -city:Babel country:nl country:Suisse kind:law "
    "-kind:register lang:fr -lang:nl topic:open-data -topic:register year:2019..2021 year:2020 !! ?"
).split()
RUN = st.lists(WORD, min_size=1, max_size=2).map(" ".join)
QUOTED = RUN.map('"{}"'.format)
NEAR = st.builds('"{}"~{}'.format, RUN, st.integers(0, 6))
PREFIX = st.sampled_from(["reg*", "alg*", "ope*", "dat*", "don*", "wif*", "дан*"])
ALTERNATIVE = WORD | QUOTED | PREFIX
WORDY = st.one_of(WORD, WORD, PREFIX, QUOTED, NEAR)
MISSPELT = st.sampled_from("regster registre dta algoritme algorihms zurch openn опен".split())
PART = st.one_of(
    WORD,
    WORD,
    WORD,
    MISSPELT,
    WORDY,
    st.builds("{} OR {}".format, ALTERNATIVE, ALTERNATIVE),
    st.one_of(WORD, QUOTED).map("-{}".format),
    st.one_of(WORD, QUOTED, PREFIX).map("title:{}".format),
    st.sampled_from(FILTERS),
)
TEXT = st.lists(PART, min_size=1, max_size=4).map(" ".join)
RARELY = st.sampled_from([False, False, False, True])
DATES = st.sampled_from([None, None, "2019", "2020-05", "2021-06-30"])


@st.composite
def filters(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    values = {
        "kind": ("law", "policy", "training"),
        "city": ("lisbon", "zurich", "nowhere"),
        "principle": ("access", "privacy"),
        "topic": ("open-data", "register"),
        "lang": ("fr", "en"),
        "year": ("2019", "2020"),
        "continent": ("europe",),
    }
    facets = draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=2, unique=True))
    return {
        facet: tuple(draw(st.lists(st.sampled_from(values[facet]), min_size=1, max_size=2)))
        for facet in facets
    }


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    filtered = draw(RARELY)
    return SearchRequest(
        text="" if draw(RARELY) else draw(TEXT),
        include=draw(st.just({}) | filters()) if filtered else {},
        exclude=draw(st.just({}) | filters()) if filtered else {},
        date_from=draw(DATES) if filtered else None,
        date_to=draw(DATES) if filtered else None,
        mode=draw(st.sampled_from(("best", *MODES))),
        language=draw(st.none() | st.sampled_from(LANGUAGES)),
        expand=draw(st.booleans()),
        expand_off=draw(some(("open-data", "register", "word:regster"), 1)),
        sort=draw(st.sampled_from(("relevance", *SORTS, "changed"))),
        size=100,
        facets=draw(st.sampled_from([FACETS, FACETS, ("city",), ()])),
    )


def assert_alike(engine: EmbeddedEngine, oracle: BruteForceEngine, request: SearchRequest) -> None:
    """The same hits with the same scores in the same order, facets, reports, explanations."""
    ours, theirs = engine.search(request), oracle.search(request)
    scores = {hit.id: hit.score for hit in theirs.hits}
    assert {hit.id: hit.score for hit in ours.hits} == pytest.approx(scores, rel=1e-6, abs=1e-9)
    assert (ours.total, ours.cities) == (theirs.total, theirs.cities)
    assert ours.facets == theirs.facets
    assert (ours.include, ours.exclude) == (theirs.include, theirs.exclude)
    assert ours.language == theirs.language
    assert [(one.id, one.kind, one.source) for one in ours.expansions] == [
        (one.id, one.kind, one.source) for one in theirs.expansions
    ]
    assert [one for one in ours.terms if not one.ignored] == [
        one for one in theirs.terms if not one.ignored
    ]
    assert_same_order(
        request, [hit.id for hit in ours.hits], [hit.id for hit in theirs.hits], scores
    )
    assert_same_passages(engine, oracle, request)
    assert_same_parts(engine, oracle, request)
    assert list(engine.every_hit(request)) == [hit.id for hit in ours.hits]


def assert_same_order(
    request: SearchRequest, ours: list[str], theirs: list[str], scores: dict[str, float]
) -> None:
    """The embedded engine reckons frequencies in 32 bits, so scores that differ by less than
    that may change places."""
    if request.sort != "relevance":
        assert ours == theirs
        return
    for before, after in pairwise(ours):
        assert scores[before] >= scores[after] * (1 - 1e-6)


def assert_same_passages(
    engine: EmbeddedEngine, oracle: BruteForceEngine, request: SearchRequest
) -> None:
    by_passage = oracle.passage_scores(request)
    for hit in engine.search(request).hits:
        own = by_passage[hit.id]
        best = max(own, default=0.0)
        if hit.passage is None:
            assert best == 0
        else:
            assert own[hit.passage] == pytest.approx(best, rel=1e-6)
            assert own[hit.passage] > 0


def assert_same_parts(
    engine: EmbeddedEngine, oracle: BruteForceEngine, request: SearchRequest
) -> None:
    hits = {hit.id: hit.score for hit in engine.search(request).hits}
    ours, theirs = engine.explain(request, list(hits)), oracle.explain(request, list(hits))
    assert set(ours) == set(theirs) == set(hits)
    for id, score in hits.items():
        whole, coverage = sums(ours[id])
        assert whole == pytest.approx(score, rel=1e-6, abs=1e-9)
        assert (whole, coverage) == pytest.approx(sums(theirs[id]), rel=1e-6, abs=1e-9)


def sums(parts: tuple[Part, ...]) -> tuple[float, float]:
    """The sum of all parts, and that of coverage."""
    coverage = [part.weight for part in parts if part.field == "coverage"]
    return sum(part.weight for part in parts), sum(coverage)


@hypothesis_settings(max_examples=60)
@given(corpora(), weights() | st.just(DEFAULT), st.lists(requests(), min_size=4, max_size=12))
def test_both_engines_answer_alike(
    corpus: Corpus, own: Weights, asked: list[SearchRequest]
) -> None:
    oracle = BruteForceEngine(corpus, own)
    with TemporaryDirectory() as folder:
        engine = embedded(corpus, Path(folder), own)
        for request in asked:
            note(repr(request))
            assert_alike(engine, oracle, request)
