"""Bytes on disk, one piece after the other, found by their offsets."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np

from indexer import arrays


class BlobWriter:
    """Appends pieces to a file; numbers count from 0."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(exist_ok=True)
        self._folder, self._name = folder, name
        self._file = (folder / f"{name}.json").open("wb")
        self._offsets = [0]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def add(self, piece: bytes) -> None:
        """Append one."""
        self._file.write(piece)
        self._offsets.append(self._offsets[-1] + len(piece))

    def finish(self) -> None:
        """Close the file and write the offsets."""
        self._file.close()
        arrays.save(self._folder, {f"{self._name}_offsets": np.array(self._offsets, np.int64)})


class BlobReader:
    """Random access to the pieces; the file is mapped, not read."""

    def __init__(self, folder: Path, name: str) -> None:
        self._offsets = arrays.load(folder, f"{name}_offsets")
        with (folder / f"{name}.json").open("rb") as file:
            size = file.seek(0, 2)
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def read(self, number: int) -> bytes:
        """A piece."""
        begin, end = int(self._offsets[number]), int(self._offsets[number + 1])
        return self._data[begin:end]
