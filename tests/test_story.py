"""One policy officer's morning, from an empty folder to an answer, through what people run."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

COMMAND = [sys.executable, "-m", "search_app"]


def run(data: Path, *words: str) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(
        [*COMMAND, *words, "--data", str(data)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def get(url: str, accept: str = "application/json") -> tuple[int, bytes]:
    with urlopen(Request(url, headers={"Accept": accept}), timeout=30) as answer:
        return answer.status, answer.read()


@contextmanager
def served(data: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port, once it says that it serves."""
    port = free_port()
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port), "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        if "serves on" in line:
            break
    else:
        raise AssertionError("the server ended before it was ready:\n" + "".join(said))
    # What it says from here on must not fill the pipe.
    threading.Thread(target=server.stdout.read, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}", server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def json_of(address: str, path: str) -> Any:
    return json.loads(get(address + path)[1])


def test_from_an_empty_folder_to_an_answer_and_through_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "data"

    # The index is built from the bundled catalogue.
    run(data, "index")

    # A sentence in Portuguese finds Amsterdam's Dutch register, and says why.
    query = "registo de algoritmos usados pela câmara municipal"
    found = json.loads(run(data, "search", query, "--json"))
    assert found["total"] > 0
    ids = [hit["id"] for hit in found["hits"]]
    assert "amsterdam-algorithm-register" in ids

    # The record opens, with its sources.
    record = json.loads(run(data, "show", "amsterdam-algorithm-register", "--json"))
    assert record["city"]["label"] == "Amsterdam"
    assert record["sources"]

    # Other cities did alike, and it says what they share.
    similar = json.loads(run(data, "similar", "amsterdam-algorithm-register", "--json"))
    assert similar

    with served(data) as (address, server):
        # The page and the API give the same hits in the same order.
        page = get(f"{address}/search?q=algorithm+register", "text/html")[1].decode()
        answer = json_of(address, "/api/v1/search?q=algorithm+register&explain=1")
        places = [page.index(f'/initiatives/{hit["id"]}"') for hit in answer["hits"]]
        assert places == sorted(places)
        for hit in answer["hits"]:
            assert abs(sum(part["weight"] for part in hit["why"]) - hit["score"]) < 1e-6

        # A record of one's own is searched once it is imported and indexed, without a restart.
        own = tmp_path / "own.jsonl"
        own.write_text(
            json.dumps(
                {
                    "id": "our-own-drone-rules",
                    "title": "Rules for zeppelins over the old town",
                    "text": "The council forbids zeppelins with cameras over the old town.",
                    "language": "en",
                    "url": "https://example.org/zeppelins",
                }
            )
            + "\n"
        )
        run(data, "import", str(own))
        run(data, "index")
        assert json_of(address, "/api/v1/search?q=zeppelins")["total"] == 1

        # The machine loses power.
        server.kill()
        server.wait(timeout=30)

    # It starts again, and nothing is lost.
    with served(data) as (address, server):
        assert json_of(address, "/api/v1/search?q=zeppelins")["total"] == 1
        assert json_of(address, "/api/v1/status")["counts"]["initiatives"] == 656
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
