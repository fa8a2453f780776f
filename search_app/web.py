"""The request as this application reads it: any bytes are readable, the engine stays one."""

from __future__ import annotations

from functools import cached_property
from typing import Final, cast
from urllib.parse import parse_qsl

from flask import Flask, Request, current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from indexer.engine import SearchEngine
from search_app.engines import Engines
from search_app.settings import Settings

DATA_PATHS: Final = (
    "/feed.atom",
    "/healthz",
    "/openapi.json",
    "/opensearch.xml",
    "/readyz",
    "/robots.txt",
    "/sitemap.xml",
)


class AnyRequest(Request):
    """A request whose query string may hold any bytes: what is no UTF-8 becomes U+FFFD."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        text = self.query_string.decode("utf-8", "replace")
        return ImmutableMultiDict(parse_qsl(text, keep_blank_values=True, errors="replace"))


class CityRights(Flask):
    """The application with what every view needs: settings and engines."""

    request_class = AnyRequest

    def __init__(self, settings: Settings, engines: Engines) -> None:
        super().__init__("search_app", static_folder="static", template_folder="templates")
        self.settings = settings
        self.engines = engines


def application() -> CityRights:
    """The application that answers the current request."""
    return cast(CityRights, current_app)


def engine() -> SearchEngine:
    """The engine of the current request, the same one until it is answered."""
    if "engine" not in g:
        g.engine = application().engines.current()
    return cast(SearchEngine, g.engine)


def origin() -> str:
    """Scheme and host for absolute links: the public address, else what was asked.

    The Host header is only believed where no public address is set (a site behind a proxy
    could otherwise be made to publish another's links).
    """
    public = application().settings.public_url
    return public or request.host_url.rstrip("/")


def absolute(path: str) -> str:
    """A path of this site as an absolute address."""
    return origin() + path


def prefers_page() -> bool:
    """Whether whoever asks would rather read a page than data: a browser on a page's address."""
    if request.path.startswith("/api/") or request.path in DATA_PATHS:
        return False
    best = request.accept_mimetypes.best_match(("application/problem+json", "text/html"))
    return best == "text/html"
