"""What the benchmarks print: Markdown tables, the machine they ran on, JSON."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

_began = time.perf_counter()


def tell(sentence: str) -> None:
    """Progress, on stderr, with the seconds since the start."""
    print(f"[{time.perf_counter() - _began:7.1f} s] {sentence}", file=sys.stderr, flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A Markdown table on stdout: the first column to the left, the others to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    print(f"\n### {title}\n")
    _print_row(header, widths)
    print("|" + "|".join("-" * (w + 1) + (":" if i else "-") for i, w in enumerate(widths)) + "|")
    for row in cells:
        _print_row(row, widths)
    sys.stdout.flush()


def _print_row(row: Sequence[str], widths: Sequence[int]) -> None:
    cells = [
        value.rjust(width) if column else value.ljust(width)
        for column, (value, width) in enumerate(zip(row, widths, strict=True))
    ]
    print("| " + " | ".join(cells) + " |")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if value < 10 else f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def machine(*packages: str) -> dict[str, str]:
    """What a reader must know to weigh the numbers."""
    return {
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        **{package: version(package) for package in packages},
    }


def print_machine(facts: dict[str, str]) -> None:
    """One line of `machine`."""
    print("; ".join(f"{name} {value}" for name, value in facts.items()), flush=True)


def write_json(path: Path | None, results: dict[str, Any]) -> None:
    """All results in one file, if one is wanted."""
    if path is not None:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
        tell(f"wrote {path}")


def peak_memory() -> int:
    """The most memory this process ever held resident, in bytes.

    From `/proc`, as `ru_maxrss` of a child starts at what its parent held.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status has no VmHWM: peak memory is measured on Linux only")


def size_of(folder: Path) -> int:
    """Bytes of all files under a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
