"""The published figures: what the page shows, and that they are of the sets and the ranking."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from bs4 import BeautifulSoup
from clients import client_over
from flask.testing import FlaskClient

from benchmarks import quality as measuring
from indexer.embedded import EmbeddedEngine
from indexer.weights import DEFAULT, Weights
from search_app.engines import Engines
from search_app.pages import quality, ranking
from search_app.quality import Asked, Ladder, Rung, digest_of, digest_of_set, published

TOLERANCE = 0.01
"""What a mean may differ from the published one: a unit of the last figure the page shows."""
REMEDY = "run `make quality` and commit search_app/data/quality.json"
EVERY_PAGE = ("/", "/search?q=camera", "/cities", "/concepts", "/help", "/quality", "/nothing/here")


@pytest.fixture(scope="module")
def client(bundled_engine: EmbeddedEngine) -> FlaskClient:
    return client_over(Engines.fixed(bundled_engine))


def words(client: FlaskClient, address: str) -> str:
    text = client.get(address, headers={"Accept": "text/html"}).get_data(as_text=True)
    return " ".join(BeautifulSoup(text, "html.parser").get_text(" ").split())


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_p16_every_page_leads_to_the_register_entry_and_the_figures(
    client: FlaskClient, address: str
) -> None:
    response = client.get(address, headers={"Accept": "text/html"})
    foot = BeautifulSoup(response.get_data(as_text=True), "html.parser").select("footer a")
    links = {link["href"] for link in foot}
    assert {"/quality", "/ranking", "/accessibility", "/privacy"} <= links


def test_p16_the_register_entry_says_all_that_public_registers_ask(client: FlaskClient) -> None:
    said = words(client, "/ranking")
    for heading in (
        "Purpose and impact",
        "Data",
        "Logic",
        "Role of people",
        "Risks, and what is done",
        "Contact and objection",
        "Version",
    ):
        assert heading in said


def test_p16_the_register_entry_has_the_numbers_of_the_index_that_answers(
    bundled_engine: EmbeddedEngine,
) -> None:
    numbers = {one.name: one.value for one in ranking.numbers(bundled_engine.weights)}
    for name, value in msgspec.structs.asdict(bundled_engine.weights).items():
        assert name == "fields" or numbers[name] == value
    other = msgspec.structs.replace(DEFAULT, k1=0.77)
    assert next(one for one in ranking.numbers(other) if one.name == "k1").value == 0.77


def test_every_number_of_the_ranking_is_said_in_words() -> None:
    single = {name for name in Weights.__struct_fields__ if name != "fields"}
    assert single == set(ranking.MEANINGS)


def test_p16_the_page_of_quality_shows_languages_failures_and_holes(
    client: FlaskClient, bundled_engine: EmbeddedEngine
) -> None:
    said = words(client, "/quality")
    for row in quality.rows(published().queries, lambda code: code):
        assert row.asked
    for failure in quality.failures(bundled_engine, published()):
        assert failure.asked.text in said
    for hole in quality.holes(bundled_engine):
        assert hole.language in said
        for _, label in hole.missing:
            assert label in said
    assert "nDCG@10" in said
    assert published().queries.digest in said


def test_a_hole_is_a_concept_without_a_preferred_label(bundled_engine: EmbeddedEngine) -> None:
    concepts = bundled_engine.concepts
    for hole in quality.holes(bundled_engine):
        assert {id for id, _ in hole.missing} == {
            id for id, concept in concepts.items() if hole.code not in concept.labels
        }
        assert hole.labelled + len(hole.missing) == len(concepts)


def test_a_row_a_part_of_the_ranking_is_shown_where_it_was_measured_and_not_else(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = msgspec.structs.replace(published(), ladder=None)
    monkeypatch.setattr(quality, "published", lambda: bare)
    assert "What each part brings" not in words(client, "/quality")
    ladder = Ladder("2026-11-28", bare.queries.digest, (Rung("bm25", 0.554, 0.402),))
    monkeypatch.setattr(quality, "published", lambda: msgspec.structs.replace(bare, ladder=ladder))
    said = words(client, "/quality")
    assert "What each part brings" in said
    assert "Plain word search (BM25) over everything a record says 0.55 0.40" in said


def failing(asked: tuple[Asked, ...]) -> set[str]:
    return {one.text for one in asked if one.place is None or one.place > quality.FIRST}


def test_p16_no_question_of_ours_fails_that_the_page_does_not_name(
    bundled_engine: EmbeddedEngine,
) -> None:
    shown = published().questions
    assert shown.digest == digest_of([measuring.QUESTIONS]), REMEDY
    assert not failing(measuring.ask(bundled_engine)) - failing(shown.asked), REMEDY


def test_every_question_of_ours_asks_for_a_record_that_is_there(
    bundled_engine: EmbeddedEngine,
) -> None:
    for question in measuring.read_questions():
        assert hasattr(bundled_engine.initiative(question.wanted), "title"), question
        assert question.asks in quality.HARDSHIPS


@pytest.mark.shared
def test_the_published_figures_are_of_the_judged_sets_as_they_are(shared: Path) -> None:
    sets = shared / "catalogue" / "relevance"
    assert published().queries.digest == digest_of_set(sets / "queries-dev"), REMEDY
    assert published().similar.digest == digest_of_set(sets / "similar-dev"), REMEDY


@pytest.mark.shared
def test_the_published_figures_are_those_the_ranking_reaches(
    shared: Path, bundled_engine: EmbeddedEngine
) -> None:
    sets = shared / "catalogue" / "relevance"
    for shown, now in (
        (published().queries, measuring.measure_queries(sets / "queries-dev", bundled_engine)),
        (published().similar, measuring.measure_similar(sets / "similar-dev", bundled_engine)),
    ):
        for name in ("ndcg_10", "success_5"):
            was, reached = getattr(shown.figures.all, name), getattr(now.figures.all, name)
            assert abs(was - reached) <= TOLERANCE, f"{name}: {was} shown, {reached} now; {REMEDY}"
        assert shown.counts == now.counts
