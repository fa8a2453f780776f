"""What went wrong, in words, with a way on."""

from __future__ import annotations

from search_app.api.problems import Problem
from search_app.pages.rendering import rendered


def error_page(problem: Problem) -> str:
    """A page that says what happened and what to do.

    Needs no engine, so it serves when there is none.
    """
    see = problem.see if problem.see and not problem.see.startswith("/api/") else None
    return rendered(
        "pages/error.html",
        status=problem.status,
        title=problem.title,
        detail=problem.detail,
        faults=problem.faults,
        see=see,
    )
