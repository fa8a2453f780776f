"""Backup and restore: the store as one file, checked before anything is touched.

A backup is a gzip stream: a line of JSON (see `_Header`), then the SQLite database. Without
this program: `zcat FILE | tail -n +2 > store.sqlite3`.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, cast

import msgspec

from corpus.addresses import address_key
from corpus.database import StoreError, migrations, open_database, said, sync, transaction
from corpus.model import CorpusError
from corpus.store import Store

FORMAT: Final = 1
_CHUNK: Final = 1 << 20
_LONGEST_HEADER: Final = 10_000
# What a whole backup decompresses to must be at least this much of what the header promises
# per byte; deflate can't pack tighter, so a header that promises more is a lie.
_MOST_PACKED: Final = 1032


class BackupError(CorpusError):
    """A backup can't be written or restored: what, where, what to do."""


class BackupReport(msgspec.Struct, frozen=True):
    """`counts` as `Store.counts` has them of what is in `file` (after restoring: in the store),
    `size` bytes of the backup file, `notes` sentences for people."""

    file: str
    size: int
    counts: dict[str, int]
    notes: tuple[str, ...] = ()


class _Header(msgspec.Struct, frozen=True):
    """`cityrights_backup` is the format, `schema` the store's, `created` ISO 8601 in UTC;
    `size` and `digest` (BLAKE2b-256) are of the database that follows."""

    cityrights_backup: int
    schema: int
    created: str
    size: int
    digest: str


def backup(store_path: Path, file: Path) -> BackupReport:
    """Write what can't be built anew into one file, which is whole or not there at all.

    The store may be in use. A missing store is an empty one. Raises StoreError where the store
    is damaged, BackupError where the file can't be written; an older file then stays.
    """
    if _same(store_path, file):
        raise BackupError(f"{file} is the store itself. Choose another file for the backup.")
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with _written(file):
        try:
            with TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
                copy = Path(folder) / "store"
                counts = _copy(store_path, copy)
                _pack(copy, aside)
            size = aside.stat().st_size
            aside.replace(file)
            sync(file.parent)
        finally:
            aside.unlink(missing_ok=True)
    notes = () if store_path.exists() else (f"There is no store at {store_path} yet.",)
    return BackupReport(str(file), size, counts, notes)


def restore(file: Path, store_path: Path, force: bool = False) -> BackupReport:
    """Make the store hold the records of a backup, and everything withdrawn here or there.

    The backup is unpacked aside and checked before the store is touched; then one transaction
    changes it. A record that was withdrawn since the backup is not brought back (P10). A store
    that holds records is replaced only with `force`; one that is too damaged to be opened is,
    with `force`, set aside under another name. Raises BackupError or StoreError.
    """
    with _written(store_path):
        store_path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".restore-", dir=store_path.parent) as folder:
            unpacked = Path(folder) / "store"
            _unpack(file, unpacked)
            _check(file, unpacked)
            notes = _set_damaged_aside(store_path, force)
            dropped = _replace(store_path, unpacked, force)
    if dropped:
        notes.append(f"Not brought back, for it was withdrawn: {dropped:,} of the records.")
    with Store.open(store_path) as store:
        if not store.clear():
            notes.append("Another process holds the store open; old bytes may still be in it.")
        counts = store.counts()
    return BackupReport(str(file), file.stat().st_size, counts, tuple(notes))


def _copy(store_path: Path, copy: Path) -> dict[str, int]:
    """A consistent copy at the newest schema, checked, without unused pages; its counts."""
    with Store.open(store_path, create=False) as store:
        store.copy_to(copy)
    with Store.open(copy) as copied:
        faults = copied.check()
        if faults:
            raise StoreError(
                f"{store_path} is damaged and was not backed up, so that no good backup is "
                f"replaced: {faults[0]}. To see all: cityrights check"
            )
        # A single file, nothing of it in a log beside.
        copied.clear()
        return copied.counts()


def _pack(database: Path, file: Path) -> None:
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


def _unpack(file: Path, database: Path) -> None:
    """The database of a backup, its size and digest as the header says."""
    try:
        with file.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
            header = _header(file, cast(BinaryIO, packed))
            if header.size > _MOST_PACKED * file.stat().st_size:
                raise _damaged(file, "it is shorter than it says")
            left = header.size
            digest = hashlib.blake2b(digest_size=32)
            with database.open("xb") as out:
                while chunk := packed.read(min(_CHUNK, left + 1)):
                    left -= len(chunk)
                    if left < 0:
                        raise _damaged(file, "it is longer than it says")
                    digest.update(chunk)
                    _out(out, chunk, database)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(file, str(error)) from None
    if left:
        raise _damaged(file, "it is shorter than it says")
    if digest.hexdigest() != header.digest:
        raise _damaged(file, "its digest is another than when it was written")


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


def _check(file: Path, database: Path) -> None:
    """The unpacked database brought to the newest schema and checked."""
    try:
        with Store.open(database) as store:
            faults = store.check()
    except StoreError as error:
        raise _damaged(file, str(error).replace(str(database), "its database")) from None
    if faults:
        raise _damaged(file, faults[0].replace(str(database), "its database"))


def _set_damaged_aside(store_path: Path, force: bool) -> list[str]:
    """Rename a store that can't be opened for its damage; what is to be said of it."""
    if not store_path.exists():
        return []
    try:
        with Store.open(store_path) as store:
            store.counts()
            store.withdrawn_urls()
        return []
    except StoreError as error:
        cause = error.__cause__
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        damaged = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        if not (damaged or store_path.stat().st_size == 0):
            raise
        if not force:
            raise BackupError(f"{error} It is left as it is without --force.") from None
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for suffix in ("-wal", "-shm", ""):
        part = store_path.with_name(store_path.name + suffix)
        with suppress(FileNotFoundError):
            part.rename(part.with_name(f"{store_path.name}.damaged-{now}{suffix}"))
    return [
        f"The damaged store was set aside as {store_path.name}.damaged-{now}. What was withdrawn "
        "after the backup is not known any more: withdraw it again, then remove that file."
    ]


def _replace(store_path: Path, database: Path, force: bool) -> int:
    """Put the records of a database into the store; how many were left out as withdrawn.

    The withdrawn lists are united: the later reason of two stands.
    """
    with closing(open_database(store_path, wait=5.0)) as connection:
        with said(store_path):
            connection.execute("ATTACH ? AS backup", (f"{database.absolute().as_uri()}?mode=ro",))
            connection.create_function("address_key", 1, address_key, deterministic=True)
        with transaction(connection, store_path):
            (held,) = connection.execute("SELECT count(*) FROM main.record").fetchone()
            if held and not force:
                raise BackupError(
                    f"{store_path} holds {held:,} records, which restoring would replace. "
                    "To do so all the same: --force"
                )
            connection.execute("DELETE FROM main.record")
            for table in ("withdrawn_id", "withdrawn_address"):
                connection.execute(
                    f"DELETE FROM main.{table} AS ours WHERE EXISTS (SELECT 1 FROM "  # noqa: S608
                    f"backup.{table} AS theirs WHERE {_KEYS[table]} AND theirs.time > ours.time)"
                )
                connection.execute(
                    f"INSERT OR IGNORE INTO main.{table} SELECT * FROM backup.{table}"  # noqa: S608
                )
            for table in ("record", "address", "passage"):
                connection.execute(
                    f"INSERT INTO main.{table} SELECT * FROM backup.{table}"  # noqa: S608
                )
            dropped = connection.execute(
                "DELETE FROM main.record WHERE id IN (SELECT id FROM main.withdrawn_id) OR id IN "
                "(SELECT record FROM main.address WHERE key IN "
                "(SELECT key FROM main.withdrawn_address))"
            )
            return dropped.rowcount


_KEYS: Final = {
    "withdrawn_id": "theirs.id = ours.id",
    "withdrawn_address": "theirs.key = ours.key",
}


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


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()


def _damaged(file: Path, why: str) -> BackupError:
    return BackupError(
        f"{file} is damaged: {why.strip().removesuffix('.')}. The store is left as it is; "
        "restore an older backup."
    )


@contextmanager
def _written(target: Path) -> Iterator[None]:
    """What the system refuses, said to a person."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise BackupError(
            f"{error.filename or target} can't be used: {why}. What was there before is whole. "
            "Mend this, or choose another file."
        ) from error
