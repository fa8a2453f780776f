"""Builds a generation of the index: the same words go into Whoosh and into the columns."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from corpus.documents import Document
from corpus.model import Corpus, Initiative
from corpus.place_names import place_keys, spoken_names
from indexer import arrays, feedback, records, similar, suggest
from indexer.analysed import analyse_unit
from indexer.columns import PLAIN, ColumnBuilder, Columns
from indexer.concepts import Annotator, analyse_labels
from indexer.documents import DocumentWriter, with_days_seen, with_passages
from indexer.engine import FACETS, Suggestion
from indexer.facet_columns import make_column
from indexer.facets import date_span, facet_values
from indexer.languages.analysis import fold
from indexer.place_names import analyse_names
from indexer.units import units
from indexer.weights import DEFAULT, Weights
from indexer.whoosh_index import WhooshWriter

Progress = Callable[[str, int, int | None], None]
"""Told the step, how much of it is done, and of how much if that is known."""

DocumentsOf = Callable[[Initiative], Sequence[Document]]

NO_DATE: Final = -1
PLACE: Final = "place"
"""A column like those of facets, of `corpus.place_names.place_keys`; not counted, but preferred."""


class Frame(msgspec.Struct, frozen=True):
    """What a generation knows beside its records: the corpus without initiatives, redirects,
    and the stemmer groups of its texts."""

    corpus: Corpus
    moved: dict[str, str]
    groups: tuple[str, ...]
    weights: Weights


class Built(NamedTuple):
    """`counts` as `engine.Status` has them, `versions` of what the build depends on."""

    counts: dict[str, int]
    versions: dict[str, str]


class _OrderKeys(NamedTuple):
    """What hits are ordered by beside dates: folded city (empty without one) and title, and
    the day the record, or the text of a document of it, changed."""

    city: str
    title: str
    changed: str


def build_generation(
    corpus: Corpus,
    folder: Path,
    added: Iterable[Initiative] = (),
    documents_of: DocumentsOf = lambda _: (),
    *,
    seen: Mapping[str, str] | None = None,
    weights: Weights = DEFAULT,
    progress: Progress | None = None,
) -> Built:
    """Write the files of a generation into `folder`.

    `added` are imported initiatives by rising id, none of them an id of the catalogue;
    withdrawn ids are left out of both. `documents_of` gives the documents of each, `seen`
    the day a document was last seen by `address_key` of where it stands.
    """
    tell = progress or (lambda step, done, of: None)
    known = analyse_labels(corpus.concepts)
    annotator = Annotator(known)
    builder = ColumnBuilder()
    whoosh = WhooshWriter(folder / "whoosh")
    kept = records.RecordWriter(folder / "records")
    documents = DocumentWriter(folder / "documents")
    facets: dict[str, list[tuple[str, ...]]] = {facet: [] for facet in (*FACETS, PLACE)}
    spans: list[tuple[int, int]] = []
    order: list[_OrderKeys] = []
    groups: set[str] = set()
    moved: dict[str, str] = {}
    cities: list[str | None] = []
    known_of: list[similar.Facts] = []
    entries: list[tuple[Suggestion, list[str], int]] = []
    try:
        for number, initiative in enumerate(_all(corpus, added)):
            tell("reading", number, None)
            own_documents = documents_of(initiative)
            initiative, stretches = with_passages(
                with_days_seen(initiative, seen or {}), own_documents
            )
            days = [initiative.changed]
            for document, stretch in zip(own_documents, stretches, strict=True):
                change = documents.add(number, initiative.id, document, stretch).change
                days += [change.day] if change is not None else []
            for unit in units(initiative, corpus):
                fields = analyse_unit(unit, annotator)
                builder.add(number, fields)
                passage = initiative.passages[unit.number - 1] if unit.number else None
                whoosh.add(fields, passage)
                groups.update(
                    value.stems[0].split("~", 2)[1]
                    for values in fields
                    for value in values
                    if value.stems
                )
            kept.add(initiative)
            own = facet_values(initiative, corpus)
            for facet in FACETS:
                facets[facet].append(own.get(facet, ()))
            places = place_keys(initiative, corpus)
            facets[PLACE].append(places)
            known_of.append(similar.Facts(places, initiative.kind, _links(initiative)))
            spans.append(date_span(initiative) or (NO_DATE, NO_DATE))
            city = corpus.cities.get(initiative.city or "")
            place = fold(city.name) if city else ""
            order.append(_OrderKeys(place, fold(initiative.title), max(days)))
            cities.append(initiative.city)
            moved.update(dict.fromkeys(initiative.aliases, initiative.id))
            titles = [text for text in (initiative.title, initiative.title_original) if text]
            entries.append((Suggestion(initiative.title, "title", initiative.id), titles, 0))
        tell("writing the Whoosh index", 0, None)
        whoosh.finish()
    except BaseException:
        whoosh.cancel()
        raise
    kept.finish()
    documents.finish()
    tell("sorting the columns", 0, None)
    columns = builder.finish(weights)
    _save_columns(columns, folder / "columns")
    _save_facets(facets, spans, order, folder / "facets")
    tell("finding similar initiatives", 0, None)
    similar.save(similar.neighbours(columns, cities, known_of), folder / "similar")
    arrays.save(folder / "feedback", feedback.concept_vectors(columns)._asdict())
    entries += _names(corpus, facets)
    suggest.save(suggest.make_index(entries), folder / "suggestions.json")
    bare = msgspec.structs.replace(corpus, initiatives=())
    frame = Frame(bare, moved, tuple(sorted(groups - {PLAIN})), weights)
    (folder / "labels.json").write_bytes(msgspec.json.encode(known))
    names = analyse_names(spoken_names(corpus))
    (folder / "places.json").write_bytes(msgspec.json.encode(names))
    (folder / "frame.json").write_bytes(msgspec.json.encode(frame))
    return Built(_counts(columns, facets, kept, documents), _versions())


def _all(corpus: Corpus, added: Iterable[Initiative]) -> Iterator[Initiative]:
    bundled = sorted(corpus.initiatives, key=lambda initiative: initiative.id)
    for initiative in heapq.merge(bundled, added, key=lambda initiative: initiative.id):
        if initiative.id not in corpus.withdrawn:
            yield initiative


def _links(initiative: Initiative) -> tuple[str, ...]:
    """Its own id and those its record names."""
    named = (*initiative.related, *initiative.learned_from, *initiative.taken_up_by)
    return tuple(dict.fromkeys((initiative.id, *named)))


def _save_columns(columns: Columns, folder: Path) -> None:
    own = columns._asdict()
    terms = own.pop("terms")
    arrays.save(folder, own)
    (folder / "terms.txt").write_text("\n".join(terms), encoding="utf-8")


def _save_facets(
    facets: dict[str, list[tuple[str, ...]]],
    spans: list[tuple[int, int]],
    order: list[_OrderKeys],
    folder: Path,
) -> None:
    import numpy as np

    folder.mkdir()
    values: dict[str, list[str]] = {}
    saved = {}
    for facet, own in facets.items():
        column = make_column(own)
        values[facet] = list(column.values)
        saved[f"{facet}_codes"] = column.codes
        if column.owners is not None:
            saved[f"{facet}_owners"] = column.owners
    span = np.array(spans, np.int64).reshape(-1, 2)
    saved["date_from"], saved["date_to"] = span[:, 0].copy(), span[:, 1].copy()
    numbers = range(len(order))

    def ranks(rising: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        rank = np.empty(len(rising), np.int64)
        rank[np.array(rising, np.int64)] = np.arange(len(rising))
        return rank

    def recent(number: int) -> tuple[bool, int]:
        return spans[number][0] == NO_DATE, -spans[number][0]

    # Ids rise with the numbers, so a stable sort leaves ties in the order of ids.
    newest = sorted(numbers, key=recent)
    saved["rank_newest"] = ranks(newest)
    saved["rank_oldest"] = ranks(
        sorted(numbers, key=lambda n: (spans[n][0] == NO_DATE, spans[n][0]))
    )
    saved["rank_city"] = ranks(sorted(numbers, key=lambda n: (not order[n].city, order[n].city)))
    saved["rank_title"] = ranks(sorted(numbers, key=lambda n: order[n].title))
    changes = sorted({keys.changed for keys in order}, reverse=True)
    since = {day: place for place, day in enumerate(changes)}
    saved["rank_changed"] = ranks(sorted(newest, key=lambda n: since[order[n].changed]))
    arrays.save(folder, saved)
    (folder / "values.json").write_bytes(msgspec.json.encode(values))


def _names(
    corpus: Corpus, facets: dict[str, list[tuple[str, ...]]]
) -> Iterator[tuple[Suggestion, list[str], int]]:
    """Cities and concepts that have initiatives, by all their names."""
    cities = {slug for own in facets["city"] for slug in own}
    for slug in sorted(cities):
        city = corpus.cities[slug]
        names = [city.name, *city.native, *city.aliases]
        yield Suggestion(city.name, "city", slug), names, 2
    used = {id for own in facets["topic"] for id in own}
    for id in sorted(used):
        concept = corpus.concepts[id]
        names = [
            *concept.labels.values(),
            *(text for own in concept.other.values() for text in own),
        ]
        yield Suggestion(concept.label, "concept", id), names, 1


def _counts(
    columns: Columns,
    facets: dict[str, list[tuple[str, ...]]],
    kept: records.RecordWriter,
    documents: DocumentWriter,
) -> dict[str, int]:
    def distinct(facet: str) -> int:
        return len({value for own in facets[facet] for value in own})

    return {
        "initiatives": len(kept.ids),
        "cities": distinct("city"),
        "countries": distinct("country"),
        "concepts": distinct("topic"),
        "documents": len(documents),
        "units": len(columns.owner),
        "terms": len(columns.terms),
    }


def _versions() -> dict[str, str]:
    names = ("cityrights", "whoosh3", "numpy", "scikit-learn", "nltk", "snowballstemmer")
    return {name: version(name) for name in names}
