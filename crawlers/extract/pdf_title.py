"""The title of a PDF whose metadata have none: what its first page says largest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crawlers.extract.characters import clean_line
from crawlers.extract.pdf_hyphens import Hyphenation
from crawlers.extract.pdf_lines import Run
from crawlers.extract.titles import title_worth_showing

LONGEST: Final = 250
"""Characters; a page set in one size has no title."""


def title_in(page: Sequence[Run]) -> str | None:
    """The largest words of a page, at most a few lines of them, None where nothing stands out."""
    lettered = [run for run in page if sum(map(str.isalpha, run.text)) >= 2 and run.size > 0]
    if not lettered:
        return None
    largest = max(run.size for run in lettered)
    title: list[Run] = []
    for run in sorted(lettered, key=lambda run: (round(run.top), run.left)):
        if run.size < 0.95 * largest:
            continue
        if title and run.top - title[-1].bottom > 1.5 * run.height:
            break
        title.append(run)
    smaller = sum(len(run.text) for run in lettered if run.size < 0.9 * largest)
    text = clean_line(Hyphenation(()).joined(" ".join(run.text for run in title)))
    if smaller < len(text) or len(text) > LONGEST:
        bold = next((run for run in lettered if run.bold), None)
        text = clean_line(bold.text) if bold and not lettered[0].bold else ""
    return title_worth_showing(text)
