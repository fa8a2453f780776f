"""Hosts for `benchmarks.crawl`, in a process of their own so that their work is not counted.

`python -m benchmarks.crawl_web HOSTS PAGES` serves the pages of `../shared/data/extract` in
turn, each with its own number in every paragraph so that no two texts are the same. A line on
stdin is answered with one of JSON: port, seconds of processor, requests. It ends with stdin.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "tests"))  # the replica web of the tests

from replica.answers import Answer, Request, Resource, html, page  # noqa: E402
from replica.real import real_pages  # noqa: E402
from replica.web import Web  # noqa: E402

SHARED: Final = _ROOT.parent / "shared"
_PARAGRAPH: Final = re.compile(rb"</p\s*>", re.IGNORECASE)
_BODY: Final = re.compile(rb"<body[^>]*>", re.IGNORECASE)


def host_name(number: int) -> str:
    """The name of a host, which `benchmarks.crawl` resolves to loopback."""
    return f"city-{number:03}.test"


def paths(host: int, hosts: int, pages: int) -> list[str]:
    """The pages of a host: those of all it is the turn of."""
    return [f"/page-{number}.html" for number in range(host, pages, hosts)]


class Pages:
    """Pages by their number: real ones in turn, with the number in their text."""

    def __init__(self, shared: Path) -> None:
        self._parts = [_taken_apart(real.body) for real in real_pages(shared)]

    def body(self, number: int) -> bytes:
        """The bytes of a page."""
        before, parts = self._parts[number % len(self._parts)]
        said = f" Number {number}, {number * 7919 % 100_003}.".encode()
        return before + (said + b"</p>").join(parts)

    def resource(self) -> Resource:
        """All pages; 304 for who has one."""

        def answer(request: Request) -> Answer:
            number = int(request.path.removeprefix("/page-").removesuffix(".html"))
            return page(self.body(number), "text/html", etag=f'"{number}"')(request)

        return answer


def _taken_apart(body: bytes) -> tuple[bytes, list[bytes]]:
    """A page as what stands before a mark of its number, and the parts between further ones."""
    parts = _PARAGRAPH.split(body)
    if len(parts) > 1:
        return b"", parts
    start = _BODY.search(body)
    cut = start.end() if start else 0
    return body[:cut] + b"<p>", [b"", body[cut:]]


def serve(hosts: int, pages: int) -> None:
    """Serve until stdin ends."""
    with Web() as web:
        resource = Pages(SHARED).resource()
        for number in range(hosts):
            host = web.host(host_name(number)).robots("User-agent: *\nDisallow: /never/\n")
            host.under("/page-", resource)
            links = paths(number, hosts, pages)
            host.serve({"/": page(html(host.name, "All we publish.", links=links))})
        for _ in sys.stdin:
            told = {"port": web.port, "cpu": time.process_time(), "requests": len(web.log)}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
