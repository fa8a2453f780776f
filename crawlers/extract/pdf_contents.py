"""Contents pages, whose page numbers are often written apart from their entries."""

from __future__ import annotations

from itertools import pairwise

from crawlers.extract.pdf_lines import Run
from crawlers.extract.roles import FEWEST_ENTRIES


def with_page_numbers(page: list[Run]) -> list[Run]:
    """Runs of a page, with a column of rising page numbers put behind the entries left of it."""
    numbers = [(i, run) for i, run in enumerate(page) if run.text.isdecimal() and len(run.text) < 5]
    if len(numbers) < FEWEST_ENTRIES:
        return page
    numbers.sort(key=lambda numbered: numbered[1].top)
    values = [int(run.text) for _, run in numbers]
    rising = sum(a <= b for a, b in pairwise(values))
    if rising < 0.9 * (len(values) - 1) or values[0] == values[-1]:
        return page
    lines = list(page)
    gone: set[int] = set()
    for i, number in numbers:
        beside = [
            j
            for j, run in enumerate(page)
            if j != i
            and run.right <= number.left + 2
            and min(run.bottom, number.bottom) - max(run.top, number.top) > 0.5 * number.height
            and not run.text.isdecimal()
        ]
        if beside:
            j = max(beside, key=lambda j: page[j].right)
            lines[j] = lines[j]._replace(text=f"{lines[j].text} {number.text}", right=number.right)
            gone.add(i)
    if len(gone) < FEWEST_ENTRIES:
        return page
    return [run for i, run in enumerate(lines) if i not in gone]
