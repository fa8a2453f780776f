"""Bounded concurrency: what comes on top waits briefly, then is asked to come back.

A request keeps its place until its answer is made. An export is made while it is sent, as fast
as its reader reads; it holds one of a few places of its own until its last byte is sent, so
that slow readers keep nobody from searching.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.wsgi import ClosingIterator

from search_app.settings import Settings
from search_app.web import CityRights

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

RETRY_AFTER: Final = 2
"""Seconds until a refused client should come back."""

STREAMS: Final = 8
"""Exports that a process sends at a time."""

SPARE: Final = 4
"""Threads for what is always answered."""

_REFUSED: Final = "cityrights.refused"
_STREAMED: Final = "/api/v1/export"
_ALWAYS: Final = ("/healthz", "/readyz", "/static/")
"""Cheap, and needed most when there is much to do."""


class Overloaded(Exception):  # noqa: N818 - says what happened
    """More requests than may be answered at a time."""

    retry_after = RETRY_AFTER


def threads(settings: Settings) -> int:
    """How many threads a server needs, so that whoever waits keeps nobody from being refused."""
    return settings.concurrency + settings.waiting + STREAMS + SPARE


class Admission:
    """Lets `concurrency` requests in at a time; `waiting` others wait `queue_seconds`."""

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self._app = app
        self._places = threading.BoundedSemaphore(settings.concurrency)
        self._queue = threading.BoundedSemaphore(settings.waiting)
        self._streams = threading.BoundedSemaphore(STREAMS)
        self._patience = settings.queue_seconds

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith(_ALWAYS):
            return self._app(environ, start_response)
        streamed = path.startswith(_STREAMED)
        if streamed and not self._streams.acquire(blocking=False):
            return self._refused(environ, start_response)
        try:
            answer = self._answered(environ, start_response)
        except BaseException:
            if streamed:
                self._streams.release()
            raise
        return ClosingIterator(answer, self._streams.release) if streamed else answer

    def _answered(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if not self._admitted():
            return self._refused(environ, start)
        try:
            return self._app(environ, start)
        finally:
            self._places.release()

    def _refused(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ[_REFUSED] = True
        return self._app(environ, start)

    def _admitted(self) -> bool:
        if self._places.acquire(blocking=False):
            return True
        if not self._queue.acquire(blocking=False):
            return False
        try:
            return self._places.acquire(timeout=self._patience)
        finally:
            self._queue.release()


def install(app: CityRights) -> None:
    """Guards the application with the concurrency of its settings."""
    app.wsgi_app = Admission(app.wsgi_app, app.settings)  # type: ignore[method-assign]  # the documented way to wrap a Flask application

    @app.before_request
    def refuse() -> None:
        if request.environ.get(_REFUSED):
            raise Overloaded
