"""The server: HTTP/1.1 over plain streams, since a library would not break it as needed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from itertools import count
from typing import Final, Literal

from replica.answers import MEBIBYTE, Answer, Request, Then
from replica.log import Entry, Log

Phase = Literal["asked", "half", "answered"]
"""When a watcher is called: the request has arrived, half of the body was handed over, all."""

Watcher = Callable[[Entry, Phase], object]

_TRICKLE: Final = 0.01
"""Seconds between two bytes of a trickle: far below what a client would call silence."""
_ENOUGH: Final = 1024 * MEBIBYTE
"""Where an endless body ends after all, lest a client without bounds fill the machine."""
_BEFORE_ANSWERING: Final = 0.002
"""Seconds a server thinks, so that requests made at once are seen to overlap."""


class Server:
    """Answers on a free port of loopback, from a thread of its own."""

    def __init__(self, answer: Callable[[Request], Answer], log: Log) -> None:
        self._answer = answer
        self._log = log
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._started = threading.Event()
        self._stop = asyncio.Event()
        self._connections = count()
        self.watcher: Watcher | None = None
        self.port = 0

    def start(self) -> None:
        self._thread.start()
        if not self._started.wait(30):
            raise RuntimeError("the server did not start")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stop.wait()
        server.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = next(self._connections)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                request = read_head(head)
                entry = self._log.begin(connection, request, time.monotonic())
                try:
                    self._watch(entry, "asked")
                    await asyncio.sleep(_BEFORE_ANSWERING)
                    if not await self._send(entry, self._answer(request), reader, writer):
                        return
                finally:
                    if entry.ended is None:
                        entry.ended = time.monotonic()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()

    async def _send(
        self,
        entry: Entry,
        answer: Answer,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """Send an answer; whether the connection may be used again."""
        entry.status = answer.status
        first = answer.raw if answer.raw is not None else written_head(answer)
        body = b"" if entry.request.method == "HEAD" or answer.raw is not None else answer.body
        writer.write(first)
        half = len(body) // 2
        await self._write(entry, body[:half], writer)
        self._watch(entry, "half")
        if answer.then == "end":
            entry.ended = time.monotonic()
        await self._write(entry, body[half:], writer)
        if answer.then == "end":
            entry.whole = True
            self._watch(entry, "answered")
            return answer.length is not None
        await self._go_on(entry, answer.then, body, reader, writer)
        entry.ended = time.monotonic()
        self._watch(entry, "answered")
        return False

    async def _go_on(
        self,
        entry: Entry,
        then: Then,
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        if then == "stall":
            await reader.read(1)  # until the client goes
        elif then == "trickle":
            while not reader.at_eof() and entry.sent < _ENOUGH:
                await self._write(entry, b"a", writer)
                await asyncio.sleep(_TRICKLE)
        elif then == "endless":
            while not reader.at_eof() and entry.sent < _ENOUGH:
                await self._write(entry, body or bytes(MEBIBYTE), writer)

    async def _write(self, entry: Entry, content: bytes, writer: asyncio.StreamWriter) -> None:
        if writer.transport.is_closing():
            raise ConnectionResetError
        writer.write(content)
        entry.sent += len(content)
        await writer.drain()

    def _watch(self, entry: Entry, phase: Phase) -> None:
        if self.watcher is not None:
            self.watcher(entry, phase)


def read_head(head: bytes) -> Request:
    """A request as it came."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    return Request(method, host.lower(), path, headers)


def written_head(answer: Answer) -> bytes:
    """The head of an answer as it is sent."""
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if answer.length == "true":
        if answer.status != 304:
            lines.append(f"Content-Length: {len(answer.body)}")
    elif answer.length is not None:
        lines.append(f"Content-Length: {answer.length}")
    else:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
