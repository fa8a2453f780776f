"""Commands that change or save what can't be built anew: import, withdraw, backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from search_app.commands.common import (
    Progress,
    data_option,
    json_option,
    print_json,
    say,
    settings_of,
)


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
        f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged records; "
        f"{report.passages:,} passages."
    )
    if report.new or report.changed:
        say("They are in the next index: cityrights index")


@click.command()
@click.argument("what", metavar="ID|URL")
@click.option("--reason", required=True, metavar="TEXT", help="Why; its address will show it.")
@data_option
@json_option
def withdraw(what: str, reason: str, data: str | None, as_json: bool) -> None:
    """Remove a record for good, by its id or the address it was read from.

    Its address answers 410 with the reason, and no import brings it back. Backups taken earlier
    still hold it: they are yours to keep or destroy.
    """
    from corpus.catalogue import load_bundled
    from corpus.store import Store

    settings = settings_of(data)
    bundled = {record.id: record for record in load_bundled().initiatives}
    with Store.open(settings.store) as store:
        done = store.withdraw(what, reason, bundled)
    if as_json:
        print_json(done)
    else:
        for id in done.ids:
            click.echo(f"withdrawn: {id}")
        for url in done.urls:
            click.echo(f"withdrawn: {url}")
    if not done.cleared:
        say("Another process holds the store open; run this again to clear the last bytes of it.")
    say("It leaves the index with: cityrights index")
    say("Backups taken earlier still hold it; they are yours to keep or destroy.")


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

    settings = settings_of(data)
    report = bring_back(file, settings.store, force)
    for note in report.notes:
        say(note)
    if as_json:
        print_json(report)
    else:
        click.echo(f"{settings.store}: {_counted(report.counts)}.")
    say("The index follows with: cityrights index")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
