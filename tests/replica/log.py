"""What was asked of the servers, and what polite crawls never do.

Times are monotonic seconds. A request begins when its head has arrived and ends before the
last byte of its answer is handed over, so two that overlap were truly under way at once.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from protego import Protego

from replica.answers import Request


@dataclass
class Entry:
    """One request. `sent` counts bytes of the answer's body, `whole` says that all of it was
    handed over; `ended` is None while it is under way."""

    number: int
    connection: int
    request: Request
    began: float
    ended: float | None = None
    status: int | None = None
    sent: int = 0
    whole: bool = False

    @property
    def host(self) -> str:
        return self.request.host

    @property
    def path(self) -> str:
        return self.request.path

    @property
    def headers(self) -> Mapping[str, str]:
        return self.request.headers


@dataclass
class Log:
    """Entries in the order in which requests began. Written by the server's thread only."""

    _entries: list[Entry] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, connection: int, request: Request, time: float) -> Entry:
        with self._lock:
            entry = Entry(len(self._entries), connection, request, time)
            self._entries.append(entry)
        return entry

    def entries(self, host: str | None = None, since: int = 0) -> list[Entry]:
        """Copies of the entries, of one host, from a number on."""
        with self._lock:
            return [
                replace(entry)
                for entry in self._entries[since:]
                if host is None or entry.host == host
            ]

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)

    def paths(self, host: str, since: int = 0) -> list[str]:
        """The paths asked for at a host, in order, robots.txt left out."""
        asked = (entry.path for entry in self.entries(host, since))
        return [path for path in asked if path != "/robots.txt"]

    def hosts(self, since: int = 0) -> set[str]:
        """The hosts that were asked anything."""
        return {entry.host for entry in self.entries(since=since)}

    def one(self, host: str, path: str, since: int = 0) -> Entry:
        """The only request for a path."""
        found = [entry for entry in self.entries(host, since) if entry.path == path]
        assert len(found) == 1, f"{host}{path} was asked for {len(found)} times"
        return found[0]

    # What polite crawls never do

    def assert_one_at_a_time(self, since: int = 0) -> None:
        """No host was asked anything before it had answered what was asked before."""
        for host, entries in self._by_host(since):
            for before, after in pairwise(entries):
                assert before.ended is not None and before.ended <= after.began, (
                    f"{host}: {after.path} was asked for while {before.path} was under way"
                )

    def assert_waits(self, seconds: float | Callable[[str], float], since: int = 0) -> None:
        """So long, at least, lay between an answer of a host and the next request to it."""
        for host, entries in self._by_host(since):
            least = seconds(host) if callable(seconds) else seconds
            for before, after in pairwise(entries):
                assert before.ended is not None
                wait = after.began - before.ended
                assert wait >= least, (
                    f"{host}: {after.path} came {wait:.3f} s after {before.path}, not {least} s"
                )

    def assert_obeys(self, robots: Mapping[str, str], agent: str, since: int = 0) -> None:
        """No path was asked for that robots.txt forbids, as Protego reads it; and a host that
        has rules was asked for them first."""
        for host, entries in self._by_host(since):
            rules = Protego.parse(robots.get(host, ""))
            assert entries[0].path == "/robots.txt", (
                f"{host}: {entries[0].path} was asked for first"
            )
            for entry in entries[1:]:
                assert rules.can_fetch(f"http://{host}{entry.path}", agent), (
                    f"{host}: {entry.path} is disallowed"
                )

    def repeats(self, since: int = 0) -> dict[str, int]:
        """How many requests to each host were repeats of one before; hosts without any left out."""
        found: Counter[str] = Counter()
        for host, entries in self._by_host(since):
            for times in Counter((e.request.method, e.path) for e in entries).values():
                found[host] += times - 1
        return {host: times for host, times in found.items() if times}

    def assert_no_repeat(self, since: int = 0) -> None:
        """Nothing was asked for twice."""
        assert not self.repeats(since), f"asked for more than once: {self.repeats(since)}"

    def assert_named(self, agent: str, contact: str, since: int = 0) -> None:
        """Every request named the crawler and whom to write to, and brought nothing along."""
        for entry in self.entries(since=since):
            said = entry.headers.get("user-agent", "")
            assert said.startswith(agent), f"{entry.host}{entry.path}: User-Agent {said!r}"
            assert contact in said or contact in entry.headers.get("from", ""), (
                f"{entry.host}{entry.path}: no {contact} in User-Agent {said!r} or From"
            )
            assert entry.request.method == "GET"
            for unwanted in ("cookie", "authorization", "proxy-authorization"):
                assert unwanted not in entry.headers, f"{entry.host}{entry.path}: {unwanted}"

    def most_hosts_at_once(self, since: int = 0) -> int:
        """How many hosts had a request under way at the same moment, at most."""
        moments: list[tuple[float, int]] = []
        for entry in self.entries(since=since):
            assert entry.ended is not None
            moments += [(entry.began, 1), (entry.ended, -1)]
        most = now = 0
        for _, step in sorted(moments):
            now += step
            most = max(most, now)
        return most

    def _by_host(self, since: int) -> Iterator[tuple[str, list[Entry]]]:
        entries = self.entries(since=since)
        for host in dict.fromkeys(entry.host for entry in entries):
            yield host, [entry for entry in entries if entry.host == host]
