"""Which language a text or a query is written in."""

from __future__ import annotations


def detect(text: str, hint: str | None = None, among: frozenset[str] | None = None) -> str | None:
    """The language of a text as ISO 639-1 code, None where the text does not say."""
    import py3langid

    if len(text.split()) < 2:
        return hint
    found: str = py3langid.classify(text)[0]
    return found if among is None or found in among else hint
