"""What commands have in common: where the data are, how progress and JSON are written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.engine import SearchEngine
    from indexer.generation import Manifest
    from search_app.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def data_option(command: F) -> F:
    """`--data DIR`."""
    option = click.option(
        "--data",
        metavar="DIR",
        help="Folder of the store and the index [default: CITYRIGHTS_DATA, else the user's].",
    )
    return option(command)


COUNT: Final = click.IntRange(1, 2**63 - 1)
"""A number from 1 that the store can be asked for: SQLite's are no larger."""


def json_option(command: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def settings_of(data: str | None) -> Settings:
    """The settings with the folder a command was given."""
    from search_app.settings import read_settings

    return read_settings(data)


def open_engine(settings: Settings) -> SearchEngine:
    """The engine of the index in use; raises IndexFault, which names the command that mends."""
    from indexer.embedded import EmbeddedEngine
    from indexer.generation import open_current

    def opened(folder: Path, _: Manifest) -> SearchEngine:
        # Its digests have just been compared.
        return EmbeddedEngine.open(folder, digests=False)

    return open_current(settings.index, opened)


def then(command: str, data: str | None) -> str:
    """A command to run next, on the same data as this one."""
    return f"cityrights {command} {data_words(data)}".rstrip()


def data_words(data: str | None) -> str:
    """What a command says of the data folder if this one was told of it, else nothing."""
    from shlex import quote

    return f"--data {quote(data)}" if data else ""


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with what it counts, in the singular where it is one."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def print_json(answer: Any) -> None:
    """An answer as indented JSON on stdout."""
    import msgspec

    encoded = msgspec.json.format(msgspec.json.encode(answer), indent=2)
    # Bytes: a terminal of another encoding must not spoil JSON, which is UTF-8.
    stream = sys.stdout.buffer
    stream.write(encoded + b"\n")
    stream.flush()


def say(sentence: str) -> None:
    """A sentence for the person at the terminal, on stderr."""
    click.echo(sentence, err=True)


class Progress:
    """Steps of something long on stderr: one line rewritten on a terminal, else a line a step."""

    def __init__(self) -> None:
        self._step = ""
        self._live = sys.stderr.isatty()

    def __call__(self, step: str, done: int, of: int | None) -> None:
        """Tell the step, how much of it is done, and of how much if that is known."""
        if self._live:
            count = f" {done:,}" + (f" of {of:,}" if of else "") if done or of else ""
            if step != self._step or done % 25 == 0:
                click.echo(f"\r\x1b[K{step}{count}", nl=False, err=True)
        elif step != self._step:
            click.echo(step, err=True)
        self._step = step

    def line(self, sentence: str) -> None:
        """Tell a sentence in place of the last one on a terminal, else on a line of its own."""
        click.echo(f"\r\x1b[K{sentence}" if self._live else sentence, nl=not self._live, err=True)
        self._step = sentence

    def tell(self, sentence: str) -> None:
        """Say something between two steps, on a line of its own."""
        self.end()
        click.echo(sentence, err=True)

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._step:
            click.echo("\r\x1b[K", nl=False, err=True)
