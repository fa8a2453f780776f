"""Granian and gunicorn over the same application, asked over HTTP.

Asks `/api/v1/search` with all facets for 200 mixed queries at 1, 8 and 32 clients that keep
their connections. The clients run on the same cores, so the figures are those of a machine
that does both; what counts is how the servers compare. Each row is the better of two rounds.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.reporting import machine, percentile, print_machine, print_table, tell, write_json
from corpus.model import Initiative
from indexer.embedded import EmbeddedEngine
from indexer.engine import SearchRequest
from indexer.generation import open_current
from search_app.overload import threads
from search_app.settings import Settings

SEED = 20261124
CLIENTS = (1, 8, 32)
REQUESTS = 1600
LOADERS = 2
"""Processes that ask; one would be the bottleneck before the server is."""


class Row(NamedTuple):
    """Milliseconds an answer, requests a second over all clients, and the milliseconds of
    processor an answer took of the server, which other work on the machine leaves as it is."""

    p50: float
    p95: float
    p99: float
    rate: float
    cpu: float
    failed: int


def mixed_queries(engine: EmbeddedEngine, number: int = 200) -> list[str]:
    """Paths of searches: words, sentences, phrases, prefixes and filters from the records."""
    drawn = random.Random(SEED)
    records = [
        record
        for id in engine.every_hit(SearchRequest())
        if isinstance(record := engine.initiative(id), Initiative)
    ]

    def one() -> Iterator[dict[str, str]]:
        while True:
            record = drawn.choice(records)
            words = record.title.split()
            long = record.summary.split()
            start = drawn.randrange(max(1, len(long) - 10))
            yield {"q": drawn.choice(words)}
            yield {"q": " ".join(drawn.sample(words, min(3, len(words))))}
            yield {"q": " ".join(long[start : start + 10])}
            yield {"q": f'"{" ".join(words[:2])}"'}
            yield {"q": f"{max(words, key=len)[:4]}*"}
            yield {
                "q": drawn.choice(words),
                "principle": drawn.choice(record.principles or ("privacy",)),
            }
            yield {"q": record.title_original or record.title}
            yield {"country": record.country or "NL"}

    return [f"/api/v1/search?{urlencode(query)}" for query in islice(one(), number)]


def ask(port: int, paths: Sequence[str], clients: int, requests: int) -> list[float]:
    """Seconds of each answer; a failed one is negative."""

    def client(number: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        taken = []
        for turn in range(requests // clients):
            path = paths[(number * 37 + turn) % len(paths)]
            began = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            took = time.perf_counter() - began
            taken.append(took if answer.status == 200 else -took)
        return taken

    with ThreadPoolExecutor(clients) as pool:
        return [took for some in pool.map(client, range(clients)) for took in some]


def measure(server: int, port: int, paths: Sequence[str], clients: int) -> Row:
    """One row: so many clients, spread over the processes that ask the server's process."""
    loaders = min(LOADERS, clients)
    spent = processor_seconds(server)
    with ProcessPoolExecutor(loaders) as pool:
        began = time.perf_counter()
        parts = [
            pool.submit(ask, port, paths, clients // loaders, REQUESTS // loaders)
            for _ in range(loaders)
        ]
        taken = [took for part in parts for took in part.result()]
        whole = time.perf_counter() - began
    ms = [abs(took) * 1000 for took in taken]
    return Row(
        percentile(ms, 0.5),
        percentile(ms, 0.95),
        percentile(ms, 0.99),
        len(taken) / whole,
        (processor_seconds(server) - spent) * 1000 / len(taken),
        sum(took < 0 for took in taken),
    )


def processor_seconds(server: int) -> float:
    """Seconds of processor that a process and its children have had (proc(5))."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    ticks = 0
    for process in (server, *map(int, children)):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(command: Sequence[str], data: Path, port: int) -> Iterator[int]:
    """A server until it is done with, once it answers; gives its process id."""
    environment = {**os.environ, "CITYRIGHTS_DATA": str(data), "CITYRIGHTS_WORKERS": "2"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while True:
                try:
                    ask(port, ["/readyz"], 1, 1)
                    break
                except OSError:
                    time.sleep(0.1)
            yield server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def commands(port: int) -> dict[str, list[str]]:
    """The servers that are compared, two processes each, with as many threads."""
    python = sys.executable
    return {
        "granian": [python, "-m", "search_app", "serve", "--port", str(port)],
        "gunicorn": [
            *(python, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2"),
            *("--threads", str(threads(Settings(data=Path())))),
            *("--bind", f"127.0.0.1:{port}", "search_app.server:worker()"),
        ],
    }


def compare(data: Path, rounds: int) -> dict[str, dict[int, Row]]:
    """The better round of every server at every number of clients."""
    engine = open_current(
        data / "index", lambda folder, _: EmbeddedEngine.open(folder, digests=False)
    )
    paths = mixed_queries(engine)
    best: dict[str, dict[int, Row]] = {}
    for turn in range(rounds):
        port = free_port()
        for name, command in commands(port).items():
            own = best.setdefault(name, {})
            with running(command, data, port) as server:
                ask(port, paths, 4, 400)
                for clients in CLIENTS:
                    row = measure(server, port, paths, clients)
                    tell(
                        f"round {turn + 1}, {name}, {clients} clients: "
                        f"{row.rate:.0f}/s, {row.cpu:.1f} ms"
                    )
                    if clients not in own or row.rate > own[clients].rate:
                        own[clients] = row
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "data", type=Path, nargs="?", help="a data folder with an index (else one is built)"
    )
    parser.add_argument("--rounds", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cityrights-servers-") as folder:
        data = options.data or Path(folder)
        if options.data is None:
            tell("building the index")
            command = [sys.executable, "-m", "search_app", "index", "--data", folder]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        best = compare(data, options.rounds)
    facts = machine("granian", "gunicorn", "flask")
    print_machine(facts)
    print_table(
        "JSON search with all facets over HTTP",
        ("server, clients", "p50 ms", "p95 ms", "p99 ms", "requests/s", "CPU ms", "failed"),
        [
            (f"{name}, {clients}", *row)
            for name, own in best.items()
            for clients, row in own.items()
        ],
    )
    servers = {
        name: {str(clients): row._asdict() for clients, row in own.items()}
        for name, own in best.items()
    }
    write_json(options.json, {"machine": facts, "servers": servers})


if __name__ == "__main__":
    main()
