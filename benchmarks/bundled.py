"""What the bundled catalogue costs: building its index, starting, memory, size on disk.

Each command runs in a process of its own as a person would start it, with compiled bytecode as
an installation leaves it (in a folder of the benchmark, warmed by a first build that is not
counted). Seconds are what a clock shows; CPU seconds are what the processor worked, which other
programs on a busy machine leave nearly as it is. Times of short commands are the best of several.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.reporting import (
    machine,
    print_machine,
    print_table,
    size_of,
    tell,
    write_json,
)

OWN = ("corpus", "crawlers", "indexer", "search_app")
OPENING = """
import sys, time
from pathlib import Path
began = time.process_time()
from indexer.embedded import EmbeddedEngine
from indexer.engine import SearchRequest
from indexer.generation import current
imported = time.process_time()
engine = EmbeddedEngine.open(current(Path(sys.argv[1])), digests=sys.argv[2] == "digests")
opened = time.process_time()
engine.search(SearchRequest(text="algorithm register"))
searched = time.process_time()
print(imported - began, opened - imported, searched - opened)
"""


class Cost(NamedTuple):
    """Seconds, CPU seconds of all its processes, and the most bytes any held resident."""

    seconds: float
    cpu: float
    peak: int
    output: bytes = b""


def run(command: Sequence[str], bytecode: Path) -> Cost:
    """Run to the end; an exit code other than 0 raises CalledProcessError.

    The peak of a child counts what its parent held when it was started, which is why this
    module imports so little.
    """
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        child = subprocess.Popen(
            command, stdout=output, stderr=subprocess.DEVNULL, env=_environment(bytecode)
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, command)
        output.seek(0)
        cpu = usage.ru_utime + usage.ru_stime
        return Cost(seconds, cpu, usage.ru_maxrss * 1024, output.read())


def _environment(bytecode: Path) -> dict[str, str]:
    own = {**os.environ, "PYTHONPYCACHEPREFIX": str(bytecode)}
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    return own


def best(command: Sequence[str], bytecode: Path, runs: int) -> Cost:
    """The run of least CPU time."""
    return min((run(command, bytecode) for _ in range(runs)), key=lambda cost: cost.cpu)


def serving(data: Path, bytecode: Path) -> Cost:
    """From the command to the first answer of `/readyz`, and the memory of all processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    began = time.perf_counter()
    command = ["serve", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, "-m", "search_app", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(bytecode),
    )
    try:
        while not _ready(port):
            if server.poll() is not None or time.perf_counter() - began > 120:
                raise RuntimeError(f"the server did not answer on port {port} of 127.0.0.1")
            time.sleep(0.01)
        seconds = time.perf_counter() - began
        cpu, memory = _processes(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
    return Cost(seconds, cpu, memory)


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz", headers={"Connection": "close"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _processes(leader: int) -> tuple[float, int]:
    """CPU seconds and memory of a process and those it started; memory that several share
    is counted in parts (Pss of proc(5))."""
    cpu = memory = 0
    waiting = [leader]
    while waiting:
        folder = Path(f"/proc/{waiting.pop()}")
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        cpu += int(fields[11]) + int(fields[12])
        pss = re.search(r"^Pss: +(\d+) kB", (folder / "smaps_rollup").read_text(), re.MULTILINE)
        memory += int(pss[1]) * 1024 if pss else 0
        for children in folder.glob("task/*/children"):
            waiting += map(int, children.read_text().split())
    return cpu / os.sysconf("SC_CLK_TCK"), memory


def installed() -> dict[str, int]:
    """Bytes of every distribution that `pip install .` brings, and of our own packages."""
    found: dict[str, int] = {}
    waiting = ["cityrights"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            own = distribution(name)
        except PackageNotFoundError:  # wanted on another system
            continue
        found[name] = _bytes_of(own)
        for requirement in own.requires or ():
            wanted, _, marker = requirement.partition(";")
            if "extra" not in marker:
                waiting.append(re.split(r"[^\w.-]", wanted, maxsplit=1)[0].lower())
    project = Path(__file__).parents[1]
    found["cityrights"] = sum(
        file.stat().st_size
        for package in OWN
        for file in (project / package).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    )
    return found


def _bytes_of(own: Distribution) -> int:
    files = [Path(str(file.locate())) for file in own.files or ()]
    return sum(file.stat().st_size for file in files if file.is_file())


def measure(runs: int) -> dict[str, Any]:
    """Everything, as numbers."""
    command = [sys.executable, "-m", "search_app"]
    help_script = [str(Path(sys.executable).with_name("cityrights")), "--help"]
    costs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory(prefix="cityrights-bundled-") as folder:
        data, warm, bytecode = (Path(folder) / name for name in ("data", "warm", "bytecode"))
        run([*command, "index", "--data", str(warm)], bytecode)
        serving(warm, bytecode)
        tell("warmed up")
        index = [*command, "index", "--data", str(data)]
        costs["cityrights index, from scratch"] = run(index, bytecode)
        tell("built the index")
        costs["cityrights --help"] = best(help_script, bytecode, runs)
        words = ["search", "algorithm register", "--data", str(data)]
        costs["cityrights search algorithm register"] = best([*command, *words], bytecode, runs)
        serve = min((serving(data, bytecode) for _ in range(runs)), key=lambda cost: cost.cpu)
        costs["cityrights serve, to its first answer"] = serve
        tell("ran the commands")
        opening = {}
        for how in ("digests", "sizes"):
            code = [sys.executable, "-c", OPENING, str(data / "index"), how]
            times = [run(code, bytecode).output.split() for _ in range(runs)]
            opening[how] = [min(map(float, column)) for column in zip(*times, strict=True)]
        size = size_of(data / "index")
    return {
        "commands": {name: cost[:3] for name, cost in costs.items()},
        "opening": opening,
        "index_bytes": size,
        "installed_bytes": installed(),
    }


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of short commands (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here, too")
    options = parser.parse_args()
    facts = machine("granian", "numpy", "whoosh3", "scikit-learn")
    print("# The bundled catalogue\n")
    print_machine(facts)
    results = measure(options.runs)
    print_table(
        "Commands",
        ["command", "s", "CPU s", "MB at peak"],
        [
            [name, seconds, cpu, round(peak / 1e6)]
            for name, (seconds, cpu, peak) in results["commands"].items()
        ],
    )
    print("\nOf `serve`: memory of all its processes together after the first answer.")
    print_table(
        "The engine in a fresh process, CPU seconds",
        ["checked by", "import", "open", "first search"],
        [[how, *times] for how, times in results["opening"].items()],
    )
    print("\n`serve` opens with sizes compared alone, the index having been checked before.")
    sizes = results["installed_bytes"]
    largest = sorted(sizes, key=lambda name: -sizes[name])[:8]
    rest = sum(sizes.values()) - sum(sizes[name] for name in largest)
    rows = [
        *((name, f"{sizes[name] / 1e6:.1f}") for name in largest),
        (f"{len(sizes) - len(largest)} others", f"{rest / 1e6:.1f}"),
        ("installed", f"{sum(sizes.values()) / 1e6:.1f}"),
        ("the index", f"{results['index_bytes'] / 1e6:.1f}"),
    ]
    print_table("Size on disk", ["what", "MB"], rows)
    write_json(options.json, {"machine": facts, **results})


if __name__ == "__main__":
    main()
