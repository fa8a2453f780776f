"""Documents as rows of the store: seen again, changed, gone, attached. Inside transactions of
the caller; the rules are those of `corpus.store.Store`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, Literal

import msgspec

from corpus.database import StoreError
from corpus.documents import Attached, Document, Section, Version, text_digest
from corpus.faults import shown

Outcome = Literal["new", "changed", "unchanged"]

_COLUMNS: Final = (
    "document.id, key, url, final_url, name, media_type, licence, publisher, initiative, "
    "attached, CASE attached WHEN 'proposed' THEN (SELECT json_extract(proposal, '$.reasons') "
    "FROM page WHERE page.document = document.id AND proposal IS NOT NULL LIMIT 1) END, "
    "gone, gone_again"
)
_VERSION: Final = (
    "number, first_seen, last_seen, sha256_bytes, sha256_text, extractor, version.json, text"
)


class WithdrawnError(StoreError):
    """What is put was withdrawn before."""


class _Read(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a version keeps as JSON: all that is neither looked up nor the text itself."""

    title: str | None = None
    language: str | None = None
    published: str | None = None
    published_origin: str | None = None
    sections: tuple[Section, ...] = ()
    pages: tuple[int, ...] = ()


def see(connection: sqlite3.Connection, document: Document) -> Outcome:
    """Take a document as it was seen now: its one version has the day in `first_seen`."""
    _refuse_withdrawn(connection, document)
    seen = document.newest
    row = (
        document.id,
        document.key,
        document.url,
        document.final_url,
        document.name,
        document.media_type,
        document.licence,
        document.publisher,
        document.initiative,
        document.attached,
    )
    # A later visit may know less of licence and publisher, and attaching is another's to say.
    connection.execute(
        "INSERT INTO document (id, key, url, final_url, name, media_type, licence, publisher, "
        "initiative, attached) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET url = excluded.url, final_url = excluded.final_url, "
        "name = excluded.name, media_type = excluded.media_type, "
        "licence = coalesce(excluded.licence, licence), "
        "publisher = coalesce(excluded.publisher, publisher), "
        "initiative = coalesce(excluded.initiative, initiative), "
        "attached = coalesce(excluded.attached, attached), gone = NULL, gone_again = NULL",
        row,
    )
    last = connection.execute(
        "SELECT number, sha256_bytes, sha256_text FROM version WHERE document = ? "
        "ORDER BY number DESC LIMIT 1",
        (document.id,),
    ).fetchone()
    as_json = _json(seen)
    binary = bytes.fromhex(seen.sha256_bytes), bytes.fromhex(seen.sha256_text)
    same_text = last is not None and last[2] == binary[1]
    if last is not None and (same_text or last[1] == binary[0]):
        # The same bytes read to another text are no new version: the reading got better.
        connection.execute(
            "UPDATE version SET last_seen = max(last_seen, ?), sha256_bytes = ?, sha256_text = ?, "
            "extractor = ?, json = ?, text = ? WHERE document = ? AND number = ?",
            (seen.last_seen, *binary, seen.extractor, as_json, seen.text, document.id, last[0]),
        )
        return "unchanged" if same_text else "changed"
    number = last[0] + 1 if last else 1
    connection.execute(
        "INSERT INTO version (document, number, first_seen, last_seen, sha256_bytes, sha256_text, "
        "extractor, json, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(document.id, number, seen.first_seen, seen.last_seen),
            *(*binary, seen.extractor, as_json, seen.text),
        ),
    )
    return "changed" if last else "new"


def see_again(connection: sqlite3.Connection, id: str, day: str) -> None:
    """Note that a document is as it was, without reading it again."""
    connection.execute("UPDATE document SET gone = NULL, gone_again = NULL WHERE id = ?", (id,))
    connection.execute(
        "UPDATE version SET last_seen = max(last_seen, ?2) WHERE document = ?1 AND number = "
        "(SELECT max(number) FROM version WHERE document = ?1)",
        (id, day),
    )


def lose(connection: sqlite3.Connection, id: str, day: str) -> None:
    """Note that a document was not there; on a second day in a row it is unavailable."""
    connection.execute(
        "UPDATE document SET gone_again = CASE WHEN gone < ?2 THEN coalesce(gone_again, ?2) "
        "ELSE gone_again END, gone = coalesce(gone, ?2) WHERE id = ?1",
        (id, day),
    )


def attach(connection: sqlite3.Connection, id: str, initiative: str, how: Attached) -> None:
    """Make a document belong to an initiative; raises StoreError where there is no such one."""
    found = connection.execute(
        "UPDATE document SET initiative = ?, attached = ? WHERE id = ?", (initiative, how, id)
    )
    if not found.rowcount:
        raise StoreError(f"There is no document {shown(id)}.")


def documents(
    connection: sqlite3.Connection, where: str = "true", values: Sequence[object] = ()
) -> Iterator[Document]:
    """Documents by id with all their versions; `where` is a condition on the document."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, {_VERSION} FROM document "  # noqa: S608 - our own words
        f"JOIN version ON version.document = document.id WHERE {where} ORDER BY id, number",
        values,
    )
    for own, group in groupby(rows, lambda row: row[:13]):
        yield _document(own, [_version(row[0], row[13:]) for row in group])


def _document(row: Sequence[str | None], versions: list[Version]) -> Document:
    names = ("id", "key", "url", "final_url", "name", "media_type", "licence", "publisher")
    fields = dict(zip((*names, "initiative", "attached"), row[:10], strict=True))
    reasons = msgspec.json.decode(row[10]) if row[10] else ()
    gone = tuple(day for day in row[11:] if day is not None)
    return msgspec.convert(
        {**fields, "reasons": reasons, "gone": gone, "versions": versions}, Document
    )


def _version(id: str, row: Sequence[Any]) -> Version:
    number, first_seen, last_seen, of_bytes, of_text, extractor, as_json, text = row
    try:
        read = msgspec.json.decode(as_json, type=_Read)
        return Version(
            number=number,
            first_seen=first_seen,
            last_seen=last_seen,
            sha256_bytes=of_bytes.hex(),
            sha256_text=of_text.hex(),
            extractor=extractor,
            text=text,
            **{name: getattr(read, name) for name in _Read.__struct_fields__},
        )
    except ValueError:
        raise StoreError(
            f"The document '{id}' can't be read from the store. Add it again, withdraw it, or "
            "restore a backup: cityrights restore FILE --force"
        ) from None


def _json(version: Version) -> str:
    read = _Read(**{name: getattr(version, name) for name in _Read.__struct_fields__})
    try:
        version.text.encode()
        return msgspec.json.encode(read).decode()
    except UnicodeEncodeError as error:
        raise StoreError(f"The document holds what is not valid text: {error.reason}.") from None


def _refuse_withdrawn(connection: sqlite3.Connection, document: Document) -> None:
    seen = document.newest
    found = connection.execute(
        "SELECT reason FROM withdrawn_address WHERE key = ?1 UNION ALL "
        "SELECT reason FROM withdrawn_id WHERE id IN (?2, ?3) UNION ALL "
        "SELECT reason FROM withdrawn_digest WHERE digest IN (?4, ?5)",
        (
            *(document.key, document.id, document.initiative or ""),
            *(bytes.fromhex(seen.sha256_bytes), bytes.fromhex(seen.sha256_text)),
        ),
    ).fetchone()
    if found:
        raise WithdrawnError(f"It was withdrawn ({found[0]}) and is not taken again.")


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Everything wrong with documents, one sentence each."""
    rows = connection.execute(
        "SELECT document, number, sha256_text, json, text FROM version ORDER BY document, number"
    )
    for id, number, digest, as_json, text in rows:
        if text_digest(text) != digest.hex():
            yield f"the text of document '{id}', version {number}, is not as it was written"
        try:
            msgspec.json.decode(as_json, type=_Read)
        except ValueError as error:
            yield f"document '{id}', version {number}, can't be read: {error}"
    for (id,) in connection.execute(
        "SELECT id FROM document WHERE id NOT IN (SELECT document FROM version) OR "
        "id IN (SELECT id FROM withdrawn_id) OR initiative IN (SELECT id FROM withdrawn_id)"
    ):
        yield f"document '{id}' has no text or is withdrawn and yet there"
