"""WARC files of a crawl written: whole records or nothing, cut back to what was committed."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final, Self
from urllib.parse import quote

from warcio.warcwriter import WARCWriter

from corpus.database import sync as sync_folder
from corpus.process_lock import LockHeld, ProcessLock
from crawlers.warc.exchange import Exchange, first, head_of, put_aside, request_line
from crawlers.warc.files import EvidenceError, file_name, said, serial_of
from crawlers.warc.records import whole_length

ROTATE: Final = 1 << 30
LOCK: Final = ".lock"
WARC: Final = "WARC/1.1"
CONFORMS_TO: Final = (
    "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
)
NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SOURCE: Final = "WARC-Cityrights-Source"
PURPOSE: Final = "WARC-Cityrights-Purpose"
"""Fields of our own; readers ignore fields they don't know (ISO 28500:2017, clause 5.1)."""
_LEVEL: Final = 5
"""On 150 real pages 1.5 ms and 17.6 kB a page; 6 takes 2.0 ms for 17.4, 3 1.1 ms for 19.3."""
_WHOLE: Final = "What was committed before is whole. Mend this, then go on with --resume."


class EvidenceWriter:
    """Writes what a crawl asked and was answered; a context manager.

    Files are `cityrights-CRAWL-TIME-SERIAL.warc.gz` in `folder`, a new one begun beyond
    `rotate` bytes. Whatever fails, no torn record is
    left. All methods raise EvidenceError. Another writer in the same folder is refused.
    """

    def __init__(
        self,
        folder: Path,
        crawl: int,
        rotate: int = ROTATE,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder = folder
        self._crawl = crawl
        self._rotate = rotate
        self._now = now
        self._file: BinaryIO | None = None
        self._path = folder
        self._lengths: dict[str, int] = {}
        self._unsynced: set[str] = set()
        self._serial = 0
        self.notes: tuple[str, ...] = ()
        self._lock = ProcessLock(folder / LOCK)
        try:
            self._lock.__enter__()
        except LockHeld as holder:
            raise EvidenceError(
                f"Evidence in {folder} is being written by {holder}. "
                "Wait until it is done, or end that process."
            ) from None
        except OSError as error:
            raise said(folder, error, "Mend this, or crawl without evidence.") from error

    @classmethod
    def resume(
        cls,
        folder: Path,
        crawl: int,
        committed: Mapping[str, int],
        rotate: int = ROTATE,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Go on with the files of an interrupted crawl.

        Each is cut to the length that was committed, what was begun later is removed. `notes`
        of the writer tell of files that are not as they were left; those are left alone.
        """
        writer = cls(folder, crawl, rotate, now=now)
        try:
            writer._cut(committed)
        except OSError as error:
            writer.close()
            raise said(folder, error, _WHOLE) from error
        except BaseException:
            writer.close()
            raise
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def append(self, exchange: Exchange) -> None:
        """Write the records of an exchange; on the disk for good with `sync`."""
        records = _records(exchange)
        agent = first(exchange.request_headers, b"user-agent") or b""
        try:
            if self._file is not None and self._lengths[self._path.name] >= self._rotate:
                self._end_file()
            if self._file is None:
                self._begin_file(records, agent.decode("utf-8", "replace"))
            else:
                self._write(self._file, records)
        except OSError as error:
            raise said(self._path, error, _WHOLE) from error

    def sync(self) -> dict[str, int]:
        """Bring all to the disk; how long the files are that this writer wrote or took over."""
        try:
            if self._file is not None and self._path.name in self._unsynced:
                os.fsync(self._file.fileno())
            if self._unsynced:
                sync_folder(self._folder)
            self._unsynced.clear()
        except OSError as error:
            raise said(self._path, error, _WHOLE) from error
        return dict(self._lengths)

    def close(self) -> None:
        """Let go of file and lock."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._lock.__exit__()

    def _begin_file(self, records: bytes, agent: str) -> None:
        time = f"{self._now():%Y%m%d%H%M%S}"
        name = file_name(self._crawl, time, self._serial)
        self._path = self._folder / name
        file = self._path.open("xb", buffering=0)
        self._lengths[name] = 0
        try:
            self._write(file, _information(name, agent) + records)
        except BaseException:
            file.close()
            del self._lengths[name]
            self._path.unlink(missing_ok=True)
            raise
        self._file = file
        self._serial += 1

    def _end_file(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _write(self, file: BinaryIO, records: bytes) -> None:
        """Append bytes, all or none of them."""
        name = self._path.name
        before = self._lengths[name]
        left = memoryview(records)
        try:
            while left:
                left = left[file.write(left) :]
        except BaseException:
            with suppress(OSError):
                os.ftruncate(file.fileno(), before)
                file.seek(before)
            raise
        self._lengths[name] = before + len(records)
        self._unsynced.add(name)

    def _cut(self, committed: Mapping[str, int]) -> None:
        notes = []
        newest = max(committed, default="")
        for path in sorted(self._folder.iterdir()):
            serial = serial_of(path.name, self._crawl)
            if serial is None or path.name in committed:
                continue
            if newest and path.name > newest:  # begun after the last commit
                path.unlink()
            elif not newest:
                # Perhaps of an older crawl of this number, before the store was lost.
                os.truncate(path, whole_length(path))
                self._serial = max(self._serial, serial + 1)
        for name, length in sorted(committed.items()):
            path = self._folder / name
            self._serial = max(self._serial, (serial_of(name, self._crawl) or 0) + 1)
            there = path.stat().st_size if path.is_file() else None
            if there is None:
                notes.append(f"{path} is not there any more; going on without it.")
            elif there < length:
                # Withdrawing shortens files and may have died before it could say so.
                notes.append(f"{path} is shorter than it was left; going on in a new file.")
            else:
                with path.open("r+b", buffering=0) as file:
                    os.ftruncate(file.fileno(), length)
                    os.fsync(file.fileno())
                self._lengths[name] = length
        if newest in self._lengths:
            self._path = self._folder / newest
            self._file = self._path.open("ab", buffering=0)
        sync_folder(self._folder)
        self.notes = tuple(notes)


class _AsSent:
    """The head of an HTTP message for warcio, which would re-encode what it parsed."""

    def __init__(self, head: bytes) -> None:
        self.headers_buff = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Nothing to compute."""


def _records(exchange: Exchange) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version=WARC)
    url = quote(exchange.url, safe="!#$%&'()*+,-./:;=?@[]_~|^`{}\"\\", errors="replace")
    ask, answer = (writer._make_warc_id() for _ in range(2))
    common = {"WARC-Date": exchange.time}
    if exchange.ip:
        common["WARC-IP-Address"] = exchange.ip
    ours = {SOURCE: exchange.source, PURPOSE: exchange.purpose}
    ours = {name: quote(value, errors="replace") for name, value in ours.items() if value}
    packed = []

    def add(kind: str, head: bytes, body: bytes, **fields: str) -> None:
        record: Any = writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_headers_dict={**common, **{k.replace("_", "-"): v for k, v in fields.items()}},
            http_headers=_AsSent(head),
        )
        writer.write_record(record)
        packed.append(_packed(buffer.getvalue()))
        buffer.seek(0)
        buffer.truncate()

    # The request first: where the end is torn off, no answer stands without it.
    add(
        "request",
        head_of(request_line(exchange.url), exchange.request_headers),
        b"",
        WARC_Record_ID=ask,
        WARC_Concurrent_To=answer,
    )
    fields = {"WARC-Record-ID": answer, "WARC-Concurrent-To": ask, **ours}
    if exchange.truncated:
        fields["WARC-Truncated"] = "unspecified"
    kind = "response"
    if exchange.status == 304 and not exchange.body:
        kind = "revisit"
        fields["WARC-Profile"] = NOT_MODIFIED
    add(
        kind,
        head_of(exchange.status_line, put_aside(exchange.response_headers)),
        exchange.body,
        **fields,
    )
    return b"".join(packed)


def _information(name: str, agent: str) -> bytes:
    """The record at the head of a file that says who wrote it, and how."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version=WARC)
    fields = {
        "software": f"cityrights/{version('cityrights')}",
        "http-header-user-agent": " ".join(agent.split()),
        "robots": "obey (RFC 9309)",
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS_TO,
    }
    writer.write_record(writer.create_warcinfo_record(name, fields))
    return _packed(buffer.getvalue())


def _packed(record: bytes) -> bytes:
    """A record as a gzip member of its own (ISO 28500:2017, annex D)."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return deflate.compress(record) + deflate.flush()
