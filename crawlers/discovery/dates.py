"""When an entry of a list was changed, as lists write it, to ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_PARTIAL: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]{1,9})?"
    r"\s?(Z|z|[+-][0-9]{2}:?[0-9]{2})?"
)
_LONGEST: Final = 60


def changed(written: str | None) -> str | None:
    """A date of W3C-DTF or RFC 3339 (sitemaps, Atom) or of RFC 822 (RSS) as ISO 8601.

    Kept as precise as it was written; a time is given in UTC, to the second. None for anything
    else.
    """
    text = (written or "").strip()
    if not text or len(text) > _LONGEST or not text.isascii():
        return None
    try:
        if (partial := _PARTIAL.fullmatch(text)) is not None:
            return text if partial[2] is None or 1 <= int(partial[2]) <= 12 else None
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        if (time := _TIME.fullmatch(text)) is not None:
            zone = (time[3] or "Z").upper().replace("Z", "+00:00")
            return _in_utc(datetime.fromisoformat(f"{time[1]}T{time[2]}{zone}"))
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _in_utc(time: datetime) -> str:
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
