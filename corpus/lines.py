"""Lines of a text file that may be compressed, large or hostile, read within bounds."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

LONGEST_LINE: Final = 32 << 20
"""Bytes of one line; ten times the longest law we know of."""

LARGEST_FILE: Final = 1 << 30
"""Bytes of a file when it is decompressed: a gzip bomb ends here."""

_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


class UnreadableError(Exception):
    """Reading ended before the end of the file: after which line, why, what to do."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.line, self.problem, self.remedy = line, problem, remedy


class Lines:
    """The lines of a file without their ends, None for one that is too long.

    What is compressed is told by its first bytes, not by its name. `read` and `size` count
    bytes of the file as it is on the disk. Iterating raises UnreadableError.
    """

    def __init__(
        self, path: Path, *, longest: int = LONGEST_LINE, largest: int = LARGEST_FILE
    ) -> None:
        self._path = path
        self._longest = longest
        self._largest = largest
        self._raw: BinaryIO | None = None
        self.number = 0
        self.size = 0

    @property
    def read(self) -> int:
        try:
            return self._raw.tell() if self._raw and not self._raw.closed else self.size
        except OSError:  # a pipe has no position
            return 0

    def __iter__(self) -> Iterator[bytes | None]:
        try:
            with self._path.open("rb") as raw:
                self.size = self._path.stat().st_size
                self._raw = raw
                packed = raw.peek(2)[:2] == _GZIP
                yield from self._lines(
                    cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
                )
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            problem = f"The compressed file is damaged or cut off after this line ({error})."
            raise self._unreadable(problem, "Fetch or compress it again.") from None
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise self._unreadable(
                f"The file can't be read: {why}.", "Check path and rights."
            ) from None

    def _lines(self, file: BinaryIO) -> Iterator[bytes | None]:
        left = self._largest
        while line := file.readline(self._longest + 1):
            self.number += 1
            left -= len(line)
            if whole := len(line) <= self._longest or line.endswith(b"\n"):
                yield line.removeprefix(_BOM if self.number == 1 else b"").rstrip(b"\r\n")
            while not whole and not line.endswith(b"\n") and line and left > 0:
                line = file.readline(min(self._longest, 1 << 20))
                left -= len(line)
            if not whole:
                yield None
            if left < 0:
                raise self._unreadable(
                    f"The file holds more than {self._largest:,} bytes.", "Split it into several."
                )

    def _unreadable(self, problem: str, remedy: str) -> UnreadableError:
        return UnreadableError(self.number, problem, remedy)
