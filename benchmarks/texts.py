"""Long texts through import, index and search: what they cost.

Takes a file of JSON lines as `cityrights import` does (`../shared/data/texts/docs.jsonl.gz`:
4,260 texts of law and policy, 36 million characters), runs the commands as a user does, and
asks the server over HTTP for JSON with all facets.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.reporting import (
    machine,
    print_machine,
    print_table,
    size_of,
    tell,
    write_json,
)
from benchmarks.servers import Row, ask, free_port, measure, mixed_queries, running
from indexer.embedded import EmbeddedEngine
from indexer.generation import open_current
from search_app.settings import Settings

CLIENTS: Final = (1, 2, 8)
_POLL: Final = 0.05


class Step(NamedTuple):
    """Seconds by the clock and of processor, megabytes resident at the most, of one command."""

    seconds: float
    cpu: float
    peak: float


def run(words: Sequence[str], data: Path) -> Step:
    """Run a command to its end."""
    began, spent = time.perf_counter(), _children_seconds()
    command = [sys.executable, "-m", "search_app", *words, "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        peak = 0.0
        while child.poll() is None:
            peak = max(peak, resident(child.pid, "VmHWM"))
            time.sleep(_POLL)
    if child.returncode:
        raise SystemExit(f"cityrights {' '.join(words)} ended with {child.returncode}")
    return Step(time.perf_counter() - began, _children_seconds() - spent, peak)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(process: int, what: str = "VmRSS") -> float:
    """Megabytes of a process, 0 where it is gone (proc(5))."""
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def served(data: Path) -> tuple[dict[int, Row], float]:
    """A row for each number of clients, and the megabytes the server's largest process held
    then: what it maps of the index is counted where it was read."""
    engine = open_current(
        data / "index", lambda folder, _: EmbeddedEngine.open(folder, digests=False)
    )
    paths = mixed_queries(engine)
    del engine
    port = free_port()
    command = [sys.executable, "-m", "search_app", "serve", "--port", str(port)]
    rows = {}
    with running(command, data, port) as server:
        ask(port, paths, 2, 400)
        for clients in CLIENTS:
            rows[clients] = measure(server, port, paths, clients)
            tell(f"{clients} clients: p95 {rows[clients].p95:.1f} ms")
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        held = max(resident(process) for process in (server, *map(int, children)))
    return rows, held


@contextmanager
def data_folder(given: Path | None) -> Iterator[Path]:
    """The folder that is given, else one for this run alone."""
    if given is not None:
        yield given
    else:
        with tempfile.TemporaryDirectory(prefix="cityrights-texts-") as folder:
            yield Path(folder)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="records as JSON lines")
    parser.add_argument("--data", type=Path, help="a data folder to use and to leave there")
    parser.add_argument("--ask-only", action="store_true", help="ask the index that is there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here, too")
    options = parser.parse_args()
    steps: dict[str, Step] = {}
    with data_folder(options.data) as data:
        os.environ["CITYRIGHTS_DATA"] = str(data)
        if not options.ask_only:
            for words in (["import", str(options.file)], ["index"]):
                tell(f"cityrights {words[0]}")
                steps[words[0]] = run(words, data)
        settings = Settings(data=data)
        sizes = {"store": settings.store.stat().st_size, "index": size_of(settings.index)}
        rows, held = served(data)
    facts = machine("granian", "whoosh3", "numpy")
    print_machine(facts)
    print_table(
        "Commands", ("command", "seconds", "CPU s", "peak MB"), [(n, *s) for n, s in steps.items()]
    )
    print_table("On disk", ("what", "MB"), [(name, size / 2**20) for name, size in sizes.items()])
    print_table(
        f"JSON search with all facets over HTTP, {held:.0f} MB in a server process",
        ("clients", "p50 ms", "p95 ms", "p99 ms", "requests/s", "CPU ms", "failed"),
        [(str(clients), *row) for clients, row in rows.items()],
    )
    write_json(
        options.json,
        {
            "machine": facts,
            "steps": {name: step._asdict() for name, step in steps.items()},
            "bytes": sizes,
            "served": {str(clients): row._asdict() for clients, row in rows.items()},
            "server_megabytes": held,
        },
    )


if __name__ == "__main__":
    main()
