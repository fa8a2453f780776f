"""An event loop in which time passes faster, so that a wait of minutes takes no test minutes."""

from __future__ import annotations

import asyncio
import selectors
import time


class _HurriedSelector(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout if timeout is None else timeout / self._speed)


class HurriedLoop(asyncio.SelectorEventLoop):
    """Its seconds are `speed` to a real one: of what it waits for, all waits shrink alike."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        super().__init__(_HurriedSelector(speed))

    def time(self) -> float:
        return super().time() * self._speed


class HurriedClock:
    """Seconds since 1970 that pass as those of such a loop do, `days` from now."""

    def __init__(self, speed: float = 1.0, days: int = 0) -> None:
        self._speed = speed
        self._began = time.monotonic()
        self._from = time.time() + days * 86_400

    def __call__(self) -> float:
        return self._from + (time.monotonic() - self._began) * self._speed
