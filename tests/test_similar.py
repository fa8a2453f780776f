"""Similar initiatives: what two share, in whatever language, and variety among those shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import sparse
from small_corpora import CONCEPTS, embedded, make, make_corpus

from indexer import similar
from indexer.embedded import EmbeddedEngine
from indexer.similar import DEFAULT, Facts, facts_matrix

RECORDS = (
    make("amsterdam", "Algorithm register", city="amsterdam", kind="register", language="nl",
         title_original="Algoritmeregister", related=("lisbon",)),
    make("amsterdam-sensors", "Algorithm register of sensors", city="amsterdam", kind="register"),
    make("lisbon", "Registo", city="lisbon", kind="register", language="es",
         summary_original="registro de algoritmos", related=("amsterdam",)),
    make("zurich", "Register of algorithms", city="zurich", kind="register"),
    make("medellin", "Public wi-fi in squares", city="medellin", kind="project"),
    make("zurich-wifi", "Public wi-fi", city="zurich", kind="project"),
    make("alone", "Beekeeping", kind="law"),
    make("trees", "Trees in streets", kind="law"),
    make("bridges", "Bridges", kind="report"),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    corpus = make_corpus(*RECORDS, concepts=CONCEPTS)
    return embedded(corpus, tmp_path_factory.mktemp("similar"))


def near(engine: EmbeddedEngine, id: str, scope: str = "anywhere") -> list[str]:
    return [one.id for one in engine.similar(id, 10, scope, varied=False)]  # type: ignore[arg-type]


def test_a_shared_concept_makes_neighbours_across_languages(engine: EmbeddedEngine) -> None:
    assert "lisbon" in near(engine, "amsterdam")[:3]
    assert "amsterdam" in near(engine, "lisbon")[:2]


def test_elsewhere_leaves_out_the_own_city(engine: EmbeddedEngine) -> None:
    assert "amsterdam-sensors" in near(engine, "amsterdam")
    assert "amsterdam-sensors" not in near(engine, "amsterdam", "elsewhere")


def test_the_subject_outweighs_city_and_kind(engine: EmbeddedEngine) -> None:
    assert near(engine, "zurich-wifi")[0] == "medellin"


def test_reasons_name_words_concepts_and_facts_once_each(engine: EmbeddedEngine) -> None:
    (lisbon,) = [one for one in engine.similar("amsterdam", 10) if one.id == "lisbon"]
    shares = {term.fact or term.concept or term.term: term.share for term in lisbon.terms}
    assert "algorithm-register" in shares
    kinds = [fact.partition(":")[0] for fact in shares if ":" in fact]
    assert sorted(kinds) == sorted(set(kinds))
    assert "link" in kinds
    assert 0 < sum(shares.values()) <= 1 + 1e-6


def test_likeness_falls_and_lies_between_0_and_1(engine: EmbeddedEngine) -> None:
    for record in RECORDS:
        scores = [one.score for one in engine.similar(record.id, 50, "anywhere", varied=False)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 + 1e-6 for score in scores)


def test_no_initiative_is_its_own_neighbour(engine: EmbeddedEngine) -> None:
    for record in RECORDS:
        assert record.id not in near(engine, record.id)


def test_an_empty_catalogue_has_no_neighbours(tmp_path: Path) -> None:
    assert embedded(make_corpus(), tmp_path).similar("amsterdam") == ()


FACTS = st.builds(
    Facts,
    st.lists(st.sampled_from(["city:a", "country:b", "region:c"]), unique=True).map(tuple),
    st.sampled_from(["law", "register"]),
    st.lists(st.sampled_from("xyz"), min_size=1, unique=True).map(tuple),
)


@given(st.lists(FACTS, min_size=1, max_size=6))
def test_the_same_kind_is_worth_its_weight(known: list[Facts]) -> None:
    rows, names = facts_matrix(known, DEFAULT)
    assert rows.shape == (len(known), len(names))
    kinds = [name.startswith("kind:") for name in names]
    product = (rows[:, kinds] @ rows[:, kinds].T).toarray()
    same = np.array([[a.kind == b.kind for b in known] for a in known])
    assert product == pytest.approx(same * DEFAULT.kind)


@hypothesis_settings(max_examples=50)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_nearest_are_the_greatest_products_in_order(size: int, seed: int) -> None:
    rows = sparse.random(size, 6, 0.5, "csr", random_state=np.random.default_rng(seed))
    found, scores = similar._nearest(rows, rows, 4)
    products = (rows @ rows.T).toarray()
    np.fill_diagonal(products, -1)
    for seed_row in range(size):
        expected = [n for n in np.argsort(-products[seed_row], kind="stable")[:4].tolist()
                    if products[seed_row, n] > 0]  # fmt: skip
        kept = [n for n in found[seed_row].tolist() if n >= 0]
        assert kept == expected
        assert scores[seed_row, : len(kept)] == pytest.approx(products[seed_row, kept], rel=1e-6)
