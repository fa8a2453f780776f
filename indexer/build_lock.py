"""One build at a time: a lock on the folder of the index that dies with its process."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

from corpus.process_lock import LockHeld, ProcessLock
from indexer.generation import IndexFault, build_command, remove_leftovers

LOCK: Final = "lock"


class BuildRefused(IndexFault):
    """Another process builds this index: which one, where, since when."""


class BuildLock:
    """Held while a generation is built; a second builder is refused at once.

    `note` tells of a holder that died without finishing. What builds that failed left behind
    is removed on the way in and out.
    """

    def __init__(self, index: Path) -> None:
        self._index = index
        self._lock = ProcessLock(index / LOCK)
        self.note: str | None = None

    def __enter__(self) -> Self:
        try:
            self._lock.__enter__()
        except LockHeld as holder:
            raise BuildRefused(
                f"The index in {self._index} is being built by {holder}. "
                f"Wait until it is done, or end that process; then run: {build_command(self._index)}"
            ) from None
        except OSError as error:
            raise IndexFault(
                f"{error.filename or self._lock.path} can't be written: "
                f"{error.strerror or error}. Mend this, then run: {build_command(self._index)}"
            ) from error
        if self._lock.left:
            self.note = f"A build by {self._lock.left}, ended before it was done; taken over."
        remove_leftovers(self._index)
        return self

    def __exit__(self, *raised: object) -> None:
        remove_leftovers(self._index)
        self._lock.__exit__(*raised)
