"""Draw the land of the map on the first page: search_app/data/land.txt.

    .venv/bin/pip install --no-deps --target /tmp/land global-land-mask
    PYTHONPATH=/tmp/land .venv/bin/python tools/land.py

A row a step of latitude from north to south, a sign a step of longitude from west to east: `#`
where most of the step is land. From the GLOBE elevation model (NOAA, public domain), as the
package `global-land-mask` carries it (MIT). Reads about 1 GB into memory.
"""

from __future__ import annotations

import sys
from pathlib import Path

import global_land_mask
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from search_app.pages.world import LAND, NORTH, SOUTH, STEP

MASK = "globe_combined_mask_compressed.npz"
CELLS = 120
"""Cells of the mask a degree; its first row is the northernmost, its first column 180 W."""


def main() -> None:
    package = Path(global_land_mask.__file__).parent
    sea = np.load(package / MASK)["mask"]
    step = round(STEP * CELLS)
    top, rows = round((90 - NORTH) * CELLS), round((NORTH - SOUTH) / STEP)
    cut = sea[top : top + rows * step]
    share = cut.reshape(rows, step, -1, step).mean(axis=(1, 3))
    lines = ["".join("#" if cell < 0.5 else "." for cell in row) for row in share]
    LAND.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
