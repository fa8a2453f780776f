"""ZIP files within limits: what they say of themselves is weighed before a part is opened.

Nothing is ever unpacked to disk, and a part is only found by its exact name: names with `..`,
symbolic links and parts nobody asked for are harmless because they are never touched.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Final

from crawlers.extract.document import Refusal
from crawlers.extract.limits import MEBIBYTE

MOST_PARTS: Final = 10_000
MOST_DIRECTORY: Final = 4 * MEBIBYTE
"""Of the list of parts at a file's end."""

MOST_PART: Final = 48 * MEBIBYTE
MOST_TOTAL: Final = 1024 * MEBIBYTE
"""Of all parts as they claim to unpack: pictures count too, though none is opened."""

MOST_RATIO: Final = 250
"""Times a part may grow. The most that XML of real documents grew is 31 (the test files);
what deflate can reach is 1,032."""

_RATIO_FROM: Final = MEBIBYTE
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_LONGEST_COMMENT: Final = 65_535


class Archive:
    """A ZIP file in memory that keeps to the limits."""

    def __init__(self, data: bytes) -> None:
        """Open it; raises Refusal (too_large, damaged)."""
        _check_end(data)
        try:
            self._file = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise Refusal("damaged", "It is not a whole ZIP file.") from error
        parts = self._file.infolist()
        if len(parts) > MOST_PARTS:
            raise Refusal("too_large", f"It has more than {MOST_PARTS:,} parts.")
        if sum(part.file_size for part in parts) > MOST_TOTAL:
            raise Refusal("too_large", f"It unpacks to more than {MOST_TOTAL // MEBIBYTE} MiB.")
        for part in parts:
            grown = part.file_size > MOST_RATIO * max(1, part.compress_size)
            if grown and part.file_size > _RATIO_FROM:
                raise Refusal(
                    "too_large", f"A part of it unpacks to more than {MOST_RATIO} times its size."
                )

    def names(self) -> set[str]:
        """Names of all parts."""
        return set(self._file.namelist())

    def part(self, name: str) -> bytes | None:
        """The bytes of a part, None where there is none; raises Refusal."""
        try:
            entry = self._file.getinfo(name)
        except KeyError:
            return None
        if entry.flag_bits & 1:
            raise Refusal("encrypted", "It is behind a password. Save it without one.")
        if entry.file_size > MOST_PART:
            raise Refusal("too_large", f"A part has more than {MOST_PART // MEBIBYTE} MiB.")
        try:
            with self._file.open(entry) as opened:
                # No more than the part claims to have, whatever its stream holds.
                return opened.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise Refusal("damaged", "A part of it is damaged.") from error
        except (NotImplementedError, ValueError) as error:
            raise Refusal("unsupported", "It is compressed in a way not known here.") from error


def _check_end(data: bytes) -> None:
    """Weigh the record at the end (APPNOTE 4.3.16) before the list of parts is read."""
    at = data.rfind(_END_MARK, max(0, len(data) - _LONGEST_COMMENT - _END.size))
    if at < 0 or at + _END.size > len(data):
        raise Refusal("damaged", "It is not a whole ZIP file: its end is missing.")
    _, _, _, _, parts, size, _, _ = _END.unpack_from(data, at)
    if parts > MOST_PARTS or size > MOST_DIRECTORY:
        raise Refusal("too_large", f"It has more than {MOST_PARTS:,} parts.")
