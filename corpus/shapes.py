"""Shapes that written values must have: slugs, addresses, days, languages, plain text.

Each check tells the reporter of a row what is wrong, and nothing where all is well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from corpus.faults import Report, did_you_mean, shown
from corpus.languages import LANGUAGES

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What an id or a slug looks like; it is part of an address and never changes."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Signs that show nothing or turn the direction of what follows, so that a text may read
# otherwise than it is; the joiners of Persian and Indic scripts (U+200C, U+200D) are letters.
_INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def check_slug(name: str, field: str, report: Report) -> None:
    """An id: small letters a-z, digits, single hyphens between them, at most 100 signs."""
    if not SLUG.fullmatch(name) or len(name) > 100:
        report(
            field,
            f"{shown(name)} is not an id.",
            "Use small letters a-z, digits and single hyphens, at most 100 in all.",
        )


def check_text(text: str, field: str, report: Report) -> None:
    """A text: not empty, no space around it, nothing invisible in it."""
    if not text.strip():
        report(field, "The text is empty.", "Write it, or leave the field out if it may be.")
    elif text != text.strip():
        report(field, "The text starts or ends with a space.", "Remove the space.")
    if sign := _INVISIBLE.search(text):
        report(
            field,
            f"The text holds the invisible sign U+{ord(sign[0]):04X}.",
            "Remove it; write line breaks as sentences.",
        )


def check_texts(texts: Sequence[str], field: str, report: Report) -> None:
    """A list of texts, none of them twice."""
    for position, text in enumerate(texts):
        check_text(text, f"{field}[{position}]", report)
    check_once(texts, field, report)


def check_once(values: Sequence[str], field: str, report: Report) -> None:
    """A list that holds nothing twice."""
    if len(set(values)) != len(values):
        for position, value in enumerate(values):
            if value in values[:position]:
                report(f"{field}[{position}]", f"{shown(value)} stands twice.", "Keep it once.")


def check_address(url: str, field: str, report: Report) -> None:
    """An address of the web: http or https, with a host (RFC 3986)."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or re.search(r"\s", url) or _INVISIBLE.search(url):
        report(
            field,
            f"{shown(url)} is not an address of the web.",
            "Copy it from the browser; it starts with https:// or http://.",
        )


def check_day(day: str, field: str, report: Report) -> None:
    """A day of the calendar as ISO 8601 writes it."""
    if not is_day(day):
        report(field, f"{shown(day)} is not a day.", "Write it as year-month-day, 2026-11-24.")


def is_day(day: str) -> bool:
    """Whether the text is a day such as 2026-11-24."""
    if not _DAY.fullmatch(day):
        return False
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def check_language(code: str, field: str, report: Report) -> None:
    """A two-letter code of ISO 639-1."""
    if code not in LANGUAGES:
        near = did_you_mean(code[:2], LANGUAGES) if len(code) > 2 else ""
        report(
            field,
            f"{shown(code)} is not a language code.",
            f"{near} Use the two letters of ISO 639-1, such as 'en'.".strip(),
        )


def check_listed(
    value: str, field: str, listed: Collection[str], what: str, report: Report
) -> None:
    """A value of a closed list; `what` names the list in the message."""
    if value not in listed:
        remedy = did_you_mean(value, listed)
        report(field, f"{shown(value)} is not a known {what}.", remedy or f"Add the {what} first.")
