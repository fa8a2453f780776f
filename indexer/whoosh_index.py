"""The Whoosh index of a generation: terms with positions by field, and the stored passages.

Only what all distributions of Whoosh share is used (schema, `FieldType`, `Positions`, one
writer, `stored_fields`, `postings`), so that leaving one for another costs a line.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
from whoosh import fields, formats
from whoosh import index as whoosh

from corpus.model import Passage
from indexer.columns import AnalysedValue
from indexer.weights import FIELDS, VALUE_GAP

_HEAD: Final = struct.Struct("<IfI")
"""Of a packed posting: document, weight, bytes of its value."""


class AnalysedField(fields.FieldType):  # type: ignore[misc]  # whoosh has no types
    """A field that takes words analysed already: a sequence of `AnalysedValue`."""

    def __init__(self) -> None:
        # Not scorable: the ranking has its lengths in the columns, and Whoosh would look one up
        # for every posting it writes.
        super().__init__(formats.Positions(), None, scorable=False)

    def index(
        self, value: Sequence[AnalysedValue], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Terms with frequency, weight and encoded positions, each once."""
        places: dict[str, list[int]] = {}
        base = 0
        for part in value:
            last = -1
            for terms in (part.surfaces, part.stems):
                for term, position in zip(terms or (), part.positions, strict=False):
                    places.setdefault(term, []).append(base + position)
            if part.positions:
                last = part.positions[-1]
            for term, position in part.concepts:
                places.setdefault(term, []).append(base + position)
                last = max(last, position)
            base += last + 1 + VALUE_GAP
        encode = self.format.encode
        for term, positions in places.items():
            frequency = len(positions)
            yield term.encode(), frequency, float(frequency), encode(positions)


def schema() -> fields.Schema:
    """One analysed field for each field of a unit, and the passage to show, stored."""
    return fields.Schema(passage=fields.STORED(), **{name: AnalysedField() for name in FIELDS})


class PackedPostings:
    """What a writer of Whoosh collects before it writes, in place of its own pool.

    That one keeps a tuple a posting, sorts them and writes runs to the disk to merge them: a
    third of the time of a build of 4,260 long texts. Documents come in order, so one packed
    run a term is sorted as it is. About 25 bytes a posting.
    """

    def __init__(self) -> None:
        self._fields: dict[str, dict[bytes, bytearray]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take (field, term, document, weight, value)."""
        field, term, document, weight, value = item
        terms = self._fields.setdefault(field, {})
        run = terms.get(term)
        if run is None:
            run = terms[term] = bytearray()
        run += _HEAD.pack(document, weight, len(value))
        run += value

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Give them by field, term and document; what was given is forgotten."""
        for field in sorted(self._fields):
            terms = self._fields[field]
            for term in sorted(terms):
                run = bytes(terms.pop(term))
                at, end = 0, len(run)
                while at < end:
                    document, weight, size = _HEAD.unpack_from(run, at)
                    at += _HEAD.size + size
                    yield field, term, document, weight, run[at - size : at]

    def cleanup(self) -> None:
        """Nothing is left anywhere."""


class WhooshWriter:
    """Writes units in order; the document number is the unit's."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._writer = whoosh.create_in(str(folder), schema()).writer()
        self._writer.pool = PackedPostings()

    def add(self, values: Sequence[Sequence[AnalysedValue]], passage: Passage | None) -> None:
        """Add a unit with the words of its fields, and its passage if it is one."""
        given = {name: value for name, value in zip(FIELDS, values, strict=True) if value}
        stored = msgspec.json.encode(passage) if passage is not None else b""
        self._writer.add_document(passage=stored, **given)

    def finish(self) -> None:
        """Commit as one segment."""
        self._writer.commit()

    def cancel(self) -> None:
        """Give up and close the files; harmless where a commit has failed half-way."""
        with suppress(Exception):
            self._writer.cancel()


class PassageReader:
    """Reads stored passages; safe to share between threads (Whoosh's reader is not)."""

    def __init__(self, folder: Path) -> None:
        self._reader = whoosh.open_dir(str(folder), readonly=True).reader()
        self._lock = threading.Lock()
        self._decoder = msgspec.json.Decoder(Passage)

    def read(self, unit: int) -> Passage | None:
        """The passage of a unit, None for a record."""
        with self._lock:
            stored = self._reader.stored_fields(unit).get("passage")
        return self._decoder.decode(stored) if stored else None

    def close(self) -> None:
        """Close the files."""
        self._reader.close()


def postings(folder: Path) -> Iterator[tuple[str, str, int, list[int]]]:
    """Every (field, term, unit, positions) as Whoosh reads them back; for checks and tests."""
    reader = whoosh.open_dir(str(folder), readonly=True).reader()
    try:
        for field, term in reader.all_terms():
            matcher = reader.postings(field, term)
            while matcher.is_active():
                yield field, term.decode(), matcher.id(), matcher.value_as("positions")
                matcher.next()
    finally:
        reader.close()
