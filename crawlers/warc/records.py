"""Records of WARC files, one after the other, past whatever is damaged."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from crawlers.warc.files import EvidenceFault

MEBIBYTE: Final = 1 << 20
MOST_BLOCK: Final = 21 * MEBIBYTE
"""The longest block that is read: a body of 20 MiB, which is the most that is fetched, with
its headers."""
_CHUNK: Final = 1 << 16
_LONGEST_LINE: Final = 1 << 16
_MOST_FIELDS: Final = 1000
_MOST_BLANK: Final = 1000
_MOST_SKIPPED: Final = 1 << 32
_GZIP: Final = b"\x1f\x8b\x08"
_PACKED_AGAIN: Final = re.compile(re.escape(_GZIP))
_PLAIN_AGAIN: Final = re.compile(rb"(?<=\n)WARC/[01]\.[0-9]+\r?\n")
_PARSER: Final = StatusAndHeadersParser(ArcWarcRecordLoader.WARC_TYPES)

Tell = Callable[[EvidenceFault], object]
"""Is told of what could not be read."""


class Record(NamedTuple):
    """A record; `fields` by lower-case name, `block` None where `problem` says why.

    Bytes [start, end) of the file hold it; `alone` where they hold no other one.
    """

    start: int
    end: int
    alone: bool
    fields: dict[str, str]
    block: bytes | None
    problem: str = ""

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """The address it is of, in angle brackets and with spaces in some writers' files."""
        target = self.fields.get("warc-target-uri", "").strip()
        if target.startswith("<") and target.endswith(">"):
            target = target[1:-1]
        return target.replace(" ", "%20")


class _DamageError(Exception):
    """What is wrong with a record, as a sentence."""


def records(path: Path, tell: Tell = lambda fault: None, start: int = 0) -> Iterator[Record]:
    """The records of a file from a position on; damaged stretches are told of and passed over.

    Packed record by record, packed as one, and plain files are read. Raises OSError where the
    file can't be opened.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        packed = _is_packed(path, file)
        at = start
        while at < size:
            try:
                stream = _Stream(file, at, packed)
                while stream.more():
                    found = _record(stream)
                    # Looked for before the record is given: it holds the check sum.
                    ended = not stream.more_after_blank()
                    if packed:
                        end = stream.position if ended else at
                        yield Record(at, end, ended and not stream.taken, *found)
                        stream.taken = True
                    else:
                        yield Record(at, stream.position, True, *found)
                        at = stream.position
                at = stream.position
            except _DamageError as damage:
                tell(EvidenceFault(str(path), at, str(damage)))
                at = _again(file, at + 1, packed) or size
            except OSError as error:
                tell(EvidenceFault(str(path), at, f"can't be read: {error.strerror or error}."))
                return


def whole_length(path: Path) -> int:
    """How long a file is without what is torn at its end."""
    torn: list[EvidenceFault] = []
    end = 0
    for record in records(path, torn.append):
        end = max(end, record.end)
    return end if torn and torn[-1].position >= end else path.stat().st_size


class _Stream:
    """The bytes of one packed member of a file, or of a plain file from a position on."""

    def __init__(self, file: BinaryIO, start: int, packed: bool) -> None:
        file.seek(start)
        self._file = file
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS + 16) if packed else None
        self._ahead = b""
        self._cut = False
        self.taken = False

    @property
    def position(self) -> int:
        """Where in the file the bytes not yet given begin; of a packed one, at its end."""
        unused = self._ahead if self._inflate is None else self._inflate.unused_data
        return self._file.tell() - len(unused)

    def more(self) -> bool:
        """Whether there are more bytes, which are then ahead."""
        return bool(self._ahead) or self._fill()

    def more_after_blank(self) -> bool:
        """As `more`, passing over the ends of lines that follow a record."""
        passed = 0
        while self.more():
            left = self._ahead.lstrip(b"\r\n")
            passed += len(self._ahead) - len(left)
            self._ahead = left
            if left:
                return True
            if passed > _MOST_BLANK:
                raise _DamageError("Nothing but ends of lines follows a record.")
        return False

    def readline(self) -> bytes:
        """The next line with its end, for warcio's parser; without one at the end of all."""
        line = b""
        while b"\n" not in line:
            if len(line) > _LONGEST_LINE:
                raise _DamageError("A line of its head is too long.")
            if not self.more():
                self._cut = True
                return line
            line, self._ahead = line + self._ahead, b""
        end = line.index(b"\n") + 1
        line, self._ahead = line[:end], line[end:]
        return line

    def cut(self) -> bool:
        """Whether a line was asked for that was not there to its end."""
        return self._cut

    def read(self, length: int) -> bytes:
        """So many bytes, or fewer where there are no more."""
        pieces = []
        while length and self.more():
            piece, self._ahead = self._ahead[:length], self._ahead[length:]
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def skip(self, length: int) -> None:
        """Pass over so many bytes."""
        while length and self.more():
            passed = min(length, len(self._ahead))
            self._ahead = self._ahead[passed:]
            length -= passed

    def _fill(self) -> bool:
        if self._inflate is None:
            self._ahead = self._file.read(_CHUNK)
            return bool(self._ahead)
        while not self._inflate.eof:
            chunk = self._inflate.unconsumed_tail or self._file.read(_CHUNK)
            if not chunk:
                raise _DamageError("The file is cut off in this record.")
            try:
                self._ahead = self._inflate.decompress(chunk, _CHUNK)
            except zlib.error as error:
                raise _DamageError(f"It can't be unpacked ({error}).") from None
            if self._ahead:
                return True
        return False


def _record(stream: _Stream) -> tuple[dict[str, str], bytes | None, str]:
    line = stream.readline()
    if not line.startswith(b"WARC/"):
        raise _DamageError("No record begins here.")
    try:
        parsed = _PARSER.parse(_Bounded(stream), line)
    except StatusAndHeadersParserException:
        raise _DamageError("It is of a version of WARC that is not known.") from None
    if stream.cut():
        raise _DamageError("The file is cut off in this record.")
    fields = {name.lower(): value for name, value in reversed(parsed.headers)}
    length = fields.get("content-length", "")
    if not length.isascii() or not length.isdecimal() or len(length) > 15:
        raise _DamageError("It does not say how long it is.")
    if int(length) > MOST_BLOCK:
        if int(length) > _MOST_SKIPPED:
            raise _DamageError("It says that it is longer than any record.")
        stream.skip(int(length))
        return fields, None, "It is longer than 20 MiB."
    block = stream.read(int(length))
    if len(block) < int(length):
        raise _DamageError("The file is cut off in this record.")
    # Of a revisit some crawlers give the digest of what they did not store.
    if fields.get("warc-type") != "revisit" and not _as_said(
        block, fields.get("warc-block-digest", "")
    ):
        return fields, None, "It is not as it was written: its digest is another."
    return fields, block, ""


class _Bounded:
    """The lines of a stream for warcio's parser, no more of them than a head has."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._left = _MOST_FIELDS

    def readline(self) -> bytes:
        self._left -= 1
        if not self._left:
            raise _DamageError("Its head has too many lines.")
        return self._stream.readline()


def _as_said(block: bytes, digest: str) -> bool:
    """Whether a block has the digest it should have; also where it is of a kind not known."""
    algorithm, _, value = digest.partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    if algorithm not in ("md5", "sha1", "sha256", "sha384", "sha512"):
        return True
    ours = hashlib.new(algorithm, block, usedforsecurity=False)
    value = value.strip()
    if len(value) == 2 * ours.digest_size:
        return value.lower() == ours.hexdigest()
    packed = base64.b32encode(ours.digest()).decode().rstrip("=")
    return len(value.rstrip("=")) != len(packed) or value.rstrip("=").upper() == packed


def _is_packed(path: Path, file: BinaryIO) -> bool:
    start = file.read(5)
    return start.startswith(_GZIP[:2]) or (
        not start.startswith(b"WARC/") and path.name.lower().endswith(".gz")
    )


def _again(file: BinaryIO, at: int, packed: bool) -> int | None:
    """Where the next record seems to begin."""
    pattern = _PACKED_AGAIN if packed else _PLAIN_AGAIN
    # What is looked for may lie across two pieces.
    before = max(0, at - 1)
    while True:
        file.seek(before)
        piece = file.read(MEBIBYTE)
        for found in pattern.finditer(piece):
            place = before + found.start()
            if place >= at and (not packed or _begins_record(file, place)):
                return place
        if len(piece) < MEBIBYTE:
            return None
        before += MEBIBYTE - 32


def _begins_record(file: BinaryIO, place: int) -> bool:
    file.seek(place)
    try:
        start = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(file.read(1024), 5)
    except zlib.error:
        return False
    return start == b"WARC/"
