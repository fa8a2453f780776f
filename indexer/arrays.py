"""Arrays on disk: one `.npy` file each, memory-mapped when read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def save(folder: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write each array to `folder/NAME.npy`."""
    folder.mkdir(exist_ok=True)
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)


def load(folder: Path, name: str) -> npt.NDArray[Any]:
    """Map `folder/NAME.npy`; an array of no elements is read, for it can't be mapped."""
    file = folder / f"{name}.npy"
    try:
        values: npt.NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
    except ValueError:
        values = np.load(file, allow_pickle=False)
    # The base class: indexing a `memmap` costs several times as much.
    return values.view(np.ndarray)
