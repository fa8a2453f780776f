"""Commands on the catalogue as files: catalogue check."""

from __future__ import annotations

from pathlib import Path

import click

from search_app.commands.common import json_option, print_json, say


@click.group()
def catalogue() -> None:
    """The catalogue as files."""


@catalogue.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """Name file, row, field and remedy of every fault.

    FOLDER is a catalogue of your own; without it the one that comes with cityrights is checked.
    """
    from corpus.catalogue import check as check_folder
    from corpus.catalogue import check_bundled

    if folder is not None and not folder.is_dir():
        raise click.UsageError(f"{folder} is no folder.")
    faults = check_bundled() if folder is None else check_folder(folder)
    if as_json:
        print_json(faults)
    else:
        for fault in faults:
            click.echo(str(fault))
    if faults:
        say(f"{len(faults):,} faults." if len(faults) > 1 else "1 fault.")
        raise click.exceptions.Exit(1)
    say("The catalogue is sound.")
