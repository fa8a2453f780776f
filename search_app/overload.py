"""Bounded concurrency: what comes on top waits briefly, then is asked to come back.

A request keeps its place until its answer is made; one that is made while it is sent, an
export, until its last byte is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Response, request
from werkzeug.wsgi import ClosingIterator

from search_app.settings import Settings
from search_app.web import CityRights

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

RETRY_AFTER: Final = 2
"""Seconds until a refused client should come back."""

SPARE: Final = 4
"""Threads that a server keeps beside those of `threads`, for what is always answered."""

_REFUSED: Final = "cityrights.refused"
_STREAMED: Final = "cityrights.streamed"
_ALWAYS: Final = ("/healthz", "/readyz", "/static/")
"""Cheap, and needed most when there is much to do."""


class Overloaded(Exception):  # noqa: N818 - says what happened
    """More requests than may be answered at a time."""

    retry_after = RETRY_AFTER


def threads(settings: Settings) -> int:
    """How many threads a server needs, so that whoever waits keeps nobody from being refused."""
    return settings.concurrency + settings.waiting + SPARE


class Admission:
    """Lets `concurrency` requests in at a time; `waiting` others wait `queue_seconds`."""

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self._app = app
        self._places = threading.BoundedSemaphore(settings.concurrency)
        self._queue = threading.BoundedSemaphore(settings.waiting)
        self._patience = settings.queue_seconds

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if str(environ.get("PATH_INFO", "")).startswith(_ALWAYS):
            return self._app(environ, start_response)
        if not self._admitted():
            environ[_REFUSED] = True
            return self._app(environ, start_response)
        try:
            answer = self._app(environ, start_response)
        except BaseException:
            self._places.release()
            raise
        if environ.get(_STREAMED):
            return ClosingIterator(answer, self._places.release)
        self._places.release()
        return answer

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

    @app.after_request
    def note_stream(response: Response) -> Response:
        request.environ[_STREAMED] = response.is_streamed
        return response
