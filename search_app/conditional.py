"""Conditional requests (RFC 9110, section 13): what has not changed is not made again."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import Final

from flask import Response, request

from search_app.web import engine, origin

MAX_AGE: Final = "public, max-age=300"
"""Five minutes: an index is rebuilt by the hour at most."""

_PROGRAM: Final = version("cityrights")


def entity_tag(*parts: str) -> str:
    """The weak ETag of this request's answer: index generation, program and request.

    `parts` are whatever else the answer depends on (a negotiated format, a language). Weak,
    because `took_ms` differs between answers that are otherwise alike.
    """
    seen = "\0".join(
        (
            engine().status.generation,
            _PROGRAM,
            origin(),
            request.path,
            request.query_string.decode("latin-1"),
            *parts,
        )
    )
    return hashlib.blake2b(seen.encode("utf-8", "replace"), digest_size=12).hexdigest()


def unchanged(tag: str, vary: str = "Accept") -> Response | None:
    """304 where the client has this answer already, else None: then make it and `stamp` it."""
    if request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(tag):
        return stamp(Response(status=304), tag, vary)
    return None


def stamp(response: Response, tag: str, vary: str = "Accept") -> Response:
    """Marks an answer so that it can be kept and asked for conditionally."""
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = MAX_AGE
    response.headers["Vary"] = vary
    return response
