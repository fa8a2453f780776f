"""Commands that change or save what can't be built anew: import, withdraw, backup, restore."""

from __future__ import annotations

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
    from corpus.store import Store
    from crawlers.warc.removing import Removal
    from search_app.settings import Settings


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@json_option
def import_(file: Path, data: str | None, as_json: bool) -> None:
    """Take records of FILE (.jsonl or .jsonl.gz), shown as provisional.

    Each line is a record with id, title, text, language and url, and where known city, country,
    kind, topics, date, licence and publisher. A bad line is named and nothing of the file taken.
    """
    from corpus.catalogue import load_bundled
    from corpus.importing import import_file
    from corpus.store import Store

    settings = settings_of(data)
    progress = Progress()
    try:
        with Store.open(settings.store) as store:
            report = import_file(
                file,
                store,
                load_bundled(),
                progress=lambda lines, read, size: progress("reading lines", lines, None),
            )
    finally:
        progress.end()
    for warning in report.warnings:
        say(f"Note: {warning}")
    if as_json:
        print_json(report)
        return
    click.echo(
        f"{report.new:,} new, {report.changed:,} changed, "
        f"{counted(report.unchanged, 'unchanged record')}; {counted(report.passages, 'passage')}."
    )
    if report.new or report.changed:
        say(f"They are in the next index: {then('index', data)}")


@click.command()
@click.argument("what", metavar="ID|URL")
@click.option("--reason", required=True, metavar="TEXT", help="Why; its address will show it.")
@data_option
@json_option
def withdraw(what: str, reason: str, data: str | None, as_json: bool) -> None:
    """Remove a record or document for good, by its id or the address it was read from.

    Its address answers 410 with the reason, and no import or crawl brings it back. It is taken
    out of WARC files, too; of those that a crawl is writing, when that ends.
    Backups taken earlier still hold it: they are yours to keep or destroy.
    """
    from msgspec.structs import asdict

    from corpus.catalogue import load_bundled
    from corpus.store import Store

    settings = settings_of(data)
    bundled = {record.id: record for record in load_bundled().initiatives}
    with Store.open(settings.store) as store:
        done = store.withdraw(what, reason, bundled)
        removal = _clear_evidence(settings, store)
    if as_json:
        print_json({**asdict(done), "evidence": removal})
    else:
        for id in done.ids:
            click.echo(f"withdrawn: {id}")
        for url in done.urls:
            click.echo(f"withdrawn: {url}")
    if not done.cleared:
        say("Another process holds the store open; run this again to clear the last bytes of it.")
    say(f"It leaves the index with: {then('index', data)}")
    say("Backups taken earlier still hold it; they are yours to keep or destroy.")
    if removal is None:
        raise click.exceptions.Exit(1)


def _clear_evidence(settings: Settings, store: Store) -> Removal | None:
    """Take what is withdrawn out of WARC files; None, and why is said, where that fails."""
    from corpus.crawls import Crawls
    from crawlers.warc import EvidenceError
    from crawlers.warc.removing import remove_withdrawn
    from search_app.commands.crawling import FOLDER

    progress = Progress()
    try:
        removal = remove_withdrawn(
            settings.data / FOLDER,
            Crawls(store),
            lambda done, of: progress("looking through WARC files", done, of),
        )
    except EvidenceError as error:
        progress.tell(str(error))
        return None
    finally:
        progress.end()
    for note in removal.notes:
        say(note)
    if removal.files:
        records, files = (
            counted(removal.records, "record"),
            counted(len(removal.files), "WARC file"),
        )
        say(f"{records} taken out of {files}.")
    return removal


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@json_option
def backup(file: Path, data: str | None, as_json: bool) -> None:
    """Write what can't be built anew (records, documents, withdrawn list) into FILE."""
    from corpus.backup import backup as save

    report = save(settings_of(data).store, file)
    for note in report.notes:
        say(note)
    if as_json:
        print_json(report)
    else:
        click.echo(f"{report.file}: {_counted(report.counts)}; {report.size:,} bytes.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a store that is there already.")
@data_option
@json_option
def restore(file: Path, force: bool, data: str | None, as_json: bool) -> None:
    """Bring back what `backup` wrote into FILE."""
    from corpus.backup import restore as bring_back
    from corpus.store import Store
    from crawlers.crawl_lock import CrawlLock

    settings = settings_of(data)
    with CrawlLock(settings.data):
        report = bring_back(file, settings.store, force)
        for note in report.notes:
            say(note)
        # The backup may tell of withdrawals that were not known here.
        with Store.open(settings.store) as store:
            removal = _clear_evidence(settings, store)
    if as_json:
        print_json(report)
    else:
        click.echo(f"{settings.store}: {_counted(report.counts)}.")
    say(f"The index follows with: {then('index', data)}")
    if removal is None:
        raise click.exceptions.Exit(1)


_NAMES: Final = {
    "initiatives": "initiative",
    "passages": "passage",
    "documents": "document",
    "versions": "version",
    "pages": "crawled page",
    "crawls": "crawl",
    "withdrawn": "withdrawn record",
    "withdrawn_urls": "withdrawn address",
}


def _counted(counts: dict[str, int]) -> str:
    many = {"withdrawn_urls": "withdrawn addresses"}
    return ", ".join(counted(count, _NAMES[name], many.get(name)) for name, count in counts.items())
