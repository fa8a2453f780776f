"""Files of evidence: what they are called, which there are, what is said of their faults."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from corpus.model import CorpusError

_ENDINGS: Final = (".warc.gz", ".warc")
_OWN: Final = re.compile(r"cityrights-(\d{6,})-(\d{14})-(\d{5,})\.warc\.gz")


class EvidenceError(CorpusError):
    """Evidence can't be written or read: what, where, what to do."""


class EvidenceFault(msgspec.Struct, frozen=True):
    """Something that could not be read, at a position (bytes) of a file; the rest was."""

    file: str
    position: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}, byte {self.position:,}: {self.problem}"


def file_name(crawl: int, time: str, serial: int) -> str:
    """The name of a file of a crawl: `time` in 14 digits, so that names are in order of time."""
    return f"cityrights-{crawl:06}-{time}-{serial:05}.warc.gz"


def serial_of(name: str, crawl: int) -> int | None:
    """The serial number in the name of a file of a crawl, None of other files."""
    found = _OWN.fullmatch(name)
    return int(found[3]) if found and int(found[1]) == crawl else None


def warc_files(named: Path | Iterable[Path]) -> list[Path]:
    """WARC files that were named, and those in folders that were, by their names.

    Hidden files are left out: a rewriting that died may have left one. Raises EvidenceError
    for what is not there, and for a folder without any.
    """
    found = []
    for path in [named] if isinstance(named, Path) else named:
        if path.is_file():
            found.append(path)
            continue
        if not path.is_dir():
            raise EvidenceError(f"There is no file or folder {path}. Name one with WARC files.")
        inside = sorted(_inside(path), key=lambda file: (file.name, file))
        if not inside:
            raise EvidenceError(
                f"There is no WARC file in {path}. Their names end in .warc or .warc.gz."
            )
        found += inside
    return found


def _inside(folder: Path) -> Iterable[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.lower().endswith(_ENDINGS) and not name.startswith("."):
                yield Path(root) / name


def said(path: Path, error: OSError, whole: str) -> EvidenceError:
    """What the system refused, for people; `whole` says what is whole all the same."""
    why = error.strerror or type(error).__name__
    return EvidenceError(f"{error.filename or path} can't be used for evidence: {why}. {whole}")
