"""Crawls in the store: what waits, what was visited, what is known of pages.

A visit is over when `keep` returns: its outcome, its document, what it led to and how much of
the evidence is written stand in one transaction. What was not kept is visited again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from corpus.addresses import address_key
from corpus.database import StoreError, said, transaction
from corpus.document_rows import WithdrawnError
from corpus.faults import shown
from corpus.pages import (
    Crawl,
    Decision,
    Done,
    Link,
    Met,
    NewVisit,
    Page,
    Proposal,
    Purpose,
    Result,
    Robots,
    Tally,
    Visit,
)
from corpus.store import Outcome, Store

_PAGE: Final = (
    "key, url, purpose, source, title, language, etag, last_modified, lower(hex(sha256_bytes)), "
    "links, document, score, reasons, proposal, decision, first_seen, last_seen, asked"
)
REPORTED: Final = 20
"""Crawls whose visits are kept for their reports; a visit takes some 300 bytes."""
LEFT_OUT: Final = (
    "FROM visit WHERE crawl IN (SELECT id FROM crawl) AND outcome IN ('off_topic', 'duplicate', "
    # Where one spelling of an address led to another, what the latter came to has a number.
    "'robots') AND key >= page.key AND key < page.key || '$' "
    "AND (key = page.key OR substr(key, length(page.key) + 1, 1) = '#') "
    "ORDER BY crawl DESC LIMIT 1"
)
"""The newest visit that did not keep a page, as far as visits are remembered: goes on with
`SELECT ...` for each row of the table `page`."""
_OUTCOMES: Final[tuple[Outcome, ...]] = ("new", "changed", "unchanged")
_SET_OUT: Final = "hops = 0 AND (outcome IS NULL OR time IS NOT NULL)"
"""Of visits that were to be made when they were found; others had an outcome at once."""
_VISIT: Final = "key, url, host, source, purpose, depth, hops, start, id, attempts"


class Crawls:
    """The part of a store that crawls write; all methods raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection = store.connection
        self._path = store.path

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside is kept together, or not at all."""
        with transaction(self._connection, self._path):
            yield

    def begin(self, plan: str, time: str) -> Crawl:
        """A new crawl; what an older one left to visit is forgotten, and what those long ago
        visited."""
        with transaction(self._connection, self._path):
            self._connection.execute(
                # What asked for quiet tells this crawl, too, whom to leave alone.
                "DELETE FROM visit WHERE "
                "(outcome IS NULL AND coalesce(status, 0) NOT IN (429, 503)) OR crawl <= "
                "(SELECT coalesce(max(id), 0) FROM crawl) - ?",
                (REPORTED,),
            )
            (id,) = self._connection.execute(
                "INSERT INTO crawl (started, plan) VALUES (?, ?) RETURNING id", (time, plan)
            ).fetchone()
        return Crawl(id, time, None, plan)

    def end(self, crawl: int, time: str) -> None:
        """Note that a crawl came to its end."""
        with transaction(self._connection, self._path):
            self._connection.execute("UPDATE crawl SET ended = ? WHERE id = ?", (time, crawl))

    def newest(self) -> Crawl | None:
        """The crawl that was begun last."""
        return self._crawl("SELECT id, started, ended, plan FROM crawl ORDER BY id DESC LIMIT 1")

    def since(self, time: str) -> list[Crawl]:
        """The crawls begun at or after a time."""
        with said(self._path):
            rows = self._connection.execute(
                "SELECT id, started, ended, plan FROM crawl WHERE started >= ? ORDER BY id",
                (time,),
            )
            return [Crawl(*row) for row in rows]

    def crawl(self, id: int) -> Crawl | None:
        """A crawl by its number."""
        return self._crawl("SELECT id, started, ended, plan FROM crawl WHERE id = ?", id)

    def _crawl(self, query: str, *values: object) -> Crawl | None:
        with said(self._path):
            row = self._connection.execute(query, values).fetchone()
        return Crawl(*row) if row else None

    def add(self, crawl: int, visits: Iterable[NewVisit]) -> int:
        """Have addresses visited that this crawl has not met yet for their source, and those
        that wait treated as nearer to its start than they were; how many those are."""
        with transaction(self._connection, self._path):
            return self._add(crawl, visits)

    def _add(self, crawl: int, visits: Iterable[NewVisit]) -> int:
        before = self._connection.total_changes
        self._connection.executemany(
            "INSERT INTO visit (crawl, key, url, host, source, purpose, depth, hops, "
            "start, outcome, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (crawl, key, purpose, source) DO UPDATE SET depth = excluded.depth "
            "WHERE outcome IS NULL AND depth > excluded.depth",
            (
                (
                    *(crawl, v.key, v.url, v.host, v.source, v.purpose, v.depth, v.hops),
                    *(v.start, v.result, v.reason),
                )
                for v in visits
            ),
        )
        return self._connection.total_changes - before

    def enter(self, crawl: int, visit: NewVisit) -> Visit:
        """An address as one to be visited now, whether or not it was met before."""
        place = (crawl, visit.key, visit.purpose, visit.source)
        with transaction(self._connection, self._path):
            self._connection.execute(
                "DELETE FROM visit WHERE crawl = ? AND key = ? AND purpose = ? AND source = ?",
                place,
            )
            self._add(crawl, [visit])
            (id,) = self._connection.execute(
                "SELECT id FROM visit WHERE crawl = ? AND key = ? AND purpose = ? AND source = ?",
                place,
            ).fetchone()
        return Visit(**msgspec.structs.asdict(visit), id=id)

    def waiting(self, crawl: int) -> dict[str, int]:
        """How many addresses wait to be visited, by host."""
        with said(self._path):
            rows = self._connection.execute(
                "SELECT host, count(*) FROM visit WHERE crawl = ? AND outcome IS NULL "
                "GROUP BY host ORDER BY min(id)",
                (crawl,),
            )
            return dict(rows.fetchall())

    def last_asked(self) -> float:
        """When the newest crawls were answered last (seconds since 1970), minus infinity for
        never."""
        with said(self._path):
            time: float | None
            (time,) = self._connection.execute(
                "SELECT max(CAST(strftime('%s', time) AS REAL)) FROM visit WHERE crawl IN "
                "(SELECT id FROM crawl ORDER BY id DESC LIMIT 2)"
            ).fetchone()
        return -math.inf if time is None else time

    def put_off(self, crawl: int, now: float) -> dict[str, float]:
        """Until when hosts are left alone (seconds since 1970): those that failed in this crawl,
        and those that asked for quiet in whatever crawl."""
        with said(self._path):
            rows = self._connection.execute(
                "SELECT host, max(ready) FROM visit WHERE ready > 0 AND ready > ? AND "
                "(status IN (429, 503) OR (crawl = ? AND outcome IS NULL AND attempts > 0)) "
                "GROUP BY host",
                (now, crawl),
            )
            return dict(rows.fetchall())

    def next_at(self, crawl: int, host: str) -> tuple[Visit, float] | None:
        """What to visit next at a host, and when it may be (seconds since 1970)."""
        return next(iter(self._first_at(crawl, host, 1)), None)

    def waiting_at(self, crawl: int, host: str, most: int) -> list[Visit]:
        """The first visits that wait at a host, whether or not they may be made now."""
        return [visit for visit, _ in self._first_at(crawl, host, most)]

    def _first_at(self, crawl: int, host: str, most: int) -> list[tuple[Visit, float]]:
        with said(self._path):
            rows = self._connection.execute(
                f"SELECT {_VISIT}, ready FROM visit "  # noqa: S608 - our own names
                "WHERE crawl = ? AND host = ? AND outcome IS NULL ORDER BY ready, depth, id LIMIT ?",
                (crawl, host, most),
            )
            return [(_visit(row), row[-1]) for row in rows]

    def met_by_source(self, crawl: int) -> dict[str, int]:
        """How many addresses of each source a crawl set out to visit, whatever came of it; where
        they led on by redirects is not counted again."""
        with said(self._path):
            rows = self._connection.execute(
                f"SELECT source, count(*) FROM visit WHERE crawl = ? AND {_SET_OUT} "  # noqa: S608
                "GROUP BY source",
                (crawl,),
            )
            return dict(rows.fetchall())

    def addresses(self, crawl: int) -> Iterator[str]:
        """The addresses that `met_by_source` counts, in the order they were found."""
        with said(self._path):
            rows = self._connection.execute(
                f"SELECT url FROM visit WHERE crawl = ? AND {_SET_OUT} ORDER BY id",  # noqa: S608
                (crawl,),
            )
            for (url,) in rows:
                yield url

    def met(self, crawl: int, keys: Sequence[str]) -> dict[tuple[str, str], list[Met]]:
        """Which of these addresses a crawl knows, by key and purpose, each with the visits it
        has for different sources."""
        with said(self._path):
            rows = self._connection.execute(
                "SELECT key, purpose, source, depth, outcome FROM visit WHERE crawl = ? "
                "AND key IN (SELECT value FROM json_each(?)) ORDER BY id",
                (crawl, _json(keys)),
            )
            found: dict[tuple[str, str], list[Met]] = {}
            for key, purpose, *visit in rows:
                found.setdefault((key, purpose), []).append(Met(*visit))
            return found

    def also_at(self, crawl: int, visit: Visit) -> list[Visit]:
        """Other visits of a crawl that wait for the same answer, for other sources or purposes."""
        with said(self._path):
            rows = self._connection.execute(
                f"SELECT {_VISIT} FROM visit WHERE crawl = ? AND key = ? AND url = ? "  # noqa: S608
                "AND outcome IS NULL AND id <> ? ORDER BY id",
                (crawl, visit.key, visit.url, visit.id),
            )
            return [_visit(row) for row in rows]

    def keep(
        self, crawl: int, visits: Sequence[Done], evidence: Mapping[str, int] | None = None
    ) -> list[Outcome | None]:
        """Keep what came of visits, all or none; what became of the first document of each.

        `evidence` says how long the WARC files are that hold the answers. A document that was
        withdrawn makes its visit `withdrawn` and is not kept.
        """
        with transaction(self._connection, self._path):
            outcomes = [self._keep(crawl, done) for done in visits]
            self._connection.executemany(
                "INSERT INTO evidence (name, crawl, bytes) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes",
                ((name, crawl, length) for name, length in (evidence or {}).items()),
            )
        return outcomes

    def _keep(self, crawl: int, done: Done) -> Outcome | None:
        if done.retry is not None:
            self._connection.execute(
                "UPDATE visit SET attempts = attempts + 1, ready = ?, status = ?, reason = ? "
                "WHERE id = ?",
                (done.retry, done.status, done.reason, done.visit),
            )
            return None
        outcomes: list[Outcome] = []
        result, reason = done.result, done.reason
        withdrawn: str | None = None
        if done.page is not None and self.is_withdrawn(done.page.key):  # since it was asked for
            withdrawn = "It was withdrawn."
        else:
            for one in done.keeping:
                try:
                    outcomes.append(self._store.see(one.document, one.made))
                except WithdrawnError as error:
                    withdrawn = str(error)
        if withdrawn is not None and not outcomes:  # of a list the others are kept
            result, reason = "withdrawn", withdrawn
        else:
            day = done.day or self._day(crawl)
            self._store.see_again(done.again, day)
            for id in done.lost:
                self._store.lose(id, day)
            for id in done.removed:
                self._remove_document(id)
            if done.attach is not None and self._is_there(done.attach[0]):
                self._store.attach(*done.attach, "address")
            if done.page is not None:
                self._put_page(done.page)
            self._add(crawl, done.found)
        first = _strongest(outcomes)
        if result == "list" and outcomes:
            counts = Counter(outcomes)
            said = ", ".join(f"{counts[each]:,} {each}" for each in _OUTCOMES if counts[each])
            reason = f"{len(outcomes):,} entries: {said}. {reason or ''}".strip()
        if result == "new" and first is not None:  # the store knows what was there before
            result = first
        self._connection.execute(
            "UPDATE visit SET outcome = ?, attempts = attempts + 1, status = ?, reason = ?, "
            "bytes = ?, seconds = ?, time = strftime('%Y-%m-%dT%H:%M:%SZ'), ready = max(ready, ?) "
            "WHERE id = ?",
            (result, done.status, reason, done.bytes, done.seconds, done.quiet, done.visit),
        )
        return first

    def _is_there(self, id: str) -> bool:
        """False for a document that was dropped or withdrawn while its page was asked for."""
        found = self._connection.execute("SELECT 1 FROM document WHERE id = ?", (id,))
        return found.fetchone() is not None

    def _remove_document(self, id: str) -> None:
        # Pages would go with it, and what people said of them.
        self._connection.execute("UPDATE page SET document = NULL WHERE document = ?", (id,))
        self._connection.execute("DELETE FROM document WHERE id = ?", (id,))

    def _day(self, crawl: int) -> str:
        (started,) = self._connection.execute(
            "SELECT started FROM crawl WHERE id = ?", (crawl,)
        ).fetchone()
        return str(started)[:10]

    def _put_page(self, page: Page) -> None:
        digest = bytes.fromhex(page.sha256_bytes) if page.sha256_bytes else None
        self._connection.execute(
            "INSERT INTO page (key, url, purpose, source, title, language, etag, last_modified, "
            "sha256_bytes, links, document, score, reasons, proposal, first_seen, last_seen, asked) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            # None where it was removed while the page was visited.
            "(SELECT id FROM document WHERE id = ?), ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (key, purpose) DO UPDATE SET url = excluded.url, source = excluded.source, "
            "title = excluded.title, language = excluded.language, etag = excluded.etag, "
            "last_modified = excluded.last_modified, sha256_bytes = excluded.sha256_bytes, "
            "links = excluded.links, document = excluded.document, score = excluded.score, "
            "reasons = excluded.reasons, proposal = excluded.proposal, "
            "last_seen = max(last_seen, excluded.last_seen), asked = max(asked, excluded.asked)",
            (
                *(page.key, page.url, page.purpose, page.source, page.title, page.language),
                *(page.etag, page.last_modified, digest, _json(page.links), page.document),
                *(page.score, _json(page.reasons)),
                _json(page.proposal) if page.proposal else None,
                *(page.first_seen, page.last_seen, page.asked),
            ),
        )

    def give_up(
        self,
        crawl: int,
        host: str,
        result: Result,
        reason: str,
        *,
        origin: str | None = None,
        quiet: tuple[int, float] | None = None,
    ) -> int:
        """Visit nothing more in this crawl at a host, or at one `origin` (scheme, name and port)
        of it; how many visits that ends.

        `quiet` is for a host that asked for it: with what status, and until when (seconds since
        1970), so that later crawls know.
        """
        beginning = f"{origin}/" if origin is not None else ""
        with transaction(self._connection, self._path):
            return self._connection.execute(
                "UPDATE visit SET outcome = ?, reason = ?, time = strftime('%Y-%m-%dT%H:%M:%SZ'), "
                "status = coalesce(?, status), ready = max(ready, ?) "
                "WHERE crawl = ? AND host = ? AND outcome IS NULL AND substr(url, 1, ?) = ?",
                (result, reason, *(quiet or (None, 0.0)), crawl, host, len(beginning), beginning),
            ).rowcount

    def leave_out(self, crawl: int, sources: Sequence[str]) -> None:
        """Visit nothing more of some sources in this crawl."""
        with transaction(self._connection, self._path):
            self._connection.execute(
                "UPDATE visit SET outcome = 'skipped', reason = 'Its source is no longer there.' "
                "WHERE crawl = ? AND outcome IS NULL "
                "AND source IN (SELECT value FROM json_each(?))",
                (crawl, _json(sources)),
            )

    def redirected(self, crawl: int, key: str, url: str) -> str | None:
        """Where an address led in this crawl, None if it was not visited or led nowhere."""
        with said(self._path):
            row = self._connection.execute(
                # Its key has a number where another spelling of it led here.
                "SELECT reason FROM visit WHERE crawl = ?1 AND outcome = 'redirected' "
                "AND key >= ?2 AND key < ?2 || '$' AND url = ?3",
                (crawl, key, url),
            ).fetchone()
        return row[0] if row else None

    def left_out_as(self, key: str) -> str | None:
        """Why the page of an address was not kept when it was last read, as far as visits are
        remembered: `off_topic`, `duplicate` or `robots`."""
        with said(self._path):
            row = self._connection.execute(
                f"SELECT (SELECT outcome {LEFT_OUT}) FROM page WHERE key = ?",  # noqa: S608
                (key,),
            ).fetchone()
        return row[0] if row else None

    def lost_since(self, day: str) -> bool:
        """Whether a document was found gone for good on a day or later."""
        with said(self._path):
            found = self._connection.execute(
                "SELECT 1 FROM document WHERE gone_again >= ? LIMIT 1", (day,)
            )
            return found.fetchone() is not None

    def evidence(self, crawl: int) -> dict[str, int]:
        """The WARC files of a crawl with how many bytes of each are committed."""
        with said(self._path):
            rows = self._connection.execute(
                "SELECT name, bytes FROM evidence WHERE crawl = ? ORDER BY name", (crawl,)
            )
            return dict(rows.fetchall())

    def evidence_files(self) -> dict[str, int]:
        """The WARC files of all crawls with how many bytes of each are committed."""
        with said(self._path):
            rows = self._connection.execute("SELECT name, bytes FROM evidence ORDER BY name")
            return dict(rows.fetchall())

    def shorten_evidence(self, name: str, length: int | None) -> None:
        """Note how long a WARC file is now, from which records were taken; None for gone."""
        with transaction(self._connection, self._path):
            if length is None:
                self._connection.execute("DELETE FROM evidence WHERE name = ?", (name,))
            else:
                self._connection.execute(
                    "UPDATE evidence SET bytes = ? WHERE name = ?", (length, name)
                )

    def page(self, key: str, purpose: Purpose = "page") -> Page | None:
        """What is known of an address, by `address_key`, as a page or as a list."""
        return next(self.pages("key = ? AND purpose = ?", (key, purpose)), None)

    def known_until(self, key: str, purpose: Purpose, documents: Iterable[str]) -> str | None:
        """When what stands at an address, and documents by id, were last answered for, seen or
        missed (ISO 8601, UTC, the time or only the day); None for never."""
        with said(self._path):
            row = self._connection.execute(
                "WITH of AS (SELECT value AS id FROM json_each(?2)) SELECT max(time) FROM ("
                "SELECT asked AS time FROM page WHERE key = ?1 AND purpose = ?3 UNION ALL "
                "SELECT asked FROM page WHERE document IN of UNION ALL "
                "SELECT last_seen FROM version WHERE document IN of UNION ALL "
                "SELECT coalesce(gone_again, gone) FROM document WHERE id IN of)",
                (key, _json(tuple(documents)), purpose),
            ).fetchone()
        return None if row[0] is None else str(row[0])

    def pages(self, where: str = "true", values: Sequence[object] = ()) -> Iterator[Page]:
        """Pages by their address; `where` is a condition on the table `page`."""
        with said(self._path):
            rows = self._connection.execute(
                f"SELECT {_PAGE} FROM page WHERE {where} ORDER BY key, purpose",  # noqa: S608
                values,
            )
            for row in rows:
                yield _page(row)

    def decide(self, url: str, decision: Decision) -> Page:
        """What a person says of an address, for this and every later crawl.

        `keep` has the next crawl read it in full; `drop` removes its document. Raises
        StoreError for an address no crawl has met.
        """
        key = address_key(url)
        with transaction(self._connection, self._path):
            page = self.page(key)
            if page is None:
                raise StoreError(
                    f"No crawl has met {shown(url)}. To see those it has: cityrights review"
                )
            if decision == "drop" and page.document is not None:
                self._remove_document(page.document)
            self._connection.execute(
                "UPDATE page SET decision = ?, etag = NULL, last_modified = NULL, "
                "sha256_bytes = NULL, proposal = NULL WHERE key = ? AND purpose = 'page'",
                (decision, key),
            )
        return page

    def confirm(self, url: str, initiative: str) -> Page:
        """Attach the document of an address to an initiative, as a person says."""
        with transaction(self._connection, self._path):
            page = self.page(address_key(url))
            if page is None or page.document is None:
                raise StoreError(
                    f"No document was kept of {shown(url)}. To see those that were: "
                    "cityrights review"
                )
            self._store.attach(page.document, initiative, "confirmed")
            self._connection.execute("UPDATE page SET proposal = NULL WHERE key = ?", (page.key,))
        return page

    def robots(self, origin: str) -> Robots | None:
        """What an origin said in its robots.txt, and when."""
        with said(self._path):
            row = self._connection.execute(
                "SELECT status, body, fetched FROM robots WHERE origin = ?", (origin,)
            ).fetchone()
        return Robots(*row) if row else None

    def put_robots(self, origin: str, robots: Robots) -> None:
        """Keep what an origin said in its robots.txt."""
        with transaction(self._connection, self._path):
            self._connection.execute(
                "INSERT OR REPLACE INTO robots (origin, fetched, status, body) VALUES (?, ?, ?, ?)",
                (origin, robots.fetched, robots.status, robots.body),
            )

    def is_withdrawn(self, key: str) -> bool:
        """Whether what stands at an address was withdrawn, by `address_key`."""
        with said(self._path):
            return (
                self._connection.execute(
                    "SELECT 1 FROM withdrawn_address WHERE key = ?", (key,)
                ).fetchone()
                is not None
            )

    def is_withdrawn_copy(self, digests: Sequence[str]) -> bool:
        """Whether one of these SHA-256 (in hexadecimal) is that of what was withdrawn."""
        with said(self._path):
            return any(
                self._connection.execute(
                    "SELECT 1 FROM withdrawn_digest WHERE digest = ?", (bytes.fromhex(digest),)
                ).fetchone()
                for digest in digests
            )

    def with_text(self, sha256_text: str) -> str | None:
        """The id of a document, not gone for good, whose newest version has this text."""
        with said(self._path):
            row = self._connection.execute(
                "SELECT document FROM version WHERE sha256_text = ?1 AND number = (SELECT "
                "max(number) FROM version AS own WHERE own.document = version.document) "
                "AND document IN (SELECT id FROM document WHERE gone_again IS NULL) "
                "ORDER BY document LIMIT 1",
                (bytes.fromhex(sha256_text),),
            ).fetchone()
        return row[0] if row else None

    def documents_with(self, beginning: str) -> dict[str, bool]:
        """The documents whose key begins so, by id, and whether each was there when last looked
        for."""
        with said(self._path):
            rows = self._connection.execute(
                "SELECT id, gone IS NULL FROM document WHERE substr(key, 1, ?) = ? ORDER BY id",
                (len(beginning), beginning),
            )
            return {id: bool(there) for id, there in rows}

    def tallies(self, crawl: int) -> list[Tally]:
        """The report of a crawl in numbers, by source, result and reason."""
        with said(self._path):
            rows = self._connection.execute(
                "SELECT source, coalesce(outcome, 'waiting'), reason, count(*), sum(bytes), "
                "sum(seconds) FROM visit WHERE crawl = ? GROUP BY 1, 2, 3 "
                "ORDER BY source, count(*) DESC",
                (crawl,),
            )
            return [Tally(*row) for row in rows]


def _strongest(outcomes: Sequence[Outcome]) -> Outcome | None:
    """What a visit that gave several documents is said to have found."""
    return next((outcome for outcome in _OUTCOMES if outcome in outcomes), None)


def _visit(row: Sequence[Any]) -> Visit:
    return Visit(**dict(zip(_VISIT.split(", "), row, strict=False)))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _page(row: Sequence[Any]) -> Page:
    key, url, purpose, source, title, language, etag, modified, digest, *more = row
    links, document, score, reasons, proposal, decision, first_seen, last_seen, asked = more
    try:
        return Page(
            key=key,
            url=url,
            purpose=purpose,
            source=source,
            title=title,
            language=language,
            etag=etag,
            last_modified=modified,
            sha256_bytes=digest or None,
            links=msgspec.json.decode(links, type=dict[str, tuple[Link, ...]]),
            document=document,
            score=score,
            reasons=msgspec.json.decode(reasons, type=tuple[str, ...]),
            proposal=msgspec.json.decode(proposal, type=Proposal) if proposal else None,
            decision=decision,
            first_seen=first_seen,
            last_seen=last_seen,
            asked=asked,
        )
    except ValueError:
        raise StoreError(
            f"What is known of {shown(url)} can't be read from the store. Withdraw it, or "
            "restore a backup: cityrights restore FILE --force"
        ) from None
