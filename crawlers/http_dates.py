"""Dates as HTTP and the tags of pages write them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 80


def time_of(text: str) -> float | None:
    """A date in seconds since 1970, None for what is none.

    The three forms of RFC 9110, section 5.6.7 (and others of RFC 5322), or ISO 8601. UTC where
    it names no zone.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST or not text.isascii():
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
