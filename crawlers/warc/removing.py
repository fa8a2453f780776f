"""What was withdrawn taken out of WARC files: each is rewritten whole, or stays as it was."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.database import sync
from corpus.process_lock import LockHeld, ProcessLock
from crawlers.warc.files import EvidenceError, EvidenceFault, said, warc_files
from crawlers.warc.reading import MOST_BODY, plain
from crawlers.warc.records import Record, records
from crawlers.warc.writing import LOCK

if TYPE_CHECKING:
    from crawlers.content_coding import Decode

_ASIDE: Final = ".removing-"
"""What a file is called, after which comes its name, until it is whole; readers pass over it."""
_COPIED_AT_ONCE: Final = 1 << 20
_UNTOUCHED: Final = "No file of evidence is left half rewritten. Mend this, then do it again."


class Removal(msgspec.Struct, frozen=True):
    """How many records were taken out of which files (by name); `notes` are sentences."""

    records: int = 0
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def remove_withdrawn(
    folder: Path, crawls: Crawls, progress: Callable[[int, int], object] = lambda done, of: None
) -> Removal:
    """Take out of the WARC files of a folder what is on the withdrawn list of a store.

    All records of a withdrawn address go (request, answer, what was said of them), and answers
    whose bytes are a copy of a withdrawn document. A redirect that leads to a withdrawn address
    stays: it holds no more of it than the address, which the withdrawn list shows as well.
    What can't be read goes, too, for nobody can tell what it holds. A file in which no answer
    is left is removed.

    Killed at any moment, each file is the old or the new one, and the next call does the rest.
    Raises EvidenceError: while a crawl writes there, and where the disk refuses.
    """
    if not folder.is_dir():
        return Removal()
    try:
        with ProcessLock(folder / LOCK):
            for left in folder.glob(f"{_ASIDE}*"):
                left.unlink()
            return _remove(folder, crawls, progress)
    except LockHeld as holder:
        raise EvidenceError(
            f"A crawl writes evidence in {folder}: {holder}. What was withdrawn is still in it, "
            "and taken out when that crawl ends. If it is killed before that, do this again."
        ) from None
    except OSError as error:
        raise said(folder, error, _UNTOUCHED) from error


def _remove(folder: Path, crawls: Crawls, progress: Callable[[int, int], object]) -> Removal:
    try:
        files = warc_files(folder)
    except EvidenceError:  # there is none
        return Removal()
    from crawlers.content_coding import decoder  # takes half a second, for what is seldom there

    decoded = decoder(MOST_BODY)
    committed = crawls.evidence_files()
    taken, changed, notes = 0, [], []
    for done, path in enumerate(files):
        progress(done, len(files))
        size = path.stat().st_size
        # Beyond lies what an interrupted crawl did not commit: it will ask for it again.
        until = min(size, committed.get(path.name, size))
        looked = _Looked(path, until, crawls, decoded)
        notes += looked.notes
        if looked.keeps_all(size):
            continue
        if looked.answers:
            _rewrite(path, looked.kept)
            length = sum(end - start for start, end in looked.kept)
        else:
            path.unlink()
            sync(path.parent)
            length = None
        # After the file: a length that is too great is seen, one too small would tear records.
        if path.name in committed:
            crawls.shorten_evidence(path.name, length)
        taken += looked.taken
        changed.append(path.name)
    return Removal(taken, tuple(changed), tuple(notes))


class _Looked:
    """What of a file stays: `kept` stretches of bytes, in which are so many `answers`."""

    def __init__(self, path: Path, until: int, crawls: Crawls, decoded: Decode) -> None:
        self.kept: list[tuple[int, int]] = []
        self.answers = 0
        self.taken = 0
        self.notes: list[str] = []
        faults: list[EvidenceFault] = []
        together = False
        for record in records(path, faults.append):
            if record.end > until:
                break
            goes = _goes(record, crawls, decoded)
            if goes and record.alone:
                self.taken += 1
                continue
            together |= goes
            self.answers += record.kind in ("response", "revisit", "resource", "conversion")
            if record.end > record.start:
                self._keep(record.start, record.end)
        if together:
            self.notes.append(
                f"{path} holds withdrawn records that can't be taken out: it is packed as one. "
                "Pack it record by record (warcio recompress), then do this again."
            )
        torn = [fault for fault in faults if fault.position < until]
        if torn:
            self.notes.append(f"What can't be read was left out of {path.name}: {torn[0]}")

    def _keep(self, start: int, end: int) -> None:
        if self.kept and self.kept[-1][1] == start:
            start = self.kept.pop()[0]
        self.kept.append((start, end))

    def keeps_all(self, size: int) -> bool:
        """Whether the file stays as it is."""
        return self.kept == [(0, size)] if size else True


def _goes(record: Record, crawls: Crawls, decoded: Decode) -> bool:
    if record.url and crawls.is_withdrawn(address_key(record.url)):
        return True
    if record.kind != "response" or not record.block:
        return False
    _, headers, body = plain(record.block)
    copies = {body, decoded(headers, body) or body}
    return bool(body) and crawls.is_withdrawn_copy([hashlib.sha256(b).hexdigest() for b in copies])


def _rewrite(path: Path, kept: Iterable[tuple[int, int]]) -> None:
    """Replace a file by stretches of itself."""
    aside = path.with_name(f"{_ASIDE}{path.name}")
    try:
        with path.open("rb") as old, aside.open("xb") as new:
            for start, end in kept:
                old.seek(start)
                while start < end:
                    piece = old.read(min(_COPIED_AT_ONCE, end - start))
                    if not piece:
                        raise OSError(f"{path} became shorter meanwhile")
                    new.write(piece)
                    start += len(piece)
            new.flush()
            os.fsync(new.fileno())
        aside.replace(path)
        sync(path.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
