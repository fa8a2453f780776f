"""The command that crawls."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from search_app.commands.common import (
    Progress,
    counted,
    data_option,
    json_option,
    print_json,
    say,
    settings_of,
    then,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus.crawls import Crawls
    from corpus.model import Corpus
    from corpus.pages import Crawl
    from corpus.store import Store
    from crawlers.page_reading import Tools
    from crawlers.source import CrawlSource
    from search_app.settings import Settings

FOLDER: Final = "warc"
"""Of the evidence, in the data folder."""
_STARTS_SHOWN: Final = 5
_LONGEST_WAIT: Final = 30.0
"""Seconds a crawl waits for another writer of the store before it stops: what was asked for
meanwhile is asked for again."""
_TOLD_EVERY: Final = 60.0
"""Seconds between two lines of progress where no terminal shows them."""


@click.command()
@click.argument("named", metavar="[SOURCE...]", nargs=-1)
@click.option("--resume", is_flag=True, help="Go on with the crawl that was interrupted.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(1), help="Stop after so many pages; see --resume."
)
@click.option("--dry-run", is_flag=True, help="Say what would be asked, and ask nobody.")
@click.option(
    "--from-warc",
    metavar="DIR",
    type=click.Path(exists=True, path_type=Path),
    help="Read answers from WARC files instead of the web.",
)
@click.option("--no-index", is_flag=True, help="Don't build the index at the end.")
@click.option("--no-warc", is_flag=True, help="Keep no WARC files of what was answered.")
@data_option
@json_option
def crawl(
    named: tuple[str, ...],
    resume: bool,
    limit: int | None,
    dry_run: bool,
    from_warc: Path | None,
    no_index: bool,
    no_warc: bool,
    data: str | None,
    as_json: bool,
) -> None:
    """Collect documents from the sources named, else from all that are due.

    Robots.txt is obeyed and each host asked one thing at a time. What was answered is kept as
    WARC files in the data folder. Stopped with Ctrl-C or killed, it goes on with --resume. If
    anything changed, the index is built at the end.
    """
    if resume and (named or from_warc or dry_run):
        raise click.UsageError("--resume goes on with what was begun; name nothing else with it.")
    from corpus.catalogue import load_bundled
    from corpus.crawls import Crawls
    from corpus.store import Store
    from crawlers.crawl_lock import CrawlLock

    settings = settings_of(data)
    corpus = load_bundled()
    known = _sources(settings, corpus)
    if dry_run:
        with Store.open(settings.store, create=False) as store:
            _tell_plan(_chosen(known, named, Crawls(store)), as_json)
        return
    if settings.contact is None and from_warc is None:
        raise click.UsageError(
            "The sites a crawler visits must know whom to write to. Set CITYRIGHTS_CONTACT to a "
            "mail address, or to the address of a page that says who you are."
        )
    _make_folder(settings.data)
    with (
        CrawlLock(settings.data) as lock,
        Store.open(settings.store, wait=_LONGEST_WAIT) as store,
    ):
        if lock.note:
            say(lock.note)
        crawls = Crawls(store)
        begun, sources = _begin(crawls, known, named, resume, from_warc)
        if begun is None:
            if as_json:
                print_json(None)
            say(
                f"No crawl was interrupted. To begin one: {then('crawl', data)}"
                if resume
                else "No source is due. To crawl one all the same, name it: cityrights crawl SOURCE"
            )
            return
        try:
            if from_warc is not None:
                _replay(settings, corpus, store, begun, sources, from_warc)
            else:
                before = store.withdrawn_urls().keys()
                _fetch(settings, corpus, store, begun, sources, limit, not no_warc)
                if store.withdrawn_urls().keys() != before:
                    _clear_evidence(settings, crawls)
        finally:
            all_failed = _report(crawls, begun.id, sources, as_json)
        ended = crawls.crawl(begun.id)
    unfinished = ended is not None and ended.ended is None
    if unfinished:
        say(f"It is not finished. To go on: {then('crawl --resume', data)}")
    # Who stops a crawl does not want to wait for the index either.
    _index(settings, data, no_index or (unfinished and limit is None))
    if all_failed:
        raise click.exceptions.Exit(1)


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(
            f"{data} can't be used as the data folder: {error.strerror}. "
            "Choose another with --data, or mend this."
        ) from None


def _sources(settings: Settings, corpus: Corpus) -> dict[str, CrawlSource]:
    """All sources by id; files with faults are named and left out."""
    from crawlers.source_files import find_sources, source_folders

    found = find_sources(source_folders(settings.data), corpus)
    for fault in found.faults:
        say(f"{fault}")
    return {source.id: source for source in found.sources}


def _chosen(
    known: Mapping[str, CrawlSource], named: Sequence[str], crawls: Crawls
) -> list[CrawlSource]:
    """The sources named, else those enabled that were not crawled within their `every` days."""
    from corpus.faults import did_you_mean, shown

    unknown = [id for id in named if id not in known]
    if unknown:
        near = did_you_mean(unknown[0], known)
        raise click.UsageError(f"There is no source {shown(unknown[0])}. {near}".strip())
    if named:
        empty = [id for id in named if not known[id].start]
        if empty:
            raise click.UsageError(f"The source {empty[0]} has no start: there is nothing to ask.")
        return [known[id] for id in dict.fromkeys(named)]
    from datetime import UTC, datetime

    from crawlers.crawl import last_begun

    last = last_begun(crawls)
    today = datetime.now(UTC).date()
    return [
        source
        for source in known.values()
        if source.enabled
        and source.start
        and (source.id not in last or (today - last[source.id]).days >= source.every)
    ]


def _begin(
    crawls: Crawls,
    known: Mapping[str, CrawlSource],
    named: Sequence[str],
    resume: bool,
    from_warc: Path | None,
) -> tuple[Crawl | None, dict[str, CrawlSource]]:
    """The crawl to run with its sources: a new one, or the one that was interrupted; None where
    no source is due, or none was interrupted."""
    from datetime import UTC, datetime

    from crawlers.crawl import Plan, encoded, plan_of

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
    chosen = list(known.values()) if from_warc is not None else _chosen(known, named, crawls)
    if not chosen:
        return None, {}
    archive = str(from_warc.absolute()) if from_warc is not None else None
    plan = Plan(() if archive else tuple(source.id for source in chosen), archive)
    time = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return crawls.begin(encoded(plan), time), {source.id: source for source in chosen}


def _fetch(
    settings: Settings,
    corpus: Corpus,
    store: Store,
    begun: Crawl,
    sources: Mapping[str, CrawlSource],
    limit: int | None,
    evidence: bool,
) -> None:
    """Visit what is to be visited, progress on stderr."""
    import asyncio
    from importlib.metadata import version

    from corpus.crawls import Crawls
    from crawlers.archive import replay
    from crawlers.bounds import Bounds
    from crawlers.crawl import PRODUCT
    from crawlers.crawl import crawl as run
    from crawlers.warc import EvidenceWriter, read_evidence

    bounds = Bounds(limit=limit)
    progress = Progress()
    folder = settings.data / FOLDER
    writer = None
    if evidence:
        writer = EvidenceWriter.resume(folder, begun.id, Crawls(store).evidence(begun.id))
    try:
        with tools(corpus) as reading:
            for source in sources.values():
                for start in source.start if source.kind == "warc" else ():
                    replay(
                        store,
                        corpus,
                        begun,
                        read_evidence(Path(start), lambda fault: progress.tell(f"{fault}")),
                        {source.id: source},
                        reading,
                        PRODUCT,
                        bounds,
                        lambda done: progress("reading an archive, answers", done, None),
                    )
            asyncio.run(
                run(
                    store,
                    corpus,
                    begun,
                    [source for source in sources.values() if source.kind != "warc"],
                    reading,
                    contact=settings.contact or "",
                    version=version("cityrights"),
                    bounds=bounds,
                    evidence=writer,
                    progress=_Telling(progress),
                )
            )
    finally:
        progress.end()
        if writer is not None:
            writer.close()


def _replay(
    settings: Settings,
    corpus: Corpus,
    store: Store,
    begun: Crawl,
    sources: Mapping[str, CrawlSource],
    folder: Path,
) -> None:
    """Read the answers of an archive as if they came now, progress on stderr."""
    from datetime import UTC, datetime

    from corpus.crawls import Crawls
    from crawlers.archive import replay
    from crawlers.bounds import Bounds
    from crawlers.crawl import PRODUCT
    from crawlers.warc import read_evidence

    progress = Progress()
    try:
        with tools(corpus) as reading:
            replay(
                store,
                corpus,
                begun,
                read_evidence(folder, lambda fault: progress.tell(f"{fault}")),
                sources,
                reading,
                PRODUCT,
                Bounds(),
                lambda done: progress("reading an archive, answers", done, None),
            )
    finally:
        progress.end()
    Crawls(store).end(begun.id, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")


@contextmanager
def tools(corpus: Corpus) -> Iterator[Tools]:
    """What reads pages and judges them."""
    from crawlers.extract.sandbox import Sandbox
    from crawlers.page_reading import Tools
    from indexer.languages.detection import detect
    from indexer.proposing import make_propose
    from indexer.relevance import Relevance

    relevance = Relevance(corpus)
    propose = make_propose(corpus, relevance)
    with Sandbox() as sandbox:
        yield Tools(sandbox.read, detect, relevance.judge, propose)


def _clear_evidence(settings: Settings, crawls: Crawls) -> None:
    """Take what was withdrawn meanwhile out of the files that could not be cleared then."""
    from crawlers.warc.removing import remove_withdrawn

    remove_withdrawn(settings.data / FOLDER, crawls)
    say("What was withdrawn during the crawl was taken out of its WARC files.")


def _report(crawls: Crawls, crawl: int, sources: Mapping[str, CrawlSource], as_json: bool) -> bool:
    """Print what the crawl brought; whether a source failed wholly."""
    from crawlers.crawl_report import as_text, report_of

    begun = crawls.crawl(crawl)
    if begun is None:
        return False
    report = report_of(begun, crawls.tallies(crawl))
    if as_json:
        print_json(report)
    else:
        click.echo(as_text(report))
    return any(source.failed_wholly for source in report.sources)


def _index(settings: Settings, data: str | None, left_out: bool) -> None:
    """Build the index if the store holds what it was not built from."""
    from search_app.indexing import is_behind

    if not is_behind(settings):
        return
    if left_out:
        say(f"What is new is in the next index: {then('index', data)}")
        return
    from search_app.commands.running import build, built_sentence

    say(built_sentence(build(settings), settings))


def _tell_plan(chosen: Sequence[CrawlSource], as_json: bool) -> None:
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


class _Telling:
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
