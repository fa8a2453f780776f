"""A web: hosts by name, all on one port of loopback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

from replica.answers import HTML, Answer, Request, Resource, page, status
from replica.log import Log
from replica.serving import Server, Watcher

COOKIE = ("Set-Cookie", "seen=before; Path=/; Max-Age=86400")
"""Every answer of every host sets it, so that every test shows that none comes back."""


class Host:
    """One site. What it serves may change at any time; `url` gives addresses of it."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self._port = port
        self._at: dict[str, Resource] = {}
        self._under: dict[str, Resource] = {}

    def url(self, path: str = "/") -> str:
        """The address of a path, with the port."""
        return f"http://{self.name}:{self._port}{path}"

    def serve(self, resources: Mapping[str, Resource]) -> Self:
        """Serve resources at their paths, with or without a query, in place of what was there."""
        self._at.update(resources)
        return self

    def under(self, prefix: str, resource: Resource) -> Self:
        """Serve a resource for all paths that begin so and have none of their own."""
        self._under[prefix] = resource
        return self

    def robots(self, text: str | bytes, *, code: int = 200) -> Self:
        """Serve a robots.txt."""
        content = text.encode() if isinstance(text, str) else text
        sound = page(content, "text/plain; charset=utf-8", etag=False)
        return self.serve({"/robots.txt": sound if code == 200 else status(code, content)})

    def remove(self, *paths: str) -> Self:
        """Serve these no longer: 404."""
        for path in paths:
            del self._at[path]
        return self

    def text(self, path: str) -> str:
        """What is served at a path, as text."""
        return self.answer(Request("GET", self.name, path, {})).body.decode()

    def answer(self, request: Request) -> Answer:
        """What this host says to a request."""
        path = request.path if request.path in self._at else urlsplit(request.path).path
        found = self._at.get(path)
        if found is None:
            longest = max((p for p in self._under if path.startswith(p)), key=len, default=None)
            found = self._under[longest] if longest is not None else None
        if found is None:
            return Answer(404, (("Content-Type", HTML),), b"<h1>Not here</h1>")
        return found(request)


class Web:
    """Hosts that are served while the context lasts; others are not known: 421."""

    def __init__(self) -> None:
        self.log = Log()
        self._hosts: dict[str, Host] = {}
        self._server = Server(self._answer, self.log)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.stop()

    @property
    def port(self) -> int:
        return self._server.port

    def host(self, name: str) -> Host:
        """A host by its name, made the first time."""
        return self._hosts.setdefault(name, Host(name, self.port))

    def watch(self, watcher: Watcher | None) -> None:
        """Have each request told to a function, from the server's thread."""
        self._server.watcher = watcher

    def _answer(self, request: Request) -> Answer:
        host = self._hosts.get(request.host)
        if host is None:
            return Answer(421, body=b"There is no such host here.")
        return host.answer(request).having(COOKIE)
