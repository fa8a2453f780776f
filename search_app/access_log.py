"""The access log: time, route, status and milliseconds; never a query, an address, a person.

The route is the name of the view, not the path, so that no address of a record tells what
somebody read (promise P7 of docs/trust.md).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Response, request
from werkzeug.wsgi import ClosingIterator

from search_app.web import CityRights

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ROUTE: Final = "cityrights.route"


class AccessLog:
    """Writes one line an answer, once its last byte is sent."""

    def __init__(self, app: WSGIApplication, write: Callable[[str], object]) -> None:
        self._app = app
        self._write = write

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        status = "500"

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start_response(line, headers, *rest)

        def ended() -> None:
            took = (time.perf_counter() - began) * 1000
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            self._write(f"{now} {environ.get(_ROUTE, '-')} {status} {took:.1f} ms\n")

        return ClosingIterator(self._app(environ, start), ended)


def install(app: CityRights, write: Callable[[str], object] | None = None) -> None:
    """Logs what the application answers to stderr, or wherever `write` puts a line."""

    def to_stderr(line: str) -> None:
        sys.stderr.write(line)

    app.wsgi_app = AccessLog(app.wsgi_app, write or to_stderr)  # type: ignore[method-assign]  # the documented way to wrap a Flask application

    @app.after_request
    def name_route(response: Response) -> Response:
        request.environ[_ROUTE] = request.endpoint or "-"
        return response
