"""The clock of a crawl goes on evenly, whatever becomes of the system's."""

from __future__ import annotations

import time

import pytest

from crawlers.crawl import steady_clock


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_crawl_does_not_follow_the_system_s_clock_when_it_is_set(
    monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    now, ticks = 1_800_000_000.0, 50.0
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(time, "monotonic", lambda: ticks)
    clock = steady_clock()
    assert clock() == now
    now, ticks = now + jump, ticks + 5.0
    assert clock() == 1_800_000_005.0
