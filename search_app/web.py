"""The request as this application reads it: any bytes are readable, the engine stays one."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final, cast
from urllib.parse import parse_qsl

from flask import Flask, Request, Response, current_app, g, request
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

    def send_static_file(self, filename: str) -> Response:
        """A file of `static/`, a style sheet without its comments and indentation."""
        response = super().send_static_file(filename)
        if filename.endswith(".css") and response.status_code == 200:
            response.direct_passthrough = False
            response.set_data(squeezed(response.get_data(as_text=True)))
        return response


def squeezed(css: str) -> str:
    """A style sheet without comments, indentation and line ends; ours has no sign of these in
    a string."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?", r"\1", css).replace(";}", "}").strip()


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
