"""Commands on files of sources: sources check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from search_app.commands.common import (
    counted,
    data_option,
    json_option,
    print_json,
    say,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.model import Corpus
    from crawlers.source import CrawlSource
    from crawlers.source_files import OwnFile, SourceFiles

_HEADER: Final = ("source", "kind", "place", "starts at", "tried")
_LONGEST_START: Final = 44
UNTRIED: Final = "not tried on the live site"


@click.group()
def sources() -> None:
    """What is crawled, as files."""


@sources.command()
@data_option
@json_option
def check(data: str | None, as_json: bool) -> None:
    """List all sources, and name file, key and remedy of every fault.

    Read are the files that come with cityrights and those in the folder `sources` of the data
    folder, which are listed once more as yours; of two with one id, yours is taken.
    """
    import msgspec

    from corpus.catalogue import load_bundled
    from crawlers.source_files import find_sources, source_folders

    settings = settings_of(data)
    corpus = load_bundled()
    found = find_sources(source_folders(settings.data), corpus)
    if as_json:
        print_json(
            {
                "sources": [
                    {**msgspec.to_builtins(source), "own": found.own.get(source.id)}
                    for source in found.sources
                ],
                "faults": found.faults,
            }
        )
    else:
        _print_table(found, corpus)
    if found.faults:
        say(f"{counted(len(found.faults), 'fault')}. The other sources are crawled all the same.")
        raise click.exceptions.Exit(1)


def _print_table(found: SourceFiles, corpus: Corpus) -> None:
    enabled = [source for source in found.sources if source.enabled]
    disabled = [source for source in found.sources if not source.enabled]
    if enabled:
        _print_rows([_HEADER, *(_row(source, corpus) for source in enabled)])
    if disabled:
        click.echo("\nDisabled:")
        _print_rows([(s.id, s.kind, _place(s, corpus), _why(s)) for s in disabled])
    if found.own:
        click.echo("\nYours:")
        _print_rows([(id, _own_file(own)) for id, own in found.own.items()])
    if found.faults:
        click.echo("\nFaults:")
        for fault in found.faults:
            click.echo(str(fault))
    tried = sum(source.tried is not None for source in found.sources)
    click.echo(
        f"\n{counted(len(enabled), 'source')}, and {len(disabled):,} disabled; "
        f"{len(found.own) or 'none'} of them yours; {tried or 'none'} tried on the live site."
    )


def _print_rows(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _row(source: CrawlSource, corpus: Corpus) -> tuple[str, ...]:
    return (
        source.id,
        source.kind,
        _place(source, corpus),
        _start(source),
        source.tried or UNTRIED,
    )


def _place(source: CrawlSource, corpus: Corpus) -> str:
    if source.city is not None:
        city = corpus.cities[source.city]
        return f"{city.name}, {city.country}"
    return corpus.countries[source.country].name if source.country is not None else "-"


def _start(source: CrawlSource) -> str:
    first = source.start[0].partition("://")[2] or source.start[0]
    more = f" +{len(source.start) - 1:,}" if len(source.start) > 1 else ""
    room = _LONGEST_START - len(more)
    return (first if len(first) <= room else f"{first[: room - 1]}…") + more


def _own_file(own: OwnFile) -> str:
    return f"{own.path}, in place of the bundled one" if own.replaces else own.path


def _why(source: CrawlSource) -> str:
    return "enabled = false in its file" if source.start else "where it starts is not known"
