"""When a host may be asked again: waits, backing off, giving up. Pure, the time is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from crawlers.bounds import Bounds

PUSHED_BACK: Final = frozenset((429, 503))
"""Answers that ask to be left alone for a while."""


class HostState(msgspec.Struct, frozen=True):
    """What a crawl knows of a host: not before when to ask (seconds since 1970), how many
    failures came in a row, how often in a row it asked to be left alone, and why it is left
    alone for the rest of the crawl, if it is."""

    ready: float = 0.0
    failures: int = 0
    pushed_back: int = 0
    given_up: str | None = None


def answered(
    host: HostState, now: float, took: float, asked: Sequence[float | None], bounds: Bounds
) -> HostState:
    """After an answer: `took` is how long it took, `asked` the waits that source and robots.txt
    ask for, if any. The slower a host, the longer it is left in peace."""
    own = min(took * bounds.slower, bounds.longest_wait)
    wait = max(bounds.wait, own, *(each for each in asked if each is not None))
    return HostState(ready=now + wait)


def pushed_back(
    host: HostState, now: float, status: int, retry_after: float | None, bounds: Bounds
) -> HostState:
    """After 429 or 503: quiet for as long as the host asks, else ever longer; a third time in
    a row, or asked for longer than we have, the host is left alone."""
    times = host.pushed_back + 1
    quiet = retry_after if retry_after is not None else bounds.pause * 2.0**times
    quiet = max(quiet, bounds.wait)
    reason = None
    if quiet > bounds.patience:
        reason = f"It answered {status} and asked for {quiet:,.0f} seconds of quiet."
    elif times >= bounds.attempts:
        reason = f"It answered {status} {times} times in a row."
    return HostState(now + quiet, host.failures, times, reason)


def failed(host: HostState, now: float, reason: str, bounds: Bounds) -> HostState:
    """After no answer, or a server error."""
    failures = host.failures + 1
    given_up = (
        f"It failed {failures} times in a row: {reason}" if (failures >= bounds.strikes) else None
    )
    return HostState(now + max(bounds.wait, bounds.pause), failures, host.pushed_back, given_up)


def retry_at(now: float, attempts: int, bounds: Bounds) -> float | None:
    """When to try a visit again after `attempts` (from 1) that failed; None: not any more."""
    if attempts >= bounds.attempts:
        return None
    return now + bounds.pause * 2.0 ** (attempts - 1)
