"""How good the search is: measured figures, failures, and the holes of the thesaurus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from flask import Response

from corpus.model import Concept, Initiative
from corpus.places import fold
from indexer.engine import SearchEngine
from indexer.evaluate import Figures
from search_app.pages.labels import language_name, value_label
from search_app.pages.rendering import page
from search_app.quality import Asked, MeasuredSet, Quality, published
from search_app.translations import N_, gettext
from search_app.web import engine

LANGUAGES: Final = (
    "ca",
    "da",
    "de",
    "el",
    "es",
    "fi",
    "fr",
    "it",
    "ja",
    "ko",
    "nl",
    "no",
    "pl",
    "pt",
    "sv",
    "zh",
)
"""The languages besides English in which every concept should have a label."""
FIRST: Final = 5

ASKING: Final[Mapping[str, str]] = {
    "keywords": N_("A few words"),
    "name": N_("The name of something"),
    "place": N_("A topic and a place"),
    "question": N_("A question"),
    "sentence": N_("A sentence"),
}
HARDSHIPS: Final[Mapping[str, str]] = {
    "another language": N_("asked in a language the record is not in"),
    "its own language": N_("asked in the language of the city"),
    "misspelt": N_("misspelt"),
    "other words than the record": N_("asked in other words than the record has"),
    "an abbreviation": N_("an abbreviation"),
    "a place": N_("a place by its region"),
}
RUNGS: Final[Mapping[str, str]] = {
    "bm25": N_("Plain word search (BM25) over everything a record says"),
    "analysis": N_("with words in all their forms, by language"),
    "fields": N_("with the weight of fields, and of how many of the words were found"),
    "thesaurus": N_("with topics, their names in other languages, and near spellings"),
    "places": N_("with places, preferred when they are named"),
    "feedback": N_("with what the best results are about"),
}


class Row(NamedTuple):
    """A row of figures; `answered` of `asked` had a good answer among the first five."""

    name: str
    asked: int
    answered: int
    order: float


class Failure(NamedTuple):
    """A question of ours whose answer is not among the first five; None where its record has
    left the catalogue."""

    asked: Asked
    hardship: str
    wanted: Initiative | None


class Rung(NamedTuple):
    name: str
    english: float
    others: float


class Hole(NamedTuple):
    """A language, how many concepts have a label in it, and those that lack one."""

    code: str
    language: str
    labelled: int
    share: float
    missing: tuple[tuple[str, str], ...]


def show() -> Response:
    """The page of measured quality."""
    searched = engine()
    quality = published()
    return page(
        "pages/quality.html",
        quality=quality,
        all=row(gettext("All"), quality.queries.figures.all, quality.queries.figures.queries),
        languages=rows(quality.queries, language_name),
        asking=[
            row(gettext(ASKING.get(kind, kind)), figures, quality.queries.asking_counts[kind])
            for kind, figures in quality.queries.by_asking.items()
        ],
        similar=rows(quality.similar, language_name),
        failures=failures(searched, quality),
        rungs=[
            Rung(gettext(RUNGS.get(rung.name, rung.name)), rung.english, rung.others)
            for rung in (quality.ladder.rungs if quality.ladder else ())
        ],
        weakest=[name.name for name in weakest(rows(quality.queries, language_name))],
        holes=holes(searched),
        concepts=len(searched.concepts),
    )


def row(name: str, figures: Figures, asked: int) -> Row:
    """Figures as a page shows them."""
    return Row(name, asked, round(figures.success_5 * asked), figures.ndcg_10)


def rows(measured: MeasuredSet, called: Callable[[str], str]) -> list[Row]:
    """A row a language, those with most questions first."""
    found = [
        row(called(code), figures, measured.counts[code])
        for code, figures in measured.figures.by_language.items()
    ]
    return sorted(found, key=lambda row: (-row.asked, fold(row.name)))


def weakest(languages: Sequence[Row], most: int = 4) -> list[Row]:
    """The languages whose first ten are ordered worst, worst first."""
    return sorted(languages, key=lambda row: row.order)[:most]


def failures(searched: SearchEngine, quality: Quality) -> list[Failure]:
    """Our own questions whose answer is not among the first five."""
    found = []
    for asked in quality.questions.asked:
        if asked.place is not None and asked.place <= FIRST:
            continue
        wanted = searched.initiative(asked.wanted)
        hardship = gettext(HARDSHIPS.get(asked.asks, asked.asks))
        found.append(Failure(asked, hardship, wanted if isinstance(wanted, Initiative) else None))
    return found


def holes(searched: SearchEngine) -> list[Hole]:
    """For each language the concepts without a label in it, most complete language first."""
    concepts = searched.concepts.values()

    def hole(code: str) -> Hole:
        missing = tuple(
            (concept.id, value_label(searched, "topic", concept.id))
            for concept in sorted(concepts, key=_by_label)
            if code not in concept.labels
        )
        labelled = len(concepts) - len(missing)
        share = labelled / len(concepts) if concepts else 0.0
        return Hole(code, language_name(code), labelled, share, missing)

    return sorted(map(hole, LANGUAGES), key=lambda hole: (-hole.labelled, fold(hole.language)))


def _by_label(concept: Concept) -> str:
    return fold(concept.labels.get("en", concept.id))
