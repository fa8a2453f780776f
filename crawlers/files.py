"""Files and folders named by a person: which documents they hold, and where each stands."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from corpus.addresses import address_key
from corpus.cleaning import clean_line

LONGEST_NAME: Final = 200


class FoundFile(NamedTuple):
    """A file to read: `key` tells its document from others, `url` is None without address."""

    path: Path
    name: str
    key: str
    url: str | None


def find_files(named: Sequence[Path], url: str | None = None) -> Iterator[FoundFile]:
    """The files named, and those of folders named, each once and in the order of their names.

    `url` is the address of the one file named, or the one under which a folder's files stand
    by their paths in it. Hidden files and folders are left out, links to folders not followed.
    """
    for path in named:
        if not path.is_dir():
            yield _found(path, url)
            continue
        for inside in _walk(path):
            parts = inside.relative_to(path).parts
            at = "/".join(quote(os.fsencode(part)) for part in parts)
            yield _found(inside, f"{url.rstrip('/')}/{at}" if url else None)


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root) / name
            if not name.startswith(".") and path.is_file():
                yield path


def _found(path: Path, url: str | None) -> FoundFile:
    absolute = os.fsencode(path.absolute()).decode("utf-8", "backslashreplace")
    name = clean_line(os.fsencode(path.name).decode("utf-8", "replace"))[:LONGEST_NAME]
    return FoundFile(path, name or "file", address_key(url) if url else f"file:{absolute}", url)
