"""The engine that answers: opened once, exchanged for a newer generation without a restart.

Whoever holds an engine keeps it whole until the request is answered; the last reference
dropped closes it (promise P2 of docs/trust.md).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from indexer.engine import SearchEngine
from indexer.generation import POINTER

AGAIN_AFTER: Final = 5.0
"""Seconds before opening is tried again while the pointer has not changed."""

_Seen = tuple[int, int, int] | None


class NoEngine(Exception):  # noqa: N818 - says what happened
    """No index can be opened; the text says why and which command mends it."""


class Engines:
    """Gives the engine of the newest generation that can be opened.

    `pointer` is the file that names the generation, `opened` opens what it names and raises
    an exception whose text is for the operator.
    """

    def __init__(self, pointer: Path, opened: Callable[[], SearchEngine]) -> None:
        self._pointer = pointer
        self._opened = opened
        self._engine: SearchEngine | None = None
        self._seen: _Seen = None
        self._tried: float | None = None
        self._opening = threading.Lock()
        self.fault: str | None = None

    @classmethod
    def of_index(cls, index: Path) -> Engines:
        """The engines of a folder of generations, as `cityrights index` makes it."""

        def opened() -> SearchEngine:
            # Late: numpy and the columns cost 0.2 s that `--help` and `/healthz` need not pay.
            from indexer.embedded import EmbeddedEngine
            from indexer.generation import open_current

            return open_current(index, lambda folder, _: EmbeddedEngine.open(folder, digests=False))

        return cls(index / POINTER, opened)

    @classmethod
    def fixed(cls, engine: SearchEngine) -> Engines:
        """Always the same engine, for tests and the command line."""
        engines = cls(Path(), lambda: engine)
        engines._engine = engine
        return engines

    def current(self) -> SearchEngine:
        """The engine to answer with; raises `NoEngine` where none could be opened.

        Costs one look at the pointer file. While one thread opens a new generation the others
        go on with the old one. `fault` says why the newest could not be opened, else None.
        """
        if self._pointer != Path():
            self._look()
        engine = self._engine
        if engine is None:
            raise NoEngine(self.fault or "The index is being opened. Ask again in a moment.")
        return engine

    def _look(self) -> None:
        seen = self._signature()
        if seen == self._seen and (self.fault is None or self._tried_lately()):
            return
        # Without any engine there is nothing to go on with, so those requests wait.
        if not self._opening.acquire(blocking=self._engine is None):
            return
        try:
            if seen != self._seen or (self.fault is not None and not self._tried_lately()):
                self._open(seen)
        finally:
            self._opening.release()

    def _open(self, seen: _Seen) -> None:
        try:
            engine = self._opened()
        except Exception as error:
            self.fault = str(error) or type(error).__name__
        else:
            self._engine, self.fault = engine, None
        self._tried = time.monotonic()
        # Last: a thread that sees the new signature finds its engine, too.
        self._seen = seen

    def _tried_lately(self) -> bool:
        return self._tried is not None and time.monotonic() - self._tried < AGAIN_AFTER

    def _signature(self) -> _Seen:
        try:
            file = self._pointer.stat()
        except OSError:
            return 0, 0, 0
        return file.st_mtime_ns, file.st_ino, file.st_size
