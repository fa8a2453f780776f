"""Real pages and files as hosts serve them, read from the folder beside the project."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from replica.answers import Resource, html, page
from replica.web import Host, Web

_TYPES: Final = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}


class Real(NamedTuple):
    """A page or file with what must be found in its text; `readable` is false where it holds
    nothing to read, on purpose."""

    path: str
    body: bytes
    media_type: str
    contains: tuple[str, ...]
    readable: bool = True

    def resource(self) -> Resource:
        return page(self.body, self.media_type)


def real_pages(shared: Path) -> Iterator[Real]:
    """The pages with known main text."""
    folder = shared / "data" / "extract"
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = gzip.decompress((folder / "pages" / row["file"]).read_bytes())
        wanted = tuple(row.get("with", ()))
        yield Real(f"/{row['file'].removesuffix('.gz')}", body, "text/html", wanted)


def real_files(shared: Path) -> Iterator[Real]:
    """The files with known phrases."""
    folder = shared / "data" / "files"
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        path, expect = folder / row["file"], row["expect"]
        yield Real(
            f"/{row['file']}",
            path.read_bytes(),
            _TYPES[path.suffix],
            tuple(expect.get("contains", ())),
            expect["readable"],
        )


def spread(web: Web, real: list[Real], hosts: int) -> list[Host]:
    """Put pages on so many hosts in turn, each with a first page that links to all it has."""
    made = [web.host(f"city-{number:02}.test") for number in range(hosts)]
    for number, host in enumerate(made):
        own = real[number::hosts]
        host.serve({each.path: each.resource() for each in own})
        links = [each.path for each in own]
        host.serve({"/": page(html(f"City {number}", "All we publish.", links=links))})
        host.robots("User-agent: *\nDisallow: /never/\n")
    return made
