"""Records on disk: one JSON document after the other, found by their offsets."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from corpus.model import Initiative
from indexer import arrays


class RecordWriter:
    """Appends initiatives; their passages are kept elsewhere and left out."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._file = (folder / "records.json").open("wb")
        self._offsets = [0]
        self.ids: list[str] = []

    def add(self, initiative: Initiative) -> None:
        """Append one; ids must rise."""
        data = msgspec.json.encode(msgspec.structs.replace(initiative, passages=()))
        self._file.write(data)
        self._offsets.append(self._offsets[-1] + len(data))
        self.ids.append(initiative.id)

    def finish(self) -> None:
        """Close the file and write offsets and ids."""
        self._file.close()
        arrays.save(self._folder, {"offsets": np.array(self._offsets, np.int64)})
        (self._folder / "ids.txt").write_text("\n".join(self.ids), encoding="utf-8")


class RecordReader:
    """Random access to the records of a generation; the recently read are kept decoded."""

    def __init__(self, folder: Path, *, keep: int = 4096) -> None:
        self._offsets = arrays.load(folder, "offsets")
        text = (folder / "ids.txt").read_text(encoding="utf-8")
        self.ids: list[str] = text.split("\n") if text else []
        self.numbers = {id: number for number, id in enumerate(self.ids)}
        with (folder / "records.json").open("rb") as file:
            size = file.seek(0, 2)
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        self._decoder = msgspec.json.Decoder(Initiative)
        self.read = lru_cache(maxsize=keep)(self._read)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Initiative]:
        return (self._read(number) for number in range(len(self)))

    def _read(self, number: int) -> Initiative:
        begin, end = int(self._offsets[number]), int(self._offsets[number + 1])
        return self._decoder.decode(self._data[begin:end])
