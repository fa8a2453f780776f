"""CSV as it is published (RFC 4180 and its many dialects) to a header and rows."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final

import msgspec

from crawlers.discovery.listed import MOST_ENTRIES, NotAListError

_DELIMITERS: Final = (",", ";", "\t", "|")
_HEADER_WITHIN: Final = 10
"""Rows in which the header is looked for: some offices put a title above it."""
_LOOKED_AT: Final = 200_000
"""Characters they are looked for in."""
_MOST_COLUMNS: Final = 1_000
_MOST_CELLS: Final = 5_000_000


class Table(msgspec.Struct, frozen=True):
    """The names of columns, and rows of values in their order; a row may be shorter or longer."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_table(text: str, expected: Collection[str] = ()) -> Table:
    """A table of text; `expected` are names of columns, by which delimiter and header are told.

    Values may hold line breaks in quotation marks. Raises NotAListError.
    """
    text = text.replace("\0", "")
    said = _said(text)
    if said is not None:
        text = text.partition("\n")[2]
    wanted = {_key(name) for name in expected}
    best: tuple[int, int, int] | None = None
    chosen = (",", 0)
    for delimiter in (said,) if said is not None else _DELIMITERS:
        for number, row in enumerate(_start(text, delimiter)):
            # What is expected tells first, then how much is parted, then what stands earlier.
            score = (len(wanted & {_key(name) for name in row}), len(row), -number)
            if best is None or score > best:
                best, chosen = score, (delimiter, number)
    if best is None:
        raise NotAListError("It is no register: it holds no rows.")
    return _table(text, *chosen)


def _said(text: str) -> str | None:
    """The delimiter a first line `sep=;` gives, as spreadsheets write it."""
    line = text.partition("\n")[0].strip()
    return line[4] if len(line) == 5 and line[:4].lower() == "sep=" else None


def _start(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text[:_LOOKED_AT], newline=""), delimiter=delimiter)
    try:
        rows = (row for row in reader if any(map(str.strip, row)))
        yield from islice(rows, _HEADER_WITHIN)
    except csv.Error:
        return


def _table(text: str, delimiter: str, header_at: int) -> Table:
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    number = cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if not any(map(str.strip, row)):
                continue
            if number == header_at:
                header = tuple(name.strip() for name in row[:_MOST_COLUMNS])
            elif number > header_at:
                rows.append(tuple(row[: len(header)]))
                cells += len(rows[-1])
                if len(rows) > MOST_ENTRIES or cells > _MOST_CELLS:
                    break
            number += 1
    except csv.Error as error:
        raise NotAListError(
            f"It is no sound CSV: {error}, in line {reader.line_num:,}. A quotation mark may be "
            "open there."
        ) from None
    return Table(header, tuple(rows))


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()
