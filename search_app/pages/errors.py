"""What went wrong, in words, with a way on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response

from search_app.pages.rendering import page

if TYPE_CHECKING:
    from search_app.params import Fault


def error_page(status: int, title: str, detail: str, faults: Sequence[Fault] = ()) -> Response:
    """A page that says what happened and what to do.

    `title` and `detail` are sentences for people; `faults` are what was wrong with the
    request, one by one. Needs no engine, so it serves when there is none.
    """
    return page("pages/error.html", status, status=status, title=title, detail=detail, faults=faults)
