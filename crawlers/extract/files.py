"""Files on disk to readings, in their order: what `cityrights extract` prints."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import msgspec

from crawlers.extract.document import Document, Reason, Refusal, Section
from crawlers.extract.limits import AT_ONCE, MOST_BYTES
from crawlers.extract.media_type import known_type
from crawlers.extract.sandbox import Item, Sandbox


class Reading(msgspec.Struct, frozen=True):
    """A file, what it gave, the digest of its bytes (None where it is too large), the seconds,
    and the media type, None where it was refused and its bytes don't tell."""

    file: str
    outcome: Document | Refusal
    sha256_bytes: str | None
    seconds: float
    media_type: str | None = None


class Extraction(msgspec.Struct, frozen=True):
    """A reading as one line of JSON."""

    file: str
    status: Literal["read", "refused"]
    reason: Reason | None = None
    media_type: str | None = None
    charset: str | None = None
    language: str | None = None
    title: str | None = None
    text: str | None = None
    sections: tuple[Section, ...] = ()
    published: str | None = None
    published_precision: Literal["year", "month", "day"] | None = None
    published_origin: str | None = None
    publisher: str | None = None
    licence: str | None = None
    links: tuple[str, ...] = ()
    sha256_bytes: str | None = None
    sha256_text: str | None = None
    extractor: str | None = None
    seconds: float = 0.0


def read_files(
    files: Iterable[Path],
    sandbox: Sandbox,
    *,
    url: str | None = None,
    passwords: Sequence[str] = (),
    at_once: int = AT_ONCE,
) -> Iterator[Reading]:
    """Read files, `at_once` at a time; readings come in the order of the files.

    `passwords` are tried in their order on what is encrypted. Raises OSError for a file that
    can't be opened.
    """
    waiting: deque[Future[Reading]] = deque()
    with ThreadPoolExecutor(at_once) as threads:
        try:
            for file in files:
                waiting.append(threads.submit(read_file, file, sandbox, url, passwords))
                # One more than is read at once: no child waits, and few files are held.
                if len(waiting) > at_once:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def read_file(
    file: Path, sandbox: Sandbox, url: str | None = None, passwords: Sequence[str] = ()
) -> Reading:
    """Read one file; raises OSError where it can't be opened."""
    began = time.perf_counter()
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    # Of a file too large only its beginning was read: it has no digest.
    digest = hashlib.sha256(data).hexdigest() if len(data) <= MOST_BYTES else None
    outcome: Document | Refusal
    try:
        outcome = _read(Item(data, url=url), sandbox, passwords)
    except Refusal as refusal:
        outcome = refusal
    media_type = known_type(data) if isinstance(outcome, Refusal) else outcome.media_type
    return Reading(str(file), outcome, digest, round(time.perf_counter() - began, 4), media_type)


def _read(item: Item, sandbox: Sandbox, passwords: Sequence[str]) -> Document:
    try:
        return sandbox.read(item)
    except Refusal as refusal:
        if refusal.reason != "encrypted":
            raise
        refused = refusal
    for password in passwords:
        try:
            return sandbox.read(msgspec.structs.replace(item, password=password))
        except Refusal as refusal:
            if refusal.reason != "encrypted":
                raise
            refused = refusal
    raise refused


def extraction(reading: Reading) -> Extraction:
    """A reading with exactly the keys of a line of `cityrights extract --json`."""
    found = reading.outcome
    if isinstance(found, Refusal):
        return Extraction(
            file=reading.file,
            status="refused",
            reason=found.reason,
            media_type=reading.media_type,
            sha256_bytes=reading.sha256_bytes,
            seconds=reading.seconds,
        )
    return Extraction(
        file=reading.file,
        status="read",
        media_type=found.media_type,
        charset=found.charset,
        language=found.language,
        title=found.title,
        text=found.text,
        sections=found.sections,
        published=found.published,
        published_precision=found.published_precision,
        published_origin=found.published_origin,
        publisher=found.publisher,
        licence=found.licence,
        links=found.links,
        sha256_bytes=reading.sha256_bytes,
        sha256_text=hashlib.sha256(found.text.encode()).hexdigest(),
        extractor=found.extractor,
        seconds=reading.seconds,
    )
