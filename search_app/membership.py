"""Which cities belong to the Cities Coalition for Digital Rights."""

from __future__ import annotations

from corpus.model import Member
from indexer.engine import SearchEngine


def membership_of(engine: SearchEngine, slug: str) -> Member | None:
    """A city's membership with the page that says so, None for a city that is no member."""
    return next((member for member in engine.coalition.members if member.city == slug), None)
