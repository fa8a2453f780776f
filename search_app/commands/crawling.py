"""The command that crawls."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from search_app.commands.common import (
    COUNT,
    Progress,
    data_option,
    data_words,
    json_option,
    print_json,
    say,
    settings_of,
    then,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from corpus.crawls import Crawls
    from corpus.model import Corpus
    from corpus.pages import Crawl
    from corpus.store import Store
    from crawlers.bounds import Bounds
    from crawlers.page_reading import Tools
    from crawlers.source import CrawlSource
    from search_app.settings import Settings

FOLDER: Final = "warc"
"""Of the evidence, in the data folder."""
_LONGEST_WAIT: Final = 30.0
"""Seconds a crawl waits for another writer of the store before it stops: what was asked for
meanwhile is asked for again."""
_STOPPING: Final = (
    "Stopping: what is under way comes to its end, a minute at most. Once more stops at once."
)


@click.command()
@click.argument("named", metavar="[SOURCE...]", nargs=-1)
@click.option("--resume", is_flag=True, help="Go on with the crawl that was interrupted.")
@click.option("--limit", metavar="N", type=COUNT, help="Stop after so many pages; see --resume.")
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
    from crawlers.warc.files import warc_files
    from search_app.commands.choosing_sources import begin, choose, known_sources
    from search_app.commands.crawl_telling import tell_plan

    settings = settings_of(data)
    corpus = load_bundled()
    known = known_sources(settings, corpus)
    if dry_run:
        with Store.open(settings.store, create=False) as store:
            tell_plan(choose(known, named, Crawls(store)), as_json)
        return
    if settings.contact is None and from_warc is None:
        raise click.UsageError(
            "The sites a crawler visits must know whom to write to. Set CITYRIGHTS_CONTACT to a "
            "mail address, or to the address of a page that says who you are."
        )
    if from_warc is not None:
        warc_files(from_warc)  # before anything is begun: there may be none
    _make_folder(settings.data)
    with (
        CrawlLock(settings.data) as lock,
        Store.open(settings.store, wait=_LONGEST_WAIT) as store,
    ):
        if lock.note:
            say(lock.note)
        crawls = Crawls(store)
        begun, sources = begin(crawls, known, named, resume, from_warc)
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
                _replay(corpus, store, begun, sources, from_warc)
            else:
                before = store.withdrawn_urls().keys()
                _fetch(settings, corpus, store, begun, sources, limit, not no_warc)
                if store.withdrawn_urls().keys() != before:
                    _clear_evidence(settings, crawls)
        finally:
            all_failed = _report(crawls, begun.id, data, as_json)
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
        why = "it is not a folder" if isinstance(error, FileExistsError) else error.strerror
        raise click.UsageError(
            f"{data} can't be used as the data folder: {why}. "
            "Choose another with --data, or mend this."
        ) from None


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
    from crawlers.bounds import Bounds
    from crawlers.crawl import crawl as run
    from crawlers.warc import EvidenceWriter
    from search_app.commands.crawl_telling import CrawlProgress

    bounds = Bounds(limit=limit)
    progress = Progress()
    folder = settings.data / FOLDER
    writer = None
    if evidence:
        writer = EvidenceWriter.resume(folder, begun.id, Crawls(store).evidence(begun.id))
    archives = {source.id: source for source in sources.values() if source.kind == "warc"}
    try:
        with tools(corpus) as reading:
            for id, source in archives.items():
                for start in source.start:
                    _read_archive(
                        store, corpus, begun, {id: source}, Path(start), reading, bounds, progress
                    )
            asyncio.run(
                run(
                    store,
                    corpus,
                    begun,
                    [source for id, source in sources.items() if id not in archives],
                    reading,
                    contact=settings.contact or "",
                    version=version("cityrights"),
                    bounds=bounds,
                    evidence=writer,
                    progress=CrawlProgress(progress),
                    stopping=lambda: progress.tell(_STOPPING),
                )
            )
    finally:
        progress.end()
        if writer is not None:
            writer.close()


def _replay(
    corpus: Corpus,
    store: Store,
    begun: Crawl,
    sources: Mapping[str, CrawlSource],
    folder: Path,
) -> None:
    """Read the answers of an archive as if they came now, progress on stderr."""
    from datetime import UTC, datetime

    from corpus.crawls import Crawls
    from crawlers.bounds import Bounds

    progress = Progress()
    try:
        with tools(corpus) as reading:
            _read_archive(store, corpus, begun, sources, folder, reading, Bounds(), progress)
    finally:
        progress.end()
    Crawls(store).end(begun.id, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")


def _read_archive(
    store: Store,
    corpus: Corpus,
    begun: Crawl,
    sources: Mapping[str, CrawlSource],
    folder: Path,
    reading: Tools,
    bounds: Bounds,
    progress: Progress,
) -> None:
    from crawlers.archive import replay
    from crawlers.crawl import PRODUCT
    from crawlers.warc import read_evidence

    replay(
        store,
        corpus,
        begun,
        read_evidence(folder, lambda fault: progress.tell(f"{fault}")),
        sources,
        reading,
        PRODUCT,
        bounds,
        lambda done: progress("reading an archive, answers", done, None),
    )


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


def _report(crawls: Crawls, crawl: int, data: str | None, as_json: bool) -> bool:
    """Print what the crawl brought; whether a source failed wholly."""
    from crawlers.crawl_report import as_text, report_of

    begun = crawls.crawl(crawl)
    if begun is None:
        return False
    report = report_of(begun, crawls.tallies(crawl))
    if as_json:
        print_json(report)
    else:
        click.echo(as_text(report, data_words(data)))
    return any(source.failed_wholly for source in report.sources)


def _index(settings: Settings, data: str | None, left_out: bool) -> None:
    """Build the index if the store holds what it was not built from."""
    from search_app.indexing import is_behind, redate

    if not is_behind(settings):
        if not left_out and redate(settings, say):
            say("Nothing has changed. The days on which sources were seen are in the index.")
        return
    if left_out:
        say(f"What is new is in the next index: {then('index', data)}")
        return
    from search_app.commands.running import build, built_sentence

    say(built_sentence(build(settings), settings))
