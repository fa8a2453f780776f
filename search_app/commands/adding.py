"""The command that reads documents: add."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_app.commands.common import (
    Progress,
    data_option,
    json_option,
    print_json,
    say,
    settings_of,
)

if TYPE_CHECKING:
    from corpus.made_records import Given
    from corpus.model import Corpus
    from corpus.store import Store
    from crawlers.adding import AddReport, Read


@click.command()
@click.argument(
    "named", metavar="FILE_OR_FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--initiative", metavar="ID", help="The initiative the documents belong to.")
@click.option("--city", metavar="CITY", help="The city of documents of no initiative yet.")
@click.option("--country", metavar="COUNTRY", help="Their country, where no city is given.")
@click.option("--kind", metavar="KIND", help="What they are: law, policy, report, ...")
@click.option("--licence", metavar="TEXT", help="What may be done with the texts.")
@click.option(
    "--url",
    metavar="ADDRESS",
    help="Where the file is published; of a folder, where its files are by their paths in it.",
)
@click.option("--index", "index_too", is_flag=True, help="Build the index right after.")
@data_option
@json_option
def add(
    named: tuple[Path, ...],
    initiative: str | None,
    city: str | None,
    country: str | None,
    kind: str | None,
    licence: str | None,
    url: str | None,
    index_too: bool,
    data: str | None,
    as_json: bool,
) -> None:
    """Read documents (PDF, HTML, DOCX, ODT) of files and folders into the store.

    They become documents of --initiative. Without it, each belongs to the initiative whose
    source its address is, else to a provisional record of its own. A file that can't be read is
    named with the reason and the next one is read. Run it again after an interruption or a
    change: only what is new is read.
    """
    from datetime import UTC, datetime

    from corpus.catalogue import load_bundled
    from corpus.store import Store
    from crawlers.adding import Adding
    from crawlers.files import find_files
    from indexer.languages.detection import detect

    _check_named(named, url)
    settings = settings_of(data)
    corpus = load_bundled()
    given = _given(corpus, initiative, city, country, kind, licence)
    files = list(find_files(named, url))
    progress = Progress()
    try:
        with Store.open(settings.store) as store, open_reader() as read:
            adding = Adding(
                store,
                corpus,
                read,
                detect,
                initiative=existing(initiative, corpus, store) if initiative else None,
                given=given,
                today=datetime.now(UTC).date(),
                refuse=lambda refused: progress.tell(f"{refused}"),
                progress=lambda done: progress("reading files", done, len(files)),
            )
            report = adding.add(files)
    finally:
        progress.end()
    if not files:
        say("There is no file in it.")
    if as_json:
        print_json(report)
    else:
        _print(report)
    if report.new or report.changed or report.unchanged:
        if index_too:
            from search_app.commands.running import build, built_sentence

            say(built_sentence(build(settings), settings))
        else:
            say("They are in the next index: cityrights index")
    elif report.refused:
        raise click.exceptions.Exit(1)


@contextmanager
def open_reader() -> Iterator[Read]:
    """What reads documents: limited child processes, in which a hostile one dies alone."""
    from crawlers.extract.sandbox import Item, Sandbox

    with Sandbox() as sandbox:
        yield lambda content, url: sandbox.read(Item(content, url=url))


def _check_named(named: tuple[Path, ...], url: str | None) -> None:
    missing = [str(path) for path in named if not path.exists()]
    if missing:
        raise click.UsageError(f"There is no file or folder {', '.join(missing)}.")
    if url is None:
        return
    if len(named) > 1:
        raise click.UsageError("--url is the address of one file or of one folder.")
    from corpus.shapes import check_address

    def report(field: str, problem: str, remedy: str) -> None:
        raise click.UsageError(f"--url: {problem} {remedy}")

    check_address(url, "url", report)


def _given(
    corpus: Corpus,
    initiative: str | None,
    city: str | None,
    country: str | None,
    kind: str | None,
    licence: str | None,
) -> Given:
    """The options as values of the corpus; every fault is named at once."""
    from corpus.cleaning import clean_line
    from corpus.faults import did_you_mean, shown
    from corpus.made_records import Given
    from corpus.model import KINDS
    from corpus.places import Gazetteer

    faults = []
    if initiative and (city or country or kind):
        faults.append("--initiative already says city, country and kind: leave those out.")
    gazetteer = Gazetteer(corpus.cities, corpus.countries)
    code = gazetteer.find_country(country) if country else None
    if country and code is None:
        names = [known.name for known in corpus.countries.values()]
        near = did_you_mean(country, names) or "Use the two letters of ISO 3166-1, such as 'FI'."
        faults.append(f"--country: {shown(country)} is not a country. {near}")
    slug = gazetteer.find(city, code) if city else None
    if city and slug is None and not (country and code is None):
        near = did_you_mean(city, [known.name for known in corpus.cities.values()])
        faults.append(f"--city: {shown(city)} is no city known here. {near}".strip())
    if kind and kind not in KINDS:
        faults.append(f"--kind: {shown(kind)} is not a kind. {did_you_mean(kind, KINDS)}")
    if faults:
        raise click.UsageError("\n".join(faults))
    said = clean_line(licence)[:500] if licence else None
    return Given(city=slug, country=code, kind=kind, licence=said or None)


def existing(id: str, corpus: Corpus, store: Store, option: str = "--initiative") -> str:
    """The id of an initiative of the catalogue or the store, by it or a former one; a fault
    names the option it was given to."""
    from corpus.faults import did_you_mean, shown

    for record in corpus.initiatives:
        if id == record.id or id in record.aliases:
            return record.id
    stored = store.ids()
    if id in stored:
        return id
    near = did_you_mean(id, [*(record.id for record in corpus.initiatives), *stored])
    raise click.UsageError(f"{option}: there is no initiative {shown(id)}. {near}".strip())


def _print(report: AddReport) -> None:
    copies = f", {report.copies:,} copies of others" if report.copies else ""
    count = len(report.refused)
    refused = f"; {count:,} {'file' if count == 1 else 'files'} refused" if count else ""
    click.echo(
        f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged "
        f"documents{copies}{refused}."
    )
    if len(report.initiatives) <= 20:
        for id in report.initiatives:
            click.echo(f"  {id}")
