"""Title, language and date that DOCX and ODT files say of themselves, in Dublin Core."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from crawlers.extract.document import Refusal
from crawlers.extract.xml_parts import local, parsed

_DAY: Final = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})")
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")
FIRST_YEAR: Final = 1985
"""Before there were such files; a clock that was never set says 1970 or 1980."""


class Properties(NamedTuple):
    """What a file says of itself; a date is the day on which the text was last changed."""

    title: str | None = None
    language: str | None = None
    date: str | None = None
    date_origin: str | None = None


def core_properties(part: bytes | None) -> Properties:
    """Properties of a DOCX file (ECMA-376 part 2, 11); none where the part is bad."""
    return _read(
        part, "docProps/core.xml", {"modified": "dcterms:modified", "created": "dcterms:created"}
    )


def meta_properties(part: bytes | None) -> Properties:
    """Properties of an ODT file (OpenDocument 1.3 part 3, 4.3); none where the part is bad."""
    return _read(part, "meta.xml", {"date": "dc:date", "creation-date": "meta:creation-date"})


def _read(part: bytes | None, name: str, dates: dict[str, str]) -> Properties:
    if part is None:
        return Properties()
    try:
        root = parsed(part, name)
    except Refusal:
        return Properties()
    said: dict[str, str] = {}
    for element in root.iter():
        if element.text:
            said.setdefault(local(element), element.text.strip())
    day, origin = next(
        ((day, dates[key]) for key in dates if (day := _day(said.get(key)))), (None, None)
    )
    language: Any = said.get("language", "")
    return Properties(
        said.get("title"), language if _LANGUAGE.match(language) else None, day, origin
    )


def _day(said: str | None) -> str | None:
    found = _DAY.match(said or "")
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day.isoformat() if FIRST_YEAR <= day.year <= datetime.now(UTC).year + 1 else None
