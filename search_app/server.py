"""The server: granian with one process a core, stopped without losing an answer.

Granian was measured against gunicorn (threads) on two cores; docs/settings.md has the figures and
the reasons.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Final

from search_app.engines import Engines
from search_app.overload import threads
from search_app.settings import Settings, read_settings
from search_app.web import CityRights

FINISH_SECONDS: Final = 10
"""How long what runs may go on after SIGTERM (promise P20)."""

IDLE_SECONDS: Final = 15
"""How long a connection may stay silent, or a request take to arrive."""

MOST_CONNECTIONS: Final = 4096
"""Of one process, where the system lets it open as many files."""

_preloaded: CityRights | None = None


class ServeError(Exception):
    """The server can't start: why, and what to do."""


def serve(settings: Settings, host: str, port: int, said: Callable[[str], object]) -> int:
    """Serve until SIGTERM or SIGINT, then finish what runs; returns the exit code.

    `said` gets sentences for people; the address is printed on stdout once it answers. An
    index that is missing, outdated or damaged is built first. Raises ServeError.
    """
    global _preloaded
    _check_port(host, port)
    mend_index(settings, said)
    engines = Engines.of_index(settings.index)
    # Opened before the processes part, so that they share its memory.
    engines.current()
    _preloaded = application_over(settings, engines)
    stopped = threading.Event()
    announcer = threading.Thread(
        target=_announce, args=(host, port, stopped), name="announce", daemon=True
    )
    server = _granian(settings, host, port)
    announcer.start()
    try:
        server.serve()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except RuntimeError as error:  # granian's, where the address can't be bound
        raise ServeError(f"The server could not start: {error}") from error
    finally:
        stopped.set()
    return 0


def worker() -> CityRights:
    """The application of one server process."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), name="orphan", daemon=True).start()
    if _preloaded is not None:
        return _preloaded
    settings = read_settings()
    return application_over(settings, Engines.of_index(settings.index))


def application_over(settings: Settings, engines: Engines) -> CityRights:
    """The application with everything imported and warm."""
    from search_app.app import create_app

    app = create_app(settings, engines)
    # The first search loads what detects languages and the first page compiles templates.
    for path in ("/api/v1/search?q=digital+rights", "/search?q=digital+rights", "/"):
        app.test_client().get(path)
    return app


def _granian(settings: Settings, host: str, port: int):  # type: ignore[no-untyped-def]  # its types are not public
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    return Granian(
        "search_app.server:worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        # Without HTTP/2 a connection that says nothing falls under the same timeout.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_SECONDS * 1000),
        blocking_threads=threads(settings),
        # Counts connections, idle ones too: with few, browsers that keep theirs would keep
        # everybody else out.
        backpressure=_connections(),
        workers_kill_timeout=FINISH_SECONDS,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,
    )


def _connections() -> int:
    """How many connections a process may hold; raises its limit of open files if it can."""
    wanted = MOST_CONNECTIONS + 128
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(64, min(MOST_CONNECTIONS, soft - 128))


def _check_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == 98:  # EADDRINUSE
            other = port + 1 if port < 65535 else 8000
            raise ServeError(
                f"Port {port} of {host} is in use. Choose another: "
                f"make serve PORT={other}, or cityrights serve --port {other}"
            ) from None
        why = error.strerror or str(error)
        raise ServeError(f"{host} port {port} can't be listened on: {why}.") from None


def mend_index(settings: Settings, said: Callable[[str], object]) -> None:
    """Build the index where it is missing, outdated or damaged.

    Where that fails the one before is good enough; raises ServeError where there is none.
    """
    from search_app.indexing import why_stale

    stale = why_stale(settings)
    if stale is None:
        return
    said(f"{stale} Building it now.")
    # In a process of its own: a build takes memory that a server need not keep.
    command = [sys.executable, "-m", "search_app", "index", "--data", str(settings.data)]
    with subprocess.Popen(command, stdout=sys.stderr) as build:  # noqa: S603 - our own program
        before = signal.signal(signal.SIGTERM, lambda *_: build.terminate())
        try:
            code = build.wait()
        except KeyboardInterrupt:
            build.terminate()
            raise
        finally:
            signal.signal(signal.SIGTERM, before)
    if code == 0:
        return
    if code == -signal.SIGTERM:
        raise ServeError("Stopped before the index was built.")
    try:
        Engines.of_index(settings.index).current()
    except Exception as error:
        raise ServeError("Without an index there is nothing to serve; see above.") from error
    said("The index could not be built; the one before goes on serving.")


def _end_with(parent: BaseProcess) -> None:
    """End this process when the one that started it is gone, however it went."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _announce(host: str, port: int, stopped: threading.Event) -> None:
    """Print the address once a request is answered."""
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound
    began = time.monotonic()
    while not stopped.wait(0.05) and time.monotonic() - began < 60:
        connection = http.client.HTTPConnection(asked, port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Connection": "close"})
            if connection.getresponse().status == 200:
                name = f"[{host}]" if ":" in host else host
                print(f"cityrights serves on http://{name}:{port} (Ctrl-C stops it)", flush=True)
                return
        except OSError:
            continue
        finally:
            connection.close()
