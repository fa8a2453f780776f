"""The store: imported records, documents that were read and the withdrawn lists, in one SQLite
file that must not be lost."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Self

import msgspec

from corpus import document_rows, page_faults, withdrawal
from corpus.addresses import address_key
from corpus.database import StoreError, open_database, read_database, said, transaction
from corpus.document_rows import Outcome, WithdrawnError
from corpus.documents import Attached, Document
from corpus.faults import shown
from corpus.model import Initiative, Passage
from corpus.withdrawal import Withdrawal

__all__ = ["Outcome", "Put", "Store", "StoreError", "Withdrawal", "WithdrawnError"]


class Put(msgspec.Struct, frozen=True):
    """How many records a `put` found new, changed, and as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class Store:
    """What was added and withdrawn here; a context manager.

    Every change is one transaction, on the disk when the method returns. All methods raise
    StoreError, which says what to do.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, writable: bool) -> None:
        self.path = path
        self._connection = connection
        self._writable = writable

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for the parts of the store that stand in files of their own."""
        return self._connection

    @classmethod
    def open(cls, path: Path, create: bool = True, *, wait: float = 5.0) -> Self:
        """The store at `path`, made if it is missing and brought to the newest schema.

        `create=False` only reads: a missing file is an empty store and stays missing. `wait`
        is how many seconds another writer is waited for.
        """
        if create:
            return cls(path, open_database(path, wait=wait), True)
        return cls(path, read_database(path, wait=wait), False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def put(self, initiatives: Iterable[Initiative]) -> Put:
        """Take records, all or none; an error raised by the iterable takes none.

        A record of a known id replaces it: `recorded` stays, `changed` moves to the new
        record's where its content differs. Refuses what is withdrawn.
        """
        self._must_write()
        counts: dict[Outcome, int] = {"new": 0, "changed": 0, "unchanged": 0}
        with transaction(self._connection, self.path):
            for initiative in initiatives:
                counts[self._put(initiative)] += 1
        return Put(counts["new"], counts["changed"], counts["unchanged"])

    def _put(self, initiative: Initiative, document: str | None = None) -> Outcome:
        """Take one record, made of a document or not; inside a transaction."""
        self._refuse_withdrawn(initiative)
        record, passages, digest = _encoded(initiative)
        found = self._connection.execute(
            "SELECT digest FROM record WHERE id = ?", (initiative.id,)
        ).fetchone()
        if found is None:
            self._connection.execute(
                "INSERT INTO record (id, json, recorded, changed, digest, document) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(initiative.id, record, initiative.recorded, initiative.changed),
                    *(digest, document),
                ),
            )
        elif found[0] == digest:
            return "unchanged"
        else:
            self._connection.execute(
                "UPDATE record SET json = ?, changed = ?, digest = ? WHERE id = ?",
                (record, initiative.changed, digest, initiative.id),
            )
            for table in ("passage", "address"):
                self._connection.execute(
                    f"DELETE FROM {table} WHERE record = ?",  # noqa: S608 - our own names
                    (initiative.id,),
                )
        self._connection.executemany(
            "INSERT INTO passage (record, number, json) VALUES (?, ?, ?)",
            ((initiative.id, number, text) for number, text in enumerate(passages)),
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO address (key, record, url) VALUES (?, ?, ?)",
            ((address_key(s.url), initiative.id, s.url) for s in initiative.sources),
        )
        return "new" if found is None else "changed"

    def see(self, document: Document, made: Initiative | None = None) -> Outcome:
        """Take a document as it was read now; its one version has the day in both of its days.

        A text as before only moves the day it was last seen, another makes a new version;
        `gone` is cleared. What the document does not say (licence, publisher, initiative)
        stays. `made` is the provisional record made of it, taken with it. Raises
        WithdrawnError for what was withdrawn: by id, by address, as a copy.
        """
        self._must_write()
        with transaction(self._connection, self.path):
            outcome = document_rows.see(self._connection, document)
            if made is not None:
                self._put(made, document.id)
            return outcome

    def see_again(self, ids: Iterable[str], day: str) -> None:
        """Note that documents were found as they were, without reading them again."""
        self._must_write()
        with transaction(self._connection, self.path):
            for id in ids:
                document_rows.see_again(self._connection, id, day)

    def lose(self, id: str, day: str) -> None:
        """Note that a document was not found at its address (404, 410) on a day.

        The second day in a row makes it no longer available (two sources may ask for one
        address in one crawl); its text stays.
        """
        self._must_write()
        with transaction(self._connection, self.path):
            document_rows.lose(self._connection, id, day)

    def attach(self, id: str, initiative: str, how: Attached) -> None:
        """Make a document belong to an initiative; a record made of it that is another goes."""
        self._must_write()
        with transaction(self._connection, self.path):
            document_rows.attach(self._connection, id, initiative, how)
            self._connection.execute(
                "DELETE FROM record WHERE document = ? AND id != ? "
                "AND id NOT IN (SELECT initiative FROM document WHERE initiative IS NOT NULL)",
                (id, initiative),
            )

    def record(self, id: str) -> Initiative | None:
        """A record by its id, its passages left out."""
        return self._one_record("id = ?", id)

    def record_of(self, document: str) -> Initiative | None:
        """The record that was made of a document."""
        return self._one_record("document = ?", document)

    def _one_record(self, where: str, value: str) -> Initiative | None:
        with said(self.path):
            found = self._connection.execute(
                f"SELECT json, recorded, changed FROM record WHERE {where}",  # noqa: S608
                (value,),
            ).fetchone()
        if found is None:
            return None
        record = msgspec.json.decode(found[0], type=Initiative)
        return msgspec.structs.replace(record, recorded=found[1], changed=found[2])

    def ids(self) -> Set[str]:
        """The ids of the records."""
        with said(self.path):
            return {id for (id,) in self._connection.execute("SELECT id FROM record")}

    def document(self, id: str) -> Document | None:
        """A document with its versions."""
        with said(self.path):
            return next(document_rows.documents(self._connection, "id = ?", (id,)), None)

    def documents_of(self, ids: Iterable[str]) -> list[Document]:
        """The documents of an initiative, by its id and its former ones."""
        wanted = msgspec.json.encode(list(ids)).decode()
        with said(self.path):
            where = "initiative IN (SELECT value FROM json_each(?))"
            return list(document_rows.documents(self._connection, where, (wanted,)))

    def initiatives_with_documents(self) -> Set[str]:
        """Ids of the initiatives documents belong to; whether they exist is another's to say."""
        with said(self.path):
            rows = self._connection.execute(
                "SELECT DISTINCT initiative FROM document WHERE initiative IS NOT NULL"
            )
            return {id for (id,) in rows}

    def newest_bytes(self) -> list[tuple[str, str]]:
        """The id of each document with the SHA-256 of the bytes its newest version was read
        from, in hexadecimal."""
        with said(self.path):
            return self._connection.execute(
                "SELECT document, lower(hex(sha256_bytes)) FROM version WHERE number = "
                "(SELECT max(number) FROM version AS own WHERE own.document = version.document) "
                "ORDER BY document"
            ).fetchall()

    def days_of_documents(self) -> dict[str, str]:
        """The day each document was last seen, by its id."""
        with said(self.path):
            rows = self._connection.execute(
                "SELECT document, max(last_seen) FROM version GROUP BY document"
            )
            return dict(rows.fetchall())

    def days_seen(self) -> dict[str, str]:
        """The day a document was last seen, by `address_key` of each address it has."""
        found: dict[str, str] = {}
        with said(self.path):
            rows = self._connection.execute(
                "SELECT key, url, final_url, max(last_seen) FROM document "
                "JOIN version ON version.document = document.id GROUP BY document.id"
            )
            for key, *urls, day in rows:
                for one in {key, *(address_key(url) for url in urls if url)}:
                    found[one] = max(day, found.get(one, ""))
        return found

    @contextmanager
    def one_moment(self) -> Iterator[Self]:
        """What is read inside is of one moment, whoever writes."""
        with said(self.path):
            self._connection.execute("BEGIN")
        try:
            yield self
        finally:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def initiatives(self) -> Iterator[Initiative]:
        """The records with their passages, by id, as they stood when the first was asked for."""
        with said(self.path):
            # One statement, so that record and passages are of one moment whoever writes.
            rows = self._connection.execute(
                "SELECT id, record.json, recorded, changed, passage.json FROM record "
                "LEFT JOIN passage ON passage.record = record.id ORDER BY id, number"
            )
            for (id, record, recorded, changed), group in groupby(rows, lambda row: row[:4]):
                texts = [text for *_, text in group if text is not None]
                try:
                    initiative = msgspec.json.decode(record, type=Initiative)
                    passages = tuple(msgspec.json.decode(text, type=Passage) for text in texts)
                except ValueError:
                    raise StoreError(
                        f"{self.path}: the record '{id}' can't be read. Import it again, withdraw "
                        "it, or restore a backup: cityrights restore FILE --force"
                    ) from None
                yield msgspec.structs.replace(
                    initiative, recorded=recorded, changed=changed, passages=passages
                )

    def withdraw(self, what: str, reason: str, catalogue: Mapping[str, Initiative]) -> Withdrawal:
        """Remove a record for good and list it as withdrawn, by its id or a web address.

        `catalogue` holds the bundled records by id; one of them is left out of every later
        index. By an address: the imported records read from it, and a bundled one that has no
        other source. Further sources of a record are listed with it unless another record
        rests on them. An address nobody has is listed all the same; an unknown id is an error.
        """
        self._must_write()
        what, reason = what.strip(), " ".join(reason.split())
        if not reason:
            raise StoreError("A withdrawal needs a reason, which its address will show: --reason")
        time = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        with transaction(self._connection, self.path):
            done = withdrawal.withdraw(self._connection, what, reason, time, catalogue)
        return msgspec.structs.replace(done, cleared=self.clear())

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy to a new file, others may write to the store meanwhile."""
        with said(path), closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    def clear(self) -> bool:
        """Rewrite the file so that no byte of what was deleted is left in it.

        False where another process or a full disk prevents it for now.
        """
        try:
            self._connection.execute("VACUUM")
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        return not busy

    def withdrawn(self) -> dict[str, Withdrawal]:
        """What was withdrawn, by id."""
        with said(self.path):
            return withdrawal.withdrawn(self._connection)

    def withdrawn_urls(self) -> dict[str, Withdrawal]:
        """What was withdrawn, by `corpus.addresses.address_key` of its address."""
        with said(self.path):
            return withdrawal.withdrawn_urls(self._connection)

    def counts(self) -> dict[str, int]:
        """How many initiatives, passages of imported ones, documents, versions of them, pages
        that crawls met, crawls, withdrawn ids and withdrawn urls there are."""
        tables = {
            "initiatives": "record",
            "passages": "passage",
            "documents": "document",
            "versions": "version",
            "pages": "page",
            "crawls": "crawl",
            "withdrawn": "withdrawn_id",
            "withdrawn_urls": "withdrawn_address",
        }
        counts = ", ".join(
            f"(SELECT count(*) FROM {table})"  # noqa: S608 - our own names
            for table in tables.values()
        )
        with said(self.path):
            (row,) = self._connection.execute(f"SELECT {counts}")
        return dict(zip(tables, row, strict=True))

    def fingerprint(self) -> str:
        """Differs when anything differs that an index is built from, days seen left aside."""
        digest = hashlib.blake2b(digest_size=16)
        queries = (
            "SELECT id, hex(digest) FROM record ORDER BY id",
            "SELECT document, number, hex(sha256_text), extractor FROM version ORDER BY 1, 2",
            "SELECT id, initiative, attached, gone, gone_again, licence FROM document ORDER BY id",
            "SELECT id, reason FROM withdrawn_id ORDER BY id",
        )
        with said(self.path):
            for query in queries:
                for row in self._connection.execute(query):
                    digest.update(repr(row).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def check(self) -> list[str]:
        """Everything wrong with the store, one sentence each; empty where all is well."""
        found: list[str] = []
        try:
            for (said_,) in self._connection.execute("PRAGMA integrity_check(20)"):
                if said_ != "ok":
                    found.append(f"{self.path}: {said_}")
            for table, _, parent, _ in self._connection.execute("PRAGMA foreign_key_check"):
                found.append(f"{self.path}: a row of {table} belongs to no {parent}")
            found += self._check_records()
            found += (f"{self.path}: {fault}" for fault in document_rows.faults(self._connection))
            found += (f"{self.path}: {fault}" for fault in page_faults.faults(self._connection))
        except sqlite3.Error as error:
            found.append(f"{self.path} can't be read to its end: {error}")
        return found

    def _check_records(self) -> Iterator[str]:
        gone = set(self.withdrawn())
        for id, record, digest in self._connection.execute(
            "SELECT id, json, digest FROM record ORDER BY id"
        ):
            passages = [
                text
                for (text,) in self._connection.execute(
                    "SELECT json FROM passage WHERE record = ? ORDER BY number", (id,)
                )
            ]
            if _digest(record, passages) != digest:
                yield f"{self.path}: the record '{id}' is not as it was written"
                continue
            try:
                msgspec.json.decode(record, type=Initiative)
                for text in passages:
                    msgspec.json.decode(text, type=Passage)
            except ValueError as error:
                yield f"{self.path}: the record '{id}' can't be read: {error}"
            if id in gone:
                yield f"{self.path}: the record '{id}' is withdrawn and yet there"

    def _must_write(self) -> None:
        if not self._writable:
            raise StoreError(f"{self.path} was opened for reading only.")

    def _refuse_withdrawn(self, initiative: Initiative) -> None:
        keys = [address_key(source.url) for source in initiative.sources]
        found = self._connection.execute(
            "SELECT reason FROM withdrawn_id WHERE id = ? UNION ALL "
            "SELECT reason FROM withdrawn_address WHERE key IN (SELECT value FROM json_each(?))",
            (initiative.id, msgspec.json.encode(keys).decode()),
        ).fetchone()
        if found:
            raise WithdrawnError(
                f"The record '{initiative.id}' was withdrawn ({found[0]}) and is not taken again."
            )


def _encoded(initiative: Initiative) -> tuple[str, list[str], bytes]:
    """The JSON of a record without passages and days, that of its passages, their digest."""
    bare = msgspec.structs.replace(initiative, passages=(), recorded="", changed="")
    try:
        record = msgspec.json.encode(bare).decode()
        passages = [msgspec.json.encode(passage).decode() for passage in initiative.passages]
    except UnicodeEncodeError as error:
        raise StoreError(
            f"The record {shown(initiative.id)} holds what is not valid text: {error.reason}."
        ) from None
    return record, passages, _digest(record, passages)


def _digest(record: str, passages: list[str]) -> bytes:
    lines = "\n".join([record, *passages])  # JSON holds no line break of its own
    return hashlib.blake2b(lines.encode("utf-8", "replace"), digest_size=32).digest()
