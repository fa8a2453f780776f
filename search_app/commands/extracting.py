"""The command that reads documents: extract."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_app.commands.common import Progress, json_option, say

if TYPE_CHECKING:
    from crawlers.extract.files import Reading

_READABLE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_READABLE)
@click.option(
    "--password-file",
    type=_READABLE,
    metavar="FILE",
    help="Passwords, one a line, tried on encrypted PDFs.",
)
@json_option
def extract(files: tuple[Path, ...], password_file: Path | None, as_json: bool) -> None:
    """Read each FILE (HTML, PDF, DOCX, ODT) and say what is in it.

    One line a file, in their order, with --json a line of JSON. Ends with 1 where a file was
    refused; why is told for each, and the others are read.
    """
    from crawlers.extract.document import Refusal
    from crawlers.extract.files import read_files
    from crawlers.extract.sandbox import Sandbox

    passwords = _passwords(password_file) if password_file else ()
    progress = Progress()
    refused = 0
    with Sandbox() as sandbox:
        try:
            for done, reading in enumerate(read_files(files, sandbox, passwords=passwords), 1):
                progress.end()
                if as_json:
                    _print_json_line(reading)
                else:
                    click.echo(_summary(reading))
                if isinstance(reading.outcome, Refusal):
                    refused += 1
                    if as_json:
                        say(f"{reading.file}: {reading.outcome}")
                if len(files) > 1:
                    progress("reading files", done, len(files))
        finally:
            progress.end()
    if refused:
        raise click.exceptions.Exit(1)


def _passwords(file: Path) -> tuple[str, ...]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise click.BadParameter(f"{file} is not UTF-8.", param_hint="--password-file") from None
    return tuple(line for line in lines if line)


def _print_json_line(reading: Reading) -> None:
    import msgspec

    from crawlers.extract.files import extraction

    # Bytes: a terminal of another encoding must not spoil JSON, which is UTF-8.
    stream = sys.stdout.buffer
    stream.write(msgspec.json.encode(extraction(reading)) + b"\n")
    stream.flush()


def _summary(reading: Reading) -> str:
    from crawlers.extract.document import Refusal
    from search_app.citations import line

    found = reading.outcome
    if isinstance(found, Refusal):
        return f"{line(reading.file)}: refused, {found}"
    facts = [
        found.media_type,
        found.language or "",
        f"{len(found.pages)} pages" if len(found.pages) > 1 else "",
        f"{len(found.sections)} sections" if len(found.sections) > 1 else "",
        f"{len(found.text):,} characters",
        f"published {found.published}" if found.published else "",
    ]
    title = f"{line(found.title)} · " if found.title else ""
    return f"{line(reading.file)}: {title}{' · '.join(fact for fact in facts if fact)}"
