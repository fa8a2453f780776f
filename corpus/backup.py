"""Backup and restore of the store as one file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from corpus.model import CorpusError


class BackupError(CorpusError):
    """A backup can't be written or restored: what, where, what to do."""


class BackupReport(msgspec.Struct, frozen=True):
    """`counts` as `Store.counts`; `size` in bytes of the backup file; `notes` for people."""

    file: str
    size: int
    counts: dict[str, int]
    notes: tuple[str, ...] = ()


def backup(store_path: Path, file: Path) -> BackupReport:
    raise NotImplementedError


def restore(file: Path, store_path: Path, force: bool = False) -> BackupReport:
    raise NotImplementedError
