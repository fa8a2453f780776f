"""What can be wrong with pages and visits in a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from corpus.faults import shown
from corpus.pages import RESULTS, Link, Proposal

_READ_AS: Final[dict[str, Any]] = {
    "links": dict[str, tuple[Link, ...]],
    "reasons": tuple[str, ...],
    "proposal": Proposal | None,
}
"""The columns of a page that are JSON, with what they hold."""


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Everything wrong with pages and visits, one sentence each."""
    columns = ", ".join(_READ_AS)
    rows = connection.execute(f"SELECT url, {columns} FROM page ORDER BY key")  # noqa: S608
    for url, *values in rows:
        for (column, kind), value in zip(_READ_AS.items(), values, strict=True):
            try:
                msgspec.json.decode(value or "null", type=kind)
            except ValueError as error:
                yield f"what is known of the page {shown(url)} can't be read: {column}: {error}"
    for (url,) in connection.execute(
        "SELECT DISTINCT url FROM page WHERE key IN (SELECT key FROM withdrawn_address) ORDER BY key"
    ):
        yield f"the page {shown(url)} is withdrawn and yet there"
    for (outcome,) in connection.execute(
        "SELECT DISTINCT outcome FROM visit WHERE outcome IS NOT NULL ORDER BY outcome"
    ):
        if outcome not in RESULTS:
            yield f"a visit ended as {shown(outcome)}, which is not known"
