"""Documents are read in limited child processes: a hostile one dies alone.

`Sandbox.read` sends the bytes to a child (`child.py`) and waits for the answer. Children are
started when needed, reused, and replaced when they die or say that they end; no more than a
fixed number is at work at once, however many threads ask.
"""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from crawlers.extract.document import Document, Refusal
from crawlers.extract.limits import (
    AT_ONCE,
    MEBIBYTE,
    MEMORY,
    MOST_BYTES,
    MOST_REPLY,
    MOST_TEXT,
    SECONDS,
)
from crawlers.extract.protocol import LENGTHS, Reply, Request, framed

START: Final = 60.0
"""Seconds a child may take to start; half a second on an idle machine."""

LOOK: Final = 0.05
"""Seconds between two looks at the memory of a child that is at work."""

_PIPE: Final = 256 * 1024


class Item(msgspec.Struct, frozen=True):
    """A document to read: its bytes, and what is said about them (see `reading.read`)."""

    data: bytes
    media_type: str | None = None
    charset: str | None = None
    url: str | None = None
    password: str | None = None


class SandboxError(Exception):
    """No child process can be started; says why."""


class Sandbox:
    """Children that read documents; safe to use from many threads, closed with `close`.

    `at_once` is how many are at work at most, `seconds` what each document may take.
    """

    def __init__(self, at_once: int = AT_ONCE, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._free = threading.BoundedSemaphore(at_once)
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._closed = False

    def read(self, item: Item) -> Document:
        """Read one document; raises Refusal with one reason, whatever the document does."""
        if len(item.data) > MOST_BYTES:
            raise Refusal("too_large", f"It has more than {MOST_BYTES // MEBIBYTE} MiB.")
        if not item.data:
            raise Refusal("empty", "It has no bytes.")
        with self._free:
            reply = self._ask(item)
        if reply.reason is not None:
            raise Refusal(reply.reason, reply.detail, reply.document)
        if reply.document is None:
            raise Refusal("damaged", "The reader gave no answer to it.")
        return reply.document

    def close(self) -> None:
        """End the children."""
        with self._lock:
            self._closed = True
            children, self._idle = self._idle, []
        for child in children:
            child.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, item: Item) -> Reply:
        with self._lock:
            child = self._idle.pop() if self._idle else None
        # One that was killed from outside while it waited has nothing to do with the document.
        if child is None or not child.alive():
            child = _Child.started()
        kept = False
        try:
            reply = child.ask(item, time.monotonic() + self._seconds)
            kept = not reply.last
            return reply
        except _Lost as lost:
            return _explained(lost, child.end())
        finally:
            with self._lock:
                kept = kept and not self._closed
                if kept:
                    self._idle.append(child)
            if not kept:
                child.end()


class _Lost(Exception):  # noqa: N818 - its reason becomes a Refusal
    """A child gave no answer, because of `why`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _End(msgspec.Struct, frozen=True):
    """How a child ended: its exit code (negative for a signal), the most memory seen in it."""

    code: int
    memory: int


class _Child:
    """A child process and its two pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is None or process.stdout is None:
            raise SandboxError("A process was started without pipes.")
        self._process = process
        self._to, self._from = process.stdin.fileno(), process.stdout.fileno()
        self._ended: _End | None = None
        self._memory = 0
        for pipe in (self._to, self._from):
            os.set_blocking(pipe, False)

    @classmethod
    def started(cls) -> _Child:
        """A child that has given up its rights; raises SandboxError."""
        root = Path(__file__).resolve().parents[2]
        # Nothing of our environment, which may hold secrets, is of use to it.
        environment = {"PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-B", "-m", "crawlers.extract.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if os.environ.get("CITYRIGHTS_DEBUG") else subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxError(f"The process that reads documents can't start: {error}") from error
        child = cls(process)
        try:
            child._receive(time.monotonic() + START)
        except _Lost as lost:
            end = child.end()
            raise SandboxError(
                f"The process that reads documents can't start ({lost.why}, exit {end.code}). "
                "See that there is memory, and room in /tmp; CITYRIGHTS_DEBUG=1 shows what it says."
            ) from lost
        return child

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, item: Item, deadline: float) -> Reply:
        """Send a document and wait for the answer; raises _Lost."""
        header = Request(item.media_type, item.charset, item.url, item.password)
        self._send(framed(header, item.data), deadline)
        self._send(item.data, deadline)
        return self._receive(deadline)

    def end(self) -> _End:
        """Kill the process, if it still runs, and reap it."""
        if self._ended is None:
            # What it does now is of no interest, and it may do it for ever.
            self._process.kill()
            self._ended = _End(self._process.wait(), self._memory)
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        return self._ended

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._to, selectors.EVENT_WRITE, deadline)
            try:
                view = view[os.write(self._to, view[:_PIPE]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise _Lost("died") from None

    def _receive(self, deadline: float) -> Reply:
        header, body = LENGTHS.unpack(self._bytes(LENGTHS.size, deadline))
        if header > MOST_REPLY or body:
            raise _Lost("answered too much")
        try:
            return msgspec.msgpack.decode(self._bytes(header, deadline), type=Reply)
        except msgspec.DecodeError:
            raise _Lost("answered nonsense") from None

    def _bytes(self, size: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        while size:
            self._wait(self._from, selectors.EVENT_READ, deadline)
            try:
                part = os.read(self._from, min(size, _PIPE))
            except BlockingIOError:
                continue
            if not part:
                raise _Lost("died")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _wait(self, pipe: int, event: int, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            while (left := deadline - time.monotonic()) > 0:
                if selector.select(min(left, LOOK)):
                    return
                self._look()
        raise _Lost("took too long")

    def _look(self) -> None:
        """Note the most memory the process has held; when it is dead, nobody can tell.

        What wait4(2) says of it starts at what its parent, a large server perhaps, held.
        """
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_bytes()
        except OSError:
            return
        if found := re.search(rb"VmHWM:\s*(\d+) kB", status):
            self._memory = int(found[1]) * 1024


def _explained(lost: _Lost, end: _End) -> Reply:
    if lost.why == "took too long" or end.code == -signal.SIGXCPU:
        return Reply(reason="timeout", detail=f"Reading it took more than {SECONDS:.0f} seconds.")
    if lost.why == "answered too much":
        limit = MOST_TEXT // MEBIBYTE
        return Reply(reason="too_large", detail=f"It has more than {limit} MiB of text.")
    if end.memory > MEMORY // 2:
        return Reply(reason="memory", detail="It needs more memory than a document may.")
    name = signal.Signals(-end.code).name if end.code < 0 else f"exit {end.code}"
    return Reply(reason="damaged", detail=f"The reader broke down on it ({name}).")
