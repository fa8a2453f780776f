"""The SQLite file behind the store: created whole, migrated forward, its errors in plain words."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

from corpus.model import CorpusError

APPLICATION_ID: Final = 0x63697279
"""Marks our SQLite files (`PRAGMA application_id`), in ASCII "ciry"."""

_RESTORE: Final = "Bring it back from a backup with: cityrights restore FILE --force"
_WHOLE: Final = "Nothing of this step was kept; all that was kept before is whole."


class StoreError(CorpusError):
    """The store can't be read or written: what happened, where, what to do."""


def migrations() -> list[str]:
    """The SQL that leads from each schema version to the next, the first from nothing to 1."""
    folder = files("corpus") / "migrations"
    scripts = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    if scripts != [f"{number:04}.sql" for number in range(1, len(scripts) + 1)]:
        raise StoreError(f"The migrations are not numbered without a gap: {', '.join(scripts)}.")
    return [(folder / name).read_text("utf-8") for name in scripts]


def open_database(path: Path, *, wait: float) -> sqlite3.Connection:
    """A connection that reads and writes, the file made if it is missing, at our schema.

    `wait` is how many seconds a lock of another process is waited for. Raises StoreError.
    """
    with said(path):
        if not _there(path):
            _create(path)
        connection = _connect(path, "mode=rw", wait)
        with _closed_on_error(connection):
            _look_at(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection, path)
    return connection


def read_database(path: Path, *, wait: float) -> sqlite3.Connection:
    """A connection that only reads, at our schema; nothing is created or changed.

    A missing file reads as an empty store, a file of an older schema as it would be after
    migration (in memory). Folders and files without write access are fine.
    """
    with said(path):
        if not _there(path):
            return _empty()
        connection = _connect_to_read(path, wait)
        with _closed_on_error(connection):
            if _look_at(connection, path) == len(migrations()):
                connection.execute("PRAGMA query_only = ON")
                return connection
        with closing(connection):
            copy = sqlite3.connect(":memory:", isolation_level=None)
            connection.backup(copy)
        with _closed_on_error(copy):
            migrate(copy, path)
            copy.execute("PRAGMA query_only = ON")
        return copy


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a database to the newest schema, one transaction a version.

    Raises StoreError where the schema is newer than what this version of the program knows.
    """
    scripts = migrations()
    if _version(connection) < len(scripts):
        # Tables are rebuilt by dropping them, which must not cascade; checked at the end.
        connection.execute("PRAGMA foreign_keys = OFF")
        while (version := _version(connection)) < len(scripts):
            connection.execute("BEGIN IMMEDIATE")
            try:
                if _version(connection) == version:  # else another process was faster
                    for statement in _statements(scripts[version]):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.execute(f"PRAGMA user_version = {version + 1}")
                    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise StoreError(f"{path} can't be migrated: {len(broken)} broken rows.")
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
    connection.execute("PRAGMA foreign_keys = ON")


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All that is written inside is kept, or nothing of it; waits for other writers first.

    Inside another one it is a part of it: an error takes back the part, and what the outer
    one keeps or loses goes for the part as well.
    """
    begin: str
    keep: tuple[str, ...]
    undo: tuple[str, ...]
    if connection.in_transaction:
        begin, keep, undo = (
            "SAVEPOINT part",
            ("RELEASE part",),
            ("ROLLBACK TO part", "RELEASE part"),
        )
    else:
        begin, keep, undo = "BEGIN IMMEDIATE", ("COMMIT",), ("ROLLBACK",)
    with said(path):
        connection.execute(begin)
        try:
            yield
            for statement in keep:
                connection.execute(statement)
        except BaseException:
            # SQLite may have rolled back by itself (a full disk); then there is nothing left.
            if connection.in_transaction:
                with suppress(sqlite3.Error):
                    for statement in undo:
                        connection.execute(statement)
            raise


@contextmanager
def said(path: Path) -> Iterator[None]:
    """What SQLite or the system refuses, said to a person as StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_words(path, error)) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        where = error.filename or path
        raise StoreError(f"{where} can't be used for the store: {why}. {_WHOLE}") from error


def _words(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0)
    match code & 0xFF:  # the low byte is the primary code: sqlite.org/rescode.html
        case sqlite3.SQLITE_FULL:
            return f"The disk is full: {path} can't grow. {_WHOLE} Make room, then do it again."
        case sqlite3.SQLITE_IOERR:
            return (
                f"The disk refused to read or write {path} ({error}). {_WHOLE} "
                "Look at free space, quota and health of the disk, then do it again."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return (
                f"{path} can't be written: the file or its folder is read-only. {_WHOLE} "
                "Give this user the right to write both, or choose another folder with --data."
            )
        case sqlite3.SQLITE_CANTOPEN:
            return (
                f"{path} can't be opened. See that it is a file, and that this user may read "
                "and write it and its folder."
            )
        case sqlite3.SQLITE_CORRUPT:
            return f"{path} is damaged: part of it is cut off or overwritten. {_RESTORE}"
        case sqlite3.SQLITE_NOTADB:
            return f"{path} is damaged or no store at all: it is not a database. {_RESTORE}"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return (
                f"{path} is in use by another process that writes it. {_WHOLE} "
                "Wait until that one is done, then do it again."
            )
    return f"{path}: {error}. {_WHOLE} To look at the store: cityrights check"


def _there(path: Path) -> bool:
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} can't be opened: it is not a file. Choose another with --data.")
    return path.exists()


def _look_at(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of a database that is ours and not newer than we are."""
    if path.stat().st_size == 0 and not _wal(path):
        # A store is created aside and never empty, so its content was lost.
        raise StoreError(
            f"{path} is damaged: it holds nothing, not even an empty store. {_RESTORE}"
        )
    version = _version(connection)
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if mark != APPLICATION_ID and (version or mark or tables):
        raise StoreError(
            f"{path} is a database of another program. Choose another folder with --data."
        )
    known = len(migrations())
    if version > known:
        raise StoreError(
            f"{path} was written by a newer version of cityrights (schema {version}; this one "
            f"knows schemas up to {known}). Use that version, or a newer one."
        )
    return int(version)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):  # else the semicolon stood in a string
            yield statement
            statement = ""


def _connect(path: Path, mode: str, wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=wait, isolation_level=None
    )
    with _closed_on_error(connection):
        # In WAL mode FULL syncs every commit: what was committed outlives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _connect_to_read(path: Path, wait: float) -> sqlite3.Connection:
    modes = ["mode=rw", "mode=ro"]
    if not _wal(path):
        # A WAL database wants its -shm file even for reading; where the folder refuses one,
        # it can be read as a file that nobody changes, if no -wal file holds more of it.
        modes.append("mode=ro&immutable=1")
    for mode in modes:
        try:
            connection = _connect(path, mode, wait)
            with _closed_on_error(connection):
                _version(connection)
            return connection
        except sqlite3.OperationalError as error:
            refused = error.sqlite_errorcode & 0xFF
            if mode == modes[-1] or refused not in (
                sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_READONLY,
            ):
                raise
    raise AssertionError("the last mode either opens or raises")


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Leave a connection open unless what is done with it fails."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _wal(path: Path) -> bool:
    """Whether a write-ahead log holds part of the database."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except OSError:
        return False


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path(":memory:"))
    connection.execute("PRAGMA query_only = ON")
    return connection


def _create(path: Path) -> None:
    """Make an empty store aside and give it its name when it is whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with closing(sqlite3.connect(aside, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection, path)
        sync(aside)
        # Linked rather than renamed: never over a store another process made meanwhile.
        with suppress(FileExistsError):
            path.hardlink_to(aside)
        sync(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Bring a file's content, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
