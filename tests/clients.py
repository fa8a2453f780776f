"""Clients of the application for tests that need no server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search_app.app import create_app
from search_app.engines import Engines
from search_app.settings import Settings

BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""The Accept header of a browser."""

ORIGIN: Final = "https://cities.example"


class Reader(FlaskClient):
    """Reads each answer to its end, as a server does: only then is the place of a streamed one
    free for the next (`search_app.overload`)."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        return super().open(*args, buffered=True, **more)


def client_over(engines: Engines, public_url: str | None = ORIGIN, **settings: Any) -> FlaskClient:
    """A client of an application of its own."""
    app = create_app(Settings(data=Path("nowhere"), public_url=public_url, **settings), engines)
    app.test_client_class = Reader
    return app.test_client()
