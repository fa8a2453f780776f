"""A generation with newer days: what was seen again and had not changed.

The days on which sources were seen stand in the records and in what is known of documents.
Those files are written anew; all others are the same files under a second name (hard links),
so that a week in which nothing changed costs seconds and next to no space.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from corpus.model import Initiative
from indexer.blobs import BlobReader, BlobWriter
from indexer.documents import with_days_seen
from indexer.engine import IndexedDocument
from indexer.generation import MANIFEST

_T = TypeVar("_T")

REWRITTEN: Final = frozenset(
    f"{folder}/{name}{end}"
    for folder, name in (("records", "records"), ("documents", "heads"))
    for end in (".json", "_offsets.npy")
)
"""Files that differ from those of the generation before."""


def redate(old: Path, new: Path, seen: Mapping[str, str], days: Mapping[str, str]) -> int:
    """Write into the folder `new` the generation `old` with newer days; how many records and
    documents have one.

    `seen` is the day a document was last seen by `address_key` of where it stands, `days` by
    its id. An older day than the one there changes nothing. Raises OSError.
    """
    moved = _records(old / "records", new / "records", seen)
    moved += _heads(old / "documents", new / "documents", days)
    for path in sorted(old.rglob("*")):
        name = path.relative_to(old)
        if path.is_dir():
            (new / name).mkdir(exist_ok=True)
        elif name.as_posix() not in REWRITTEN and name.as_posix() != MANIFEST:
            _same(path, new / name)
    return moved


def _same(old: Path, new: Path) -> None:
    """The same file under a second name; a copy where the file system knows no links."""
    try:
        new.hardlink_to(old)
    except OSError:
        shutil.copyfile(old, new)


def _records(old: Path, new: Path, seen: Mapping[str, str]) -> int:
    return _rewritten(
        BlobReader(old, "records"),
        BlobWriter(new, "records"),
        Initiative,
        lambda record: with_days_seen(record, seen),
    )


def _heads(old: Path, new: Path, days: Mapping[str, str]) -> int:
    def dated(head: IndexedDocument) -> IndexedDocument:
        newest = head.newest
        day = max(newest.last_seen, days.get(head.id, ""))
        newest = msgspec.structs.replace(newest, last_seen=day)
        return msgspec.structs.replace(head, versions=(*head.versions[:-1], newest))

    return _rewritten(BlobReader(old, "heads"), BlobWriter(new, "heads"), IndexedDocument, dated)


def _rewritten(
    reader: BlobReader, writer: BlobWriter, kind: type[_T], dated: Callable[[_T], _T]
) -> int:
    """Write what a reader has with newer days; how many differ."""
    decoder = msgspec.json.Decoder(kind)
    moved = 0
    for number in range(len(reader)):
        before = decoder.decode(reader.read(number))
        after = dated(before)
        moved += after != before
        writer.add(msgspec.json.encode(after))
    writer.finish()
    return moved
