"""What to fetch next: one thing at a time from each host, not before its time, and nothing a
robots.txt forbids.

What waits stands in the store (`corpus.crawls`); here is only what can be found out again:
when each host may be asked, and what its robots.txt says.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import Final, NamedTuple

import msgspec

from corpus.crawls import Crawls
from corpus.pages import Done, NewVisit, Robots, Visit
from crawlers import politeness
from crawlers.addresses import canonical, host_of, origin_of
from crawlers.bounds import ROBOTS_HOPS, ROBOTS_SECONDS, Bounds
from crawlers.politeness import HostState
from crawlers.robots import FORBIDDEN, Rules, rules_for
from crawlers.source import CrawlSource

_REFUSED_TOGETHER: Final = 1_000
"""Visits that a robots.txt forbids which end in one commit."""
_RULES_KEPT: Final = 2_000
"""Parsed robots.txt held in memory; others are read from the store when needed again."""


class Fetch(NamedTuple):
    """One request to make: for visits that wait for the same answer, or (without any) for the
    robots.txt of `origin`, `hops` redirects on."""

    url: str
    host: str
    visits: tuple[Visit, ...] = ()
    origin: str = ""
    hops: int = 0


class _Host(msgspec.Struct):
    state: HostState = HostState()
    rested: float = -math.inf  # since when nothing has been asked of it
    busy: bool = False
    due: float = math.inf  # where it stands in the queue
    waits_for: str | None = None
    errands: deque[Fetch] = msgspec.field(default_factory=deque)


class _Origin(msgspec.Struct):
    """A scheme, name and port, which has a robots.txt of its own (RFC 9309, section 2.3)."""

    unanswered: int = 0  # requests in a row for its robots.txt
    left_alone: str | None = None


class Frontier:
    """Gives out requests; everything given out comes back by one of the methods below.

    `refill` is asked for hosts with more to visit when there is nothing left.
    """

    def __init__(
        self,
        crawls: Crawls,
        crawl: int,
        sources: Mapping[str, CrawlSource],
        agent: str,
        bounds: Bounds,
        clock: Callable[[], float],
        refill: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._crawls = crawls
        self._crawl = crawl
        self._sources = sources
        self._agent = agent
        self._bounds = bounds
        self._clock = clock
        self._refill = refill
        self._hosts: dict[str, _Host] = {}
        self._origins: defaultdict[str, _Origin] = defaultdict(_Origin)
        self._due: list[tuple[float, str]] = []
        self._rules: dict[str, tuple[float, Rules]] = {}
        self._in_flight = 0
        self._given = 0
        self._stopped = False
        self.exhausted = False
        """Whether nothing is left to visit, and no host has more."""
        self._woken = asyncio.Event()
        waiting = crawls.waiting(crawl)
        # Nobody knows when a crawl that is resumed asked a host last: a moment ago, perhaps; nor
        # which of its hosts a new one meets again.
        self._rested = clock() if waiting else min(clock(), crawls.last_asked())
        self._first = max(0.0, self._rested + bounds.wait)
        for name, until in crawls.put_off(crawl, clock()).items():
            reason = "It asked for quiet before, for longer than this crawl waits."
            too_long = until - clock() > bounds.patience
            state = HostState(max(self._first, until), given_up=reason if too_long else None)
            self._hosts[name] = _Host(state, self._rested)
        for name in waiting:
            self.wake(name)

    def wake(self, host: str) -> None:
        """Look at a host: something is to be visited there now."""
        known = self._host(host)
        if not known.busy:
            self._queue(host, known, _ready(known))
            self._woken.set()

    def _queue(self, name: str, host: _Host, ready: float) -> None:
        """Have a host stand once in the queue, however many pages lead to it."""
        if ready < host.due:
            host.due = ready
            heappush(self._due, (ready, name))

    def _host(self, name: str) -> _Host:
        if name not in self._hosts:
            self._hosts[name] = _Host(HostState(ready=self._first), self._rested)
        return self._hosts[name]

    def stop(self) -> None:
        """Give out nothing more; what is out may still come back."""
        self._stopped = True
        self._woken.set()

    async def next(self) -> Fetch | None:
        """The next request, as soon as there is one; None when all is done."""
        while True:
            self._woken.clear()
            wait = None
            if self._stopped or self._reached_limit():
                if not self._in_flight:
                    return None
            elif self._in_flight < self._bounds.at_once:
                fetch = self.next_now()
                if fetch is not None:
                    return fetch
                if not self._due and not self._in_flight:
                    hosts = list(self._refill())
                    if not hosts:
                        self.exhausted = True
                        return None
                    for host in hosts:
                        self.wake(host)
                    continue
                wait = max(0.0, self._due[0][0] - self._clock()) if self._due else None
            try:
                await asyncio.wait_for(self._woken.wait(), wait)
            except TimeoutError:
                continue

    def _reached_limit(self) -> bool:
        return self._bounds.limit is not None and self._given >= self._bounds.limit

    def next_now(self) -> Fetch | None:
        """A request that may be made now, None if there is none yet."""
        now = self._clock()
        while self._due and self._due[0][0] <= now:
            ready, name = heappop(self._due)
            host = self._hosts[name]
            if ready != host.due:  # it stood nearer to the front
                continue
            host.due = math.inf
            if host.busy:
                continue
            if _ready(host) > now:
                self._queue(name, host, _ready(host))
                continue
            fetch = self._next_of(name, host, now)
            if fetch is not None:
                host.busy = True
                self._in_flight += 1
                self._given += bool(fetch.visits)
                return fetch
        return None

    def _next_of(self, name: str, host: _Host, now: float) -> Fetch | None:
        while host.errands:
            errand = host.errands[0]
            place = origin_of(errand.url)
            why = host.state.given_up or self._origins[place].left_alone
            if why is None and self._rests(name, host, now, (), self.rules(place)):
                return None
            host.errands.popleft()
            if why is None:
                return errand
            self._robots_lost(errand, f"Its robots.txt is at {place}, which is left alone. {why}")
        if host.waits_for is not None:
            return None
        if host.state.given_up is not None:
            self._crawls.give_up(self._crawl, name, "failed", host.state.given_up)
            return None
        while (waiting := self._crawls.next_at(self._crawl, name)) is not None:
            visit, ready = waiting
            if ready > now:
                self._queue(name, host, ready)
                return None
            origin = origin_of(visit.url)
            left_alone = self._origins[origin].left_alone
            if left_alone is not None:
                self._leave_alone(origin, left_alone)
                continue
            rules = self.rules(origin)
            if rules is None:
                return Fetch(f"{origin}/robots.txt", name, (), origin)
            if rules.allows(visit.url):
                visits = (visit, *self._crawls.also_at(self._crawl, visit))
                if self._rests(name, host, now, visits, rules):
                    return None
                return Fetch(visit.url, name, visits, origin)
            self._refuse(name, origin, rules)
        return None

    def _rests(
        self, name: str, host: _Host, now: float, visits: Sequence[Visit], rules: Rules | None
    ) -> bool:
        """Whether a host is left in peace for now as sources or the site ask, whatever came of
        what was asked before."""
        sources = (self._sources.get(visit.source) for visit in visits)
        waits = [source.wait or 0.0 for source in sources if source is not None]
        delay = rules.crawl_delay if rules is not None else None
        due = host.rested + max(*waits, delay or 0.0, 0.0)
        if due <= now:
            return False
        host.state = msgspec.structs.replace(host.state, ready=due)
        self._queue(name, host, due)
        return True

    def _refuse(self, host: str, origin: str, rules: Rules) -> None:
        """End visits that a robots.txt forbids, many at once: each commit waits for the disk."""
        refused = [
            Done(visit=visit.id, result="robots", reason=FORBIDDEN)
            for visit in self._crawls.waiting_at(self._crawl, host, _REFUSED_TOGETHER)
            if origin_of(visit.url) == origin and not rules.allows(visit.url)
        ]
        self._crawls.keep(self._crawl, refused)

    def rules(self, origin: str) -> Rules | None:
        """What an origin's robots.txt says, None where that is not known (any more)."""
        if origin not in self._rules:
            known = self._crawls.robots(origin)
            if known is None:
                return None
            if len(self._rules) >= _RULES_KEPT:
                self._rules.pop(next(iter(self._rules)))
            rules = rules_for(known.status, known.body, self._agent)
            self._rules[origin] = (known.fetched, rules)
        fetched, rules = self._rules[origin]
        # One of tomorrow was read when the clock went wrong.
        return rules if 0.0 <= self._clock() - fetched <= ROBOTS_SECONDS else None

    def allowed(self, visit: NewVisit) -> bool:
        """False where a robots.txt that is known already forbids a visit."""
        rules = self.rules(origin_of(visit.url))
        return rules is None or rules.allows(visit.url)

    def robots_answered(
        self,
        fetch: Fetch,
        status: int,
        body: bytes,
        location: str | None,
        took: float,
        retry_after: float | None = None,
    ) -> None:
        """A request for a robots.txt came back; `retry_after` is the quiet it asks for."""
        target = canonical(location, fetch.url) if location else None
        pushed_back = status in politeness.PUSHED_BACK
        if pushed_back:
            self.pushed_back(fetch, status, retry_after)
        else:
            self._answered(fetch, took, ())
        if 300 <= status < 400 and target and fetch.hops < ROBOTS_HOPS:
            self._hosts[host_of(fetch.origin)].waits_for = fetch.origin
            elsewhere = host_of(target)
            errand = Fetch(target, elsewhere, (), fetch.origin, fetch.hops + 1)
            self._host(elsewhere).errands.append(errand)
            self.wake(elsewhere)
            return
        if status >= 500 or pushed_back:
            # By RFC 9309 a 429 is no robots.txt at all, as any 4xx, but it says to stay away.
            # Not remembered: it may be mended before the day is over, and the next crawl asks.
            reason = f"Its robots.txt answered {status}, so all of it is left alone."
            asked_here = pushed_back and fetch.host == host_of(fetch.origin)
            until = self._hosts[fetch.host].state.ready
            self._robots_lost(fetch, reason, (status, until) if asked_here else None)
        else:
            self._robots_known(fetch, Robots(status, body, self._clock()))

    def robots_unanswered(self, fetch: Fetch, problem: str, for_good: bool) -> None:
        """A request for a robots.txt brought nothing; `for_good` where nobody was asked, as
        there is no such host or it may not be asked. Else it is asked for again as a page is.

        What was not answered is not remembered: the fault may be ours, and the next crawl may
        find it mended."""
        self._answered(fetch, 0.0, ())
        name = host_of(fetch.origin)
        owner = self._hosts[name]
        origin = self._origins[fetch.origin]
        origin.unanswered += 1
        again = politeness.retry_at(self._clock(), origin.unanswered, self._bounds)
        if for_good:
            self._robots_lost(fetch, problem)
        elif again is not None:
            ready = max(owner.state.ready, again)
            owner.state = msgspec.structs.replace(owner.state, ready=ready)
            owner.waits_for = None
            self.wake(name)
        else:
            reason = f"Its robots.txt can't be had, so all of it is left alone. {problem}"
            self._robots_lost(fetch, reason)

    def _robots_lost(
        self, fetch: Fetch, reason: str, quiet: tuple[int, float] | None = None
    ) -> None:
        """A robots.txt can't be had, so its origin is left alone; no other of the same host."""
        self._rules.pop(fetch.origin, None)
        self._leave_alone(fetch.origin, reason, quiet)
        owner = host_of(fetch.origin)
        self._hosts[owner].waits_for = None
        self.wake(owner)

    def _leave_alone(
        self, origin: str, reason: str, quiet: tuple[int, float] | None = None
    ) -> None:
        self._origins[origin].left_alone = reason
        self._crawls.give_up(
            self._crawl, host_of(origin), "failed", reason, origin=origin, quiet=quiet
        )

    def _robots_known(self, fetch: Fetch, robots: Robots) -> None:
        self._crawls.put_robots(fetch.origin, robots)
        self._rules.pop(fetch.origin, None)
        self._origins[fetch.origin].unanswered = 0
        owner = host_of(fetch.origin)
        self._hosts[owner].waits_for = None
        self.wake(owner)

    def answered(self, fetch: Fetch, took: float) -> None:
        """A visit came back, whatever it brought, and is committed."""
        sources = (self._sources.get(visit.source) for visit in fetch.visits)
        self._answered(fetch, took, [source.wait for source in sources if source is not None])

    def _answered(self, fetch: Fetch, took: float, waits: Sequence[float | None]) -> None:
        rules = self.rules(fetch.origin)
        asked = (*waits, rules.crawl_delay if rules else None)
        host = self._back(fetch)
        host.state = politeness.answered(host.state, self._clock(), took, asked, self._bounds)
        self.wake(fetch.host)

    def put_back(self, fetch: Fetch) -> None:
        """A request came to nothing for a reason of ours; it is given out no more."""
        self._back(fetch)

    def pushed_back(self, fetch: Fetch, status: int, retry_after: float | None) -> None:
        """A host asked to be left alone for a while (429, 503); the visit waits again."""
        host = self._back(fetch)
        host.state = politeness.pushed_back(
            host.state, self._clock(), status, retry_after, self._bounds
        )
        self.wake(fetch.host)

    def failed(self, fetch: Fetch, reason: str, for_good: bool = False) -> None:
        """A host gave no usable answer; `for_good` where asking again is of no use: then nothing
        more is asked by that scheme, whose certificate may be what is wrong."""
        host = self._back(fetch)
        host.state = politeness.failed(host.state, self._clock(), reason, self._bounds)
        if for_good:
            self._leave_alone(fetch.origin, reason)
        self.wake(fetch.host)

    def _back(self, fetch: Fetch) -> _Host:
        host = self._hosts[fetch.host]
        self._in_flight -= host.busy  # once, even if what came is said to be two things
        host.busy = False
        host.rested = self._clock()
        self._woken.set()
        return host


def _ready(host: _Host) -> float:
    """When to look at a host; at once where it is only to be given up."""
    return host.state.ready if host.state.given_up is None else 0.0
