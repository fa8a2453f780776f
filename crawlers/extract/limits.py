"""How much of a machine one document may take.

A limit is either refused before the work begins (bytes, parts of an archive) or held by the
system while a child process works (memory, processor, time); `docs/extraction.md` lists them.
"""

from __future__ import annotations

from typing import Final

MEBIBYTE: Final = 1024 * 1024

MOST_BYTES: Final = 64 * MEBIBYTE
"""Of a file as it is stored, and of what a gzip file unpacks to."""

MOST_TEXT: Final = 20 * MEBIBYTE
"""Of text as UTF-8; the longest of 4,260 policy texts measured has 2 MiB."""

MOST_REPLY: Final = 3 * MOST_TEXT
"""Of what a child may answer: the text, its sections and links."""

MEMORY: Final = 512 * MEBIBYTE
"""Of data a child may hold, its libraries' own 60 MiB included."""

RETIRED_AT: Final = 320 * MEBIBYTE
"""A child that once held so much is replaced after its document: memory is not given back."""

SECONDS: Final = 30.0
"""Of wall and of processor time for one document."""

AT_ONCE: Final = 2
"""Children at work at the same time."""
