"""Which titles are worth showing: what documents call themselves is often a file's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawlers.extract.characters import clean_line
from crawlers.extract.document import Section

LONGEST_LINE: Final = 120
"""Characters of a first line that may be a title."""

_PROGRAM: Final = re.compile(
    r"^(?:microsoft\s+(?:word|powerpoint|excel|office\s\w+)|word|powerpoint|openoffice\S*"
    r"|libreoffice)\s*[-–:]\s*",
    re.IGNORECASE,
)
_FILE_NAME: Final = re.compile(
    r"(?:^\S*[_/\\]\S*$)|\.(?:docx?|dot[xm]?|odt|rtf|txt|pdf|indd|qxp|qxd|pptx?|xlsx?|html?|exe|ps"
    r"|tex|dvi|pub|cdr|ai|fm|wpd|pages)\s*$|^[a-z]{0,4}\d[\w.-]*$",
    re.IGNORECASE,
)
_NOTHING: Final = re.compile(
    r"^(?:<%.*|\{\{.*|untitled[\s_-]*\d*|no title|document\s*\d*|presentation\s*\d*|powerpoint presentation|slide \d+"
    r"|title|titel|titre|título|sans titre|sin título|ohne titel|naamloos|unbenannt|new document"
    r"|template|layout \d+|page \d+|\(?anonymous\)?|print|full page|scan\S*|versadex report)\s*\W*$",
    re.IGNORECASE,
)


def title_worth_showing(title: str | None) -> str | None:
    """A title, or None where it is a file's name, a program's or nothing: "Untitled", "v3.doc"."""
    title = clean_line(title or "")
    title = _PROGRAM.sub("", title).strip(" -–_:")
    if sum(map(str.isalpha, title)) < 2 or _FILE_NAME.search(title) or _NOTHING.match(title):
        return None
    return title[:300]


def title_from(
    said: str | None, styled: str | None, text: str, sections: Sequence[Section]
) -> str | None:
    """The best title of a document that has structure.

    What it says of itself, what is set as its title, its first heading of the highest level, a
    short first line, any heading: the first of them worth showing.
    """
    headings = [section.heading for section in sections if section.heading]
    highest = [section.heading for section in sections if section.heading and section.level == 1]
    first = text.split("\n", 1)[0]
    if len(first) > LONGEST_LINE or first.endswith((".", ";", ",")) or " | " in first:
        first = ""
    candidates = (said, styled, *highest[:1], first, *headings[:1])
    return next(filter(None, map(title_worth_showing, candidates)), None)
