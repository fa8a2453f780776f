"""One build at a time: a lock on the folder of the index that dies with its process."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from indexer.generation import IndexFault, build_command, remove_leftovers

LOCK: Final = "lock"


class BuildRefused(IndexFault):
    """Another process builds this index: which one, where, since when."""


class _Holder(msgspec.Struct, frozen=True):
    pid: int
    host: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, started {self.started}"


class BuildLock:
    """Held while a generation is built; a second builder is refused at once.

    The lock is the kernel's (`flock`), so it ends with its process however that ends; what
    stands in the file only says who holds it. `note` tells of a holder that died without
    finishing. What builds that failed left behind is removed on the way in and out.
    """

    def __init__(self, index: Path) -> None:
        self._index = index
        self._path = index / LOCK
        self._descriptor: int | None = None
        self.note: str | None = None

    def __enter__(self) -> Self:
        try:
            self._index.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
            self._descriptor = descriptor
            self._take(descriptor)
        except OSError as error:
            self._close()
            raise IndexFault(
                f"{error.filename or self._path} can't be written: "
                f"{error.strerror or error}. Mend this, then run: {build_command(self._index)}"
            ) from error
        except BuildRefused:
            self._close()
            raise
        remove_leftovers(self._index)
        return self

    def __exit__(self, *raised: object) -> None:
        if self._descriptor is not None:
            remove_leftovers(self._index)
            # Emptied, not removed: a file removed here could be locked anew by one process
            # while another locks a fresh file of the same name.
            os.ftruncate(self._descriptor, 0)
        self._close()

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            holder = self._holder(descriptor) or "another process"
            raise BuildRefused(
                f"The index in {self._index} is being built by {holder}. "
                f"Wait until it is done, or end that process and run: {build_command(self._index)}"
            ) from None
        if os.fstat(descriptor).st_size:
            before = self._holder(descriptor) or "another process"
            self.note = f"A build by {before}, ended before it was done; taken over."
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        me = msgspec.json.encode(_Holder(os.getpid(), socket.gethostname(), now))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, me, 0)

    @staticmethod
    def _holder(descriptor: int) -> _Holder | None:
        try:
            return msgspec.json.decode(os.pread(descriptor, 1000, 0), type=_Holder)
        except ValueError:  # just taken, or written by a disk that failed
            return None

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
