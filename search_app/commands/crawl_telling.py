"""What a crawl tells of itself: what it would ask, how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from search_app.commands.common import Progress, counted, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawlers.source import CrawlSource

_STARTS_SHOWN: Final = 5
_TOLD_EVERY: Final = 60.0
"""Seconds between two lines of progress where no terminal shows them."""


def tell_plan(chosen: Sequence[CrawlSource], as_json: bool) -> None:
    """What a crawl would begin with."""
    from crawlers.addresses import host_of

    if as_json:
        print_json(chosen)
        return
    hosts = {host_of(start) for each in chosen for start in each.start if "://" in start}
    for source in chosen:
        click.echo(
            f"{source.id}: {source.kind}, {counted(len(source.start), 'start')}, "
            f"at most {counted(source.max_pages, 'page')}"
        )
        for start in source.start[:_STARTS_SHOWN]:
            click.echo(f"  {start}")
        if len(source.start) > _STARTS_SHOWN:
            click.echo(f"  and {len(source.start) - _STARTS_SHOWN:,} more")
    click.echo(f"{counted(len(chosen), 'source')} on {counted(len(hosts), 'host')} to begin with.")


class CrawlProgress:
    """Progress of a crawl: often on a terminal, else a line a minute."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._next = 0.0

    def __call__(self, done: int, waiting: int, rate: float) -> None:
        import sys
        import time

        if not sys.stderr.isatty():
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + _TOLD_EVERY
        left = _left(waiting, rate)
        self._progress.line(f"{done:,} visited, {waiting:,} to visit, {rate:.1f} a second, {left}")


def _left(waiting: int, rate: float) -> str:
    """How long the rest takes at this rate, roughly."""
    if rate <= 0:
        return "time left not known"
    minutes = waiting / rate / 60
    return f"about {minutes:,.0f} min left" if minutes >= 1 else "under a minute left"
