"""Backup and restore: the store as one file, checked before anything is touched."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from corpus.backup_file import BackupError, damaged, pack, unpack
from corpus.database import StoreError, open_database, said, sync, transaction
from corpus.store import Store
from corpus.withdrawal import forget_pages, withdrawn, withdrawn_urls

__all__ = ["BackupError", "BackupReport", "backup", "restore"]

_SCRATCH: Final = ".cityrights-"
WAIT = 5.0
"""Seconds a process that writes the store is waited for."""
_WITHDRAWN: Final = {
    "withdrawn_id": ("id", "id, reason, time"),
    "withdrawn_address": ("key", "key, url, reason, time, id"),
    "withdrawn_digest": ("digest", "digest, reason, time, id"),
}
"""Tables of what was withdrawn: what tells their rows apart, and their columns."""
_RECORDS: Final = {
    "document": "id, key, url, final_url, name, media_type, licence, publisher, initiative, "
    "attached, gone, gone_again",
    "version": "document, number, first_seen, last_seen, sha256_bytes, sha256_text, extractor, "
    "json, text",
    "record": "id, json, recorded, changed, digest, document",
    "address": "key, record, url",
    "passage": "record, number, json",
    "page": "key, purpose, url, source, title, language, etag, last_modified, sha256_bytes, "
    "links, document, score, reasons, proposal, decision, first_seen, last_seen, asked",
    "crawl": "id, started, ended, plan",
    "visit": "id, crawl, key, url, host, source, purpose, depth, hops, start, attempts, ready, "
    "outcome, status, reason, bytes, seconds, time",
}
"""Tables of documents, records and crawls and their columns, each after those it refers to."""
_REPLACED: Final = {"record": "record", "document": "document", "page": "crawled page"}
"""What a store holds that is not replaced unasked, by table."""
_LEFT_OUT: Final = {"visit": "outcome IS NULL", "evidence": "true", "robots": "true"}
"""What no backup holds, by table: what waits, how much of files is committed that are not in
it, and what is asked for anew."""


class BackupReport(msgspec.Struct, frozen=True):
    """`counts` as `Store.counts` has them of what is in `file` (after restoring: in the store),
    `size` bytes of the backup file, `notes` sentences for people."""

    file: str
    size: int
    counts: dict[str, int]
    notes: tuple[str, ...] = ()


def backup(store_path: Path, file: Path) -> BackupReport:
    """Write what can't be built anew into one file, which is whole or not there at all.

    The store may be in use. A missing store is an empty one. Raises StoreError where the store
    is damaged, BackupError where the file can't be written; an older file then stays.
    """
    if _same(store_path, file):
        raise BackupError(f"{file} is the store itself. Choose another file for the backup.")
    with _written(file), _scratch(file.parent) as folder:
        counts = _copy(store_path, folder / "store")
        packed = folder / "packed"
        pack(folder / "store", packed)
        size = packed.stat().st_size
        packed.replace(file)
        sync(file.parent)
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
        with _scratch(store_path.parent) as folder:
            unpacked = folder / "store"
            unpack(file, unpacked)
            _check(file, unpacked)
            notes = _set_damaged_aside(store_path, force)
            dropped = _replace(store_path, unpacked, force)
    if dropped:
        notes.append(
            f"Not brought back, for it was withdrawn: {dropped:,} of the records and documents."
        )
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
        with transaction(copied.connection, copy):
            for table, which in _LEFT_OUT.items():
                copied.connection.execute(f"DELETE FROM {table} WHERE {which}")  # noqa: S608
        # A single file, nothing of it in a log beside.
        copied.clear()
        return copied.counts()


def _check(file: Path, database: Path) -> None:
    """The unpacked database brought to the newest schema and checked."""
    try:
        with Store.open(database) as store:
            faults = store.check()
    except StoreError as error:
        raise damaged(file, str(error).replace(str(database), "its database")) from None
    if faults:
        raise damaged(file, faults[0].replace(str(database), "its database"))


def _set_damaged_aside(store_path: Path, force: bool) -> list[str]:
    """Rename a store that SQLite can't read to its end, and begin a new one with what it still
    tells of withdrawals; what is to be said of it."""
    damage = _damage(store_path) if store_path.exists() else None
    if damage is None:
        return []
    if not force:
        raise BackupError(f"{damage} To set it aside and restore {store_path}: --force")
    rows = _salvaged(store_path)
    aside = f"{store_path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for suffix in ("-wal", "-shm", ""):
        part = store_path.with_name(store_path.name + suffix)
        with suppress(FileNotFoundError):
            part.rename(part.with_name(aside + suffix))
    if rows is None:
        lost = "What it held of withdrawals can't be read: withdraw again what must stay away."
    else:
        lost = "What it held of withdrawals was kept."
        with (
            closing(open_database(store_path, wait=WAIT)) as connection,
            transaction(connection, store_path),
        ):
            for table, found in rows.items():
                columns = _WITHDRAWN[table][1]
                marks = ", ".join("?" for _ in columns.split(","))
                connection.executemany(
                    f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
                    found,
                )
    return [f"The damaged store was set aside as {aside}. {lost} Then remove that file."]


def _damage(store_path: Path) -> str | None:
    """What makes a store unreadable, None where it can be read; other faults are raised."""
    try:
        with closing(open_database(store_path, wait=WAIT)) as connection, said(store_path):
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            return None if found == "ok" else f"{store_path} is damaged: {found}."
    except StoreError as error:
        code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return str(error)
        if store_path.is_file() and store_path.stat().st_size == 0:
            return str(error)
        raise


def _salvaged(store_path: Path) -> dict[str, list[tuple[str | None, ...]]] | None:
    """The rows of the withdrawn lists of a damaged store, None where they can't be read."""
    try:
        with closing(open_database(store_path, wait=WAIT)) as connection:
            return {
                table: connection.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608
                for table, (_, columns) in _WITHDRAWN.items()
            }
    except (StoreError, sqlite3.Error):
        return None


def _replace(store_path: Path, database: Path, force: bool) -> int:
    """Put the records of a database into the store; how many were left out as withdrawn.

    The withdrawn lists are united: of two reasons the later stands.
    """
    with closing(open_database(store_path, wait=WAIT)) as connection:
        with said(store_path):
            connection.execute("ATTACH ? AS backup", (str(database.absolute()),))
        with transaction(connection, store_path):
            held = [
                f"{count:,} {one}" + ("s" if count > 1 else "")
                for table, one in _REPLACED.items()
                for (count,) in connection.execute(f"SELECT count(*) FROM main.{table}")  # noqa: S608
                if count
            ]
            if held and not force:
                raise BackupError(
                    f"{store_path} holds {' and '.join(held)}, which restoring would replace. "
                    "To do so all the same: --force"
                )
            for table in ("record", "document", "page", "crawl"):
                connection.execute(f"DELETE FROM main.{table}")  # noqa: S608 - our own names
            for table, (key, columns) in _WITHDRAWN.items():
                connection.execute(
                    f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM backup.{table} WHERE true "  # noqa: S608
                    f"ON CONFLICT ({key}) DO UPDATE SET reason = excluded.reason, "
                    "time = excluded.time WHERE excluded.time > time"
                )
            for table, columns in _RECORDS.items():
                connection.execute(
                    f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM backup.{table}"  # noqa: S608
                )
            return _drop_withdrawn(connection)


def _drop_withdrawn(connection: sqlite3.Connection) -> int:
    """Delete what was withdrawn of what was brought back; how many records and documents."""
    before = _held(connection)
    connection.execute(
        "DELETE FROM main.document WHERE id IN (SELECT id FROM main.withdrawn_id) "
        "OR initiative IN (SELECT id FROM main.withdrawn_id) "
        "OR key IN (SELECT key FROM main.withdrawn_address) OR id IN "
        "(SELECT document FROM main.version, main.withdrawn_digest "
        "WHERE digest IN (sha256_bytes, sha256_text))"
    )
    connection.execute(
        "DELETE FROM main.record WHERE id IN (SELECT id FROM main.withdrawn_id) OR id IN "
        "(SELECT record FROM main.address WHERE key IN "
        "(SELECT key FROM main.withdrawn_address))"
    )
    forget_pages(connection, withdrawn(connection), withdrawn_urls(connection))
    return before - _held(connection)


def _held(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute(
        "SELECT (SELECT count(*) FROM main.record) + (SELECT count(*) FROM main.document)"
    ).fetchone()
    return int(count)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A folder for one step, removed after it; those of processes that died are removed before,
    for copies of what is withdrawn later must not lie about."""
    for left in beside.glob(f"{_SCRATCH}*-*"):
        pid = left.name.removeprefix(_SCRATCH).partition("-")[0]
        if pid.isdecimal() and not _alive(int(pid)):
            rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=f"{_SCRATCH}{os.getpid()}-", dir=beside) as folder:
        yield Path(folder)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is another user's, or no number of a process
        pass
    return True


@contextmanager
def _written(target: Path) -> Iterator[None]:
    """What the system refuses, said to a person."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        where = Path(error.filename2 or error.filename or target)
        # Nobody asked for a file of ours; what can't be used is the place it was to be in.
        if any(part.startswith(_SCRATCH) for part in (where.name, where.parent.name)):
            where = target
        raise BackupError(
            f"{where} can't be used: {why}. What was there before is whole. "
            "Mend this, or choose another file."
        ) from error
