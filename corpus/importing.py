"""Import: a file of JSON lines made into provisional records of the store, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import msgspec

from corpus.lines import Lines, UnreadableError
from corpus.model import Corpus, CorpusError, Initiative
from corpus.provisional import RecordReader
from corpus.store import Store

MOST_FAULTS: Final = 20
"""How many are listed; the others are counted."""

Progress = Callable[[int, int, int], None]
"""Told now and then how many lines, and how many bytes of how many, were read."""

_PROGRESS_LINES: Final = 100


class LineFault(msgspec.Struct, frozen=True):
    """One thing wrong in a line (from 1; 0 is the file), in a field (empty is the line)."""

    file: str
    line: int
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = [self.file, f"line {self.line}" if self.line else "", self.field]
        return f"{', '.join(filter(None, place))}: {self.problem} {self.remedy}".strip()


class RecordsError(CorpusError):
    """The file has faults and nothing of it was taken: the first of them and their count."""

    def __init__(self, faults: list[LineFault], count: int) -> None:
        self.faults = tuple(faults)
        self.count = count
        more = count - len(faults)
        lines = [*map(str, faults), *([f"And {more:,} more faults."] if more else [])]
        super().__init__("\n".join([*lines, "Nothing of this file was taken."]))


class ImportReport(msgspec.Struct, frozen=True):
    """How many records were new, changed and as before, their passages, and what to look at."""

    new: int
    changed: int
    unchanged: int
    passages: int
    warnings: tuple[str, ...] = ()


def import_file(
    path: Path,
    store: Store,
    corpus: Corpus,
    *,
    progress: Progress | None = None,
    today: date | None = None,
) -> ImportReport:
    """Take a `.jsonl` or `.jsonl.gz` into the store; `corpus` is the bundled catalogue.

    A record has `id`, `title`, `text`, `language` and `url`, and may have `city`, `country`,
    `kind`, `topics`, `date`, `licence` and `publisher`. One of a known id is replaced. The
    file is read once, line by line, and may hold 1 GiB. Raises RecordsError, which lists what
    is wrong with it, or StoreError; then nothing was taken.
    """
    reader = RecordReader(
        corpus,
        {id: gone.reason for id, gone in store.withdrawn().items()},
        {key: gone.reason for key, gone in store.withdrawn_urls().items()},
        today or datetime.now(UTC).date(),
    )
    records = _Records(path, reader, progress)
    put = store.put(records)
    warnings = reader.notes.sentences()
    if not put.new + put.changed + put.unchanged:
        warnings = (f"{path} holds no records.", *warnings)
    return ImportReport(put.new, put.changed, put.unchanged, records.passages, warnings)


class _Records:
    """The initiatives of a file; ends with RecordsError if any line has a fault.

    Once one has, the rest is only read for further faults.
    """

    def __init__(self, path: Path, reader: RecordReader, progress: Progress | None) -> None:
        self._path = path
        self._reader = reader
        self._progress = progress or (lambda lines, read, size: None)
        self._faults: list[LineFault] = []
        self._count = 0
        self.passages = 0

    def __iter__(self) -> Iterator[Initiative]:
        lines = Lines(self._path)
        try:
            for line in lines:
                initiative = self._read(line, lines.number)
                if initiative is not None and not self._count:
                    self.passages += len(initiative.passages)
                    yield initiative
                if lines.number % _PROGRESS_LINES == 0:
                    self._progress(lines.number, lines.read, lines.size)
                if self._count and lines.number == 1 and line and line.lstrip()[:1] == b"[":
                    break  # one JSON list over many lines: each further fault would say the same
        except UnreadableError as error:
            self._report(error.line, "", error.problem, error.remedy)
        self._progress(lines.number, lines.size, lines.size)
        if self._count:
            raise RecordsError(self._faults, self._count)

    def _read(self, line: bytes | None, number: int) -> Initiative | None:
        def report(field: str, problem: str, remedy: str) -> None:
            self._report(number, field, problem, remedy)

        if line is None:
            report("", "The line is too long.", "Split the text over several records.")
            return None
        if not line.strip():
            return None
        if number == 1 and line.lstrip()[:1] == b"[":
            report("", "The file is a JSON list.", "Write one record a line: jq -c '.[]'")
            return None
        return self._reader.read(line, number, report)

    def _report(self, line: int, field: str, problem: str, remedy: str) -> None:
        self._count += 1
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(LineFault(str(self._path), line, field, problem, remedy))
