"""Withdrawing: which records, documents and addresses go when an id or an address is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping

import msgspec

from corpus.addresses import address_key
from corpus.database import StoreError
from corpus.faults import did_you_mean, shown
from corpus.model import Initiative


class Withdrawal(msgspec.Struct, frozen=True):
    """What was withdrawn together: `ids` (aliases and documents too) and `urls`, one of them
    may be empty.

    `time` is ISO 8601 in UTC. `cleared` is False where the withdrawal stands but old bytes
    may still be in unused parts of the file: the same command again clears them.
    """

    ids: tuple[str, ...]
    urls: tuple[str, ...]
    reason: str
    time: str
    cleared: bool = True


def withdrawn(connection: sqlite3.Connection) -> dict[str, Withdrawal]:
    """What was withdrawn, by id."""
    urls: dict[str, list[str]] = {}
    for id, url in connection.execute(
        "SELECT id, url FROM withdrawn_address WHERE id IS NOT NULL ORDER BY url"
    ):
        urls.setdefault(id, []).append(url)
    rows = connection.execute("SELECT id, reason, time FROM withdrawn_id ORDER BY id")
    return {
        id: Withdrawal((id,), tuple(urls.get(id, ())), reason, time) for id, reason, time in rows
    }


def withdrawn_urls(connection: sqlite3.Connection) -> dict[str, Withdrawal]:
    """What was withdrawn, by the key of its address."""
    rows = connection.execute(
        "SELECT key, url, reason, time, id FROM withdrawn_address ORDER BY key"
    )
    return {
        key: Withdrawal((id,) if id else (), (url,), reason, time)
        for key, url, reason, time, id in rows
    }


def withdraw(
    connection: sqlite3.Connection,
    what: str,
    reason: str,
    time: str,
    catalogue: Mapping[str, Initiative],
) -> Withdrawal:
    """Delete and list what `what` names; inside a transaction of the caller.

    The rules are those of `corpus.store.Store.withdraw`.
    """
    at_address = "://" in what
    named = (_at_address if at_address else _of_id)(connection, what, catalogue)
    addresses = {address_key(what): what} if at_address else {}
    addresses.update(_addresses_of_documents(connection, named))
    ids = _with_documents(connection, named)
    addresses.update(_own_addresses(connection, ids, catalogue))
    _list_digests(connection, ids, reason, time)
    for id in ids:
        connection.execute("DELETE FROM record WHERE id = ?", (id,))
        connection.execute("DELETE FROM document WHERE id = ?", (id,))
        connection.execute(
            "INSERT OR REPLACE INTO withdrawn_id (id, reason, time) VALUES (?, ?, ?)",
            (id, reason, time),
        )
        # Only of a record that went with the document it was made of.
        connection.execute(
            "UPDATE document SET initiative = NULL, attached = NULL WHERE initiative = ?", (id,)
        )
    for key, url in addresses.items():
        connection.execute(
            "INSERT INTO withdrawn_address (key, url, reason, time, id) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET "
            "reason = excluded.reason, time = excluded.time, id = coalesce(excluded.id, id)",
            (key, url, reason, time, ids[0] if ids else None),
        )
    forget_pages(connection, ids, addresses)
    return Withdrawal(tuple(ids), tuple(addresses.values()), reason, time)


def _of_id(
    connection: sqlite3.Connection, id: str, catalogue: Mapping[str, Initiative]
) -> list[str]:
    """The id and its aliases, if it is one that was ever here."""
    bundled = catalogue.get(id) or next((i for i in catalogue.values() if id in i.aliases), None)
    if bundled is not None:
        return [bundled.id, *bundled.aliases]
    known = connection.execute(
        "SELECT 1 FROM record WHERE id = ?1 UNION ALL SELECT 1 FROM withdrawn_id WHERE id = ?1 "
        "UNION ALL SELECT 1 FROM document WHERE id = ?1",
        (id,),
    ).fetchone()
    if known is None:
        rows = connection.execute("SELECT id FROM record UNION SELECT id FROM document")
        stored = (row[0] for row in rows)
        near = did_you_mean(id, [*catalogue, *stored])
        raise StoreError(f"There is no record {shown(id)}. {near}".strip())
    return [id]


def _at_address(
    connection: sqlite3.Connection, url: str, catalogue: Mapping[str, Initiative]
) -> list[str]:
    """Ids of the documents read from an address and of the records that rest on it alone."""
    key = address_key(url)
    rows = connection.execute("SELECT record FROM address WHERE key = ? ORDER BY record", (key,))
    records = [id for (id,) in rows]
    rows = connection.execute("SELECT id, key, final_url FROM document ORDER BY id")
    documents = [id for id, own, final in rows if key in (own, address_key(final or ""))]
    ids = records + documents
    gone = withdrawn(connection)
    bundled = [
        initiative
        for initiative in catalogue.values()
        if initiative.id not in gone and key in _keys(initiative)
    ]
    rest_on_others = [i for i in bundled if len(bundled) > 1 or _keys(i) != {key}]
    if documents:  # the text that was read there is what is meant
        bundled = [initiative for initiative in bundled if initiative not in rest_on_others]
    elif rest_on_others:
        # Taking them all would take more than the page that was meant.
        raise StoreError(
            f"{url} is one source among others of: {', '.join(i.id for i in bundled)}. "
            "Withdraw by id the records that should go."
        )
    return ids + [id for initiative in bundled for id in (initiative.id, *initiative.aliases)]


def _with_documents(connection: sqlite3.Connection, named: list[str]) -> list[str]:
    """Ids with those of the documents of the initiatives, and of records made of a document."""
    rows = connection.execute(
        "WITH named AS (SELECT value FROM json_each(?1)) "
        "SELECT id FROM document WHERE initiative IN named "
        "UNION SELECT id FROM record WHERE document IN named",
        (msgspec.json.encode(named).decode(),),
    )
    return list(dict.fromkeys([*named, *(id for (id,) in rows.fetchall())]))


def _addresses_of_documents(connection: sqlite3.Connection, ids: list[str]) -> dict[str, str]:
    """Addresses by key of documents, so that they are not read again."""
    found = {}
    for id in ids:
        for urls in connection.execute("SELECT url, final_url FROM document WHERE id = ?", (id,)):
            found.update({address_key(url): url for url in urls if url is not None})
    return found


def forget_pages(connection: sqlite3.Connection, ids: Iterable[str], keys: Collection[str]) -> None:
    """Delete what crawls know of addresses, given by key, and of the visits that came from
    there; forget that other pages may belong to what is gone."""
    starts = connection.execute("SELECT DISTINCT start FROM visit WHERE start IS NOT NULL")
    came_from = [start for (start,) in starts.fetchall() if address_key(start) in keys]
    gone = msgspec.json.encode(list(keys)).decode()
    # A second spelling of an address is visited under its key with a number behind "#".
    connection.execute(
        "WITH gone AS (SELECT value FROM json_each(?1)) DELETE FROM visit WHERE key IN gone "
        "OR substr(key, 1, instr(key, '#') - 1) IN gone "
        "OR start IN (SELECT value FROM json_each(?2))",
        (gone, msgspec.json.encode(came_from).decode()),
    )
    connection.execute("DELETE FROM page WHERE key IN (SELECT value FROM json_each(?))", (gone,))
    connection.execute(
        "UPDATE page SET proposal = NULL WHERE proposal IS NOT NULL AND json_valid(proposal) "
        "AND json_extract(proposal, '$.initiative') IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(ids)).decode(),),
    )


def _list_digests(connection: sqlite3.Connection, ids: list[str], reason: str, time: str) -> None:
    """List bytes and texts of documents, so that no copy of them is taken either."""
    for id in ids:
        connection.execute(
            "INSERT OR REPLACE INTO withdrawn_digest (digest, reason, time, id) "
            "SELECT sha256_bytes, ?2, ?3, ?1 FROM version WHERE document = ?1 "
            "UNION SELECT sha256_text, ?2, ?3, ?1 FROM version WHERE document = ?1",
            (id, reason, time),
        )


def _own_addresses(
    connection: sqlite3.Connection, ids: list[str], catalogue: Mapping[str, Initiative]
) -> dict[str, str]:
    """Addresses by key of the records that no other record rests on."""
    urls = [source.url for id in ids if id in catalogue for source in catalogue[id].sources]
    for id in ids:
        rows = connection.execute(
            "SELECT url FROM address WHERE record = ?1 UNION "
            "SELECT url FROM document WHERE id = ?1 AND url IS NOT NULL UNION "
            "SELECT final_url FROM document WHERE id = ?1 AND final_url IS NOT NULL UNION "
            "SELECT url FROM page WHERE document = ?1 ORDER BY url",
            (id,),
        )
        urls += [url for (url,) in rows]
    gone = {*ids, *withdrawn(connection)}
    elsewhere = _union(_keys(i) for i in catalogue.values() if i.id not in gone)
    own = {address_key(url): url for url in urls}
    for key in own:
        rows = connection.execute("SELECT record FROM address WHERE key = ?", (key,))
        if any(record not in gone for (record,) in rows):
            elsewhere.add(key)
    return {key: url for key, url in own.items() if key not in elsewhere}


def _keys(initiative: Initiative) -> set[str]:
    return {address_key(source.url) for source in initiative.sources}


def _union(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)
