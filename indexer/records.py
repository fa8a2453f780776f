"""Records on disk: one JSON document after the other, found by their offsets."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from corpus.model import Initiative
from indexer.blobs import BlobReader, BlobWriter


class RecordWriter:
    """Appends initiatives; their passages are kept elsewhere and left out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._records = BlobWriter(folder, "records")
        self.ids: list[str] = []

    def add(self, initiative: Initiative) -> None:
        """Append one; ids must rise."""
        self._records.add(msgspec.json.encode(msgspec.structs.replace(initiative, passages=())))
        self.ids.append(initiative.id)

    def finish(self) -> None:
        """Close the file and write offsets and ids."""
        self._records.finish()
        (self._folder / "ids.txt").write_text("\n".join(self.ids), encoding="utf-8")


class RecordReader:
    """Random access to the records of a generation; the recently read are kept decoded."""

    def __init__(self, folder: Path, *, keep: int = 4096) -> None:
        text = (folder / "ids.txt").read_text(encoding="utf-8")
        self.ids: list[str] = text.split("\n") if text else []
        self.numbers = {id: number for number, id in enumerate(self.ids)}
        self._records = BlobReader(folder, "records")
        self._decoder = msgspec.json.Decoder(Initiative)
        self.read = lru_cache(maxsize=keep)(self._read)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Initiative]:
        return (self._read(number) for number in range(len(self)))

    def _read(self, number: int) -> Initiative:
        return self._decoder.decode(self._records.read(number))
