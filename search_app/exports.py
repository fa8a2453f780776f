"""Every hit of a search as a file, written row by row so that its size costs no memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from corpus.model import Initiative
from indexer.engine import SearchEngine, SearchRequest
from search_app import citations, links
from search_app.api import answers

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "bibtex": citations.MEDIA_TYPES["bibtex"],
    "ris": citations.MEDIA_TYPES["ris"],
}
ENDINGS: Final[Mapping[str, str]] = {"csv": "csv", "jsonl": "jsonl", "bibtex": "bib", "ris": "ris"}

COLUMNS: Final = (
    "id",
    "title",
    "title_original",
    "language",
    "kind",
    "level",
    "status",
    "city",
    "country",
    "country_code",
    "year",
    "date",
    "principles",
    "working_groups",
    "topics",
    "summary",
    "doubt",
    "sources",
    "url",
    "recorded",
    "changed",
)
"""Columns of the CSV; several values of one cell are parted by ` | `."""

_CHUNK: Final = 64
"""Rows sent at a time; a row has about 1.5 KB."""


def export(engine: SearchEngine, request: SearchRequest, name: str, origin: str) -> Iterator[bytes]:
    """All hits in the order of the request, in pieces of bytes; `name` is one of the formats."""
    return _chunked(_rows(engine, request, name, origin))


def csv_row(record: Initiative, engine: SearchEngine, origin: str) -> list[str]:
    """A record as the cells of `COLUMNS`."""
    city = engine.cities.get(record.city or "")
    country = engine.countries.get(record.country or "")
    several = " | ".join
    cells = (
        record.id,
        record.title,
        record.title_original,
        record.language,
        record.kind,
        record.level,
        record.status,
        city.name if city else "",
        country.name if country else "",
        record.country,
        str(record.year or ""),
        record.date,
        several(record.principles),
        several(record.working_groups),
        several(citations.topic_labels(record, engine)),
        record.summary,
        several(record.doubt),
        several(source.url for source in record.sources),
        origin + links.initiative_path(record.id),
        record.recorded,
        record.changed,
    )
    return [safe_cell(citations.line(cell)) for cell in cells]


def safe_cell(text: str) -> str:
    """A cell no spreadsheet runs as a formula (OWASP, CSV injection): such text gets a `'`."""
    return (
        f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠") else text
    )


def _rows(engine: SearchEngine, request: SearchRequest, name: str, origin: str) -> Iterator[bytes]:
    if name == "csv":
        # The mark tells spreadsheets that the file is UTF-8.
        yield b"\xef\xbb\xbf" + _csv_line(COLUMNS)
    for id in engine.every_hit(request):
        record = engine.initiative(id)
        if not isinstance(record, Initiative):
            continue
        if name == "csv":
            yield _csv_line(csv_row(record, engine, origin))
        elif name == "jsonl":
            yield msgspec.json.encode(answers.initiative(engine, record, origin)) + b"\n"
        else:
            cited = citations.citation(record, engine, origin)
            text = citations.bibtex(cited) + "\n" if name == "bibtex" else citations.ris(cited)
            yield text.encode()


def _csv_line(cells: list[str] | tuple[str, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _chunked(rows: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for row in rows:
        held.append(row)
        if len(held) == _CHUNK:
            yield b"".join(held)
            held.clear()
    if held:
        yield b"".join(held)
