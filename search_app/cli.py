"""The command `cityrights`: results on stdout, progress on stderr, exit 0, 1 or 2.

0 is done (no hits, too), 1 failed, 2 wrong use. A command is imported when it is run, and
imports what it needs itself, so that `--help` answers within 0.3 s.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final, NamedTuple, NoReturn

import click


class Command(NamedTuple):
    """Where a command stands, and what it does in a line of `--help`."""

    module: str
    name: str
    summary: str


COMMANDS: Final = {
    "index": Command("running", "index", "Build the index anew."),
    "search": Command("finding", "search", "Search initiatives."),
    "similar": Command("finding", "similar", "Initiatives most like one."),
    "show": Command("finding", "show", "One initiative, whole, with its sources."),
    "import": Command("keeping", "import_", "Take records of a file, as provisional."),
    "add": Command("adding", "add", "Read documents of files and folders."),
    "sources": Command("sources", "sources", "Check what is crawled, as files."),
    "crawl": Command("crawling", "crawl", "Collect documents from sources on the web."),
    "report": Command("reviewing", "report", "What a crawl brought, by source."),
    "review": Command("reviewing", "review", "Look through what crawls left out, and overrule."),
    "extract": Command("extracting", "extract", "Read documents to text, headings, dates."),
    "withdraw": Command("keeping", "withdraw", "Remove a record for good."),
    "serve": Command("running", "serve", "Serve pages and API until stopped."),
    "evaluate": Command("judging", "evaluate", "Measure the search over a judged set."),
    "catalogue": Command("catalogue", "catalogue", "Check the catalogue as files."),
    "check": Command("running", "check", "Check that store and index are whole."),
    "doctor": Command("running", "doctor", "Show settings, versions, counts and age."),
    "backup": Command("keeping", "backup", "Save what can't be built anew."),
    "restore": Command("keeping", "restore", "Bring back a backup."),
}
"""In the order of a day's work, which is that of `--help`."""


class Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, None where there is none."""
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        module = import_module(f"search_app.commands.{found.module}")
        command: click.Command = getattr(module, found.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of `--help`, made without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in COMMANDS.items()])


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"cityrights {version('cityrights')}")
        ctx.exit()


@click.command(cls=Commands, context_settings={"max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version.",
)
@click.option("--debug", is_flag=True, help="Show where an unexpected error came from.")
def cityrights(debug: bool) -> None:
    """Search what cities do for digital rights."""
    if debug:
        os.environ["CITYRIGHTS_DEBUG"] = "1"


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit; whatever happens, a person reads words and no traceback."""
    code = 0
    _open_streams()
    try:
        # Not click's own main: it ends with 1 where somebody reads only the first lines.
        words = sys.argv[1:] if arguments is None else list(arguments)
        with cityrights.make_context("cityrights", words) as context:
            cityrights.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        code = 130
    except BrokenPipeError:
        # Whoever read our output has enough of it; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        code = _failed(error)
    sys.exit(code)


def _open_streams() -> None:
    """Gives Python the outputs it was started without (`cityrights ... >&-`), as nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115 - to the end


def _failed(error: Exception) -> int:
    if os.environ.get("CITYRIGHTS_DEBUG", "") not in ("", "0"):
        import traceback

        traceback.print_exc()
    elif isinstance(error, _expected()):
        click.echo(str(error) or type(error).__name__, err=True)
    elif isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"{where}{error.strerror or error}", err=True)
    else:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        click.echo(f"Unexpected: {said} (cityrights --debug shows where)", err=True)
    return 1


def _expected() -> tuple[Any, ...]:
    """The families of exceptions whose texts are meant for people."""
    from corpus.model import CorpusError
    from crawlers.extract.sandbox import SandboxError
    from indexer.evaluate import EvaluationError
    from indexer.generation import IndexFault
    from search_app.engines import NoEngine
    from search_app.server import ServeError
    from search_app.settings import SettingsError

    return (
        CorpusError,
        SandboxError,
        EvaluationError,
        IndexFault,
        NoEngine,
        ServeError,
        SettingsError,
    )
