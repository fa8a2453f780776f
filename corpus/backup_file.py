"""The file of a backup: packed from a database, unpacked and checked.

It is a gzip stream: a line of JSON (see `_Header`), then the SQLite database. Without this
program: `zcat FILE | tail -n +2 > store.sqlite3`.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from corpus.database import migrations
from corpus.model import CorpusError

FORMAT: Final = 1
_CHUNK: Final = 1 << 20
_LONGEST_HEADER: Final = 10_000
# Deflate packs 1,032 to 1 at best (zlib.net): a header that promises more is wrong, and no
# disk is filled for it.
_MOST_PACKED: Final = 1032


class BackupError(CorpusError):
    """A backup can't be written or restored: what, where, what to do."""


class _Header(msgspec.Struct, frozen=True):
    """`cityrights_backup` is the format, `schema` the store's, `created` ISO 8601 in UTC;
    `size` and `digest` (BLAKE2b-256) are of the database that follows."""

    cityrights_backup: int
    schema: int
    created: str
    size: int
    digest: str


def pack(database: Path, file: Path) -> None:
    """Write a new backup of a database at the newest schema, and bring it to the disk."""
    digest, size = _digest(database)
    created = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    header = _Header(FORMAT, len(migrations()), created, size, digest)
    # Imported texts may be confidential to some; only the owner reads the file.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as raw, database.open("rb") as source:  # noqa: PTH123 - descriptor
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            packed.write(msgspec.json.encode(header) + b"\n")
            while chunk := source.read(_CHUNK):
                packed.write(chunk)
        raw.flush()
        os.fsync(raw.fileno())


def unpack(file: Path, database: Path) -> None:
    """Write the database of a backup to a new file, size and digest being as its header says.

    Raises BackupError where they are not, or the file is no backup; OSError of either file.
    """
    try:
        with file.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
            if raw.peek(2)[:2] != b"\x1f\x8b":
                raise BackupError(f"{file} is not a backup of cityrights.")
            header = _header(file, cast(BinaryIO, packed))
            if header.size > _MOST_PACKED * file.stat().st_size:
                raise damaged(file, "it is shorter than it says")
            left = header.size
            digest = hashlib.blake2b(digest_size=32)
            with database.open("xb") as out:
                while chunk := packed.read(min(_CHUNK, left + 1)):
                    left -= len(chunk)
                    if left < 0:
                        raise damaged(file, "it is longer than it says")
                    digest.update(chunk)
                    _out(out, chunk, database)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(file, str(error)) from None
    if left:
        raise damaged(file, "it is shorter than it says")
    if digest.hexdigest() != header.digest:
        raise damaged(file, "its digest is another than when it was written")


def _header(file: Path, packed: BinaryIO) -> _Header:
    line = packed.readline(_LONGEST_HEADER)
    try:
        header = msgspec.json.decode(line, type=_Header)
    except ValueError:
        raise BackupError(f"{file} is not a backup of cityrights.") from None
    if header.cityrights_backup > FORMAT or header.schema > len(migrations()):
        raise BackupError(
            f"{file} was written by a newer version of cityrights (format "
            f"{header.cityrights_backup}, schema {header.schema}). Restore it with that version."
        )
    return header


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32))
    return digest.hexdigest(), path.stat().st_size


def _out(out: BinaryIO, chunk: bytes, path: Path) -> None:
    try:
        out.write(chunk)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def damaged(file: Path, why: str) -> BackupError:
    """The error for a backup that is not as it was written."""
    return BackupError(
        f"{file} is damaged: {why.strip().removesuffix('.')}. The store is left as it is; "
        "restore an older backup."
    )
