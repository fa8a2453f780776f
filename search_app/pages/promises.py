"""Two short pages: privacy and accessibility."""

from __future__ import annotations

from flask import Response

from search_app.pages.rendering import page


def privacy() -> Response:
    """What is known of visitors, which is nothing that names them."""
    return page("pages/privacy.html")


def accessibility() -> Response:
    """What the pages can be used with, and what is not tested."""
    return page("pages/accessibility.html")
