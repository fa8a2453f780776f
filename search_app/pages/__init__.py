"""The pages: one module a page, registered under their addresses in `search_app.pages.routes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search_app.api.problems import Problem
    from search_app.web import CityRights

# The API and the command line use `labels` without the pages, so these import late.


def register(app: CityRights) -> None:
    """Puts the pages under their addresses and prepares the templates."""
    from search_app.pages.routes import blueprint

    app.register_blueprint(blueprint)


def error_page(problem: Problem) -> str:
    """A problem as a page for people; needs no engine."""
    from search_app.pages import errors

    return errors.error_page(problem)
