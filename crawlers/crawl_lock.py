"""One crawl at a time in a data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

from corpus.model import CorpusError
from corpus.process_lock import LockHeld, ProcessLock

LOCK: Final = "crawl.lock"


class CrawlLockError(CorpusError):
    """Another process crawls into this data folder, or its lock can't be written."""


class CrawlLock:
    """Held by whatever visits pages or reads WARC files into a store; `note` tells of a crawl
    that died."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock = ProcessLock(data / LOCK)
        self.note: str | None = None

    def __enter__(self) -> Self:
        try:
            self._lock.__enter__()
        except LockHeld as holder:
            raise CrawlLockError(
                f"A crawl into {self._data} is running: {holder}. "
                "Wait until it is done, or end that process, then do it again."
            ) from None
        except OSError as error:
            raise CrawlLockError(
                f"{error.filename or self._lock.path} can't be written: "
                f"{error.strerror or error}. Give this user the right to write there, or choose "
                "another folder with --data."
            ) from error
        if self._lock.left:
            self.note = f"A crawl by {self._lock.left}, ended before it was done."
        return self

    def __exit__(self, *raised: object) -> None:
        self._lock.__exit__(*raised)
