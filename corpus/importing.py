"""Import: a file of JSON lines made into provisional records of the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from corpus.faults import Fault
from corpus.model import Corpus, CorpusError
from corpus.store import Store

Progress = Callable[[int, int], None]
"""Called now and then with lines read and bytes of the file read."""


class ImportFaults(CorpusError):
    """The file has faults, and nothing of it was taken. str() lists the first 20 and a count."""

    faults: tuple[Fault, ...]
    count: int


class ImportReport(msgspec.Struct, frozen=True):
    new: int
    changed: int
    unchanged: int
    passages: int
    warnings: tuple[str, ...]


def import_file(
    path: Path, store: Store, corpus: Corpus, *, progress: Progress | None = None
) -> ImportReport:
    """Take a `.jsonl` or `.jsonl.gz` whole or not at all; `corpus` is the bundled catalogue."""
    raise NotImplementedError
