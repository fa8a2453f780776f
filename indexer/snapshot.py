"""The files of a generation, opened: memory-mapped columns, records, passages, neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from indexer import arrays, similar, suggest
from indexer.build import PLACE, Frame
from indexer.columns import Columns, Vocabulary
from indexer.concepts import Labels
from indexer.documents import DocumentReader
from indexer.engine import FACETS
from indexer.facet_columns import FacetColumn, Longs
from indexer.feedback import ConceptVectors
from indexer.place_names import PlaceNames
from indexer.records import RecordReader
from indexer.whoosh_index import PassageReader


class Snapshot(NamedTuple):
    """One generation, open. `dates` are the first and last day (yyyymmdd) of each
    initiative's span, -1 without one; `ranks` its place in each order but relevance."""

    frame: Frame
    columns: Columns
    records: RecordReader
    passages: PassageReader
    documents: DocumentReader
    facets: Mapping[str, FacetColumn]
    dates: tuple[Longs, Longs]
    ranks: Mapping[str, Longs]
    labels: Labels
    places: PlaceNames
    similar: similar.Neighbours
    vectors: ConceptVectors
    suggestions: suggest.SuggestionIndex


def open_snapshot(folder: Path) -> Snapshot:
    """Open the files `indexer.build` wrote; what is missing or torn raises OSError,
    ValueError or msgspec.DecodeError (`indexer.generation` checks the manifest first)."""
    frame = msgspec.json.decode((folder / "frame.json").read_bytes(), type=Frame)
    return Snapshot(
        frame,
        _columns(folder / "columns"),
        RecordReader(folder / "records"),
        PassageReader(folder / "whoosh"),
        DocumentReader(folder / "documents"),
        _facets(folder / "facets"),
        (arrays.load(folder / "facets", "date_from"), arrays.load(folder / "facets", "date_to")),
        {
            sort: arrays.load(folder / "facets", f"rank_{sort}")
            for sort in ("newest", "oldest", "city", "title", "changed")
        },
        msgspec.json.decode((folder / "labels.json").read_bytes(), type=Labels),
        msgspec.json.decode((folder / "places.json").read_bytes(), type=PlaceNames),
        similar.load(folder / "similar"),
        ConceptVectors(
            *(arrays.load(folder / "feedback", name) for name in ConceptVectors._fields)
        ),
        suggest.load(folder / "suggestions.json"),
    )


def _columns(folder: Path) -> Columns:
    text = (folder / "terms.txt").read_text(encoding="utf-8")
    terms = Vocabulary(text.split("\n") if text else ())
    return Columns(terms, *(arrays.load(folder, name) for name in Columns._fields[1:]))


def _facets(folder: Path) -> dict[str, FacetColumn]:
    values = msgspec.json.decode((folder / "values.json").read_bytes(), type=dict[str, list[str]])
    columns = {}
    for facet in (*FACETS, PLACE):
        multiple = (folder / f"{facet}_owners.npy").exists()
        columns[facet] = FacetColumn(
            values[facet],
            arrays.load(folder, f"{facet}_codes"),
            arrays.load(folder, f"{facet}_owners") if multiple else None,
        )
    return columns
