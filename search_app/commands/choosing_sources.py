"""Which sources are crawled now, and whether a crawl is begun or gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from search_app.commands.common import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from corpus.crawls import Crawls
    from corpus.model import Corpus
    from corpus.pages import Crawl
    from crawlers.source import CrawlSource
    from search_app.settings import Settings


def known_sources(settings: Settings, corpus: Corpus) -> dict[str, CrawlSource]:
    """All sources by id; files with faults are named and left out."""
    from crawlers.source_files import find_sources, source_folders

    found = find_sources(source_folders(settings.data), corpus)
    for fault in found.faults:
        say(f"{fault}")
    return {source.id: source for source in found.sources}


def choose(
    known: Mapping[str, CrawlSource], named: Sequence[str], crawls: Crawls
) -> list[CrawlSource]:
    """The sources named, else those enabled that were not crawled within their `every` days."""
    from corpus.faults import did_you_mean, shown

    unknown = [id for id in named if id not in known]
    if unknown:
        near = did_you_mean(unknown[0], known) or "To see all: cityrights sources check"
        raise click.UsageError(f"There is no source {shown(unknown[0])}. {near}")
    if named:
        empty = [id for id in named if not known[id].start]
        if empty:
            raise click.UsageError(
                f"The source {empty[0]} has no start: there is nothing to ask. Write one into a "
                f"file {empty[0]}.toml of your own; docs/sources.md says how."
            )
        return [known[id] for id in dict.fromkeys(named)]
    from datetime import UTC, datetime

    from crawlers.crawl_plan import last_begun

    last = last_begun(crawls)
    today = datetime.now(UTC).date()
    return [
        source
        for source in known.values()
        if source.enabled
        and source.start
        and (source.id not in last or (today - last[source.id]).days >= source.every)
    ]


def begin(
    crawls: Crawls,
    known: Mapping[str, CrawlSource],
    named: Sequence[str],
    resume: bool,
    from_warc: Path | None,
) -> tuple[Crawl | None, dict[str, CrawlSource]]:
    """The crawl to run with its sources: a new one, or the one that was interrupted; None where
    no source is due, or none was interrupted."""
    from datetime import UTC, datetime

    from crawlers.crawl_plan import Plan, encoded, plan_of

    before = crawls.newest()
    unfinished = before is not None and before.ended is None
    if resume:
        if before is None or not unfinished or plan_of(before).archive is not None:
            return None, {}
        ids = plan_of(before).sources
        missing = [id for id in ids if id not in known]
        if missing:
            say(f"No longer among the sources, so not visited: {', '.join(missing)}.")
            crawls.leave_out(before.id, missing)
        return before, {id: known[id] for id in ids if id in known}
    if before is not None and unfinished and crawls.waiting(before.id):
        say(f"The crawl begun at {before.started} was not finished; a new one takes its place.")
    chosen = list(known.values()) if from_warc is not None else choose(known, named, crawls)
    if not chosen:
        return None, {}
    archive = str(from_warc.absolute()) if from_warc is not None else None
    plan = Plan(() if archive else tuple(source.id for source in chosen), archive)
    time = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return crawls.begin(encoded(plan), time), {source.id: source for source in chosen}
