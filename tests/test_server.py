"""The server as an operator runs it: real processes, stopped, killed and given new indexes."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from indexer.build_lock import BuildLock
from indexer.generation import POINTER
from search_app import server
from search_app.indexing import why_stale
from search_app.settings import Settings

COMMAND = [sys.executable, "-m", "search_app"]
PATIENCE = 60
"""Seconds that a condition may take on a busy machine before a test gives up."""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def get(port: int, path: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, msgspec.json.decode(content) if content[:1] == b"{" else content
    finally:
        connection.close()


def until(condition: Any) -> Any:
    """What a condition gives once it holds."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = condition()
        if found:
            return found
        os.sched_yield()
    raise AssertionError("the condition never held")


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it was in the queue of a socket that was just closed
        return False
    return False


class Served:
    """A server process and what it said."""

    def __init__(self, command: list[str], port: int, **environment: str) -> None:
        self.port = port
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "CITYRIGHTS_WORKERS": "2", **environment},
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def said(self) -> str:
        return "".join(self.lines)

    def wait(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code


@contextmanager
def serving(command: list[str], port: int, **environment: str) -> Iterator[Served]:
    served = Served(command, port, **environment)
    try:
        until(lambda: "serves on" in served.said() or served.process.poll() is not None)
        assert served.process.poll() is None, served.said()
        yield served
    finally:
        if served.process.poll() is None:
            served.process.send_signal(signal.SIGTERM)
            served.wait()


def serve(data: Path, port: int) -> list[str]:
    return [*COMMAND, "serve", "--port", str(port), "--data", str(data)]


@pytest.fixture
def own_data(bundled_data: Path, tmp_path: Path) -> Path:
    """A copy of the bundled index that a test may change."""
    shutil.copytree(bundled_data, tmp_path / "data")
    return tmp_path / "data"


def test_the_server_says_its_address_answers_and_ends_with_0(bundled_data: Path) -> None:
    port = free_port()
    with serving(serve(bundled_data, port), port) as served:
        assert f"cityrights serves on http://127.0.0.1:{port}" in served.said()
        status, found = get(port, "/api/v1/search?q=algorithm+register")
        assert status == 200 and found["total"] > 10
        assert get(port, "/")[0] == 200
        served.process.send_signal(signal.SIGTERM)
        assert served.wait() == 0
    assert "algorithm" not in served.said()
    assert "Traceback" not in served.said()
    assert " api.search 200 " in served.said()


def test_a_busy_port_is_named_with_the_remedy(bundled_data: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = subprocess.run(
            serve(bundled_data, port), capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"Port {port} of 127.0.0.1 is in use" in done.stderr
    assert "make serve PORT=" in done.stderr
    assert len(done.stderr.splitlines()) == 1


# The server's processes part from the one that runs this, so they search as it says.
HELD = """
import sys
from pathlib import Path
from indexer.embedded import EmbeddedEngine
from search_app.server import serve
from search_app.settings import Settings

data, port, entered, go = sys.argv[1:]
found = EmbeddedEngine.search

def held(self, request):
    if request.text == "hold":
        Path(entered).write_text("")
        Path(go).read_text()  # a pipe: waits until somebody writes
    return found(self, request)

EmbeddedEngine.search = held
sys.exit(serve(Settings(data=Path(data), workers=1), "127.0.0.1", int(port), print))
"""


@pytest.fixture
def held(bundled_data: Path, tmp_path: Path) -> Iterator[tuple[Served, Path, Path]]:
    """A server whose search for `hold` waits; what it touches then, and the pipe that frees it."""
    entered, go = tmp_path / "entered", tmp_path / "go"
    os.mkfifo(go)
    port = free_port()
    command = [sys.executable, "-c", HELD, str(bundled_data), str(port), str(entered), str(go)]
    with serving(command, port) as served:
        yield served, entered, go


def test_p20_sigterm_finishes_what_runs_refuses_what_is_new_and_ends_with_0(
    held: tuple[Served, Path, Path],
) -> None:
    served, entered, go = held
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(get, served.port, "/api/v1/search?q=hold")
        until(entered.exists)
        served.process.send_signal(signal.SIGTERM)
        until(lambda: refused(served.port))
        assert not running.done()
        go.write_text("")
        status, found = running.result(PATIENCE)
    assert status == 200
    assert found["query"]["text"] == "hold"
    assert served.wait() == 0


def test_no_process_outlives_the_one_that_was_killed(held: tuple[Served, Path, Path]) -> None:
    served, _, _ = held
    served.process.kill()
    served.wait()
    until(lambda: refused(served.port))


def publish_again(data: Path) -> str:
    """The index in use under another name, as if it had been built anew."""
    index = data / "index"
    before = (index / POINTER).read_text().split()[0]
    name = f"{before[:17]}{int(before[17:], 16) ^ 1:08x}"
    shutil.rmtree(index / name, ignore_errors=True)
    shutil.copytree(index / before, index / name)
    (index / "new").write_text(f"{name}\n{before}\n")
    (index / "new").replace(index / POINTER)
    return name


def test_p02_a_new_index_is_served_without_a_restart_or_a_failed_request(own_data: Path) -> None:
    port = free_port()
    with serving(serve(own_data, port), port) as served:
        before = get(port, "/api/v1/status")[1]["generation"]
        enough = threading.Event()

        def ask() -> list[tuple[int, str]]:
            seen = []
            while not enough.is_set():
                status, found = get(port, "/api/v1/search?q=algorithm+register")
                seen.append((status, found.get("generation", "")))
            return seen

        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(ask) for _ in range(4)]
            after = []
            for _ in range(3):
                after.append(publish_again(own_data))
                # Each of the two processes looks for itself, so several in a row must be new.
                until(
                    lambda: all(
                        get(port, "/api/v1/status")[1]["generation"] == after[-1] for _ in range(9)
                    )
                )
            enough.set()
            seen = [answer for future in asking for answer in future.result(PATIENCE)]
        assert {status for status, _ in seen} == {200}
        assert {generation for _, generation in seen} <= {before, *after}
        assert after[-1] in {generation for _, generation in seen}
        assert served.process.poll() is None


def test_p06_a_damaged_index_is_named_while_the_old_one_serves(own_data: Path) -> None:
    port = free_port()
    with serving(serve(own_data, port), port):
        before = get(port, "/readyz")[1]
        assert "fault" not in before
        pointer = own_data / "index" / POINTER
        new = pointer.with_name("torn")
        new.write_text("20990101T000000Z-00000000\n")
        new.replace(pointer)
        status, ready = get(port, "/readyz")
        assert status == 200
        assert "cityrights index" in ready["fault"]
        assert ready["generation"] == before["generation"]
        assert "cityrights index" in get(port, "/api/v1/status")[1]["fault"]
        assert get(port, "/api/v1/search?q=drones")[0] == 200


def test_a_missing_index_is_built_first_and_that_is_said(tmp_path: Path) -> None:
    port = free_port()
    with serving(serve(tmp_path, port), port) as served:
        assert "There is no index yet. Building it now." in served.said()
        assert get(port, "/api/v1/status")[1]["counts"]["initiatives"] == 655


def test_p18_connections_that_are_kept_keep_nobody_out(bundled_data: Path) -> None:
    port = free_port()
    with serving(serve(bundled_data, port), port):
        kept = [http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE) for _ in range(300)]
        for connection in kept:
            connection.request("GET", "/healthz")
            assert connection.getresponse().read()
        assert get(port, "/api/v1/search?q=drones")[0] == 200
        for connection in kept:
            connection.close()


def test_the_old_index_serves_where_a_new_one_cannot_be_built(
    own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_app.indexing.why_stale", lambda settings: "It is outdated.")
    said: list[str] = []
    with BuildLock(own_data / "index"):  # so that the build is refused
        server.mend_index(Settings(data=own_data), said.append)
        assert said == [
            "It is outdated. Building it now.",
            "The index could not be built; the one before goes on serving.",
        ]
        (own_data / "index" / POINTER).unlink()
        with pytest.raises(server.ServeError, match="nothing to serve"):
            server.mend_index(Settings(data=own_data), said.append)


def test_an_index_of_an_older_format_or_a_damaged_one_is_named(own_data: Path) -> None:
    settings = Settings(data=own_data)
    assert why_stale(settings) is None
    folder = own_data / "index" / (own_data / "index" / POINTER).read_text().split()[0]
    largest = max((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    content = largest.read_bytes()
    largest.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert str(largest) in str(why_stale(settings))
    largest.write_bytes(content)
    assert why_stale(settings) is None
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"format":', b'"format":9'))
    assert "format" in str(why_stale(settings))
