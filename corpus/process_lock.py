"""A file only one process holds at a time: a lock that dies with its process."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec


class LockHeld(Exception):  # noqa: N818 - no fault in itself: the holder decides what it means
    """Another process holds the lock; the text names it."""


class _Holder(msgspec.Struct, frozen=True):
    pid: int
    host: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, started {self.started}"


class ProcessLock:
    """Held while something is done that two must not do at once; a context manager.

    The lock is the kernel's (`flock`), so it ends with its process however that ends; what
    stands in the file only says who holds it. `left` names a holder that died without
    finishing. Entering raises LockHeld at once if another holds it, and OSError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self.left: str | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            self._take(self._descriptor)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *raised: object) -> None:
        if self._descriptor is not None:
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
            raise LockHeld(_holder(descriptor)) from None
        if os.fstat(descriptor).st_size:
            self.left = _holder(descriptor)
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        me = msgspec.json.encode(_Holder(os.getpid(), socket.gethostname(), now))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, me, 0)

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _holder(descriptor: int) -> str:
    try:
        return str(msgspec.json.decode(os.pread(descriptor, 1000, 0), type=_Holder))
    except ValueError:  # just taken, or written by a disk that failed
        return "another process"
