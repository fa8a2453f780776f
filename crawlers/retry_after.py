"""How long a server asks to be left alone (RFC 9110, section 10.2.3)."""

from __future__ import annotations

from typing import Final

from crawlers.http_dates import time_of

LONGEST: Final = 86_400.0
"""Seconds; who asks for a longer rest is asked again after a day."""

_MOST_DIGITS: Final = 12


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait for a `Retry-After`, 0 to `LONGEST`; None where it is absent or nonsense.

    `now` is in seconds since 1970; a date that is over means no wait.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        digits = text.lstrip("0")
        return LONGEST if len(digits) > _MOST_DIGITS else min(float(digits or 0), LONGEST)
    if not text or text[0] in "+-" or (then := time_of(text)) is None:
        return None
    return min(max(then - now, 0.0), LONGEST)
